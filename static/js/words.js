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

/** A list whose days do not reach today says nothing of today. @param {number} day days since 1970-01-01 */
export function dataOf(day) {
  const on = new Date(day * DAY_MS);
  return `数据是 ${on.getUTCMonth() + 1}月${on.getUTCDate()}日的,去之前先打电话`;
}

/**
 * What follows the state's word: until when, or from when again.
 * @param {Opening} opening
 * @param {number} nowMinute since the list's midnight
 * @param {number} day of that midnight
 */
export function hoursLine(opening, nowMinute, day) {
  const { state, opensAt, closesAt } = opening;
  if (state === "unknown") return opening.isTooOld ? dataOf(day) : "没登记营业时间";
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

// --- the list --------------------------------------------------------------------------------

/** Titles of the list's groups: open, hours not recorded, shut; from where the person is. */
export const GROUPS = ["到了能进门", "没登记营业时间,去之前先打电话", "到的时候关着门"];
/** The same while nobody has said where they are. */
export const GROUPS_NOW = ["现在开门", "没登记营业时间,去之前先打电话", "现在关着门"];
export const PICKED = "选中的这一处";
export const NOTHING_FOUND = "没有找到";
/** While what the search needs for pinyin is on its way. */
export const PREPARING = "正在准备拼音搜索…";
export const NO_PLACES_YET = "还没有可以找的地方";
export const NO_AMENITIES = "设施没登记";
export const NO_ADDRESS = "地址没登记";

/**
 * @param {number} count
 * @param {number} open
 * @param {boolean} onTheWay whether "open" is meant for when one gets there
 */
export const countText = (count, open, onTheWay) =>
  `${count} 处,${onTheWay ? "到了能进门" : "现在开门"} ${open} 处`;

/** The same when nobody can say what is open. @param {number} count */
export const countOnly = (count) => `${count} 处`;

/** Facilities one after the other. @param {string[]} names */
export const listed = (names) => names.join(" ");

/** @param {string} distance */
export const straightText = (distance) => `直线 ${distance}`;

/** @param {number} count */
export const unrecordedText = (count) => `没登记:${count} 处`;
/** @param {number} count */
export const hoursUnrecordedText = (count) => `时间没登记:${count} 处`;
export const LIST_TOO = "也列出来";
export const LEAVE_OUT = "不列";
export const CLEAR_FILTERS = "清除条件";
/** @param {number} count */
export const moreFiltersLabel = (count) => (count ? `更多设施,选了 ${count} 项` : "更多设施");
/** @param {number} count */
export const showPlaces = (count) => (count ? `看这 ${count} 处` : "没有符合的,先关上");

/** @type {Readonly<Record<string, string>>} */
const WITHIN = { walk: "走路", bike: "骑车", ebike: "骑电动车", drive: "开车" };
/**
 * Above the list, when the nearest is not near.
 * @param {number} minutes
 * @param {string} mode its key
 * @param {string} what 卡友之家; "" for whatever is asked for
 * @param {{number: string, unit: string}} travel to the nearest
 * @param {string} distance
 * @param {string} state its word where one does not get in; "" where one does
 */
export const noneNear = (minutes, mode, what, travel, distance, state) =>
  `${WITHIN[mode] ?? ""} ${minutes} 分钟内没有${what || "符合的地方"},` +
  `最近的 ${travel.number} ${travel.unit}(${distance}${state && `,${state}`})`;

/**
 * Above the list, when what is near is shut.
 * @param {number} minutes
 * @param {string} mode its key
 * @param {{number: string, unit: string}} travel to the nearest that is open
 */
export const noneOpenNear = (minutes, mode, travel) =>
  `${WITHIN[mode] ?? ""} ${minutes} 分钟内没有开着的,最近开着的 ${travel.number} ${travel.unit}`;

/** Places without a point are in no list here. @param {number} count */
export const unlocatedText = (count) => `还有 ${count} 处没有位置,在区县名单里:`;
/** A search text that names a facility: @param {string} facility */
export const onlyWith = (facility) => `只看有“${facility}”的`;
export const ONLY_ROUND_THE_CLOCK = "只看 24 小时的";

/** @param {string} sought */
export const notFound = (sought) => (sought ? `没有找到“${sought}”。` : "没有同时符合这些条件的地方。");
export const NO_PLACES_HERE = "这里还没有可以找的地方。";
/** What stands before and after the name of the nearest place.
 * @param {boolean} fromPerson
 * @param {string} distance
 * @param {string} travel 走过去 6 分钟; "" when nobody knows from where
 * @param {string} state
 * @returns {[string, string]}
 */
export const nearestParts = (fromPerson, distance, travel, state) => [
  fromPerson ? "离你最近的是 " : "离市中心最近的是 ",
  `,${distance}${travel ? `,${travel}` : ""}(${state})。`,
];
/** @param {string} verb @param {{number: string, unit: string}} travel */
export const byVerb = (verb, travel) => `${verb} ${travel.number} ${travel.unit}`;

// --- a chosen place, saved places ------------------------------------------------------------

export const NAVIGATE = "导航";
export const CALL = "打电话";
export const DETAILS = "详情";
export const SAVED = "收藏";
export const RECENT = "最近看过";
/** @param {string} name */
export const saveLabel = (name) => `收藏 ${name}`;
export const FORGET = "清除";
/** @param {string} list */
export const forgetLabel = (list) => `清除${list}`;
export const FORGOTTEN = "清除了。";
export const CANNOT_SAVE = "这个浏览器不让网页记东西(可能是无痕模式),收藏不了。";

// --- where from ------------------------------------------------------------------------------

export const FROM_CENTRE = "还不知道你在哪里,先从市中心排起";
/** @param {string} roughly 412 米; "" when the position is exact enough */
export const fromHere = (roughly) => `从你的位置算起${roughly ? `(误差约 ${roughly})` : ""}`;
/** Before and after the town's name. @type {Readonly<[string, string]>} */
export const FROM_TOWN = ["从 ", " 算起"];
/** @type {Readonly<[string, string]>} */
export const START_FROM_TOWN = ["从 ", " 算起,看最近的"];
export const CLEAR_ORIGIN = "清除起点";
export const LOCATE_AGAIN = "刷新位置";
export const LOCATING = "正在定位…";
export const ASK_TO_ALLOW = "请在弹出的提示里点“允许”";
export const STILL_LOCATING = "还在定位,最多等 8 秒…";
export const LOCATED = "定到位置了。";
export const REFUSED = "没有得到定位的许可。";
export const TIMED_OUT = "8 秒里没有定到位置。";
export const CANNOT_LOCATE = "这个浏览器不能定位。";
export const NO_POSITION = "这会儿定不到位置。";
/** @param {string} distance @param {string} region */
export const farAway = (distance, region) => `最近的也有 ${distance},你可能不在${region}。`;
export const WITHOUT_POSITION = "不用定位也能找:";
export const SEARCH_A_TOWN = "搜附近的街道、乡镇";
export const BY_DISTRICT = "按区县找";

// --- what did not come -----------------------------------------------------------------------

export const LIST_FAILED = "完整名单没有下载完,还不能按远近排。下面这些和各区县的名单照常能看。";
export const TRY_AGAIN = "再试一次";
export const PART_FAILED = "这一步要用的东西没有下载完。网络好了就重新打开这一页;名单照常能用。";
export const RELOAD = "重新打开这一页";
