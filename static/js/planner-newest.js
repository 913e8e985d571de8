/**
 * One request in flight, and the newest of those that wait: what a dragging finger needs. No DOM.
 */

/**
 * @template Input, Output
 * @param {(input: Input) => Promise<Output>} run
 * @param {(output: Output, input: Input) => void} done    every answer, in the order of asking
 * @param {(problem: any, input: Input) => void} failed
 * @returns {{ask: (input: Input) => void, forget: () => void, idle: () => Promise<void>}}
 *   `forget` drops what waits and what is under way; `idle` settles when nothing is left to answer
 */
export function newest(run, done, failed) {
  /** @type {{input: Input}|null} */
  let waiting = null;
  let running = false;
  let generation = 0;
  /** @type {(() => void)[]} */
  let idlers = [];

  /** @param {Input} input */
  async function start(input) {
    running = true;
    const own = generation;
    try {
      const output = await run(input);
      if (own === generation) done(output, input);
    } catch (problem) {
      if (own === generation) failed(problem, input);
    }
    running = false;
    const next = waiting;
    waiting = null;
    if (next) void start(next.input);
    else idlers.splice(0).forEach((settle) => settle());
  }

  return {
    ask(input) {
      if (running) waiting = { input };
      else void start(input);
    },
    forget() {
      generation += 1;
      waiting = null;
    },
    idle: () => (running ? new Promise((settle) => void idlers.push(settle)) : Promise.resolve()),
  };
}
