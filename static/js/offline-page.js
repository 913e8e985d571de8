/**
 * The page that the service worker shows where it has none: a place out of the list on the phone,
 * its state worked out for now, or what else there is. It is drawn with textContent only.
 */

import { load, openingOnArrival } from "./find.js";
import { leadTo } from "./navigation.js";
import { dataOf, dayLabel } from "./place-words.js";
import { recentIds } from "./saved.js";
import * as said from "./shell-words.js";
import { linkTo } from "./view.js";
import { STATE_MARKS, STATE_WORDS, hoursLine, verifiedText } from "./words.js";

/** @typedef {import("./find.js").Registry} Registry */
/** @typedef {import("./find.js").Place} Place */
/**
 * Constants from the server, nothing of the registry.
 * @typedef {{places_url: string, closing_soon_minutes: number, hotline: string,
 *   kinds: import("./places-symbols.js").Kind[], amenities: {key: string, name: string}[],
 *   accesses: Record<string, string>, precisions: Record<string, string>,
 *   districts: Record<string, string>}} Config
 */

const DAY = 1440;
const DAYS = 8;
const MINUTE_MS = 60_000;

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @type {Config} */
const config = JSON.parse(byId("config").textContent ?? "{}");
const article = byId("place");

/** @param {string} name @param {string} text */
function put(name, text) {
  const field = article.querySelector(`[data-field=${name}]`);
  if (field && field.textContent !== text) field.textContent = text;
}

/** @param {Element | null | undefined} parent @param {Element[]} children */
function fill(parent, children) {
  if (!parent) return;
  parent.textContent = "";
  parent.append(...children);
}

/** @param {number} minute of a day */
const clock = (minute) => `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, "0")}`;

/**
 * 8:00–12:00、14:00–18:00 of one day; a night that runs on ends at 24:00 and goes on the next day.
 * @param {number[]} intervals flat start, end since the list's midnight
 * @param {number} day of the list
 */
function dayText(intervals, day) {
  const parts = [];
  for (let i = 0; i < intervals.length; i += 2) {
    const start = Math.max((intervals[i] ?? 0) - day * DAY, 0);
    const end = Math.min((intervals[i + 1] ?? 0) - day * DAY, DAY);
    if (start < end) parts.push(start === 0 && end === DAY ? said.ALL_DAY : `${clock(start)}–${clock(end)}`);
  }
  return parts.join(said.BETWEEN) || said.CLOSED_DAY;
}

/** What moves with the time. @param {Registry} registry @param {Place} place */
function renew(registry, place) {
  const now = (Date.now() - registry.midnightMs) / MINUTE_MS;
  const today = registry.day + Math.floor(now / DAY);
  const opening = openingOnArrival(place.intervals, now, 0, config.closing_soon_minutes);
  const tooOld = place.intervals !== null && opening.state === "unknown";
  byId("state").className = `state now state-${opening.state}`;
  put("mark", STATE_MARKS[opening.state]);
  put("word", STATE_WORDS[opening.state]);
  put("hours", tooOld ? dataOf(registry.day) : hoursLine(opening, now, registry.day));
  put("verified", verifiedText(place.verifiedDay === null ? null : today - place.verifiedDay));
  const body = article.querySelector("tbody");
  const { intervals } = place;
  byId("schedule").hidden = intervals === null;
  byId("no-hours").hidden = intervals !== null;
  if (!body || !intervals) return;
  fill(body, Array.from({ length: DAYS }, (_, day) => registry.day + day)
    .filter((day) => day >= today)
    .map((day) => {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      const hours = document.createElement("td");
      head.scope = "row";
      head.textContent = dayLabel(day, today);
      hours.textContent = dayText(intervals, day - registry.day);
      if (day === today) {
        row.className = "today";
        row.setAttribute("aria-current", "date");
      }
      row.append(head, hours);
      return row;
    }));
}

/** @param {Registry} registry @param {Place} place */
function drawAmenities(registry, place) {
  /** @param {number} mask */
  const names = (mask) => config.amenities
    .filter(({ key }) => mask & (1 << registry.amenities.indexOf(key)))
    .map(({ name }) => name);
  const [yes, no, unknown] = [place.yes, place.no, ~(place.yes | place.no)].map(names);
  const list = article.querySelector("[data-list=yes]");
  fill(list, (yes ?? []).map((name) => {
    const item = document.createElement("li");
    const tick = document.createElement("span");
    tick.className = "tick";
    tick.setAttribute("aria-hidden", "true");
    tick.textContent = "✓";
    item.append(tick, name);
    return item;
  }));
  list?.toggleAttribute("hidden", !yes?.length);
  for (const [key, found] of /** @type {const} */ ([["no", no], ["unknown", unknown]])) {
    const line = article.querySelector(`[data-list=${key}]`);
    if (line) line.textContent = (found ?? []).join(said.BETWEEN);
    line?.closest("p")?.toggleAttribute("hidden", !found?.length);
  }
}

/** @param {Registry} registry @param {Place} place */
function drawPlace(registry, place) {
  const kind = config.kinds.find((one) => one.key === place.kind);
  const symbol = byId("kind-symbol");
  symbol.style.setProperty("--kind", kind?.colour ?? "");
  symbol.style.setProperty("--kind-dark", kind?.colour_dark ?? "");
  symbol.querySelector("use")?.setAttribute("href", `#${kind?.symbol ?? ""}`);
  put("kind", `${kind?.name ?? ""}${registry.sample ? ` · ${said.SAMPLE}` : ""}`);
  put("name", place.name);
  put("address", place.address || said.NO_ADDRESS);
  put("raw", place.hours);
  put("host", place.host || said.NOT_RECORDED);
  put("access", config.accesses[place.access] ?? said.NOT_RECORDED);
  put("phone", place.phone);
  const note = config.precisions[place.precision] ?? "";
  put("precision", note);
  article.querySelector("[data-field=precision]")?.toggleAttribute("hidden", !note);
  article.querySelector("[data-field=no-phone]")?.toggleAttribute("hidden", place.phone !== "");
  const dial = place.phone.replace(/[^0-9+]/g, "");
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (article.querySelectorAll("[data-call]"))) {
    link.href = `tel:${dial}`;
    link.hidden = !dial;
  }
  leadTo(/** @type {HTMLAnchorElement} */ (byId("navigate")), place);
  drawAmenities(registry, place);
  renew(registry, place);
  document.title = `${place.name} · ${document.title.split(" · ").pop() ?? ""}`;
  byId("plain").hidden = true;
  article.hidden = false;
  setInterval(() => renew(registry, place), MINUTE_MS);
  document.addEventListener("visibilitychange", () => renew(registry, place));
}

/** @param {Registry} registry */
function listRecent(registry) {
  const places = recentIds()
    .map((id) => registry.places.find((place) => place.id === id))
    .filter(/** @returns {place is Place} */ (place) => place !== undefined);
  byId("recent").hidden = places.length === 0;
  fill(byId("recent-list"), places.map((place) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = linkTo(`/p/${encodeURIComponent(place.id)}`);
    link.className = "secondary";
    link.textContent = place.name;
    if (document.documentElement.lang === "en") link.lang = "zh-CN";
    item.append(link);
    return item;
  }));
}

/**
 * A district's page is not kept, but the list holds its places: the finder shows them.
 * @param {Registry} registry @param {string} adcode
 */
function leadToDistrict(registry, adcode) {
  const name = config.districts[adcode];
  const link = /** @type {HTMLAnchorElement} */ (byId("district"));
  if (!name || !registry.places.some((place) => place.adcode === adcode)) return;
  link.textContent = said.inTheList(name);
  const finder = linkTo("/");
  link.href = `${finder}${finder.includes("?") ? "&" : "?"}district=${adcode}`;
  link.hidden = false;
  link.nextElementSibling?.setAttribute("class", "secondary"); // one way is the first
}

async function start() {
  const instead = location.pathname !== "/offline";
  const [, id] = /^\/p\/([^/]+)$/.exec(location.pathname) ?? [];
  const [, adcode] = /^\/d\/(\d+)$/.exec(location.pathname) ?? [];
  byId("no-network").hidden = !instead;
  byId("again").hidden = !instead;
  const registry = await load(config.places_url).catch(() => null);
  if (!registry) return;
  listRecent(registry);
  if (adcode !== undefined) leadToDistrict(registry, adcode);
  if (id === undefined) return;
  const place = registry.places.find((one) => one.id === decodeURIComponent(id));
  if (place) drawPlace(registry, place);
  byId("not-listed").hidden = place !== undefined;
}

void start();
