/**
 * The search. What is expected of the first part was read from a dictionary by hand; the second part
 * holds the search against its definition, written down as plainly as possible and slow: try every text
 * position, every piece, and for slips every word that is one edit away.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { choose, decode, rank } from "../../static/js/find.js";
import {
  loadWords, matches, matchesText, matchingTexts, prepare, prepareTexts,
} from "../../static/js/search.js";

const READINGS = {
  a: "阿", bei: "北背", chang: "长昌", chong: "重虫", dong: "东洞", fang: "放方坊", gong: "工公", guo: "国",
  hui: "会汇", jian: "建健见", jie: "解街节", jun: "军君", lu: "路陆鹿", lv: "绿", long: "龙", min: "民",
  nan: "南男", nv: "女", qing: "庆清", ren: "人仁", xi: "西", an: "安", xian: "先县", yan: "盐严", yi: "驿",
  yu: "毓玉", zhan: "站战", zhang: "长张", zhi: "职", zhong: "中重",
};
const WORDS = {
  revision: 1,
  readings: READINGS,
  kinds: { station: ["户外劳动者服务站"], trucker_home: ["卡友之家", "Truckers' home"] },
};

/** @param {{name: string, address?: string, kind?: number, other?: string[]}[]} places */
function registryOf(places) {
  const zeros = places.map(() => 0);
  return decode({
    format: 2, revision: 1, region: "yancheng", sample: true, midnight: "2026-11-23T00:00:00+08:00",
    count: places.length, days: 47, kinds: ["station", "trucker_home"],
    districts: [["320902", "亭湖区"]], amenities: [], precisions: ["door"], accesses: ["open"],
    day_patterns: [], hours: [["", null]],
    id: places.map((_, i) => String.fromCharCode(97 + i)),
    kind: places.map((place) => place.kind ?? 0),
    name: places.map((place) => place.name),
    address: places.map((place) => place.address ?? ""),
    district: zeros, lat: zeros, lon: zeros, precision: zeros, opening: zeros, yes: zeros, no: zeros,
    phone: places.map(() => ""), verified: zeros, access: zeros, host: zeros,
    other_names: Object.fromEntries(places.map((place, i) => [i, place.other ?? []])),
    township: {},
  });
}

const PLACES = registryOf([
  { name: "解放南路工会驿站", address: "建军中路68号" },
  { name: "人民北路驿站", address: "", other: ["长安站"] },
  { name: "重庆路", address: "ＫＡ 12弄 3号" },
  { name: "绿洲女工站", kind: 1 },
]);
const SEARCH = prepare(PLACES, WORDS);

/** "a0 b1": ids and their ranks. @param {string} text */
const found = (text) => Array.from(matches(SEARCH, text) ?? [], (rank, i) => [i, rank])
  .filter(([, rank]) => rank >= 0).map(([i, rank]) => `${PLACES.places[i].id}${rank}`).join(" ");

for (const [what, text, expected] of [
  ["as written", "解放南路", "a0"],
  ["its initials", "jfnl", "a1"],
  ["some of its initials", "fnl", "a1"],
  ["whole pinyin", "jiefangnanlu", "a1"],
  ["initials and syllables mixed", "jfnanlu", "a1"],
  ["while it is being typed", "jiefangna", "a1"],
  ["characters and letters mixed", "解fang南l", "a1"],
  ["two letters of an initial", "gonghyizh", "a1"],
  ["with apostrophes and tones", "Jiě'fàng", "a1"],
  ["in full width", "ｊｆｎｌ", "a1"],
  ["words apart, in any order", "lu jiefang", "a1"],
  ["of the same sound", "健军", "a1"],
  ["of the same sound, one word right and one not", "解放 健军", "a1"],
  ["one reading of 长", "changan", "b1"],
  ["the other reading of 长", "zhanganzhan", "b1"],
  ["one reading of 重", "chongqinglu", "c1"],
  ["the other reading of 重", "zhongqing", "c1"],
  ["ü as v", "lv", "d1"],
  ["ü as it is", "nǚ工", "d1"],
  ["a number", "68号", "a0"],
  ["a number with its words spelled", "junzhonglu68", "a1"],
  ["letters in full width inside a text", "ka 12弄", "c0"],
  ["over a space of the text", "ka12弄3", "c0"],
  ["the name of a kind", "卡友之家", "d0"],
  ["another name of a kind", "劳动者", "a0 b0 c0"],
  ["a kind in English", "truckers", "d0"],
  ["a kind and a street", "劳动者 建军", "a0"],
  ["the district", "亭湖 解放", "a0"],
  ["another name of the place", "长安", "b0"],
  ["exact before sound: 中 is written in one and sounds in another", "zhong", "a1 c1"],

  ["one character wrong", "解放东路", "a2"],
  ["one character missing", "解南路工", "a2"],
  ["one character too many", "解放西南路", "a2"],
  ["two characters swapped", "解南放路", "a2"],
  ["a letter wrong", "jiefangnonlu", "a2"],
  ["a letter missing", "jiefangnalu", "a2"],
  ["the first letter missing", "iefangnanlu", "a2"],
  ["a letter too many", "jieffangnanlu", "a2"],
  ["two letters swapped", "jeifangnanlu", "a2"],
  ["two letters swapped between syllables", "jiefannganlu", "a2"],
  ["a slip in long initials", "jfnlghxz", "a2"],
  ["a sound and a slip", "解方东路", "a2"],
  ["two slips are none", "解西东路", ""],
  ["two letters' slips are none", "jeifangnnalu", ""],
  ["a slip is not looked for beside better ones", "人民北路", "b0"],

  ["too short for a slip: two characters", "解东", ""],
  ["too short for a slip: three letters", "jix", ""],
  ["short initials with a slip", "jfml", ""],
  ["one letter stands for itself only", "j", ""],
  ["one character stands for itself only", "健", ""],
  ["one letter that is written", "k", "c0 d0"],
  ["a syllable does not begin in the middle", "iefang", "a2"],
  ["nothing goes over from name to address", "站建军", "a2"],
  ["nothing goes over from name to address by sound", "zhanjianjunx", ""],
  ["no such thing", "xyzzy", ""],
]) {
  test(`${what}: ${text}`, () => assert.equal(found(text), expected));
}

test("nothing typed restricts nothing", () => {
  for (const text of ["", "  ", "\n\t　"]) assert.equal(matches(SEARCH, text), null);
  assert.equal(choose(PLACES, { matching: matches(SEARCH, " ") }).places.length, 4);
});

test("the list stands exact, then alike, then the rest by distance", () => {
  const registry = registryOf([{ name: "健军站" }, { name: "建军站" }, { name: "别处" }]);
  const matching = matches(prepare(registry, WORDS), "建军");
  const found = rank(choose(registry, { matching }).places, {
    origin: { lat: 0, lon: 0 }, nowMinute: 0, detourFactor: 1, closingSoonMinutes: 30, matching, registry,
    mode: { key: "", name: "", verb: "", speed_kmh: 4, overhead_s: 0 },
  });
  assert.deepEqual(found.map((one) => one.place.name), ["建军站", "健军站"]);
});

test("without readings what is written is found all the same", () => {
  const search = prepare(PLACES, null);
  assert.equal(matches(search, "解放")?.[0], 0);
  assert.equal(matches(search, "jfnl")?.[0], -1);
  assert.equal(matches(prepare(PLACES, { revision: 1, readings: {}, kinds: {} }), "12弄")?.[2], 0);
});

test("the better of a place's own text and of its kind's names counts", () => {
  const registry = registryOf([{ name: "健军" }, { name: "建军" }, { name: "重庆" }, { name: "军民", kind: 1 }]);
  const kinds = { station: ["建军"], trucker_home: ["健军站"] };
  const ranks = (/** @type {string} */ text) => Array.from(
    matches(prepare(registry, { ...WORDS, kinds }), text) ?? []);
  assert.deepEqual(ranks("建军"), [0, 0, 0, 1]);
  assert.deepEqual(ranks("军民"), [-1, -1, -1, 0]);
  assert.deepEqual(ranks("健军站"), [-1, -1, -1, 0]);
});

test("towns: those that match, best first", () => {
  const towns = ["张庄", "长安镇", "南洋镇", "北蒋镇"];
  const index = prepareTexts(towns, READINGS);
  assert.deepEqual(matchingTexts(index, "zhang"), [0, 1]);
  assert.deepEqual(matchingTexts(index, "长"), [1]);
  assert.deepEqual(matchingTexts(index, "长庄"), [0]);
  assert.deepEqual(matchingTexts(index, "昌安"), [1]);
  assert.deepEqual(matchingTexts(index, "南阳镇"), [2]);
  assert.deepEqual(matchingTexts(index, ""), []);
  assert.equal(matchesText(READINGS, "长安镇", "changan"), 1);
  assert.equal(matchesText(READINGS, "长安镇", "长安"), 0);
  assert.equal(matchesText(READINGS, "长安镇", "chamgan"), 2);
  assert.equal(matchesText(READINGS, "长安镇", "南"), null);
  assert.equal(matchesText(READINGS, "长安镇", ""), null);
  assert.equal(matchesText(READINGS, "解放南中路", "解放南lu"), 2, "中 is missing before a letter");
  assert.equal(matchesText(READINGS, "解放南中路", "lu解放南"), null);
});

test("hostile text is only text", () => {
  for (const text of [
    "<img src=x onerror=alert(1)>", "{{7*7}}", "__proto__", "constructor", "\\", "[", "(", ".*", "\u0000", "\ud83d",
    "😀😀😀😀", "𠮷野家", "\u202e", "%00", "'; DROP TABLE", "‮‮‮‮", "א".repeat(64),
  ]) {
    assert.equal(found(text), "", text);
  }
  const hostile = prepare(registryOf([{ name: "{{7*7}}<b>[.*](\\ 😀𠮷" }]), WORDS);
  for (const text of ["{{7*7}}", "[.*]", "(\\", "😀", "𠮷", "7*7}}<b"]) {
    assert.equal(matches(hostile, text)?.[0], 0, text);
  }
});

test("sixty-four characters are looked at, however long the text", () => {
  const name = "解放南路".repeat(30);
  const search = prepare(registryOf([{ name }]), WORDS);
  assert.equal(matches(search, `${"解放南路".repeat(16)}别的`)?.[0], 0);
  assert.equal(matches(search, `${"解放南路".repeat(15)}别的`)?.[0], 1, "of a long word the beginning decides");
  assert.equal(matches(search, "jfnl".repeat(1000))?.[0], 1);
  assert.equal(matches(search, "x ".repeat(100_000))?.[0], -1);
  assert.equal(matches(search, "jiefangnanlu".repeat(5))?.[0], 1);
});

test("the words come from the address that was given", async (context) => {
  context.mock.method(globalThis, "fetch", async (/** @type {string} */ url) =>
    url === "/pinyin.json" ? Response.json(WORDS) : new Response("", { status: 404 }));
  assert.deepEqual(await loadWords("/pinyin.json"), WORDS);
  await assert.rejects(loadWords("/gone"), /gone: 404/);
});

// --- against the definition ------------------------------------------------------------------

const SMALL = {
  a: "啊", an: "安按", chang: "长", e: "鹅", fang: "放方", jian: "建健", jie: "解节", lu: "路陆", nan: "南", sha: "厦",
  shan: "山", xi: "西", xia: "厦", zhang: "长",
};
const HAN = Object.values(SMALL).join("");
const LETTERS = "acefghijlnsuxz1";

/** @param {string} character @returns {string[]} */
const syllablesOf = (character) =>
  Object.entries(SMALL).filter(([, all]) => all.includes(character)).map(([syllable]) => syllable);

/**
 * By definition: some run of the text's characters is eaten, piece by piece, by the whole word.
 * @param {string} text @param {string} word @param {boolean} initials
 */
function isRead(text, word, initials) {
  /** @param {number} i @param {number} at @returns {boolean} */
  const eats = (i, at) => {
    if (at === word.length) return true;
    const character = text[i];
    if (character === undefined || character === "\n") return false;
    const syllables = syllablesOf(character);
    const pieces = [character, ...syllables.flatMap((one) => [...SMALL[one], one])];
    if (initials) {
      pieces.push(...syllables.map((one) => one[0]));
      pieces.push(...syllables.filter((one) => /^[zcs]h/.test(one)).map((one) => one.slice(0, 2)));
    }
    if (syllables.some((one) => one.startsWith(word.slice(at)))) return true;
    return pieces.some((piece) => word.startsWith(piece, at) && eats(i + 1, at + piece.length));
  };
  return Array.from(text, (_, i) => i).some((i) => eats(i, 0));
}

/** @param {string | undefined} character */
const isHan = (character) => character !== undefined && HAN.includes(character);

/** Every word that is one slip away. @param {string} word */
function* oneSlipAway(word) {
  for (let i = 0; i <= word.length; i += 1) {
    const before = word.slice(0, i);
    if (i < word.length) yield before + word.slice(i + 1);
    if (i + 1 < word.length) yield before + word[i + 1] + word[i] + word.slice(i + 2);
    for (const other of HAN + LETTERS) {
      if (i < word.length && isHan(other) === isHan(word[i])) yield before + other + word.slice(i + 1);
      const beside = [word[i - 1], word[i]].filter((one) => one !== undefined);
      if (beside.some((one) => isHan(one) === isHan(other))) yield before + other + word.slice(i);
    }
  }
}

/** @param {string} text @param {string} word */
function byDefinition(text, word) {
  if (text.includes(word)) return 0;
  if (word.length >= 2 && isRead(text, word, true)) return 1;
  const long = Array.from(word).filter(isHan).length >= 3 || (word.match(/[a-z]/g)?.length ?? 0) >= 4;
  if (!long) return null;
  for (const meant of oneSlipAway(word)) {
    if (isRead(text, meant, word.length >= 6)) return 2;
  }
  return null;
}

/** @param {number} seed */
function chances(seed) {
  let state = seed;
  return (/** @type {number} */ below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A word that somebody may type who means a part of the text, with up to two slips.
 * @param {string} text @param {(below: number) => number} chance */
function typed(text, chance) {
  const start = chance(text.length);
  let word = "";
  for (const character of text.slice(start, start + 1 + chance(5))) {
    const syllables = syllablesOf(character);
    const syllable = syllables[chance(syllables.length)] ?? character;
    const same = SMALL[syllable] ?? character;
    word += [character, syllable, syllable, syllable[0], same[chance(same.length)]][chance(5)];
  }
  const any = HAN + LETTERS;
  for (let slips = chance(3); slips > 0; slips -= 1) {
    const i = chance(word.length + 1);
    const other = any[chance(any.length)];
    word = [
      word.slice(0, i) + word.slice(i + 1),
      word.slice(0, i) + other + word.slice(i),
      word.slice(0, i) + other + word.slice(i + 1),
      word.slice(0, i) + (word[i + 1] ?? "") + (word[i] ?? "") + word.slice(i + 2),
    ][chance(4)] ?? word;
  }
  return word.replace(/\n/g, "");
}

test("what random words match is what the definition says", () => {
  const chance = chances(20261124);
  /** @type {Record<string, number>} */
  const seen = {};
  for (let round = 0; round < 6000; round += 1) {
    const symbols = HAN + (chance(3) ? "" : "x1\n");
    const text = Array.from({ length: 2 + chance(6) }, () => symbols[chance(symbols.length)])
      .join("").replace(/^\n+|\n+$/g, "").replace(/\n+/g, "\n") || "山";
    const word = typed(text, chance);
    if (!word) continue;
    const expected = byDefinition(text, word);
    assert.equal(matchesText(SMALL, text, word), expected, `“${word}” in “${text}”`);
    seen[String(expected)] = (seen[String(expected)] ?? 0) + 1;
  }
  assert.ok(["0", "1", "2", "null"].every((rank) => (seen[rank] ?? 0) > 300), JSON.stringify(seen));
});

test("several places and words: the worst of a place's words counts, slips only where nothing is better", () => {
  const chance = chances(7);
  let slipped = 0;
  for (let round = 0; round < 300; round += 1) {
    const names = Array.from({ length: 6 }, () =>
      Array.from({ length: 4 }, () => HAN[chance(HAN.length)]).join(""));
    const registry = registryOf(names.map((name) => ({ name })));
    const words = Array.from({ length: 1 + chance(2) }, () => typed(names[0] ?? "", chance) || "安");
    const ranks = registry.places.map(({ text }) => words.map((word) => byDefinition(text, word)));
    /** @param {number} worst */
    const within = (worst) => ranks.map((own) =>
      own.every((rank) => rank !== null && rank <= worst) ? Math.max(...own.map(Number)) : -1);
    const expected = within(1).some((rank) => rank >= 0) ? within(1) : within(2);
    slipped += Number(expected.includes(2));
    const search = prepare(registry, { revision: 1, readings: SMALL, kinds: {} });
    assert.deepEqual(Array.from(matches(search, words.join(" ")) ?? []), expected, `${words} in ${names}`);
  }
  assert.ok(slipped > 20, String(slipped));
});
