/**
 * A scenario: a list of edits to the registry that is never written to it, and its file. No DOM.
 *
 * Lists are never changed in place, so that each earlier one can be gone back to.
 *
 * @typedef {{op: "add", id: string, lat: number, lon: number, name?: string, opening_hours?: string}} Add
 * @typedef {{op: "move", id: string, lat: number, lon: number}} Move
 * @typedef {{op: "close"|"suspend", id: string}} Shut
 * @typedef {{op: "hours", id: string, opening_hours: string}} Hours
 * @typedef {Add|Move|Shut|Hours} Edit
 *
 * @typedef {{minutes: number, mode: string, method: string, spacing_m: number, count_also: string[]}} Standard
 *
 * @typedef {object} ScenarioFile
 * @property {"scenario/1"} format
 * @property {string} name
 * @property {string} saved_at
 * @property {Standard} standard
 * @property {Edit[]} edits
 * @property {any} figures          the figures after the edits, as they were when it was saved
 * @property {{revision: number}} data
 */

const FORMAT = "scenario/1";
const EDITS_MAX = 200;
const FRESH = "new-";
const TEXT_MAX = 200;
const METRES_PER_DEGREE = 111_195; // of a great circle on the mean sphere

/** To the registry's own precision, 0.1 m. @param {number} degrees */
export const rounded = (degrees) => Math.round(degrees * 1e6) / 1e6;

/**
 * The list with one edit more. What it replaces goes: a place has one position, one set of hours.
 * @param {readonly Edit[]} edits
 * @param {Edit} edit
 * @returns {Edit[]}
 */
export function withEdit(edits, edit) {
  const added = edits.find((one) => one.op === "add" && one.id === edit.id);
  if (added && edit.op !== "add") {
    if (edit.op === "close" || edit.op === "suspend") return edits.filter((one) => one !== added);
    const { op: _, ...change } = edit;
    return edits.map((one) => (one === added ? { ...added, ...change } : one));
  }
  if (edit.op === "close" || edit.op === "suspend") {
    return [...edits.filter((one) => one.id !== edit.id), edit];
  }
  // Moving a place or changing its hours opens it again.
  const kept = edits.filter((one) => one.id !== edit.id || (one.op !== edit.op && !isShut(one)));
  const at = edits.findIndex((one) => one.id === edit.id && one.op === edit.op);
  return at < 0 ? [...kept, edit] : [...kept.slice(0, at), edit, ...kept.slice(at)];
}

/** @param {Edit} edit */
const isShut = (edit) => edit.op === "close" || edit.op === "suspend";

/**
 * The list without what was done to one place.
 * @param {readonly Edit[]} edits
 * @param {string} id
 */
export function without(edits, id) {
  return edits.filter((edit) => edit.id !== id);
}

/**
 * One place as the edits have it: `base` is how the registry has it, null for one that is only here.
 * Null when there is no such place.
 * @param {readonly Edit[]} edits
 * @param {string} id
 * @param {{name: string, lat: number, lon: number, opening_hours: string}|null} base
 */
export function placeAfter(edits, id, base) {
  const own = edits.filter((edit) => edit.id === id);
  const added = own.find((edit) => edit.op === "add");
  const start = added?.op === "add" ? { name: id, opening_hours: "", ...added } : base;
  if (!start) return null;
  const { name, lat, lon, opening_hours } = start;
  const now = { id, name: name || id, lat, lon, opening_hours, isNew: Boolean(added), shut: /** @type {string|null} */ (null) };
  for (const edit of own) {
    if (edit.op === "move") Object.assign(now, { lat: edit.lat, lon: edit.lon });
    if (edit.op === "hours") now.opening_hours = edit.opening_hours;
    if (isShut(edit)) now.shut = edit.op;
  }
  return now;
}

/**
 * The list with suggested sites taken over: new places, or longer hours of existing ones.
 * @param {readonly Edit[]} edits
 * @param {{lat: number, lon: number, id?: string, opening_hours?: string}[]} sites
 * @param {string} hours   of a new place
 * @returns {readonly Edit[]}
 */
export function withSites(edits, sites, hours) {
  let now = edits;
  for (const { id, lat, lon, opening_hours: longer } of sites) {
    if (id && longer !== undefined) {
      now = withEdit(now, { op: "hours", id, opening_hours: longer });
    } else {
      const fresh = freshId(now);
      const name = `建议 ${fresh.slice(FRESH.length)}`;
      now = withEdit(now, { op: "add", id: fresh, lat: rounded(lat), lon: rounded(lon), name, opening_hours: hours });
    }
  }
  return now;
}

/**
 * A name of its own for a place that does not exist.
 * @param {readonly Edit[]} edits
 */
export function freshId(edits) {
  const used = new Set(edits.map((edit) => edit.id));
  for (let number = 1; ; number += 1) {
    if (!used.has(`${FRESH}${number}`)) return `${FRESH}${number}`;
  }
}

/**
 * A point some metres away, exact enough for a step of the arrow keys.
 * @param {{lat: number, lon: number}} point
 * @param {number} northM
 * @param {number} eastM
 */
export function stepped({ lat, lon }, northM, eastM) {
  return {
    lat: rounded(lat + northM / METRES_PER_DEGREE),
    lon: rounded(lon + eastM / (METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180))),
  };
}

/**
 * @param {{name: string, standard: Standard, edits: readonly Edit[], figures: any, revision: number, savedAt: Date}} parts
 * @returns {ScenarioFile}
 */
export function scenarioFile({ name, standard, edits, figures, revision, savedAt }) {
  return {
    format: FORMAT,
    name,
    saved_at: savedAt.toISOString(),
    standard,
    edits: [...edits],
    figures,
    data: { revision },
  };
}

/**
 * Read a file that somebody handed us. Throws an `Error` with a sentence for the reader.
 * @param {string} text
 * @returns {ScenarioFile}
 */
export function readScenario(text) {
  /** @type {any} */
  let file;
  try {
    file = JSON.parse(text);
  } catch {
    throw new Error("这个文件不是方案:里面不是 JSON。请选从这一页导出的 .json 文件。");
  }
  if (file?.format !== FORMAT) {
    throw new Error(`这个文件不是方案:格式是“${String(file?.format).slice(0, 40)}”,应是“${FORMAT}”。`);
  }
  const name = typeof file.name === "string" ? file.name.slice(0, TEXT_MAX) : "";
  return {
    format: FORMAT,
    name: name || "导入的方案",
    saved_at: String(file.saved_at ?? ""),
    standard: readStandard(file.standard),
    edits: readEdits(file.edits),
    figures: file.figures ?? null,
    data: { revision: Number(file.data?.revision) || 0 },
  };
}

/**
 * @param {any} edits
 * @returns {Edit[]}
 */
export function readEdits(edits) {
  if (!Array.isArray(edits) || edits.length > EDITS_MAX) {
    throw new Error(`方案里的改动不对:应是一张不超过 ${EDITS_MAX} 处的清单。`);
  }
  return edits.map(readEdit);
}

/**
 * @param {any} standard
 * @returns {Standard}
 */
function readStandard(standard) {
  const { minutes, mode, method, spacing_m, count_also = [] } = standard ?? {};
  const sound =
    Number.isFinite(minutes) &&
    Number.isFinite(spacing_m) &&
    typeof mode === "string" &&
    typeof method === "string" &&
    Array.isArray(count_also) &&
    count_also.every((rule) => typeof rule === "string");
  if (!sound) throw new Error("方案里缺少算法参数(分钟、出行方式、算法、网格),不能照原样再算。");
  return { minutes, mode, method, spacing_m, count_also };
}

/**
 * @param {any} edit
 * @param {number} index
 * @returns {Edit}
 */
function readEdit(edit, index) {
  const where = `方案里第 ${index + 1} 处改动`;
  const id = edit?.id;
  if (typeof id !== "string" || !id || id.length > TEXT_MAX) throw new Error(`${where}没有编号。`);
  const text = (/** @type {any} */ value) => typeof value === "string" && value.length <= 500;
  switch (edit.op) {
    case "add":
    case "move": {
      const { lat, lon } = edit;
      if (!(Math.abs(lat) <= 90 && Math.abs(lon) <= 180)) throw new Error(`${where}的位置不对:${lat},${lon}。`);
      if (edit.op === "move") return { op: "move", id, lat, lon };
      return {
        op: "add", id, lat, lon,
        ...(text(edit.name) ? { name: edit.name } : {}),
        ...(text(edit.opening_hours) ? { opening_hours: edit.opening_hours } : {}),
      };
    }
    case "close":
    case "suspend":
      return { op: edit.op, id };
    case "hours":
      if (!text(edit.opening_hours)) throw new Error(`${where}没有营业时间。`);
      return { op: "hours", id, opening_hours: edit.opening_hours };
    default:
      throw new Error(`${where}是“${String(edit.op).slice(0, 40)}”,这一页不认识。`);
  }
}

/**
 * Whether two answers hold the same figures: total, districts, overlap, and the hours where both are of
 * the same week.
 * @param {any} one
 * @param {any} other
 */
export function sameFigures(one, other) {
  if (!one || !other) return false;
  const plain = (/** @type {any} */ { total, districts, overlap }) => canonical({ total, districts, overlap });
  if (plain(one) !== plain(other)) return false;
  const [a, b] = [one.week, other.week];
  return a?.monday !== b?.monday || canonical(a?.total) === canonical(b?.total);
}

/**
 * JSON with its keys in order.
 * @param {any} value
 */
function canonical(value) {
  return JSON.stringify(value, (_, inner) =>
    inner && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
