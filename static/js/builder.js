/**
 * The builder renews its results as one chooses: it fetches its own page for the new address and
 * takes over the part with the results, so that there is one place that makes them, the server.
 */

import * as words from "./builder-words.js";

const PAUSE_MS = 400;

const form = /** @type {HTMLFormElement} */ (document.getElementById("builder"));
const problem = /** @type {HTMLElement} */ (document.getElementById("builder-problem"));

/** The results, which are replaced as a whole. */
const made = () => /** @type {HTMLElement} */ (document.getElementById("made"));

/** This form as an address. */
function chosenAddress() {
  const said = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && (value || name === "controls")) said.append(name, value);
  }
  return `${location.pathname}?${said}`;
}

/** @param {string} text "" hides it */
function say(text) {
  problem.textContent = text;
  problem.hidden = text === "";
}

let asked = 0;

async function renew() {
  const address = chosenAddress();
  const turn = ++asked;
  made().setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (turn !== asked) return;
    const fresh = page.getElementById("made");
    if (fresh) {
      made().replaceWith(document.adoptNode(fresh));
      history.replaceState(null, "", address);
      offerCopies();
      say("");
    } else {
      say(words.refused(page.querySelector("main p")?.textContent ?? ""));
    }
  } catch (failure) {
    console.warn(failure);
    if (turn === asked) say(words.FAILED);
  } finally {
    if (turn === asked) made().setAttribute("aria-busy", "false");
  }
}

/** @param {HTMLElement} button @param {HTMLTextAreaElement} text */
async function copy(button, text) {
  const label = button.textContent;
  text.select();
  let done = false;
  try {
    await navigator.clipboard.writeText(text.value);
    done = true;
  } catch {
    done = document.execCommand("copy"); // old web views, and pages that are not HTTPS
  }
  button.textContent = done ? words.COPIED : words.COPY_FAILED;
  setTimeout(() => (button.textContent = label), 2000);
}

function offerCopies() {
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-copy]"))) {
    const text = document.getElementById(button.dataset.copy ?? "");
    if (!(text instanceof HTMLTextAreaElement)) continue;
    button.hidden = false;
    button.addEventListener("click", () => void copy(button, text));
  }
}

let pause = 0;
form.addEventListener("input", () => {
  clearTimeout(pause);
  pause = window.setTimeout(() => void renew(), PAUSE_MS);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(pause);
  void renew();
});
offerCopies();
