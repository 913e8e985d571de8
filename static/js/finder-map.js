/** The finder's map: it shows what the list shows, and what is chosen in one is chosen in both. */

import { byId } from "./cards.js";
import { choose } from "./find.js";
import { resizeByHandle } from "./map-handle.js";
import { mapReady } from "./map-ready.js";
import * as words from "./words.js";

/** @typedef {import("./finder.js").Finder} Finder */
/** @typedef {import("./locate.js").Origin} Origin */
/** @typedef {import("./find.js").Found} Found */
/** @typedef {import("./cards.js").Setting} Setting */
/** @typedef {{
 *   draw: (found: Found[], now: Setting) => void, select: (id: string | null) => void,
 *   showOrigin: (origin: Origin | null) => void
 * }} MapSide */

/** So many of the nearest come into view with the start. */
const IN_VIEW = 3;
const CLOSEST_ZOOM = 16;
const MARGIN_PX = 32;

/** A place's state for the map; what its card says is made only when the card is opened. */
class PlaceNow {
  /** @param {Found} found @param {Setting} now */
  constructor(found, now) {
    this.found = found;
    this.now = now;
    this.state = found.opening.state;
  }

  get hours() {
    return words.hoursLine(this.found.opening, this.now.nowMinute, this.now.registry.day);
  }

  get travel() {
    const travel = words.travelText(this.found.travelS);
    return this.now.fromPerson ? words.byVerb(this.now.mode.verb, travel) : "";
  }
}

/**
 * Resolves when the map is drawn, which may be never; the handle works before.
 * @param {Finder} finder
 * @returns {Promise<MapSide>}
 */
export async function join(finder) {
  const element = /** @type {HTMLElement} */ (byId("map"));
  const handle = byId("handle");
  if (handle) resizeByHandle(handle, element);
  standUnderHeader();
  const { map, places } = await mapReady(element);
  places?.setPlaces(finder.setting()?.registry.places ?? []);
  places?.onSelect((id) => finder.select(id, "map"));
  /** @type {[Found[], Setting] | null} */
  let next = null;
  let shown = "";
  const { center, zoom } = finder.config.initial;
  // A view that the address asks for is not moved by the first list.
  let isAsked = center !== null || zoom !== null;
  if (isAsked) map.setView(center ?? map.getCenter(), zoom ?? map.getZoom(), { animate: false });

  /** After the list, once for however many changes. */
  function drawNext() {
    const [found, now] = next ?? [];
    next = null;
    if (!places || !found || !now) return;
    const { selected, pinned } = finder.chosen;
    const ids = found.map((one) => one.place.id);
    if (pinned && selected && !ids.includes(selected)) ids.push(selected);
    places.setStates(found.map((one) => [one.place.id, new PlaceNow(one, now)]));
    const wanted = ids.join();
    if (wanted === shown) return;
    shown = wanted;
    places.setVisible(ids);
    // A list of which nothing is in sight is not the map's list.
    if (!isAsked && places.inView(1).length === 0) fit(found.slice(0, IN_VIEW).map((one) => one.place));
    isAsked = false;
  }

  /** @param {{lat: number, lon: number}[]} corners */
  function fit(corners) {
    if (corners.length === 0) return;
    map.fitBounds(corners.map(({ lat, lon }) => [lat, lon]), {
      padding: [MARGIN_PX, MARGIN_PX], maxZoom: CLOSEST_ZOOM,
    });
  }

  return {
    draw(found, now) {
      if (!next) setTimeout(drawNext);
      next = [found, now];
    },
    select(id) {
      places?.select(id);
    },
    showOrigin(origin) {
      const now = finder.setting();
      places?.setHere(origin?.isHere ? origin : null);
      if (!origin || !now) return;
      const { kinds, amenities } = finder.chosen;
      const near = finder.ranked(now, choose(now.registry, { kinds, amenities }).places).slice(0, IN_VIEW);
      fit([origin, ...near.map((one) => one.place)]);
    },
  };
}

/** On a phone the map stays in sight just under the header, which large text makes taller. */
function standUnderHeader() {
  const header = /** @type {HTMLElement | null} */ (document.querySelector(".top"));
  const main = byId("main");
  if (!header || !main || typeof ResizeObserver !== "function") return;
  new ResizeObserver(() => {
    main.style.setProperty("--top-height", `${header.offsetHeight}px`);
  }).observe(header);
}
