/**
 * The browser's twin of services/finding/: the same list, the same distances, the same answer to
 * "is it open when I get there?". The position never leaves this file's caller.
 */

import { distanceM, Distances } from "./geodesic.js";

export { distanceM };

/** @typedef {"open" | "closing_soon" | "closed_on_arrival" | "closed" | "unknown"} OpenState */
/** Minutes since the list's midnight; null as in services/hours/.
 * `isTooOld`: the hours are recorded, but the list's days do not reach the moment.
 * @typedef {{state: OpenState, opensAt: number | null, closesAt: number | null, isTooOld?: true}} Opening */
/** @typedef {{key: string, name: string, verb: string, speed_kmh: number, overhead_s: number}} Mode */
/** @typedef {import("./geodesic.js").Point} Point */

/**
 * places.json as the server writes it (services/web/compact.py).
 * @typedef {{
 *   format: number, revision: number, region: string, sample: boolean, midnight: string,
 *   count: number, days: number, kinds: string[], districts: [string, string][], accesses: string[],
 *   amenities: string[], precisions: string[], day_patterns: number[][], hours: [string, number[] | null][],
 *   id: string[], kind: number[], name: string[], address: string[], district: number[],
 *   lat: number[], lon: number[], precision: number[], opening: number[],
 *   yes: number[], no: number[], phone: string[], verified: number[], access: number[],
 *   host: (string | number)[], other_names: Record<string, string[]>,
 *   township: Record<string, string>, unlocated?: Record<string, number>
 * }} CompactPlaces
 */

/**
 * `index`: where it stands in its registry's `places`; `access`, `host`, `township`: "" when not
 * recorded; `text`: what the search looks at, folded.
 * @typedef {{
 *   index: number, id: string, kind: string, name: string, otherNames: string[], address: string,
 *   township: string, adcode: string, district: string, lat: number, lon: number,
 *   precision: string, hours: string, intervals: number[] | null, yes: number, no: number,
 *   phone: string, access: string, host: string, verifiedDay: number | null, text: string}} Place
 */

/** `midnightMs`: minute 0 as epoch milliseconds; `day`: its local date, days since 1970-01-01;
 * `sentMs`: when the server says it sent the list, 0 = not said; `behindMs`: so far the phone's clock
 * is behind; `districts`: adcode, name; `unlocated`: how many without a point, by adcode.
 * @typedef {{revision: number, sample: boolean, midnightMs: number, day: number, sentMs: number,
 *   behindMs: number, districts: [string, string][], unlocated: Record<string, number>,
 *   amenities: string[], places: Place[]}} Registry */
/** @typedef {{place: Place, distanceM: number, travelS: number, opening: Opening}} Found */

/** The form of the list that this file reads; another is refused, not guessed at. */
export const FORMAT = 2;
const DAY = 1440;
// As in services/limits.py and services/hours/opening.py.
const SCHEDULE_DAYS = 8;
const LOOK_AHEAD_DAYS = 31;
/** What a list holds: enough for who arrives the day after with a list seven days old. */
const LIST_DAYS = 2 * SCHEDULE_DAYS + LOOK_AHEAD_DAYS;

/**
 * The compact columns as places. Throws for another format (an old list and a new page do not
 * go together: fetch it anew) and for a short column: half a list is worse than none.
 * @param {CompactPlaces} compact
 * @returns {Registry}
 */
export function decode(compact) {
  if (compact.format !== FORMAT) {
    throw new Error(`places.json: format ${compact.format}, expected ${FORMAT}`);
  }
  const columns = /** @type {const} */ (["id", "kind", "name", "address", "district", "lat", "lon",
    "precision", "opening", "yes", "no", "phone", "verified", "access", "host"]);
  for (const column of columns) {
    if (compact[column].length !== compact.count) throw new Error(`places.json: ${column}`);
  }
  const timetables = compact.hours.map(([, days]) => days && joined(days, compact.day_patterns));
  // The local date alone, read as if it were UTC: no time zone of the phone can shift it.
  const day = Date.parse(`${compact.midnight.slice(0, 10)}T00:00:00Z`) / 86_400_000;
  return {
    revision: compact.revision,
    sample: compact.sample,
    midnightMs: Date.parse(compact.midnight),
    day,
    sentMs: 0,
    behindMs: 0,
    districts: compact.districts,
    unlocated: compact.unlocated ?? {},
    amenities: compact.amenities,
    places: compact.id.map((id, i) => decodePlace(compact, timetables, id, i)),
  };
}

/**
 * Days of open minutes as one flat list since the first midnight; what touches at midnight is one.
 * @param {number[]} days numbers of patterns
 * @param {number[][]} patterns flat start, end since a day's midnight
 */
function joined(days, patterns) {
  /** @type {number[]} */
  const flat = [];
  days.forEach((pattern, day) => {
    const edges = patterns[pattern] ?? [];
    for (let i = 0; i < edges.length; i += 2) {
      const start = day * DAY + (edges[i] ?? 0);
      if (flat.length && flat[flat.length - 1] === start) flat.pop();
      else flat.push(start);
      flat.push(day * DAY + (edges[i + 1] ?? 0));
    }
  });
  return flat;
}

/**
 * @param {CompactPlaces} compact
 * @param {(number[] | null)[]} timetables
 * @param {string} id
 * @param {number} i
 * @returns {Place}
 */
function decodePlace(compact, timetables, id, i) {
  /** @template T @param {T[]} column @returns {T} */
  const at = (column) => /** @type {any} */ (column[i]);
  const [adcode, district] = compact.districts[at(compact.district)] ?? ["", ""];
  const verified = at(compact.verified);
  const name = at(compact.name);
  const address = at(compact.address);
  const host = at(compact.host);
  const otherNames = compact.other_names[i] ?? [];
  const township = compact.township[i] ?? "";
  return {
    index: i,
    id,
    kind: compact.kinds[at(compact.kind)] ?? "",
    name,
    otherNames,
    address,
    township,
    adcode,
    district,
    lat: at(compact.lat) / 1e6,
    lon: at(compact.lon) / 1e6,
    precision: compact.precisions[at(compact.precision)] ?? "",
    hours: compact.hours[at(compact.opening)]?.[0] ?? "",
    intervals: timetables[at(compact.opening)] ?? null,
    yes: at(compact.yes),
    no: at(compact.no),
    phone: at(compact.phone),
    access: compact.accesses[at(compact.access)] ?? "",
    host: typeof host === "number" ? name.slice(0, host) : host,
    verifiedDay: verified < 0 ? null : verified,
    text: folded([name, ...otherNames, address, township, district]),
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
      return { ...decode(await response.json()), sentMs: dateOf(response) };
    } catch (problem) {
      if (attempt === 2) throw problem;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** When an answer was sent; of two servers that wrote it the last one counts. @param {Response} response */
export const dateOf = (response) =>
  Date.parse(response.headers.get("Date")?.match(/\w{3}, [\w :]+ GMT/g)?.pop() ?? "") || 0;

/**
 * Text as it is compared: NFKC, lower case, no spaces at the ends.
 * @param {string} text
 */
export function plain(text) {
  return text.normalize("NFKC").toLowerCase().trim();
}

/** Texts as the search keeps them: each plain and without spaces, one a line.
 * @param {string[]} texts */
export const folded = (texts) =>
  texts.map((text) => plain(text).replace(/\s+/g, "")).filter(Boolean).join("\n");

/**
 * Seconds to get there without a street network: straight distance × detour ÷ speed + overhead.
 * @param {number} metres
 * @param {Mode} mode
 * @param {number} detourFactor
 */
export function travelSeconds(metres, mode, detourFactor) {
  return (metres * detourFactor) / (mode.speed_kmh / 3.6) + mode.overhead_s;
}

/** Whether a list's days reach a moment. @param {number} minute since the list's midnight */
export const isCovered = (minute) => minute >= 0 && minute < SCHEDULE_DAYS * DAY;

/**
 * The state at arrival, from the place's open intervals (flat start, end; end exclusive): what
 * `opening_on_arrival` of services/hours/ answers, for a list that is at most seven days old.
 * @param {number[] | null} intervals minutes since the list's midnight, null = not recorded
 * @param {number} nowMinute
 * @param {number} travelS
 * @param {number} closingSoonMinutes
 * @returns {Opening}
 */
export function openingOnArrival(intervals, nowMinute, travelS, closingSoonMinutes) {
  const arrival = nowMinute + travelS / 60;
  if (intervals === null) return { state: "unknown", opensAt: null, closesAt: null };
  // An old list says nothing of today, and none of a day far off.
  if (!isCovered(nowMinute) || arrival >= LIST_DAYS * DAY) {
    return { state: "unknown", opensAt: null, closesAt: null, isTooOld: true };
  }
  // Eight days counted from the day of arrival: who closes later than that does not close.
  const settled = Math.min(Math.floor(arrival / DAY) + SCHEDULE_DAYS, LIST_DAYS) * DAY;
  /** @type {number | null} */
  let openNowUntil = null;
  /** @type {number | null} */
  let opensAt = null;
  for (let i = 0; i < intervals.length; i += 2) {
    const start = intervals[i] ?? 0;
    const end = intervals[i + 1] ?? 0;
    if (start > arrival) {
      if (start < settled + LOOK_AHEAD_DAYS * DAY) opensAt = start;
      break;
    }
    if (arrival < end) {
      const state = end - arrival < closingSoonMinutes ? "closing_soon" : "open";
      return { state, opensAt: null, closesAt: end >= settled ? null : end };
    }
    if (start <= nowMinute && nowMinute < end) openNowUntil = end;
  }
  if (openNowUntil === null) return { state: "closed", opensAt, closesAt: null };
  return { state: "closed_on_arrival", opensAt, closesAt: openNowUntil };
}

/** Whether it never shuts within eight days of the list's midnight. @param {Place} place */
export function isRoundTheClock(place) {
  const [start, end] = place.intervals ?? [];
  return start === 0 && end !== undefined && end >= SCHEDULE_DAYS * DAY;
}

/** @type {Readonly<Record<OpenState, number>>} */
export const GROUP = { open: 0, closing_soon: 0, unknown: 1, closed_on_arrival: 2, closed: 2 };

/**
 * `matching`: what search.js's `matches` gave, which replaces `text` (a plain substring).
 * `openNow` is for `find`: states are known only there.
 * @typedef {{
 *   kinds?: string[], adcode?: string, amenities?: string[], withUnrecorded?: boolean,
 *   roundTheClock?: boolean, text?: string, matching?: Int8Array | null, openNow?: boolean
 * }} Filter an empty or missing member does not restrict
 */

/**
 * `registry`: where the places come from; with it, distances and order are kept between calls.
 * @typedef {{origin: Point, nowMinute: number, mode: Mode, detourFactor: number,
 *   closingSoonMinutes: number, matching?: Int8Array | null, registry?: Registry}} Trip
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
  const { kinds, adcode, matching } = filter;
  const words = matching ? [] : plain(filter.text ?? "").split(/\s+/).filter(Boolean);
  let unrecorded = 0;
  const places = registry.places.filter((place) => {
    if (kinds?.length && !kinds.includes(place.kind)) return false;
    if (adcode && place.adcode !== adcode) return false;
    if (filter.roundTheClock && !isRoundTheClock(place)) return false;
    if (matching && (matching[place.index] ?? -1) < 0) return false;
    for (const word of words) {
      if (!place.text.includes(word)) return false;
    }
    if ((place.yes & wanted) === wanted) return true;
    if (place.no & wanted) return false;
    unrecorded += 1;
    return filter.withUnrecorded === true;
  });
  return { places, unrecorded };
}

/**
 * Open on arrival first, then hours not recorded, then shut; inside a group by distance, then id.
 * With `matching`, what was typed exactly comes before what only sounds like it, and that before
 * slips; the groups are inside these.
 * @param {Place[]} places
 * @param {Trip} trip
 * @returns {Found[]}
 */
export function rank(places, trip) {
  if (trip.registry) return rankKept(places, trip, keptOf(trip.registry));
  return places.map((place) => judged(place, distanceM(trip.origin, place), trip)).sort(
    (one, other) =>
      (trip.matching?.[one.place.index] ?? 0) - (trip.matching?.[other.place.index] ?? 0) ||
      GROUP[one.opening.state] - GROUP[other.opening.state] ||
      one.distanceM - other.distanceM ||
      (one.place.id < other.place.id ? -1 : 1));
}

/**
 * What is kept of a registry: distances for one origin, and what was found for one trip.
 * @typedef {{distances: Distances, trip: Trip | null, found: (Found | undefined)[]}} Kept
 */
/** @type {WeakMap<Registry, Kept>} */
const KEPT = new WeakMap();

/** @param {Registry} registry @returns {Kept} */
function keptOf(registry) {
  let kept = KEPT.get(registry);
  if (!kept) {
    kept = { distances: new Distances(registry.places), trip: null, found: [] };
    KEPT.set(registry, kept);
  }
  return kept;
}

/**
 * `rank` without sorting: the whole list is in order already, and each place goes to the end of
 * its group. Who asks again for the same moment and mode gets the same judgements.
 * @param {Place[]} places
 * @param {Trip} trip
 * @param {Kept} kept
 */
function rankKept(places, trip, kept) {
  const { metres, order } = kept.distances.from(trip.origin);
  if (!kept.trip || !isSameTrip(kept.trip, trip)) {
    kept.trip = { ...trip, origin: { ...trip.origin } };
    kept.found = new Array(metres.length);
  }
  const wanted = new Uint8Array(metres.length);
  for (const place of places) wanted[place.index] = 1;
  const all = /** @type {Registry} */ (trip.registry).places;
  /** @type {Found[][]} */
  const groups = [[], [], [], [], [], [], [], [], []];
  for (let k = 0; k < order.length; k += 1) {
    const i = /** @type {number} */ (order[k]);
    if (!wanted[i]) continue;
    const found = kept.found[i] ??
      judged(/** @type {Place} */ (all[i]), /** @type {number} */ (metres[i]), trip);
    kept.found[i] = found;
    groups[3 * (trip.matching?.[i] ?? 0) + GROUP[found.opening.state]]?.push(found);
  }
  return /** @type {Found[]} */ ([]).concat(...groups);
}

/** @param {Trip} one @param {Trip} other */
function isSameTrip(one, other) {
  return one.nowMinute === other.nowMinute && one.mode.speed_kmh === other.mode.speed_kmh &&
    one.mode.overhead_s === other.mode.overhead_s && one.detourFactor === other.detourFactor &&
    one.closingSoonMinutes === other.closingSoonMinutes &&
    one.origin.lat === other.origin.lat && one.origin.lon === other.origin.lon;
}

/** @param {Place} place @param {number} metres @param {Trip} trip @returns {Found} */
function judged(place, metres, trip) {
  const travelS = travelSeconds(metres, trip.mode, trip.detourFactor);
  const opening = openingOnArrival(
    place.intervals, trip.nowMinute, travelS, trip.closingSoonMinutes);
  return { place, distanceM: metres, travelS, opening };
}

/**
 * Only those where one gets in; how many were dropped because their hours are not recorded.
 * @param {Found[]} found
 * @returns {{found: Found[], unknown: number}}
 */
export function keepOpen(found) {
  return {
    found: found.filter((one) => GROUP[one.opening.state] === 0),
    unknown: found.reduce((sum, one) => sum + Number(one.opening.state === "unknown"), 0),
  };
}

/**
 * The list's answer in one call: chosen, ranked and, with `openNow`, only what is open on arrival.
 * `unknown`: how many `openNow` dropped because their hours are not recorded.
 * @param {Registry} registry
 * @param {Filter} filter
 * @param {Trip} trip
 * @returns {{found: Found[], unrecorded: number, unknown: number}}
 */
export function find(registry, filter, trip) {
  const { places, unrecorded } = choose(registry, filter);
  const found = rank(places, { ...trip, registry, matching: filter.matching });
  return { unrecorded, ...(filter.openNow ? keepOpen(found) : { found, unknown: 0 }) };
}
