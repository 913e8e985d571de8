/**
 * The finder: what the person has chosen, and the list that follows from it.
 *
 * The server has already drawn a first list; this takes over when the compact list has arrived. It
 * loads only what the list needs; then comes the map (finder-map.js), then search, position and saved
 * places (finder-later.js), and the list does without any of them. Position and search text live in
 * this page's memory only: never in a URL, a cookie, a request.
 */

import {
  button, byId, cards, checkChoices, countLine, emptyMessage, farLine, fill, isByKeyboard, keepFocus, leftOut, make,
  reveal, revealChip, say, showProblem, unlocatedNote,
} from "./cards.js";
import { choose, find, GROUP, isCovered, keepOpen, load, rank } from "./find.js";
import * as words from "./words.js";

/** @typedef {import("./find.js").Registry} Registry */
/** @typedef {import("./find.js").Place} Place */
/** @typedef {import("./find.js").Found} Found */
/** @typedef {import("./find.js").Mode} Mode */
/** @typedef {import("./cards.js").Setting} Setting */
/** @typedef {import("./locate.js").Origin} Origin */
/** @typedef {import("./finder-later.js").Config} Config */
/** What the later modules work with. @typedef {typeof finder} Finder */

const PAGE = 20;
const MINUTE_MS = 60_000;
/** So long a moment stands for now: who types does not have every state judged anew. */
const MOMENT_MS = 10_000;
/** So long the map goes first; who touches something has the rest at once. */
const PATIENCE_MS = 3000;
const MODE_KEY = "locator.mode";
/** What an address may ask for. */
const ASKED = /[?&](kind|district|amenity|open|center|zoom)=/;
/** While nobody has said where they are, "open" means open now: no travel time. */
const AT_ONCE = { key: "", name: "", verb: "", speed_kmh: Infinity, overhead_s: 0 };

/** @type {Config} */
const config = JSON.parse(byId("config")?.textContent ?? "{}");
const { initial } = config;
const list = byId("places");

/** What the person has chosen so far. */
const chosen = {
  /** @type {Origin | null} */ origin: null,
  kinds: initial.kinds,
  district: initial.district,
  amenities: initial.amenities,
  openNow: initial.openNow,
  roundTheClock: false,
  withUnrecorded: false,
  withUnknown: false,
  /** @type {Mode | null} */ mode: rememberedMode(),
  text: "",
  /** @type {Int8Array | null} what search.js made of the text */ matching: null,
  shown: PAGE,
  /** @type {string | null} */ selected: null,
  pinned: false,
};

/** @type {Registry | null} */
let registry = null;
/** @type {import("./finder-map.js").MapSide | null} */
let map = null;
/** @type {import("./finder-later.js").Later | null} */
let later = null;
/** @type {Found[]} what the list holds, the first of it drawn */
let listed = [];
let moment = 0;

// --- how one travels: chosen once, remembered on this phone ----------------------------------

/** @returns {Mode | null} */
function rememberedMode() {
  try {
    const key = localStorage.getItem(MODE_KEY);
    return config.modes.find((mode) => mode.key === key) ?? null;
  } catch {
    return null; // private mode
  }
}

/** @param {Mode} mode */
function chooseMode(mode) {
  chosen.mode = mode;
  try {
    localStorage.setItem(MODE_KEY, mode.key);
  } catch {
    // then for this visit only
  }
}

/** What was chosen, else how one comes to this kind of place: a trucker drives. */
function travelMode() {
  const only = chosen.kinds.length === 1 && config.kinds.find((kind) => kind.key === chosen.kinds[0]);
  const usual = only && config.modes.find((mode) => mode.key === only.mode);
  return chosen.mode ?? (usual || /** @type {Mode} */ (config.modes[0]));
}

// --- the answer ------------------------------------------------------------------------------

/** @returns {Setting | null} null until the list has arrived */
function setting() {
  if (!registry) return null;
  if (Math.abs(Date.now() - moment) > MOMENT_MS) moment = Date.now();
  return {
    registry,
    nowMinute: (moment + registry.behindMs - registry.midnightMs) / MINUTE_MS,
    mode: travelMode(),
    fromPerson: chosen.origin !== null,
    kinds: config.kinds,
    amenities: config.amenities,
    saved: later && new Set(later.savedIds()),
    isPreparing: later !== null && later.isPreparing(),
  };
}

/** From where the person is, or else from the city's centre. @param {Setting} now */
function trip(now) {
  const [lat, lon] = initial.center ?? config.center;
  return {
    origin: chosen.origin ?? { lat, lon },
    nowMinute: now.nowMinute,
    mode: chosen.origin ? now.mode : AT_ONCE,
    detourFactor: config.detour_factor,
    closingSoonMinutes: config.closing_soon_minutes,
    registry: now.registry,
  };
}

/** By nothing but the way and the hours. @param {Setting} now @param {Place[]} places */
const ranked = (now, places) => rank(places, trip(now));

/** @param {Setting} now */
function answer(now) {
  const { matching, text } = chosen;
  const filter = { ...chosen, adcode: chosen.district, openNow: false, text: matching ? "" : text };
  const { found, unrecorded } = find(now.registry, filter, trip(now));
  if (!chosen.openNow) return { found, unrecorded, unknown: 0 };
  const open = keepOpen(found);
  const kept = chosen.withUnknown ? found.filter((one) => GROUP[one.opening.state] < 2) : open.found;
  return { found: kept, unrecorded, unknown: open.unknown };
}

/** A frame of another site has no chip for its district: there it stays. */
const isDistrictFixed = () => choices("input[name=district]").length === 0;
/** How many things narrow the list, beside the kind and the search. */
const filterCount = () => chosen.amenities.length + Number(chosen.openNow) +
  Number(chosen.roundTheClock) + Number(chosen.district !== "" && !isDistrictFixed());

// --- drawing ---------------------------------------------------------------------------------

function render() {
  const now = setting();
  if (!now) return;
  const { found, unrecorded, unknown } = answer(now);
  listed = found;
  say(byId("count"), countLine(found, chosen.text, now));
  renderLeftOut(unrecorded, unknown, now);
  later?.renderOrigin(finder);
  say(byId("near"), farLine(found, now, config.near_minutes, asked()));
  renderList(found, now);
  later?.drawn(found.length, filterCount());
  map?.draw(found, now);
}

/** Named in the line that says that none is near. */
function asked() {
  const plain = filterCount() === 0 && chosen.text === "";
  const kind = config.kinds.find((one) => one.key === chosen.kinds[0]);
  return plain && chosen.kinds.length === 1 && kind ? kind.name : "";
}

/** @param {number} unrecorded @param {number} unknown @param {Setting} now */
function renderLeftOut(unrecorded, unknown, { nowMinute, registry: { day } }) {
  const untimed = isCovered(nowMinute) ? words.hoursUnrecordedText(unknown) : words.dataOf(day);
  leftOut(byId("unrecorded"), [
    { text: words.unrecordedText(unrecorded), key: "withUnrecorded", of: chosen.amenities.length && unrecorded },
    { text: untimed, key: "withUnknown", of: chosen.openNow && unknown },
  ], chosen, render, filterCount() ? clearFilters : null);
}

/** @param {Found[]} found @param {Setting} now */
function renderList(found, now) {
  /** @type {HTMLTemplateElement | null} */
  const template = byId("place-template");
  if (!list || !template) return;
  const more = byId("more");
  const first = chosen.pinned ? picked(found, now) : undefined;
  const others = first ? found.filter((one) => one.place !== first.place) : found;
  if (more) more.hidden = others.length <= chosen.shown;
  const refocus = keepFocus(list);
  const grouped = chosen.text === "";
  fill(list, ...cards(others.slice(0, chosen.shown), now, template, { first, grouped }));
  if (found.length === 0) list.append(make("li", {}, nothing(now)));
  if (others.length <= chosen.shown) list.append(...unlocatedNote(now.registry, chosen.district));
  markSelected();
  refocus();
}

/** What was chosen on the map or among the saved stands on top, fitting or not.
 * @param {Found[]} found @param {Setting} now */
function picked(found, now) {
  const inList = found.find((one) => one.place.id === chosen.selected);
  const place = now.registry.places.find((one) => one.id === chosen.selected);
  return inList ?? (place && ranked(now, [place])[0]);
}

function markSelected() {
  const place = registry?.places.find((one) => one.id === chosen.selected);
  for (const item of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#places .place"))) {
    later?.removeActions(item);
    item.removeAttribute("aria-current");
    if (!place || item.dataset.id !== place.id) continue;
    item.setAttribute("aria-current", "true");
    later?.addActions(item, place);
  }
}

/** @param {Setting} now */
function nothing(now) {
  const { kinds, district: adcode } = chosen;
  const [nearest] = [{ kinds, adcode }, { kinds }, {}].flatMap((filter) =>
    ranked(now, choose(now.registry, filter).places).slice(0, 1));
  return emptyMessage(chosen.text.trim(), nearest, now, clearFilters);
}

// --- choosing --------------------------------------------------------------------------------

function clearFilters() {
  Object.assign(chosen, {
    kinds: [], amenities: [], openNow: false, roundTheClock: false, text: "", matching: null,
    withUnrecorded: false, withUnknown: false,
  });
  if (!isDistrictFixed()) chosen.district = "";
  later?.emptySearch();
  restart();
}

/** From the first page of the list again. */
function restart() {
  chosen.shown = PAGE;
  chosen.pinned = false;
  syncChoices();
  render();
}

/** @param {Origin | null} origin */
function startFrom(origin) {
  chosen.origin = origin;
  byId("problem")?.setAttribute("hidden", "");
  restart();
  map?.showOrigin(origin);
}

/**
 * A place was chosen: in the list it is marked where it stands, from elsewhere it goes on top.
 * @param {string | null} id
 * @param {"list" | "map" | "saved"} where
 */
function select(id, where) {
  if (id === chosen.selected && where !== "saved") return;
  chosen.selected = id;
  if (where !== "map") map?.select(id);
  chosen.pinned = where === "list" ? chosen.pinned : id !== null;
  if (where === "list") markSelected();
  else render();
  if (id) reveal(list?.querySelector(".place[aria-current]"));
}

/** @param {string} selector @returns {NodeListOf<HTMLInputElement>} */
const choices = (selector) => document.querySelectorAll(selector);

/** @param {HTMLInputElement} input */
function choiceMade({ name, value, checked }) {
  if (name === "kind") {
    const several = initial.kinds.length > 1;
    chosen.kinds = value ? [value] : several ? initial.kinds : [];
  }
  const mode = name === "mode" && config.modes.find((one) => one.key === value);
  if (mode) chooseMode(mode);
  if (name === "round-the-clock") chosen.roundTheClock = checked;
  if (name === "district" && !checked) chosen.district = "";
  if (name === "open-now") Object.assign(chosen, { openNow: checked, withUnknown: false });
  if (name === "amenity") {
    const others = chosen.amenities.filter((key) => key !== value);
    chosen.amenities = checked ? [...others, value] : others;
    chosen.withUnrecorded = false;
  }
  restart();
}

function syncChoices() {
  const only = chosen.kinds.length === 1 ? chosen.kinds[0] : "";
  const mode = travelMode().key;
  /** @type {Record<string, (value: string) => boolean>} */
  const is = {
    kind: (value) => value === only,
    mode: (value) => value === mode,
    amenity: (value) => chosen.amenities.includes(value),
    district: (value) => chosen.district === value,
    "open-now": () => chosen.openNow,
    "round-the-clock": () => chosen.roundTheClock,
  };
  checkChoices(choices(".finder fieldset input"), ({ name, value }) => is[name]?.(value) ?? false);
}

// --- wiring ----------------------------------------------------------------------------------

/**
 * What comes after the list; asked for again when it did not arrive.
 * @param {(later: import("./finder-later.js").Later) => void} [use]
 */
async function withLater(use) {
  try {
    if (!later) {
      const { join } = await import("./finder-later.js");
      later = later ?? join(finder);
      render();
    }
    use?.(later);
  } catch (problem) {
    console.error(problem);
    // A browser keeps a failed import: only the page anew asks for it again.
    showProblem(make("p", {}, words.PART_FAILED), button(words.RELOAD, () => location.reload()));
  }
}

function listen() {
  for (const control of choices("main input, main button")) control.disabled = false;
  byId("main")?.addEventListener("change", (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (input.closest("fieldset")) choiceMade(input);
  });
  byId("main")?.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const pressed = target.closest("button[id], button.star");
    if (pressed) void withLater((one) => one.pressed(/** @type {HTMLElement} */ (pressed)));
  });
  byId("main")?.addEventListener("focusin", ({ target }) => revealChip(/** @type {Element} */ (target)));
  const search = byId("search");
  search?.addEventListener("input", () => void withLater((one) => one.typed()));
  search?.addEventListener("focus", () => void withLater((one) => one.searchFocused()));
  search?.closest("form")?.addEventListener("submit", (event) => {
    event.preventDefault();
    void withLater((one) => one.searchSent());
  });
  byId("more")?.addEventListener("click", () => (chosen.shown += PAGE) && render());
  // A finger chooses a card beside its links; the keyboard chooses by coming to its name.
  for (const kind of ["click", "focusin"]) {
    list?.addEventListener(kind, ({ target }) => {
      const at = /** @type {Element} */ (target);
      const card = /** @type {HTMLElement | null} */ (at.closest(".place"));
      const choosing = kind === "click" ? !at.closest("a, button") : at.tagName === "A" && isByKeyboard(at);
      if (card?.dataset.id && choosing) select(card.dataset.id, "list");
    });
  }
  if (list) list.dataset.live = "";
  // Time passes while the page is open, and more while it is not.
  const renew = () => document.visibilityState === "visible" && render();
  document.addEventListener("visibilitychange", renew);
  setInterval(renew, MINUTE_MS);
}

async function start() {
  try {
    registry = await load(config.places_url);
  } catch (problem) {
    console.error(problem);
    byId("main")?.classList.add("waiting");
    showProblem(make("p", {}, words.LIST_FAILED), button(words.TRY_AGAIN, () => void start()));
    return;
  }
  byId("problem")?.setAttribute("hidden", "");
  byId("main")?.classList.remove("waiting");
  // A page that was kept on the phone was made without its address.
  if (ASKED.test(location.search) && filterCount() + chosen.kinds.length === 0 && !initial.zoom) {
    await import("./finder-address.js").then((module) => module.applyAddress(finder, location.search), console.error);
  }
  listen();
  syncChoices();
  render();
  performance.mark("list");
  setTimeout(withLater, PATIENCE_MS); // the map may never come
  import("./finder-map.js").then((module) => module.join(finder)).then((joined) => {
    map = joined;
    render();
    performance.mark("map");
    if (chosen.origin) map.showOrigin(chosen.origin);
    void withLater();
  }, console.error);
}

/** What the later modules may use. */
const finder = {
  config, chosen, clearFilters, ranked, render, restart, select, setting, startFrom,
  found: () => listed,
};

void start();
