/**
 * The planner's questions to the API. A problem is an `Error` whose message is for the reader.
 *
 * @typedef {import("./planner-edits.js").Standard} Standard
 */

const OFFLINE = "没有连上服务器,刚才的改动还在这一页上。请检查网络,再试一次。";
const UNREADABLE = "服务器的回答看不懂,可能正在更新。请过一会儿刷新这一页。";

/** What the server said, with its status. */
class Problem extends Error {
  /** @param {string} message @param {number} status */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/**
 * @param {string} url
 * @param {RequestInit} [request]
 * @returns {Promise<any>}
 */
async function ask(url, request) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(url, request);
  } catch (problem) {
    if (request?.signal?.aborted) throw problem;
    throw new Problem(OFFLINE, 0);
  }
  if (response.status === 204) return null;
  /** @type {any} */
  let body;
  try {
    body = await response.json();
  } catch {
    throw new Problem(UNREADABLE, response.status);
  }
  if (!response.ok) throw new Problem(body?.error?.message ?? UNREADABLE, response.status);
  return body;
}

/**
 * @param {string} path
 * @param {Standard} standard
 * @param {{at?: string|null, signal?: AbortSignal}} [more]
 */
export function get(path, standard, { at, signal } = {}) {
  const query = queryOf(standard);
  if (at) query.set("at", at);
  return ask(`${path}?${query}`, { signal });
}

/** @param {string} path @param {object} body */
export function post(path, body) {
  return ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** @param {string} path */
export const look = (path) => ask(path);

/** @param {string} path */
export const cancel = (path) => ask(path, { method: "DELETE" });

/**
 * The standard as a query: of the API, of this page, of the report.
 * @param {Standard} standard
 */
export function queryOf({ minutes, mode, method, spacing_m, count_also }) {
  const query = new URLSearchParams({ minutes: String(minutes), mode, spacing_m: String(spacing_m) });
  if (method) query.set("method", method);
  if (count_also.length) query.set("count_also", count_also.join(","));
  return query;
}
