/**
 * The browser's twin of services/finding/: the same list, the same distances, the same answer to
 * "is it open when I get there?". The position never leaves this file's caller.
 *
 * Distances are geodesics on the WGS-84 ellipsoid in metres, by T. Vincenty, "Direct and inverse
 * solutions of geodesics on the ellipsoid with application of nested equations", Survey Review
 * 23 (176), 1975, pp. 88–93 (inverse formula; better than 1 mm where it converges).
 */

/** @typedef {"open" | "closing_soon" | "closed_on_arrival" | "closed" | "unknown"} OpenState */
/** Minutes since the list's midnight; null as in services/hours/.
 * @typedef {{state: OpenState, opensAt: number | null, closesAt: number | null}} Opening */
/** @typedef {{key: string, name: string, verb: string, speed_kmh: number, overhead_s: number}} Mode */
/** @typedef {{lat: number, lon: number}} Point */

/**
 * places.json as the server writes it (services/web/representations.py).
 * @typedef {{
 *   revision: number, region: string, sample: boolean, midnight: string, count: number,
 *   kinds: string[], districts: [string, string][], amenities: string[], precisions: string[],
 *   hours: [string, number[] | null][],
 *   id: string[], kind: number[], name: string[], address: string[], district: number[],
 *   lat: number[], lon: number[], precision: number[], opening: number[],
 *   yes: number[], no: number[], phone: string[], verified: number[]
 * }} CompactPlaces
 */

/**
 * @typedef {{
 *   id: string, kind: string, name: string, address: string, adcode: string, district: string,
 *   lat: number, lon: number, precision: string, hours: string, intervals: number[] | null,
 *   yes: number, no: number, phone: string, verifiedDay: number | null, text: string
 * }} Place
 */

/** `midnightMs`: minute 0 as epoch milliseconds; `day`: its local date, days since 1970-01-01.
 * @typedef {{revision: number, sample: boolean, midnightMs: number, day: number,
 *   amenities: string[], places: Place[]}} Registry */
/** @typedef {{place: Place, distanceM: number, travelS: number, opening: Opening}} Found */

const DAY = 1440;
const SCHEDULE_DAYS = 8;

/**
 * The compact columns as places. Throws if a column is short: half a list is worse than none.
 * @param {CompactPlaces} compact
 * @returns {Registry}
 */
export function decode(compact) {
  const columns = /** @type {const} */ (["id", "kind", "name", "address", "district", "lat", "lon",
    "precision", "opening", "yes", "no", "phone", "verified"]);
  for (const column of columns) {
    if (compact[column].length !== compact.count) throw new Error(`places.json: ${column}`);
  }
  // The local date alone, read as if it were UTC: no time zone of the phone can shift it.
  const day = Date.parse(`${compact.midnight.slice(0, 10)}T00:00:00Z`) / 86_400_000;
  return {
    revision: compact.revision,
    sample: compact.sample,
    midnightMs: Date.parse(compact.midnight),
    day,
    amenities: compact.amenities,
    places: compact.id.map((id, i) => decodePlace(compact, id, i)),
  };
}

/**
 * @param {CompactPlaces} compact
 * @param {string} id
 * @param {number} i
 * @returns {Place}
 */
function decodePlace(compact, id, i) {
  /** @template T @param {T[]} column @returns {T} */
  const at = (column) => /** @type {any} */ (column[i]);
  const [adcode, district] = compact.districts[at(compact.district)] ?? ["", ""];
  const [hours, intervals] = compact.hours[at(compact.opening)] ?? ["", null];
  const verified = at(compact.verified);
  const name = at(compact.name);
  const address = at(compact.address);
  return {
    id,
    kind: compact.kinds[at(compact.kind)] ?? "",
    name,
    address,
    adcode,
    district,
    lat: at(compact.lat) / 1e6,
    lon: at(compact.lon) / 1e6,
    precision: compact.precisions[at(compact.precision)] ?? "",
    hours,
    intervals,
    yes: at(compact.yes),
    no: at(compact.no),
    phone: at(compact.phone),
    verifiedDay: verified < 0 ? null : verified,
    text: plain(`${name}\n${address}\n${district}`),
  };
}

/**
 * The list from the server: one retry, because a lift or a tunnel often takes the first try.
 * @param {string} url
 * @param {number} timeoutMs for each try
 * @returns {Promise<Registry>}
 */
export async function load(url, timeoutMs = 15_000) {
  for (let attempt = 1; ; attempt += 1) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeoutMs);
    try {
      const response = await fetch(url, { signal: abort.signal });
      if (!response.ok) throw new Error(`${url}: ${response.status}`);
      return decode(await response.json());
    } catch (problem) {
      if (attempt === 2) throw problem;
    } finally {
      clearTimeout(timer);
    }
  }
}

/**
 * Text as it is compared: NFKC, lower case, no spaces at the ends.
 * @param {string} text
 */
export function plain(text) {
  return text.normalize("NFKC").toLowerCase().trim();
}

/**
 * Geodesic distance in metres between two WGS-84 points given in degrees.
 * Nearly antipodal points, where the formula does not converge, get the mean-radius sphere's figure.
 * @param {Point} from
 * @param {Point} to
 */
export function distanceM(from, to) {
  const a = 6378137;
  const f = 1 / 298.257223563;
  const b = a * (1 - f);
  const rad = Math.PI / 180;
  const L = (to.lon - from.lon) * rad;
  const U1 = Math.atan((1 - f) * Math.tan(from.lat * rad));
  const U2 = Math.atan((1 - f) * Math.tan(to.lat * rad));
  const sinU1 = Math.sin(U1);
  const cosU1 = Math.cos(U1);
  const sinU2 = Math.sin(U2);
  const cosU2 = Math.cos(U2);
  let lambda = L;
  for (let i = 0; i < 100; i += 1) {
    const sinLambda = Math.sin(lambda);
    const cosLambda = Math.cos(lambda);
    const sinSigma = Math.hypot(cosU2 * sinLambda, cosU1 * sinU2 - sinU1 * cosU2 * cosLambda);
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
  const cosine = Math.sin(from.lat * rad) * Math.sin(to.lat * rad) +
    Math.cos(from.lat * rad) * Math.cos(to.lat * rad) * Math.cos(L);
  return 6371008.8 * Math.acos(Math.max(-1, Math.min(1, cosine)));
}

/**
 * Seconds to get there without a street network: straight distance × detour ÷ speed + overhead.
 * @param {number} metres
 * @param {Mode} mode
 * @param {number} detourFactor
 */
export function travelSeconds(metres, mode, detourFactor) {
  return (metres * detourFactor) / (mode.speed_kmh / 3.6) + mode.overhead_s;
}

/**
 * The state at arrival, from the place's open intervals (flat start, end; end exclusive).
 * @param {number[] | null} intervals minutes since the list's midnight, null = not recorded
 * @param {number} nowMinute
 * @param {number} travelS
 * @param {number} closingSoonMinutes
 * @returns {Opening}
 */
export function openingOnArrival(intervals, nowMinute, travelS, closingSoonMinutes) {
  const horizon = SCHEDULE_DAYS * DAY;
  const arrival = nowMinute + travelS / 60;
  // An old list says nothing of a day that it does not cover.
  if (intervals === null || nowMinute < 0 || arrival >= horizon) {
    return { state: "unknown", opensAt: null, closesAt: null };
  }
  /** @type {number | null} */
  let openNowUntil = null;
  /** @type {number | null} */
  let opensAt = null;
  for (let i = 0; i < intervals.length; i += 2) {
    const start = intervals[i] ?? 0;
    const end = intervals[i + 1] ?? 0;
    if (start <= arrival && arrival < end) {
      const state = end < horizon && end - arrival < closingSoonMinutes ? "closing_soon" : "open";
      return { state, opensAt: null, closesAt: end >= horizon ? null : end };
    }
    if (start <= nowMinute && nowMinute < end) openNowUntil = end;
    if (opensAt === null && start > arrival) opensAt = start;
  }
  if (openNowUntil === null) return { state: "closed", opensAt, closesAt: null };
  return { state: "closed_on_arrival", opensAt, closesAt: openNowUntil };
}

/** Whether it never shuts within the list's days. @param {Place} place */
export function isRoundTheClock(place) {
  const hours = place.intervals;
  return hours !== null && hours.length === 2 && hours[0] === 0 && hours[1] === SCHEDULE_DAYS * DAY;
}

/** @type {Readonly<Record<OpenState, number>>} */
export const GROUP = { open: 0, closing_soon: 0, unknown: 1, closed_on_arrival: 2, closed: 2 };

/**
 * @typedef {{
 *   kinds?: string[], adcode?: string, amenities?: string[], withUnrecorded?: boolean,
 *   roundTheClock?: boolean, text?: string
 * }} Filter an empty or missing member does not restrict
 */

/**
 * The places that the filter keeps, and how many it drops only because nobody recorded the facility.
 * @param {Registry} registry
 * @param {Filter} filter
 * @returns {{places: Place[], unrecorded: number}}
 */
export function choose(registry, filter) {
  const wanted = (filter.amenities ?? [])
    .map((key) => 1 << registry.amenities.indexOf(key))
    .reduce((mask, bit) => mask | bit, 0);
  const words = plain(filter.text ?? "").split(/\s+/).filter(Boolean);
  let unrecorded = 0;
  const places = registry.places.filter((place) => {
    if (filter.kinds?.length && !filter.kinds.includes(place.kind)) return false;
    if (filter.adcode && place.adcode !== filter.adcode) return false;
    if (filter.roundTheClock && !isRoundTheClock(place)) return false;
    if (!words.every((word) => place.text.includes(word))) return false;
    if ((place.yes & wanted) === wanted) return true;
    if (place.no & wanted) return false;
    unrecorded += 1;
    return filter.withUnrecorded === true;
  });
  return { places, unrecorded };
}

/**
 * Open on arrival first, then hours not recorded, then shut; inside a group by distance, then id.
 * @param {Place[]} places
 * @param {{origin: Point, nowMinute: number, mode: Mode, detourFactor: number,
 *   closingSoonMinutes: number}} trip
 * @returns {Found[]}
 */
export function rank(places, trip) {
  const found = places.map((place) => {
    const metres = distanceM(trip.origin, place);
    const travelS = travelSeconds(metres, trip.mode, trip.detourFactor);
    const opening = openingOnArrival(
      place.intervals, trip.nowMinute, travelS, trip.closingSoonMinutes);
    return { place, distanceM: metres, travelS, opening };
  });
  return found.sort((one, other) =>
    GROUP[one.opening.state] - GROUP[other.opening.state] ||
    one.distanceM - other.distanceM ||
    (one.place.id < other.place.id ? -1 : 1));
}
