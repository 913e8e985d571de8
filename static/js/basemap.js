/**
 * The base map: the region's own drawing, the streets over it where they were built, and
 * Tianditu's tiles above both where a key is set.
 *
 * Districts, main urban areas, towns and their names come from the region's data, so there is a map
 * without a key and without the internet. When tiles do not come, the drawing is what remains.
 *
 * @typedef {object} BaseData   `/api/v1/basemap.json`; rings are [lat, lon, lat, lon …] in
 *   millionths of a degree
 * @property {{adcode: string, name: string, label: [number, number], rings: number[][]}[]} districts
 * @property {{name: string, adcode: string, sample: boolean, rings: number[][]}[]} urban
 * @property {{name: string, lat: number, lon: number, seat: boolean}[]} towns
 * @property {{rings: number[][]}[]} [water]
 *
 * @typedef {import("./basemap-streets.js").StreetOptions} StreetOptions
 */
import { font, isInside, originOf, overlap, paintedPane, project, token } from "./map-canvas.js";
import * as words from "./map-words.js";

const TIANDITU =
  "https://t{s}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0" +
  "&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}";
const FAILURES_TO_GIVE_UP = 6;

/** Farther out a name would only crowd. A district's seat bears the district's own name. */
const TOWNS_FROM = 10;
const SEATS_FROM = 11;
const URBAN_NAMES_FROM = 11;
const STREETS_TELL_FROM = 13;

/** @type {[number, number][]} */
const ABOVE_OR_BELOW = [[0, 14], [0, -14], [0, 32], [0, -32]];
const STEPS = [-64, -48, -32, -16, 0, 16, 32, 48, 64];
/** The nearest first. */
const AROUND = STEPS.flatMap((down) =>
  STEPS.map((right) => /** @type {[number, number]} */ ([right, down])),
).sort((a, b) => Math.hypot(...a) - Math.hypot(...b));

/** @type {Map<string, Promise<BaseData>>} */
const fetched = new Map();

/**
 * The region's drawing, fetched once for all the layers that use it.
 * @param {string} url
 */
export function baseData(url) {
  let data = fetched.get(url);
  if (!data) {
    data = fetch(url).then((response) => {
      if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
      return response.json();
    });
    data.catch(() => fetched.delete(url));
    fetched.set(url, data);
  }
  return data;
}

/**
 * One path of all rings, relative to `origin` in reference pixels.
 * @param {number[][]} rings
 * @param {[number, number]} origin
 */
export function ringsPath(rings, origin) {
  const path = new Path2D();
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const [x, y] = project(ring[i] / 1e6, ring[i + 1] / 1e6);
      if (i === 0) path.moveTo(x - origin[0], y - origin[1]);
      else path.lineTo(x - origin[0], y - origin[1]);
    }
    path.closePath();
  }
  return path;
}

/**
 * @param {import("leaflet").Map} map
 * @param {{data: string, tianditu: string, streets: StreetOptions|null}} options
 */
export function mount(map, options) {
  const origin = originOf(map);
  /** @type {{land: Path2D, districts: Path2D[], urban: Path2D, water: Path2D, data: BaseData}|null} */
  let drawing = null;
  let tiles = false;
  let streets = false;

  const layer = paintedPane(map, "base", 150, (context, view) => {
    context.fillStyle = token("--paper");
    context.fillRect(0, 0, view.width, view.height);
    if (!drawing) return;
    paintLand(context, view, drawing, origin, streets);
    if (!streets) paintEdges(context, view, drawing, origin);
  });
  // Above the places, and out of their way: a name that is half covered reads as another name.
  paintedPane(map, "labels", 460, (context, view, taken) => {
    if (drawing && !tiles) paintLabels(context, view, drawing, origin, taken);
  });

  baseData(options.data).then(
    (data) => {
      const all = (/** @type {{rings: number[][]}[]} */ shapes) =>
        ringsPath(shapes.flatMap((shape) => shape.rings), origin);
      drawing = {
        data,
        land: all(data.districts),
        districts: data.districts.map((district) => ringsPath(district.rings, origin)),
        urban: all(data.urban),
        water: all(data.water ?? []),
      };
      layer.redraw();
    },
    () => {
      /* The places stay usable on plain paper. */
    },
  );

  if (options.tianditu) {
    tiles = true;
    addTianditu(map, options.tianditu, () => {
      tiles = false;
      layer.redraw();
      if (options.streets) addStreets(map, options.streets, onStreets);
    });
  } else if (options.streets) {
    addStreets(map, options.streets, onStreets);
  }

  /** The edges of districts and urban areas then lie above woods and streets. */
  function onStreets() {
    streets = true;
    paintedPane(map, "edges", 170, (context, view) => {
      if (drawing) paintEdges(context, view, drawing, origin);
    });
  }
  return { usesTiles: () => tiles };
}

/**
 * @typedef {{land: Path2D, districts: Path2D[], urban: Path2D, water: Path2D}} Drawing
 */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("./map-canvas.js").View} view
 * @param {Drawing} drawing
 * @param {[number, number]} origin
 * @param {boolean} streets  whether streets lie above: near by, they show where the town is
 */
function paintLand(context, view, drawing, origin, streets) {
  const line = 1 / view.scale;
  context.save();
  context.transform(...parts(view.matrix(origin)));
  context.lineJoin = "round";
  context.fillStyle = token("--water");
  context.fill(drawing.water);
  context.strokeStyle = token("--line");
  context.lineWidth = 6 * line;
  context.stroke(drawing.land);
  context.fillStyle = token("--land");
  context.fill(drawing.land);
  if (!streets || view.zoom < STREETS_TELL_FROM) {
    context.globalAlpha = 0.08;
    context.fillStyle = token("--ink");
    context.fill(drawing.urban);
  }
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("./map-canvas.js").View} view
 * @param {Drawing} drawing
 * @param {[number, number]} origin
 */
function paintEdges(context, view, drawing, origin) {
  const line = 1 / view.scale;
  context.save();
  context.transform(...parts(view.matrix(origin)));
  context.lineJoin = "round";
  context.globalAlpha = 0.25;
  context.strokeStyle = token("--quiet");
  context.lineWidth = line;
  context.stroke(drawing.urban);
  context.globalAlpha = 0.75;
  context.strokeStyle = token("--edge");
  context.setLineDash([6 * line, 4 * line]);
  for (const district of drawing.districts) context.stroke(district);
  context.restore();
}

/**
 * @param {DOMMatrix} matrix
 * @returns {[number, number, number, number, number, number]}
 */
export function parts(matrix) {
  return [matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f];
}

/**
 * Names in the order of their importance, each where it covers nothing, or not at all.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./map-canvas.js").View} view
 * @param {{data: BaseData, districts: Path2D[]}} drawing
 * @param {[number, number]} origin
 * @param {import("./map-canvas.js").Box[]} taken
 */
function paintLabels(context, view, { data, districts }, origin, taken) {
  context.lineJoin = "round";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.strokeStyle = token("--land");
  context.lineWidth = 3;

  /**
   * @param {string} text
   * @param {[number, number]} at
   * @param {[number, number][]} shifts  where the text may stand, from its point; tried in order
   */
  function label(text, at, shifts) {
    const half = context.measureText(text).width / 2 + 2;
    for (const [right, down] of shifts) {
      const [x, y] = [at[0] + right, at[1] + down];
      const box = /** @type {import("./map-canvas.js").Box} */ ([x - half, y - 11, x + half, y + 11]);
      const cut = box[0] < 0 || box[2] > view.width || box[1] < 0 || box[3] > view.height;
      if (cut || taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      context.strokeText(text, x, y);
      context.fillText(text, x, y);
      return true;
    }
    return false;
  }

  if (view.zoom < SEATS_FROM) {
    context.font = font("--text-small", "--bold");
    context.fillStyle = token("--quiet");
    data.districts.forEach(({ name, label: [lat, lon] }, i) => {
      // A name may step aside, but not into the neighbour's land.
      const [x, y] = project(lat, lon);
      const home = AROUND.filter(([right, down]) =>
        isInside(districts[i], x - origin[0] + right / view.scale, y - origin[1] + down / view.scale),
      );
      label([...name].join("\u2009"), view.screen(lat, lon), home);
    });
  }
  for (const seat of [true, false]) {
    if (view.zoom < (seat ? SEATS_FROM : TOWNS_FROM)) continue;
    context.font = font(seat ? "--text" : "--text-small", seat ? "--bold" : "--regular");
    for (const town of data.towns) {
      if (town.seat !== seat) continue;
      const at = view.screen(town.lat, town.lon);
      const free = !taken.some((box) => overlap([at[0], at[1], at[0], at[1]], box));
      context.fillStyle = token("--ink");
      if (label(town.name, at, ABOVE_OR_BELOW) && free) {
        context.fillStyle = token("--quiet");
        context.beginPath();
        context.arc(at[0], at[1], seat ? 3 : 2, 0, 2 * Math.PI);
        context.fill();
      }
    }
  }
  if (view.zoom < URBAN_NAMES_FROM) return;
  context.font = font("--text-small", "--regular");
  context.fillStyle = token("--quiet");
  for (const area of data.urban) {
    const ring = area.rings[0];
    let north = 0;
    for (let i = 0; i < ring.length; i += 2) if (ring[i] > ring[north]) north = i;
    const at = view.screen(ring[north] / 1e6, ring[north + 1] / 1e6);
    const said = area.name.includes("示例");
    label(area.sample && !said ? `${area.name}${words.SAMPLE_AREA}` : area.name, at, ABOVE_OR_BELOW);
  }
}

/**
 * The streets, once they come into view: their script costs nothing before.
 * @param {import("leaflet").Map} map
 * @param {StreetOptions} options
 * @param {() => void} onShown
 */
function addStreets(map, options, onShown) {
  const [south, west, north, east] = options.bounds;
  function look() {
    if (map.getZoom() <= options.minZoom) return;
    if (!map.getBounds().intersects([[south, west], [north, east]])) return;
    map.off("moveend", look);
    import("./basemap-streets.js")
      .then((streets) => streets.mount(map, options))
      .then(onShown)
      .catch(() => map.on("moveend", look)); // the drawing remains; the next move tries again
  }
  function begin() {
    map.on("moveend", look);
    look();
  }
  // The list and the places come first.
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", begin, { once: true });
}

/**
 * @param {import("leaflet").Map} map
 * @param {string} key
 * @param {() => void} onGivingUp
 */
function addTianditu(map, key, onGivingUp) {
  let came = 0;
  let failed = 0;
  const layers = ["vec", "cva"].map((layer) =>
    L.tileLayer(TIANDITU, /** @type {any} */ ({ layer, key, subdomains: "01234567", maxZoom: 18 })),
  );
  for (const layer of layers) {
    layer.on("tileload", () => (came += 1));
    layer.on("tileerror", () => {
      failed += 1;
      if (came || failed < FAILURES_TO_GIVE_UP) return;
      for (const each of layers) each.remove();
      onGivingUp();
    });
    layer.addTo(map);
  }
}
