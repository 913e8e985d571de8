/**
 * The week: 168 bars to drag through, the sure share solid and the band of unknown hours above it.
 * A slider for keys and screen readers; the server has drawn the first picture.
 */
import { say } from "./planner-elements.js";
import { barsPath, HOURS, hourSentence, hourText, percent, ticksPath } from "./planner-words.js";

const DAY = 24;
/** @type {Readonly<Record<string, number>>} */
const KEY_STEPS = {
  ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1,
  PageDown: -DAY, PageUp: DAY, Home: -HOURS, End: HOURS,
};

/**
 * @typedef {NonNullable<ReturnType<typeof import("./planner-model.js").weekOf>>} Week
 *
 * @param {HTMLElement} section
 * @param {(hour: number|null) => void} onHour   told of every step; null is every hour alike
 */
export function weekStrip(section, onHour) {
  /** @template {Element} [T=HTMLElement] @param {string} name @returns {T} */
  const part = (name) => /** @type {any} */ (section.querySelector(`[data-week=${name}]`));
  const slider = part("slider");
  /** @type {Week|null} */
  let week = null;
  /** @type {number|null} */
  let hour = null;

  /** @param {number|null} wanted */
  function go(wanted) {
    const next = wanted === null ? null : Math.max(0, Math.min(HOURS - 1, wanted));
    if (next === hour) return;
    hour = next;
    renderHour();
    onHour(hour);
  }

  /** Where an arrow starts from: the chosen hour, or the worst one. */
  const from = () => hour ?? week?.worst ?? 0;

  slider.addEventListener("keydown", (event) => {
    const step = KEY_STEPS[event.key];
    if (event.key === "Escape") go(null);
    else if (step) go(hour === null ? from() : hour + step);
    else return;
    event.preventDefault();
  });

  /** @param {PointerEvent} event */
  function point(event) {
    const box = slider.getBoundingClientRect();
    go(Math.floor((HOURS * (event.clientX - box.left)) / box.width));
  }
  slider.addEventListener("pointerdown", (event) => {
    slider.setPointerCapture(event.pointerId);
    point(event);
  });
  slider.addEventListener("pointermove", (event) => {
    if (slider.hasPointerCapture(event.pointerId)) point(event);
  });
  for (const [name, step] of /** @type {const} */ ([["earlier", -1], ["later", 1]])) {
    part(name).addEventListener("click", () => go(hour === null ? from() : (hour + step + HOURS) % HOURS));
  }
  part("alike").addEventListener("click", () => go(null));
  part("worst").addEventListener("click", () => go(week?.worst ?? null));
  part("best").addEventListener("click", () => go(week?.best ?? null));

  function renderHour() {
    const shown = from();
    const [low, high] = [week?.known ? week.low[shown] : null, week?.known ? week.high[shown] : null];
    const sentence = hourSentence(shown, low, high);
    slider.setAttribute("aria-valuenow", String(shown));
    slider.setAttribute("aria-valuetext", hour === null ? `不分时间。最低的是 ${sentence}` : sentence);
    section.toggleAttribute("data-hour", hour !== null);
    section.style.setProperty("--hour", String(shown));
    say(part("now"), hour === null ? "不分时间" : `${hourText(shown)} ${percent(low)}`);
    say(part("band"), hour === null ? "营业时间不计" : percent(low) === percent(high) ? "" : `未知的都开着 ${percent(high)}`);
    part("alike").hidden = hour === null;
  }

  return {
    /** @param {Week|null} next */
    render(next) {
      week = next;
      if (!week) return;
      part("high").setAttribute("d", barsPath(week.high));
      part("low").setAttribute("d", barsPath(week.low));
      part("before").setAttribute("d", week.before ? ticksPath(week.before, week.low) : "");
      for (const which of /** @type {const} */ (["worst", "best"])) {
        const at = week[which];
        part(which).textContent = `${which === "worst" ? "最低" : "最高"} ${hourText(at)} ${percent(week.known ? week.low[at] : null)}`;
        section.style.setProperty(`--${which}`, String(at));
      }
      renderHour();
    },
    /** Set from outside; nobody is told. @param {number|null} wanted */
    setHour(wanted) {
      hour = wanted;
      renderHour();
    },
  };
}
