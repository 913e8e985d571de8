/**
 * What the drawn layers share: a canvas that follows the map, Web Mercator, and the page's colours.
 *
 * Geometry is projected once, to pixels of REFERENCE_ZOOM relative to an origin near by, and kept as
 * Path2D; each frame only sets a transform. (Path2D keeps 32-bit floats: relative to the origin
 * that is better than 0.01 pixel at zoom 18.)
 */

const REFERENCE_ZOOM = 12;
const WORLD = 256 * 2 ** REFERENCE_ZOOM;
const PIXEL_RATIO_MAX = 2.5;

/**
 * Web Mercator in reference pixels.
 * @param {number} lat
 * @param {number} lon
 * @returns {[number, number]}
 */
export function project(lat, lon) {
  const y = Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI;
  return [((lon + 180) / 360) * WORLD, ((1 - y) / 2) * WORLD];
}

const ruler = /** @type {CanvasRenderingContext2D} */ (
  document.createElement("canvas").getContext("2d")
);

/**
 * Whether a path holds a point, both relative to the same origin.
 * @param {Path2D} path
 * @param {number} x
 * @param {number} y
 */
export function isInside(path, x, y) {
  return ruler.isPointInPath(path, x, y, "evenodd");
}

/**
 * @typedef {object} View
 * @property {number} zoom       may be a fraction while pinching
 * @property {number} width
 * @property {number} height
 * @property {number} ratio      device pixels to one of the page
 * @property {number} scale      screen pixels to one reference pixel
 * @property {(lat: number, lon: number) => [number, number]} screen
 * @property {(origin: [number, number]) => DOMMatrix} matrix   from reference pixels relative to
 *   `origin` to screen pixels
 */

/**
 * @typedef {[left: number, top: number, right: number, bottom: number]} Box
 * @typedef {(context: CanvasRenderingContext2D, view: View, taken: Box[]) => void} Paint
 *   `taken`: what the panes beneath have drawn and no label may cover
 * @typedef {{zIndex: number, context: CanvasRenderingContext2D, paint: Paint}} Sheet
 */

/**
 * @param {import("./map-canvas.js").Box} a
 * @param {import("./map-canvas.js").Box} b
 */
export function overlap(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

/** @type {WeakMap<import("leaflet").Map, ReturnType<typeof stage>>} */
const stages = new WeakMap();

/**
 * A canvas over the whole map, redrawn as the map moves and scaled along while it zooms.
 * @param {import("leaflet").Map} map
 * @param {string} name     of its pane
 * @param {number} zIndex   sheets are painted from the lowest up
 * @param {Paint} paint
 */
export function paintedPane(map, name, zIndex, paint) {
  const pane = map.createPane(name);
  pane.style.zIndex = String(zIndex);
  pane.style.pointerEvents = "none";
  const canvas = document.createElement("canvas");
  canvas.className = "leaflet-zoom-animated";
  canvas.setAttribute("aria-hidden", "true");
  pane.append(canvas);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const own = stages.get(map) ?? stage(map);
  stages.set(map, own);
  own.add({ zIndex, context, paint });
  return { redraw: own.redraw };
}

/**
 * All sheets of a map, painted in one frame.
 * @param {import("leaflet").Map} map
 */
function stage(map) {
  /** @type {Sheet[]} */
  const sheets = [];
  let frame = 0;
  let zooming = false;
  let drawn = { zoom: map.getZoom(), corner: map.containerPointToLatLng([0, 0]) };

  const container = map.getContainer();
  /** @type {Box[]} what stands over the map: nothing is written under it */
  let controls = [];
  function look() {
    const { left, top } = container.getBoundingClientRect();
    const over = (container.parentElement ?? container).querySelectorAll(".leaflet-control, .handle span");
    controls = Array.from(over, (control) => {
      const box = control.getBoundingClientRect();
      return [box.left - left, box.top - top, box.right - left, box.bottom - top];
    });
  }
  map.on("moveend resize", look);
  look();

  function draw() {
    frame = 0;
    if (zooming) return;
    const view = viewOf(map);
    drawn = { zoom: view.zoom, corner: map.containerPointToLatLng([0, 0]) };
    const position = map.containerPointToLayerPoint([0, 0]);
    const taken = controls.slice();
    for (const { context, paint } of sheets) {
      fit(context.canvas, view);
      L.DomUtil.setPosition(context.canvas, position);
      context.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
      context.clearRect(0, 0, view.width, view.height);
      paint(context, view, taken);
    }
  }

  function redraw() {
    if (!frame) frame = requestAnimationFrame(draw);
  }

  map.on("move zoom resize viewreset moveend", redraw);
  map.on("zoomanim", (event) => {
    // Where Leaflet will put the old picture's corner at the end of its animation.
    zooming = true;
    const half = map.getSize().divideBy(2);
    const panePosition = L.DomUtil.getPosition(/** @type {HTMLElement} */ (map.getPane("mapPane")));
    const origin = map.project(event.center, event.zoom).subtract(half).add(panePosition);
    const offset = map.project(drawn.corner, event.zoom).subtract(origin.round());
    const scale = map.getZoomScale(event.zoom, drawn.zoom);
    for (const { context } of sheets) L.DomUtil.setTransform(context.canvas, offset, scale);
  });
  map.on("zoomend", () => {
    zooming = false;
    redraw();
  });
  onThemeChange(redraw);
  return {
    redraw,
    /** @param {Sheet} sheet */
    add(sheet) {
      sheets.push(sheet);
      sheets.sort((a, b) => a.zIndex - b.zIndex);
      redraw();
    },
  };
}

/**
 * @param {import("leaflet").Map} map
 * @returns {View}
 */
function viewOf(map) {
  const { x: width, y: height } = map.getSize();
  const zoom = map.getZoom();
  const corner = map.containerPointToLatLng([0, 0]);
  const scale = 2 ** (zoom - REFERENCE_ZOOM);
  const [left, top] = project(corner.lat, corner.lng);
  return {
    zoom,
    width,
    height,
    ratio: Math.min(window.devicePixelRatio || 1, PIXEL_RATIO_MAX),
    scale,
    screen(lat, lon) {
      const [x, y] = project(lat, lon);
      return [(x - left) * scale, (y - top) * scale];
    },
    matrix: ([x, y]) => new DOMMatrix([scale, 0, 0, scale, (x - left) * scale, (y - top) * scale]),
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {View} view
 */
function fit(canvas, { width, height, ratio }) {
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width === w && canvas.height === h) return;
  canvas.width = w;
  canvas.height = h;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
}

/**
 * A custom property of the page's style sheet: the canvas names no colour of its own.
 * @param {string} name
 */
export function token(name) {
  let value = tokens.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    tokens.set(name, value);
  }
  return value;
}

/** Whether the paper is dark, whatever made it so. */
export function isDark() {
  const channels = /^#(..)(..)(..)$/.exec(token("--paper"));
  return channels !== null && channels.slice(1).every((hex) => parseInt(hex, 16) < 128);
}

/** @type {Map<string, string>} */
const tokens = new Map();
/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {() => void} listener */
export function onThemeChange(listener) {
  listeners.add(listener);
}

function themeChanged() {
  tokens.clear();
  for (const listener of listeners) listener();
}

for (const query of ["(prefers-color-scheme: dark)", "print"]) {
  const media = window.matchMedia(query);
  if (media.addEventListener) media.addEventListener("change", themeChanged);
}
new MutationObserver(themeChanged).observe(document.documentElement, {
  attributes: true,
  attributeFilter: ["class", "data-theme", "data-text"],
});

/**
 * A font for the canvas, in the page's own family and at its own size.
 * @param {string} size    a token: "--text-small"
 * @param {string} weight  a token: "--bold"
 */
export function font(size, weight) {
  const root = parseFloat(getComputedStyle(document.documentElement).fontSize);
  return `${token(weight)} ${parseFloat(token(size)) * root}px ${token("--font")}`;
}

/** @param {import("leaflet").Map} map */
export function originOf(map) {
  const centre = map.getCenter();
  return project(centre.lat, centre.lng);
}
