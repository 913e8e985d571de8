/** What a place's page says in English: the twin of place-words.js, with the same exports. */

const DAY_MS = 86_400_000;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export const SAVE = "Save";
export const SAVED = "Saved";
export const CANNOT_KEEP = "This browser keeps nothing (a private window?), so it was not saved.";
export const COPIED = "Link copied: paste it to send it on.";
export const COPY_THIS = "Please copy this link:";
export const IN_WECHAT = "Tap ⋯ at the top right to send this page to a friend or to Moments.";

/** @param {number} day since 1970-01-01 */
function monthDay(day) {
  const on = new Date(day * DAY_MS);
  return `${on.getUTCDate()} ${MONTHS[on.getUTCMonth()]}`;
}

/**
 * Today 25 Nov, Tomorrow …, Wed …
 * @param {number} day since 1970-01-01
 * @param {number} today the same
 */
export function dayLabel(day, today) {
  const word = ["Today", "Tomorrow"][day - today] ?? WEEKDAYS[(day + 4) % 7];
  return `${word} ${monthDay(day)}`;
}

/**
 * Of a page too old to say anything of today.
 * @param {number} day on which the page was made
 */
export const dataOf = (day) => `data of ${monthDay(day)}; call before you go`;
