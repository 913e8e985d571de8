/**
 * All that the page shows of one standard, fetched: first the figures, because the server then has done
 * the work that the others rest on, then the rest side by side.
 *
 * @typedef {import("./planner-edits.js").Standard} Standard
 * @typedef {"week"|"points"|"places"|"gaps"|"sensitivity"} Part
 */
import { get } from "./planner-api.js";

const BASE = "/api/v1/coverage";
/** @type {readonly Part[]} */
const PARTS = ["week", "points", "places", "gaps", "sensitivity"];

/**
 * @param {Standard} standard
 * @param {AbortSignal} signal
 * @param {Record<"coverage"|Part, (answer: any) => void>} take   never called after an abort
 * @returns {Promise<any[]>} what went wrong with single parts; rejects without the figures themselves
 */
export async function loadAnswers(standard, signal, take) {
  /** @param {string} path @param {(answer: any) => void} taken */
  const part = async (path, taken) => {
    const answer = await get(path, standard, { signal });
    if (!signal.aborted) taken(answer);
  };
  await part(BASE, take.coverage);
  const outcomes = await Promise.allSettled(PARTS.map((name) => part(`${BASE}/${name}`, take[name])));
  return outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
}
