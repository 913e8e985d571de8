/** What every page says of the network and of itself. The English twin is en/shell-words.js. */

/** @type {Readonly<Record<"offline" | "late" | "failing", string>>} */
export const WHY = { offline: "没有网络", late: "网络太慢,先看存下的", failing: "服务器这会儿不通" };
export const UPDATE = "有新版本,点这里更新";
/** For who asked for English and got this page. */
export const NO_ENGLISH =
  "English is not kept on this phone yet. It will be after one visit with a good network.";
export const OPENING = "正在打开…";
/** @param {string} name of a district */
export const inTheList = (name) => `在手机里的名单里看${name}`;

/** 11月24日 18:20, by this phone's clock.
 * @param {Date} date */
export const dateText = (date) =>
  `${date.getMonth() + 1}月${date.getDate()}日 ${date.getHours()}:${String(date.getMinutes()).padStart(2, "0")}`;

/** @param {string} state @param {Date} date */
export const withDate = (state, date) => `${state} · 数据是 ${dateText(date)} 的`;

export const SAMPLE = "示例数据";
export const NOT_RECORDED = "没登记";
export const NO_ADDRESS = "地址没登记";
export const CLOSED_DAY = "不开";
export const ALL_DAY = "24 小时";
export const BETWEEN = "、";
