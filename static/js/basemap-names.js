/**
 * Names of streets and rivers, along them, where they cover nothing else.
 *
 * They are placed with the map's other texts and after them: a place, its name and a town come
 * first. Where a name may stand is found once for a tile and zoom; each frame only looks what is
 * free. On a steep street the characters of a Chinese name stand upright, one below the other.
 *
 * @typedef {object} Candidate   where a name may stand, in pixels of the world at its zoom
 * @property {string} text
 * @property {number} x          its middle
 * @property {number} y
 * @property {number} angle      between -π/2 and π/2
 * @property {number} half       half its length
 * @property {boolean} water
 * @property {number} rank       the smallest is placed first
 * @property {number} turn       among its line's own: the middle is 0
 */
import { font, onThemeChange, overlap, paintedPane, token } from "./map-canvas.js";

const RANKS = ["major", "medium", "minor", "walk", "river", "square", "service", "stream", "path"];
const MARGIN_PX = 6;
/** A stretch is straight enough when its ends are this near to its length. */
const STRAIGHT = 0.985;
/** A name that finds no room tries again so much farther along. */
const STEP_PX = 40;
const STRETCHES_MAX = 40;
const REPEAT_PX = 320;
const TILES_KEPT = 80;
const STEEP = Math.PI / 3;
const CHINESE = /^[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+$/;

const english = document.documentElement.lang.startsWith("en");

/**
 * @param {import("leaflet").Map} map
 * @param {any} layer  of protomaps-leaflet
 */
export function streetNames(map, layer) {
  const view = layer.views.get("");
  /** @type {Map<string, Candidate[]>} */
  const found = new Map();
  onThemeChange(() => found.clear()); // the size of the text may have changed
  return paintedPane(map, "street-names", 465, (context, { zoom, width, height, screen }, taken) => {
    const level = Math.round(zoom);
    if (level < layer.options.minZoom) return;
    context.font = font("--text-small", "--regular");
    const tall = parseFloat(context.font.split(" ").find((word) => word.endsWith("px")) ?? "") * 0.6;
    const bounds = map.getBounds();
    const { x: minX, y: minY } = map.project(bounds.getNorthWest(), level);
    const { x: maxX, y: maxY } = map.project(bounds.getSouthEast(), level);
    const needed = view.dataTilesForBounds(level, { minX, minY, maxX, maxY });
    /** @type {Candidate[]} */
    const candidates = [];
    for (const tile of needed) {
      const { z, x, y } = tile.dataTile;
      const data = view.tileCache.cache.get(`${x}:${y}:${z}`)?.data;
      if (!data) continue;
      const key = `${level}/${z}/${x}/${y}`;
      let here = found.get(key);
      if (!here) {
        if (found.size >= TILES_KEPT) found.clear();
        here = namesOf(context, data, tile);
        found.set(key, here);
      }
      candidates.push(...here);
    }
    candidates.sort((a, b) => a.rank - b.rank || a.turn - b.turn || a.x - b.x || a.y - b.y);
    const scale = 2 ** (zoom - level);
    const corner = map.unproject([0, 0], level);
    const [left, top] = screen(corner.lat, corner.lng);
    /** @type {Map<string, [number, number][]>} */
    const said = new Map();
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 3;
    for (const each of candidates) {
      const [x, y] = [left + each.x * scale, top + each.y * scale];
      const [right, down] = [each.half * Math.cos(each.angle), each.half * Math.abs(Math.sin(each.angle))];
      if (x < right || y < down || x > width - right || y > height - down) continue; // cut by the frame
      const before = said.get(each.text) ?? [];
      if (before.some(([bx, by]) => Math.hypot(bx - x, by - y) < REPEAT_PX)) continue;
      const boxes = boxesOf(each, x, y, tall);
      const free = (/** @type {import("./map-canvas.js").Box[]} */ others) =>
        !boxes.some((one) => others.some((other) => overlap(one, other)));
      if (!free(taken)) continue;
      taken.push(...boxes);
      said.set(each.text, [...before, [x, y]]);
      context.strokeStyle = token(each.water ? "--water" : "--street-halo");
      context.fillStyle = token(each.water ? "--water-name" : "--street-name");
      write(context, each, x, y);
    }
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Map<string, any[]>} data  features by layer
 * @param {{origin: {x: number, y: number}, scale: number}} tile
 * @returns {Candidate[]}
 */
function namesOf(context, data, { origin, scale }) {
  /** @type {Candidate[]} */
  const candidates = [];
  for (const layer of ["streets", "water"]) {
    for (const { props, geom, geomType } of data.get(layer) ?? []) {
      const text = (english && props.name_en) || props.name || props.name_en;
      if (!text || geomType !== 2) continue;
      const half = context.measureText(text).width / 2;
      const rank = RANKS.indexOf(props.kind);
      for (const part of geom) {
        const line = part.map((/** @type {{x: number, y: number}} */ p) => [
          p.x * scale + origin.x,
          p.y * scale + origin.y,
        ]);
        for (const spot of straight(line, 2 * (half + MARGIN_PX))) {
          candidates.push({ text, half, rank, water: layer === "water", ...spot });
        }
      }
    }
  }
  return candidates;
}

/**
 * The middles of straight stretches of a line, each `length` long: from its middle outwards.
 * @param {[number, number][]} line
 * @param {number} length
 */
function straight(line, length) {
  const along = [0];
  for (let i = 1; i < line.length; i += 1) {
    along.push(along[i - 1] + Math.hypot(line[i][0] - line[i - 1][0], line[i][1] - line[i - 1][1]));
  }
  const room = along[along.length - 1] - length;
  const spots = [];
  const step = Math.max(STEP_PX, room / STRETCHES_MAX);
  const most = room < 0 ? -1 : 2 * Math.floor(room / 2 / step);
  for (let turn = 0; turn <= most; turn += 1) {
    const start = room / 2 + Math.ceil(turn / 2) * (turn % 2 ? step : -step);
    const [ax, ay] = pointAt(line, along, start);
    const [bx, by] = pointAt(line, along, start + length);
    if (Math.hypot(bx - ax, by - ay) < STRAIGHT * length) continue;
    const [mx, my] = pointAt(line, along, start + length / 2);
    let angle = Math.atan2(by - ay, bx - ax);
    if (angle > Math.PI / 2) angle -= Math.PI;
    if (angle < -Math.PI / 2) angle += Math.PI;
    spots.push({ x: (ax + bx + 2 * mx) / 4, y: (ay + by + 2 * my) / 4, angle, turn });
  }
  return spots;
}

/**
 * @param {[number, number][]} line
 * @param {number[]} along
 * @param {number} distance
 * @returns {[number, number]}
 */
function pointAt(line, along, distance) {
  let i = 1;
  while (i < line.length - 1 && along[i] < distance) i += 1;
  const share = (distance - along[i - 1]) / (along[i] - along[i - 1] || 1);
  const [[ax, ay], [bx, by]] = [line[i - 1], line[i]];
  return [ax + (bx - ax) * share, ay + (by - ay) * share];
}

/**
 * Small boxes along the name: one around a slanting name would take much that is free.
 * @param {Candidate} name
 * @param {number} x
 * @param {number} y
 * @param {number} tall  half the height of the text
 */
function boxesOf({ half, angle }, x, y, tall) {
  /** @type {import("./map-canvas.js").Box[]} */
  const boxes = [];
  const count = Math.max(1, Math.ceil(half / tall));
  for (let i = 0; i < count; i += 1) {
    const way = half * ((2 * i + 1) / count - 1);
    const [cx, cy] = [x + way * Math.cos(angle), y + way * Math.sin(angle)];
    boxes.push([cx - tall, cy - tall, cx + tall, cy + tall]);
  }
  return boxes;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Candidate} name
 * @param {number} x
 * @param {number} y
 */
function write(context, { text, angle, half }, x, y) {
  const letters = [...text];
  if (Math.abs(angle) > STEEP && CHINESE.test(text)) {
    const downward = angle > 0 ? 1 : -1; // read from the top
    const step = (2 * half) / letters.length / Math.abs(Math.sin(angle)); // or they would touch
    for (const draw of ["strokeText", "fillText"]) {
      letters.forEach((letter, i) => {
        const way = (i + 0.5 - letters.length / 2) * step * downward;
        const at = /** @type {const} */ ([x + way * Math.cos(angle), y + way * Math.sin(angle)]);
        if (draw === "strokeText") context.strokeText(letter, ...at);
        else context.fillText(letter, ...at);
      });
    }
    return;
  }
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  context.strokeText(text, 0, 0);
  context.fillText(text, 0, 0);
  context.restore();
}
