/**
 * The places on the map: clustered, drawn on a canvas, chosen by a tap.
 *
 * Only the chosen place is a DOM node. The list (or the page's list of what is in view) is how
 * keyboards and screen readers get at the others.
 *
 * @typedef {import("./map-ready.js").MapPlace} MapPlace
 * @typedef {import("./map-ready.js").PlaceNow} PlaceNow
 * @typedef {import("./places-symbols.js").Kind} Kind
 * @typedef {{x: number, y: number, radius: number, place?: MapPlace, cluster?: number, lat: number, lon: number}} Drawn
 */
import { closeCard, openCard, taken as tapped } from "./map-card.js";
import { onThemeChange, paintedPane, token } from "./map-canvas.js";
import { clusterRadius, colourOf, paintCluster, paintName, spriteBox, SYMBOL_PX } from "./places-symbols.js";
import { STATE_MARKS, STATE_WORDS } from "./words.js";
import * as words from "./map-words.js";
import { linkTo } from "./view.js";

const CLUSTER_RADIUS_PX = 42;
const CLUSTER_TO_ZOOM = 15;
const TOUCH_RADIUS_PX = 24;
const STREET_ZOOM = 15;
const NAMES_FROM = 15;
const MARGIN_PX = 60;
/** The person is bigger than any place, and blue: no kind and no state is. */
const HERE_PX = 10;
const HALO_PX = 8;

/**
 * @param {import("leaflet").Map} map
 * @param {{kinds: Kind[], card: boolean}} options
 * @returns {import("./map-ready.js").PlacesHandle}
 */
export function mount(map, options) {
  const kinds = new Map(options.kinds.map((kind) => [kind.key, kind]));
  const sprites = spriteBox();
  /** @type {Map<string, MapPlace>} */
  let places = new Map();
  /** @type {Map<string, PlaceNow>} */
  let states = new Map();
  /** @type {Set<string>|null} */
  let visible = null;
  /** @type {any} an index over the visible places */
  let index = null;
  /** @type {Drawn[]} what a tap may hit */
  let drawn = [];
  /** @type {{lat: number, lon: number, accuracyM?: number}|null} */
  let here = null;
  /** @type {string|null} */
  let selected = null;
  /** @type {import("leaflet").Marker|null} */
  let marker = null;
  /** @type {((id: string|null) => void)[]} */
  const listeners = [];

  const layer = paintedPane(map, "places", 450, (context, view, taken) => {
    drawn = [];
    if (here) paintHere(context, view, here, taken);
    if (!index) return;
    const box = map.getBounds().pad(0.1);
    const found = index.getClusters(
      [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()],
      Math.floor(view.zoom),
    );
    for (const { geometry, properties } of found) {
      const [lon, lat] = geometry.coordinates;
      const [x, y] = view.screen(lat, lon);
      if (properties.cluster) {
        const count = properties.point_count;
        const inside = options.kinds
          .filter((kind) => properties[`kind ${kind.key}`])
          .map((kind) => /** @type {[Kind, number]} */ ([kind, properties[`kind ${kind.key}`]]));
        paintCluster(context, [x, y], count, inside);
        drawn.push({ x, y, radius: clusterRadius(count), cluster: properties.cluster_id, lat, lon });
      } else {
        const place = properties.place;
        if (place.id !== selected) {
          sprites.paint(context, kinds.get(place.kind), states.get(place.id)?.state, view.ratio, [x, y]);
        }
        drawn.push({ x, y, radius: SYMBOL_PX / 2, place, lat, lon });
      }
    }
    for (const { x, y, radius } of drawn) {
      taken.push([x - radius, y - radius, x + radius, y + radius]);
    }
    if (view.zoom < NAMES_FROM) return;
    for (const { x, y, place } of drawn) {
      if (place) paintName(context, [x, y + (place.id === selected ? 35 : 28)], place.name, taken);
    }
  });
  onThemeChange(() => {
    sprites.clear();
    showMarker();
  });

  function reindex() {
    const shown = [...places.values()].filter((place) => !visible || visible.has(place.id));
    index = new Supercluster({
      radius: CLUSTER_RADIUS_PX * 2, // in tiles of 512, where the map's are of 256
      maxZoom: CLUSTER_TO_ZOOM,
      map: (/** @type {any} */ { place }) => ({ [`kind ${place.kind}`]: 1 }),
      reduce(/** @type {any} */ sum, /** @type {any} */ one) {
        for (const key of Object.keys(one)) {
          if (key.startsWith("kind ")) sum[key] = (sum[key] ?? 0) + one[key];
        }
      },
    }).load(
      shown.map((place) => ({
        type: "Feature",
        geometry: { type: "Point", coordinates: [place.lon, place.lat] },
        properties: { place },
      })),
    );
    layer.redraw();
  }

  /** The chosen place: a DOM node, above everything. */
  function showMarker() {
    marker?.remove();
    marker = null;
    const place = selected === null ? undefined : places.get(selected);
    if (!place) return;
    const kind = kinds.get(place.kind);
    const pin = document.createElement("span");
    pin.className = "map-pin";
    pin.style.color = colourOf(kind);
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `#${kind?.symbol ?? ""}`);
    svg.append(use);
    pin.append(svg);
    marker = L.marker([place.lat, place.lon], {
      icon: L.divIcon({ html: pin, className: "map-chosen", iconSize: [44, 44], iconAnchor: [22, 22] }),
      alt: place.name,
      title: place.name,
      zIndexOffset: 1000,
    }).addTo(map);
    marker.getElement()?.setAttribute("aria-label", place.name);
    if (options.card) marker.on("click", () => showCard(place));
  }

  /** @param {MapPlace} place */
  function showCard(place) {
    const now = states.get(place.id);
    const lines = [];
    if (now) {
      const word = STATE_WORDS[now.state];
      lines.push({
        text: now.hours ? `${word} · ${now.hours}` : word,
        mark: STATE_MARKS[now.state],
        className: `state state-${now.state}`,
      });
    }
    if (now?.travel) lines.push({ text: now.travel });
    lines.push({ text: kinds.get(place.kind)?.name ?? "", className: "quiet" });
    if (place.address) lines.push({ text: place.address, className: "quiet" });
    openCard(map, {
      title: place.name,
      lines,
      link: { href: linkTo(`/p/${encodeURIComponent(place.id)}`), text: words.PLACE_LINK },
      onClose() {
        choose(null, false);
        tell(null);
      },
    });
  }

  /**
   * Bring a place into the part of the map that its card leaves free.
   * @param {MapPlace} place
   * @param {boolean} closer  also as near as it takes to stand alone
   */
  function reveal(place, closer) {
    const at = L.latLng(place.lat, place.lon);
    const { x: width, y: height } = map.getSize();
    const card = /** @type {HTMLElement|null} */ (map.getContainer().querySelector(".map-card"));
    const covered = card !== null && card.offsetWidth > width * 0.7;
    const free = covered ? card.offsetTop : height;
    const { x, y } = map.latLngToContainerPoint(at);
    const margin = Math.min(MARGIN_PX, free / 4);
    const seen = x > margin && y > margin && x < width - margin && y < free - margin;
    const alone = drawn.some((each) => each.place?.id === place.id);
    if (seen && (alone || !closer)) return;
    const zoom = closer && !alone ? Math.max(map.getZoom(), STREET_ZOOM) : map.getZoom();
    map.setView(map.unproject(map.project(at, zoom).add([0, (height - free) / 2]), zoom), zoom);
  }

  /**
   * @param {string|null} id
   * @param {boolean} card
   */
  function choose(id, card) {
    selected = id;
    closeCard();
    showMarker();
    const place = id === null ? undefined : places.get(id);
    if (place && card) showCard(place);
  }

  /** @param {string|null} id */
  function tell(id) {
    for (const listener of listeners) listener(id);
  }

  /**
   * What a finger at this point means: the nearest within reach; of places on one spot, the next.
   * @param {import("leaflet").Point} point
   */
  function hit(point) {
    const near = drawn
      .map((each) => ({ each, away: Math.hypot(each.x - point.x, each.y - point.y) }))
      .filter(({ each, away }) => away <= Math.max(each.radius, TOUCH_RADIUS_PX))
      .sort((a, b) => a.away - b.away)
      .map(({ each }) => each);
    const stack = near.filter((each) => near[0] && Math.hypot(each.x - near[0].x, each.y - near[0].y) < 2);
    const at = stack.findIndex((each) => each.place?.id === selected);
    return stack[(at + 1) % stack.length];
  }

  map.on("click", (event) => {
    const target = hit(event.containerPoint);
    if (target) tapped.add(event);
    if (target?.cluster !== undefined) {
      const zoom = Math.min(index.getClusterExpansionZoom(target.cluster), map.getMaxZoom());
      map.setView([target.lat, target.lon], Math.max(zoom, map.getZoom() + 1));
    } else if (target?.place) {
      choose(target.place.id, options.card);
      reveal(target.place, false);
      tell(target.place.id);
    } else if (selected !== null) {
      choose(null, false);
      tell(null);
    }
  });
  map.on("mousemove", (event) => {
    map.getContainer().classList.toggle("map-over-place", hit(event.containerPoint) !== undefined);
  });

  return {
    setPlaces(list) {
      places = new Map(list.map((place) => [place.id, place]));
      reindex();
      showMarker();
    },
    setStates(list) {
      states = new Map(list);
      layer.redraw();
    },
    setVisible(ids) {
      visible = ids === null ? null : new Set(ids);
      if (places.size) reindex();
    },
    select(id, { pan = true, card = options.card } = {}) {
      choose(id, card);
      const place = id === null ? undefined : places.get(id);
      if (place && pan) reveal(place, true);
    },
    onSelect(listener) {
      listeners.push(listener);
    },
    inView(limit) {
      const box = map.getBounds();
      const centre = map.getCenter();
      return [...places.values()]
        .filter((place) => (!visible || visible.has(place.id)) && box.contains([place.lat, place.lon]))
        .map((place) => ({ place, away: centre.distanceTo([place.lat, place.lon]) }))
        .sort((a, b) => a.away - b.away)
        .slice(0, limit)
        .map(({ place }) => place);
    },
    setHere(position) {
      here = position;
      layer.redraw();
    },
  };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("./map-canvas.js").View} view
 * @param {{lat: number, lon: number, accuracyM?: number}} here
 * @param {import("./map-canvas.js").Box[]} taken
 */
function paintHere(context, view, here, taken) {
  const [x, y] = view.screen(here.lat, here.lon);
  const metre = 2 ** view.zoom / (156543.034 * Math.cos((here.lat * Math.PI) / 180));
  context.fillStyle = token("--here");
  const halo = HERE_PX + HALO_PX;
  if (here.accuracyM && here.accuracyM * metre > halo) {
    context.globalAlpha = 0.15;
    context.beginPath();
    context.arc(x, y, here.accuracyM * metre, 0, 2 * Math.PI);
    context.fill();
    context.globalAlpha = 1;
  }
  context.globalAlpha = 0.3;
  context.beginPath();
  context.arc(x, y, halo, 0, 2 * Math.PI);
  context.fill();
  context.globalAlpha = 1;
  context.beginPath();
  context.arc(x, y, HERE_PX, 0, 2 * Math.PI);
  context.fill();
  context.lineWidth = 3;
  context.strokeStyle = token("--raised");
  context.stroke();
  taken.push([x - halo, y - halo, x + halo, y + halo]);
}
