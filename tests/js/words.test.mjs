/** How the finder speaks. The list's midnight is Monday 2026-11-23, 00:00. */
import assert from "node:assert/strict";
import { test } from "node:test";

import * as english from "../../static/js/en/words.js";
import {
  countText, distanceText, hoursLine, hoursUnrecordedText, momentText, noneNear, notFound, STATE_MARKS,
  STATE_WORDS, travelText, unrecordedText, verifiedText, wholeMinutes,
} from "../../static/js/words.js";

const MONDAY = Date.UTC(2026, 10, 23) / 86_400_000;
const at = (/** @type {number} */ day, /** @type {number} */ hour, minute = 0) =>
  day * 1440 + hour * 60 + minute;

test("minutes are rounded up and never below one", () => {
  assert.deepEqual([0, 59, 60, 61, 360, 600.001].map(wholeMinutes), [1, 1, 1, 2, 6, 11]);
});

test("more than 99 minutes are said in hours", () => {
  assert.deepEqual(travelText(99 * 60), { number: "99", unit: "分钟" });
  assert.deepEqual(travelText(120 * 60), { number: "2.0", unit: "小时" });
  assert.deepEqual(travelText(1500 * 60), { number: "25", unit: "小时" });
});

test("distances are metres up to a kilometre, then kilometres", () => {
  const said = [412.4, 999.4, 1000, 1349, 23_456, 120_400].map(distanceText);
  assert.deepEqual(said, ["412 米", "999 米", "1.0 公里", "1.3 公里", "23.5 公里", "120 公里"]);
});

for (const [minute, now, expected] of /** @type {const} */ ([
  [at(0, 22), at(0, 21, 40), "今晚 22:00"],
  [at(0, 8), at(0, 6), "今天 8:00"],
  [at(1, 8), at(0, 21, 40), "明早 8:00"],
  [at(1, 13, 30), at(0, 21, 40), "明天 13:30"],
  [at(1, 0, 30), at(0, 21, 40), "今夜 0:30"],
  [at(1, 0, 30), at(0, 9), "明天凌晨 0:30"],
  [at(2, 8, 5), at(0, 9), "周三 8:05"],
  [at(6, 8), at(0, 9), "周日 8:00"],
  [at(7, 8, 30), at(0, 9), "11月30日 8:30"],
  [at(3, 8, 30), at(2, 9), "明早 8:30"],
])) {
  test(`a moment is said as ${expected}`, () => {
    assert.equal(momentText(minute, now, MONDAY), expected);
  });
}

for (const [opening, expected] of /** @type {const} */ ([
  [{ state: "open", opensAt: null, closesAt: at(0, 22) }, "到今晚 22:00"],
  [{ state: "closing_soon", opensAt: null, closesAt: at(0, 12) }, "到今天 12:00"],
  [{ state: "open", opensAt: null, closesAt: null }, "全天开放"],
  [{ state: "closed_on_arrival", opensAt: at(1, 8), closesAt: at(0, 22) }, "明早 8:00 开"],
  [{ state: "closed", opensAt: null, closesAt: null }, "近几天不开"],
  [{ state: "unknown", opensAt: null, closesAt: null }, "没登记营业时间"],
])) {
  test(`the line after ${opening.state} is ${expected}`, () => {
    assert.equal(hoursLine(opening, at(0, 11), MONDAY), expected);
  });
}

test("a verification is as many days ago as it is, and unknown is said", () => {
  assert.deepEqual([0, 12, 200, null].map(verifiedText),
    ["今天核实", "12 天前核实", "200 天前核实", "没有核实记录"]);
});

test("every state has a word and a mark of its own group", () => {
  assert.deepEqual(Object.keys(STATE_WORDS), Object.keys(STATE_MARKS));
  assert.equal(new Set(Object.values(STATE_WORDS)).size, 5);
  assert.deepEqual(new Set(Object.values(STATE_MARKS)), new Set(["●", "◐", "○", "?"]));
});

test("the list says how many there are, and how many one gets into", () => {
  assert.equal(countText(12, 7, false), "12 处,现在开门 7 处");
  assert.equal(countText(12, 7, true), "12 处,到了能进门 7 处");
  assert.equal(english.countText(1, 0, false), "1 place, 0 open now");
});

test("none near is said with the way one goes", () => {
  const travel = { number: "23", unit: "分钟" };
  assert.equal(noneNear(10, "drive", "卡友之家", travel, "11.2 公里", ""),
    "开车 10 分钟内没有卡友之家,最近的 23 分钟(11.2 公里)");
  assert.equal(noneNear(10, "walk", "", travel, "1.2 公里", "已打烊"),
    "走路 10 分钟内没有符合的地方,最近的 23 分钟(1.2 公里,已打烊)");
  assert.equal(english.noneNear(10, "drive", "Truckers' home", { number: "23", unit: "min" }, "11.2 km", ""),
    "Truckers' home: none within 10 min by car. The nearest is 23 min away (11.2 km)");
});

for (const [opening, expected] of /** @type {const} */ ([
  [{ state: "open", opensAt: null, closesAt: at(0, 22) }, "until tonight 22:00"],
  [{ state: "closed", opensAt: at(1, 8), closesAt: null }, "opens tomorrow 8:00"],
  [{ state: "closed", opensAt: at(2, 8, 30), closesAt: null }, "opens Wed 8:30"],
  [{ state: "closed", opensAt: at(9, 8), closesAt: null }, "opens 2 Dec 8:00"],
  [{ state: "unknown", opensAt: null, closesAt: null }, "ask before you go"],
])) {
  test(`in English: ${expected}`, () => {
    assert.equal(english.hoursLine(opening, at(0, 11), MONDAY), expected);
  });
}

test("what is not found and what is dropped is said in both languages", () => {
  assert.equal(notFound("水"), "没有找到“水”。");
  assert.equal(notFound(""), "没有同时符合这些条件的地方。");
  assert.equal(unrecordedText(3), "没登记:3 处");
  assert.equal(hoursUnrecordedText(3), "时间没登记:3 处");
  assert.equal(english.unrecordedText(3), "Not recorded: 3");
});
