/** What the builder says, in English. */

export const COPIED = "Copied";
export const COPY_FAILED = "Could not copy: select the text and copy it by hand.";
export const FAILED = "Not updated: the network is down or a choice is wrong. Check and try again.";
/** @param {string} problem */
export const refused = (problem) => `Not updated: ${problem}`;
