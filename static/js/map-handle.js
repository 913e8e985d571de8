/**
 * The bar at the foot of the phone's map: a tap makes the map tall, a drag makes it any height that
 * leaves room for the list.
 */

import * as words from "./map-words.js";

const DRAG_PX = 6;
const LIST_SHARE = 0.15; // of the screen, at least

/**
 * @param {HTMLElement} handle a button with a <span> for its word
 * @param {HTMLElement} map
 */
export function resizeByHandle(handle, map) {
  let startY = 0;
  let startHeight = 0;
  let dragged = false;
  // The list's own measures follow the map's height: it stays in sight above the list.
  const { style } = map.closest("main") ?? map;
  handle.addEventListener("pointerdown", (event) => {
    startY = event.clientY;
    startHeight = map.offsetHeight;
    dragged = false;
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointermove", (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const { top } = map.getBoundingClientRect();
    const tallest = window.innerHeight * (1 - LIST_SHARE) - Math.max(0, top);
    const height = Math.min(startHeight + event.clientY - startY, Math.max(tallest, startHeight));
    dragged = dragged || Math.abs(height - startHeight) > DRAG_PX;
    if (dragged) style.setProperty("--map-height", `${height}px`);
  });
  handle.addEventListener("click", () => {
    if (dragged) return;
    const tall = handle.getAttribute("aria-expanded") !== "true";
    handle.setAttribute("aria-expanded", String(tall));
    const word = handle.firstElementChild;
    if (word) word.textContent = tall ? words.SMALLER_MAP : words.TALLER_MAP;
    style.setProperty("--map-height", `var(--map-share${tall ? "-full" : ""})`);
  });
}
