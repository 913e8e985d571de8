/**
 * What the page shows, worked out from the API's answers. No DOM.
 *
 * The table always has three columns of figures; what they hold depends on what is asked:
 *
 *     as it is                the standard · 1 km · 500 m
 *     one hour chosen         every hour alike · that hour · that hour with unknown hours open
 *     with edits              before · after · difference   (at the chosen hour, if there is one)
 *
 * @typedef {{weight: number, covered: number, share: number|null,
 *   covered_high?: number, share_high?: number|null}} Share
 * @typedef {Share & {adcode: string, name: string}} DistrictShare
 * @typedef {{low: number, high: number}} Band
 *
 * @typedef {object} CoverageAnswer
 * @property {string} mode
 * @property {number} minutes
 * @property {"straight"|"streets"} method
 * @property {number} detour_factor
 * @property {number} speed_kmh
 * @property {number} limit_m
 * @property {{revision: number, sample: boolean, date: string, counted: number, left_out: Record<string, number>}} data
 * @property {{points: number, spacing_m: number|null, unit: "m2"|"weight"}} demand
 * @property {DistrictShare[]} districts
 * @property {Share} total
 * @property {Record<string, number>} overlap
 * @property {{key: string, label: string, source: string, limit_m: number, districts: DistrictShare[], total: Share}[]} standards
 * @property {{source: string, date: string, snapped_far: {points: number, places: number},
 *   detour_measured: number|null, inside_circle_outside_streets: number}|null} [streets]
 * @property {string[]} notes
 *
 * @typedef {{monday: string, weight: number, total: Band[], districts: Record<string, Band[]>, notes: string[]}} WeekAnswer
 *
 * @typedef {object} Figures
 * @property {Share} total
 * @property {DistrictShare[]} districts
 * @property {Record<string, number>} overlap
 * @property {{monday: string, total: Band[], districts?: Record<string, Band[]>}} week
 *
 * @typedef {object} ScenarioAnswer
 * @property {Figures} before
 * @property {Figures} after
 * @property {[number, number][]} points   index, count of what changed
 * @property {{revision: number}} data
 * @property {string[]} notes
 * @property {number} seconds
 *
 * @typedef {object} Gap
 * @property {number} rank
 * @property {number} weight
 * @property {number} points
 * @property {number} lat
 * @property {number} lon
 * @property {string} adcode
 * @property {string} district
 * @property {string} where
 * @property {string|null} nearest_place
 * @property {string|null} nearest_place_name
 * @property {string|null} nearest_place_address
 * @property {number|null} nearest_place_m
 * @property {number|null} travel_s
 * @typedef {{gaps: Gap[], count: number, weight: number}} GapsAnswer
 *
 * @typedef {{key: string, label: string, share: number|null, covered: number, difference: number}} Variation
 * @typedef {{base: {total: Share}, band: {low: Share, high: Share}, variations: Variation[]}} SensitivityAnswer
 *
 * @typedef {object} PlannedPlace
 * @property {string} id
 * @property {string} name
 * @property {string} kind
 * @property {number} lat
 * @property {number} lon
 * @property {boolean} counted
 * @property {string|null} reason   why it is left out
 * @property {number} reach         weight that it serves
 * @property {number} sole          weight that loses all cover if it closes
 * @property {string} opening_hours
 *
 * @typedef {object} Answers   what has arrived so far
 * @property {CoverageAnswer} coverage
 * @property {WeekAnswer|null} week
 * @property {ScenarioAnswer|null} scenario
 * @property {number|null} hour
 *
 * @typedef {{weight: number, covered: number, share: number|null}} Part
 * @typedef {{text: string, part: Part|null, from?: Part}} Cell   `from`: what a difference is taken from
 * @typedef {{adcode: string, name: string, cells: Cell[]}} Row
 * @typedef {{headings: string[], rows: Row[], total: Row}} TableModel
 */
import { amount, extremes, hourText, percent, points } from "./planner-words.js";

const TOTAL = "total";
/** @type {Cell} */
const WAITING = { text: "…", part: null };

/** @param {Part} part @returns {Cell} */
const shareCell = (part) => ({ text: percent(part.share), part });

/** @param {Part} from @param {Part} part @returns {Cell} */
const differenceCell = (from, part) => ({ text: points(from.share, part.share), part, from });

/** @param {number} covered @param {number} weight @returns {Part} */
const partOf = (covered, weight) => ({ covered, weight, share: weight ? covered / weight : null });

/**
 * @param {Answers} answers
 * @returns {TableModel}
 */
export function tableOf(answers) {
  const { coverage, scenario, hour } = answers;
  const what = hour === null ? `${coverage.minutes} 分钟` : hourText(hour);
  if (scenario) {
    /** @param {Figures} figures @param {number|null} index @returns {Part|null} */
    const part = ({ total, districts, week }, index) => {
      const whole = index === null ? total : districts[index];
      if (hour === null) return whole;
      const bands = index === null ? week.total : week.districts?.[districts[index].adcode];
      return bands ? partOf(bands[hour].low, whole.weight) : null;
    };
    return rowsOf(coverage, ["原来", "改后", "差(百分点)"], (index) => {
      const [was, is] = [part(scenario.before, index), part(scenario.after, index)];
      if (!was || !is) return [WAITING, WAITING, WAITING];
      return [shareCell(was), shareCell(is), differenceCell(was, is)];
    });
  }
  const { week } = answers;
  if (hour !== null && week) {
    return rowsOf(coverage, ["不分时间", what, "未知的都开着"], (index) => {
      const whole = index === null ? coverage.total : coverage.districts[index];
      const bands = index === null ? week.total : week.districts[coverage.districts[index].adcode];
      const { low, high } = bands?.[hour] ?? { low: 0, high: 0 };
      return [shareCell(whole), shareCell(partOf(low, whole.weight)), shareCell(partOf(high, whole.weight))];
    });
  }
  const { standards } = coverage;
  return rowsOf(coverage, [what, ...standards.map((one) => one.label)], (index) =>
    [coverage, ...standards].map((one) => shareCell(index === null ? one.total : one.districts[index])),
  );
}

/**
 * @param {CoverageAnswer} coverage
 * @param {string[]} headings
 * @param {(index: number|null) => Cell[]} cells  of a district by its number, of the total by null
 * @returns {TableModel}
 */
function rowsOf(coverage, headings, cells) {
  return {
    headings,
    rows: coverage.districts.map(({ adcode, name }, index) => ({ adcode, name, cells: cells(index) })),
    total: { adcode: TOTAL, name: "合计", cells: cells(null) },
  };
}

/**
 * The headline: the share as it is, and what the edits make of it.
 * @param {Answers} answers
 */
export function headlineOf(answers) {
  const { coverage, week, scenario, hour } = answers;
  const { weight } = coverage.total;
  /** @param {Band[]|undefined} bands @param {Part} whole @returns {[Part, Part]} sure and possible */
  const now = (bands, whole) => {
    const band = hour === null ? null : bands?.[hour];
    return band ? [partOf(band.low, weight), partOf(band.high, weight)] : [whole, whole];
  };
  const [was, wasHigh] = now((scenario?.before.week ?? week)?.total, scenario?.before.total ?? coverage.total);
  const [is, isHigh] = scenario ? now(scenario.after.week.total, scenario.after.total) : [null, wasHigh];
  const shown = is ?? was;
  return {
    was,
    is,
    text: percent(was.share),
    after: is && percent(is.share),
    change: is && points(was.share, is.share),
    high: percent(shown.share) === percent(isHigh.share) ? null : percent(isHigh.share),
  };
}

/**
 * The week that is in force: after the edits where there are any. Shares, one an hour.
 * @param {Answers} answers
 */
export function weekOf({ week, scenario }) {
  const bands = scenario?.after.week.total ?? week?.total;
  if (!bands || !week) return null;
  const share = (/** @type {number} */ covered) => (week.weight ? covered / week.weight : 0);
  const { worst, best } = extremes(bands);
  const before = scenario?.before.week.total;
  const differs = before?.some((band, hour) => band.low !== bands[hour].low);
  return {
    low: bands.map((band) => share(band.low)),
    high: bands.map((band) => share(band.high)),
    before: before && differs ? before.map((band) => share(band.low)) : null,
    worst,
    best,
    known: week.weight > 0,
  };
}

/**
 * Shares covered at least twice and at least three times.
 * @param {Answers} answers
 */
export function overlapOf({ coverage, scenario }) {
  const source = scenario?.after ?? coverage;
  return [2, 3].map((k) => partOf(source.overlap[k] ?? 0, source.total.weight));
}

/**
 * The band of the headline in whole percents, rounded down, so that 100 means all.
 * @param {SensitivityAnswer} sensitivity
 */
export function bandText({ band }) {
  if (!band.low.weight) return "";
  const [low, high] = [band.low, band.high].map(({ covered, weight }) => Math.floor((100 * covered) / weight));
  return `慢 ${low}–快 ${high}`;
}

/**
 * Method and parameters in one line, as they stand beside every figure.
 * @param {CoverageAnswer} coverage
 * @param {string} modeName
 */
export function methodLine(coverage, modeName) {
  const { data, method, minutes, detour_factor: detour, limit_m: limit, speed_kmh: speed } = coverage;
  return [
    `${minutes} 分钟${modeName}`,
    method === "streets" ? `按街道 ${Math.round(limit)} 米` : `直线÷${detour}(${Math.round(limit)} 米)`,
    `${speed} km/h`,
    `登记册第 ${data.revision} 版`,
    data.date,
    ...(data.sample ? ["示例数据"] : []),
  ].join(" · ");
}

/**
 * 123.45 平方公里 ÷ 141.20 平方公里 = 87.4 %.
 * @param {Part} part
 * @param {"m2"|"weight"} unit
 */
export function division({ covered, weight, share }, unit) {
  return `${amount(covered, unit)} ÷ ${amount(weight, unit)} = ${percent(share)}`;
}

/**
 * The figures over a range that somebody drew, in words.
 * @param {CoverageAnswer} coverage
 */
export function areaWords({ total, demand, overlap, standards, minutes, notes }) {
  const twice = total.weight ? overlap[2] / total.weight : null;
  return [
    `这块范围 ${amount(total.weight, demand.unit)}:${minutes} 分钟到得了的 ${percent(total.share)}`,
    ...standards.map((standard) => `${standard.label} ${percent(standard.total.share)}`),
    `至少两处 ${percent(twice)}`,
  ].join(",") + `。${notes.join("")}`;
}
