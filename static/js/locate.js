/** From the tap on “nearest to me” to a list that starts there, or to what helps without a position. */

import { button, byId, FAR_M, fill, keepFocus, make, named, say, showList, showProblem } from "./cards.js";
import { distanceM } from "./find.js";
import { currentPosition } from "./position.js";
import * as words from "./words.js";

/** @typedef {import("./finder.js").Finder} Finder */
/** Where distances start: the person (`isHere`), or a town that was chosen (`name`).
 * @typedef {{lat: number, lon: number, accuracyM?: number, name: string, isHere: boolean}} Origin */

const ROUGH_M = 200; // from here on the accuracy is worth a word
const LONG_MS = 3000; // after this the person wants to know that it is still going on

let busy = false;

/**
 * @param {Finder} finder
 * @param {boolean} fresh whether a position of a minute ago will not do
 */
export async function locate(finder, fresh = false) {
  const label = byId("locate")?.querySelector("span");
  if (busy || !label) return;
  busy = true;
  const invitation = label.textContent ?? "";
  const before = finder.chosen.origin;
  /** @param {string} text */
  const tell = (text) => {
    say(label, text);
    say(byId("progress"), text);
  };
  byId("locate")?.setAttribute("aria-busy", "true");
  tell(words.LOCATING);
  let asking = false;
  void isAsking().then((is) => {
    asking = is && busy;
    if (asking) tell(words.ASK_TO_ALLOW);
  });
  const long = setTimeout(() => !asking && tell(words.STILL_LOCATING), LONG_MS);
  const answer = await currentPosition((late) => {
    if (finder.chosen.origin === before) startHere(finder, late);
  }, fresh);
  clearTimeout(long);
  busy = false;
  byId("locate")?.removeAttribute("aria-busy");
  say(label, invitation);
  say(byId("progress"), typeof answer === "string" ? "" : words.LOCATED);
  if (finder.chosen.origin !== before) return;
  if (typeof answer === "string") explain(answer);
  else startHere(finder, answer);
}

/** Whether the browser is about to ask the person. */
async function isAsking() {
  try {
    return (await navigator.permissions.query({ name: "geolocation" })).state === "prompt";
  } catch {
    return false; // not told
  }
}

/** @param {Finder} finder @param {import("./position.js").Position} position */
function startHere(finder, { lat, lon, accuracyM }) {
  finder.startFrom({ lat, lon, accuracyM, name: "", isHere: true });
  const places = finder.setting()?.registry.places ?? [];
  const nearestM = Math.min(...places.map((place) => distanceM(place, { lat, lon })));
  if (nearestM > FAR_M && nearestM < Infinity) {
    explain(words.farAway(words.distanceText(nearestM), finder.config.region_name));
  } else showList();
}

/** @param {string} what happened; what still works follows */
function explain(what) {
  const actions = make("p", { className: "actions" });
  const search = byId("search");
  if (search) actions.append(button(words.SEARCH_A_TOWN, () => search.focus()));
  if (byId("districts")) {
    actions.append(make("a", { className: "secondary", href: "#districts" }, words.BY_DISTRICT));
  }
  const helps = actions.childElementCount ? words.WITHOUT_POSITION : "";
  showProblem(make("p", {}, what + helps), actions);
}

/** Where distances start, and what can be done about it. @param {Finder} finder */
export function renderOrigin(finder) {
  const line = byId("origin");
  const from = finder.chosen.origin;
  byId("modes")?.toggleAttribute("hidden", !from);
  if (!line) return;
  const refocus = keepFocus(line);
  fill(line, ...(from ? [originText(from), originActions(finder, from)] : [words.FROM_CENTRE]));
  refocus();
}

/** @param {Origin} from */
function originText({ name, isHere, accuracyM = 0 }) {
  const rough = accuracyM > ROUGH_M ? words.distanceText(accuracyM) : "";
  if (isHere) return make("span", {}, words.fromHere(rough));
  const [before, after] = words.FROM_TOWN;
  return make("span", {}, before, named(make("span"), name), after);
}

/** @param {Finder} finder @param {Origin} from */
function originActions(finder, from) {
  const again = button(words.LOCATE_AGAIN, () => void locate(finder, true), "text-button");
  const forget = button("✕", () => finder.startFrom(null), "text-button forget");
  forget.setAttribute("aria-label", words.CLEAR_ORIGIN);
  return make("span", { className: "origin-actions" }, ...(from.isHere ? [again, forget] : [forget]));
}
