/**
 * How the finder speaks English: the twin of words.js, with the same exports.
 */

/** @typedef {import("../find.js").Opening} Opening */
/** @typedef {import("../find.js").OpenState} OpenState */

const DAY = 1440;
const DAY_MS = 86_400_000;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** @type {Readonly<Record<OpenState, string>>} */
export const STATE_WORDS = {
  open: "Open",
  closing_soon: "Closing soon",
  closed_on_arrival: "Closed when you get there",
  closed: "Closed",
  unknown: "Hours not recorded",
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
  if (minutes < 100) return { number: String(minutes), unit: "min" };
  const hours = minutes / 60;
  return { number: hours < 9.95 ? hours.toFixed(1) : String(Math.round(hours)), unit: "h" };
}

/**
 * 412 m, 1.3 km, 120 km.
 * @param {number} distanceM metres
 */
export function distanceText(distanceM) {
  if (distanceM < 1000) return `${Math.round(distanceM)} m`;
  return `${(distanceM / 1000).toFixed(distanceM < 99_950 ? 1 : 0)} km`;
}

/**
 * A moment as one says it: today 22:00, tomorrow 8:00, Mon 8:30, 9 Oct 8:30.
 * @param {number} minute the moment, since the list's midnight
 * @param {number} nowMinute the same for now
 * @param {number} day of the list's midnight
 */
export function momentText(minute, nowMinute, day) {
  const date = Math.floor(minute / DAY);
  const ahead = date - Math.floor(nowMinute / DAY);
  const clock = `${Math.floor((minute % DAY) / 60)}:${String(minute % 60).padStart(2, "0")}`;
  const hour = Math.floor((minute % DAY) / 60);
  if (ahead === 0) return `${hour >= 18 ? "tonight" : "today"} ${clock}`;
  if (ahead === 1) return `${hour < 5 && nowMinute % DAY >= 720 ? "tonight" : "tomorrow"} ${clock}`;
  if (ahead < 7) return `${WEEKDAYS[(day + date + 4) % 7]} ${clock}`;
  const on = new Date((day + date) * DAY_MS);
  return `${on.getUTCDate()} ${MONTHS[on.getUTCMonth()]} ${clock}`;
}

/** A list whose days do not reach today says nothing of today. @param {number} day days since 1970-01-01 */
export function dataOf(day) {
  const on = new Date(day * DAY_MS);
  return `data of ${on.getUTCDate()} ${MONTHS[on.getUTCMonth()]}; call before you go`;
}

/**
 * What follows the state's word: until when, or from when again.
 * @param {Opening} opening
 * @param {number} nowMinute since the list's midnight
 * @param {number} day of that midnight
 */
export function hoursLine(opening, nowMinute, day) {
  const { state, opensAt, closesAt } = opening;
  if (state === "unknown") return opening.isTooOld ? dataOf(day) : "ask before you go";
  if (state === "open" || state === "closing_soon") {
    return closesAt === null ? "all day" : `until ${momentText(closesAt, nowMinute, day)}`;
  }
  return opensAt === null ? "not in the next days" : `opens ${momentText(opensAt, nowMinute, day)}`;
}

/**
 * Checked today, checked 12 days ago, never checked.
 * @param {number | null} days since the last verification, null = never
 */
export function verifiedText(days) {
  if (days === null) return "never checked";
  if (days <= 0) return "checked today";
  return `checked ${days} ${days === 1 ? "day" : "days"} ago`;
}

// --- the list --------------------------------------------------------------------------------

/** Titles of the list's groups: open, hours not recorded, shut; from where the person is. */
export const GROUPS = ["Open when you get there", "Hours not recorded: call before you go", "Closed when you get there"];
/** The same while nobody has said where they are. */
export const GROUPS_NOW = ["Open now", "Hours not recorded: call before you go", "Closed now"];
export const PICKED = "Chosen";
export const NOTHING_FOUND = "Nothing found";
/** While what the search needs for pinyin is on its way. */
export const PREPARING = "Getting the search ready…";
export const NO_PLACES_YET = "There are no places yet";
export const NO_AMENITIES = "facilities not recorded";
export const NO_ADDRESS = "address not recorded";

/**
 * @param {number} count
 * @param {number} open
 * @param {boolean} onTheWay whether "open" is meant for when one gets there
 */
export const countText = (count, open, onTheWay) =>
  `${count} ${count === 1 ? "place" : "places"}, ${open} open ${onTheWay ? "when you get there" : "now"}`;

/** The same when nobody can say what is open. @param {number} count */
export const countOnly = (count) => `${count} ${count === 1 ? "place" : "places"}`;

/** Facilities one after the other. @param {string[]} names */
export const listed = (names) => names.join(", ");

/** @param {string} distance */
export const straightText = (distance) => `${distance} straight`;

/** @param {number} count */
export const unrecordedText = (count) => `Not recorded: ${count}`;
/** @param {number} count */
export const hoursUnrecordedText = (count) => `Hours not recorded: ${count}`;
export const LIST_TOO = "list them too";
export const LEAVE_OUT = "leave them out";
export const CLEAR_FILTERS = "Clear filters";
/** @param {number} count */
export const moreFiltersLabel = (count) => (count ? `More facilities, ${count} chosen` : "More facilities");
/** @param {number} count */
export const showPlaces = (count) =>
  (count ? `Show ${count} ${count === 1 ? "place" : "places"}` : "Nothing fits: close");

/** @type {Readonly<Record<string, string>>} */
const WITHIN = { walk: "on foot", bike: "by bike", ebike: "by e-bike", drive: "by car" };
/**
 * Above the list, when the nearest is not near.
 * @param {number} minutes
 * @param {string} mode its key
 * @param {string} what Truckers' home; "" for whatever is asked for
 * @param {{number: string, unit: string}} travel to the nearest
 * @param {string} distance
 * @param {string} state its word where one does not get in; "" where one does
 */
export const noneNear = (minutes, mode, what, travel, distance, state) =>
  `${what ? `${what}: none` : "None"} within ${minutes} min ${WITHIN[mode] ?? ""}. ` +
  `The nearest is ${travel.number} ${travel.unit} away (${distance}${state && `, ${state}`})`;

/**
 * Above the list, when what is near is shut.
 * @param {number} minutes
 * @param {string} mode its key
 * @param {{number: string, unit: string}} travel to the nearest that is open
 */
export const noneOpenNear = (minutes, mode, travel) =>
  `None open within ${minutes} min ${WITHIN[mode] ?? ""}. The nearest open one is ${travel.number} ${travel.unit} away`;

/** Places without a point are in no list here. @param {number} count */
export const unlocatedText = (count) =>
  `${count} more ${count === 1 ? "place has" : "places have"} no position yet; see the lists by district: `;
/** A search text that names a facility: @param {string} facility */
export const onlyWith = (facility) => `Only places with: ${facility}`;
export const ONLY_ROUND_THE_CLOCK = "Only places open 24 hours";

/** @param {string} sought */
export const notFound = (sought) => (sought ? `Nothing found for “${sought}”.` : "No place fits all of this.");
export const NO_PLACES_HERE = "There are no places here yet.";
/** What stands before and after the name of the nearest place.
 * @param {boolean} fromPerson
 * @param {string} distance
 * @param {string} travel on foot 6 min; "" when nobody knows from where
 * @param {string} state
 * @returns {[string, string]}
 */
export const nearestParts = (fromPerson, distance, travel, state) => [
  fromPerson ? "Nearest to you: " : "Nearest to the city centre: ",
  `, ${distance}${travel ? `, ${travel}` : ""} (${state}).`,
];
/** @param {string} verb @param {{number: string, unit: string}} travel */
export const byVerb = (verb, travel) => `${travel.number} ${travel.unit} ${verb}`;

// --- a chosen place, saved places ------------------------------------------------------------

export const NAVIGATE = "Directions";
export const CALL = "Call";
export const DETAILS = "Details";
export const SAVED = "Saved";
export const RECENT = "Recently opened";
/** @param {string} name */
export const saveLabel = (name) => `Save ${name}`;
export const FORGET = "Clear";
/** @param {string} list */
export const forgetLabel = (list) => `Clear: ${list}`;
export const FORGOTTEN = "Cleared.";
export const CANNOT_SAVE = "This browser lets no page keep anything (private mode?), so it cannot be saved.";

// --- where from ------------------------------------------------------------------------------

export const FROM_CENTRE = "Sorted from the city centre until you say where you are";
/** @param {string} roughly 412 m; "" when the position is exact enough */
export const fromHere = (roughly) => `From where you are${roughly ? ` (give or take ${roughly})` : ""}`;
/** Before and after the town's name. @type {Readonly<[string, string]>} */
export const FROM_TOWN = ["From ", ""];
/** @type {Readonly<[string, string]>} */
export const START_FROM_TOWN = ["Nearest to ", ""];
export const CLEAR_ORIGIN = "Forget this start";
export const LOCATE_AGAIN = "Locate again";
export const LOCATING = "Finding where you are…";
export const ASK_TO_ALLOW = "Choose “Allow” when you are asked";
export const STILL_LOCATING = "Still looking, 8 seconds at most…";
export const LOCATED = "Found you.";
export const REFUSED = "Your phone did not allow it.";
export const TIMED_OUT = "No position within 8 seconds.";
export const CANNOT_LOCATE = "This browser cannot tell where you are.";
export const NO_POSITION = "No position to be had just now.";
/** @param {string} distance @param {string} region */
export const farAway = (distance, region) => `The nearest is ${distance} away: you may not be in ${region}.`;
export const WITHOUT_POSITION = " It works without, too:";
export const SEARCH_A_TOWN = "Search a street or town nearby";
export const BY_DISTRICT = "Go by district";

// --- what did not come -----------------------------------------------------------------------

export const LIST_FAILED = "The full list did not arrive, so it cannot be sorted by distance yet. What is shown below and the lists by district work as usual.";
export const TRY_AGAIN = "Try again";
export const PART_FAILED = "What this step needs did not arrive. With a better connection, load the page again; the list works as usual.";
export const RELOAD = "Load the page again";
