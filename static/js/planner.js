/**
 * The planner's page. It owns the state (the standard, the hour, the edits, the answers) and joins the
 * parts; each part draws its own piece and tells what a person did.
 *
 * @typedef {import("./planner-edits.js").Edit} Edit
 * @typedef {import("./planner-edits.js").Standard} Standard
 * @typedef {import("./planner-model.js").ScenarioAnswer} ScenarioAnswer
 * @typedef {{region: string, at: string|null, center: [number, number], modes: Record<string, string>, reasons: Record<string, string>}} Config
 */
import { loadAnswers } from "./planner-answers.js";
import { get, post } from "./planner-api.js";
import { areaSketch } from "./planner-area.js";
import { freshId, placeAfter, rounded, scenarioFile, withEdit, without, withSites } from "./planner-edits.js";
import { byId, say } from "./planner-elements.js";
import { explainer } from "./planner-explain.js";
import { explanationOf, methodFacts } from "./planner-facts.js";
import { gapList } from "./planner-gaps.js";
import { around, boundsOf, decodeGrid } from "./planner-grid.js";
import { plannerMap } from "./planner-map.js";
import { areaWords, bandText, headlineOf, methodLine, overlapOf, tableOf, weekOf } from "./planner-model.js";
import { showLiveParts, tabs } from "./planner-panels.js";
import { placeEditor } from "./planner-places.js";
import { calmDown, complain, renderNotes, speak } from "./planner-said.js";
import { draft, keepDraft, scenarios } from "./planner-scenarios.js";
import { editSession } from "./planner-session.js";
import { renderSensitivity, standardForm } from "./planner-standard.js";
import { suggestions } from "./planner-suggest.js";
import { districtTable, renderHeadline } from "./planner-table.js";
import { recordTiming } from "./planner-timing.js";
import { weekStrip } from "./planner-week.js";
import { hourOf, hourText, instantOf, percent } from "./planner-words.js";

const HOUR_SETTLED_MS = 250;
const NEW_HOURS = "Mo-Su 08:00-18:00";

/** @type {Config} */
const config = JSON.parse(byId("config").textContent ?? "{}");

// --- state -------------------------------------------------------------------------------------

/** @type {import("./planner-model.js").CoverageAnswer|null} */
let coverage = null;
/** @type {import("./planner-model.js").WeekAnswer|null} */
let week = null;
/** @type {ScenarioAnswer|null} */
let scenario = null;
/** @type {import("./planner-model.js").SensitivityAnswer|null} */
let sensitivity = null;
/** @type {import("./planner-model.js").GapsAnswer|null} */
let gaps = null;
/** The cells as they are drawn, and those of every hour alike. @type {import("./planner-grid.js").Grid|null} */
let grid = null;
/** @type {import("./planner-grid.js").Grid|null} */
let alike = null;
/** @type {Map<string, import("./planner-model.js").PlannedPlace>} */
let places = new Map();
/** @type {number|null} */
let hour = null;
/** What the form is about: a place, or one that exists only here. @type {string|null} */
let chosen = null;
/** What the next tap on the bare map puts where. @type {string|null} */
let placing = null;
/** @type {AbortController|null} */
let loading = null;

const unit = () => coverage?.demand.unit ?? "m2";
/** @param {string} id */
const nameOf = (id) => places.get(id)?.name ?? id;
const known = () =>
  coverage && {
    answers: { coverage, week, scenario, hour },
    sensitivity,
    gaps,
    regionName: config.region,
    modeNames: config.modes,
    reasons: config.reasons,
  };

// --- parts ---------------------------------------------------------------------------------------

showLiveParts();
const openPanel = tabs(byId("planner-tabs"));
const table = districtTable((adcode) => {
  const bounds = grid && boundsOf(grid, adcode);
  if (bounds) map.fit(bounds);
});
const strip = weekStrip(byId("week"), (next) => {
  hour = next;
  render();
  hourChanged();
});
const standard = standardForm(() => void load());
const gapsShown = gapList((gap) => {
  map.layer((layer) => layer.chooseGap(gap.rank));
  map.goTo(gap);
});
const editor = placeEditor({
  onEdit: (edit, said) => session.set(withEdit(session.edits, edit), { said }),
  onRevert: (id) => session.set(without(session.edits, id), { said: `撤销了对 ${markerName(id)} 的改动` }),
  onChoose: (id) => choose(id, true),
});
const session = editSession({
  ask: (edits) =>
    post("/api/v1/coverage/scenario", { ...standard.read(), edits, week: hour === null ? "total" : "districts" }),
  onEdits: showEdits,
  onAnswer(answer, { said, since }) {
    scenario = answer;
    calmDown();
    render();
    paintChanges();
    say(byId("edit-notes"), answer?.notes.join("") ?? "");
    if (answer && since !== null) recordTiming(since, answer.seconds);
    if (said) speak(() => `${said}。${summary()}`);
  },
  onProblem: complain,
});
const area = areaSketch({
  async ask(areas) {
    const at = hour === null || !week ? {} : { at: instantOf(week.monday, hour) };
    return areaWords(await post("/api/v1/coverage/area", { ...standard.read(), ...at, areas }));
  },
  onSketch: (ring, closed) => map.layer((layer) => layer.setSketch(ring, closed)),
  onProblem: complain,
});
const map = plannerMap(byId("map"), {
  onMove: (id, at, settled, since) => moveTo(id, at, { settled, since }),
  onChoose: choose,
  onRemove(id) {
    session.set(without(session.edits, id), { said: `拿掉了 ${markerName(id)}` });
    map.focus(id, byId("place-new"));
  },
  onTap: tapped,
  onReady: (ready) => area.setMap(ready),
});
suggestions({
  question: () => ({ standard: standard.read(), edits: session.edits }),
  unit,
  onSites(sites, fresh) {
    map.layer((layer) => layer.setSites(sites));
    if (fresh && sites.length) map.fit(around(sites));
  },
  onShow: (site) => map.goTo(site),
  onAccept: (sites) => session.set(withSites(session.edits, sites, NEW_HOURS), { said: `采用了 ${sites.length} 处建议` }),
  onProblem: complain,
});
scenarios({
  async current(name) {
    const answer = await post("/api/v1/coverage/scenario", { ...standard.read(), edits: session.edits, week: "total" });
    return scenarioFile({
      name, standard: standard.read(), edits: session.edits, figures: answer.after,
      revision: answer.data.revision, savedAt: new Date(),
    });
  },
  async onLoad(file) {
    // First the answer: a file that cannot be run changes nothing on the page.
    const answer = await post("/api/v1/coverage/scenario", { ...file.standard, edits: file.edits, week: "total" });
    standard.write(file.standard);
    session.set(file.edits);
    await load();
    return answer;
  },
  onDone: (text) => speak(() => text),
  onProblem: complain,
});
explainer(/** @type {HTMLDialogElement} */ (byId("explain")), (figure) => {
  const all = known();
  return all && explanationOf(figure.dataset, all);
});

// --- drawing -------------------------------------------------------------------------------------

/** All figures, from what has arrived. */
function render() {
  const all = known();
  if (!all) return;
  const { answers } = all;
  const headline = headlineOf(answers);
  const hourWords = hour === null ? "" : hourText(hour);
  table.render(tableOf(answers));
  table.setCaption([byId("method-line").textContent, hourWords].filter(Boolean).join(" · "));
  renderHeadline(headline, hourWords);
  const shown = weekOf(answers);
  strip.render(shown);
  if (shown?.known) {
    say(byId("headline-low"), percent(shown.low[shown.worst]));
    say(byId("headline-low-hour"), hourText(shown.worst));
  }
  overlapOf(answers).forEach((part, index) => say(byId(`overlap-${index + 2}`), percent(part.share)));
}

/** A scenario's cells count every hour alike; those of one hour stay as they are. */
function paintChanges() {
  const changes = grid === alike ? (scenario?.points ?? []) : [];
  map.layer((layer) => layer.setChanges(changes));
  if (grid === alike) say(byId("map-colours"), scenario ? "改动之后,不分时间" : "不分时间");
  else say(byId("map-colours"), `${hour === null ? "" : hourText(hour)}${scenario ? ",不含改动" : ""}`);
}

/** @param {import("./planner-grid.js").Grid|null} next */
function paintGrid(next) {
  grid = next;
  map.layer((layer) => layer.setGrid(next));
  paintChanges();
}

/** The outcome in one sentence. */
function summary() {
  const all = known();
  if (!all) return "";
  const { text, after, change } = headlineOf(all.answers);
  return after === null ? `${config.region} ${text}` : `${config.region} ${text} 变为 ${after},${change} 个百分点`;
}

// --- loading -------------------------------------------------------------------------------------

/** Everything anew, for another standard. */
async function load() {
  loading?.abort();
  const own = (loading = new AbortController());
  const asked = standard.read();
  const main = byId("main");
  main.setAttribute("aria-busy", "true");
  main.toggleAttribute("data-renewing", coverage !== null);
  calmDown();

  try {
    const problems = await loadAnswers(asked, own.signal, {
      coverage(answer) {
        coverage = answer;
        say(byId("method-line"), methodLine(answer, config.modes[answer.mode] ?? answer.mode));
      },
      week: (answer) => (week = answer),
      points(answer) {
        alike = decodeGrid(answer);
        paintGrid(alike);
      },
      places: (answer) => takePlaces(answer.places),
      gaps(answer) {
        gaps = answer;
        gapsShown.render(answer, unit());
        map.layer((layer) => layer.setGaps(answer.gaps));
      },
      sensitivity(answer) {
        sensitivity = answer;
        renderSensitivity(answer);
        say(byId("headline-band"), bandText(answer));
      },
    });
    if (own !== loading) return;
    for (const problem of problems) complain(problem);
    scenario = null;
    render();
    const all = known();
    if (all) renderNotes(all.answers.coverage.notes, week?.notes ?? [], methodFacts(all));
    session.rerun();
    if (hour !== null) void recolour();
  } catch (problem) {
    if (own === loading) complain(problem);
  }
  if (own === loading) {
    main.removeAttribute("aria-busy");
    main.removeAttribute("data-renewing");
  }
}

/** @param {import("./planner-model.js").PlannedPlace[]} next */
function takePlaces(next) {
  places = new Map(next.map((place) => [place.id, place]));
  editor.setPlaces(next, unit());
  map.layer((layer) => layer.setPlaces(next));
  showEdits(session.edits);
}

let hourTimer = 0;
/** The figures move with the slider; the map follows when it rests. */
function hourChanged() {
  clearTimeout(hourTimer);
  hourTimer = window.setTimeout(() => {
    void recolour();
    if (session.edits.length) session.rerun();
  }, HOUR_SETTLED_MS);
}

async function recolour() {
  if (!week || grid === null) return;
  const wanted = hour;
  if (wanted === null) {
    paintGrid(alike);
    return;
  }
  try {
    const at = instantOf(week.monday, wanted);
    const answer = await get("/api/v1/coverage/points", standard.read(), { at, signal: loading?.signal });
    if (hour === wanted) paintGrid(decodeGrid(answer));
  } catch (problem) {
    complain(problem);
  }
}

// --- editing -------------------------------------------------------------------------------------

/** @param {readonly Edit[]} edits */
function showEdits(edits) {
  editor.setEdits(edits, nameOf);
  editor.setChosen(chosenNow());
  map.show(edits, places, chosen);
  const undo = /** @type {HTMLButtonElement} */ (byId("undo"));
  undo.disabled = !session.undoable;
  say(byId("edit-count"), edits.length ? String(edits.length) : "");
  keepDraft(edits);
}

/** The chosen place as the edits have it. @returns {import("./planner-places.js").Chosen|null} */
function chosenNow() {
  const place = (chosen !== null && places.get(chosen)) || null;
  const now = chosen === null ? null : placeAfter(session.edits, chosen, place);
  return now && { ...now, place };
}

/** @param {string} id */
const markerName = (id) => placeAfter(session.edits, id, places.get(id) ?? null)?.name ?? id;

/** @param {string|null} id @param {boolean} [focus]  from a list: the eye and the keys go there */
function choose(id, focus = false) {
  chosen = id;
  placing = null;
  const now = chosenNow();
  editor.setChosen(now);
  map.show(session.edits, places, chosen);
  if (!now) return;
  openPanel("panel-edit");
  if (focus) {
    map.goTo(now);
    editor.focus();
  }
}

/**
 * @param {string} id
 * @param {{lat: number, lon: number}} at
 * @param {{settled: boolean, since: number}} how
 */
function moveTo(id, at, how) {
  const edit = /** @type {Edit} */ ({ op: "move", id, lat: rounded(at.lat), lon: rounded(at.lon) });
  placing = null;
  byId("map-hint").hidden = true;
  session.set(withEdit(session.edits, edit), { ...how, said: how.settled ? `移动了 ${markerName(id)}` : "" });
}

function placeNew() {
  const at = map.centre() ?? { lat: config.center[0], lon: config.center[1] };
  const id = freshId(session.edits);
  const name = `设想 ${id.slice("new-".length)}`;
  session.set(withEdit(session.edits, { op: "add", id, ...at, name, opening_hours: NEW_HOURS }), { said: `放了 ${name}` });
  choose(id);
  placing = id;
  map.focus(id, byId("place-new"));
  byId("map-hint").hidden = false;
}

/** @param {import("./planner-layer.js").Hit|null} hit @param {{lat: number, lon: number}} at */
function tapped(hit, at) {
  byId("map-hint").hidden = true;
  if (area.takes(at)) return;
  if (placing !== null) {
    moveTo(placing, at, { settled: true, since: performance.now() });
  } else if (hit?.type === "place") {
    choose(hit.id);
  } else if (hit?.type === "gap") {
    map.layer((layer) => layer.chooseGap(hit.rank));
    openPanel("panel-gaps");
    gapsShown.show(hit.rank);
  } else if (hit?.type === "site") {
    openPanel("panel-suggest");
  }
}

byId("place-new").addEventListener("click", placeNew);
byId("undo").addEventListener("click", () => session.undo());
byId("map-chosen").addEventListener("click", () => {
  openPanel("panel-edit");
  editor.focus();
});

// --- start ---------------------------------------------------------------------------------------

async function start() {
  const left = draft();
  if (left.length) session.set(left, { said: `接着上次的 ${left.length} 处改动` });
  await load();
  if (config.at && week) {
    hour = hourOf(week.monday, config.at);
    strip.setHour(hour);
    render();
    hourChanged();
  }
}

void start();
