/**
 * Inside WeChat: the phone's own navigation, the share card, and WeChat's way to a position.
 *
 * Only a page with <html data-wechat> loads this (the server writes it inside WeChat, where an
 * account is set up). Whatever fails here, the page goes on as in any other browser: a link that
 * leads to a map app is still that link.
 */

import { gcj02 } from "./datum.js";
import { OPENING } from "./shell-words.js";

/** @typedef {import("./position.js").Position} Position */
/** WeChat's object, as much of it as is used. Results come through callbacks.
 * @typedef {{
 *   config: (options: object) => void, ready: (then: () => void) => void,
 *   error: (then: (problem: unknown) => void) => void,
 *   openLocation: (options: object) => void, getLocation: (options: object) => void,
 *   updateAppMessageShareData: (card: object) => void,
 *   updateTimelineShareData: (card: object) => void
 * }} Wx */
/** Where a link leads, in WeChat's words and datum.
 * @typedef {{
 *   latitude: number, longitude: number, name: string, address: string, scale: number,
 *   infoUrl: string
 * }} Destination */

const SDK_URL = "https://res.wx.qq.com/open/js/jweixin-1.6.0.js";
const SIGNATURE_URL = "/api/v1/wechat/signature";
const FUNCTIONS = [
  "openLocation", "getLocation", "updateAppMessageShareData", "updateTimelineShareData",
];
const PATIENCE_MS = 3000;
const STREET_SCALE = 18;

const here = /** @type {Window & {wx?: Wx, __wxjs_environment?: string}} */ (window);

/** @returns {Promise<Wx>} */
function loadSdk() {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = SDK_URL;
    script.onload = () => (here.wx ? resolve(here.wx) : reject(new Error("no wx")));
    script.onerror = () => reject(new Error("WeChat's script did not load"));
    document.head.append(script);
  });
}

/** What wx.config wants, signed by our server for this page.
 * @returns {Promise<object>} */
async function signed() {
  const answer = await fetch(SIGNATURE_URL, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ url: location.href.split("#")[0] }),
  });
  if (!answer.ok) throw new Error(`no signature: ${answer.status}`);
  return answer.json();
}

/** @returns {Promise<Wx>} */
async function prepare() {
  const [wx, config] = await Promise.all([loadSdk(), signed()]);
  return new Promise((resolve, reject) => {
    // WeChat calls what waits for "ready" after a failure too, but "error" before it.
    wx.error((problem) => reject(new Error(`wx.config: ${JSON.stringify(problem)}`)));
    wx.ready(() => resolve(wx));
    wx.config({ debug: false, ...config, jsApiList: FUNCTIONS });
  });
}

/**
 * The promise, given up after a while; not while another view covers the page, for then it worked.
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T | undefined>}
 */
function withPatience(promise) {
  return new Promise((resolve, reject) => {
    const leave = () => resolve(undefined);
    document.addEventListener("visibilitychange", leave, { once: true });
    setTimeout(() => {
      document.removeEventListener("visibilitychange", leave);
      reject(new Error("WeChat does not answer"));
    }, PATIENCE_MS);
    promise.then(resolve, reject);
  });
}

let failed = false;
const ready = prepare();
ready.then(share, (problem) => {
  failed = true;
  console.warn(problem);
});

// --- the share card --------------------------------------------------------------------------

/** @param {string} selector @param {"content" | "href"} attribute */
const said = (selector, attribute) =>
  document.head.querySelector(selector)?.getAttribute(attribute) ?? "";

/** The page's own address for others: a place or a map, never where somebody is. */
function shareLink() {
  const canonical = said("link[rel=canonical]", "href");
  const link = new URL(canonical || location.pathname, location.href);
  // WeChat refuses another host than the one it has registered.
  return link.origin === location.origin ? link.href : location.origin + location.pathname;
}

/** @param {Wx} wx */
function share(wx) {
  // In a mini-program the mini-program shares, not the page in it.
  if (here.__wxjs_environment === "miniprogram") return;
  const image = said('meta[property="og:image"]', "content");
  const card = {
    title: said('meta[property="og:title"]', "content") || document.title,
    link: shareLink(),
    imgUrl: image && new URL(image, location.href).href,
  };
  const desc = said('meta[property="og:description"]', "content")
    || said("meta[name=description]", "content");
  wx.updateAppMessageShareData({ ...card, desc });
  wx.updateTimelineShareData(card);
}

// --- navigation ------------------------------------------------------------------------------

/** @param {HTMLElement} link @returns {Destination | null} */
function destination(link) {
  const { lat, lon, name = "", address = "" } = link.dataset;
  if (!lat || !lon) return null;
  const point = gcj02(Number(lat), Number(lon));
  if (!Number.isFinite(point.lat) || !Number.isFinite(point.lon)) return null;
  const card = /** @type {HTMLElement | null} */ (link.closest("[data-id]"));
  const place = card?.dataset.id && `${location.origin}/p/${encodeURIComponent(card.dataset.id)}`;
  return {
    latitude: point.lat,
    longitude: point.lon,
    name,
    address,
    scale: STREET_SCALE,
    infoUrl: place || shareLink(),
  };
}

/** @param {Destination} there */
function open(there) {
  return withPatience(ready.then((wx) => new Promise((resolve, reject) => {
    wx.openLocation({ ...there, success: resolve, cancel: resolve, fail: reject });
  })));
}

/**
 * A sign that the tap was felt: WeChat may take seconds, or never answer.
 * @param {HTMLElement} link
 * @returns {() => void} puts back what it said
 */
function sayOpening(link) {
  const usual = [...link.childNodes];
  link.textContent = OPENING;
  link.setAttribute("aria-busy", "true");
  return () => {
    link.textContent = "";
    link.append(...usual);
    link.removeAttribute("aria-busy");
  };
}

document.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const link = /** @type {HTMLAnchorElement | null} */ (target.closest("a[data-navigate]"));
  const there = link && !failed && !event.defaultPrevented && destination(link);
  if (!link || !there) return;
  event.preventDefault();
  if (link.hasAttribute("aria-busy")) return;
  const usual = sayOpening(link);
  open(there).catch(() => location.assign(link.href)).then(usual);
});

// --- where the phone is ----------------------------------------------------------------------

/**
 * The position by WeChat, null when the person said no. Rejects when WeChat cannot tell (the
 * account lacks the permission, the script did not load): then the browser may still know.
 * @returns {Promise<Position | null>} WGS-84
 */
export async function wechatPosition() {
  const wx = await withPatience(ready);
  if (!wx) throw new Error("the page was left");
  return new Promise((resolve, reject) => {
    wx.getLocation({
      type: "wgs84",
      /** @param {{latitude: unknown, longitude: unknown, accuracy?: unknown}} found */
      success: ({ latitude, longitude, accuracy }) => {
        // Some versions give text.
        const [lat, lon, accuracyM] = [latitude, longitude, accuracy].map(Number);
        if (Number.isFinite(lat) && Number.isFinite(lon)) {
          resolve({ lat, lon, accuracyM: Number.isFinite(accuracyM) ? accuracyM : 0 });
        } else reject(new Error("no position"));
      },
      cancel: () => resolve(null),
      /** @param {{errMsg?: string}} problem */
      fail: ({ errMsg = "" }) =>
        (/auth ?den|cancel/i.test(errMsg) ? resolve(null) : reject(new Error(errMsg))),
    });
  });
}
