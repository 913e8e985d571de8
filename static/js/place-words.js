/** What a place's page says when a script renews it or somebody taps. */

const DAY_MS = 86_400_000;
const WEEKDAYS = "日一二三四五六";

export const SAVE = "收藏这里";
export const SAVED = "已收藏";
export const CANNOT_KEEP = "这个浏览器不让保存(可能是无痕模式),没有收藏上。";
export const COPIED = "链接已复制,粘贴就能发给别人。";
export const COPY_THIS = "请复制这个链接:";
export const IN_WECHAT = "点右上角的 ⋯,选“发送给朋友”或“分享到朋友圈”。";

/** @param {number} day since 1970-01-01 */
function monthDay(day) {
  const on = new Date(day * DAY_MS);
  return `${on.getUTCMonth() + 1}月${on.getUTCDate()}日`;
}

/**
 * 今天 11月25日, 明天 …, 周三 …
 * @param {number} day since 1970-01-01
 * @param {number} today the same
 */
export function dayLabel(day, today) {
  const word = ["今天", "明天"][day - today] ?? `周${WEEKDAYS[(day + 4) % 7]}`;
  return `${word} ${monthDay(day)}`;
}

/**
 * Of a page too old to say anything of today.
 * @param {number} day on which the page was made
 */
export const dataOf = (day) => `数据是 ${monthDay(day)}的,去之前先打电话`;
