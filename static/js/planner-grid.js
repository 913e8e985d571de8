/**
 * Demand points as typed arrays, from `/api/v1/coverage/points`. No DOM.
 *
 * A grid comes row by row from west to east, so neighbours can be painted as one bar; half a million
 * cells then cost some ten thousand rectangles.
 *
 * @typedef {object} PointsAnswer
 * @property {number|null} spacing_m
 * @property {number} micro          degrees × micro are whole numbers
 * @property {number[]} lat          the first, then differences
 * @property {number[]} lon
 * @property {number|number[]} weight
 * @property {number[]} district     into `districts`
 * @property {[string, string][]} districts  adcode, name
 * @property {number[]} count        places in reach, at most 9
 *
 * @typedef {object} Grid
 * @property {number|null} spacingM
 * @property {number} size
 * @property {Float64Array} lat
 * @property {Float64Array} lon
 * @property {Uint8Array} count
 * @property {Uint8Array} joined     1 where the next point is the next cell to the east
 * @property {Uint16Array} district
 * @property {[string, string][]} districts
 */

const METRES_PER_DEGREE = 111_195;

/**
 * @param {PointsAnswer} answer
 * @returns {Grid}
 */
export function decodeGrid(answer) {
  const size = answer.count.length;
  for (const column of /** @type {const} */ (["lat", "lon", "district"])) {
    if (answer[column].length !== size) throw new Error(`coverage/points: ${column}`);
  }
  const lat = degrees(answer.lat, answer.micro);
  const lon = degrees(answer.lon, answer.micro);
  return {
    spacingM: answer.spacing_m,
    size,
    lat,
    lon,
    count: Uint8Array.from(answer.count),
    joined: joinedCells(lat, lon, answer.spacing_m),
    district: Uint16Array.from(answer.district),
    districts: answer.districts,
  };
}

/**
 * @param {number[]} differences
 * @param {number} micro
 */
function degrees(differences, micro) {
  const values = new Float64Array(differences.length);
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) {
    sum += differences[i];
    values[i] = sum / micro;
  }
  return values;
}

/**
 * @param {Float64Array} lat
 * @param {Float64Array} lon
 * @param {number|null} spacingM
 */
function joinedCells(lat, lon, spacingM) {
  const joined = new Uint8Array(lat.length);
  if (spacingM === null) return joined;
  for (let i = 0; i + 1 < lat.length; i += 1) {
    const east = (lon[i + 1] - lon[i]) * METRES_PER_DEGREE * Math.cos((lat[i] * Math.PI) / 180);
    const north = (lat[i + 1] - lat[i]) * METRES_PER_DEGREE;
    if (Math.abs(east - spacingM) < spacingM / 4 && Math.abs(north) < spacingM / 4) joined[i] = 1;
  }
  return joined;
}

/**
 * The counts with some of them changed; the grid's own stay as they are.
 * @param {Uint8Array} counts
 * @param {[number, number][]} changes  index, count
 */
export function changed(counts, changes) {
  const now = counts.slice();
  for (const [index, count] of changes) now[index] = count;
  return now;
}

/**
 * South, west, north, east of one district's points; null where it has none.
 * @param {Grid} grid
 * @param {string} adcode
 * @returns {[number, number, number, number]|null}
 */
export function boundsOf(grid, adcode) {
  const wanted = grid.districts.findIndex(([code]) => code === adcode);
  let [south, west, north, east] = [90, 180, -90, -180];
  for (let i = 0; i < grid.size; i += 1) {
    if (grid.district[i] !== wanted) continue;
    south = Math.min(south, grid.lat[i]);
    north = Math.max(north, grid.lat[i]);
    west = Math.min(west, grid.lon[i]);
    east = Math.max(east, grid.lon[i]);
  }
  return south > north ? null : [south, west, north, east];
}

/**
 * The box round some points: south, west, north, east.
 * @param {{lat: number, lon: number}[]} points
 * @returns {[number, number, number, number]}
 */
export function around(points) {
  const lats = points.map(({ lat }) => lat);
  const lons = points.map(({ lon }) => lon);
  return [Math.min(...lats), Math.min(...lons), Math.max(...lats), Math.max(...lons)];
}
