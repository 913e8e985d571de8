/** What only a page with scripts has: the parts that edit, and the side's sections as tabs. */

/** The server leaves hidden what would do nothing without scripts. */
export function showLiveParts() {
  document.body.classList.add("live");
  for (const part of document.querySelectorAll("[data-live]")) /** @type {HTMLElement} */ (part).hidden = false;
  for (const figure of document.querySelectorAll("[data-explain]")) figure.setAttribute("aria-haspopup", "dialog");
}

/**
 * The side's sections as tabs; without scripts they stand one under the other.
 *
 * @param {HTMLElement} list    role="tablist", hidden until now
 * @returns {(id: string) => void} opens a panel by its id
 */
export function tabs(list) {
  const buttons = /** @type {HTMLButtonElement[]} */ ([...list.querySelectorAll("[role=tab]")]);
  const panelOf = (/** @type {HTMLButtonElement} */ tab) =>
    /** @type {HTMLElement} */ (document.getElementById(tab.getAttribute("aria-controls") ?? ""));

  /** @param {HTMLButtonElement} chosen */
  function choose(chosen) {
    for (const tab of buttons) {
      const own = tab === chosen;
      tab.setAttribute("aria-selected", String(own));
      tab.tabIndex = own ? 0 : -1;
      panelOf(tab).hidden = !own;
    }
  }

  for (const [index, tab] of buttons.entries()) {
    const panel = panelOf(tab);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: buttons.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      const next = buttons[(to + buttons.length) % buttons.length];
      choose(next);
      next.focus();
    });
  }
  list.hidden = false;
  document.body.classList.add("tabbed");
  choose(buttons[0]);

  return (id) => {
    const tab = buttons.find((one) => one.getAttribute("aria-controls") === id);
    if (tab) choose(tab);
  };
}
