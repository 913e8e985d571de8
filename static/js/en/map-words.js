/** What the maps say, in English. */

/** @param {number} metres */
export const scaleText = (metres) => (metres < 1000 ? `${metres} m` : `${metres / 1000} km`);

export const ZOOM_IN = "Zoom in";
export const ZOOM_OUT = "Zoom out";
export const CLOSE = "Close";
export const SOURCES = "Data sources";
export const SKETCH = "Sketch map";
export const WHEEL_HINT = "Hold Ctrl and scroll to zoom the map";
export const FINGERS_HINT = "Use two fingers to move the map";
export const SMALLER_MAP = "Smaller map";
export const TALLER_MAP = "Larger map";
export const SAMPLE = "Sample data";
export const SAMPLE_AREA = " (sample area)";

/** @param {string} number */
export const reviewText = (number) => `Map review no. ${number}`;

export const PLACE_LINK = "Facilities, hours, how to get there";
export const DISTRICT_LINK = "All places of this district";

export const GAP_LINES = "No station within reach of here";
export const GAP_LINK = "See this nearest place";
/** @param {string} district */
export const gapTitle = (district) => `Gap · ${district}`;
/** @param {string} name @param {string} distance */
export const gapNearest = (name, distance) => `Nearest: ${name}, ${distance}`;
/** @param {number} squareKm */
export const gapSize = (squareKm) => `About ${squareKm.toFixed(2)} km² uncovered`;

/** @param {number} shown @param {number} open */
export const countText = (shown, open) => `${shown} ${shown === 1 ? "place" : "places"}, ${open} open now`;
export const NONE_IN_VIEW = "None in view. Zoom out or move the map.";
export const NO_LIST = "The list did not arrive. Check the network and reload; the lists by district on the first page still work.";
/** @param {string} layer */
export const layerFailed = (layer) => `${layer}: could not be fetched. Everything else works; try again in a while.`;
export const COVERAGE_LAYER = "Service circle";
export const DISTRICTS_LAYER = "District borders";

/** @param {number} minutes @param {string} mode */
export const coverageOf = (minutes, mode) => `of the main urban areas is within ${minutes} minutes of a place (${mode.toLowerCase()})`;
export const BY_STREETS = "along the streets";
/** @param {number} metres @param {number} factor */
export const byStraight = (metres, factor) => `straight line, ${metres} m (detour factor ${factor})`;
/** @param {number} revision */
export const revisionText = (revision) => `registry revision ${revision}`;
/** @param {Date} date */
export const dateText = (date) => date.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
