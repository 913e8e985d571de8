/** What the builder says. The English twin is en/builder-words.js. */

export const COPIED = "已复制";
export const COPY_FAILED = "没有复制成功,请长按选中后复制。";
export const FAILED = "没有更新:网络断了或选择不对。检查后再试。";
/** @param {string} problem */
export const refused = (problem) => `没有更新:${problem}`;
