/** What the page says of itself: problems, outcomes, what a reader must know, how it is made. */
import { byId, say } from "./planner-elements.js";
import { fillFacts } from "./planner-explain.js";

const SPEAK_MS = 700;

/** What happened; everything else on the page stays as it is. @param {any} problem */
export function complain(problem) {
  if (problem?.name === "AbortError") return;
  const box = byId("planner-problem");
  say(box, problem?.message || "出了差错,页面上其他的照常可用。");
  box.hidden = false;
}

export function calmDown() {
  byId("planner-problem").hidden = true;
}

let timer = 0;

/** For a screen reader, once the figures stand still. @param {() => string} words */
export function speak(words) {
  clearTimeout(timer);
  timer = window.setTimeout(() => say(byId("planner-said"), words()), SPEAK_MS);
}

/**
 * @param {string[]} notes        of the figures
 * @param {string[]} weekNotes    of the hours
 * @param {[string, string][]} facts
 */
export function renderNotes(notes, weekNotes, facts) {
  byId("planner-notes").replaceChildren(
    ...notes.map((note) => {
      const line = document.createElement("p");
      line.className = "message";
      line.textContent = note;
      return line;
    }),
  );
  say(byId("week-notes"), weekNotes.join(""));
  fillFacts(byId("method-facts"), facts);
}
