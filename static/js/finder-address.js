/**
 * What the page's address asks for, where the page cannot know it: kept on the phone, it was made
 * without the address's parameters. They are those of services/web/choice.py; what is not known is
 * ignored, as the server does.
 */

import { make } from "./cards.js";

/** @typedef {import("./finder.js").Finder} Finder */

const ZOOM = 13; // as in services/web/choice.py
const ZOOMS = [7, 18];
const CENTER = /^(-?\d{1,3}(?:\.\d{1,6})?),(-?\d{1,3}(?:\.\d{1,6})?)$/;

/**
 * @param {Finder} finder what it starts from is changed
 * @param {string} search of the address
 */
export function applyAddress({ chosen, config, setting }, search) {
  const said = new URLSearchParams(search);
  /** @param {string} name @param {string[]} known */
  const words = (name, known) =>
    said.getAll(name).join(",").split(",").filter((word) => known.includes(word));
  const { initial } = config;
  initial.kinds = words("kind", config.kinds.map((kind) => kind.key));
  initial.amenities = words("amenity", config.amenities.map((amenity) => amenity.key));
  initial.openNow = said.get("open") === "now";
  const district = setting()?.registry.districts.find(([adcode]) => adcode === said.get("district"));
  initial.district = district ? district[0] : "";
  if (district) offerDistrict(...district);
  const [, lat = NaN, lon = NaN] = (CENTER.exec(said.get("center") ?? "") ?? []).map(Number);
  if (Math.abs(lat) <= 90 && Math.abs(lon) <= 180) initial.center = [lat, lon];
  const zoom = /^\d{1,2}$/.test(said.get("zoom") ?? "") ? Number(said.get("zoom")) : 0;
  const isKnown = zoom >= /** @type {number} */ (ZOOMS[0]) && zoom <= /** @type {number} */ (ZOOMS[1]);
  initial.zoom = isKnown ? zoom : initial.center && ZOOM;
  const { kinds, amenities, openNow } = initial;
  Object.assign(chosen, { kinds, district: initial.district, amenities, openNow });
}

/** The chip by which the district can be let go. @param {string} adcode @param {string} name */
function offerDistrict(adcode, name) {
  const input = make("input", { type: "checkbox", name: "district", value: adcode });
  const chip = make("label", { className: "chip" }, input, make("span", {}, name));
  chip.dataset.later = "";
  document.getElementById("amenities")?.prepend(chip);
}
