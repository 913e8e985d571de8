/**
 * The service worker: after one visit the finder, the map and the last places work without a
 * network.
 *
 * A release is never mixed with another. Its caches bear its name; a worker keeps only answers that
 * say they are of its own release (the header Locator-Release) and shows only what it kept. The
 * worker of a new release installs beside the old one, all parts or none, and takes over when no
 * page of the old one is open, or when the person asks for it (static/js/shell.js).
 *
 * Kept: the release's scripts and styles, the pages of `PAGES`, the lists of `RELEASE.data`, the
 * last visited places and pieces of the base map, each in a bounded number. Nothing else: no
 * answer to a POST, no address with parameters other than the language, no error.
 */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

const CACHES = "locator-";
const OURS = `${CACHES}${RELEASE.id}`;
const PLACES = `${OURS}-places`;
const TILES = `${OURS}-tiles`;

const OFFLINE = "/offline";
const PAGES = ["/", "/map", OFFLINE];
const PLACE = /^\/p\/[^/]+$/;
const TILE = /^\/tiles\/[^/]+\/\d+\/\d+\/\d+\.mvt$/;

const PLACES_MAX = 30;
const TILES_MAX = 300;
const CLIENTS_MAX = 50;
/** From here on what is kept is better than waiting. */
const PATIENCE_MS = 3000;
const MATCHING = { ignoreVary: true };

/** Why something kept is shown: no answer, one that is too late, an error of the server.
 * @typedef {"offline" | "late" | "failing"} Reason */

/** What a client sees of what is kept: why, and when the server said it (its header Date).
 * @typedef {{why: Reason, date: string | null}} Shown */
/** @type {Map<string, Shown>} */
const shownKept = new Map();

// --- what is kept --------------------------------------------------------------------------

/** @param {string} lang */
const languageQuery = (lang) => (lang === "zh-CN" ? "" : `?lang=${lang}`);

/** @param {URL} url */
const languageOf = (url) => (url.searchParams.get("lang") === "en" ? "en" : "zh-CN");

/**
 * The address under which a page is kept, or found again; null for one that never is.
 * @param {URL} url
 */
function pageKey(url) {
  const { pathname } = url;
  if (url.searchParams.has("door") || !(PAGES.includes(pathname) || PLACE.test(pathname))) return null;
  return pathname + languageQuery(languageOf(url));
}

/** @param {URL} url whether it is its own key: only such an answer may be kept */
const isPlain = (url) => url.pathname + url.search === pageKey(url);

/** @param {string} key */
const cacheOf = (key) => caches.open(key.startsWith("/p/") ? PLACES : OURS);

/** Whether an answer is whole, of our own host and of this release.
 * @param {Response} response */
function isOurs(response) {
  return response.status === 200 && response.type === "basic" && !response.redirected &&
    response.headers.get("Locator-Release") === RELEASE.id &&
    !(response.headers.get("Cache-Control") ?? "").includes("no-store");
}

/**
 * Keep a copy, the newest last. A full disk costs the copy, never the answer.
 * @param {Cache} cache @param {string} key @param {Response} copy @param {number} [most]
 */
async function keep(cache, key, copy, most) {
  try {
    await cache.put(key, copy);
    if (most === undefined) return;
    const keys = await cache.keys();
    await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((old) => cache.delete(old)));
  } catch (problem) {
    console.warn("not kept", key, problem);
  }
}

// --- a release moves in --------------------------------------------------------------------

/**
 * A page or a list of this release; from the browser's own cache where the page has just put it.
 * Throws when the server has moved on: half a release is not installed.
 * @param {Cache} cache @param {string} key @param {RequestCache[]} modes
 */
async function fetchOurs(cache, key, modes) {
  for (const mode of modes) {
    const response = await fetch(key, { cache: mode });
    if (isOurs(response)) return cache.put(key, response);
  }
  throw new Error(`${key} is not of release ${RELEASE.id}`);
}

/** @param {Cache} cache @param {string} url */
async function fetchPart(cache, url) {
  if (await cache.match(url, MATCHING)) return;
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  await cache.put(url, response);
}

/** Everything that the pages of a language need. @param {string} lang */
async function keepLanguage(lang) {
  const cache = await caches.open(OURS);
  const pages = PAGES.map((path) => path + languageQuery(lang));
  await Promise.all((RELEASE.parts[lang] ?? []).map((url) => fetchPart(cache, url)));
  await Promise.all(pages.map((key) => fetchOurs(cache, key, ["force-cache", "reload"])));
}

async function install() {
  const open = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const urls = open.map((client) => new URL(client.url));
  const languages = new Set(urls.map(languageOf));
  if (await caches.match("/?lang=en", MATCHING)) languages.add("en");
  if (!languages.size || await caches.match("/", MATCHING)) languages.add("zh-CN");
  const cache = await caches.open(OURS);
  await Promise.all(RELEASE.data.map((path) => fetchOurs(cache, path, ["no-cache"])));
  for (const lang of languages) await keepLanguage(lang);
  // The place whose page is open: often the first visit of all begins at a door's QR code.
  const places = await caches.open(PLACES);
  const visited = urls.filter((url) => PLACE.test(url.pathname) && isPlain(url));
  await Promise.all(visited.map((url) =>
    fetchOurs(places, url.pathname + url.search, ["force-cache"]).catch(() => {})));
}

async function activate() {
  const names = await caches.keys();
  const old = names.filter((name) =>
    name.startsWith(CACHES) && name !== OURS && !name.startsWith(`${OURS}-`));
  await Promise.all(old.map((name) => caches.delete(name)));
}

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));

// --- answers -------------------------------------------------------------------------------

/**
 * The network's answer, or after `PATIENCE_MS`, or instead of a failure, what is kept.
 * @param {Promise<Response>} answer
 * @param {Response | undefined} kept
 * @param {boolean} [waits] however late the answer is
 * @returns {Promise<{response: Response, why?: Reason}>} rejects as `answer` when nothing is kept
 */
async function freshOr(answer, kept, waits = false) {
  if (!kept) return { response: await answer };
  /** @type {Promise<Reason>} */
  const late = new Promise((resolve) => setTimeout(() => resolve("late"), PATIENCE_MS));
  const asked = answer.catch(() => /** @type {Reason} */ ("offline"));
  const fresh = await (waits ? asked : Promise.race([asked, late]));
  if (typeof fresh === "string") return { response: kept, why: fresh };
  // A gateway's error page helps nobody who could have the list.
  return fresh.status >= 500 ? { response: kept, why: "failing" } : { response: fresh };
}

/**
 * Keep a page that the network gave, and forget one that is no more: a place that was withdrawn is
 * not found again offline.
 * @param {URL} url @param {Response} response
 */
async function learnPage(url, response) {
  const key = pageKey(url);
  if (key === null) return;
  const copy = isPlain(url) && isOurs(response) ? response.clone() : null;
  const cache = await cacheOf(key);
  if (copy) await keep(cache, key, copy, PLACE.test(url.pathname) ? PLACES_MAX : undefined);
  else if (response.status === 404) await cache.delete(key, MATCHING);
}

/**
 * The kept page, in the other language rather than not at all.
 * @param {URL} url
 */
async function keptPage(url) {
  const key = pageKey(url);
  if (key === null) return undefined;
  const cache = await cacheOf(key);
  return (await cache.match(key, MATCHING)) || cache.match(key, { ...MATCHING, ignoreSearch: true });
}

/** What stands for a page that is not kept. @param {URL} url */
async function standIn(url) {
  const ours = await caches.open(OURS);
  return (await ours.match(OFFLINE + languageQuery(languageOf(url)), MATCHING)) ||
    ours.match(OFFLINE, MATCHING);
}

/**
 * The page that is kept; else the stand-in, but only for a failure, for an error that is not our
 * own page (a proxy's body explains nothing), or where the list on the phone can draw what is late.
 * @param {FetchEvent} event @param {URL} url
 */
async function page(event, url) {
  const answer = fetch(event.request);
  event.waitUntil(answer.then((response) => learnPage(url, response), () => {}));
  const kept = await keptPage(url);
  const instead = kept || (await standIn(url));
  const waits = !kept && !PLACE.test(url.pathname);
  const { response, why } = await freshOr(answer, instead, waits);
  const isOurError = !kept && why === "failing" && (await answer).headers.has("Locator-Release");
  if (isOurError) return answer;
  // The stand-in has no date of its own: the list has.
  if (why) rememberKept(event.resultingClientId, why, kept ? response.headers.get("Date") : null);
  return response;
}

/** @param {string} client @param {Reason} why @param {string | null} date */
function rememberKept(client, why, date) {
  shownKept.delete(client);
  shownKept.set(client, { why, date });
  const [oldest] = shownKept.keys();
  if (shownKept.size > CLIENTS_MAX && oldest !== undefined) shownKept.delete(oldest);
}

/**
 * A list: for who already sees something kept, the kept one at once. One wait is enough, and what
 * comes meanwhile is for the next visit.
 * @param {FetchEvent} event @param {string} path
 */
async function list(event, path) {
  const cache = await caches.open(OURS);
  const kept = await cache.match(path, MATCHING);
  const answer = fetch(event.request, { cache: "no-cache" });
  event.waitUntil(answer.then(
    (response) => isOurs(response) ? keep(cache, path, response.clone()) : undefined, () => {}));
  const shown = shownKept.get(event.clientId);
  const { response, why } = kept && shown ? { response: kept, why: shown.why } : await freshOr(answer, kept);
  if (why) {
    const isData = path === RELEASE.data[0];
    const date = isData ? response.headers.get("Date") : shown ? shown.date : null;
    rememberKept(event.clientId, why, date);
    (await worker.clients.get(event.clientId))?.postMessage({ kind: "kept", why, date });
  }
  return response;
}

/**
 * What never changes under its address.
 * @param {FetchEvent} event @param {string} cacheName @param {number} [most]
 */
async function unchanging(event, cacheName, most) {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(event.request, MATCHING);
  if (kept) return kept;
  const response = await fetch(event.request);
  // 204: a piece of the map without a street.
  if ([200, 204].includes(response.status) && response.type === "basic") {
    const copy = response.clone();
    event.waitUntil(keep(cache, event.request.url, copy, most));
  }
  return response;
}

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (request.mode === "navigate") {
    if (request.destination === "document") event.respondWith(page(event, url));
  } else if (url.pathname.startsWith(RELEASE.assets)) {
    event.respondWith(unchanging(event, OURS));
  } else if (RELEASE.data.includes(url.pathname) && !url.search) {
    event.respondWith(list(event, url.pathname));
  } else if (TILE.test(url.pathname)) {
    event.respondWith(unchanging(event, TILES, TILES_MAX));
  }
});

// --- words with the pages ------------------------------------------------------------------

worker.addEventListener("message", (event) => {
  const { kind, lang } = event.data ?? {};
  const asking = /** @type {Client | null} */ (event.source);
  if (kind === "take over") void worker.skipWaiting();
  if (kind === "which release") event.ports[0]?.postMessage(RELEASE.id);
  if (kind === "language" && lang in RELEASE.parts) event.waitUntil(missing(lang));
  const shown = asking && shownKept.get(asking.id);
  if (kind === "how" && shown) asking?.postMessage({ kind: "kept", ...shown });
});

/** A person has changed the language: its pages too shall be there without a network.
 * @param {string} lang */
async function missing(lang) {
  const cache = await caches.open(OURS);
  if (await cache.match(OFFLINE + languageQuery(lang), MATCHING)) return;
  await keepLanguage(lang).catch((problem) => console.warn("not kept", lang, problem));
}
