/**
 * "Still true" and "something is wrong" without leaving the page. Without this script the same
 * forms are sent by the browser itself.
 */

import { FAILED, OFFLINE, SENDING, refused, thanks } from "./feedback-words.js";

const KEY = "locator.feedback.phone";

/**
 * A random name that this browser keeps for itself, so that a phone counts once a day. The server
 * keeps only its digest of the day. "" where nothing can be kept (private windows).
 */
function phoneId() {
  try {
    const kept = localStorage.getItem(KEY);
    if (kept && /^[0-9a-f]{32}$/.test(kept)) return kept;
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const made = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    localStorage.setItem(KEY, made);
    return made;
  } catch {
    return "";
  }
}

/**
 * Send one form. Resolves to the sentence for the reader.
 * @param {HTMLFormElement} form
 * @returns {Promise<{kept: boolean, text: string}>}
 */
async function send(form) {
  const body = new URLSearchParams();
  new FormData(form).forEach((value, name) => body.append(name, String(value)));
  const phone = phoneId();
  if (phone) body.set("phone", phone);
  /** @type {Response} */
  let response;
  try {
    response = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      body,
    });
  } catch {
    return { kept: false, text: OFFLINE };
  }
  /** @type {any} */
  let answer = null;
  try {
    answer = await response.json();
  } catch {
    // Not ours (a proxy's page): the status says enough.
  }
  if (response.ok && answer) {
    return { kept: true, text: thanks(answer.said, answer.kept === "replaced", answer.at_door) };
  }
  if (response.ok) return { kept: false, text: FAILED };
  return { kept: false, text: refused(response.status, answer?.error?.message ?? "") };
}

/** @param {HTMLElement} section */
function enhance(section) {
  const answer = section.querySelector("[data-feedback-answer]");
  const buttons = section.querySelectorAll("button");
  const details = section.querySelector("details");
  if (!answer) return;

  /** @param {string} text @param {boolean} [kept] */
  const say = (text, kept = false) => {
    const line = document.createElement("p");
    line.className = kept ? "message kept" : "message";
    line.textContent = text;
    answer.replaceChildren(line);
  };

  /** @param {HTMLFormElement} form */
  const submit = async (form) => {
    for (const button of buttons) button.disabled = true;
    say(SENDING);
    const { kept, text } = await send(form);
    for (const button of buttons) button.disabled = false;
    say(text, kept);
    if (!kept) return;
    form.reset();
    if (details?.open) {
      details.open = false;
      details.querySelector("summary")?.focus();
    }
  };

  for (const form of section.querySelectorAll("form")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void submit(form);
    });
  }
}

/**
 * Take the door's token out of the address bar: the form has it, and whoever is sent this address
 * stands somewhere else. Not inside WeChat, which signs the address that was opened.
 */
function keepDoorToMyself() {
  const here = new URL(location.href);
  if (!here.searchParams.has("door") || document.documentElement.dataset.wechat !== undefined) return;
  here.searchParams.delete("door");
  history.replaceState(history.state, "", here);
}

const section = document.getElementById("feedback");
if (section) {
  enhance(section);
  keepDoorToMyself();
}
