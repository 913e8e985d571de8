/**
 * What stands around the map: buttons in Chinese, scale, the review number, sources, and manners
 * inside a page that scrolls. Every text goes in as text.
 */

import * as words from "./map-words.js";

const HINT_MS = 1600;
const SCALE_PX_MAX = 125;

/**
 * @typedef {object} FrameOptions
 * @property {string} label
 * @property {[number, number, number, number]|null} bounds  south, west, north, east
 * @property {("zoom"|"scale")[]} controls
 * @property {"page"|"embed"} gestures
 * @property {string} reviewNumber
 * @property {string[]} credits
 */

/**
 * @param {import("leaflet").Map} map
 * @param {FrameOptions} options
 */
export function frame(map, options) {
  const container = map.getContainer();
  container.querySelector(".map-wait")?.remove();
  container.setAttribute("role", "region");
  container.setAttribute("aria-label", options.label);

  if (options.bounds) {
    const [south, west, north, east] = options.bounds;
    map.fitBounds([[south, west], [north, east]], { animate: false });
  }
  if (options.controls.includes("zoom")) {
    L.control
      .zoom({ position: "topright", zoomInTitle: words.ZOOM_IN, zoomOutTitle: words.ZOOM_OUT })
      .addTo(map);
  }
  place(map, "bottomleft", reviewNote(options.reviewNumber));
  if (options.controls.includes("scale")) {
    place(map, "bottomleft", scaleBar(map));
  }
  if (options.credits.length) place(map, "bottomright", sources(options.credits));
  if (options.gestures === "embed") leaveScrollingToThePage(map);
  if (typeof ResizeObserver === "function") {
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(container);
  }
}

/**
 * @param {import("leaflet").Map} map
 * @param {import("leaflet").ControlPosition} position
 * @param {HTMLElement} element
 */
function place(map, position, element) {
  const Text = L.Control.extend({ onAdd: () => element });
  L.DomEvent.disableClickPropagation(element);
  new Text({ position }).addTo(map);
}

/** @param {string} number */
function reviewNote(number) {
  const note = document.createElement("p");
  note.className = "map-review";
  note.textContent = number ? words.reviewText(number.replace(/^审图号[::]/, "")) : words.SKETCH;
  return note;
}

/**
 * A length of 1, 2 or 5 times a power of ten, in metres, at the middle of the map.
 * @param {import("leaflet").Map} map
 */
function scaleBar(map) {
  const bar = document.createElement("p");
  bar.className = "map-scale";
  function renew() {
    const y = map.getSize().y / 2;
    const left = map.containerPointToLatLng([0, y]);
    const metres = left.distanceTo(map.containerPointToLatLng([SCALE_PX_MAX, y]));
    if (!metres) return;
    const power = 10 ** Math.floor(Math.log10(metres));
    const length = power * (/** @type {number} */ ([5, 2, 1].find((n) => n * power <= metres)));
    bar.style.width = `${Math.round((SCALE_PX_MAX * length) / metres)}px`;
    bar.textContent = words.scaleText(length);
  }
  map.on("moveend resize", renew);
  renew();
  return bar;
}

/** @param {string[]} credits */
function sources(credits) {
  const details = document.createElement("details");
  details.className = "map-sources";
  const summary = document.createElement("summary");
  const word = document.createElement("span");
  word.textContent = words.SOURCES;
  summary.append(word);
  const list = document.createElement("ul");
  for (const credit of credits) {
    const item = document.createElement("li");
    item.textContent = credit;
    list.append(item);
  }
  details.append(summary, list);
  return details;
}

/**
 * In a frame the wheel and one finger belong to the page around it.
 * @param {import("leaflet").Map} map
 */
function leaveScrollingToThePage(map) {
  const container = map.getContainer();
  const hint = document.createElement("p");
  hint.className = "map-hint";
  hint.hidden = true;
  container.append(hint);
  let timer = 0;

  /** @param {string} text */
  function say(text) {
    hint.textContent = text;
    hint.hidden = false;
    clearTimeout(timer);
    timer = window.setTimeout(() => (hint.hidden = true), HINT_MS);
  }

  map.scrollWheelZoom.disable();
  container.addEventListener(
    "wheel",
    (event) => {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault(); // or the browser would zoom its whole page
        map.scrollWheelZoom.enable();
      } else {
        map.scrollWheelZoom.disable();
        say(words.WHEEL_HINT);
      }
    },
    { capture: true, passive: false },
  );

  // Decided before the first touch: `touch-action` is read when a touch begins.
  if (window.matchMedia("(pointer: coarse)").matches) map.dragging.disable();
  container.addEventListener(
    "pointerdown",
    (event) => {
      if (event.pointerType === "touch") map.dragging.disable();
      else map.dragging.enable();
    },
    true,
  );
  container.addEventListener(
    "touchmove",
    (event) => {
      if (event.touches.length === 1) say(words.FINGERS_HINT);
      else hint.hidden = true;
    },
    { passive: true },
  );
}
