/**
 * The edits in hand: what can be undone, what a finger is still moving, and the scenario's answer to
 * them. No DOM.
 *
 * @typedef {import("./planner-edits.js").Edit} Edit
 * @typedef {import("./planner-model.js").ScenarioAnswer} ScenarioAnswer
 * @typedef {{said: string, since: number|null}} Cause   what was done, in words, and since when it moves
 */
import { newest } from "./planner-newest.js";

/**
 * @param {object} events
 * @param {(edits: readonly Edit[]) => Promise<ScenarioAnswer>} events.ask
 * @param {(edits: readonly Edit[]) => void} events.onEdits      at once, before any answer
 * @param {(answer: ScenarioAnswer|null, cause: Cause) => void} events.onAnswer   null: no edits left
 * @param {(problem: any) => void} events.onProblem
 */
export function editSession(events) {
  /** @type {readonly Edit[]} */
  let edits = [];
  /** @type {(readonly Edit[])[]} */
  let history = [];
  /** The edits before a movement that has not settled. @type {readonly Edit[]|null} */
  let held = null;

  const runner = newest(
    (/** @type {{edits: readonly Edit[], cause: Cause}} */ question) => events.ask(question.edits),
    (answer, { cause }) => events.onAnswer(answer, cause),
    (problem) => events.onProblem(problem),
  );

  /** @param {Cause} cause */
  function run(cause) {
    if (edits.length) {
      runner.ask({ edits, cause });
    } else {
      runner.forget();
      events.onAnswer(null, cause);
    }
  }

  /** @param {readonly Edit[]} next @param {Cause} cause */
  function take(next, cause) {
    edits = next;
    events.onEdits(edits);
    run(cause);
  }

  return {
    get edits() {
      return edits;
    },
    get undoable() {
      return history.length > 0;
    },
    /**
     * @param {readonly Edit[]} next
     * @param {{said?: string, since?: number|null, settled?: boolean}} [how]
     *   not settled: the movement goes on, and the whole of it is one step to undo
     */
    set(next, { said = "", since = null, settled = true } = {}) {
      if (!settled) {
        held = held ?? edits;
      } else {
        history = [...history, held ?? edits];
        held = null;
      }
      take(next, { said, since });
    },
    undo() {
      const last = history[history.length - 1];
      if (!last) return;
      history = history.slice(0, -1);
      take(last, { said: "撤销了上一步", since: null });
    },
    /** Ask again: the standard or the hour is another. */
    rerun() {
      runner.forget();
      run({ said: "", since: null });
    },
    idle: () => runner.idle(),
  };
}
