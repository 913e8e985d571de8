/** The page's elements: found by id, made with text only, renewed only where they changed. */

/** @param {string} id */
export const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {string} id */
export const field = (id) => /** @type {HTMLInputElement} */ (document.getElementById(id));

/** Only what changed touches the page. @param {Element} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {string} text
 * @param {() => void} onClick
 * @param {{className?: string, label?: string}} [look]   label: for a reader who does not see the row
 */
export function button(text, onClick, { className = "secondary", label } = {}) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.textContent = text;
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", onClick);
  return made;
}

/** @param {string} text @param {(Node|string)[]} parts */
export function listItem(text, ...parts) {
  const item = document.createElement("li");
  const words = document.createElement("span");
  words.textContent = text;
  item.append(words, ...parts);
  return item;
}

/**
 * A table of figures: the first column heads its rows.
 * @param {string} captionText
 * @param {string[]} headings
 * @param {string[][]} rows
 */
export function figureTable(captionText, headings, rows) {
  const table = document.createElement("table");
  table.className = "figures planner-table";
  table.createCaption().textContent = captionText;
  const head = table.createTHead().insertRow();
  headings.forEach((heading, column) => {
    const cell = document.createElement("th");
    cell.scope = "col";
    if (column) cell.className = "number";
    cell.textContent = heading;
    head.append(cell);
  });
  const body = table.createTBody();
  for (const [name, ...texts] of rows) {
    const row = body.insertRow();
    const title = document.createElement("th");
    title.scope = "row";
    title.textContent = name;
    row.append(title);
    for (const text of texts) {
      const cell = row.insertCell();
      cell.className = "number";
      cell.textContent = text;
    }
  }
  return table;
}
