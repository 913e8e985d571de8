/**
 * The demand on the map: one cell a point, by how many places reach it. Gaps are hatched and the rest
 * goes from light to dark, so that it survives grey print and colour-blind eyes.
 *
 * Cells are painted opaque and the pane is made translucent: neighbours may overlap by a pixel
 * without a seam.
 */
import { project, token } from "./map-canvas.js";

const LEVELS = ["--cover-none", "--cover-once", "--cover-twice", "--cover-more"];
/** A longer bar would leave its row: the grid's rows turn against the parallels. */
const JOINED_MAX = 16;
const HATCH_PX = 8;
const POINT_PX = 7;
const EARTH_PX_PER_M = (256 * 2 ** 12) / 40_075_016.686;

/**
 * @param {import("./planner-grid.js").Grid} grid
 * @param {[number, number]} origin
 */
export function cellPainter(grid, origin) {
  const { size, joined, spacingM } = grid;
  const x = new Float64Array(size);
  const y = new Float64Array(size);
  const half = new Float64Array(size);
  for (let i = 0; i < size; i += 1) {
    const [px, py] = project(grid.lat[i], grid.lon[i]);
    x[i] = px - origin[0];
    y[i] = py - origin[1];
    half[i] = ((spacingM ?? 0) / 2) * (EARTH_PX_PER_M / Math.cos((grid.lat[i] * Math.PI) / 180));
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import("./map-canvas.js").View} view
   * @param {Uint8Array} counts
   */
  return function paint(context, view, counts) {
    const { a: scale, e: left, f: top } = view.matrix(origin);
    const { ratio } = view;
    const [width, height] = [view.width * ratio, view.height * ratio];
    const least = spacingM === null ? (POINT_PX * ratio) / 2 : ratio / 2;
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    for (let level = 0; level < LEVELS.length; level += 1) {
      context.fillStyle = (level === 0 && hatch(context, ratio)) || token(LEVELS[level]);
      for (let i = 0; i < size; i += 1) {
        if (Math.min(counts[i], 3) !== level) continue;
        const first = i;
        while (joined[i] && i - first < JOINED_MAX && Math.min(counts[i + 1], 3) === level) i += 1;
        const reach = Math.max(half[first] * scale * ratio, least);
        const y0 = (y[first] * scale + top) * ratio;
        if (y0 + reach < 0 || y0 - reach > height) continue;
        const x0 = (x[first] * scale + left) * ratio - reach;
        const x1 = (x[i] * scale + left) * ratio + reach;
        if (x1 < 0 || x0 > width) continue;
        const [l, t] = [Math.floor(x0), Math.floor(y0 - reach)];
        context.fillRect(l, t, Math.ceil(x1) - l, Math.ceil(y0 + reach) - t);
      }
    }
    context.restore();
  };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} ratio
 */
function hatch(context, ratio) {
  const side = Math.round(HATCH_PX * ratio);
  const tile = document.createElement("canvas");
  tile.width = tile.height = side;
  const own = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  own.fillStyle = token("--cover-none");
  own.fillRect(0, 0, side, side);
  own.strokeStyle = token("--cover-hatch");
  own.lineWidth = 1.4 * ratio;
  for (const shift of [-side, 0, side]) {
    own.moveTo(shift - 1, side + 1);
    own.lineTo(shift + side + 1, -1);
  }
  own.stroke();
  return context.createPattern(tile, "repeat");
}
