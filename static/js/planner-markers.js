/**
 * What can be dragged on the planner's map: real Leaflet markers, for fingers, mice and keys alike.
 *
 * @typedef {"new"|"moved"|"chosen"|"corner"} DraggedKind
 * @typedef {{id: string, name: string, lat: number, lon: number, kind: DraggedKind}} Dragged
 *
 * @typedef {object} MarkerEvents
 * @property {(id: string, at: {lat: number, lon: number}, settled: boolean, since: number) => void} onMove
 *   `settled` when the finger has let go; `since` is the moment of the movement itself
 * @property {(id: string, byKey: boolean) => void} onChoose
 * @property {(id: string) => void} onRemove
 */
import { stepped } from "./planner-edits.js";

const STEP_M = 50;
/** @type {Readonly<Record<string, [number, number]>>} north, east */
const STEPS = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };

/** @type {Readonly<Record<DraggedKind, {what: string, keys: string}>>} */
const WORDS = {
  new: { what: "设想的站点", keys: "回车改它,Delete 键拿掉" },
  moved: { what: "移动了的地点", keys: "回车改它,Delete 键放回原处" },
  chosen: { what: "选中的地点", keys: "回车改它" },
  corner: { what: "范围的角", keys: "Delete 键去掉" },
};

/**
 * @param {import("leaflet").Map} map
 * @param {MarkerEvents} events
 */
export function draggableMarkers(map, events) {
  /** @type {Map<string, {marker: import("leaflet").Marker, pin: HTMLElement, held: boolean}>} */
  const shown = new Map();

  /** @param {Dragged} dragged */
  function make({ id, name, lat, lon }) {
    const pin = document.createElement("span");
    const marker = L.marker([lat, lon], {
      icon: L.divIcon({ html: pin, className: "planner-marker", iconSize: [44, 44], iconAnchor: [22, 22] }),
      draggable: true,
      autoPan: true,
      zIndexOffset: 1000,
      title: name,
    }).addTo(map);
    const entry = { marker, pin, held: false };
    const where = () => ({ lat: marker.getLatLng().lat, lon: marker.getLatLng().lng });
    marker.on("dragstart", () => (entry.held = true));
    marker.on("drag", () => events.onMove(id, where(), false, performance.now()));
    marker.on("dragend", () => {
      entry.held = false;
      events.onMove(id, where(), true, performance.now());
    });
    marker.on("click", () => events.onChoose(id, false));
    const element = /** @type {HTMLElement} */ (marker.getElement());
    element.dataset.id = id;
    element.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (step) {
        const at = stepped(where(), step[0] * STEP_M, step[1] * STEP_M);
        marker.setLatLng([at.lat, at.lon]);
        if (!map.getBounds().pad(-0.05).contains(marker.getLatLng())) map.panTo(marker.getLatLng());
        events.onMove(id, at, true, performance.now());
      } else if (event.key === "Delete" || event.key === "Backspace") {
        events.onRemove(id);
      } else if (event.key === "Enter" || event.key === " ") {
        events.onChoose(id, true);
      } else {
        return;
      }
      event.preventDefault();
      event.stopPropagation(); // the map's own keys
    });
    shown.set(id, entry);
    return entry;
  }

  /** @param {ReturnType<typeof make>} entry @param {Dragged} dragged */
  function dress({ marker, pin }, { kind, name }) {
    pin.className = `planner-pin planner-pin-${kind}`;
    pin.textContent = kind === "new" ? "+" : "";
    const { what, keys } = WORDS[kind];
    marker.getElement()?.setAttribute("aria-label", `${what}:${name}。方向键移动 ${STEP_M} 米,${keys}`);
  }

  return {
    /** Show these and no others; what a finger holds stays in its hand. @param {Dragged[]} wanted */
    show(wanted) {
      const ids = new Set(wanted.map(({ id }) => id));
      for (const [id, { marker }] of shown) {
        if (ids.has(id)) continue;
        marker.remove();
        shown.delete(id);
      }
      for (const dragged of wanted) {
        const entry = shown.get(dragged.id) ?? make(dragged);
        if (!entry.held) entry.marker.setLatLng([dragged.lat, dragged.lon]);
        dress(entry, dragged);
      }
    },
    /** Whether there is such a marker to be focused. @param {string} id */
    focus(id) {
      const element = shown.get(id)?.marker.getElement();
      element?.focus({ preventScroll: true });
      return Boolean(element);
    },
  };
}
