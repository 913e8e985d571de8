/**
 * Where the phone is: asked only after a tap, answered within eight seconds or told why not.
 * The position is handed to the caller and kept nowhere else.
 */

/** WGS-84 degrees; radius of the browser's own confidence in metres.
 * @typedef {{lat: number, lon: number, accuracyM: number}} Position */

const TIMEOUT_MS = 8000;
const PERMISSION_DENIED = 1;

/**
 * The position, or a sentence that says why there is none. Never rejects, never stays pending: some
 * web views do not call back, and the browser's own question may wait for ever.
 * @param {(position: Position) => void} late told of a position that came after the sentence
 * @returns {Promise<Position | string>}
 */
export function currentPosition(late) {
  if (!navigator.geolocation) return Promise.resolve("这个浏览器不能定位。");
  return new Promise((resolve) => {
    let given = false;
    const patience = setTimeout(() => {
      given = true;
      resolve("8 秒里没有定到位置。");
    }, TIMEOUT_MS);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        clearTimeout(patience);
        const { latitude: lat, longitude: lon, accuracy: accuracyM } = coords;
        if (given) late({ lat, lon, accuracyM });
        else resolve({ lat, lon, accuracyM });
      },
      (refusal) => {
        clearTimeout(patience);
        resolve(refusal.code === PERMISSION_DENIED ? "没有得到定位的许可。" : "这会儿定不到位置。");
      },
      { enableHighAccuracy: true, timeout: TIMEOUT_MS, maximumAge: 60_000 },
    );
  });
}
