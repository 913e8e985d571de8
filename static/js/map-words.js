/** What the maps say. The English twin is en/map-words.js. */

/** @param {number} metres */
export const scaleText = (metres) => (metres < 1000 ? `${metres} 米` : `${metres / 1000} 公里`);

export const ZOOM_IN = "放大";
export const ZOOM_OUT = "缩小";
export const CLOSE = "关闭";
export const SOURCES = "数据来源";
export const SKETCH = "示意底图";
export const WHEEL_HINT = "按住 Ctrl 再滚动,可以放大地图";
export const FINGERS_HINT = "用两个手指移动地图";
export const SMALLER_MAP = "收起地图";
export const TALLER_MAP = "拉大地图";
export const SAMPLE = "示例数据";
export const SAMPLE_AREA = "(示例范围)";

/** @param {string} number */
export const reviewText = (number) => `审图号:${number}`;

export const PLACE_LINK = "设施、时间、怎么去";
export const DISTRICT_LINK = "看这个区县的全部名单";

export const GAP_LINES = "这里走不到任何一个站点";
export const GAP_LINK = "看最近的这一处";
/** @param {string} district */
export const gapTitle = (district) => `缺口 · ${district}`;
/** @param {string} name @param {string} distance */
export const gapNearest = (name, distance) => `最近的:${name},${distance}`;
/** @param {number} squareKm */
export const gapSize = (squareKm) => `缺口约 ${squareKm.toFixed(2)} 平方公里`;

/** @param {number} shown @param {number} open */
export const countText = (shown, open) => `${shown} 处,现在开门 ${open} 处`;
export const NONE_IN_VIEW = "这一屏里没有,把地图缩小或移动试试。";
export const NO_LIST = "地点名单没有下载完。请检查网络后刷新;各区县的名单在首页下方照常能看。";
/** @param {string} layer */
export const layerFailed = (layer) => `${layer}没有取到,其他的照常可用。过一会儿再勾一次试试。`;
export const COVERAGE_LAYER = "服务圈";
export const DISTRICTS_LAYER = "区县界线";

/** @param {number} minutes @param {string} mode */
export const coverageOf = (minutes, mode) => `的主城区,${minutes} 分钟${mode}到得了一处`;
export const BY_STREETS = "按街道路网";
/** @param {number} metres @param {number} factor */
export const byStraight = (metres, factor) => `按直线 ${metres} 米(绕路系数 ${factor})`;
/** @param {number} revision */
export const revisionText = (revision) => `登记第 ${revision} 版`;
/** @param {Date} date */
export const dateText = (date) => date.toLocaleDateString("zh-CN");
