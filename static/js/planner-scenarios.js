/**
 * Scenarios under a name: kept in this browser only, compared two by two, handed on as files.
 *
 * @typedef {import("./planner-edits.js").Edit} Edit
 * @typedef {import("./planner-edits.js").ScenarioFile} ScenarioFile
 * @typedef {import("./planner-model.js").ScenarioAnswer} ScenarioAnswer
 */
import { post } from "./planner-api.js";
import { readEdits, readScenario, sameFigures } from "./planner-edits.js";
import { button, byId, field, figureTable } from "./planner-elements.js";
import { extremes, hourText, percent, points } from "./planner-words.js";

const KEY = "planner.scenarios";
const DRAFT = "planner.draft";
const FILE_BYTES_MAX = 1_000_000;

/** The edits in hand outlive a reload of this window. @param {readonly Edit[]} edits */
export function keepDraft(edits) {
  try {
    sessionStorage.setItem(DRAFT, JSON.stringify(edits));
  } catch {
    // Without storage a reload starts anew.
  }
}

/** @returns {Edit[]} */
export function draft() {
  try {
    return readEdits(JSON.parse(sessionStorage.getItem(DRAFT) ?? "[]"));
  } catch {
    return [];
  }
}

/** @returns {Record<string, ScenarioFile>} */
function stored() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return kept && typeof kept === "object" ? kept : {};
  } catch {
    return {}; // storage is off, or something else wrote there
  }
}

/** @param {Record<string, ScenarioFile>} all */
function store(all) {
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    throw new Error("这个浏览器不让保存(可能是无痕窗口,或空间满了)。请用“导出”存成文件。");
  }
}

/**
 * @param {ScenarioFile} file
 * @returns {Promise<ScenarioAnswer>}
 */
const run = ({ standard, edits }) => post("/api/v1/coverage/scenario", { ...standard, edits });

/**
 * @param {object} events
 * @param {(name: string) => Promise<ScenarioFile>} events.current   what is on the page, as a file
 * @param {(file: ScenarioFile) => Promise<ScenarioAnswer>} events.onLoad   make it the page's, and run it
 * @param {(text: string) => void} events.onDone
 * @param {(problem: any) => void} events.onProblem
 */
export function scenarios(events) {
  const nameBox = field("scenario-name");
  const compared = byId("scenario-compared");

  /** @param {() => unknown} act */
  const guarded = (act) => async () => {
    try {
      await act();
    } catch (problem) {
      events.onProblem(problem);
    }
  };

  byId("scenario-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    await guarded(async () => {
      const name = nameBox.value.trim();
      const all = stored();
      const replaced = name in all;
      store({ ...all, [name]: await events.current(name) });
      list();
      events.onDone(replaced ? `方案“${name}”已换成现在的改动` : `方案“${name}”已保存在这个浏览器里`);
    })();
  });
  byId("scenario-export").addEventListener("click", guarded(async () => {
    const file = await events.current(nameBox.value.trim() || "未命名方案");
    download(`${file.name}.json`, JSON.stringify(file, null, 1));
    events.onDone(`已导出 ${file.name}.json`);
  }));
  byId("scenario-file").addEventListener("change", guarded(async () => {
    const input = field("scenario-file");
    const chosen = input.files?.[0];
    if (!chosen) return;
    if (chosen.size > FILE_BYTES_MAX) throw new Error("这个文件太大,不会是方案(上限 1 MB)。");
    const text = await chosen.text();
    input.value = ""; // the same file may be chosen again
    await load(readScenario(text));
  }));

  /** Take a scenario over, run it, and say whether its figures still hold. @param {ScenarioFile} file */
  async function load(file) {
    const answer = await events.onLoad(file);
    nameBox.value = file.name;
    const { after, data } = answer;
    const moved = data.revision === file.data.revision
      ? "" : `登记册从第 ${file.data.revision} 版到了第 ${data.revision} 版。`;
    const before = file.figures?.total?.share ?? null;
    let verdict = `方案“${file.name}”:${file.edits.length} 处改动,${percent(after.total.share)}。`;
    if (file.figures) {
      verdict += sameFigures(file.figures, after)
        ? "数字和保存时一样。"
        : `数字和保存时不同:那时 ${percent(before)},现在 ${percent(after.total.share)}。`;
      if (file.figures.week?.monday !== after.week.monday) verdict += "营业时间按这一周算,一周图没有比。";
    }
    byId("scenario-verdict").textContent = verdict + moved;
    events.onDone(verdict + moved);
  }

  byId("scenario-compare").addEventListener("click", guarded(async () => {
    const all = stored();
    const names = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("[name=compared]:checked")])
      .map((box) => box.value);
    if (names.length !== 2) throw new Error("请勾选两个方案再比较。");
    const files = names.map((name) => all[name]);
    const answers = await Promise.all(files.map(run));
    compare(names, answers);
  }));

  /** @param {string[]} names @param {ScenarioAnswer[]} answers */
  function compare(names, [a, b]) {
    const table = figureTable(
      `两个方案并排,登记册第 ${a.data.revision} 版`,
      ["项目", ...names, "差(百分点)"],
      [
        ...a.after.districts.map((district, index) => {
          const other = b.after.districts[index];
          return [district.name, percent(district.share), percent(other?.share), points(district.share, other?.share ?? null)];
        }),
        ["合计", percent(a.after.total.share), percent(b.after.total.share), points(a.after.total.share, b.after.total.share)],
        ...["2", "3"].map((k) => {
          const [one, other] = [a, b].map(({ after }) => (after.total.weight ? after.overlap[k] / after.total.weight : null));
          return [`至少 ${k} 处`, percent(one), percent(other), points(one, other)];
        }),
        ...(/** @type {const} */ (["worst", "best"])).map((which) => {
          const [one, other] = [a, b].map(({ after }) => {
            const hour = extremes(after.week.total)[which];
            const { weight } = after.total;
            return { hour, share: weight ? after.week.total[hour].low / weight : null };
          });
          return [
            which === "worst" ? "一周最低" : "一周最高",
            `${percent(one.share)}(${hourText(one.hour)})`,
            `${percent(other.share)}(${hourText(other.hour)})`,
            points(one.share, other.share),
          ];
        }),
      ],
    );
    compared.replaceChildren(table);
    compared.hidden = false;
    compared.focus();
  }

  /** What is kept here. */
  function list() {
    const all = stored();
    const names = Object.keys(all).sort();
    byId("scenario-none").hidden = names.length > 0;
    byId("scenario-compare").hidden = names.length < 2;
    byId("scenario-list").replaceChildren(...names.map((name) => {
      const file = all[name];
      const item = document.createElement("li");
      const label = document.createElement("label");
      label.className = "planner-check";
      const box = document.createElement("input");
      box.type = "checkbox";
      box.name = "compared";
      box.value = name;
      const words = document.createElement("span");
      words.textContent = `${name} · ${file.edits.length} 处改动 · ${percent(file.figures?.total?.share)}`;
      label.append(box, words);
      const open = button("打开", guarded(() => load(file)), { label: `打开方案 ${name}` });
      const drop = button(
        "删除",
        guarded(() => {
          const { [name]: _, ...rest } = stored();
          store(rest);
          list();
          events.onDone(`方案“${name}”已删除`);
          nameBox.focus();
        }),
        { label: `删除方案 ${name}` },
      );
      item.append(label, open, drop);
      return item;
    }));
  }
  list();
}

/** @param {string} name @param {string} text */
function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name.replace(/[\\/:*?"<>|]/g, "_");
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
