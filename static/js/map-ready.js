/**
 * How the page's own scripts get the map that the frame made: `await mapReady(element)`.
 *
 * The frame may come late (Leaflet is deferred) or never (its script was blocked); the promise then
 * stays pending and the list works without it.
 *
 * @typedef {import("./find.js").OpenState} State
 *
 * @typedef {object} MapPlace   one place as the map needs it; a `Place` of find.js will do
 * @property {string} id
 * @property {string} kind      key of a kind
 * @property {string} name
 * @property {number} lat       WGS-84
 * @property {number} lon
 * @property {string} [address]
 *
 * @typedef {object} PlaceNow   what the time and the way add
 * @property {State} state      whether it is open on arrival
 * @property {string} [hours]   stands after the state's word in the card: 到 22:00
 * @property {string} [travel]  走过去 6 分钟
 *
 * @typedef {object} PlacesHandle
 * @property {(places: MapPlace[]) => void} setPlaces     replaces all; the selection survives
 * @property {(states: Iterable<[string, PlaceNow]>) => void} setStates   by id; a place without
 *   one carries no mark
 * @property {(ids: Iterable<string>|null) => void} setVisible   null shows all again
 * @property {(id: string|null, options?: {pan?: boolean, card?: boolean}) => void} select
 * @property {(listener: (id: string|null) => void) => void} onSelect   told of taps on the map and
 *   of the card's closing, never of `select`
 * @property {(limit: number) => MapPlace[]} inView       visible ones, nearest the centre first
 * @property {(here: {lat: number, lon: number, accuracyM?: number}|null) => void} setHere
 *
 * @typedef {object} SwitchHandle       a layer that is off until asked for
 * @property {(on: boolean) => Promise<void>} show   rejects when its data cannot be fetched
 * @property {() => boolean} isOn
 *
 * @typedef {object} LocatorMap
 * @property {import("leaflet").Map} map
 * @property {{usesTiles: () => boolean}} [base]
 * @property {PlacesHandle} [places]
 * @property {SwitchHandle} [coverage]
 * @property {SwitchHandle} [districts]
 * @property {import("./planner-layer.js").PlannerHandle} [planner]
 */

/** @type {WeakMap<Element, {promise: Promise<LocatorMap>, resolve: (made: LocatorMap) => void}>} */
const entries = new WeakMap();

/** @param {Element} element */
function entry(element) {
  let found = entries.get(element);
  if (!found) {
    /** @type {(made: LocatorMap) => void} */
    let resolve = () => {};
    const promise = new Promise((/** @type {(made: LocatorMap) => void} */ settle) => {
      resolve = settle;
    });
    found = { promise, resolve };
    entries.set(element, found);
  }
  return found;
}

/**
 * The map in this element, once the frame has made it.
 * @param {Element} element
 */
export function mapReady(element) {
  return entry(element).promise;
}

/**
 * Called by the frame when its layers are mounted.
 * @param {import("leaflet").Map} map
 * @param {Omit<LocatorMap, "map">} layers
 */
export function announce(map, layers) {
  entry(map.getContainer()).resolve({ map, ...layers });
}
