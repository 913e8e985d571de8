/**
 * How the planner's page speaks: shares, differences, areas, hours of the week. No DOM.
 *
 * An hour is a number from 0 (Monday 00:00) to 167 (Sunday 23:00) of the city's own wall clock.
 */

const WEEKDAYS = "一二三四五六日";
export const HOURS = 168;
const DAY_MS = 86_400_000;

/**
 * 87.4 %, or a dash where there is nothing to take a share of. What lacks something is never 100.0 %.
 * @param {number|null|undefined} share 0 to 1
 */
export function percent(share) {
  if (share === null || share === undefined) return "–";
  return `${(share < 1 ? Math.min(100 * share, 99.9) : 100).toFixed(1)} %`;
}

/**
 * In percentage points, with its sign: +0.7, −1.2, ±0. A difference too small to print is not
 * printed as none.
 * @param {number|null} before
 * @param {number|null} after
 */
export function points(before, after) {
  if (before === null || after === null) return "–";
  const difference = 100 * (after - before);
  if (difference === 0) return "±0";
  const sign = difference > 0 ? "+" : "−";
  const size = Math.abs(difference);
  return size < 0.05 ? `${sign}0.0…` : `${sign}${size.toFixed(1)}`;
}

/**
 * A weight of the demand: square kilometres of an area, or the number that the file gave.
 * @param {number} weight
 * @param {"m2"|"weight"} unit
 */
export function amount(weight, unit) {
  if (unit !== "m2") return weight.toLocaleString("zh-CN", { maximumFractionDigits: 1 });
  const size = Math.abs(weight);
  if (size < 100_000) return `${weight.toLocaleString("zh-CN")} 平方米`;
  return `${(weight / 1e6).toFixed(2)} 平方公里`;
}

/** 周一 10:00. @param {number} hour */
export function hourText(hour) {
  return `周${WEEKDAYS[Math.floor(hour / 24)]} ${hour % 24}:00`;
}

/**
 * What the slider says of an hour: the sure share, and the band where hours are not known.
 * @param {number} hour
 * @param {number|null} low
 * @param {number|null} high
 */
export function hourSentence(hour, low, high) {
  const sure = `${hourText(hour)}:${percent(low)}`;
  return percent(low) === percent(high) ? sure : `${sure},时间未知的都开着则 ${percent(high)}`;
}

/**
 * The first instant of an hour of the week that begins on `monday`, without an offset: local time.
 * @param {string} monday 2026-11-23
 * @param {number} hour
 */
export function instantOf(monday, hour) {
  const day = new Date(Date.parse(`${monday}T00:00:00Z`) + Math.floor(hour / 24) * DAY_MS);
  return `${day.toISOString().slice(0, 10)}T${String(hour % 24).padStart(2, "0")}:00`;
}

/**
 * The same backwards; null for an instant of another week.
 * @param {string} monday
 * @param {string} instant 2026-11-23T10:00…
 */
export function hourOf(monday, instant) {
  const days = (Date.parse(`${instant.slice(0, 10)}T00:00:00Z`) - Date.parse(`${monday}T00:00:00Z`)) / DAY_MS;
  const hour = days * 24 + Number(instant.slice(11, 13));
  return Number.isInteger(hour) && hour >= 0 && hour < HOURS ? hour : null;
}

/**
 * The hours with the least and the most sure cover; of equal ones the first.
 * @param {{low: number}[]} week
 */
export function extremes(week) {
  let worst = 0;
  let best = 0;
  week.forEach(({ low }, hour) => {
    if (low < week[worst].low) worst = hour;
    if (low > week[best].low) best = hour;
  });
  return { worst, best };
}

/**
 * Bars on a field of 168 × 100, as one path.
 * @param {number[]} shares 0 to 1, one an hour
 */
export function barsPath(shares) {
  return shares
    .map((share, hour) => {
      const height = Math.round(1000 * share) / 10;
      return height ? `M${hour + 0.08} 100v${-height}h.84v${height}z` : "";
    })
    .join("");
}

/**
 * A tick at the height of before, in the hours that have changed.
 * @param {number[]} before
 * @param {number[]} after
 */
export function ticksPath(before, after) {
  return before
    .map((share, hour) => (share === after[hour] ? "" : `M${hour} ${(100 - 100 * share).toFixed(1)}h1`))
    .join("");
}

/**
 * Reached by how much of the best that is possible: 98.8 %, rounded down, because it is a promise.
 * @param {number} gapPercent
 */
export function ofTheBest(gapPercent) {
  return `${(Math.floor(10 * Math.max(0, 100 - gapPercent) + 1e-9) / 10).toFixed(1)} %`;
}

/** @type {Readonly<Record<string, string>>} */
const DAYS = { Mo: "周一", Tu: "周二", We: "周三", Th: "周四", Fr: "周五", Sa: "周六", Su: "周日" };
const SPAN = String.raw`\d\d:\d\d-\d\d:\d\d`;
const PLAIN_HOURS = new RegExp(`^(?:(Mo|Tu|We|Th|Fr|Sa|Su)-(Mo|Tu|We|Th|Fr|Sa|Su) )?(${SPAN}(?:,${SPAN})*)$`);

/**
 * Opening hours as one says them; an expression that is not among the plain ones stays as it is.
 * @param {string|undefined} expression  OSM opening_hours, "" where unknown
 */
export function hoursWords(expression) {
  if (!expression) return "时间未知";
  if (expression === "24/7") return "24 小时";
  const plain = PLAIN_HOURS.exec(expression);
  if (!plain) return expression;
  const [, from, to, spans] = plain;
  const days = !from || (from === "Mo" && to === "Su") ? "每天" : `${DAYS[from]}至${DAYS[to]}`;
  return `${days} ${spans.replace(/\b0(?=\d:)/g, "").replace(/-/g, "–").replace(/,/g, "、")}`;
}
