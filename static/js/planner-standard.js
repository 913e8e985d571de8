/**
 * The standard on the page's form, and what each assumption changes. The form works without scripts
 * too: it then asks for the page anew.
 *
 * @typedef {import("./planner-edits.js").Standard} Standard
 */
import { byId, field, say } from "./planner-elements.js";
import { queryOf } from "./planner-api.js";
import { percent, points } from "./planner-words.js";

const REPORT_FORMS = ["pdf", "html", "xlsx"];

/**
 * @param {(standard: Standard) => void} onChange
 */
export function standardForm(onChange) {
  const form = /** @type {HTMLFormElement} */ (byId("standard"));
  const rules = () => /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("input[name=count_also]")]);

  /** @returns {Standard} */
  const read = () => ({
    minutes: Number(field("standard-minutes").value),
    mode: field("standard-mode").value,
    method: field("standard-method").value,
    spacing_m: Number(field("standard-spacing").value),
    count_also: rules().filter((box) => box.checked).map((box) => box.value),
  });

  function change() {
    if (!form.reportValidity()) return;
    const standard = read();
    const query = queryOf(standard);
    history.replaceState(null, "", `?${query}`);
    for (const kind of REPORT_FORMS) {
      document.querySelector(`[data-report=${kind}]`)?.setAttribute("href", `/coverage/report.${kind}?${query}`);
    }
    onChange(standard);
  }
  form.addEventListener("change", change);
  for (const box of rules()) {
    if (box.form !== form || !form.contains(box)) box.addEventListener("change", change);
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    change();
  });
  byId("standard-submit").hidden = true;

  return {
    read,
    /** Another's standard, as from a file; nobody is told. @param {Standard} standard */
    write(standard) {
      field("standard-minutes").value = String(standard.minutes);
      field("standard-mode").value = standard.mode;
      field("standard-method").value = standard.method;
      const spacing = /** @type {HTMLSelectElement} */ (byId("standard-spacing"));
      const value = String(standard.spacing_m);
      if (![...spacing.options].some((option) => option.value === value)) spacing.add(new Option(`${value} 米`, value));
      spacing.value = value;
      for (const box of rules()) box.checked = standard.count_also.includes(box.value);
      history.replaceState(null, "", `?${queryOf(standard)}`);
    },
  };
}

/** What each assumption and each rule makes of the figure. @param {import("./planner-model.js").SensitivityAnswer} answer */
export function renderSensitivity({ base, variations }) {
  for (const { key, share } of variations) {
    const output = document.querySelector(`[data-variation="${key}"]`);
    if (output) say(output, `${points(base.total.share, share)}(${percent(share)})`);
  }
}
