/**
 * The browser's search. Distances: geographiclib 2.1 (Karney 2013), Geodesic.WGS84.Inverse(...)["s12"],
 * run once in Python and pasted here. Times and orders: worked out by hand beside each case.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  choose, decode, distanceM, find, isRoundTheClock, keepOpen, load, openingOnArrival, rank,
  travelSeconds,
} from "../../static/js/find.js";
import { Distances } from "../../static/js/geodesic.js";

const WALK = { key: "walk", name: "步行", verb: "走过去", speed_kmh: 4, overhead_s: 0 };
const EBIKE = { key: "ebike", name: "电动车", verb: "骑过去", speed_kmh: 15, overhead_s: 60 };
const WEEK = 8 * 1440;

/** Four places round (33.38, 120.14): open, unknown, closed, and one that never shuts. */
const COMPACT = {
  format: 2,
  revision: 7,
  region: "yancheng",
  sample: true,
  midnight: "2026-11-23T00:00:00+08:00",
  count: 4,
  days: 47,
  kinds: ["station", "trucker_home"],
  districts: [["320902", "亭湖区"], ["320903", "盐都区"]],
  amenities: ["water", "meal_heating", "toilet"],
  precisions: ["door", "street"],
  accesses: ["open", "qr_door"],
  day_patterns: [[480, 1080], [], [0, 1440]],
  hours: [
    ["8:00-18:00", [0, ...Array(46).fill(1)]], ["看门口公告", null], ["24小时", Array(47).fill(2)],
  ],
  id: ["c", "a", "b", "d"],
  kind: [0, 0, 0, 1],
  name: ["建军路驿站", "毓龙驿站", "{{7*7}}<img src=x onerror=alert(1)>${1}", "ＫＡ卡友之家"],
  address: ["建军中路68号", "", "解放南路1号", "204国道"],
  district: [0, 0, -1, 1],
  lat: [33381000, 33380100, 33390000, 33400000],
  lon: [120140000, 120140000, 120140000, 120140000],
  precision: [0, 0, 1, 0],
  opening: [0, 1, 0, 2],
  yes: [0b011, 0b001, 0b001, 0b101],
  no: [0b100, 0b010, 0b000, 0b000],
  phone: ["", "0515-12351", "", ""],
  verified: [20769, -1, 20000, 20780],
  access: [0, -1, 1, 0],
  host: [3, "毓龙街道办事处", "", 0],
  other_names: { 3: ["货车司机之家", "Ｂ 204"] },
  township: { 1: "毓龙街道" },
};

const trip = (over = {}) => ({
  origin: { lat: 33.38, lon: 120.14 }, nowMinute: 600, mode: WALK, detourFactor: 1.3,
  closingSoonMinutes: 30, ...over,
});
const ids = (/** @type {{id: string}[]} */ places) => places.map((place) => place.id);

for (const [from, to, metres, tolerance] of /** @type {const} */ ([
  [[33.3872, 120.139], [33.3911, 120.1452], 721.0150823501491, 1e-4],
  [[33.37, 120.15], [34.2, 119.58], 106124.05050363952, 1e-3],
  [[33.3872, 120.139], [33.3872, 120.1391], 9.30428835321065, 1e-4],
  [[0, 0], [0, 1], 111319.49079327357, 1e-3],
  [[60, 179.9], [60.1, -179.9], 15757.486649186241, 1e-3],
  [[33.37, 120.15], [-33.87, 151.21], 8120930.784860881, 1e-3],
  // Nearly antipodal: Vincenty's series does not converge; the sphere's figure is within 0.5 %.
  [[-41.32, 174.81], [40.96, -5.5], 19959679.26735382, 1e5],
])) {
  test(`the geodesic from ${from} to ${to} agrees with geographiclib`, () => {
    const measured = distanceM({ lat: from[0], lon: from[1] }, { lat: to[0], lon: to[1] });
    assert.ok(Math.abs(measured - metres) < tolerance, `${measured}`);
  });
}

test("a point is no distance from itself", () => {
  assert.equal(distanceM({ lat: 33.4, lon: 120.1 }, { lat: 33.4, lon: 120.1 }), 0);
});

test("513 metres with the detour of 1.3 are ten minutes on foot", () => {
  // 4 km/h for 600 s is 666.7 m of street; ÷ 1.3 = 512.8 m straight
  assert.ok(Math.abs(travelSeconds(512.8205, WALK, 1.3) - 600) < 0.001);
});

test("an e-bike's minute of overhead is added once", () => {
  // 2,500 m × 1.0 at 15 km/h = 600 s, + 60 s
  assert.ok(Math.abs(travelSeconds(2500, EBIKE, 1) - 660) < 1e-9);
});

for (const [what, intervals, now, travelMinutes, expected] of /** @type {const} */ ([
  ["open all the way", [480, 1080], 600, 12, ["open", null, 1080]],
  ["closes 29 minutes after arrival", [480, 1080], 1039, 12, ["closing_soon", null, 1080]],
  ["closes exactly 30 minutes after arrival", [480, 1080], 1038, 12, ["open", null, 1080]],
  ["closes in 10, 12 minutes away", [480, 1080, 1920, 2520], 1070, 12, ["closed_on_arrival", 1920, 1080]],
  ["arrival at the closing minute", [480, 1080], 1068, 12, ["closed_on_arrival", null, 1080]],
  ["arrival at the opening minute", [480, 1080], 468, 12, ["open", null, 1080]],
  ["shut now, open on arrival", [480, 1080], 475, 12, ["open", null, 1080]],
  ["shut at lunch", [480, 720, 780, 1080], 725, 12, ["closed", 780, null]],
  ["a night shift at 05:50", [0, 360, 1320, 1800], 350, 5, ["closing_soon", null, 360]],
  ["never shuts", [0, WEEK], 600, 12, ["open", null, null]],
  ["shuts within eight days", [0, WEEK - 1], 600, 12, ["open", null, WEEK - 1]],
  ["on the list's third day, shuts within eight days of it", [0, WEEK + 100], 3000, 12,
    ["open", null, WEEK + 100]],
  ["opens after a long holiday", [480, 1080, 20000, 20600], 1200, 12, ["closed", 20000, null]],
  // Eight days and 31 more from today: 39 × 1440 = 56160
  ["opens at the end of what is looked at", [56159, 56160], 600, 12, ["closed", 56159, null]],
  ["opens later than that", [56160, 56170], 600, 12, ["closed", null, null]],
  ["arrives the day after", [56160, 56170], 1430, 12, ["closed", 56160, null]],
  ["never opens", [], 600, 12, ["closed", null, null]],
  ["hours not recorded", null, 600, 12, ["unknown", null, null]],
  ["the last minute of a list", [0, 47 * 1440], WEEK - 1, 0, ["open", null, null]],
  ["a list too old for today", [0, 47 * 1440], WEEK, 0, ["unknown", null, null]],
  ["a phone whose clock is before the list", [0, 47 * 1440], -1, 0, ["unknown", null, null]],
  ["forty days on foot, beyond what is listed", [0, 47 * 1440], 600, 47 * 1440, ["unknown", null, null]],
  ["forty days on foot, never shuts", [0, 47 * 1440], 600, 40 * 1440, ["open", null, null]],
  ["no time at all", [0, 47 * 1440], NaN, 0, ["unknown", null, null]],
])) {
  test(`on arrival: ${what}`, () => {
    const opening = openingOnArrival(intervals && [...intervals], now, travelMinutes * 60, 30);
    assert.deepEqual([opening.state, opening.opensAt, opening.closesAt], expected);
  });
}

test("columns become places with degrees, words and unknowns", () => {
  const registry = decode(COMPACT);
  assert.equal(registry.midnightMs, Date.UTC(2026, 10, 22, 16));
  assert.equal(registry.day, Date.UTC(2026, 10, 23) / 86_400_000);
  const [first, second, third] = registry.places;
  assert.deepEqual([first.lat, first.lon, first.district], [33.381, 120.14, "亭湖区"]);
  assert.deepEqual([second.verifiedDay, second.intervals], [null, null]);
  assert.deepEqual([third.district, third.name], ["", COMPACT.name[2]]);
  assert.deepEqual(registry.places.map((place) => place.index), [0, 1, 2, 3]);
  assert.deepEqual(registry.places.map((place) => place.access), ["open", "", "qr_door", "open"]);
  assert.deepEqual(registry.places.map((place) => place.host), ["建军路", "毓龙街道办事处", "", ""]);
  assert.deepEqual(registry.places.map((place) => place.township), ["", "毓龙街道", "", ""]);
  assert.deepEqual(registry.places[3].otherNames, ["货车司机之家", "Ｂ 204"]);
  assert.equal(registry.places[3].text, "ka卡友之家\n货车司机之家\nb204\n204国道\n盐都区");
});

test("days are joined where they touch, and one schedule is one list for all its places", () => {
  const { places } = decode({ ...COMPACT, day_patterns: [[0, 360, 1320, 1440], [600, 720], [0, 1440]] });
  assert.deepEqual(places[0].intervals?.slice(0, 6), [0, 360, 1320, 1440, 2040, 2160]);
  assert.deepEqual(places[3].intervals, [0, 47 * 1440]);
  assert.equal(places[0].intervals, places[2].intervals);
  const night = decode({ ...COMPACT, day_patterns: [[1320, 1440], [0, 360], [0, 1440]] });
  assert.deepEqual(night.places[0].intervals?.slice(0, 4), [1320, 1800, 2880, 3240]);
});

for (const format of [undefined, 1, 3]) {
  test(`a list of format ${format} is refused with its number`, () => {
    assert.throws(() => decode({ ...COMPACT, format }), new RegExp(`format ${format}, expected 2`));
  });
}

test("a list with a short column is refused as a whole", () => {
  assert.throws(() => decode({ ...COMPACT, lat: COMPACT.lat.slice(1) }), /lat/);
});

test("open first, then unknown however near, then closed", () => {
  const { places } = decode(COMPACT);
  // At 10:00 c (111 m), b (1,109 m) and d (2,218 m) are open; a is nearest (11 m), hours unknown.
  assert.deepEqual(ids(rank(places, trip()).map((one) => one.place)), ["c", "b", "d", "a"]);
  // At 20:00 only d is open.
  assert.deepEqual(
    ids(rank(places, trip({ nowMinute: 1200 })).map((one) => one.place)), ["d", "a", "c", "b"]);
});

test("equal distances are ordered by id", () => {
  const registry = decode({ ...COMPACT, lat: [33390000, 33390000, 33390000, 33390000], opening: [2, 2, 2, 2] });
  assert.deepEqual(ids(rank(registry.places, trip()).map((one) => one.place)), ["a", "b", "c", "d"]);
});

test("a facility keeps those that have it and counts those where nobody recorded it", () => {
  const registry = decode(COMPACT);
  const heated = choose(registry, { amenities: ["meal_heating"] });
  // c has it; a says no; b and d do not say
  assert.deepEqual([ids(heated.places), heated.unrecorded], [["c"], 2]);
  const both = choose(registry, { amenities: ["meal_heating"], withUnrecorded: true });
  assert.deepEqual(ids(both.places), ["c", "b", "d"]);
});

test("a facility that the list does not know is had by none", () => {
  assert.deepEqual(choose(decode(COMPACT), { amenities: ["sauna"] }).places, []);
});

test("kind, district and round the clock restrict together", () => {
  const registry = decode(COMPACT);
  assert.deepEqual(ids(choose(registry, { kinds: ["station"] }).places), ["c", "a", "b"]);
  assert.deepEqual(ids(choose(registry, { adcode: "320903", roundTheClock: true }).places), ["d"]);
  assert.deepEqual(registry.places.map(isRoundTheClock), [false, false, false, true]);
});

test("search looks at name, address and district, in any width and case", () => {
  const registry = decode(COMPACT);
  const search = (/** @type {string} */ text) => ids(choose(registry, { text }).places);
  assert.deepEqual(search(" ka卡友 "), ["d"]);
  assert.deepEqual(search("亭湖 建军"), ["c"]);
  assert.deepEqual(search("{{7*7}}<img"), ["b"]);
  assert.deepEqual(search("没有这样的地方"), []);
});

test("what was matched exactly stands before what sounds alike, that before slips", () => {
  const registry = decode(COMPACT);
  const matching = Int8Array.of(2, 0, 1, -1);
  const { places } = choose(registry, { matching, text: "not looked at" });
  assert.deepEqual(ids(places), ["c", "a", "b"]);
  for (const list of [undefined, registry]) {
    const order = rank(places, trip({ matching, registry: list })).map((one) => one.place);
    assert.deepEqual(ids(order), ["a", "b", "c"]);
  }
});

test("open now keeps those that are open on arrival and counts the unknown", () => {
  const registry = decode(COMPACT);
  // At 10:00 c, b and d are open, a's hours are not recorded; at 20:00 only d is open.
  const found = find(registry, { openNow: true }, trip());
  assert.deepEqual([ids(found.found.map((one) => one.place)), found.unknown], [["c", "b", "d"], 1]);
  const late = find(registry, { openNow: true }, trip({ nowMinute: 1200 }));
  assert.deepEqual([ids(late.found.map((one) => one.place)), late.unknown], [["d"], 1]);
  const all = find(registry, { amenities: ["meal_heating"] }, trip());
  assert.deepEqual([all.found.length, all.unrecorded, all.unknown], [1, 2, 0]);
  assert.equal(keepOpen(all.found).found.length, 1);
});

/** A list of many places, some behind one door. @param {number} count @param {number} seed */
function many(count, seed) {
  let state = seed;
  const chance = () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
  /** @template T @param {() => T} make */
  const column = (make) => Array.from({ length: count }, make);
  const numbers = column(() => Math.floor(chance() * count));
  return decode({
    ...COMPACT,
    count,
    id: numbers.map((number, i) => `${number}-${i}`),
    kind: column(() => 0),
    name: column(() => "站"),
    address: column(() => ""),
    district: column(() => -1),
    lat: column(() => 33_000_000 + Math.floor(chance() * 60) * 20_000),
    lon: column(() => 119_600_000 + Math.floor(chance() * 60) * 20_000),
    precision: column(() => 0),
    opening: column(() => Math.floor(chance() * 3)),
    yes: column(() => 0),
    no: column(() => 0),
    phone: column(() => ""),
    verified: column(() => -1),
    access: column(() => -1),
    host: column(() => ""),
    other_names: {},
    township: {},
  });
}

for (const count of [1, 2, 711, 10_000]) {
  test(`what is kept of ${count} places changes neither their distances nor their order`, () => {
    const registry = many(count, count);
    const matching = Int8Array.from(registry.places, (_, i) => (i * 7) % 4 - 1);
    // Each differs in one thing from the one before.
    const fast = trip({ nowMinute: 1000, mode: { ...WALK, speed_kmh: 400 } });
    const trips = [
      trip(), trip({ origin: { lat: 33.38, lon: 119.9 } }),
      fast, trip({ ...fast, closingSoonMinutes: 90 }), fast,
      trip({ ...fast, mode: { ...fast.mode, overhead_s: 1500 } }), fast,
      trip({ ...fast, detourFactor: 2 }), fast, trip({ nowMinute: 1000 }), trip({ nowMinute: 1070 }), trip({ nowMinute: 1070, mode: EBIKE }),
      trip({ origin: { lat: 32.98, lon: 119.6 } }), trip({ origin: { lat: 0, lon: -60 } }), trip(),
    ];
    for (const one of trips) {
      for (const filter of [{}, { matching }]) {
        const { places } = choose(registry, filter);
        const slow = rank(places, { ...one, ...filter });
        const fast = rank(places, { ...one, ...filter, registry });
        assert.deepEqual(fast, slow);
        assert.deepEqual(find(registry, filter, one).found, slow);
      }
    }
  });
}

test("distances that the presorting cuts equal are settled exactly", () => {
  // Steps of a hundredth of a millimetre, far below the cut for a list of this length.
  const points = Array.from({ length: 5000 }, (_, i) => ({
    id: String((i * 7919) % 5000), lat: 33 + ((i * 31) % 5000) * 1e-10, lon: 120,
  }));
  const { order, metres } = new Distances(points).from({ lat: 33.5, lon: 120 });
  const expected = points.map((_, i) => i).sort((one, other) =>
    metres[one] - metres[other] || (points[one].id < points[other].id ? -1 : 1));
  assert.deepEqual(Array.from(order), expected);
});

test("an empty list has nothing near", () => {
  const registry = many(0, 1);
  assert.deepEqual(find(registry, {}, trip()).found, []);
});

test("the same moment asked again is answered with the same judgements", () => {
  const registry = many(50, 3);
  const first = rank(registry.places, trip({ registry }));
  const again = rank(registry.places.slice(0, 10), trip({ registry }));
  assert.ok(again.every((one) => first.includes(one)));
  const later = rank(registry.places, trip({ registry, nowMinute: 601 }));
  assert.ok(later.every((one) => !first.includes(one)));
});

test("a first try that fails is followed by one more, then by the error", async (context) => {
  let tries = 0;
  context.mock.method(globalThis, "fetch", async () => {
    tries += 1;
    return tries === 1 ? new Response("", { status: 503 }) : Response.json(COMPACT);
  });
  assert.equal((await load("/places.json")).places.length, 4);
  assert.equal(tries, 2);
  tries = -10;
  context.mock.method(globalThis, "fetch", async () => {
    tries += 1;
    return new Response("", { status: 503 });
  });
  await assert.rejects(load("/places.json"), /503/);
  assert.equal(tries, -8);
});
