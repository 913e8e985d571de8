/**
 * How a place and a cluster are painted. The shapes are the page's own symbols (kinds.svg): one
 * source for list, legend and map. A place's state has its own mark, never colour alone.
 *
 * @typedef {{key: string, name: string, colour: string, colour_dark: string, symbol: string}} Kind
 * @typedef {import("./map-ready.js").State} State
 */
import { font, isDark, overlap, token } from "./map-canvas.js";

export const SYMBOL_PX = 26;
const BOX = SYMBOL_PX + 14;
const BADGE_RADIUS = 5.5;

/** @type {Map<string, {path: Path2D, rule: CanvasFillRule}[]>} */
const shapes = new Map();

/** @param {string} symbol id of a `<symbol>` in the page */
function shape(symbol) {
  let found = shapes.get(symbol);
  if (!found) {
    found = [...(document.getElementById(symbol)?.querySelectorAll("path") ?? [])].map((path) => ({
      path: new Path2D(path.getAttribute("d") ?? ""),
      rule: path.getAttribute("fill-rule") === "evenodd" ? "evenodd" : "nonzero",
    }));
    if (!found.length) {
      const disc = new Path2D();
      disc.arc(12, 12, 9, 0, 2 * Math.PI);
      found = [{ path: disc, rule: "nonzero" }];
    }
    shapes.set(symbol, found);
  }
  return found;
}

/** @param {Kind|undefined} kind */
export function colourOf(kind) {
  if (!kind) return token("--ink");
  return isDark() ? kind.colour_dark : kind.colour;
}

/** Sprites by kind and state; the theme's change empties them. */
export function spriteBox() {
  /** @type {Map<string, HTMLCanvasElement>} */
  const sprites = new Map();
  return {
    clear: () => sprites.clear(),
    /**
     * @param {CanvasRenderingContext2D} context
     * @param {Kind|undefined} kind
     * @param {State|undefined} state
     * @param {number} ratio
     * @param {[number, number]} at
     */
    paint(context, kind, state, ratio, [x, y]) {
      const key = `${kind?.key} ${state} ${ratio}`;
      let sprite = sprites.get(key);
      if (!sprite) {
        sprite = document.createElement("canvas");
        sprite.width = sprite.height = Math.ceil(BOX * ratio);
        const own = /** @type {CanvasRenderingContext2D} */ (sprite.getContext("2d"));
        own.scale(ratio, ratio);
        paintSymbol(own, kind, state);
        sprites.set(key, sprite);
      }
      context.drawImage(sprite, x - BOX / 2, y - BOX / 2, BOX, BOX);
    },
  };
}

/**
 * A solid shape where one can get in (or nobody knows), a hollow one where it is shut.
 * @param {CanvasRenderingContext2D} context
 * @param {Kind|undefined} kind
 * @param {State|undefined} state
 */
function paintSymbol(context, kind, state) {
  const hollow = state === "closed" || state === "closed_on_arrival";
  const colour = colourOf(kind);
  context.save();
  const scale = SYMBOL_PX / 24;
  context.translate(BOX / 2 - SYMBOL_PX / 2, BOX / 2 - SYMBOL_PX / 2);
  context.scale(scale, scale);
  context.lineJoin = "round";
  const paths = shape(kind?.symbol ?? "");
  context.strokeStyle = token("--raised");
  context.lineWidth = 4.5;
  for (const { path } of paths) context.stroke(path);
  context.fillStyle = hollow ? token("--raised") : colour;
  for (const { path, rule } of paths) context.fill(path, hollow ? "nonzero" : rule);
  if (hollow) {
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    for (const { path } of paths) context.stroke(path);
  }
  context.restore();
  if (state) paintBadge(context, state, BOX - BADGE_RADIUS - 3, BOX - BADGE_RADIUS - 3);
}

/**
 * ● ◐ ○ ? drawn rather than written, so that every phone shows the same.
 * @param {CanvasRenderingContext2D} context
 * @param {State} state
 * @param {number} x
 * @param {number} y
 */
function paintBadge(context, state, x, y) {
  const colour = token(
    { open: "--open", closing_soon: "--closing", closed_on_arrival: "--closing", closed: "--closed", unknown: "--unknown" }[state],
  );
  context.beginPath();
  context.arc(x, y, BADGE_RADIUS + 1.5, 0, 2 * Math.PI);
  context.fillStyle = token("--raised");
  context.fill();
  context.fillStyle = context.strokeStyle = colour;
  context.lineWidth = 2;
  if (state === "unknown") {
    context.beginPath();
    context.arc(x, y, BADGE_RADIUS + 0.5, 0, 2 * Math.PI);
    context.fill();
    context.font = `${token("--bold")} ${2 * BADGE_RADIUS - 1}px ${token("--font")}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = token("--raised");
    context.fillText("?", x, y + 0.5);
    return;
  }
  context.beginPath();
  context.arc(x, y, BADGE_RADIUS - 1, 0, 2 * Math.PI);
  context.stroke();
  if (state === "closed") return;
  context.beginPath();
  const [from, to] = state === "open" ? [0, 2 * Math.PI] : [Math.PI / 2, (3 * Math.PI) / 2];
  context.arc(x, y, BADGE_RADIUS - 1, from, to);
  context.fill();
}

/** @param {number} count */
export function clusterRadius(count) {
  return 13 + 4.5 * Math.log10(count);
}

/**
 * A disc with its number; the ring says which kinds are inside, and how many of each.
 * @param {CanvasRenderingContext2D} context
 * @param {[number, number]} at
 * @param {number} count
 * @param {[Kind|undefined, number][]} kinds
 */
export function paintCluster(context, [x, y], count, kinds) {
  const radius = clusterRadius(count);
  context.beginPath();
  context.arc(x, y, radius + 1, 0, 2 * Math.PI);
  context.fillStyle = token("--raised");
  context.fill();
  context.lineWidth = 4;
  let from = -Math.PI / 2;
  for (const [kind, share] of kinds) {
    const to = from + (share / count) * 2 * Math.PI;
    context.beginPath();
    context.arc(x, y, radius - 1, from, to);
    context.strokeStyle = colourOf(kind);
    context.stroke();
    from = to;
  }
  context.font = font("--text-small", "--bold");
  context.fillStyle = token("--ink");
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(String(count), x, y + 1);
}

/**
 * A place's name under its symbol, where it covers nothing.
 * @param {CanvasRenderingContext2D} context
 * @param {[number, number]} at  the middle of the line
 * @param {string} name
 * @param {import("./map-canvas.js").Box[]} taken
 */
export function paintName(context, [x, y], name, taken) {
  context.font = font("--text-small", "--regular");
  const half = context.measureText(name).width / 2;
  const box = /** @type {import("./map-canvas.js").Box} */ ([x - half, y - 9, x + half, y + 9]);
  if (taken.some((other) => overlap(box, other))) return;
  taken.push(box);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = token("--raised");
  context.strokeText(name, x, y);
  context.fillStyle = token("--ink");
  context.fillText(name, x, y);
}
