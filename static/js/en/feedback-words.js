/** What the feedback form says in the English page. */

export const SENDING = "Sending…";
export const OFFLINE = "No network, so nothing was sent. Tap again when you are back online.";
export const FAILED = "Something went wrong on our side and nothing was saved. Please try again later.";

/** @type {Readonly<Record<string, string>>} */
const SAID = {
  still_true: "All correct",
  closed: "Closed or not there",
  moved: "Moved, or wrong on the map",
  hours: "Opening hours are wrong",
  facility: "Facilities are wrong",
  other: "Something else",
};

/** @type {Readonly<Record<number, string>>} */
const REFUSED = {
  400: "That could not be read. Keep the note to 200 characters of plain text and try again.",
  403: "That came from another website and was not accepted. Please use this page.",
  404: "This place is no longer listed.",
  413: "That is too long. Keep the note to 200 characters.",
  429: "That is enough for now, thank you. Please try again later.",
  503: "Nothing can be saved just now. Please try again later.",
};

/**
 * @param {string} said
 * @param {boolean} again whether it takes the place of what was said earlier today
 * @param {boolean} atDoor
 */
export function thanks(said, again, atDoor) {
  const kept = again ? "changed to" : "noted";
  const where = atDoor ? " (said on the spot)" : "";
  const then = said === "still_true" ? "" : " This page changes once staff have checked.";
  return `Thank you, ${kept}: ${SAID[said] ?? ""}${where}.${then}`;
}

/**
 * Why it was not kept.
 * @param {number} status of the answer
 * @param {string} _message the server's own sentence, which is Chinese
 */
export function refused(status, _message) {
  return REFUSED[status] ?? FAILED;
}
