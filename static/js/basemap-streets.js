/**
 * The streets of the base map: vector tiles, painted on canvas beneath the places.
 *
 * The library does the tiles (fetching, keeping, cutting); how they look is decided here, from the
 * page's tokens. It is fetched when streets first come into view, so a map of the whole city costs
 * nothing more. Layers and kinds of the tiles: data/README.md.
 *
 * @typedef {object} StreetOptions
 * @property {string} url      with {z}, {x} and {y}
 * @property {[number, number, number, number]} bounds  south, west, north, east
 * @property {number} minZoom  of the tiles; one is shown at the map's next zoom
 * @property {number} maxZoom
 * @property {string} library  address of protomaps-leaflet
 *
 * @typedef {import("protomaps-leaflet").PaintRule} PaintRule
 * @typedef {PaintRule["symbolizer"]} Symbolizer
 * @typedef {[zoom: number, px: number][]} Stops  a width at some zooms, in between in proportion
 */
import { streetNames } from "./basemap-names.js";
import { onThemeChange, token } from "./map-canvas.js";

const PIXEL_RATIO_MAX = 2;
const CASING_PX = 1.5;

/** The most important last: it crosses over the others. `cased` is the zoom from which it is wide
 * enough for an edge; farther out it is a plain line.
 * @type {{kind: string, width: Stops, colour: string, cased: number}[]} */
const STREETS = [
  { kind: "service", width: [[15, 1], [16, 3], [18, 7]], colour: "--street", cased: 15 },
  { kind: "walk", width: [[14, 1], [16, 4], [18, 9]], colour: "--street-walk", cased: 14 },
  { kind: "minor", width: [[13, 0.7], [14, 1.8], [16, 6], [18, 13]], colour: "--street", cased: 14 },
  { kind: "medium", width: [[11, 1], [13, 2], [16, 8], [18, 17]], colour: "--street", cased: 13 },
  { kind: "major", width: [[10, 1.2], [13, 3], [16, 10], [18, 20]], colour: "--street-major", cased: 12 },
];

/** @type {Promise<void>|null} */
let loading = null;

/** @param {string} address */
function library(address) {
  loading =
    loading ??
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = () => resolve();
      script.onerror = () => {
        loading = null;
        script.remove();
        reject(new Error("protomaps-leaflet"));
      };
      document.head.append(script);
    });
  return loading;
}

/**
 * @param {import("leaflet").Map} map
 * @param {StreetOptions} options
 */
export async function mount(map, options) {
  await library(options.library);
  const [south, west, north, east] = options.bounds;
  const pane = map.createPane("streets");
  pane.style.zIndex = "160";
  pane.style.pointerEvents = "none";
  /** @type {any} the library's own layer: a GridLayer and its views of the data */
  const layer = protomapsL.leafletLayer({
    url: options.url,
    pane: "streets",
    bounds: [[south, west], [north, east]],
    minZoom: options.minZoom + 1,
    maxDataZoom: options.maxZoom,
    paintRules: paintRules(),
    labelRules: [],
    attribution: "",
    noWrap: true,
    devicePixelRatio: Math.min(window.devicePixelRatio || 1, PIXEL_RATIO_MAX),
  });
  const names = streetNames(map, layer);
  layer.on("tileload", names.redraw);
  onThemeChange(() => layer.rerenderTiles());
  layer.addTo(map);
}

/** @returns {PaintRule[]} */
function paintRules() {
  /** @type {(layer: string, kinds: string[], symbolizer: Symbolizer, minzoom?: number) => PaintRule} */
  const rule = (dataLayer, kinds, symbolizer, minzoom) => ({
    dataLayer,
    symbolizer,
    minzoom,
    filter: (_zoom, feature) => kinds.includes(String(feature.props.kind)),
  });
  return [
    rule("green", ["wood"], area("--wood")),
    rule("green", ["park"], area("--green")),
    rule("water", ["water"], area("--water")),
    rule("water", ["river"], line([[10, 1], [14, 2.5], [18, 8]], "--water")),
    rule("water", ["stream"], line([[14, 0.8], [18, 3]], "--water")),
    rule("streets", ["square"], area("--street-walk")),
    rule("buildings", ["building"], area("--building", "--building-edge")),
    rule("streets", ["path"], line([[15, 0.8], [18, 2]], "--street-path", { dash: [4, 3] })),
    ...STREETS.map(({ kind, width, cased }) =>
      rule("streets", [kind], line(width, "--street-edge", { wider: CASING_PX }), cased),
    ),
    ...STREETS.map(({ kind, width, colour, cased }) =>
      rule("streets", [kind], line(width, colour, { cased, far: "--street-far" })),
    ),
    rule("rail", ["siding"], line([[15, 0.8], [18, 1.5]], "--rail")),
    rule("rail", ["rail"], line([[11, 1], [18, 3]], "--rail")),
    rule("rail", ["rail"], line([[11, 0.6], [18, 1.6]], "--land", { dash: [8, 8] }), 14),
  ];
}

/**
 * @param {Stops} stops
 * @param {number} zoom
 */
function at(stops, zoom) {
  let [before, width] = stops[0];
  for (const [stop, px] of stops) {
    if (zoom <= stop) {
      const share = stop === before ? 1 : Math.max(0, (zoom - before) / (stop - before));
      return width + (px - width) * share;
    }
    [before, width] = [stop, px];
  }
  return width;
}

/**
 * @param {Stops} width
 * @param {string} colour  a token
 * @param {{wider?: number, cased?: number, far?: string, dash?: number[]}} more  `far`: the colour
 *   at zooms before `cased`
 * @returns {Symbolizer}
 */
function line(width, colour, { wider = 0, cased = 0, far = colour, dash = [] } = {}) {
  return {
    before(context, zoom) {
      context.globalAlpha = 1;
      context.lineWidth = at(width, zoom) + wider;
      context.strokeStyle = token(zoom < cased ? far : colour);
      context.lineJoin = "round";
      context.lineCap = dash.length ? "butt" : "round";
      context.setLineDash(dash);
    },
    draw(context, parts) {
      trace(context, parts);
      context.stroke();
    },
  };
}

/**
 * @param {string} colour  a token
 * @param {string} [edge]
 * @returns {Symbolizer}
 */
function area(colour, edge) {
  return {
    before(context) {
      context.globalAlpha = 1;
      context.fillStyle = token(colour);
      context.setLineDash([]);
      context.lineWidth = 1;
      if (edge) context.strokeStyle = token(edge);
    },
    draw(context, parts) {
      trace(context, parts);
      context.fill();
      if (edge) context.stroke();
    },
  };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{x: number, y: number}[][]} parts
 */
function trace(context, parts) {
  context.beginPath();
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 1) {
      if (i) context.lineTo(part[i].x, part[i].y);
      else context.moveTo(part[i].x, part[i].y);
    }
  }
}
