/**
 * How far: geodesics on the WGS-84 ellipsoid, of two points and of one to many.
 *
 * By T. Vincenty, "Direct and inverse solutions of geodesics on the ellipsoid with application of
 * nested equations", Survey Review 23 (176), 1975, pp. 88–93 (inverse formula, in metres; better
 * than 1 mm where it converges).
 */

/** Degrees, WGS-84. @typedef {{lat: number, lon: number}} Point */

const AXIS_M = 6378137;
const FLATTENING = 1 / 298.257223563;
const SPHERE_M = 6371008.8;
const RADIAN = Math.PI / 180;

/**
 * Metres between two points. Nearly antipodal ones, where the formula does not converge, get the
 * mean-radius sphere's figure.
 * @param {Point} from
 * @param {Point} to
 */
export function distanceM(from, to) {
  const U1 = reducedLatitude(from.lat);
  const U2 = reducedLatitude(to.lat);
  return geodesicM(from, to, Math.sin(U1), Math.cos(U1), Math.sin(U2), Math.cos(U2));
}

/** @param {number} lat */
const reducedLatitude = (lat) => Math.atan((1 - FLATTENING) * Math.tan(lat * RADIAN));

/**
 * The same with the sines and cosines of both reduced latitudes at hand.
 * @param {Point} from @param {Point} to
 * @param {number} sinU1 @param {number} cosU1 @param {number} sinU2 @param {number} cosU2
 */
function geodesicM(from, to, sinU1, cosU1, sinU2, cosU2) {
  const a = AXIS_M;
  const f = FLATTENING;
  const b = a * (1 - f);
  const L = (to.lon - from.lon) * RADIAN;
  let lambda = L;
  for (let i = 0; i < 100; i += 1) {
    const sinLambda = Math.sin(lambda);
    const cosLambda = Math.cos(lambda);
    const east = cosU2 * sinLambda;
    const north = cosU1 * sinU2 - sinU1 * cosU2 * cosLambda;
    const sinSigma = Math.sqrt(east * east + north * north);
    if (sinSigma === 0) return 0;
    const cosSigma = sinU1 * sinU2 + cosU1 * cosU2 * cosLambda;
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (cosU1 * cosU2 * sinLambda) / sinSigma;
    const cos2Alpha = 1 - sinAlpha * sinAlpha;
    const cos2SigmaM = cos2Alpha === 0 ? 0 : cosSigma - (2 * sinU1 * sinU2) / cos2Alpha;
    const C = (f / 16) * cos2Alpha * (4 + f * (4 - 3 * cos2Alpha));
    const squared = 2 * cos2SigmaM * cos2SigmaM - 1;
    const last = lambda;
    lambda = L + (1 - C) * f * sinAlpha *
      (sigma + C * sinSigma * (cos2SigmaM + C * cosSigma * squared));
    if (Math.abs(lambda - last) > 1e-12) continue;
    const u2 = (cos2Alpha * (a * a - b * b)) / (b * b);
    const A = 1 + (u2 / 16384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
    const B = (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
    const deltaSigma = B * sinSigma * (cos2SigmaM + (B / 4) * (cosSigma * squared -
      (B / 6) * cos2SigmaM * (4 * sinSigma * sinSigma - 3) * (4 * cos2SigmaM * cos2SigmaM - 3)));
    return b * A * (sigma - deltaSigma);
  }
  const cosine = Math.sin(from.lat * RADIAN) * Math.sin(to.lat * RADIAN) +
    Math.cos(from.lat * RADIAN) * Math.cos(to.lat * RADIAN) * Math.cos(L);
  return SPHERE_M * Math.acos(Math.max(-1, Math.min(1, cosine)));
}

/** Half the ellipsoid's girth and a little: no geodesic is longer. */
const LONGEST_M = 2.01e7;

/**
 * The distances of many points from one origin, and their order, kept until the origin moves.
 * The same metres as `distanceM`, and the same order as sorting by them and then by id.
 */
export class Distances {
  /** @param {readonly (Point & {id: string})[]} points */
  constructor(points) {
    this.points = points;
    this.metres = new Float64Array(points.length);
    /** Indexes of the points, the nearest first. */
    this.order = new Uint32Array(points.length);
    /** @type {Point | null} */
    this.origin = null;
    const latitudes = points.map((point) => reducedLatitude(point.lat));
    this.sines = Float64Array.from(latitudes, Math.sin);
    this.cosines = Float64Array.from(latitudes, Math.cos);
  }

  /**
   * Measure from here; at once when it is where we measured from last.
   * @param {Point} origin
   */
  from(origin) {
    if (this.origin?.lat === origin.lat && this.origin.lon === origin.lon) return this;
    const U1 = reducedLatitude(origin.lat);
    const sinU1 = Math.sin(U1);
    const cosU1 = Math.cos(U1);
    this.points.forEach((point, i) => {
      this.metres[i] = geodesicM(
        origin, point, sinU1, cosU1, this.sines[i] ?? 0, this.cosines[i] ?? 1);
    });
    this.origin = { lat: origin.lat, lon: origin.lon };
    this.sort();
    return this;
  }

  /**
   * Sorting numbers without a comparison function is many times faster. So each distance, cut to
   * less than a millimetre, becomes the high digits of a whole number and the index its low digits;
   * what the cut made equal is settled by the true distance afterwards.
   */
  sort() {
    const { metres, order, points } = this;
    const count = metres.length;
    const steps = Math.floor(Number.MAX_SAFE_INTEGER / (count * LONGEST_M)) || 1;
    const keys = new Float64Array(count);
    for (let i = 0; i < count; i += 1) keys[i] = Math.floor((metres[i] ?? 0) * steps) * count + i;
    keys.sort();
    /** @param {number} i @param {number} other */
    const isAfter = (i, other) => {
      const ahead = (metres[i] ?? 0) - (metres[other] ?? 0);
      return ahead > 0 || (ahead === 0 && (points[i]?.id ?? "") > (points[other]?.id ?? ""));
    };
    for (let k = 0; k < count; k += 1) {
      const i = (keys[k] ?? 0) % count;
      let at = k;
      for (; at > 0 && isAfter(order[at - 1] ?? 0, i); at -= 1) order[at] = order[at - 1] ?? 0;
      order[at] = i;
    }
  }
}
