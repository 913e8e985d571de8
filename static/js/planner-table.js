/**
 * Headline and table: the server's own markup, its texts renewed in place, so that a focus stays where
 * it is while the figures move.
 *
 * @typedef {import("./planner-model.js").TableModel} TableModel
 * @typedef {import("./planner-model.js").Row} Row
 */

import { button, byId, say } from "./planner-elements.js";

/**
 * @param {(adcode: string) => void} onDistrict   show this one on the map
 */
export function districtTable(onDistrict) {
  const table = /** @type {HTMLTableElement} */ (byId("district-table"));
  const body = table.tBodies[0];

  /** @param {string} adcode @param {string} name */
  function makeRow(adcode, name) {
    const row = document.createElement("tr");
    row.dataset.adcode = adcode;
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = name;
    row.append(head);
    for (let column = 0; column < 3; column += 1) {
      const cell = document.createElement("td");
      cell.className = "number";
      const figure = document.createElement("a");
      figure.className = "explained";
      figure.href = "#method";
      figure.setAttribute("aria-haspopup", "dialog");
      figure.dataset.explain = "cell";
      figure.dataset.adcode = adcode;
      figure.dataset.column = String(column);
      cell.append(figure);
      row.append(cell);
    }
    return row;
  }

  /** A district's name leads to it on the map. @param {HTMLTableRowElement} row */
  function makeHead(row) {
    const head = row.cells[0];
    if (head.querySelector("button")) return;
    const { adcode = "" } = row.dataset;
    const show = button(head.textContent ?? "", () => onDistrict(adcode), { className: "text-button planner-name" });
    head.replaceChildren(show);
  }

  /** @param {Row[]} rows */
  function fitRows(rows) {
    const have = [...body.rows].map((row) => row.dataset.adcode).join();
    if (have !== rows.map((row) => row.adcode).join()) {
      body.replaceChildren(...rows.map(({ adcode, name }) => makeRow(adcode, name)));
    }
    for (const row of body.rows) makeHead(row);
  }

  /** @param {HTMLTableRowElement} element @param {Row} row */
  function fill(element, row) {
    row.cells.forEach((cell, column) => {
      const figure = /** @type {HTMLElement} */ (element.cells[column + 1].firstElementChild);
      say(figure, cell.text);
      const { from, part } = cell;
      const rise = from && part ? part.covered - from.covered : 0;
      figure.classList.toggle("rise", rise > 0);
      figure.classList.toggle("fall", rise < 0);
    });
  }

  return {
    /** @param {TableModel} model */
    render(model) {
      fitRows(model.rows);
      const heads = /** @type {HTMLTableRowElement} */ (table.tHead?.rows[0]).cells;
      model.headings.forEach((heading, column) => say(heads[column + 1], heading));
      model.rows.forEach((row, index) => fill(body.rows[index], row));
      fill(/** @type {HTMLTableRowElement} */ (table.tFoot?.rows[0]), model.total);
    },
    /** @param {string} text */
    setCaption: (text) => say(/** @type {HTMLElement} */ (table.caption), text),
  };
}

/**
 * The line of figures at the top, and its twin on the map for screens where the top is out of sight.
 * @param {ReturnType<typeof import("./planner-model.js").headlineOf>} model
 * @param {string} hour   the chosen hour in words, or ""
 */
export function renderHeadline({ text, after, change, high, was, is }, hour) {
  say(byId("headline-total"), text);
  say(byId("headline-hour"), hour);
  byId("headline-change").hidden = after === null;
  say(byId("headline-after"), after ?? "");
  say(byId("headline-difference"), change ?? "");
  const rise = is ? is.covered - was.covered : 0;
  byId("headline-difference").classList.toggle("rise", rise > 0);
  byId("headline-difference").classList.toggle("fall", rise < 0);
  say(byId("headline-high"), high ? `(未知都开则 ${high})` : "");
  for (const id of ["headline-band", "headline-week"]) {
    const other = document.getElementById(id); // both are of no single hour
    if (other) other.hidden = Boolean(hour);
  }
  const badge = byId("map-badge");
  badge.hidden = after === null && !hour;
  say(badge, [hour, after === null ? text : `${text} → ${after}(${change})`].filter(Boolean).join(" "));
}
