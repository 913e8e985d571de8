/** Saved and recent places, with a storage that works, lies, and refuses. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import {
  forgetAll, isSaved, recentIds, rememberVisit, savedIds, toggleSaved,
} from "../../static/js/saved.js";

/** @type {Map<string, string>} */
const kept = new Map();
const works = {
  getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
  setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value),
  removeItem: (/** @type {string} */ key) => void kept.delete(key),
};
const refuse = () => {
  throw new Error("refused");
};
const storage = (/** @type {object} */ value) =>
  Object.defineProperty(globalThis, "localStorage", { value, configurable: true });

beforeEach(() => {
  kept.clear();
  storage(works);
});

test("a place is saved and taken back, the newest first", () => {
  assert.equal(toggleSaved("a"), true);
  assert.equal(toggleSaved("b"), true);
  assert.deepEqual(savedIds(), ["b", "a"]);
  assert.equal(toggleSaved("a"), false);
  assert.deepEqual(savedIds(), ["b"]);
  assert.equal(isSaved("a"), false);
});

test("the last ten visits are kept, each once", () => {
  for (let i = 0; i < 12; i += 1) rememberVisit(`p${i}`);
  rememberVisit("p5");
  assert.deepEqual(recentIds(),
    ["p5", "p11", "p10", "p9", "p8", "p7", "p6", "p4", "p3", "p2"]);
});

test("each list is forgotten alone, or both, and nothing is left behind", () => {
  toggleSaved("a");
  rememberVisit("b");
  forgetAll("recent");
  assert.deepEqual([savedIds(), recentIds()], [["a"], []]);
  rememberVisit("b");
  forgetAll();
  assert.equal(kept.size, 0);
});

test("what somebody else wrote there is no place", () => {
  for (const text of ["{", "null", "7", "[1, null, \"<b>\", \"ok\"]", "\"ok\""]) {
    kept.set("locator.saved", text);
    assert.deepEqual(savedIds(), text.startsWith("[") ? ["ok"] : []);
  }
});

test("a browser that keeps nothing is told apart, and nothing breaks", () => {
  storage({ ...works, setItem: refuse });
  assert.equal(toggleSaved("a"), null);
  rememberVisit("a");
  storage({ getItem: refuse, setItem: refuse, removeItem: refuse });
  assert.deepEqual([savedIds(), recentIds(), toggleSaved("a")], [[], [], null]);
  forgetAll();
});
