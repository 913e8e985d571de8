/**
 * Where the phone is: asked only after a tap, answered within eight seconds or told why not.
 * The position is handed to the caller and kept nowhere else.
 */

import * as words from "./words.js";

/** WGS-84 degrees; radius of the browser's own confidence in metres.
 * @typedef {{lat: number, lon: number, accuracyM: number}} Position */

const TIMEOUT_MS = 8000;
const KEPT_MS = 60_000;
const PERMISSION_DENIED = 1;

/**
 * The position, or a sentence that says why there is none. Never rejects, never stays pending: some
 * web views do not call back, and the browser's own question may wait for ever.
 * @param {(position: Position) => void} late told of a position that came after the sentence
 * @param {boolean} fresh whether one that the browser kept will not do
 * @returns {Promise<Position | string>}
 */
export function currentPosition(late, fresh = false) {
  return new Promise((resolve) => {
    let given = false;
    /** @param {Position | string} found */
    const answer = (found) => {
      clearTimeout(patience);
      if (!given) resolve(found);
      else if (typeof found !== "string") late(found);
      given = true;
    };
    const patience = setTimeout(() => answer(words.TIMED_OUT), TIMEOUT_MS);
    if ("wechat" in document.documentElement.dataset) void askWechat(answer, fresh);
    else askBrowser(answer, fresh);
  });
}

/** @param {(found: Position | string) => void} answer @param {boolean} fresh */
function askBrowser(answer, fresh) {
  if (!navigator.geolocation) return answer(words.CANNOT_LOCATE);
  try {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const { latitude: lat, longitude: lon, accuracy: accuracyM } = coords;
        answer({ lat, lon, accuracyM });
      },
      (refusal) => answer(refusal.code === PERMISSION_DENIED ? words.REFUSED : words.NO_POSITION),
      { enableHighAccuracy: true, timeout: TIMEOUT_MS, maximumAge: fresh ? 0 : KEPT_MS },
    );
  } catch {
    answer(words.CANNOT_LOCATE); // a web view whose app switched it off
  }
}

/**
 * WeChat knows better than the browser in it, where the account may ask; else the browser is asked.
 * @param {(found: Position | string) => void} answer
 * @param {boolean} fresh
 */
async function askWechat(answer, fresh) {
  try {
    const { wechatPosition } = await import("./wechat.js");
    answer((await wechatPosition()) ?? words.REFUSED);
  } catch {
    askBrowser(answer, fresh);
  }
}
