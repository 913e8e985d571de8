/**
 * The planner's layer: cells by cover, the places with what the edits do to them, numbered gaps and
 * suggested sites. Drawn on canvas; only what can be dragged is a DOM node (`planner-markers.js`).
 *
 * @typedef {import("./planner-model.js").PlannedPlace} PlannedPlace
 * @typedef {import("./planner-model.js").Gap} Gap
 * @typedef {import("./places-symbols.js").Kind} Kind
 * @typedef {{lat: number, lon: number, gain: number, id?: string, name?: string}} Site
 *
 * @typedef {{type: "place", id: string}|{type: "gap", rank: number}|{type: "site", index: number}} Hit
 *
 * @typedef {object} PlannerHandle
 * @property {(grid: import("./planner-grid.js").Grid|null) => void} setGrid
 * @property {(changes: [number, number][]) => void} setChanges   over the grid's own counts
 * @property {(places: PlannedPlace[]) => void} setPlaces
 * @property {(edited: {hidden: Set<string>, shut: Set<string>}) => void} setEdited   hidden ones are
 *   shown by a marker instead, or stand where they stood no longer
 * @property {(gaps: Gap[]) => void} setGaps
 * @property {(sites: Site[]) => void} setSites
 * @property {(rank: number|null) => void} chooseGap
 * @property {(ring: [number, number][], closed: boolean) => void} setSketch   lat, lon corners
 * @property {(listener: (hit: Hit|null, at: {lat: number, lon: number}) => void) => void} onTap
 *   null: the bare map
 */
import { taken as tapped } from "./map-card.js";
import { font, onThemeChange, originOf, paintedPane, token } from "./map-canvas.js";
import { colourOf, paintName, spriteBox, SYMBOL_PX } from "./places-symbols.js";
import { cellPainter } from "./planner-cells.js";
import { changed } from "./planner-grid.js";

const SYMBOLS_FROM = 13.5;
const NAMES_FROM = 15;
const TOUCH_RADIUS_PX = 22;
const GAPS_DRAWN = 40;
const NUMBER_PX = 12;

/**
 * @param {import("leaflet").Map} map
 * @param {{kinds: Kind[]}} options
 * @returns {PlannerHandle}
 */
export function mount(map, options) {
  const origin = originOf(map);
  const kinds = new Map(options.kinds.map((kind) => [kind.key, kind]));
  const sprites = spriteBox();
  onThemeChange(() => sprites.clear());
  /** @type {import("./planner-grid.js").Grid|null} */
  let grid = null;
  /** @type {ReturnType<typeof cellPainter>|null} */
  let paintCells = null;
  /** @type {Uint8Array} */
  let counts = new Uint8Array();
  /** @type {PlannedPlace[]} */
  let places = [];
  /** @type {{hidden: Set<string>, shut: Set<string>}} */
  let edited = { hidden: new Set(), shut: new Set() };
  /** @type {Gap[]} */
  let gaps = [];
  /** @type {number|null} */
  let chosenGap = null;
  /** @type {Site[]} */
  let sites = [];
  /** @type {{ring: [number, number][], closed: boolean}} */
  let sketch = { ring: [], closed: false };
  /** @type {{x: number, y: number, hit: Hit}[]} what a tap may hit, the topmost last */
  let drawn = [];
  /** @type {((hit: Hit|null, at: {lat: number, lon: number}) => void)[]} */
  const listeners = [];

  const cells = paintedPane(map, "cells", 240, (context, view) => paintCells?.(context, view, counts));
  map.getPane("cells")?.classList.add("planner-cells");

  const marks = paintedPane(map, "planned", 450, (context, view, taken) => {
    drawn = [];
    const named = [];
    for (const place of places) {
      const [x, y] = view.screen(place.lat, place.lon);
      if (x < -20 || y < -20 || x > view.width + 20 || y > view.height + 20) continue;
      if (edited.hidden.has(place.id)) continue;
      paintPlace(context, view, place, [x, y]);
      drawn.push({ x, y, hit: { type: "place", id: place.id } });
      if (view.zoom >= NAMES_FROM) named.push({ x, y, name: place.name });
    }
    paintSketch(context, view);
    paintNumbers(context, view);
    for (const { x, y } of drawn) taken.push([x - 12, y - 12, x + 12, y + 12]);
    for (const { x, y, name } of named) paintName(context, [x, y + 26], name, taken);
  });

  /**
   * A dot from afar and the kind's shape from near; hollow where it does not count, crossed out where
   * an edit shuts it.
   * @param {CanvasRenderingContext2D} context
   * @param {import("./map-canvas.js").View} view
   * @param {PlannedPlace} place
   * @param {[number, number]} at
   */
  function paintPlace(context, view, place, at) {
    const [x, y] = at;
    const kind = kinds.get(place.kind);
    const shut = edited.shut.has(place.id);
    const counts = place.counted && !shut;
    if (view.zoom >= SYMBOLS_FROM) {
      sprites.paint(context, kind, counts ? undefined : "closed", view.ratio, at);
    } else {
      context.beginPath();
      context.arc(x, y, view.zoom < 11 ? 2.5 : 4, 0, 2 * Math.PI);
      context.lineWidth = 1.5;
      context.fillStyle = counts ? colourOf(kind) : token("--raised");
      context.strokeStyle = counts ? token("--raised") : colourOf(kind);
      context.fill();
      context.stroke();
    }
    if (!shut) return;
    const arm = view.zoom >= SYMBOLS_FROM ? SYMBOL_PX / 2 : 6;
    context.beginPath();
    context.moveTo(x - arm, y - arm);
    context.lineTo(x + arm, y + arm);
    context.moveTo(x - arm, y + arm);
    context.lineTo(x + arm, y - arm);
    for (const [style, width] of /** @type {[string, number][]} */ ([["--raised", 5], ["--accent", 2.5]])) {
      context.strokeStyle = token(style);
      context.lineWidth = width;
      context.stroke();
    }
  }

  /**
   * Gaps by rank and sites by number; one that would cover a more important one is a dot.
   * @param {CanvasRenderingContext2D} context
   * @param {import("./map-canvas.js").View} view
   */
  function paintNumbers(context, view) {
    const numbers = [
      ...sites.map((site, index) => ({ ...site, number: index + 1, hit: /** @type {Hit} */ ({ type: "site", index }) })),
      ...gaps
        .slice(0, GAPS_DRAWN)
        .map((gap) => ({ ...gap, number: gap.rank, hit: /** @type {Hit} */ ({ type: "gap", rank: gap.rank }) })),
    ].map((one) => ({ ...one, at: view.screen(one.lat, one.lon) }));
    /** @type {typeof numbers} */
    const whole = [];
    for (const one of numbers) {
      const free = whole.every(({ at: [x, y] }) => Math.hypot(x - one.at[0], y - one.at[1]) > 2 * NUMBER_PX);
      if (free || (one.hit.type === "gap" && one.hit.rank === chosenGap)) whole.push(one);
      else paintNumber(context, one.at, null, one.hit);
    }
    for (const { at, number, hit } of whole.reverse()) {
      paintNumber(context, at, number, hit);
      drawn.push({ x: at[0], y: at[1], hit });
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {[number, number]} at
   * @param {number|null} number   null: a dot
   * @param {Hit} hit
   */
  function paintNumber(context, [x, y], number, hit) {
    const site = hit.type === "site";
    const chosen = hit.type === "gap" && hit.rank === chosenGap;
    const ink = site ? "--accent" : "--ink";
    context.beginPath();
    context.arc(x, y, number === null ? 4 : NUMBER_PX, 0, 2 * Math.PI);
    context.fillStyle = token(chosen ? "--chosen" : "--raised");
    context.strokeStyle = token(ink);
    context.lineWidth = 2;
    context.setLineDash(site && number !== null ? [4, 3] : []);
    context.fill();
    context.stroke();
    context.setLineDash([]);
    if (number === null) return;
    context.font = font("--text-small", "--bold");
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = token(chosen ? "--on-chosen" : ink);
    context.fillText(String(number), x, y + 1);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import("./map-canvas.js").View} view
   */
  function paintSketch(context, view) {
    const { ring, closed } = sketch;
    if (!ring.length) return;
    context.beginPath();
    ring.forEach(([lat, lon], i) => {
      const [x, y] = view.screen(lat, lon);
      if (i === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
    if (closed) context.closePath();
    context.strokeStyle = token("--accent");
    context.lineWidth = 3;
    context.stroke();
    context.fillStyle = token("--accent");
    for (const [lat, lon] of ring) {
      const [x, y] = view.screen(lat, lon);
      context.fillRect(x - 4, y - 4, 8, 8);
    }
  }

  map.on("click", (event) => {
    if (tapped.has(event)) return;
    tapped.add(event);
    const { x, y } = event.containerPoint;
    const at = { lat: event.latlng.lat, lon: event.latlng.lng };
    const hit = under(x, y);
    for (const listener of listeners) listener(hit?.hit ?? null, at);
  });
  map.on("mousemove", ({ containerPoint: { x, y } }) => {
    map.getContainer().classList.toggle("map-over-place", under(x, y) !== null);
  });

  /** The nearest mark under a finger. @param {number} x @param {number} y */
  function under(x, y) {
    let best = null;
    let least = TOUCH_RADIUS_PX;
    for (const one of drawn) {
      const distance = Math.hypot(one.x - x, one.y - y);
      if (distance <= least) [best, least] = [one, distance];
    }
    return best;
  }

  return {
    setGrid(next) {
      grid = next;
      paintCells = next && cellPainter(next, origin);
      counts = next?.count ?? new Uint8Array();
      cells.redraw();
    },
    setChanges(changes) {
      if (grid) counts = changes.length ? changed(grid.count, changes) : grid.count;
      cells.redraw();
    },
    setPlaces(next) {
      places = next;
      marks.redraw();
    },
    setEdited(next) {
      edited = next;
      marks.redraw();
    },
    setGaps(next) {
      gaps = next;
      marks.redraw();
    },
    setSites(next) {
      sites = next;
      marks.redraw();
    },
    chooseGap(rank) {
      chosenGap = rank;
      marks.redraw();
    },
    setSketch(ring, closed) {
      sketch = { ring, closed };
      marks.redraw();
    },
    onTap: (listener) => void listeners.push(listener),
  };
}
