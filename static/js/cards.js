/**
 * Drawing the list: one card from the page's own <template>, and what stands there when nothing
 * fits. Every text from the registry is placed with textContent.
 */

import { GROUP, isCovered } from "./find.js";
import { DATA_LANG, linkTo } from "./view.js";
import * as words from "./words.js";

/** @typedef {import("./find.js").Registry} Registry */
/** @typedef {import("./find.js").Place} Place */
/** @typedef {import("./find.js").Found} Found */
/** @typedef {import("./find.js").Mode} Mode */
/** @typedef {import("./places-symbols.js").Kind & {mode: string}} Kind */

/**
 * What a card needs beside the place.
 * @typedef {{
 *   registry: Registry, nowMinute: number, mode: Mode, fromPerson: boolean,
 *   kinds: Kind[], amenities: {key: string, name: string}[], saved: ReadonlySet<string> | null,
 *   isPreparing: boolean
 * }} Setting  `fromPerson`: distances start where the person is (or chose to start), so they are
 *   said; `saved`: null as long as nobody knows; `isPreparing`: the search does not know all yet
 */

/** From here on nobody goes on foot: one is not in the region. */
export const FAR_M = 50_000;

/** @template {Element} [T=HTMLElement] @param {string} id @returns {T | null} */
export const byId = (id) => /** @type {T | null} */ (/** @type {unknown} */ (document.getElementById(id)));

/**
 * An element with properties and children; a string child is only ever text.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Partial<HTMLElementTagNameMap[K]>} properties
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Replace what is in an element, if the page has it.
 * @param {Element | null} parent @param {...(Node | string)} children */
export function fill(parent, ...children) {
  if (!parent) return;
  parent.textContent = "";
  parent.append(...children);
}

/** The same for one line of text; an unchanged one is not said again to who listens.
 * @param {Element | null} parent @param {string} text */
export function say(parent, text) {
  if (parent && parent.textContent !== text) parent.textContent = text;
}

/** @param {string} text @param {() => void} act @param {string} className */
export function button(text, act, className = "secondary") {
  const made = make("button", { type: "button", className }, text);
  made.addEventListener("click", act);
  return made;
}

/**
 * A name of the registry, marked as Chinese in the English page.
 * @template {HTMLElement} T
 * @param {T} element
 * @param {string} name
 */
export function named(element, name) {
  element.textContent = name;
  if (DATA_LANG) element.lang = DATA_LANG;
  return element;
}

/** @param {Place} place */
export const placeUrl = (place) => linkTo(`/p/${encodeURIComponent(place.id)}`);

/**
 * The cards of a list under the titles of their groups.
 * @param {Found[]} found in order
 * @param {Setting} setting
 * @param {HTMLTemplateElement} template
 * @param {{first?: Found, grouped: boolean}} options `first`: what was chosen elsewhere stands on
 *   top; without `grouped` there are no titles
 * @returns {HTMLElement[]}
 */
export function cards(found, setting, template, { first, grouped }) {
  const groups = [...(setting.fromPerson ? words.GROUPS : words.GROUPS_NOW)];
  if (!isCovered(setting.nowMinute)) groups[1] = words.dataOf(setting.registry.day);
  /** @type {HTMLElement[]} */
  const items = [];
  /** @param {string} title */
  const head = (title) => items.push(make("li", { className: "group" }, title));
  // The first group needs no title where the line above the list has just said it.
  let title = first ? "" : groups[0];
  if (first) {
    head(words.PICKED);
    items.push(card(first, setting, template));
  }
  for (const one of found) {
    const group = groups[GROUP[one.opening.state]] ?? "";
    if (grouped && group !== title) head(group);
    title = group;
    items.push(card(one, setting, template));
  }
  return items;
}

/**
 * A card from the template, the same markup that the server's first list was made of.
 * @param {Found} found
 * @param {Setting} setting
 * @param {HTMLTemplateElement} template
 * @returns {HTMLElement}
 */
function card({ place, distanceM, travelS, opening }, setting, template) {
  const { registry, nowMinute, fromPerson, saved } = setting;
  const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const item = /** @type {HTMLElement} */ (copy.firstElementChild);
  /** @type {Record<string, Element>} */
  const fields = {};
  for (const field of /** @type {NodeListOf<HTMLElement>} */ (item.querySelectorAll("[data-field]"))) {
    fields[field.dataset.field ?? ""] = field;
  }
  /** @param {string} name @param {string} text */
  const set = (name, text) => {
    const field = fields[name];
    if (field) field.textContent = text;
  };
  const travel = words.travelText(travelS);
  const has = setting.amenities.filter(
    (amenity) => place.yes & (1 << registry.amenities.indexOf(amenity.key)));

  item.dataset.id = place.id;
  const state = item.querySelector(".state");
  if (state) state.className = `state state-${opening.state}`;
  set("mark", words.STATE_MARKS[opening.state]);
  set("word", words.STATE_WORDS[opening.state]);
  set("hours", ` · ${words.hoursLine(opening, nowMinute, registry.day)}`);
  set("minutes", travel.number);
  set("unit", travel.unit);
  set("distance", fromPerson ? `${words.straightText(words.distanceText(distanceM))} · ` : "");
  set("amenities", words.listed(has.map((amenity) => amenity.name)) || words.NO_AMENITIES);
  set("address", place.address || words.NO_ADDRESS);
  if (!place.address) fields.address?.removeAttribute("lang");
  set("verified", words.verifiedText(daysSince(place.verifiedDay, registry, nowMinute)));
  item.querySelector(".minutes")?.toggleAttribute("hidden", !fromPerson);
  const link = item.querySelector("a");
  if (link) {
    link.textContent = place.name;
    link.href = placeUrl(place);
  }
  const kind = setting.kinds.find((one) => one.key === place.kind);
  set("kind", `${kind?.name ?? ""}:`);
  const symbol = item.querySelector("svg");
  symbol?.style.setProperty("--kind", kind?.colour ?? "");
  symbol?.style.setProperty("--kind-dark", kind?.colour_dark ?? "");
  symbol?.querySelector("use")?.setAttribute("href", `#${kind?.symbol ?? ""}`);
  if (saved) item.append(star(place, saved.has(place.id)));
  return item;
}

/** @param {Place} place @param {boolean} saved */
function star(place, saved) {
  const made = make("button", { type: "button", className: "star" });
  made.setAttribute("aria-label", words.saveLabel(place.name));
  markStar(made, saved);
  return made;
}

/** @param {Element} button @param {boolean} saved */
export function markStar(button, saved) {
  button.setAttribute("aria-pressed", String(saved));
  button.textContent = saved ? "★" : "☆";
}

/**
 * Whole local days since a day counted from 1970-01-01.
 * @param {number | null} day
 * @param {Registry} registry
 * @param {number} nowMinute
 */
function daysSince(day, registry, nowMinute) {
  return day === null ? null : registry.day + Math.floor(nowMinute / 1440) - day;
}

/**
 * Never just "none": what is nearest, and how far.
 * @param {string} sought the search text, "" when only filters were set
 * @param {Found | undefined} nearest
 * @param {Setting} setting
 * @param {() => void} clear
 */
export function emptyMessage(sought, nearest, { fromPerson, mode, isPreparing }, clear) {
  if (sought && isPreparing) return make("p", { className: "message" }, words.PREPARING);
  const box = make("div", { className: "message" },
    make("p", {}, nearest ? words.notFound(sought) : words.NO_PLACES_HERE));
  if (nearest) {
    const { place, distanceM, travelS, opening } = nearest;
    const [before, after] = words.nearestParts(
      fromPerson,
      words.distanceText(distanceM),
      fromPerson ? words.byVerb(mode.verb, words.travelText(travelS)) : "",
      words.STATE_WORDS[opening.state],
    );
    const link = named(make("a", { href: placeUrl(place) }), place.name);
    box.append(make("p", {}, before, link, after), button(words.CLEAR_FILTERS, clear));
  }
  return box;
}

/**
 * At the list's end: in which districts there are places without a point, which are in no list here.
 * @param {Registry} registry
 * @param {string} adcode "" = all
 */
export function unlocatedNote({ districts, unlocated }, adcode) {
  const there = districts.filter(([key]) => unlocated[key] && (!adcode || key === adcode));
  if (there.length === 0) return [];
  const count = there.reduce((sum, [key]) => sum + (unlocated[key] ?? 0), 0);
  const links = there.map(([key, name]) => named(make("a", { href: linkTo(`/d/${key}`) }), name));
  return [make("li", { className: "unlocated" }, words.unlocatedText(count), ...links)];
}

/** The line above the list. @param {Found[]} found @param {string} sought @param {Setting} setting */
export function countLine(found, sought, { registry, nowMinute, fromPerson, isPreparing }) {
  if (found.length === 0) {
    if (sought && isPreparing) return words.PREPARING;
    return registry.places.length ? words.NOTHING_FOUND : words.NO_PLACES_YET;
  }
  if (!isCovered(nowMinute)) return words.countOnly(found.length);
  const open = found.filter((one) => GROUP[one.opening.state] === 0).length;
  return words.countText(found.length, open, fromPerson);
}

/**
 * Above the list: the nearest, or the nearest that is open, is farther than `minutes`. "" when it is
 * not, when nobody knows from where, and when everything is too far to go.
 * @param {Found[]} found
 * @param {Setting} setting
 * @param {number} minutes
 * @param {string} what is asked for; "" for more than a kind
 */
export function farLine(found, { fromPerson, mode }, minutes, what) {
  if (!fromPerson || found.length === 0) return "";
  const nearest = found.reduce((one, other) => (other.distanceM < one.distanceM ? other : one));
  if (nearest.distanceM > FAR_M) return "";
  if (words.wholeMinutes(nearest.travelS) <= minutes) {
    const near = found.filter((one) => words.wholeMinutes(one.travelS) <= minutes);
    const [open] = found; // the open ones come first
    const none = near.every((one) => GROUP[one.opening.state] === 2) && open && GROUP[open.opening.state] === 0;
    return none ? words.noneOpenNear(minutes, mode.key, words.travelText(open.travelS)) : "";
  }
  const { state } = nearest.opening;
  return words.noneNear(minutes, mode.key, what, words.travelText(nearest.travelS),
    words.distanceText(nearest.distanceM), GROUP[state] ? words.STATE_WORDS[state] : "");
}

/**
 * What the filters drop only because nobody recorded it, each with the offer to list it too.
 * @template {string} Key
 * @param {HTMLElement | null} line
 * @param {{text: string, key: Key, of: unknown}[]} dropped none when `of` is 0 or false
 * @param {Record<Key, boolean>} listed which are listed too; changed by the person
 * @param {() => void} changed
 * @param {(() => void) | null} clear null when there is no filter to clear
 */
export function leftOut(line, dropped, listed, changed, clear) {
  if (!line) return;
  const refocus = keepFocus(line);
  const parts = dropped.filter((one) => one.of).map(({ text, key }) => make("span", {}, text, " ",
    button(listed[key] ? words.LEAVE_OUT : words.LIST_TOO, () => {
      listed[key] = !listed[key];
      changed();
    }, "text-button")));
  if (clear) parts.push(button(words.CLEAR_FILTERS, clear, "text-button clear"));
  line.hidden = parts.length === 0;
  fill(line, ...parts);
  refocus();
}

/**
 * Before a part of the page is drawn anew: what puts the keyboard back on the same control, in a
 * list on that of the same card.
 * @param {HTMLElement} part
 * @returns {() => void}
 */
export function keepFocus(part) {
  const at = document.activeElement;
  if (!at || !part.contains(at)) return () => {};
  const card = /** @type {HTMLElement | null} */ (at.closest("[data-id]"));
  const controls = (/** @type {Element} */ within) => Array.from(within.querySelectorAll("a, button"));
  const number = controls(card ?? part).indexOf(at);
  return () => {
    const id = CSS.escape(card?.dataset.id ?? "");
    const within = card ? part.querySelector(`[data-id="${id}"]`) : part;
    const again = within ? controls(within)[number] : undefined;
    /** @type {HTMLElement | undefined} */ (again)?.focus({ preventScroll: true });
  };
}

/** Whether focus came by the keyboard; an old browser does not tell it from a finger.
 * @param {Element} at */
export function isByKeyboard(at) {
  try {
    return at.matches(":focus-visible");
  } catch {
    return false;
  }
}

/** @param {...HTMLElement} parts */
export function showProblem(...parts) {
  const box = byId("problem");
  fill(box, ...parts);
  if (box) box.hidden = false;
}

/**
 * What is chosen shows wherever it can be chosen; a facility of the sheet, once chosen, in the row.
 * @param {NodeListOf<HTMLInputElement>} inputs
 * @param {(input: HTMLInputElement) => boolean} isChosen
 */
export function checkChoices(inputs, isChosen) {
  for (const input of inputs) {
    input.checked = isChosen(input);
    const chip = input.parentElement;
    if (chip && "later" in chip.dataset) chip.hidden = !input.checked;
  }
}

/** Bring a choice to which the keyboard came out from behind the row's last button; under a finger
 * nothing moves. @param {Element} at */
export function revealChip(at) {
  const row = at.closest(".chips");
  const chip = at.closest(".chip");
  const bar = row?.querySelector(".more-filters") ?? null;
  if (!row || !chip || chip === bar || !isByKeyboard(at)) return;
  const { left, right } = chip.getBoundingClientRect();
  const room = row.getBoundingClientRect();
  const gap = parseFloat(getComputedStyle(row).paddingLeft);
  const to = (bar ? bar.getBoundingClientRect().left : room.right) - gap;
  if (left < room.left + gap) row.scrollLeft += left - room.left - gap;
  else if (right > to) row.scrollLeft += Math.min(right - to, left - room.left - gap);
}

/**
 * Bring a card into what the header and the map leave free, moving only our own page.
 * @param {Element | null | undefined} card
 */
export function reveal(card) {
  const results = card?.closest(".results");
  if (!card || !results) return;
  const scrolls = getComputedStyle(results).overflowY === "auto";
  const room = results.getBoundingClientRect();
  const [from, to] = scrolls ? [room.top, room.bottom] : [coveredTop(), window.innerHeight];
  const { top, bottom } = card.getBoundingClientRect();
  const down = bottom > to ? Math.min(bottom - to, top - from) : 0;
  (scrolls ? results : window).scrollBy(0, top < from ? top - from : down);
}

/** The answer is the list: where it stands below the map, it moves up into sight. */
export function showList() {
  const results = document.querySelector(".results");
  if (!results || getComputedStyle(results).overflowY === "auto") return;
  const { top } = results.getBoundingClientRect();
  window.scrollBy(0, Math.max(0, top - coveredTop()));
}

/** How much of the screen the header, and the map where it stays in sight, take from the list. */
function coveredTop() {
  const stays = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".top, .map-box"));
  return Array.from(stays, (one) =>
    (getComputedStyle(one).position === "sticky" ? one.offsetHeight : 0)).reduce((a, b) => a + b, 0);
}
