/**
 * How a word matches a text: by sound, by initials, with one slip.
 *
 * The text is a row of characters, and each of them is eaten by a piece of the word: by itself, by a
 * character that can be read the same, by a whole syllable, or by the syllable's initial; the last
 * piece may be a syllable that is not finished. Reading is simulated for all beginnings at once, one
 * bit a position in the word: the shift-and method of R. A. Baeza-Yates and G. H. Gonnet, "A new
 * approach to text searching", Communications of the ACM 35 (10), 1992, with steps as long as the
 * piece. For slips, a second set of bits holds what is reached with one (S. Wu and U. Manber, "Fast
 * text searching allowing errors", the same issue).
 *
 * A slip is one character wrong, missing, too many, or two neighbours swapped (the distance called
 * optimal string alignment).
 */

/**
 * Texts ready to be searched. `symbols`: syllables, and characters that have none, as they stand;
 * `classes`: the symbols of each different character; `codes`: the texts one behind the other, as
 * numbers of classes; 0, which nothing matches, between fields and texts. `symbolsOf` a character;
 * `bySpelling`, `byBeginning`: the symbols that are spelled so, the syllables that begin so and go on.
 * @typedef {{
 *   texts: string[], symbols: string[], isSyllable: boolean[], classes: number[][],
 *   codes: Uint16Array, starts: Uint32Array, symbolsOf: Map<string, number[]>,
 *   bySpelling: Map<string, number[]>, byBeginning: Map<string, number[]>
 * }} Index
 */

const LONGEST_PIECE = 7; // zhuang, and one letter too many
const INITIALS_WITH_SLIP = 6;
const HAN = /\p{Script=Han}/u;

/**
 * For each class and length of a piece, the positions of the word (bits) where such a piece begins
 * that eats a character of the class: `by[length * size + class]`; `any`: all lengths together.
 * @typedef {{by: Int32Array, any: Int32Array, size: number, accept: number}} Steps
 */

/**
 * @param {Steps} steps
 * @param {Uint16Array} codes
 * @param {number} start
 * @param {number} end
 */
export function reads({ by, any, size, accept }, codes, start, end) {
  let state = 1;
  for (let at = start; at < end; at += 1) {
    const code = /** @type {number} */ (codes[at]);
    if ((state & /** @type {number} */ (any[code])) === 0) state = 1;
    else {
      state = 1 | stepped(by, size, code, state);
      if (state & accept) return true;
    }
  }
  return false;
}

/** @param {Int32Array} by @param {number} size @param {number} code @param {number} state */
function stepped(by, size, code, state) {
  let next = 0;
  for (let length = 0, at = code; length <= LONGEST_PIECE; length += 1, at += size) {
    next |= (state & /** @type {number} */ (by[at])) << length;
  }
  return next;
}

/**
 * `exact`: pieces as they are; `slip`: pieces with one slip inside; `left` and `right`: the two pieces
 * whose neighbouring characters were swapped, `left` reaching the border and `right` starting there.
 * @typedef {{exact: Steps, slip: Steps, left: Steps, right: Steps}} SlipSteps
 */

/**
 * @param {SlipSteps} steps
 * @param {Uint16Array} codes
 * @param {number} start
 * @param {number} end
 */
export function readsWithSlip({ exact, slip, left, right }, codes, start, end) {
  const { size, accept } = exact;
  let clean = 1;
  let swapping = 0;
  let slipped = 0;
  for (let at = start; at < end; at += 1) {
    const code = /** @type {number} */ (codes[at]);
    const had = clean;
    slipped = (slipped & /** @type {number} */ (exact.any[code]) ? stepped(exact.by, size, code, slipped) : 0) |
      (had & /** @type {number} */ (slip.any[code]) ? stepped(slip.by, size, code, had) : 0) |
      (swapping & /** @type {number} */ (right.any[code]) ? stepped(right.by, size, code, swapping) : 0);
    swapping = had & /** @type {number} */ (left.any[code]) ? stepped(left.by, size, code, had) : 0;
    clean = 1 | (had & /** @type {number} */ (exact.any[code]) ? stepped(exact.by, size, code, had) : 0);
    if ((clean | slipped) & accept) return true;
  }
  return false;
}

/** Told of a piece of the word: the symbol that it eats, its length and where it begins.
 * @typedef {(symbol: number, length: number, at: number) => void} Add */

/** @param {Index} index @param {string} word @param {(add: Add) => void} pieces @returns {Steps} */
function stepsFrom({ symbols, classes }, word, pieces) {
  const count = symbols.length;
  const bySymbol = new Int32Array((LONGEST_PIECE + 1) * count);
  pieces((symbol, length, at) => {
    bySymbol[length * count + symbol] |= 1 << at;
  });
  const size = classes.length;
  const by = new Int32Array((LONGEST_PIECE + 1) * size);
  const any = new Int32Array(size);
  classes.forEach((own, code) => {
    for (const symbol of own) {
      for (let length = 0; length <= LONGEST_PIECE; length += 1) {
        const bits = /** @type {number} */ (bySymbol[length * count + symbol]);
        by[length * size + code] |= bits;
        any[code] |= bits;
      }
    }
  });
  return { by, any, size, accept: 1 << word.length };
}

/**
 * The pieces that begin here and are a symbol, its initial, or its beginning at the word's end.
 * @param {Index} index
 * @param {string} word
 * @param {number} at
 * @param {boolean} initials whether a lone initial will do
 * @param {Add} add
 */
function addExact({ symbolsOf, bySpelling, byBeginning }, word, at, initials, add) {
  for (const symbol of symbolsOf.get(word.charAt(at)) ?? []) add(symbol, 1, at);
  const rest = word.length - at;
  for (let length = 1; length < LONGEST_PIECE && length <= rest; length += 1) {
    const piece = word.slice(at, at + length);
    for (const symbol of bySpelling.get(piece) ?? []) add(symbol, length, at);
    if (length === rest || (initials && (length === 1 || isLongInitial(piece)))) {
      for (const symbol of byBeginning.get(piece) ?? []) add(symbol, length, at);
    }
  }
}

/** @param {string} piece */
const isLongInitial = (piece) => piece === "zh" || piece === "ch" || piece === "sh";

/** @param {Index} index @param {string} word @returns {Steps} */
export function soundSteps(index, word) {
  return stepsFrom(index, word, (add) => {
    for (let at = 0; at < word.length; at += 1) addExact(index, word, at, true, add);
  });
}

/**
 * In a word with a slip a lone initial says too little, unless the word is long.
 * @param {Index} index
 * @param {string} word
 * @returns {SlipSteps}
 */
export function slipSteps(index, word) {
  const initials = word.length >= INITIALS_WITH_SLIP;
  /** For each border inside the word, the word with its two neighbours there swapped back.
   * @param {(mended: string, border: number) => void} visit */
  const swaps = (visit) => {
    for (let border = 1; border < word.length; border += 1) {
      const [left, right] = [word.charAt(border - 1), word.charAt(border)];
      visit(word.slice(0, border - 1) + right + left + word.slice(border + 1), border);
    }
  };
  return {
    exact: stepsFrom(index, word, (add) => {
      for (let at = 0; at < word.length; at += 1) addExact(index, word, at, initials, add);
    }),
    slip: stepsFrom(index, word, (add) => addSlips(index, word, initials, add)),
    left: stepsFrom(index, word, (add) => swaps((mended, border) => {
      for (let at = Math.max(0, border - LONGEST_PIECE); at < border; at += 1) {
        addExact(index, mended, at, initials, (symbol, length) => {
          if (at + length === border) add(symbol, length, at);
        });
      }
    })),
    right: stepsFrom(index, word, (add) => swaps((mended, border) =>
      addExact(index, mended, border, initials, add))),
  };
}

/**
 * Every piece of the word that one slip turns into a symbol, its initial, or a beginning of it at
 * the word's end. A letter is only ever mistaken for a letter, a Chinese character for another.
 * @param {Index} index
 * @param {string} word
 * @param {boolean} initials
 * @param {Add} add
 */
function addSlips({ symbols, isSyllable, symbolsOf }, word, initials, add) {
  const end = word.length;
  const characters = word.split("").map((unit) => symbolsOf.get(unit) ?? []);
  const isHan = word.split("").map((unit) => HAN.test(unit));
  symbols.forEach((spelled, symbol) => {
    const spoken = isSyllable[symbol] === true;
    const isHanPiece = !spoken && HAN.test(spelled);
    /** The lengths of the spelling that a piece may stand for. */
    const whole = [spelled.length];
    if (initials && spoken && spelled.length > 1) {
      whole.push(1);
      if (spelled.length > 2 && isLongInitial(spelled.slice(0, 2))) whole.push(2);
    }
    for (let at = 0; at < end; at += 1) {
      if (spoken) {
        if (isHan[at] || isHan[at - 1]) add(symbol, 0, at);
        if (isHan[at]) add(symbol, 1, at);
        if (at + 1 < end && (characters[at]?.includes(symbol) || characters[at + 1]?.includes(symbol))) {
          add(symbol, 2, at);
        }
      }
      for (const size of whole) {
        for (let length = size - 1; length <= size + 1 && at + length <= end; length += 1) {
          if (isOneSlip(word, isHan, at, length, spelled, size, isHanPiece)) add(symbol, length, at);
        }
      }
      const rest = end - at;
      for (let size = Math.max(1, rest - 1); size <= rest + 1 && size < spelled.length; size += 1) {
        if (isOneSlip(word, isHan, at, rest, spelled, size, false)) add(symbol, rest, at);
      }
    }
  });
}

/**
 * Whether one slip makes `length` characters of the word from `at` on into the first `size`
 * characters of a spelling.
 * @param {string} word
 * @param {boolean[]} isHan
 * @param {number} at
 * @param {number} length
 * @param {string} spelled
 * @param {number} size
 * @param {boolean} isHanPiece
 */
function isOneSlip(word, isHan, at, length, spelled, size, isHanPiece) {
  let k = 0; // up to here they agree
  while (k < length && k < size && word.charCodeAt(at + k) === spelled.charCodeAt(k)) k += 1;
  /** Whether they agree from here on. @param {number} inWord @param {number} inSpelling */
  const agree = (inWord, inSpelling) => {
    for (; inWord < length && inSpelling < size; inWord += 1, inSpelling += 1) {
      if (word.charCodeAt(at + inWord) !== spelled.charCodeAt(inSpelling)) return false;
    }
    return true;
  };
  if (length > size) return agree(k + 1, k);
  if (length < size) {
    // No syllable has two equal letters side by side: only here can one be missing.
    return agree(k, k + 1) && (isHan[at + k] === isHanPiece || isHan[at + k - 1] === isHanPiece);
  }
  if (k === length) return false;
  if (isHan[at + k] === isHanPiece && agree(k + 1, k + 1)) return true;
  return k + 1 < length && word[at + k] === spelled[k + 1] && word[at + k + 1] === spelled[k] &&
    agree(k + 2, k + 2);
}
