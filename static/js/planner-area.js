/**
 * A range drawn by hand: corners by tapping the map, by keys, or put at its middle; then the same
 * figures over it alone.
 */
import { button, byId, listItem, say } from "./planner-elements.js";
import { draggableMarkers } from "./planner-markers.js";

const CORNERS_MAX = 100;

/**
 * @param {object} events
 * @param {(areas: object) => Promise<string>} events.ask   the figures over a FeatureCollection, in words
 * @param {(ring: [number, number][], closed: boolean) => void} events.onSketch
 * @param {(problem: any) => void} events.onProblem
 */
export function areaSketch(events) {
  /** @type {[number, number][]} lat, lon */
  let ring = [];
  let drawing = false;
  /** @type {import("leaflet").Map|null} */
  let map = null;
  /** @type {ReturnType<typeof draggableMarkers>|null} */
  let corners = null;
  const numberOf = (/** @type {string} */ id) => Number(id.slice("corner-".length));

  function render() {
    byId("area-start").hidden = drawing;
    byId("area-tools").hidden = !drawing;
    /** @type {HTMLButtonElement} */ (byId("area-ask")).disabled = ring.length < 3;
    corners?.show(
      drawing ? ring.map(([lat, lon], i) => ({ id: `corner-${i}`, name: `第 ${i + 1} 个角`, lat, lon, kind: "corner" })) : [],
    );
    byId("area-corners").replaceChildren(
      ...ring.map(([lat, lon], i) =>
        listItem(`${lat.toFixed(4)},${lon.toFixed(4)}`, button("去掉", () => remove(i), { label: `去掉第 ${i + 1} 个角` })),
      ),
    );
    events.onSketch(ring, ring.length > 2);
  }

  /** @param {number} lat @param {number} lon */
  function add(lat, lon) {
    if (ring.length < CORNERS_MAX) ring = [...ring, [lat, lon]];
    render();
  }

  /** @param {number} index */
  function remove(index) {
    ring = ring.filter((_, i) => i !== index);
    render();
  }

  function stop() {
    drawing = false;
    ring = [];
    say(byId("area-result"), "");
    render();
    byId("area-start").focus();
  }

  byId("area-start").addEventListener("click", () => {
    drawing = true;
    render();
    byId("area-add").focus();
  });
  byId("area-add").addEventListener("click", () => {
    const centre = map?.getCenter();
    if (!centre) return;
    // Beside the last one, so that three presses make a triangle and not a point.
    const size = map?.getBounds();
    const step = size ? (size.getNorth() - size.getSouth()) / 8 : 0.01;
    const turn = (2 * Math.PI * (ring.length % 6)) / 6;
    add(centre.lat + step * Math.cos(turn), centre.lng + step * Math.sin(turn));
    corners?.focus(`corner-${ring.length - 1}`);
  });
  byId("area-cancel").addEventListener("click", stop);
  document.addEventListener("keydown", (event) => {
    if (drawing && event.key === "Escape" && !document.querySelector("dialog[open]")) stop();
  });
  byId("area-ask").addEventListener("click", async () => {
    say(byId("area-result"), "正在算这块范围");
    try {
      const closed = [...ring, ring[0]].map(([lat, lon]) => [lon, lat]);
      const words = await events.ask({
        type: "FeatureCollection",
        features: [{ type: "Feature", properties: { name: "画的范围" }, geometry: { type: "Polygon", coordinates: [closed] } }],
      });
      say(byId("area-result"), words);
    } catch (problem) {
      say(byId("area-result"), "");
      events.onProblem(problem);
    }
  });

  return {
    /** @param {import("leaflet").Map} ready */
    setMap(ready) {
      map = ready;
      corners = draggableMarkers(ready, {
        onMove: (id, { lat, lon }) => {
          ring = ring.map((corner, i) => (i === numberOf(id) ? [lat, lon] : corner));
          render();
        },
        onChoose: () => {},
        onRemove: (id) => remove(numberOf(id)),
      });
    },
    /** Whether a tap on the map was a corner. @param {{lat: number, lon: number}} at */
    takes({ lat, lon }) {
      if (drawing) add(lat, lon);
      return drawing;
    },
  };
}
