/**
 * The districts' outlines and names; a tap leads to a district's list.
 */
import { baseData, parts, ringsPath } from "./basemap.js";
import { listenToAreas } from "./map-areas.js";
import { font, originOf, paintedPane, token } from "./map-canvas.js";
import { openCard } from "./map-card.js";

/**
 * @param {import("leaflet").Map} map
 * @param {{data: string}} options
 * @returns {import("./map-ready.js").SwitchHandle}
 */
export function mount(map, options) {
  const origin = originOf(map);
  let on = false;
  /** @type {{adcode: string, name: string, label: [number, number], path: Path2D}[]} */
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
    context.font = font("--text", "--bold");
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 4;
    context.strokeStyle = token("--raised");
    context.fillStyle = token("--ink");
    for (const { name, label } of districts) {
      const [x, y] = view.screen(...label);
      const text = [...name].join("\u2009");
      context.strokeText(text, x, y);
      context.fillText(text, x, y);
    }
  });

  listenToAreas(
    map,
    origin,
    () => (on ? districts : []),
    ({ adcode, name }) =>
      openCard(map, {
        title: name,
        lines: [],
        link: { href: `/d/${encodeURIComponent(adcode)}`, text: "看这个区县的全部名单" },
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
      districts = data.districts.map(({ adcode, name, label, rings }) => ({
        adcode,
        name,
        label,
        path: ringsPath(rings, origin),
      }));
      layer.redraw();
    },
    isOn: () => on,
  };
}
