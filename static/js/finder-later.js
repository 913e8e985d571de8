/**
 * What the finder needs after its first list: search, position, saved places, all the filters, and
 * what a chosen card adds. One import for all of it; finder.js works with the object made here.
 */

import { addActions, removeActions, starPressed } from "./chosen-card.js";
import { filterSheet } from "./filter-sheet.js";
import { locate, renderOrigin } from "./locate.js";
import { savedIds } from "./saved.js";
import { searchBox } from "./search-box.js";

/** @typedef {import("./finder.js").Finder} Finder */
/**
 * Constants from the server, nothing of the registry.
 * @typedef {{
 *   places_url: string, basemap_url: string, search_words_url: string, region_name: string,
 *   center: [number, number], detour_factor: number, closing_soon_minutes: number,
 *   near_minutes: number, modes: import("./find.js").Mode[], kinds: import("./cards.js").Setting["kinds"],
 *   amenities: import("./cards.js").Setting["amenities"],
 *   initial: {
 *     kinds: string[], district: string, amenities: string[], openNow: boolean,
 *     center: [number, number] | null, zoom: number | null
 *   }
 * }} Config
 */
/** @typedef {ReturnType<typeof join>} Later */

/** A list so much older or newer than now: is the phone's clock wrong? An answer may take a minute. */
const CLOCKS_DIFFER_MS = 120_000;

/** @param {Finder} finder */
async function checkClock(finder) {
  const registry = finder.setting()?.registry;
  if (!registry?.sentMs || Math.abs(registry.sentMs - Date.now()) < CLOCKS_DIFFER_MS) return;
  try {
    const { setClock } = await import("./server-clock.js");
    await setClock(registry, finder.config.places_url, CLOCKS_DIFFER_MS);
    finder.render();
  } catch (problem) {
    console.warn(problem); // no network: the phone's clock is all there is
  }
}

/** @param {Finder} finder */
export function join(finder) {
  void checkClock(finder);
  const search = searchBox(finder);
  const sheet = filterSheet(finder);
  /** @type {Record<string, () => void>} */
  const buttons = {
    locate: () => void locate(finder),
    "all-amenities": sheet.open,
    "sheet-close": sheet.close,
    "sheet-show": sheet.done,
    "sheet-clear": finder.clearFilters,
    "search-clear": search.clear,
    "kept-open": search.toggleKept,
  };
  return {
    savedIds,
    addActions,
    removeActions,
    renderOrigin,
    ...search,
    /** The list was drawn. @param {number} places how many fit @param {number} filters how many are set */
    drawn(places, filters) {
      sheet.renew(places, filters);
      search.keptChanged();
    },
    /** A button with an id, or a star. @param {HTMLElement} button */
    pressed(button) {
      if (button.classList.contains("star")) starPressed(button, search.keptChanged);
      else buttons[button.id]?.();
    },
  };
}
