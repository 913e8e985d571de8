/** The line below the header: no network and how old the data are, or that there is a new release. */

import * as words from "./shell-words.js";

const LIST = "/api/v1/places.json";

/**
 * When the server last said what this page shows: the place itself, or the list.
 * @returns {Promise<Date | null>} null where nothing is kept
 */
async function dataDate() {
  if (!("caches" in window)) return null;
  // The offline page draws a place out of the list; a place's own page is as old as itself.
  const own = document.querySelector("main[data-id]") !== null;
  const english = document.documentElement.lang === "en";
  const path = own ? `${location.pathname}${english ? "?lang=en" : ""}` : LIST;
  const kept = await caches.match(path, { ignoreVary: true }).catch(() => undefined);
  return parsed(kept?.headers.get("Date"));
}

/** @param {string | null | undefined} header Date; two servers in a row may each have written one */
function parsed(header) {
  const [said] = /\w{3}, [\w :]+ GMT/.exec(header ?? "") ?? [];
  return said ? new Date(said) : null;
}

/** @param {HTMLElement} notices @param {string} name */
function line(notices, name) {
  const found = notices.querySelector(`[data-notice=${name}]`);
  if (found) return /** @type {HTMLElement} */ (found);
  const made = document.createElement("p");
  made.dataset.notice = name;
  notices.append(made);
  return made;
}

/** The copy may be renewed behind the page: once said, the date of what is shown stays.
 * @type {Date | null} */
let shown = null;

/**
 * @param {HTMLElement} notices @param {keyof typeof words.WHY} why
 * @param {string | null} [said] by the worker: the date of what it gave this page
 */
export async function showOffline(notices, why, said) {
  shown = parsed(said) ?? shown ?? (await dataDate());
  const date = shown;
  const state = words.WHY[why] ?? words.WHY.offline;
  line(notices, "offline").textContent = date ? words.withDate(state, date) : state;
}

/** @param {HTMLElement} notices */
export function hideOffline(notices) {
  notices.querySelector("[data-notice=offline]")?.remove();
}

/** Who asked for English reads English, though the page is Chinese. @param {HTMLElement} notices */
export function showNoEnglish(notices) {
  const at = line(notices, "language");
  at.lang = "en";
  at.textContent = words.NO_ENGLISH;
}

/** @param {HTMLElement} notices @param {() => void} take */
export function showUpdate(notices, take) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.UPDATE;
  button.addEventListener("click", take);
  const at = line(notices, "update");
  at.textContent = "";
  at.append(button);
}
