/** What the feedback form says in the page. */

export const SENDING = "正在发送…";
export const OFFLINE = "现在没有网络,没有发出去。有网络时请再点一次。";
export const FAILED = "我们这边出了差错,没有记下。请稍后再试。";

/** @type {Readonly<Record<string, string>>} */
const SAID = {
  still_true: "信息没错",
  closed: "关了、找不到",
  moved: "搬了、位置不对",
  hours: "开门时间不对",
  facility: "设施不对",
  other: "别的",
};

/**
 * @param {string} said
 * @param {boolean} again whether it takes the place of what was said earlier today
 * @param {boolean} atDoor
 */
export function thanks(said, again, atDoor) {
  const kept = again ? "改成了你刚说的" : "记下了";
  const where = atDoor ? "(在现场)" : "";
  const then = said === "still_true" ? "" : "管理员核对以后才会改这一页。";
  return `谢谢,${kept}:${SAID[said] ?? ""}${where}。${then}`;
}

/**
 * Why it was not kept.
 * @param {number} status of the answer
 * @param {string} message the server's own sentence, in Chinese; "" = none
 */
export function refused(status, message) {
  return message || (status === 429 ? "说得太频繁,请过一会儿再说。" : FAILED);
}
