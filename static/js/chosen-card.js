/** What a card adds: the ways to go on once it is chosen, and what its star does. */

import { make, markStar, placeUrl } from "./cards.js";
import { leadTo } from "./navigation.js";
import { toggleSaved } from "./saved.js";
import * as words from "./words.js";

/** @typedef {import("./find.js").Place} Place */

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} id of a symbol of the page */
function icon(id) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#${id}`);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** @param {HTMLElement} item @param {Place} place */
export function addActions(item, place) {
  const way = make("a", { className: "primary" }, icon("go-icon"), words.NAVIGATE);
  const actions = make("p", { className: "actions" }, leadTo(way, place));
  const dial = place.phone.replace(/[^0-9+]/g, "");
  if (dial) actions.append(make("a", { className: "secondary", href: `tel:${dial}` }, words.CALL));
  actions.append(make("a", { className: "secondary", href: placeUrl(place) }, words.DETAILS));
  item.append(actions);
}

/** @param {Element} item */
export function removeActions(item) {
  item.querySelector(".actions")?.remove();
}

/**
 * @param {HTMLElement} star
 * @param {() => void} changed
 */
export function starPressed(star, changed) {
  const card = /** @type {HTMLElement | null} */ (star.closest("[data-id]"));
  if (!card?.dataset.id) return;
  const saved = toggleSaved(card.dataset.id);
  if (saved === null) {
    if (card.querySelector("[role=alert]")) return;
    const note = make("p", { className: "card-note" }, words.CANNOT_SAVE);
    note.setAttribute("role", "alert");
    card.append(note);
    return;
  }
  for (const one of document.querySelectorAll(`[data-id="${CSS.escape(card.dataset.id)}"] .star`)) {
    markStar(one, saved);
  }
  changed();
}
