/**
 * The card of what was chosen on the map: one at a time, all of it text, closed by × or Escape.
 *
 * @typedef {object} Card
 * @property {string} title
 * @property {{text: string, className?: string, mark?: string}[]} lines
 * @property {{href: string, text: string}} [link]
 * @property {() => void} [onClose]
 */

import * as words from "./map-words.js";

/** Taps that a place took; the layers beneath leave them alone (they look in a microtask, which
 * comes after every listener of the tap). @type {WeakSet<object>} */
export const taken = new WeakSet();

/** @type {{close: (told: boolean) => void}|null} */
let open = null;

/** Close without telling whoever opened it. */
export function closeCard() {
  open?.close(false);
}

/**
 * @param {import("leaflet").Map} map
 * @param {Card} card
 */
export function openCard(map, card) {
  closeCard();
  const before = document.activeElement;
  const element = document.createElement("section");
  element.className = "map-card";
  element.tabIndex = -1;
  element.setAttribute("role", "dialog");
  element.setAttribute("aria-label", card.title);

  const title = document.createElement("h2");
  title.textContent = card.title;
  const shut = document.createElement("button");
  shut.type = "button";
  shut.className = "map-card-close";
  shut.setAttribute("aria-label", words.CLOSE);
  shut.textContent = "×";
  element.append(title, shut);
  for (const { text, className, mark } of card.lines) {
    const line = document.createElement("p");
    if (className) line.className = className;
    if (mark) {
      const sign = document.createElement("span");
      sign.className = "mark";
      sign.setAttribute("aria-hidden", "true");
      sign.textContent = mark;
      line.append(sign, " ");
    }
    line.append(text);
    element.append(line);
  }
  if (card.link) {
    const link = document.createElement("a");
    link.className = "secondary";
    link.href = card.link.href;
    link.textContent = card.link.text;
    element.append(link);
  }

  /** @param {boolean} told */
  function close(told) {
    if (!element.isConnected) return;
    const hadFocus = element.contains(document.activeElement);
    element.remove();
    open = null;
    if (!told) return;
    if (hadFocus) {
      const back = before instanceof HTMLElement && before.isConnected ? before : map.getContainer();
      back.focus({ preventScroll: true });
    }
    card.onClose?.();
  }

  shut.addEventListener("click", () => close(true));
  element.addEventListener("keydown", (event) => {
    event.stopPropagation(); // the map's own keys
    if (event.key === "Escape") close(true);
  });
  L.DomEvent.disableClickPropagation(element);
  L.DomEvent.disableScrollPropagation(element);
  map.getContainer().append(element);
  open = { close };
  element.focus({ preventScroll: true });
  return { element, close };
}
