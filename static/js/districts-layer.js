/**
 * The districts' outlines (their names are the base map's); a tap leads to a district's list.
 */
import { baseData, parts, ringsPath } from "./basemap.js";
import { listenToAreas } from "./map-areas.js";
import { originOf, paintedPane, token } from "./map-canvas.js";
import { openCard } from "./map-card.js";
import * as words from "./map-words.js";
import { linkTo } from "./view.js";

/**
 * @param {import("leaflet").Map} map
 * @param {{data: string}} options
 * @returns {import("./map-ready.js").SwitchHandle}
 */
export function mount(map, options) {
  const origin = originOf(map);
  let on = false;
  /** @type {{adcode: string, name: string, path: Path2D}[]} */
  let districts = [];

  const layer = paintedPane(map, "districts", 260, (context, view) => {
    if (!on) return;
    context.save();
    context.transform(...parts(view.matrix(origin)));
    context.lineJoin = "round";
    context.strokeStyle = token("--ink");
    context.lineWidth = 2 / view.scale;
    for (const { path } of districts) context.stroke(path);
    context.restore();
  });

  listenToAreas(
    map,
    origin,
    () => (on ? districts : []),
    ({ adcode, name }) =>
      openCard(map, {
        title: name,
        lines: [],
        link: { href: linkTo(`/d/${encodeURIComponent(adcode)}`), text: words.DISTRICT_LINK },
      }),
  );

  return {
    async show(wanted) {
      on = wanted;
      layer.redraw();
      if (!wanted || districts.length) return;
      const data = await baseData(options.data).catch((problem) => {
        on = false;
        throw problem;
      });
      districts = data.districts.map(({ adcode, name, rings }) => ({
        adcode,
        name,
        path: ringsPath(rings, origin),
      }));
      layer.redraw();
    },
    isOn: () => on,
  };
}
