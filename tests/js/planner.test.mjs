/**
 * The planner's page without a browser: words, edits, the grid, the newest request. Expected values
 * are worked out by hand beside each case.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import {
  freshId, placeAfter, readScenario, sameFigures, scenarioFile, stepped, withEdit, without, withSites,
} from "../../static/js/planner-edits.js";
import { explanationOf } from "../../static/js/planner-facts.js";
import { boundsOf, changed, decodeGrid } from "../../static/js/planner-grid.js";
import { bandText, headlineOf, overlapOf, tableOf, weekOf } from "../../static/js/planner-model.js";
import { newest } from "../../static/js/planner-newest.js";
import { editSession } from "../../static/js/planner-session.js";
import {
  amount, barsPath, extremes, hourOf, hourSentence, hoursWords, hourText, instantOf, ofTheBest, percent, points,
  ticksPath,
} from "../../static/js/planner-words.js";

// --- words -----------------------------------------------------------------------------------

test("a share without a weight is a dash, neither 0 nor 100 %", () => {
  assert.deepEqual([percent(null), percent(undefined), percent(0), percent(0.8736)], ["–", "–", "0.0 %", "87.4 %"]);
});

test("a difference too small to print is not printed as none", () => {
  assert.deepEqual(
    [points(0.5, 0.507), points(0.5, 0.488), points(0.5, 0.5), points(0.5, 0.50001), points(null, 0.5)],
    ["+0.7", "−1.2", "±0", "+0.0…", "–"],
  );
});

test("areas are said in square kilometres, small ones in square metres, other weights as they are", () => {
  assert.deepEqual(
    [amount(123_450_000, "m2"), amount(90_000, "m2"), amount(-250_000, "m2"), amount(1234.56, "weight")],
    ["123.45 平方公里", "90,000 平方米", "-0.25 平方公里", "1,234.6"],
  );
});

test("an hour of the week has a day, a clock and an instant", () => {
  assert.deepEqual([0, 10, 167].map(hourText), ["周一 0:00", "周一 10:00", "周日 23:00"]);
  assert.equal(instantOf("2026-11-23", 10), "2026-11-23T10:00");
  assert.equal(instantOf("2026-12-28", 96), "2027-01-01T00:00"); // Friday after New Year's Eve
});

test("every hour comes back from its instant, and another week's instant is none", () => {
  for (let hour = 0; hour < 168; hour += 1) assert.equal(hourOf("2026-11-23", instantOf("2026-11-23", hour)), hour);
  assert.equal(hourOf("2026-11-23", "2026-11-30T00:00"), null);
  assert.equal(hourOf("2026-11-23", "2026-11-22T23:00"), null);
});

test("the slider says the band only where hours are unknown", () => {
  assert.equal(hourSentence(10, 0.874, 0.88), "周一 10:00:87.4 %,时间未知的都开着则 88.0 %");
  assert.equal(hourSentence(10, 0.874, 0.874), "周一 10:00:87.4 %");
});

test("the first of equal hours is the worst and the best", () => {
  const low = [3, 1, 4, 1, 4].map((value) => ({ low: value }));
  assert.deepEqual(extremes(low), { worst: 1, best: 2 });
});

test("bars stand on the floor and an hour without cover has none", () => {
  assert.equal(barsPath([0.5, 0, 1]), "M0.08 100v-50h.84v50zM2.08 100v-100h.84v100z");
});

test("ticks stand where it was, in the hours that changed", () => {
  assert.equal(ticksPath([0.5, 0.25, 0], [0.5, 0.3, 0.1]), "M1 75.0h1M2 100.0h1");
});

test("of the best that is possible is rounded down, because it is a promise", () => {
  assert.deepEqual([1.2, 0, 1.25, 100, 130].map(ofTheBest), ["98.8 %", "100.0 %", "98.7 %", "0.0 %", "0.0 %"]);
});

test("plain hours are said plainly and others stay as they are", () => {
  assert.deepEqual(
    ["", undefined, "24/7", "Mo-Su 08:00-22:00", "06:00-24:00", "Mo-Fr 08:00-11:30,13:30-17:00"].map(hoursWords),
    ["时间未知", "时间未知", "24 小时", "每天 8:00–22:00", "每天 6:00–24:00", "周一至周五 8:00–11:30、13:30–17:00"],
  );
  const long = "Mo-Fr 08:30-17:30; PH off";
  assert.equal(hoursWords(long), long);
  assert.deepEqual(
    ["22:00-06:00", "Sa-Su 10:00-00:30"].map(hoursWords), ["每天 22:00–6:00", "周六至周日 10:00–0:30"],
  );
});

// --- edits -----------------------------------------------------------------------------------

const ADD = { op: "add", id: "new-1", lat: 33.4, lon: 120.1, name: "设想 1", opening_hours: "24/7" };

test("moving what was added changes where it is added", () => {
  const edits = withEdit([ADD], { op: "move", id: "new-1", lat: 33.5, lon: 120.2 });
  assert.deepEqual(edits, [{ ...ADD, lat: 33.5, lon: 120.2 }]);
});

test("closing what was added takes it away", () => {
  assert.deepEqual(withEdit([ADD], { op: "close", id: "new-1" }), []);
});

test("a place moved twice has been moved once, in its old turn", () => {
  const first = withEdit([{ op: "move", id: "a", lat: 1, lon: 1 }, ADD], { op: "move", id: "a", lat: 2, lon: 2 });
  assert.deepEqual(first, [{ op: "move", id: "a", lat: 2, lon: 2 }, ADD]);
});

test("a closed place keeps nothing else, and moving or opening it closes it no longer", () => {
  const moved = [{ op: "move", id: "a", lat: 1, lon: 1 }, { op: "hours", id: "a", opening_hours: "24/7" }];
  const closed = withEdit(moved, { op: "close", id: "a" });
  assert.deepEqual(closed, [{ op: "close", id: "a" }]);
  assert.deepEqual(withEdit(closed, { op: "suspend", id: "a" }), [{ op: "suspend", id: "a" }]);
  assert.deepEqual(withEdit(closed, moved[1]), [moved[1]]);
});

test("a list is never changed in place", () => {
  const edits = Object.freeze([Object.freeze({ ...ADD })]);
  withEdit(edits, { op: "hours", id: "new-1", opening_hours: "" });
  without(edits, "new-1");
  assert.deepEqual(edits, [ADD]);
});

test("a fresh name is one that nobody has", () => {
  assert.equal(freshId([]), "new-1");
  assert.equal(freshId([ADD, { ...ADD, id: "new-3" }]), "new-2");
});

test("a place stands as the edits have it", () => {
  const base = { name: "甲站", lat: 33, lon: 120, opening_hours: "08:00-18:00" };
  const edits = [{ op: "move", id: "a", lat: 34, lon: 121 }, { op: "hours", id: "a", opening_hours: "24/7" }];
  assert.deepEqual(placeAfter(edits, "a", base), {
    id: "a", name: "甲站", lat: 34, lon: 121, opening_hours: "24/7", isNew: false, shut: null,
  });
  assert.equal(placeAfter([{ op: "close", id: "a" }], "a", base)?.shut, "close");
  assert.equal(placeAfter([ADD], "new-1", null)?.isNew, true);
  assert.equal(placeAfter([], "gone", null), null);
});

test("suggested sites become new places, and longer hours change existing ones", () => {
  const edits = withSites([ADD], [{ lat: 33.12345678, lon: 120, gain: 9 }, { lat: 1, lon: 1, id: "a", opening_hours: "08:00-22:00" }], "24/7");
  assert.deepEqual(edits.slice(1), [
    { op: "add", id: "new-2", lat: 33.123457, lon: 120, name: "建议 2", opening_hours: "24/7" },
    { op: "hours", id: "a", opening_hours: "08:00-22:00" },
  ]);
});

test("fifty metres north and east are fifty metres", () => {
  // geographiclib 2.1, Inverse(33.4, 120.1, …)["s12"]: 49.87 m north, 50.11 m east for 50 m on the sphere
  const north = stepped({ lat: 33.4, lon: 120.1 }, 50, 0);
  const east = stepped({ lat: 33.4, lon: 120.1 }, 0, 50);
  assert.deepEqual([north.lon, east.lat], [120.1, 33.4]);
  assert.ok(Math.abs(north.lat - 33.4 - 50 / 110_910) < 3e-6); // a degree there: 110,910 m
  assert.ok(Math.abs(east.lon - 120.1 - 50 / 93_030) < 3e-6); // and 93,030 m
});

// --- files -----------------------------------------------------------------------------------

const STANDARD = { minutes: 10, mode: "walk", method: "straight", spacing_m: 100, count_also: ["stale"] };
const FIGURES = {
  total: { weight: 100, covered: 80, share: 0.8 }, districts: [], overlap: { 1: 80 },
  week: { monday: "2026-11-23", total: [{ low: 1, high: 2 }] },
};

test("an exported scenario comes back as it was", () => {
  const file = scenarioFile({
    name: "三处", standard: STANDARD, edits: [ADD, { op: "close", id: "a" }], figures: FIGURES, revision: 7,
    savedAt: new Date(Date.UTC(2026, 10, 24)),
  });
  assert.equal(file.saved_at, "2026-11-24T00:00:00.000Z");
  assert.deepEqual(readScenario(JSON.stringify(file)), file);
});

for (const [what, text, sentence] of /** @type {const} */ ([
  ["no JSON", "PK\u0003\u0004", /不是 JSON/],
  ["another format", JSON.stringify({ format: "geojson" }), /格式是“geojson”/],
  ["nothing", "null", /不是方案/],
  ["no standard", JSON.stringify({ format: "scenario/1", edits: [] }), /缺少算法参数/],
  ["edits that are no list", JSON.stringify({ format: "scenario/1", standard: STANDARD, edits: {} }), /不超过 200 处/],
  ["too many edits", JSON.stringify({ format: "scenario/1", standard: STANDARD, edits: Array(201).fill(ADD) }), /不超过 200 处/],
  ["an unknown edit", JSON.stringify({ format: "scenario/1", standard: STANDARD, edits: [ADD, { op: "burn", id: "a" }] }), /第 2 处改动是“burn”/],
  ["a place outside the world", JSON.stringify({ format: "scenario/1", standard: STANDARD, edits: [{ ...ADD, lat: 120 }] }), /第 1 处改动的位置不对:120/],
  ["a latitude of text", JSON.stringify({ format: "scenario/1", standard: STANDARD, edits: [{ ...ADD, lat: "x" }] }), /位置不对/],
  ["an edit of nobody", JSON.stringify({ format: "scenario/1", standard: STANDARD, edits: [{ op: "close" }] }), /没有编号/],
])) {
  test(`a file with ${what} is refused with a sentence`, () => {
    assert.throws(() => readScenario(text), sentence);
  });
}

test("figures are the same whatever the order of their keys, and other weeks' hours are not compared", () => {
  const turned = { overlap: { 1: 80 }, districts: [], total: { share: 0.8, covered: 80, weight: 100 }, week: FIGURES.week };
  assert.ok(sameFigures(FIGURES, turned));
  assert.ok(!sameFigures(FIGURES, { ...FIGURES, overlap: { 1: 79 } }));
  assert.ok(!sameFigures(FIGURES, { ...FIGURES, week: { monday: "2026-11-23", total: [{ low: 1, high: 3 }] } }));
  assert.ok(sameFigures(FIGURES, { ...FIGURES, week: { monday: "2026-11-30", total: [] } }));
  assert.ok(!sameFigures(null, FIGURES));
});

// --- the grid --------------------------------------------------------------------------------

/** Three cells of 100 m in a row at 33.38° north (0.001077° of longitude each), one apart, one north. */
const POINTS = {
  spacing_m: 100, micro: 1_000_000,
  lat: [33_380_000, -1, 0, 0, 900],
  lon: [120_100_000, 1_077, 1_077, 5_000, -7_154],
  weight: 10_000, district: [0, 0, 0, 1, 1], districts: [["320902", "亭湖区"], ["320903", "盐都区"]],
  count: [0, 1, 2, 9, 0],
};

test("points come as differences, and neighbours in a row are joined", () => {
  const grid = decodeGrid(POINTS);
  assert.deepEqual([...grid.lat], [33.38, 33.379999, 33.379999, 33.379999, 33.380899]);
  assert.deepEqual([...grid.lon], [120.1, 120.101077, 120.102154, 120.107154, 120.1]);
  assert.deepEqual([...grid.joined], [1, 1, 0, 0, 0]);
});

test("points of a file are joined to nothing", () => {
  assert.deepEqual([...decodeGrid({ ...POINTS, spacing_m: null }).joined], [0, 0, 0, 0, 0]);
});

test("a short column refuses the whole answer", () => {
  assert.throws(() => decodeGrid({ ...POINTS, lat: [1] }), /lat/);
});

test("changes leave the grid's own counts alone", () => {
  const grid = decodeGrid(POINTS);
  assert.deepEqual([...changed(grid.count, [[0, 3], [3, 0]])], [3, 1, 2, 0, 0]);
  assert.deepEqual([...grid.count], [0, 1, 2, 9, 0]);
});

test("a district's bounds are those of its points", () => {
  const grid = decodeGrid(POINTS);
  assert.deepEqual(boundsOf(grid, "320903"), [33.379999, 120.1, 33.380899, 120.107154]);
  assert.equal(boundsOf(grid, "320999"), null);
});

// --- the model -------------------------------------------------------------------------------

const share = (/** @type {number} */ covered, weight = 200) => ({ weight, covered, share: weight ? covered / weight : null });
const COVERAGE = {
  mode: "walk", minutes: 10, method: "straight", detour_factor: 1.3, speed_kmh: 4, limit_m: 512.8,
  data: { revision: 7, sample: true, date: "2026-11-24", counted: 4, left_out: { kind: 2, stale: 0 } },
  demand: { points: 3, spacing_m: 100, unit: "m2" },
  districts: [{ adcode: "1", name: "甲区", ...share(60, 100) }, { adcode: "2", name: "乙区", ...share(100, 100) }],
  total: share(160), overlap: { 1: 160, 2: 50, 3: 10 },
  standards: [{ key: "km", label: "1 公里", source: "某标准", limit_m: 1000, districts: [share(90, 100), share(100, 100)], total: share(190) }],
  notes: [],
};
const bands = (/** @type {number} */ low, /** @type {number} */ high) => [{ low: 0, high: 0 }, { low, high }];
const WEEK = { monday: "2026-11-23", weight: 200, total: bands(40, 60), districts: { 1: bands(10, 20), 2: bands(30, 40) }, notes: [] };
const figures = (/** @type {number} */ first, /** @type {number} */ low) => ({
  total: share(first + 100),
  districts: [{ adcode: "1", name: "甲区", ...share(first, 100) }, { adcode: "2", name: "乙区", ...share(100, 100) }],
  overlap: { 1: first + 100, 2: 60, 3: 10 },
  week: { monday: "2026-11-23", total: bands(low + 30, low + 50), districts: { 1: bands(low, low + 10), 2: bands(30, 40) } },
});
const SCENARIO = { before: figures(60, 10), after: figures(70, 12), points: [], data: { revision: 7 }, notes: [], seconds: 0 };
const texts = (/** @type {any} */ model) =>
  [...model.rows, model.total].map((row) => row.cells.map((/** @type {any} */ cell) => cell.text).join(" "));

test("as it is, the table has the standard beside the published ones", () => {
  const model = tableOf({ coverage: COVERAGE, week: WEEK, scenario: null, hour: null });
  assert.deepEqual(model.headings, ["10 分钟", "1 公里"]);
  assert.deepEqual(texts(model), ["60.0 % 90.0 %", "100.0 % 100.0 %", "80.0 % 95.0 %"]);
});

test("at an hour, the sure and the possible share stand beside every hour alike", () => {
  const model = tableOf({ coverage: COVERAGE, week: WEEK, scenario: null, hour: 1 });
  assert.deepEqual(model.headings, ["不分时间", "周一 1:00", "未知的都开着"]);
  assert.deepEqual(texts(model), ["60.0 % 10.0 % 20.0 %", "100.0 % 30.0 % 40.0 %", "80.0 % 20.0 % 30.0 %"]);
});

test("with edits, the table has before, after and the difference", () => {
  const answers = { coverage: COVERAGE, week: WEEK, scenario: SCENARIO, hour: null };
  assert.deepEqual(texts(tableOf(answers)), ["60.0 % 70.0 % +10.0", "100.0 % 100.0 % ±0", "80.0 % 85.0 % +5.0"]);
  // at hour 1: 10 → 12 of 100, 30 → 30 of 100, 40 → 42 of 200
  assert.deepEqual(texts(tableOf({ ...answers, hour: 1 })), ["10.0 % 12.0 % +2.0", "30.0 % 30.0 % ±0", "20.0 % 21.0 % +1.0"]);
});

test("the headline follows the hour and the edits", () => {
  const plain = headlineOf({ coverage: COVERAGE, week: WEEK, scenario: null, hour: null });
  assert.deepEqual([plain.text, plain.after, plain.high], ["80.0 %", null, null]);
  const hour = headlineOf({ coverage: COVERAGE, week: WEEK, scenario: null, hour: 1 });
  assert.deepEqual([hour.text, hour.high], ["20.0 %", "30.0 %"]);
  const edited = headlineOf({ coverage: COVERAGE, week: WEEK, scenario: SCENARIO, hour: 1 });
  assert.deepEqual([edited.text, edited.after, edited.change, edited.high], ["20.0 %", "21.0 %", "+1.0", "31.0 %"]);
});

test("the week is the edited one, with the line of before only where it differs", () => {
  const plain = weekOf({ coverage: COVERAGE, week: WEEK, scenario: null, hour: null });
  assert.deepEqual([plain?.low, plain?.before, plain?.best], [[0, 0.2], null, 1]);
  const edited = weekOf({ coverage: COVERAGE, week: WEEK, scenario: SCENARIO, hour: null });
  assert.deepEqual([edited?.low, edited?.before], [[0, 0.21], [0, 0.2]]);
  const same = { ...SCENARIO, after: SCENARIO.before };
  assert.equal(weekOf({ coverage: COVERAGE, week: WEEK, scenario: same, hour: null })?.before, null);
});

test("overlap and band are shares of the whole weight, the band rounded down", () => {
  assert.deepEqual(overlapOf({ coverage: COVERAGE, week: null, scenario: null, hour: null }).map((part) => part.share), [0.25, 0.05]);
  assert.equal(bandText({ base: { total: share(1) }, band: { low: share(119), high: share(199.9) }, variations: [] }), "慢 59–快 99");
  assert.equal(bandText({ base: { total: share(0, 0) }, band: { low: share(0, 0), high: share(0, 0) }, variations: [] }), "");
});

test("every figure explains itself with its sum, its data and what was left out", () => {
  const known = {
    answers: { coverage: COVERAGE, week: WEEK, scenario: SCENARIO, hour: null },
    sensitivity: null, gaps: { gaps: [], count: 0, weight: 0 }, regionName: "某市",
    modeNames: { walk: "步行" }, reasons: { kind: "类别不计入", stale: "太久没有核实" },
  };
  for (const asked of [
    { explain: "total" }, { explain: "after" }, { explain: "cell", adcode: "1", column: "2" }, { explain: "cell", adcode: "total", column: "0" },
    { explain: "gaps" }, { explain: "week" }, { explain: "overlap", k: "2" },
  ]) {
    const facts = explanationOf(asked, known)?.facts.flat().join(" ") ?? "";
    for (const part of ["第 7 版", "2026-11-24", "示例数据", "类别不计入 2 处", "步行 10 分钟", "1.3"]) {
      assert.ok(facts.includes(part), `${asked.explain}: ${part}`);
    }
  }
  const difference = explanationOf({ explain: "cell", adcode: "1", column: "2" }, known)?.facts.flat().join(" ") ?? "";
  assert.ok(difference.includes("60 平方米 ÷ 100 平方米 = 60.0 %"));
  assert.equal(explanationOf({ explain: "nothing" }, known), null);
});

// --- requests --------------------------------------------------------------------------------

/** Requests that are answered when the test says so. */
function counter() {
  /** @type {{input: any, settle: (value: any) => void, fail: (problem: any) => void}[]} */
  const open = [];
  const run = (/** @type {any} */ input) => new Promise((settle, fail) => void open.push({ input, settle, fail }));
  return { open, run };
}
const turn = () => new Promise((settle) => setImmediate(settle));

test("of many questions while one is under way, only the newest is asked", async () => {
  const { open, run } = counter();
  /** @type {any[]} */
  const done = [];
  const runner = newest(run, (output) => done.push(output), assert.fail);
  for (const input of [1, 2, 3, 4]) runner.ask(input);
  open[0].settle("one");
  await turn();
  open[1].settle("four");
  await runner.idle();
  assert.deepEqual([open.map(({ input }) => input), done], [[1, 4], ["one", "four"]]);
});

test("what was forgotten is not heard of again, and a failure does not stop the next", async () => {
  const { open, run } = counter();
  /** @type {any[]} */
  const told = [];
  const runner = newest(run, (output) => told.push(output), (problem) => told.push(`failed ${problem}`));
  runner.ask("old");
  runner.forget();
  runner.ask("bad");
  open[0].settle("old");
  await turn();
  open[1].fail("no");
  runner.ask("good");
  await turn();
  open[2].settle("good");
  await runner.idle();
  assert.deepEqual(told, ["failed no", "good"]);
});

test("a whole movement is one step to undo", async () => {
  /** @type {any[]} */
  const answers = [];
  const session = editSession({
    ask: async (edits) => /** @type {any} */ (edits.length),
    onEdits: () => {},
    onAnswer: (answer) => answers.push(answer),
    onProblem: assert.fail,
  });
  session.set([ADD]);
  for (const lat of [33.41, 33.42]) session.set([{ ...ADD, lat }], { settled: false });
  session.set([{ ...ADD, lat: 33.43 }]);
  session.undo();
  assert.deepEqual(session.edits, [ADD]);
  session.undo();
  assert.deepEqual([session.edits, session.undoable], [[], false]);
  await session.idle();
  assert.equal(answers.at(-1), null); // no edits: no scenario
});
