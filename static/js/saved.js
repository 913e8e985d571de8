/**
 * Saved and recently opened places, on this phone only: their ids, nothing else, never sent.
 *
 * A browser may not let a page keep anything (private mode, a full disk, a web view that has it
 * switched off): then lists are empty, and `toggleSaved` says so.
 */

const SAVED = "locator.saved";
const RECENT = "locator.recent";
const SAVED_MAX = 200;
const RECENT_MAX = 10;
const ID = /^[\w-]{1,64}$/;

/** @param {string} key @returns {string[]} */
function read(key) {
  try {
    const ids = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(ids) ? ids.filter((id) => typeof id === "string" && ID.test(id)) : [];
  } catch {
    return [];
  }
}

/** @param {string} key @param {string[]} ids @returns {boolean} whether it was kept */
function write(key, ids) {
  try {
    if (ids.length) localStorage.setItem(key, JSON.stringify(ids));
    else localStorage.removeItem(key);
    return true;
  } catch {
    return false;
  }
}

/** Ids of the saved places, the newest first. */
export const savedIds = () => read(SAVED);

/** Ids of the last ten opened places, the newest first. */
export const recentIds = () => read(RECENT);

/** @param {string} id */
export const isSaved = (id) => savedIds().includes(id);

/**
 * Save a place, or no longer.
 * @param {string} id
 * @returns {boolean | null} whether it is saved now; null when the browser keeps nothing
 */
export function toggleSaved(id) {
  const others = savedIds().filter((other) => other !== id);
  const saved = others.length === savedIds().length;
  const kept = write(SAVED, (saved ? [id, ...others] : others).slice(0, SAVED_MAX));
  return kept ? saved : null;
}

/** A place's page was opened. @param {string} id */
export function rememberVisit(id) {
  write(RECENT, [id, ...recentIds().filter((other) => other !== id)].slice(0, RECENT_MAX));
}

/** Forget one list, or both. @param {"saved" | "recent"} [which] */
export function forgetAll(which) {
  if (which !== "recent") write(SAVED, []);
  if (which !== "saved") write(RECENT, []);
}
