/**
 * What "解释这个数" says of each figure. No DOM.
 *
 * @typedef {import("./planner-model.js").Answers} Answers
 * @typedef {import("./planner-model.js").Part} Part
 * @typedef {import("./planner-explain.js").Explanation} Explanation
 *
 * @typedef {object} Knowledge   the page's constants and what has arrived
 * @property {Answers} answers
 * @property {import("./planner-model.js").SensitivityAnswer|null} sensitivity
 * @property {import("./planner-model.js").GapsAnswer|null} gaps
 * @property {string} regionName
 * @property {Record<string, string>} modeNames
 * @property {Record<string, string>} reasons    why a place is left out, in words
 */
import { bandText, division, headlineOf, overlapOf, tableOf, weekOf } from "./planner-model.js";
import { amount, hourText, percent } from "./planner-words.js";

/** @param {number} weight @param {"m2"|"weight"} unit */
const what = (weight, unit) => (unit === "m2" ? `主城区面积(${amount(weight, unit)})` : `需求总量(${amount(weight, unit)})`);

/**
 * @param {{explain?: string, adcode?: string, column?: string, k?: string}} asked
 * @param {Knowledge} known
 * @returns {Explanation|null}
 */
export function explanationOf(asked, known) {
  const { answers } = known;
  const { unit } = answers.coverage.demand;
  switch (asked.explain) {
    case "total":
    case "after": {
      const model = headlineOf(answers);
      const part = asked.explain === "after" ? model.is : model.was;
      if (!part) return null;
      const edited = asked.explain === "after" ? ",按改动算" : "";
      return {
        title: `${known.regionName} ${percent(part.share)}${edited}`,
        facts: [
          ["意思", `${what(part.weight, unit)}里,${reachWords(known)}到得了至少一处服务点的占多大一部分。`],
          ["算式", division(part, unit)],
          ...hourFacts(answers),
          ...bandFacts(known),
          ...basis(known),
        ],
      };
    }
    case "cell":
      return cellFacts(asked, known);
    case "band":
      return {
        title: known.sensitivity ? bandText(known.sensitivity) : "范围",
        facts: [...bandFacts(known), ...basis(known)],
      };
    case "gaps":
      return {
        title: known.gaps ? `缺口 ${known.gaps.count} 处` : "缺口",
        facts: [
          ["意思", "缺口是到不了任何一处服务点的地方。挨在一起的格子算一处,按大小排。"],
          ...(known.gaps ? /** @type {[string, string][]} */ ([["合计", amount(known.gaps.weight, unit)]]) : []),
          ["按什么算", "现状,不分时间;不随你的改动变。"],
          ...basis(known),
        ],
      };
    case "week": {
      const week = weekOf(answers);
      if (!week) return null;
      return {
        title: `一周里最低 ${percent(week.low[week.worst])}`,
        facts: [
          ["哪一刻", `${hourText(week.worst)}。那一刻确实开着门、又到得了的,占这么多。`],
          ["营业时间未知的", `不算开门。都当作开着,则是 ${percent(week.high[week.worst])}。`],
          ["哪一周", `${answers.week?.monday ?? ""} 起的七天,节假日和调休按公布的安排。`],
          ...basis(known),
        ],
      };
    }
    case "overlap": {
      const k = Number(asked.k);
      const part = overlapOf(answers)[k - 2];
      return {
        title: `至少 ${k} 处:${percent(part.share)}`,
        facts: [
          ["意思", `到得了 ${k} 处以上的地方。关掉其中一处,这里还有别处可去。`],
          ["算式", division(part, unit)],
          ...basis(known),
        ],
      };
    }
    default:
      return null;
  }
}

/**
 * How the figures are made, for the section under them: as they are, with every hour alike.
 * @param {Knowledge} known
 * @returns {[string, string][]}
 */
export function methodFacts(known) {
  const plain = { ...known, answers: { ...known.answers, scenario: null, hour: null } };
  const { standards } = known.answers.coverage;
  return [
    ...(explanationOf({ explain: "total" }, plain)?.facts ?? []),
    ["别的标准", standards.map(({ label, source }) => `${label}:${source}。`).join("")],
  ];
}

/**
 * @param {{adcode?: string, column?: string}} asked
 * @param {Knowledge} known
 * @returns {Explanation|null}
 */
function cellFacts({ adcode, column }, known) {
  const { answers } = known;
  const { coverage } = answers;
  const { unit } = coverage.demand;
  const table = tableOf(answers);
  const row = [...table.rows, table.total].find((one) => one.adcode === adcode);
  const index = Number(column);
  const cell = row?.cells[index];
  if (!row || !cell?.part) return null;
  const heading = table.headings[index];
  if (cell.from) {
    const { from, part } = cell;
    return {
      title: `${row.name} · 差 ${cell.text} 个百分点`,
      facts: [
        ["原来", division(from, unit)],
        ["改后", division(part, unit)],
        ["多出", amount(part.covered - from.covered, unit)],
        ["怎么得来", "只重算改动碰到的那些格子,结果和从头全算一遍分毫不差。"],
        ...basis(known),
      ],
    };
  }
  const standard = answers.scenario || answers.hour !== null ? undefined : coverage.standards[index - 1];
  return {
    title: `${row.name} · ${heading} ${cell.text}`,
    facts: [
      ["算式", cell.part.weight ? division(cell.part, unit) : "这个区县没有主城区范围,没有百分比。"],
      ...(standard
        ? /** @type {[string, string][]} */ ([["标准", `直线 ${standard.limit_m} 米以内;${standard.source}`]])
        : hourFacts(answers)),
      ...basis(known),
    ],
  };
}

/** @param {Knowledge} known */
function reachWords({ answers: { coverage }, modeNames }) {
  return `${modeNames[coverage.mode] ?? coverage.mode} ${coverage.minutes} 分钟`;
}

/** @param {Answers} answers @returns {[string, string][]} */
function hourFacts({ hour, week }) {
  if (hour === null) return [["时间", "不分时间:只看有没有服务点,不看那一刻开不开门。"]];
  return [
    ["时间", `${hourText(hour)}(${week?.monday ?? ""} 起的一周)。只算那一刻确实开门的;时间未知的另给一个数。`],
  ];
}

/** @param {Knowledge} known @returns {[string, string][]} */
function bandFacts({ sensitivity, answers: { coverage } }) {
  if (!sensitivity) return [];
  const ends =
    coverage.method === "streets"
      ? "走得慢时取前一个数,走得快时取后一个"
      : "走得慢、路又绕时取前一个数,走得快、路又直时取后一个";
  return [["范围", `${bandText(sensitivity)}:${ends}。按现状、不分时间算。`]];
}

/** What every figure rests on. @param {Knowledge} known @returns {[string, string][]} */
function basis({ answers: { coverage }, modeNames, reasons }) {
  const { data, demand, streets } = coverage;
  const left = Object.entries(data.left_out)
    .filter(([, count]) => count)
    .map(([reason, count]) => `${reasons[reason] ?? reason} ${count} 处`);
  const speed = `${modeNames[coverage.mode] ?? coverage.mode} ${coverage.minutes} 分钟,每小时 ${coverage.speed_kmh} 公里`;
  const limit = `${Math.round(coverage.limit_m)} 米`;
  return [
    [
      "算法",
      coverage.method === "streets"
        ? `沿街道路网走 ${limit}以内。`
        : `直线距离 ${limit}以内:能走的路程再除以绕路系数 ${coverage.detour_factor}(路比直线长的倍数)。`,
    ],
    ["参数", demand.spacing_m === null ? speed : `${speed};每 ${demand.spacing_m} 米一格,共 ${demand.points.toLocaleString("zh-CN")} 格`],
    ...(streets ? /** @type {[string, string][]} */ ([["路网", streetWords(streets, demand.unit)]]) : []),
    ["数据", `登记册第 ${data.revision} 版,${data.date}${data.sample ? ",示例数据:地点不是真的" : ""}。计入 ${data.counted} 处。`],
    ["没有计入", left.length ? `${left.join("、")}。` : "没有。"],
    ...coverage.notes.map((note) => /** @type {[string, string]} */ (["请注意", note])),
  ];
}

/**
 * @param {NonNullable<import("./planner-model.js").CoverageAnswer["streets"]>} streets
 * @param {"m2"|"weight"} unit
 */
function streetWords({ source, date, snapped_far: far, detour_measured: detour, inside_circle_outside_streets: beyond }, unit) {
  return [
    `${source},${date}。`,
    detour === null ? "" : `路比直线长 ${detour.toFixed(2)} 倍(量出来的中位数)。`,
    `直线够得到、沿街道到不了的(比如隔着没有桥的河):${amount(beyond, unit)}。`,
    `离街道 300 米以上的:${far.points} 格、${far.places} 处服务点。`,
  ].join("");
}
