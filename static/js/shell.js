/**
 * What every page does beside its own work, after it has loaded: the size of text that this phone
 * chose, the copy for times without a network, and word of both.
 *
 * Nothing here is needed to use a page. The choice of size stays in this phone's storage: it is
 * applied before the first paint by the few characters of script in the page's head, goes into no
 * address and no request.
 */

const SIZE = "text-size";
const HOUR_MS = 3_600_000;

const notices = document.getElementById("notices");

// --- 大字 ----------------------------------------------------------------------------------------

/** Whether this phone lets us keep anything: private windows and strict settings do not. */
function canRemember() {
  try {
    localStorage.setItem(`${SIZE}-try`, "1");
    localStorage.removeItem(`${SIZE}-try`);
    return true;
  } catch {
    return false;
  }
}

/** Without this the link leads to the same page with `?text=large`, which also works. */
function switchSizeHere() {
  const link = document.querySelector("a[data-large]");
  if (!link || !canRemember()) return;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const root = document.documentElement;
    const large = root.dataset.text !== "large";
    if (large) root.dataset.text = "large";
    else delete root.dataset.text;
    localStorage.setItem(SIZE, large ? "large" : "usual");
    window.dispatchEvent(new Event("resize")); // maps and lists measure themselves anew
  });
}

// --- without a network ---------------------------------------------------------------------------

/** The words and their drawing, fetched when there is something to say. */
const speak = () => import("./shell-notices.js");

/** @param {"offline" | "late" | "failing"} why @param {string | null} [date] of what is shown */
async function sayOffline(why, date) {
  if (notices) (await speak()).showOffline(notices, why, date);
}

async function sayOnline() {
  if (notices?.firstChild) (await speak()).hideOffline(notices);
}

/** @param {ServiceWorker} worker @returns {Promise<string>} */
function releaseOf(worker) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    worker.postMessage({ kind: "which release" }, [port2]);
  });
}

/**
 * A newer release waits beside the one that this page is of: it may take over at once, if the
 * person likes. A page that is already of the newer one has nothing to say.
 * @param {ServiceWorker | null} waiting
 */
async function offerUpdate(waiting) {
  if (!notices || !waiting || !navigator.serviceWorker.controller) return;
  if ((await releaseOf(waiting)) === notices.dataset.release) return;
  (await speak()).showUpdate(notices, () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
    waiting.postMessage({ kind: "take over" });
  });
}

/** @param {string} script */
async function keepForLater(script) {
  const registration = await navigator.serviceWorker.register(script);
  void offerUpdate(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => {
      if (coming.state === "installed") void offerUpdate(coming);
    });
  });
  let asked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - asked < HOUR_MS) return;
    asked = Date.now();
    registration.update().catch(() => {}); // without a network there is nothing newer to be had
  });
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage({ kind: "language", lang: document.documentElement.lang });
}

function listenToTheNetwork() {
  window.addEventListener("offline", () => void sayOffline("offline"));
  window.addEventListener("online", () => void sayOnline());
  if (!navigator.onLine) void sayOffline("offline");
  const script = notices?.dataset.worker;
  if (!script || !("serviceWorker" in navigator) || window.top !== window.self) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.kind === "kept") void sayOffline(data.why, data.date);
  });
  navigator.serviceWorker.startMessages?.();
  navigator.serviceWorker.controller?.postMessage({ kind: "how" });
  const start = () => void keepForLater(script).catch((problem) => console.warn(problem));
  // Old web views know no idle time.
  if ("requestIdleCallback" in window) window.requestIdleCallback(start, { timeout: 5000 });
  else setTimeout(start, 1000);
}

/** A page asked for in a language that is not kept comes in the other: that is said. */
async function sayOtherLanguage() {
  const asked = new URLSearchParams(location.search).get("lang");
  if (notices && asked === "en" && document.documentElement.lang !== asked) {
    (await speak()).showNoEnglish(notices);
  }
}

switchSizeHere();
void sayOtherLanguage();
listenToTheNetwork();
