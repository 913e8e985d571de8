/**
 * The browser's search. Distances: geographiclib 2.1 (Karney 2013), Geodesic.WGS84.Inverse(...)["s12"],
 * run once in Python and pasted here. Times and orders: worked out by hand beside each case.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  choose, decode, distanceM, isRoundTheClock, load, openingOnArrival, rank, travelSeconds,
} from "../../static/js/find.js";

const WALK = { key: "walk", name: "步行", verb: "走过去", speed_kmh: 4, overhead_s: 0 };
const EBIKE = { key: "ebike", name: "电动车", verb: "骑过去", speed_kmh: 15, overhead_s: 60 };
const WEEK = 8 * 1440;

/** Four places round (33.38, 120.14): open, unknown, closed, and one that never shuts. */
const COMPACT = {
  revision: 7,
  region: "yancheng",
  sample: true,
  midnight: "2026-11-23T00:00:00+08:00",
  count: 4,
  kinds: ["station", "trucker_home"],
  districts: [["320902", "亭湖区"], ["320903", "盐都区"]],
  amenities: ["water", "meal_heating", "toilet"],
  precisions: ["door", "street"],
  hours: [["8:00-18:00", [480, 1080]], ["看门口公告", null], ["24小时", [0, WEEK]]],
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
  ["never opens", [], 600, 12, ["closed", null, null]],
  ["hours not recorded", null, 600, 12, ["unknown", null, null]],
  ["a list too old for today", [0, WEEK], WEEK, 0, ["unknown", null, null]],
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
});

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
