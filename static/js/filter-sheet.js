/** The sheet with every filter, opened by “＋”. Its choices are those of the row, by name and value. */

import { byId, say, showList } from "./cards.js";
import * as words from "./words.js";

/** @typedef {import("./finder.js").Finder} Finder */

/** @param {Finder} finder */
export function filterSheet(finder) {
  /** @type {HTMLDialogElement | null} */
  const sheet = byId("filter-sheet");
  const opener = byId("all-amenities");

  const close = () => {
    if (typeof sheet?.close === "function") sheet.close();
    else sheet?.removeAttribute("open");
    opener?.focus({ preventScroll: true });
  };
  sheet?.addEventListener("click", (event) => {
    if (event.target === sheet) close(); // beside the sheet
  });

  return {
    open() {
      // Old web views know no modal dialog: there it is a part of the page.
      if (typeof sheet?.showModal === "function") sheet.showModal();
      else sheet?.setAttribute("open", "");
      finder.render();
    },
    close,
    /** To the list that the filters left. */
    done() {
      close();
      showList();
    },
    /** @param {number} places how many fit @param {number} filters how many are set */
    renew(places, filters) {
      say(byId("filter-count"), filters ? String(filters) : "");
      opener?.setAttribute("aria-label", words.moreFiltersLabel(filters));
      say(byId("sheet-show"), words.showPlaces(places));
      byId("sheet-clear")?.toggleAttribute("hidden", filters === 0);
    },
  };
}
