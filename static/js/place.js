/**
 * One place's small map. The frame knows nothing of the registry; where the place is stands in the
 * page's own markup.
 */

import { mapReady } from "./map-ready.js";

const STREET_ZOOM = 16;

async function start() {
  const element = document.getElementById("map");
  const facts = document.getElementById("where");
  if (!element || !facts) return;
  const { id = "", kind = "", lat, lon } = facts.dataset;
  const place = { id, kind, name: facts.dataset.name ?? "", lat: Number(lat), lon: Number(lon) };
  const { map, places } = await mapReady(element);
  places?.setPlaces([place]);
  places?.select(id, { pan: false, card: false });
  map.setView([place.lat, place.lon], STREET_ZOOM, { animate: false });
}

void start();
