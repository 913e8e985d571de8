/** What every page says of the network and of itself: the twin of shell-words.js. */

/** @type {Readonly<Record<"offline" | "late" | "failing", string>>} */
export const WHY = { offline: "No network", late: "Slow network", failing: "The server is down" };
export const UPDATE = "There is a new version: tap to update";
/** For who asked for English and got the Chinese page. */
export const NO_ENGLISH =
  "English is not kept on this phone yet. It will be after one visit with a good network.";
export const OPENING = "Opening…";
/** @param {string} name of a district */
export const inTheList = (name) => `${name} in the list on the phone`;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** 24 Nov 18:20, by this phone's clock.
 * @param {Date} date */
export const dateText = (date) =>
  `${date.getDate()} ${MONTHS[date.getMonth()]} ${date.getHours()}:${String(date.getMinutes()).padStart(2, "0")}`;

/** @param {string} state @param {Date} date */
export const withDate = (state, date) => `${state} · data of ${dateText(date)}`;

export const SAMPLE = "Sample data";
export const NOT_RECORDED = "not recorded";
export const NO_ADDRESS = "address not recorded";
export const CLOSED_DAY = "closed";
export const ALL_DAY = "24 hours";
export const BETWEEN = ", ";
