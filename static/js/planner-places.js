/**
 * The edits one can make without a pointer: the list of edits, the table of existing places, and one
 * form for whatever is chosen.
 *
 * @typedef {import("./planner-edits.js").Edit} Edit
 * @typedef {import("./planner-model.js").PlannedPlace} PlannedPlace
 * @typedef {{id: string, name: string, lat: number, lon: number, opening_hours: string, isNew: boolean, shut: string|null, place: PlannedPlace|null}} Chosen
 *
 * @typedef {object} PlaceEvents
 * @property {(edit: Edit, said: string) => void} onEdit
 * @property {(id: string) => void} onRevert       take back what was done to this place
 * @property {(id: string|null) => void} onChoose
 */
import { rounded } from "./planner-edits.js";
import { button, byId, field, listItem, say } from "./planner-elements.js";
import { amount, hoursWords } from "./planner-words.js";

const ROWS = 20;
const OWN = "own";

/**
 * @param {Edit} edit
 * @param {(id: string) => string} nameOf
 */
function editWords(edit, nameOf) {
  switch (edit.op) {
    case "add":
      return `新放 ${edit.name || edit.id}(${edit.lat.toFixed(4)},${edit.lon.toFixed(4)}),${hoursWords(edit.opening_hours)}`;
    case "move":
      return `移动 ${nameOf(edit.id)} 到 ${edit.lat.toFixed(4)},${edit.lon.toFixed(4)}`;
    case "close":
      return `关掉 ${nameOf(edit.id)}`;
    case "suspend":
      return `暂停 ${nameOf(edit.id)}`;
    case "hours":
      return `${nameOf(edit.id)} 改时间:${hoursWords(edit.opening_hours)}`;
  }
}

/** @param {PlaceEvents} events */
export function placeEditor(events) {
  const form = /** @type {HTMLFormElement} */ (byId("place-form"));
  const hours = /** @type {HTMLSelectElement} */ (byId("place-hours"));
  const ownHours = field("place-own-hours");
  const search = field("place-search");
  const body = /** @type {HTMLTableElement} */ (byId("place-table")).tBodies[0];
  /** @type {Chosen|null} */
  let chosen = null;
  /** @type {PlannedPlace[]} */
  let places = [];
  /** @type {"m2"|"weight"} */
  let unit = "m2";
  let shown = ROWS;

  // --- the form ------------------------------------------------------------------------------

  hours.addEventListener("change", () => {
    byId("place-own-row").hidden = hours.value !== OWN;
    if (hours.value === OWN) ownHours.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!chosen) return;
    const { id, name, isNew } = chosen;
    const lat = rounded(Number(field("place-lat").value));
    const lon = rounded(Number(field("place-lon").value));
    const expression = hours.value === OWN ? ownHours.value.trim() : hours.value;
    const called = field("place-name").value.trim() || name;
    if (isNew) {
      events.onEdit({ op: "add", id, lat, lon, name: called, opening_hours: expression }, `改了${called}`);
      return;
    }
    if (lat !== chosen.lat || lon !== chosen.lon) events.onEdit({ op: "move", id, lat, lon }, `移动了${name}`);
    if (expression !== chosen.opening_hours) {
      events.onEdit({ op: "hours", id, opening_hours: expression }, `改了${name}的营业时间`);
    }
  });
  for (const op of /** @type {const} */ (["close", "suspend"])) {
    byId(`place-${op}`).addEventListener("click", () => {
      if (!chosen) return;
      events.onEdit({ op, id: chosen.id }, `${op === "close" ? "关掉" : "暂停"}了${chosen.name}`);
      byId("place-revert").focus(); // the button that was pressed is gone
    });
  }
  byId("place-revert").addEventListener("click", () => chosen && events.onRevert(chosen.id));
  byId("place-done").addEventListener("click", () => events.onChoose(null));

  /** Renew a part; keys that were in it and have lost their button go to the list's heading. @param {() => void} renew */
  function keepingKeys(renew) {
    const before = document.activeElement;
    renew();
    const lost = before && byId("panel-edit").contains(before) && !before.getClientRects().length;
    if (lost || !before?.isConnected) byId("edit-changes").focus({ preventScroll: true });
  }

  /** @param {Chosen} next */
  function fillForm(next) {
    const { isNew, shut, place } = next;
    byId("place-form-title").textContent = next.name;
    byId("place-facts").textContent = place
      ? `${place.counted ? `够得到 ${amount(place.reach, unit)};只靠它一处的 ${amount(place.sole, unit)}` : "没有计入"}` +
        (shut ? `。现在:${shut === "close" ? "关掉" : "暂停"}` : "")
      : "设想的站点,不会写进登记册。";
    byId("place-name-row").hidden = !isNew;
    field("place-name").value = next.name;
    field("place-lat").value = String(next.lat);
    field("place-lon").value = String(next.lon);
    const listed = [...hours.options].some((option) => option.value === next.opening_hours);
    hours.value = listed ? next.opening_hours : OWN;
    ownHours.value = listed ? "" : next.opening_hours;
    byId("place-own-row").hidden = listed;
    byId("place-close").hidden = isNew || shut === "close";
    byId("place-suspend").hidden = isNew || shut === "suspend";
    byId("place-revert").textContent = isNew ? "拿掉" : "撤销对它的改动";
  }

  // --- the table -----------------------------------------------------------------------------

  search.addEventListener("input", () => {
    shown = ROWS;
    fillTable();
  });
  byId("place-more").addEventListener("click", () => {
    shown += ROWS;
    fillTable();
  });

  function fillTable() {
    const words = search.value.trim().toLowerCase().split(/\s+/);
    const found = places.filter(({ name, id }) => words.every((word) => `${name} ${id}`.toLowerCase().includes(word)));
    byId("place-count").textContent = found.length
      ? `${found.length} 处,先列一关就有人没处去的`
      : "没有叫这个名字的地点,换个字试试。";
    body.replaceChildren(
      ...found.slice(0, shown).map((place) => {
        const row = document.createElement("tr");
        const head = document.createElement("th");
        head.scope = "row";
        head.append(button(place.name, () => events.onChoose(place.id), { className: "text-button planner-name" }));
        const sole = document.createElement("td");
        sole.className = "number";
        sole.textContent = place.counted ? amount(place.sole, unit) : "没有计入";
        row.append(head, sole);
        return row;
      }),
    );
    byId("place-more").hidden = found.length <= shown;
  }

  return {
    /** @param {PlannedPlace[]} next @param {"m2"|"weight"} weightUnit */
    setPlaces(next, weightUnit) {
      places = [...next].sort((a, b) => b.sole - a.sole || (a.name < b.name ? -1 : 1));
      unit = weightUnit;
      fillTable();
    },
    /** @param {Chosen|null} next */
    setChosen(next) {
      const typing =
        next?.id === chosen?.id && form.contains(document.activeElement) && document.activeElement?.matches("input, select");
      const moved = next && chosen && (next.lat !== chosen.lat || next.lon !== chosen.lon);
      chosen = next;
      keepingKeys(() => {
        form.hidden = !next;
        byId("place-pick").hidden = Boolean(next);
        // What somebody types stays; a moving finger goes on renewing the position.
        if (next && (!typing || moved)) fillForm(next);
      });
      byId("map-chosen").hidden = !next; // the way from the map to this form
      say(byId("map-chosen"), next ? `改 ${next.name}` : "");
    },
    /** @param {readonly Edit[]} edits @param {(id: string) => string} nameOf */
    setEdits(edits, nameOf) {
      byId("edit-none").hidden = edits.length > 0;
      const items = edits.map((edit) => {
        const name = edit.op === "add" ? edit.name || edit.id : nameOf(edit.id);
        return listItem(
          editWords(edit, nameOf),
          button("改", () => events.onChoose(edit.id), { label: `改 ${name}` }),
          button("撤销", () => events.onRevert(edit.id), { label: `撤销对 ${name} 的改动` }),
        );
      });
      keepingKeys(() => byId("edit-list").replaceChildren(...items));
    },
    /** The form's heading, after something was chosen in a list. */
    focus: () => byId("place-form-title").focus(),
  };
}
