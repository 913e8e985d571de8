/**
 * Areas that can be switched on and tapped: what the coverage and the districts have in common.
 */
import { isInside, project } from "./map-canvas.js";
import { taken } from "./map-card.js";

/**
 * A GeoJSON polygon ([lon, lat]) as a path relative to `origin`, in reference pixels.
 * @param {GeoJSON.Geometry} geometry
 * @param {[number, number]} origin
 */
export function geometryPath(geometry, origin) {
  const path = new Path2D();
  const polygons =
    geometry.type === "Polygon"
      ? [geometry.coordinates]
      : geometry.type === "MultiPolygon"
        ? geometry.coordinates
        : [];
  for (const ring of polygons.flat()) {
    ring.forEach(([lon, lat], i) => {
      const [x, y] = project(lat, lon);
      if (i === 0) path.moveTo(x - origin[0], y - origin[1]);
      else path.lineTo(x - origin[0], y - origin[1]);
    });
    path.closePath();
  }
  return path;
}

/**
 * Which of these areas a tap means, if no place took it first.
 * @template {{path: Path2D}} A
 * @param {import("leaflet").Map} map
 * @param {[number, number]} origin
 * @param {() => A[]} areas   none while the layer is off
 * @param {(area: A) => void} onTap
 */
export function listenToAreas(map, origin, areas, onTap) {
  map.on("click", (event) => {
    queueMicrotask(() => {
      if (taken.has(event)) return;
      const [x, y] = project(event.latlng.lat, event.latlng.lng);
      const area = areas().find(({ path }) => isInside(path, x - origin[0], y - origin[1]));
      if (!area) return;
      taken.add(event);
      onTap(area);
    });
  });
}
