/**
 * The bar at the foot of the phone's map: a tap makes the map tall, a drag makes it any height.
 */

const DRAG_PX = 6;

/**
 * @param {HTMLElement} handle a button with a <span> for its word
 * @param {HTMLElement} map
 */
export function resizeByHandle(handle, map) {
  let startY = 0;
  let startHeight = 0;
  let dragged = false;
  handle.addEventListener("pointerdown", (event) => {
    startY = event.clientY;
    startHeight = map.offsetHeight;
    dragged = false;
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointermove", (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const height = startHeight + event.clientY - startY;
    dragged = dragged || Math.abs(height - startHeight) > DRAG_PX;
    if (dragged) map.style.setProperty("--map-height", `${height}px`);
  });
  handle.addEventListener("click", () => {
    if (dragged) return;
    const tall = handle.getAttribute("aria-expanded") !== "true";
    handle.setAttribute("aria-expanded", String(tall));
    const word = handle.firstElementChild;
    if (word) word.textContent = tall ? "收起地图" : "拉大地图";
    map.style.setProperty("--map-height", `var(--map-share${tall ? "-full" : ""})`);
  });
}
