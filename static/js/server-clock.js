/** The server's clock, for a phone whose own is wrong. Loaded only when the two seem to differ. */

import { dateOf } from "./find.js";

/**
 * Set how far the phone's clock is behind, where the server itself says so. A list that was kept on
 * the phone bears the date of its day; the answer to a HEAD is never kept.
 * @param {import("./find.js").Registry} registry
 * @param {string} url of the list
 * @param {number} leastMs from here on the clocks differ
 */
export async function setClock(registry, url, leastMs) {
  const response = await fetch(url, { method: "HEAD", cache: "no-store" });
  const sentMs = dateOf(response);
  const behindMs = sentMs - Date.now();
  if (response.ok && sentMs && Math.abs(behindMs) > leastMs) registry.behindMs = behindMs;
}
