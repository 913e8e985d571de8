/**
 * The way to a place in a map app. The link carries the place, never where somebody is.
 *
 * AMap's address: https://lbs.amap.com/api/uri-api/guide/mobile-web/point; it takes WGS-84 when told
 * so. Inside WeChat, wechat.js catches the click and opens WeChat's own navigation.
 */

/** @typedef {{lat: number, lon: number, name: string, address: string}} Destination WGS-84 */

/** As in services/web/navigation.py: AMap asks who sends the visitor. */
const SOURCE = "worker-services-locator";

/** @param {Destination} place */
export function amapUrl({ lat, lon, name }) {
  return `https://uri.amap.com/marker?position=${lon},${lat}` +
    `&name=${encodeURIComponent(name)}&src=${SOURCE}&coordinate=wgs84&callnative=1`;
}

/**
 * Make a link lead there, marked so that wechat.js knows it.
 * @param {HTMLAnchorElement} link
 * @param {Destination} place
 */
export function leadTo(link, place) {
  const { lat, lon, name, address } = place;
  link.href = amapUrl(place);
  link.rel = "noreferrer";
  Object.assign(link.dataset, { navigate: "", lat: String(lat), lon: String(lon), name, address });
  return link;
}
