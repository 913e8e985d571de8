/**
 * The page's side of the map: what the layer shows, what can be dragged, and where to look. Everything
 * may be said before the map is there.
 *
 * @typedef {import("./planner-edits.js").Edit} Edit
 * @typedef {import("./planner-layer.js").Hit} Hit
 * @typedef {import("./planner-layer.js").PlannerHandle} PlannerHandle
 * @typedef {import("./planner-model.js").PlannedPlace} PlannedPlace
 * @typedef {{lat: number, lon: number}} At
 */
import { mapReady } from "./map-ready.js";
import { rounded } from "./planner-edits.js";
import { draggableMarkers } from "./planner-markers.js";

const CLOSE_ZOOM = 14;
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

/**
 * @param {HTMLElement} element
 * @param {import("./planner-markers.js").MarkerEvents & {
 *   onTap: (hit: Hit|null, at: At) => void,
 *   onReady: (map: import("leaflet").Map) => void,
 * }} events
 */
export function plannerMap(element, events) {
  /** @type {import("leaflet").Map|null} */
  let map = null;
  /** @type {PlannerHandle|null} */
  let layer = null;
  /** @type {ReturnType<typeof draggableMarkers>|null} */
  let markers = null;
  /** @type {(() => void)[]} */
  let waiting = [];

  /** @param {() => void} act */
  const when = (act) => (map ? act() : void waiting.push(act));

  void mapReady(element).then((ready) => {
    map = ready.map;
    layer = ready.planner ?? null;
    markers = draggableMarkers(map, events);
    layer?.onTap(events.onTap);
    for (const act of waiting.splice(0)) act();
    events.onReady(map);
  });

  return {
    /** @param {(layer: PlannerHandle) => void} act */
    layer: (act) => when(() => layer && act(layer)),
    /**
     * The markers that these edits need, and the marks that they change.
     * @param {readonly Edit[]} edits
     * @param {Map<string, PlannedPlace>} places
     * @param {string|null} chosen
     */
    show(edits, places, chosen) {
      when(() => {
        /** @type {import("./planner-markers.js").Dragged[]} */
        const dragged = [];
        const shut = new Set();
        for (const edit of edits) {
          const { id } = edit;
          if (edit.op === "add") dragged.push({ ...edit, name: edit.name || id, kind: "new" });
          if (edit.op === "move") dragged.push({ ...edit, name: places.get(id)?.name ?? id, kind: "moved" });
          if (edit.op === "close" || edit.op === "suspend") shut.add(id);
        }
        const place = chosen === null ? undefined : places.get(chosen);
        if (place && !shut.has(place.id) && !dragged.some(({ id }) => id === place.id)) {
          dragged.push({ ...place, kind: "chosen" });
        }
        markers?.show(dragged);
        layer?.setEdited({ hidden: new Set(dragged.map(({ id }) => id)), shut });
      });
    },
    /** Keys go to this marker, or to `other` where it is gone. @param {string} id @param {HTMLElement} other */
    focus: (id, other) => when(() => markers?.focus(id) || other.focus({ preventScroll: true })),
    /** @param {At} at */
    goTo({ lat, lon }) {
      when(() => map?.setView([lat, lon], Math.max(map.getZoom(), CLOSE_ZOOM), { animate: !calm.matches }));
    },
    /** @param {[number, number, number, number]} bounds  south, west, north, east */
    fit([south, west, north, east]) {
      when(() => map?.fitBounds([[south, west], [north, east]], { animate: !calm.matches, padding: [24, 24], maxZoom: CLOSE_ZOOM }));
    },
    /** Where the eye is. @returns {At|null} */
    centre() {
      const at = map?.getCenter();
      return at ? { lat: rounded(at.lat), lon: rounded(at.lng) } : null;
    },
  };
}
