/**
 * The list of gaps, worst first: each with its size, its place, and the nearest door.
 *
 * @typedef {import("./planner-model.js").Gap} Gap
 */
import { button, byId, listItem, say } from "./planner-elements.js";
import { amount } from "./planner-words.js";
import { distanceText, wholeMinutes } from "./words.js";

const SHOWN = 20;

/** @param {Gap} gap @param {"m2"|"weight"} unit */
function gapWords(gap, unit) {
  const { where, weight, nearest_place_name: name, nearest_place_m: metres, travel_s: seconds } = gap;
  if (!name || metres === null) return `${where},${amount(weight, unit)}。没有可去的服务点。`;
  const time = seconds === null ? "" : `,要 ${wholeMinutes(seconds)} 分钟`;
  return `${where},${amount(weight, unit)}。最近的是 ${name},${distanceText(metres)}${time}。`;
}

/**
 * @param {(gap: Gap) => void} onChoose
 */
export function gapList(onChoose) {
  const list = byId("gap-list");
  /** @type {Gap[]} */
  let gaps = [];
  /** @type {"m2"|"weight"} */
  let unit = "m2";
  let shown = SHOWN;

  function render() {
    list.replaceChildren(
      ...gaps.slice(0, shown).map((gap) => {
        const see = button("看", () => choose(gap.rank, true), { label: `在地图上看第 ${gap.rank} 处缺口` });
        const item = listItem(gapWords(gap, unit), see);
        item.dataset.rank = String(gap.rank);
        return item;
      }),
    );
    byId("gap-more").hidden = gaps.length <= shown;
  }
  byId("gap-more").addEventListener("click", () => {
    shown += SHOWN;
    render();
    /** @type {HTMLElement|null} */ (list.querySelector(`[data-rank="${shown - SHOWN + 1}"] button`))?.focus();
  });

  /** @param {number} rank @param {boolean} told */
  function choose(rank, told) {
    while (rank > shown) shown += SHOWN;
    if (list.childElementCount < Math.min(rank, gaps.length)) render();
    for (const item of list.children) item.toggleAttribute("aria-current", false);
    const item = list.querySelector(`[data-rank="${rank}"]`);
    item?.setAttribute("aria-current", "true");
    const gap = gaps.find((one) => one.rank === rank);
    if (told && gap) onChoose(gap);
    else item?.scrollIntoView({ block: "nearest" });
  }

  return {
    /** @param {import("./planner-model.js").GapsAnswer} answer @param {"m2"|"weight"} weightUnit */
    render(answer, weightUnit) {
      gaps = answer.gaps;
      unit = weightUnit;
      shown = SHOWN;
      render();
      say(byId("headline-gaps"), `${answer.count} 处`);
      say(
        byId("gap-summary"),
        answer.count ? `${answer.count} 处,合计 ${amount(answer.weight, unit)},大的在前。` : "没有缺口。",
      );
    },
    /** Chosen elsewhere, as on the map. @param {number} rank */
    show: (rank) => choose(rank, false),
  };
}
