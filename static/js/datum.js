/**
 * WGS-84 to GCJ-02, for WeChat's own map. The twin of services/geo/datum.py, which says where the
 * formula comes from (it is not officially published): sums of sines, in metres, on the Krasovsky
 * 1940 ellipsoid; the identity outside the usual rectangle round China.
 */

const SOUTH = 0.8293;
const WEST = 72.004;
const NORTH = 55.8271;
const EAST = 137.8347;
const AXIS_M = 6_378_245;
const ECCENTRICITY_SQUARED = 0.00669342162296594323;
const DEGREES = 180 / Math.PI;

/** The sine of a number of half turns.
 * @param {number} halves */
const wave = (halves) => Math.sin(halves * Math.PI);

/**
 * @param {number} lat WGS-84 degrees
 * @param {number} lon WGS-84 degrees
 * @returns {{lat: number, lon: number}} GCJ-02 degrees
 */
export function gcj02(lat, lon) {
  if (!(lat >= SOUTH && lat <= NORTH && lon >= WEST && lon <= EAST)) return { lat, lon };
  const x = lon - 105;
  const y = lat - 35;
  const root = Math.sqrt(Math.abs(x));
  const ripple = 20 * wave(6 * x) + 20 * wave(2 * x);
  const northM = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    + (ripple + 20 * wave(y) + 40 * wave(y / 3) + 160 * wave(y / 12) + 320 * wave(y / 30)) * 2 / 3;
  const eastM = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    + (ripple + 20 * wave(x) + 40 * wave(x / 3) + 150 * wave(x / 12) + 300 * wave(x / 30)) * 2 / 3;
  const phi = lat / DEGREES;
  const wSquared = 1 - ECCENTRICITY_SQUARED * Math.sin(phi) ** 2;
  const meridianM = AXIS_M * (1 - ECCENTRICITY_SQUARED) / (wSquared * Math.sqrt(wSquared));
  const parallelM = AXIS_M / Math.sqrt(wSquared) * Math.cos(phi);
  return { lat: lat + northM / meridianM * DEGREES, lon: lon + eastM / parallelM * DEGREES };
}
