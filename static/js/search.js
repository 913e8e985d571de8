/**
 * Finding what somebody means who types with one thumb: as it is written, by pinyin or its
 * initials (jfnl, jiefangnanlu, jfnanlu, jie放nanlu), by characters of the same sound, and with one
 * slip, which is looked for only when nothing matches without one.
 */

import { folded, plain } from "./find.js";
import { reads, readsWithSlip, slipSteps, soundSteps } from "./search-reading.js";

/** @typedef {import("./find.js").Registry} Registry */
/** pinyin.json as the server writes it.
 * @typedef {{revision: number, readings: Record<string, string>, kinds: Record<string, string[]>}} SearchWords */
/** What is typed exactly, what sounds like it, what is one slip away.
 * @typedef {0 | 1 | 2} Rank */

/** @typedef {import("./search-reading.js").Index} Index */
/** An index of a registry: the texts of its places and behind them the names of the kinds; `kindOf`:
 * for each place the number of its kind's text, −1 when it has none.
 * @typedef {{index: Index, kindOf: Int32Array}} PlaceSearch */

/** As in services/limits.py. */
const SEARCH_CHARACTERS = 64;
/** Bits in a number, less one: of a longer word the beginning decides. */
const WORD_CHARACTERS = 30;
const NONE = -1;

/**
 * The readings and the names of kinds. Rejects when they cannot be had; the search by plain text works
 * without.
 * @param {string} url
 * @returns {Promise<SearchWords>}
 */
export async function loadWords(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.json();
}

/**
 * A registry made ready, once a list (some 30 ms for 10,000 places on a desktop).
 * @param {Registry} registry
 * @param {SearchWords | null} words null: as long as they are not there; then only what is written matches
 * @returns {PlaceSearch}
 */
export function prepare(registry, words) {
  const kinds = Object.keys(words?.kinds ?? {});
  const readings = words?.readings ?? {};
  const texts = registry.places.map((place) => place.text);
  const textOf = new Map(kinds.map((kind, i) => [kind, texts.length + i]));
  return {
    index: indexed([...texts, ...kinds.map((kind) => folded(words?.kinds[kind] ?? []))], readings),
    kindOf: Int32Array.from(registry.places, (place) => textOf.get(place.kind) ?? NONE),
  };
}

/**
 * @param {string[]} texts names of towns, say; a line end keeps two fields apart
 * @param {Record<string, string>} readings
 * @returns {Index}
 */
export const prepareTexts = (texts, readings) =>
  indexed(texts.map((text) => folded(text.split("\n"))), readings);

/** @param {string[]} texts folded @param {Record<string, string>} readings @returns {Index} */
function indexed(texts, readings) {
  const symbols = Object.keys(readings);
  const isSyllable = symbols.map(() => true);
  /** @type {Map<string, number[]>[]} */
  const [symbolsOf, bySpelling, byBeginning] = [new Map(), new Map(), new Map()];
  symbols.forEach((syllable, symbol) => {
    for (const character of readings[syllable] ?? "") put(symbolsOf, character, symbol);
    put(bySpelling, syllable, symbol);
    for (let k = 1; k < syllable.length; k += 1) put(byBeginning, syllable.slice(0, k), symbol);
  });
  /** @type {number[][]} */
  const classes = [[]];
  const classOf = new Uint16Array(65536);
  const codes = new Uint16Array(texts.reduce((sum, text) => sum + text.length + 1, 0));
  const starts = new Uint32Array(texts.length + 1);
  let at = 0;
  texts.forEach((text, number) => {
    starts[number] = at;
    for (let i = 0; i < text.length; i += 1, at += 1) {
      const unit = text.charCodeAt(i);
      if (unit === 10) continue; // between two fields: 0, which nothing matches
      if (!classOf[unit]) {
        const character = text.charAt(i);
        let own = symbolsOf.get(character);
        if (!own) {
          own = [symbols.push(character) - 1];
          isSyllable.push(false);
          symbolsOf.set(character, own);
          put(bySpelling, character, /** @type {number} */ (own[0]));
        }
        classOf[unit] = classes.push(own) - 1;
      }
      codes[at] = /** @type {number} */ (classOf[unit]);
    }
    at += 1;
  });
  starts[texts.length] = at;
  return {
    texts, symbols, isSyllable, classes, codes, starts, symbolsOf, bySpelling, byBeginning,
  };
}

/** @param {Map<string, number[]>} lists @param {string} key @param {number} value */
function put(lists, key, value) {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/**
 * How well each place matches all words of what was typed: by `place.index` its rank, or −1.
 * Null when nothing was typed: everything matches. Give it to `choose`, `rank` or `find` of find.js.
 * @param {PlaceSearch} search
 * @param {string} text
 * @returns {Int8Array | null}
 */
export function matches({ index, kindOf }, text) {
  const words = wordsOf(text);
  if (words.length === 0) return null;
  const direct = words.map((word) => directRanks(index, word));
  const ranks = worst(direct.map((own) => bestOfKind(own, kindOf)));
  if (ranks.some((rank) => rank !== NONE)) return ranks;
  words.forEach((word, i) => addSlips(index, word, /** @type {Int8Array} */ (direct[i])));
  return worst(direct.map((own) => bestOfKind(own, kindOf)));
}

/**
 * The ranks of the places alone, each no worse than that of its kind's names.
 * @param {Int8Array} own of all texts
 * @param {Int32Array} kindOf
 */
function bestOfKind(own, kindOf) {
  const ranks = own.slice(0, kindOf.length);
  for (let i = 0; i < ranks.length; i += 1) {
    const place = /** @type {number} */ (ranks[i]);
    const kind = own[/** @type {number} */ (kindOf[i])] ?? NONE;
    if (kind !== NONE && (place === NONE || kind < place)) ranks[i] = kind;
  }
  return ranks;
}

/**
 * For each text the worst of its words' ranks, −1 when one of them does not match.
 * @param {Int8Array[]} ofWords
 */
function worst(ofWords) {
  const [ranks, ...others] = /** @type {[Int8Array, ...Int8Array[]]} */ (ofWords);
  for (const other of others) {
    for (let i = 0; i < ranks.length; i += 1) {
      const [one, two] = [ranks[i] ?? NONE, other[i] ?? NONE];
      ranks[i] = one === NONE || two === NONE ? NONE : Math.max(one, two);
    }
  }
  return ranks;
}

/**
 * The texts that match, best first, those of one rank in their order: for towns to start from.
 * @param {Index} index
 * @param {string} text
 * @returns {number[]} numbers of texts
 */
export function matchingTexts(index, text) {
  const ranks = matches({ index, kindOf: new Int32Array(index.texts.length).fill(NONE) }, text) ?? [];
  const found = Array.from(ranks, (rank, i) => ({ rank, i })).filter(({ rank }) => rank !== NONE);
  return found.sort((one, other) => one.rank - other.rank || one.i - other.i).map(({ i }) => i);
}

/**
 * How one text matches what was typed, null when it does not.
 * @param {Record<string, string>} readings
 * @param {string} text
 * @param {string} query
 * @returns {Rank | null}
 */
export function matchesText(readings, text, query) {
  const ranks = matches({ index: prepareTexts([text], readings), kindOf: Int32Array.of(NONE) }, query);
  return ranks && ranks[0] !== NONE ? /** @type {Rank} */ (ranks[0]) : null;
}

/**
 * The words of what was typed: full width, case and tone marks do not matter, ü is v.
 * @param {string} text
 */
function wordsOf(text) {
  const typed = Array.from(text).slice(0, SEARCH_CHARACTERS).join("");
  return plain(typed).split(/\s+/).filter(Boolean);
}

/** As on a keyboard: jiě'fàng is jiefang, lǜ is lv. @param {string} word */
const lettersOf = (word) =>
  word.normalize("NFD").replace(/u\u0304?\u0308/g, "v").replace(/[\u0300-\u036f'’]/g, "").normalize("NFC");

/** What of a word is compared by sound: of a long one the beginning. @param {string} word */
const spokenOf = (word) => lettersOf(word).slice(0, WORD_CHARACTERS);

/**
 * The rank of each text for one word, −1 without a match; no slips.
 * @param {Index} index
 * @param {string} word
 */
function directRanks(index, word) {
  const { texts, codes, starts } = index;
  const ranks = new Int8Array(texts.length).fill(NONE);
  const spoken = spokenOf(word);
  const steps = spoken.length >= 2 ? soundSteps(index, spoken) : null;
  for (let i = 0; i < texts.length; i += 1) {
    if (/** @type {string} */ (texts[i]).includes(word)) ranks[i] = 0;
    else if (steps) {
      const [start, end] = [/** @type {number} */ (starts[i]), /** @type {number} */ (starts[i + 1])];
      if (reads(steps, codes, start, end)) ranks[i] = 1;
    }
  }
  return ranks;
}

/**
 * Rank 2 for each text that one slip makes a match of.
 * @param {Index} index
 * @param {string} word
 * @param {Int8Array} ranks without slips; changed
 */
function addSlips(index, word, ranks) {
  const spoken = spokenOf(word);
  if (!isLongEnough(spoken)) return;
  const steps = slipSteps(index, spoken);
  for (let i = 0; i < ranks.length; i += 1) {
    if (ranks[i] !== NONE) continue;
    const [start, end] = [/** @type {number} */ (index.starts[i]), /** @type {number} */ (index.starts[i + 1])];
    if (readsWithSlip(steps, index.codes, start, end)) ranks[i] = 2;
  }
}

/** Short words have too many neighbours: three Chinese characters or four letters.
 * @param {string} word */
function isLongEnough(word) {
  return (word.match(/\p{Script=Han}/gu)?.length ?? 0) >= 3 || (word.match(/[a-z]/g)?.length ?? 0) >= 4;
}
