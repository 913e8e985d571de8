/**
 * Where next? A long run on the server: asked for, watched, stopped, its answer taken one by one.
 *
 * @typedef {import("./planner-edits.js").Edit} Edit
 * @typedef {import("./planner-edits.js").Standard} Standard
 * @typedef {{lat: number, lon: number, gain: number, nearest_place_m?: number|null, id?: string, name?: string, opening_hours?: string}} Site
 * @typedef {{k: number, sites: Site[], covered_before: number, covered_after: number, weight: number, bound: number, gap_percent: number, seconds: number, extend_hours?: string|null, notes?: string[]}} Suggestion
 * @typedef {{id: string, state: string, ahead?: number|null, progress: any, result: Suggestion|null, error: any}} Job
 */
import { cancel, look, post } from "./planner-api.js";
import { button, byId, field, listItem } from "./planner-elements.js";
import { amount, hoursWords, ofTheBest, percent, points } from "./planner-words.js";

const POLL_MS = 400;
const END_STATES = ["done", "failed", "cancelled"];

/**
 * @param {object} events
 * @param {() => {standard: Standard, edits: readonly Edit[]}} events.question
 * @param {() => "m2"|"weight"} events.unit
 * @param {(sites: Site[], fresh: boolean) => void} events.onSites   to be drawn; fresh: a new answer
 * @param {(sites: Site[]) => void} events.onAccept
 * @param {(site: Site) => void} events.onShow
 * @param {(problem: any) => void} events.onProblem
 */
export function suggestions(events) {
  const form = /** @type {HTMLFormElement} */ (byId("suggest-form"));
  const extend = field("suggest-extend");
  const stop = /** @type {HTMLButtonElement} */ (byId("suggest-stop"));
  const start = /** @type {HTMLButtonElement} */ (byId("suggest-start"));
  const status = byId("suggest-status");
  /** @type {string|null} */
  let job = null;
  /** @type {Site[]} */
  let open = [];
  /** Weights of longer hours are of all 168 hours together. */
  let longer = false;
  /** @param {number} weight */
  const size = (weight) => `${amount(weight, events.unit())}${longer ? "·小时" : ""}`;

  extend.addEventListener("change", () => (byId("suggest-until-row").hidden = !extend.checked));

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    show([], null);
    status.textContent = "正在排队";
    running(true);
    try {
      const { standard, edits } = events.question();
      longer = extend.checked;
      const until = longer ? { extend_hours: field("suggest-until").value } : {};
      /** @type {Job} */
      const answer = await post("/api/v1/coverage/suggest", {
        ...standard, edits, k: Number(field("suggest-k").value), ...until,
      });
      job = answer.id;
      await watch(answer);
    } catch (problem) {
      status.textContent = "";
      events.onProblem(problem);
    }
    job = null;
    running(false);
  });

  stop.addEventListener("click", async () => {
    stop.disabled = true;
    try {
      if (job) await cancel(`/api/v1/jobs/${encodeURIComponent(job)}`);
    } catch (problem) {
      events.onProblem(problem);
    }
  });

  /** @param {boolean} on */
  function running(on) {
    start.disabled = on;
    stop.hidden = !on;
    stop.disabled = false;
    byId("suggest-progress").hidden = !on;
  }

  /** @param {Job} answer */
  async function watch(answer) {
    while (!END_STATES.includes(answer.state)) {
      tell(answer);
      await new Promise((settle) => setTimeout(settle, POLL_MS));
      answer = await look(`/api/v1/jobs/${encodeURIComponent(answer.id)}`);
    }
    const stopped = answer.state === "cancelled";
    if (answer.result && answer.state !== "failed") {
      show(answer.result.sites, answer.result);
      if (stopped) status.textContent = `停下了,这是停下时最好的。${status.textContent}`;
    } else if (stopped) {
      status.textContent = "停下了,还没有结果。";
    } else {
      status.textContent = "";
      events.onProblem(new Error(answer.error?.message ?? "没有算出来。请换个数目再试。"));
    }
  }

  /** @param {Job} answer */
  function tell({ state, progress, ahead }) {
    if (state === "queued" || !progress) {
      status.textContent = state === "running" ? "正在算" : ahead ? `正在排队,前面还有 ${ahead} 个` : "正在排队";
      return;
    }
    const { covered, gap_percent: gap, seconds } = progress;
    status.textContent = [
      `已算 ${Math.round(seconds ?? 0)} 秒`,
      covered === undefined || covered === null ? "" : `目前能覆盖 ${size(covered)}`,
      gap === undefined || gap === null ? "" : `至少是可能最好的 ${ofTheBest(gap)}`,
    ].filter(Boolean).join(" · ");
    if (gap !== undefined && gap !== null) /** @type {HTMLProgressElement} */ (byId("suggest-progress")).value = Math.max(0, 100 - gap);
  }

  /** @param {Site[]} sites @param {Suggestion|null} result */
  function show(sites, result) {
    open = sites;
    events.onSites(sites, true);
    if (result) {
      const { covered_before: before, covered_after: after, weight, gap_percent: gap } = result;
      status.textContent = sites.length
        ? `${sites.length} 处:${longer ? "一周平均 " : ""}${percent(before / weight)} → ${percent(after / weight)}` +
          `(${points(before / weight, after / weight)} 个百分点)。至少是可能最好的 ${ofTheBest(gap)}。`
        : `再${longer ? "延长" : "添"}也不能多覆盖一点,没有建议。`;
      status.textContent += result.notes?.join("") ?? "";
    }
    byId("suggest-list").replaceChildren(...sites.map(item));
    byId("suggest-all").hidden = sites.length < 2;
  }

  /** @param {Site} site @param {number} index */
  function item(site, index) {
    const nearest = site.nearest_place_m;
    return listItem(
      site.id
        ? `${site.name}:${hoursWords(site.opening_hours)},一周多 ${size(site.gain)}`
        : `建议 ${index + 1}:多覆盖 ${size(site.gain)}` +
            (nearest === undefined || nearest === null ? "" : `,离最近的一处 ${Math.round(nearest)} 米`),
      button("看", () => events.onShow(site), { label: `在地图上看建议 ${index + 1}` }),
      button("采用", () => accept([site]), { label: `采用建议 ${index + 1}` }),
    );
  }

  /** @param {Site[]} sites */
  function accept(sites) {
    const rest = open.filter((site) => !sites.includes(site));
    open = rest;
    events.onSites(rest, false);
    byId("suggest-list").replaceChildren(...rest.map(item));
    byId("suggest-all").hidden = rest.length < 2;
    events.onAccept(sites);
    if (!rest.length) status.textContent = "都采用了,在“改动”里可以再改。";
    if (longer) status.textContent += "不分时间的数不看营业时间;在一周图里选一个钟点,就看得到差别。";
    /** @type {HTMLElement} */ (byId("suggest-list").querySelector("button:last-child") ?? start).focus();
  }
  byId("suggest-all").addEventListener("click", () => accept(open));
}
