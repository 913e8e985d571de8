/**
 * The finder: search, filter, position, list, and the map beside it.
 *
 * The server has already drawn a first list; this takes over when the compact list has arrived.
 * Position and search text live in this module's memory only: never in a URL, a cookie, a request.
 * Every text from the registry is placed with textContent.
 */

import { button, cards, emptyMessage, fill, make, markChosen, unmarkChosen } from "./cards.js";
import { choose, distanceM, GROUP, load, plain, rank } from "./find.js";
import { mapReady } from "./map-ready.js";
import { currentPosition } from "./position.js";
import * as words from "./words.js";

/** @typedef {import("./find.js").Registry} Registry */
/** @typedef {import("./find.js").Found} Found */
/** @typedef {import("./find.js").Mode} Mode */
/** @typedef {import("./cards.js").Setting} Setting */
/** @typedef {{name: string, lat: number, lon: number}} Town */
/** @typedef {{lat: number, lon: number, accuracyM?: number, label: string, isHere: boolean}} Origin */
/**
 * Constants from the server, nothing of the registry.
 * @typedef {{
 *   places_url: string, basemap_url: string, region_name: string,
 *   center: [number, number], detour_factor: number, closing_soon_minutes: number,
 *   modes: Mode[], kinds: Setting["kinds"], amenities: Setting["amenities"],
 *   initial: {kinds: string[], district: string, center: [number, number] | null}
 * }} Config
 */
/** @typedef {import("./map-ready.js").LocatorMap} LocatorMap */

const PAGE = 20;
const FAR_M = 50_000;
const ROUGH_M = 200; // from here on the accuracy is worth a word
/** While nobody has said where they are, "open" means open now: no travel time. */
const AT_ONCE = { key: "", name: "", verb: "", speed_kmh: Infinity, overhead_s: 0 };

/** @template {Element} [T=HTMLElement] @param {string} id @returns {T | null} */
const byId = (id) => /** @type {T | null} */ (/** @type {unknown} */ (document.getElementById(id)));

/** @type {Config} */
const config = JSON.parse(byId("config")?.textContent ?? "{}");
const defaultMode = /** @type {Mode} */ (config.modes[0]);

const list = byId("places");
/** @type {HTMLInputElement | null} */
const search = byId("search");
/** @type {HTMLButtonElement | null} */
const locate = byId("locate");

/** What the person has chosen so far. */
const chosen = {
  /** @type {Origin | null} */ origin: null,
  /** @type {string[]} */ kinds: config.initial.kinds,
  /** @type {string[]} */ amenities: [],
  mode: defaultMode,
  roundTheClock: false,
  withUnrecorded: false,
  text: "",
  shown: PAGE,
  /** @type {string | null} */ selected: null,
  pinned: false,
};

/** @type {Registry | null} */
let registry = null;
/** @type {LocatorMap | null} */
let drawn = null;

// --- the list --------------------------------------------------------------------------------

/** @returns {Setting | null} null until the list has arrived */
function setting() {
  return registry && {
    registry,
    nowMinute: (Date.now() - registry.midnightMs) / 60_000,
    mode: chosen.mode,
    fromPerson: chosen.origin !== null,
    kinds: config.kinds,
    amenities: config.amenities,
  };
}

/**
 * Ranked from where the person is, or from the city's centre while we do not know.
 * @param {Setting} now
 * @param {import("./find.js").Place[]} places
 */
function ranked(now, places) {
  const [lat, lon] = config.initial.center ?? config.center;
  return rank(places, {
    origin: chosen.origin ?? { lat, lon },
    nowMinute: now.nowMinute,
    mode: chosen.origin ? chosen.mode : AT_ONCE,
    detourFactor: config.detour_factor,
    closingSoonMinutes: config.closing_soon_minutes,
  });
}

function render() {
  const now = setting();
  if (!now) return;
  const kept = choose(now.registry, { ...chosen, adcode: config.initial.district });
  const found = ranked(now, kept.places);
  renderCount(found);
  renderUnrecorded(kept.unrecorded);
  renderOrigin();
  renderList(found, now);
  renderMap(found, now);
}

/** @param {Found[]} found */
function renderCount(found) {
  const open = found.filter((one) => GROUP[one.opening.state] === 0).length;
  const when = chosen.origin ? "到了能进门" : "现在开门";
  const none = registry?.places.length ? "没有找到" : "还没有可以找的地方";
  const line = found.length ? `${found.length} 处,${when} ${open} 处` : none;
  if (byId("count")?.textContent !== line) fill(byId("count"), line);
}

/** @param {number} unrecorded */
function renderUnrecorded(unrecorded) {
  const hint = byId("unrecorded");
  if (!hint) return;
  hint.hidden = chosen.amenities.length === 0 || unrecorded === 0;
  const flip = () => {
    chosen.withUnrecorded = !chosen.withUnrecorded;
    render();
  };
  const offer = chosen.withUnrecorded ? "不列出没登记的" : "也列出来";
  fill(hint, `没登记:${unrecorded} 处`, button(offer, flip, "text-button"));
}

function renderOrigin() {
  const line = byId("origin");
  const from = chosen.origin;
  byId("modes")?.toggleAttribute("hidden", !from);
  if (!line) return;
  if (!from) return fill(line, "还不知道你在哪里,先从市中心排起");
  const forget = button("✕", () => {
    chosen.origin = null;
    drawn?.places?.setHere(null);
    restart();
  }, "text-button");
  forget.setAttribute("aria-label", "清除起点");
  fill(line, make("span", {}, `从${from.label}算起`), forget);
}

/** @param {Found[]} found @param {Setting} now */
function renderList(found, now) {
  const more = byId("more");
  if (more) more.hidden = found.length <= chosen.shown;
  /** @type {HTMLTemplateElement | null} */
  const template = byId("place-template");
  if (found.length === 0) fill(list, make("li", {}, nothing(now)));
  else if (template) fill(list, ...cards(found, now, template, chosen));
}

/** @param {Setting} now */
function nothing(now) {
  const adcode = config.initial.district;
  const [nearest] = [chosen.kinds, []].flatMap((kinds) =>
    ranked(now, choose(now.registry, { kinds, adcode }).places).slice(0, 1));
  return emptyMessage(chosen.text.trim(), nearest, now, clearFilters);
}

function clearFilters() {
  Object.assign(chosen, { kinds: [], amenities: [], roundTheClock: false, text: "" });
  if (search) search.value = "";
  byId("origins")?.setAttribute("hidden", "");
  for (const input of choices("#kinds input, #amenities input")) {
    input.checked = input.type === "radio" && input.value === "";
  }
  restart();
}

/** From the first page of the list again. */
function restart() {
  chosen.shown = PAGE;
  chosen.pinned = false;
  render();
}

// --- the map, which comes after the list; the list does without it ---------------------------

/** @param {Found[]} found @param {Setting} now */
function renderMap(found, now) {
  drawn?.places?.setStates(found.map(({ place, opening, travelS }) => {
    const { number, unit } = words.travelText(travelS);
    return [place.id, {
      state: opening.state,
      hours: words.hoursLine(opening, now.nowMinute, now.registry.day),
      travel: now.fromPerson ? `${chosen.mode.verb} ${number} ${unit}` : "",
    }];
  }));
  drawn?.places?.setVisible(found.map((one) => one.place.id));
}

async function joinMap() {
  const element = byId("map");
  const handle = byId("handle");
  if (!element) return;
  if (handle) {
    const { resizeByHandle } = await import("./map-handle.js");
    resizeByHandle(handle, element);
  }
  drawn = await mapReady(element);
  drawn.places?.setPlaces(registry?.places ?? []);
  drawn.places?.onSelect(selectFromMap);
  render();
  performance.mark("map");
  if (chosen.origin) showOriginOnMap();
}

/** Where the person starts, with the first few places to go to. */
function showOriginOnMap() {
  const now = setting();
  const from = chosen.origin;
  if (!drawn || !now || !from) return;
  drawn.places?.setHere(from.isHere ? from : null);
  const near = ranked(now, choose(now.registry, { kinds: chosen.kinds }).places).slice(0, 3);
  const corners = [from, ...near.map((one) => one.place)];
  drawn.map.fitBounds(corners.map((one) => [one.lat, one.lon]), { padding: [32, 32], maxZoom: 16 });
}

/** @param {string} id */
function selectFromList(id) {
  if (id === chosen.selected) return;
  chosen.selected = id;
  drawn?.places?.select(id);
  const place = registry?.places.find((one) => one.id === id);
  for (const item of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".place"))) {
    if (item.hasAttribute("aria-current")) unmarkChosen(item);
    if (place && item.dataset.id === id) markChosen(item, place);
  }
}

/** @param {string | null} id */
function selectFromMap(id) {
  if (id === chosen.selected) return;
  chosen.selected = id;
  chosen.pinned = id !== null;
  render();
  list?.closest(".results")?.scrollTo(0, 0);
}

// --- where from ------------------------------------------------------------------------------

/** @param {Origin} origin */
function startFrom(origin) {
  chosen.origin = origin;
  byId("problem")?.setAttribute("hidden", "");
  restart();
  showOriginOnMap();
}

async function askPosition() {
  const label = locate?.querySelector("span");
  if (!locate || !label) return;
  const invitation = label.textContent;
  const before = chosen.origin;
  locate.disabled = true;
  label.textContent = "正在定位…";
  const answer = await currentPosition((late) => {
    if (chosen.origin === before) startHere(late);
  });
  locate.disabled = false;
  label.textContent = invitation;
  if (chosen.origin !== before) return;
  if (typeof answer === "string") showProblem(answer);
  else startHere(answer);
}

/** @param {import("./position.js").Position} position */
function startHere({ lat, lon, accuracyM }) {
  const rough = accuracyM > ROUGH_M ? `(误差约 ${words.distanceText(accuracyM)})` : "";
  startFrom({ lat, lon, accuracyM, label: `你的位置${rough}`, isHere: true });
  const nearestM = Math.min(...(registry?.places ?? []).map((place) => distanceM(place, { lat, lon })));
  if (nearestM > FAR_M && nearestM < Infinity) {
    showProblem(`最近的也有 ${words.distanceText(nearestM)},你可能不在${config.region_name}。`);
  }
}

/** @param {string} what happened; what still works follows */
function showProblem(what) {
  const box = byId("problem");
  if (!box) return;
  const actions = make("p", { className: "actions" });
  if (search) actions.append(button("搜附近的街道、乡镇", () => search.focus()));
  if (byId("districts")) {
    actions.append(make("a", { className: "secondary", href: "#districts" }, "按区县找"));
  }
  fill(box, make("p", {}, `${what}不用定位也能找:`), actions);
  box.hidden = false;
}

/**
 * Towns and district seats to start from, out of the drawing that the base map has fetched.
 * @returns {Promise<Town[]>}
 */
async function loadTowns() {
  const { baseData } = await import("./basemap.js");
  return baseData(config.basemap_url).then((drawing) => drawing.towns, () => []);
}

async function searchChanged() {
  const origins = byId("origins");
  if (!search || !origins) return;
  const text = search.value;
  chosen.text = text;
  restart();
  const wanted = plain(text);
  const matches = wanted
    ? (await loadTowns()).filter((town) => plain(town.name).includes(wanted)).slice(0, 4) : [];
  if (search.value !== text) return;
  origins.hidden = matches.length === 0;
  fill(origins, ...matches.map((town) => make("li", {},
    button(`从 ${town.name} 算起,看最近的`, () => {
      search.value = "";
      chosen.text = "";
      origins.hidden = true;
      startFrom({ lat: town.lat, lon: town.lon, label: ` ${town.name} `, isHere: false });
      byId("count")?.closest("h2")?.focus({ preventScroll: true });
    }))));
}

// --- wiring ----------------------------------------------------------------------------------

/** @param {string} selector */
function choices(selector) {
  return /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll(selector));
}

/** @param {HTMLInputElement} input */
function choiceMade(input) {
  const { name, value, checked } = input;
  if (name === "kind") chosen.kinds = value ? [value] : [];
  if (name === "mode") chosen.mode = config.modes.find((mode) => mode.key === value) ?? chosen.mode;
  if (name === "round-the-clock") chosen.roundTheClock = checked;
  if (name === "amenity") {
    chosen.amenities = Array.from(
      choices("#amenities input[name=amenity]:checked"), (one) => one.value);
    chosen.withUnrecorded = false;
  }
  restart();
}

function listen() {
  for (const control of choices("main input, main button")) control.disabled = false;
  for (const input of choices("fieldset input")) input.onchange = () => choiceMade(input);
  search?.addEventListener("input", () => void searchChanged());
  search?.form?.addEventListener("submit", (event) => {
    event.preventDefault();
    search.blur();
  });
  locate?.addEventListener("click", () => void askPosition());
  byId("more")?.addEventListener("click", () => {
    chosen.shown += PAGE;
    render();
  });
  const all = byId("all-amenities");
  all?.addEventListener("click", () => {
    for (const chip of document.querySelectorAll("#amenities .chip")) chip.removeAttribute("hidden");
    byId("amenities")?.classList.add("all");
    all.hidden = true;
  });
  for (const kind of ["click", "focusin"]) {
    list?.addEventListener(kind, (event) => {
      const target = /** @type {Element} */ (event.target);
      const item = /** @type {HTMLElement | null} */ (target.closest(".place"));
      if (kind === "click" && target.closest("a, button")) return;
      if (item?.dataset.id) selectFromList(item.dataset.id);
    });
  }
  if (list) list.dataset.live = "";
  // Coming back to the page an hour later: the states have moved on.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") render();
  });
}

async function start() {
  try {
    registry = await load(config.places_url);
  } catch (problem) {
    console.error(problem);
    const box = byId("problem");
    fill(box, make("p", {}, "完整名单没有下载完,还不能按远近排。下面这些和各区县的名单照常能看。"),
      button("再试一次", () => void start()));
    if (box) box.hidden = false;
    return;
  }
  byId("problem")?.setAttribute("hidden", "");
  listen();
  render();
  performance.mark("list");
  await joinMap();
}

void start();
