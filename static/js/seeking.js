/** What finds places and towns by what was typed: loaded when somebody is about to type. */

import { baseData } from "./basemap.js";
import { loadWords, matches, matchingTexts, prepare, prepareTexts } from "./search.js";

/** @typedef {import("./find.js").Registry} Registry */
/** @typedef {{name: string, lat: number, lon: number}} Town */
/** `matching`: as find.js takes it; `towns`: best first.
 * @typedef {{
 *   matching: (text: string) => Int8Array | null, towns: (text: string) => Town[]
 * }} Seeker */

/**
 * Plain text is understood at once; pinyin and towns when their data have come.
 * @param {Registry} registry
 * @param {{search_words_url: string, basemap_url: string}} urls
 * @param {(seeker: Seeker) => void} tell
 * @returns {Promise<boolean>} whether all of it came
 */
export async function startSeeking(registry, urls, tell) {
  tell(seekerOf(registry, null, []));
  const [words, drawing] = await Promise.all([
    loadWords(urls.search_words_url).catch(() => null),
    baseData(urls.basemap_url).catch(() => null),
  ]);
  tell(seekerOf(registry, words, drawing ? drawing.towns : []));
  return words !== null && drawing !== null;
}

/**
 * @param {Registry} registry
 * @param {import("./search.js").SearchWords | null} words
 * @param {Town[]} towns
 * @returns {Seeker}
 */
function seekerOf(registry, words, towns) {
  const places = prepare(registry, words);
  const names = prepareTexts(towns.map((town) => town.name), words ? words.readings : {});
  return {
    matching: (text) => (text ? matches(places, text) : null),
    towns: (text) => matchingTexts(names, text).flatMap((i) => towns[i] ?? []),
  };
}
