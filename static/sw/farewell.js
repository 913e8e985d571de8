/**
 * The operator has turned the offline copy off (LOCATOR_OFFLINE): it goes, and its worker after it.
 */

const leaving = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

async function leave() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("locator-")).map((name) => caches.delete(name)));
  await leaving.registration.unregister();
}

leaving.addEventListener("install", () => void leaving.skipWaiting());
leaving.addEventListener("activate", (event) => event.waitUntil(leave()));
