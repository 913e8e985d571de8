/**
 * "解释这个数": what a figure is, how it was made, from what, and what was left out.
 *
 * @typedef {import("./planner-model.js").Part} Part
 * @typedef {import("./planner-model.js").CoverageAnswer} CoverageAnswer
 * @typedef {{title: string, facts: [string, string][]}} Explanation
 */

/**
 * @param {HTMLElement} list    a `<dl>`
 * @param {[string, string][]} facts
 */
export function fillFacts(list, facts) {
  list.replaceChildren(
    ...facts.flatMap(([term, text]) => {
      const dt = document.createElement("dt");
      dt.textContent = term;
      const dd = document.createElement("dd");
      dd.textContent = text;
      return [dt, dd];
    }),
  );
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {(figure: HTMLElement) => Explanation|null} explain
 */
export function explainer(dialog, explain) {
  const title = /** @type {HTMLElement} */ (dialog.querySelector("h2"));
  const list = /** @type {HTMLElement} */ (dialog.querySelector("dl"));
  /** @type {HTMLElement|null} */
  let asked = null;

  document.addEventListener("click", (event) => {
    const figure = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-explain]"));
    const explanation = figure && explain(figure);
    if (!explanation || typeof dialog.showModal !== "function") return; // then its link leads to the method
    event.preventDefault();
    asked = figure;
    title.textContent = explanation.title;
    fillFacts(list, explanation.facts);
    dialog.showModal();
    dialog.scrollTop = 0;
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // the backdrop
  });
  dialog.querySelector("button")?.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    // Browsers give the keys back to what had them; a link that was clicked has not everywhere.
    if (document.activeElement === document.body) asked?.focus({ preventScroll: true });
  });
}
