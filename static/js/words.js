/**
 * How the finder speaks: minutes, distances, times, states, in the words of services/web/words.py.
 * Minutes of time are counted from the list's local midnight (minute 0), and `day` is that
 * midnight's local date in days since 1970-01-01: the phone's own time zone plays no part.
 */

/** @typedef {import("./find.js").Opening} Opening */
/** @typedef {import("./find.js").OpenState} OpenState */

const DAY = 1440;
const DAY_MS = 86_400_000;
const WEEKDAYS = "日一二三四五六";

/** @type {Readonly<Record<OpenState, string>>} */
export const STATE_WORDS = {
  open: "营业中",
  closing_soon: "即将关闭",
  closed_on_arrival: "到达时已关门",
  closed: "已打烊",
  unknown: "时间未知",
};

/** Each state has its own mark beside its word, so that colour is never alone.
 * @type {Readonly<Record<OpenState, string>>} */
export const STATE_MARKS = {
  open: "●",
  closing_soon: "◐",
  closed_on_arrival: "◐",
  closed: "○",
  unknown: "?",
};

/**
 * Whole minutes to say for a travel time: rounded up, nobody likes to be late. At least 1.
 * @param {number} travelS seconds
 */
export function wholeMinutes(travelS) {
  return Math.max(1, Math.ceil(travelS / 60));
}

/**
 * The big number and its unit: minutes up to 99, then hours.
 * @param {number} travelS seconds
 * @returns {{number: string, unit: string}}
 */
export function travelText(travelS) {
  const minutes = wholeMinutes(travelS);
  if (minutes < 100) return { number: String(minutes), unit: "分钟" };
  const hours = minutes / 60;
  return { number: hours < 9.95 ? hours.toFixed(1) : String(Math.round(hours)), unit: "小时" };
}

/**
 * 412 米, 1.3 公里, 120 公里.
 * @param {number} distanceM metres
 */
export function distanceText(distanceM) {
  if (distanceM < 1000) return `${Math.round(distanceM)} 米`;
  return `${(distanceM / 1000).toFixed(distanceM < 99_950 ? 1 : 0)} 公里`;
}

/**
 * A moment as one says it: 今晚 22:00, 明早 8:00, 周一 8:30, 10月9日 8:30.
 * @param {number} minute the moment, since the list's midnight
 * @param {number} nowMinute the same for now
 * @param {number} day of the list's midnight
 */
export function momentText(minute, nowMinute, day) {
  const date = Math.floor(minute / DAY);
  const ahead = date - Math.floor(nowMinute / DAY);
  const hour = Math.floor((minute % DAY) / 60);
  const clock = `${hour}:${String(minute % 60).padStart(2, "0")}`;
  if (ahead === 0) return `${hour >= 18 ? "今晚" : "今天"} ${clock}`;
  if (ahead === 1) {
    if (hour < 5) return `${nowMinute % DAY >= 12 * 60 ? "今夜" : "明天凌晨"} ${clock}`;
    return `${hour < 10 ? "明早" : "明天"} ${clock}`;
  }
  if (ahead < 7) return `周${WEEKDAYS[(day + date + 4) % 7]} ${clock}`;
  const on = new Date((day + date) * DAY_MS);
  return `${on.getUTCMonth() + 1}月${on.getUTCDate()}日 ${clock}`;
}

/**
 * What follows the state's word: until when, or from when again.
 * @param {Opening} opening
 * @param {number} nowMinute since the list's midnight
 * @param {number} day of that midnight
 */
export function hoursLine(opening, nowMinute, day) {
  const { state, opensAt, closesAt } = opening;
  if (state === "unknown") return "没登记营业时间";
  if (state === "open" || state === "closing_soon") {
    return closesAt === null ? "全天开放" : `到${momentText(closesAt, nowMinute, day)}`;
  }
  return opensAt === null ? "近几天不开" : `${momentText(opensAt, nowMinute, day)} 开`;
}

/**
 * 今天核实, 12 天前核实, 没有核实记录.
 * @param {number | null} days since the last verification, null = never
 */
export function verifiedText(days) {
  if (days === null) return "没有核实记录";
  return days <= 0 ? "今天核实" : `${days} 天前核实`;
}
