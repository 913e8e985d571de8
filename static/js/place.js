/**
 * One place's page. The server has written everything; this keeps what it says of the time true
 * while the page stays open or comes from a cache, and adds what needs a script: the map's mark,
 * the star, sharing.
 */

import { openingOnArrival } from "./find.js";
import { mapReady } from "./map-ready.js";
import { CANNOT_KEEP, COPIED, COPY_THIS, IN_WECHAT, SAVE, SAVED, dayLabel }
  from "./place-words.js";
import { isSaved, rememberVisit, toggleSaved } from "./saved.js";
import { STATE_MARKS, STATE_WORDS, hoursLine, verifiedText } from "./words.js";

/** As services/web/cards.py (`hours_facts`) writes them.
 * @typedef {{midnight: string, intervals: number[] | null, closing_soon: number,
 *   verified: number | null}} Facts */

const DAY = 1440;
const MINUTE_MS = 60_000;
const id = document.getElementById("main")?.dataset.id ?? "";

/** @param {Element | null | undefined} element @param {string} text */
function put(element, text) {
  // Left alone where nothing changed: a reader's place in the page is not lost each minute.
  if (element && element.textContent !== text) element.textContent = text;
}

/** @param {ParentNode | null} parent @param {string} name */
const field = (parent, name) => parent?.querySelector(`[data-field=${name}]`);

// --- the time ----------------------------------------------------------------------------------

/** @param {Facts} facts */
function renew(facts) {
  const now = (Date.now() - Date.parse(facts.midnight)) / MINUTE_MS;
  // The local date alone, read as if it were UTC: no time zone of the phone can shift it.
  const day = Date.parse(`${facts.midnight.slice(0, 10)}T00:00:00Z`) / (DAY * MINUTE_MS);
  const today = day + Math.floor(now / DAY);
  const opening = openingOnArrival(facts.intervals, now, 0, facts.closing_soon);
  const state = document.getElementById("state");
  if (state) state.className = `state now state-${opening.state}`;
  put(field(state, "mark"), STATE_MARKS[opening.state]);
  put(field(state, "word"), STATE_WORDS[opening.state]);
  put(field(state, "hours"), hoursLine(opening, now, day));
  const verified = facts.verified === null ? null : today - facts.verified;
  put(field(document, "verified"), verifiedText(verified));
  document.querySelectorAll(".schedule tr").forEach((row) => {
    const of = Number(/** @type {HTMLElement} */ (row).dataset.day);
    row.className = of === today ? "today" : of < today ? "past" : "";
    if (of === today) row.setAttribute("aria-current", "date");
    else row.removeAttribute("aria-current");
    put(field(row, "day"), dayLabel(of, today));
  });
}

function keepTime() {
  const written = document.getElementById("hours-facts")?.textContent;
  if (!written) return;
  /** @type {Facts} */
  const facts = JSON.parse(written);
  const now = () => renew(facts);
  now();
  setInterval(now, MINUTE_MS);
  // A page that comes back from the background or from the browser's cache was not ticking.
  document.addEventListener("visibilitychange", now);
  window.addEventListener("pageshow", now);
}

// --- star and share ----------------------------------------------------------------------------

/** @param {...(Node | string)} content */
function say(...content) {
  const said = document.getElementById("said");
  if (!said) return;
  said.textContent = "";
  said.append(...content);
}

function offerStar() {
  const button = document.getElementById("save");
  if (!button) return;
  /** @param {boolean} saved */
  const show = (saved) => {
    button.setAttribute("aria-pressed", String(saved));
    put(button.querySelector("span"), saved ? SAVED : SAVE);
  };
  button.addEventListener("click", () => {
    const saved = toggleSaved(id);
    show(saved === true);
    say(saved === null ? CANNOT_KEEP : "");
  });
  show(isSaved(id));
  button.hidden = false;
}

/** The page's own address for others, without what only concerns the one who reads it. */
function address() {
  const canonical = document.head.querySelector("link[rel=canonical]");
  return canonical?.getAttribute("href") ?? location.origin + location.pathname;
}

async function share() {
  const url = address();
  if (/MicroMessenger/.test(navigator.userAgent)) {
    say(IN_WECHAT);
    return;
  }
  if ("share" in navigator) {
    try {
      await navigator.share({ title: document.title, url });
      return;
    } catch (problem) {
      if (problem instanceof DOMException && problem.name === "AbortError") return;
    }
  }
  try {
    await navigator.clipboard.writeText(url);
    say(COPIED);
  } catch {
    const copy = document.createElement("input");
    Object.assign(copy, { readOnly: true, value: url });
    const label = document.createElement("label");
    label.append(COPY_THIS, copy);
    say(label);
    copy.select();
  }
}

function offerShare() {
  const button = document.getElementById("share");
  if (!button) return;
  button.addEventListener("click", () => void share());
  button.hidden = false;
}

// --- the map -----------------------------------------------------------------------------------

async function markMap() {
  const element = document.getElementById("map");
  const facts = document.getElementById("where");
  if (!element || !facts) return;
  const { kind = "", name = "", lat, lon, zoom } = facts.dataset;
  const place = { id, kind, name, lat: Number(lat), lon: Number(lon) };
  const { map, places } = await mapReady(element);
  places?.setPlaces([place]);
  places?.select(id, { pan: false, card: false });
  map.setView([place.lat, place.lon], Number(zoom), { animate: false });
}

keepTime();
offerStar();
offerShare();
rememberVisit(id);
void markMap();
