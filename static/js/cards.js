/**
 * Drawing the list: one card from the page's own <template>, what a chosen card adds, and what
 * stands there when nothing fits. Every text from the registry is placed with textContent.
 */

import { GROUP } from "./find.js";
import * as words from "./words.js";

/** @typedef {import("./find.js").Registry} Registry */
/** @typedef {import("./find.js").Place} Place */
/** @typedef {import("./find.js").Found} Found */
/** @typedef {import("./find.js").Mode} Mode */
/** @typedef {import("./places-symbols.js").Kind} Kind */

/**
 * What a card needs beside the place.
 * @typedef {{
 *   registry: Registry, nowMinute: number, mode: Mode, fromPerson: boolean,
 *   kinds: Kind[], amenities: {key: string, name: string}[]
 * }} Setting  `fromPerson`: distances start where the person is (or chose to start), so they are said
 */

const GROUP_WORDS = ["到了能进门", "没登记营业时间,去之前先打电话", "到的时候关着门"];
const GROUP_WORDS_NOW = ["现在开门", "没登记营业时间,去之前先打电话", "现在关着门"];

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

/** @param {string} text @param {() => void} act @param {string} className */
export function button(text, act, className = "secondary") {
  const made = make("button", { type: "button", className }, text);
  made.addEventListener("click", act);
  return made;
}

/** @param {Place} place */
const placeUrl = (place) => `/p/${encodeURIComponent(place.id)}`;

/**
 * The first `shown` of the list under the titles of their groups; what was chosen on the map first.
 * @param {Found[]} found in order
 * @param {Setting} setting
 * @param {HTMLTemplateElement} template
 * @param {{selected: string | null, pinned: boolean, shown: number}} choice
 * @returns {HTMLElement[]}
 */
export function cards(found, setting, template, { selected, pinned, shown }) {
  const groups = setting.fromPerson ? GROUP_WORDS : GROUP_WORDS_NOW;
  const first = pinned ? found.find((one) => one.place.id === selected) : undefined;
  /** @type {HTMLElement[]} */
  const items = [];
  // The first group needs no title where the line above the list has just said it.
  let title = first ? "" : groups[0];
  /** @param {Found} one @param {string} group */
  const add = (one, group) => {
    if (group !== title) items.push(make("li", { className: "group" }, group));
    title = group;
    const item = card(one, setting, template);
    if (one.place.id === selected) markChosen(item, one.place);
    items.push(item);
  };
  if (first) add(first, "地图上选的");
  for (const one of found.filter((other) => other !== first).slice(0, shown)) {
    add(one, groups[GROUP[one.opening.state]]);
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
  const { registry, nowMinute, mode, fromPerson } = setting;
  const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const item = /** @type {HTMLElement} */ (copy.firstElementChild);
  /** @param {string} name @param {string} text */
  const set = (name, text) => {
    const field = item.querySelector(`[data-field=${name}]`);
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
  set("distance", fromPerson ? `直线 ${words.distanceText(distanceM)} · ` : "");
  set("amenities", has.map((amenity) => amenity.name).join(" ") || "设施没登记");
  set("address", place.address || "地址没登记");
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
  return item;
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
 * The chosen card: marked, with the ways to go on.
 * @param {HTMLElement} item
 * @param {Place} place
 */
export function markChosen(item, place) {
  item.setAttribute("aria-current", "true");
  const at = `position=${place.lon},${place.lat}&name=${encodeURIComponent(place.name)}`;
  const navigate = `https://uri.amap.com/marker?${at}&coordinate=wgs84&callnative=1`;
  /** @param {string} text @param {string} href */
  const link = (text, href) =>
    make("a", { className: "secondary", rel: "noreferrer", href }, text);
  const actions = make("p", { className: "actions" }, link("导航", navigate));
  const dial = place.phone.replace(/[^0-9+]/g, "");
  if (dial) actions.append(link("打电话", `tel:${dial}`));
  actions.append(link("详情", placeUrl(place)));
  item.append(actions);
}

/** @param {Element} item */
export function unmarkChosen(item) {
  item.removeAttribute("aria-current");
  item.querySelector(".actions")?.remove();
}

/**
 * Never just "none": what is nearest, and how far.
 * @param {string} sought the search text, "" when only filters were set
 * @param {Found | undefined} nearest
 * @param {Setting} setting
 * @param {() => void} clear
 */
export function emptyMessage(sought, nearest, { fromPerson, mode }, clear) {
  const what = !nearest ? "这里还没有可以找的地方。" : sought ? `没有找到“${sought}”。` : "没有同时符合这些条件的地方。";
  const box = make("div", { className: "message" }, make("p", {}, what));
  if (nearest) {
    const { number, unit } = words.travelText(nearest.travelS);
    const link = make("a", { href: placeUrl(nearest.place) }, nearest.place.name);
    const distance = words.distanceText(nearest.distanceM);
    box.append(make("p", {}, fromPerson ? "离你最近的是 " : "离市中心最近的是 ", link,
      `,${distance}${fromPerson ? `,${mode.verb} ${number} ${unit}` : ""}`,
      `(${words.STATE_WORDS[nearest.opening.state]})。`));
  }
  box.append(button("清除条件", clear));
  return box;
}
