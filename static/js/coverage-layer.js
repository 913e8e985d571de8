/**
 * The coverage: reached once, reached twice, gaps. One scale from light to dark, and gaps hatched,
 * so that it survives grey print, a photocopy and colour-blind eyes.
 *
 * @typedef {{role: "covered"|"twice"|"gap", path: Path2D, properties: any}} Area
 */
import { geometryPath, listenToAreas } from "./map-areas.js";
import { parts } from "./basemap.js";
import { openCard } from "./map-card.js";
import { onThemeChange, originOf, paintedPane, token } from "./map-canvas.js";
import { distanceText } from "./words.js";
import * as words from "./map-words.js";
import { linkTo } from "./view.js";

const HATCH_PX = 9;
const ONCE_ALPHA = 0.22;
const TWICE_ALPHA = 0.3; // over ONCE_ALPHA

/**
 * @param {import("leaflet").Map} map
 * @param {{data: string}} options
 * @returns {import("./map-ready.js").SwitchHandle}
 */
export function mount(map, options) {
  const origin = originOf(map);
  let on = false;
  /** @type {Area[]} */
  let areas = [];
  /** @type {Promise<void>|null} */
  let loading = null;
  /** @type {CanvasPattern|null} */
  let hatch = null;
  let hatchRatio = 0;
  onThemeChange(() => (hatch = null));

  const layer = paintedPane(map, "coverage", 250, (context, view) => {
    if (!on || !areas.length) return;
    const matrix = view.matrix(origin);
    context.save();
    context.transform(...parts(matrix));
    context.fillStyle = context.strokeStyle = token("--open");
    context.lineWidth = 1 / view.scale;
    for (const [role, alpha] of /** @type {const} */ ([["covered", ONCE_ALPHA], ["twice", TWICE_ALPHA]])) {
      for (const area of areas) {
        if (area.role !== role) continue;
        context.globalAlpha = alpha;
        context.fill(area.path, "evenodd");
        context.globalAlpha = 0.5;
        context.stroke(area.path);
      }
    }
    context.restore();
    if (!hatch || hatchRatio !== view.ratio) {
      hatch = hatchPattern(context, view.ratio);
      hatchRatio = view.ratio;
    }
    context.strokeStyle = token("--quiet");
    context.lineWidth = 1.2;
    for (const area of areas) {
      if (area.role !== "gap") continue;
      const onScreen = new Path2D();
      onScreen.addPath(area.path, matrix);
      if (hatch) context.fillStyle = hatch;
      context.fill(onScreen, "evenodd");
      context.stroke(onScreen);
    }
  });

  listenToAreas(
    map,
    origin,
    () => (on ? areas.filter((area) => area.role === "gap") : []),
    ({ properties }) => {
      const lines = [{ text: words.GAP_LINES, className: "state" }];
      if (properties.nearest_place_m !== null) {
        const name = properties.nearest_place_name;
        lines.push({ text: words.gapNearest(name, distanceText(properties.nearest_place_m)), className: "" });
      }
      if (properties.area_m2) {
        lines.push({ text: words.gapSize(properties.area_m2 / 1e6), className: "quiet" });
      }
      const id = properties.nearest_place;
      const link = id ? { href: linkTo(`/p/${encodeURIComponent(id)}`), text: words.GAP_LINK } : undefined;
      openCard(map, { title: words.gapTitle(properties.name), lines, link });
    },
  );

  async function load() {
    const response = await fetch(options.data);
    if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
    /** @type {GeoJSON.FeatureCollection} */
    const collection = await response.json();
    areas = collection.features.map(({ geometry, properties }) => ({
      role: properties?.role,
      path: geometryPath(geometry, origin),
      properties: properties ?? {},
    }));
  }

  return {
    async show(wanted) {
      on = wanted;
      layer.redraw();
      if (!wanted) return;
      loading = loading ?? load();
      try {
        await loading;
      } catch (problem) {
        loading = null;
        on = false;
        throw problem;
      }
      layer.redraw();
    },
    isOn: () => on,
  };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} ratio
 */
function hatchPattern(context, ratio) {
  const tile = document.createElement("canvas");
  const side = (tile.width = tile.height = Math.round(HATCH_PX * ratio));
  const own = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  own.fillStyle = token("--raised");
  own.globalAlpha = 0.6;
  own.fillRect(0, 0, side, side);
  own.globalAlpha = 0.75;
  own.strokeStyle = token("--quiet");
  own.lineWidth = ratio;
  for (const shift of [-side, 0, side]) {
    own.moveTo(shift - 1, side + 1);
    own.lineTo(shift + side + 1, -1);
  }
  own.stroke();
  const pattern = context.createPattern(tile, "repeat");
  pattern?.setTransform(new DOMMatrix([1 / ratio, 0, 0, 1 / ratio, 0, 0]));
  return pattern;
}
