/**
 * The panel of /map: which kinds, which layers, what the marks mean, and what is in view.
 *
 * @typedef {import("./find.js").Registry} Registry
 * @typedef {import("./find.js").Place} Place
 * @typedef {import("./find.js").Mode} Mode
 * @typedef {{places_url: string, closing_soon_minutes: number, center: [number, number], modes: Mode[]}} Config
 */
import { GROUP, load, openingOnArrival } from "./find.js";
import { mapReady } from "./map-ready.js";
import { STATE_MARKS, STATE_WORDS, hoursLine } from "./words.js";
import * as mapWords from "./map-words.js";
import { linkTo } from "./view.js";

const MINUTE_MS = 60_000;
const IN_VIEW_MAX = 20;

/** @template {HTMLElement} [T=HTMLElement] @param {string} id @returns {T} */
const byId = (id) => /** @type {any} */ (document.getElementById(id));

/** @type {Config} */
const config = JSON.parse(byId("config").textContent ?? "{}");
const panel = byId("panel");
const opener = byId("panel-open");
const openOnly = /** @type {HTMLInputElement} */ (byId("open-only"));
const kindBoxes = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("input[name=kind]")]);

/** @type {Registry|null} */
let registry = null;
/** @type {import("./map-ready.js").LocatorMap|null} */
let made = null;
/** @type {Map<string, import("./map-ready.js").PlaceNow>} */
let states = new Map();

/** @param {string} text */
function complain(text) {
  const box = byId("map-problem");
  box.textContent = text;
  box.hidden = !text;
  if (text) openPanel(true);
}

// --- the panel: beside the map on a desktop, a sheet over it on a phone --------------------------

/** From here on a service circle is wide enough to be seen. */
const CIRCLES_ZOOM = 12;
const wide = window.matchMedia("(min-width: 56rem)");

/** @param {boolean} wanted */
function openPanel(wanted) {
  panel.hidden = !(wanted || wide.matches);
  opener.hidden = wide.matches || wanted;
  opener.setAttribute("aria-expanded", String(wanted));
}

function listenToPanel() {
  opener.addEventListener("click", () => {
    openPanel(true);
    panel.focus({ preventScroll: true });
  });
  const shut = () => {
    openPanel(false);
    opener.focus();
  };
  byId("panel-close").addEventListener("click", shut);
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !wide.matches) shut();
  });
  wide.addEventListener?.("change", () => openPanel(false));
  openPanel(false);
}

// --- places ------------------------------------------------------------------------------------

/** @returns {Set<string>} */
function chosenKinds() {
  return new Set(kindBoxes.filter((box) => box.checked).map((box) => box.value));
}

/** @returns {Place[]} */
function shownPlaces() {
  const kinds = chosenKinds();
  return (registry?.places ?? []).filter((place) => {
    const state = states.get(place.id)?.state;
    return kinds.has(place.kind) && (!openOnly.checked || (state && GROUP[state] === 0));
  });
}

/** What is open at this minute, as the finder would say it of a door in front of one. */
function renewStates() {
  if (!registry) return;
  const nowMinute = (Date.now() - registry.midnightMs) / MINUTE_MS;
  const { day } = registry;
  states = new Map(
    registry.places.map((place) => {
      const opening = openingOnArrival(place.intervals, nowMinute, 0, config.closing_soon_minutes);
      return [place.id, { state: opening.state, hours: hoursLine(opening, nowMinute, day) }];
    }),
  );
  made?.places?.setStates(states);
  render();
}

function render() {
  if (!registry) return;
  const shown = shownPlaces();
  const every = shown.length === registry.places.length;
  made?.places?.setVisible(every ? null : shown.map((place) => place.id));
  const open = shown.filter((place) => GROUP[states.get(place.id)?.state ?? "unknown"] === 0).length;
  byId("map-status").textContent =
    `${mapWords.countText(shown.length, open)}${registry.sample ? ` · ${mapWords.SAMPLE}` : ""}`;
  for (const output of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-count]"))) {
    const kind = output.dataset.count;
    output.textContent = String(registry.places.filter((place) => place.kind === kind).length);
  }
  listInView();
}

/** The way to a place without a pointer: what is in view, nearest the centre first. */
function listInView() {
  const details = /** @type {HTMLDetailsElement} */ (byId("in-view"));
  if (!details.open || !made?.places) return;
  const items = made.places.inView(IN_VIEW_MAX).map((place) => {
    const state = states.get(place.id)?.state ?? "unknown";
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "map-row";
    const mark = document.createElement("span");
    mark.className = `mark state-${state}`;
    mark.textContent = STATE_MARKS[state];
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", STATE_WORDS[state]);
    button.append(mark, place.name);
    button.addEventListener("click", () => {
      if (!wide.matches) openPanel(false);
      made?.places?.select(place.id);
    });
    item.append(button);
    return item;
  });
  if (!items.length) {
    const none = document.createElement("li");
    none.textContent = mapWords.NONE_IN_VIEW;
    items.push(none);
  }
  byId("in-view-list").replaceChildren(...items);
}

function explainMarks() {
  const items = /** @type {(keyof typeof STATE_WORDS)[]} */ (Object.keys(STATE_WORDS))
    .filter((state) => state !== "closed_on_arrival") // nobody is on the way here
    .map((state) => {
      const item = document.createElement("li");
      item.className = `state-${state}`;
      const mark = document.createElement("span");
      mark.className = "mark";
      mark.setAttribute("aria-hidden", "true");
      mark.textContent = STATE_MARKS[state];
      item.append(mark, STATE_WORDS[state]);
      return item;
    });
  byId("map-states").replaceChildren(...items);
}

// --- layers ------------------------------------------------------------------------------------

/**
 * @param {string} id
 * @param {() => import("./map-ready.js").SwitchHandle|undefined} layer
 * @param {string} name
 * @param {(on: boolean) => Promise<void>} [also]
 */
function listenToSwitch(id, layer, name, also) {
  const box = /** @type {HTMLInputElement} */ (byId(id));
  box.checked = false;
  box.addEventListener("change", async () => {
    complain("");
    try {
      await Promise.all([layer()?.show(box.checked), also?.(box.checked)]);
    } catch (problem) {
      console.error(problem);
      box.checked = false;
      void layer()?.show(false);
      void also?.(false);
      complain(mapWords.layerFailed(name));
    }
  });
}

/** The figure with its method, its parameters and the date of its data: never alone.
 * @param {boolean} on */
async function showFigure(on) {
  const box = byId("coverage-figure");
  if (!on) {
    box.hidden = true;
    return;
  }
  const response = await fetch(box.dataset.url ?? "");
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const figure = await response.json();
  /** @param {string} name @param {string} text */
  const set = (name, text) => {
    const place = box.querySelector(`[data-figure=${name}]`);
    if (place) place.textContent = text;
  };
  const { share } = figure.total;
  const mode = config.modes.find((one) => one.key === figure.mode);
  set("share", share === null ? "–" : `${(100 * share).toFixed(1)} %`);
  set("what", mapWords.coverageOf(figure.minutes, mode?.name ?? ""));
  set("notes", figure.notes.join(""));
  const date = new Date(response.headers.get("Date") ?? Date.now());
  set("method", [
    figure.method === "streets" ? mapWords.BY_STREETS : mapWords.byStraight(Math.round(figure.limit_m), figure.detour_factor),
    figure.data.sample ? mapWords.SAMPLE : "",
    mapWords.revisionText(figure.data.revision),
    mapWords.dateText(date),
  ].filter(Boolean).join(" · "));
  box.hidden = false;
}

/** The word beside the product's name, as the other pages have it: this page's markup knows no data. */
function saySample() {
  if (document.querySelector(".top .sample")) return;
  const link = document.createElement("a");
  link.className = "sample";
  link.href = linkTo("/about#sample");
  const word = document.createElement("span");
  word.textContent = mapWords.SAMPLE;
  link.append(word);
  document.querySelector(".top .product")?.after(link);
}

// --- start -------------------------------------------------------------------------------------

async function start() {
  listenToPanel();
  explainMarks();
  for (const box of [openOnly, ...kindBoxes]) box.addEventListener("change", render);
  byId("in-view").addEventListener("toggle", listInView);
  listenToSwitch("show-coverage", () => made?.coverage, mapWords.COVERAGE_LAYER, async (on) => {
    await showFigure(on);
    // Circles of half a kilometre are dust on a map of the whole city.
    if (on && made && made.map.getZoom() < CIRCLES_ZOOM) made.map.setView(config.center, CIRCLES_ZOOM);
  });
  listenToSwitch("show-districts", () => made?.districts, mapWords.DISTRICTS_LAYER);

  void mapReady(byId("map")).then((ready) => {
    made = ready;
    ready.map.on("moveend", listInView);
    ready.places?.onSelect((id) => {
      if (id !== null && !wide.matches) openPanel(false);
    });
    if (registry) {
      ready.places?.setPlaces(registry.places);
      renewStates();
    }
  });
  try {
    registry = await load(config.places_url);
  } catch (problem) {
    console.error(problem);
    complain(mapWords.NO_LIST);
    return;
  }
  if (registry.sample) saySample();
  made?.places?.setPlaces(registry.places);
  renewStates();
  setInterval(renewStates, MINUTE_MS);
}

void start();
