/**
 * How long a finger waits for its figures: from a movement to the frame that shows what it did. The
 * last hundred are kept where a test can read them.
 */

const KEPT = 100;

/** @typedef {{ms: number, server_ms: number}} Timing */

/**
 * Called when the figures have been written; the canvas is painted in the same frame.
 * @param {number} since    of the movement, `performance.now()`
 * @param {number} serverS  seconds that the server took
 */
export function recordTiming(since, serverS) {
  requestAnimationFrame(() => {
    // A message comes after the frame has been painted.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      const kept = /** @type {{plannerTimings?: Timing[]}} */ (/** @type {any} */ (window));
      const timing = { ms: performance.now() - since, server_ms: 1000 * serverS };
      kept.plannerTimings = [...(kept.plannerTimings ?? []).slice(1 - KEPT), timing];
      port1.close();
    };
    port2.postMessage(null);
  });
}
