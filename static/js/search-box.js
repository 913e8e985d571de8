/**
 * The search field: what is typed narrows the list, and under the field stand the best answers at
 * once; while it is empty, the saved and the last opened places. Nothing typed leaves the phone.
 */

import { byId, fill, isByKeyboard, make, named, say, showList } from "./cards.js";
import { plain } from "./find.js";
import { forgetAll, recentIds, savedIds } from "./saved.js";
import * as words from "./words.js";

/** @typedef {import("./finder.js").Finder} Finder */
/** @typedef {import("./find.js").Found} Found */
/** @typedef {import("./seeking.js").Town} Town */

const TOWNS = 3;
const BEST = 3;

/** @param {Finder} finder */
export function searchBox(finder) {
  const { chosen, config } = finder;
  /** @type {HTMLInputElement | null} */
  const input = byId("search");
  const panel = byId("suggested");
  const opener = byId("kept-open");
  /** @type {import("./seeking.js").Seeker | null} */
  let seeker = null;
  let asked = false;
  let preparing = false;
  let frame = 0;
  let quiet = false;

  /** Somebody is about to type; what does not come is asked for again the next time. */
  async function prepareAll() {
    const registry = finder.setting()?.registry;
    if (asked || !registry) return;
    asked = true;
    preparing = true;
    try {
      const { startSeeking } = await import("./seeking.js");
      asked = await startSeeking(registry, config, (ready) => {
        seeker = ready;
        if (chosen.text) search();
      });
    } catch (problem) {
      console.error(problem);
      asked = false; // the search goes by plain text
    }
    preparing = false;
    if (chosen.text) finder.render();
  }

  const isTyping = () => document.activeElement === input;

  // --- typing ----------------------------------------------------------------------------------

  function typed() {
    void prepareAll();
    byId("search-clear")?.toggleAttribute("hidden", !input?.value);
    if (!frame) frame = requestAnimationFrame(search);
  }

  function search() {
    frame = 0;
    if (!input) return;
    chosen.text = input.value.trim();
    chosen.matching = seeker && seeker.matching(chosen.text);
    finder.restart();
    if (!isTyping()) return;
    if (chosen.text) suggest();
    else showKept();
  }

  /** Towns to start from, and where the list is out of sight its first places. */
  function suggest() {
    const now = finder.setting();
    const towns = seeker ? seeker.towns(chosen.text).slice(0, TOWNS) : [];
    const best = now ? finder.found().slice(0, BEST) : [];
    show(
      ...facilityItems(),
      ...towns.map(townItem),
      ...best.map((one) => placeItem(one, "best")),
    );
  }

  /** What is typed may name a facility: it is a filter then, not a name to look for. */
  function facilityItems() {
    const typed = plain(chosen.text);
    if (typed.length < 2 || !byId("all-amenities")) return [];
    const facilities = config.amenities.filter(({ name }) => plain(name).includes(typed) || typed.includes(plain(name)));
    const items = facilities.map(({ key, name }) => filterItem(words.onlyWith(name), () => {
      if (!chosen.amenities.includes(key)) chosen.amenities = [...chosen.amenities, key];
    }));
    if (!/^24(小|小时|h|hours?)?$/.test(typed.replace(/\s/g, ""))) return items;
    return [...items, filterItem(words.ONLY_ROUND_THE_CLOCK, () => (chosen.roundTheClock = true))];
  }

  /** @param {string} text @param {() => void} set */
  function filterItem(text, set) {
    const choose = make("button", { type: "button", className: "secondary suggestion" }, text);
    choose.addEventListener("click", () => {
      emptySearch();
      set();
      finder.restart();
      byId("count")?.closest("h2")?.focus({ preventScroll: true });
      showList();
    });
    return make("li", {}, choose);
  }

  /** @param {Town} town */
  function townItem(town) {
    const [before, after] = words.START_FROM_TOWN;
    const choose = make("button", { type: "button", className: "secondary suggestion" },
      before, named(make("b"), town.name), after);
    choose.addEventListener("click", () => {
      emptySearch();
      finder.startFrom({ lat: town.lat, lon: town.lon, name: town.name, isHere: false });
      byId("count")?.closest("h2")?.focus({ preventScroll: true });
      showList();
    });
    return make("li", {}, choose);
  }

  /** @param {Found} found @param {string} [className] */
  function placeItem({ place, opening, travelS }, className = "") {
    const now = /** @type {import("./cards.js").Setting} */ (finder.setting());
    const mark = make("span", { className: "mark" }, words.STATE_MARKS[opening.state]);
    mark.setAttribute("aria-hidden", "true");
    const hours = words.hoursLine(opening, now.nowMinute, now.registry.day);
    const { number, unit } = words.travelText(travelS);
    const choose = make("button", { type: "button", className: "secondary suggestion" },
      make("span", { className: "what" },
        named(make("b"), place.name), " ",
        make("span", { className: `state state-${opening.state}` }, mark,
          `${words.STATE_WORDS[opening.state]} · ${hours}`)),
      make("span", { className: "small" }, now.fromPerson ? `${number} ${unit}` : ""));
    choose.addEventListener("click", () => {
      hide();
      finder.select(place.id, "saved");
    });
    return make("li", { className }, choose);
  }

  // --- saved and recent ------------------------------------------------------------------------

  function showKept() {
    const now = finder.setting();
    if (!now) return;
    const byIds = new Map(now.registry.places.map((place) => [place.id, place]));
    /** @param {string[]} ids */
    const known = (ids) => finder.ranked(now, ids.flatMap((id) => byIds.get(id) ?? []));
    const recent = recentIds();
    const latest = known(recent).sort(
      (one, other) => recent.indexOf(one.place.id) - recent.indexOf(other.place.id));
    show(
      ...keptGroup(words.SAVED, known(savedIds()), "saved"),
      ...keptGroup(words.RECENT, latest, "recent"),
    );
  }

  /** @param {string} title @param {Found[]} found @param {"saved" | "recent"} which */
  function keptGroup(title, found, which) {
    if (found.length === 0) return [];
    const forget = make("button", { type: "button", className: "text-button" }, words.FORGET);
    forget.setAttribute("aria-label", words.forgetLabel(title));
    forget.addEventListener("click", () => {
      forgetAll(which);
      finder.render();
      keptChanged();
      showKept();
      say(byId("progress"), words.FORGOTTEN);
      input?.focus({ preventScroll: true });
    });
    return [
      make("li", { className: "suggested-title" }, make("b", {}, title), forget),
      ...found.map((one) => placeItem(one)),
    ];
  }

  /** There is something to open, or not. */
  function keptChanged() {
    opener?.toggleAttribute("hidden", savedIds().length + recentIds().length === 0);
  }

  // --- the panel -------------------------------------------------------------------------------

  /** @param {...HTMLElement} items */
  function show(...items) {
    fill(panel, ...items);
    panel?.toggleAttribute("hidden", items.length === 0);
    opener?.setAttribute("aria-expanded", String(items.length > 0 && !chosen.text));
  }

  const hide = () => show();
  const isOpen = () => panel !== null && !panel.hidden;

  function emptySearch() {
    if (input) input.value = "";
    Object.assign(chosen, { text: "", matching: null });
    byId("search-clear")?.setAttribute("hidden", "");
    hide();
  }

  // Only when a finger has done its work: what it is on must not move under it.
  for (const kind of ["click", "focusin"]) {
    document.addEventListener(kind, (event) => {
      const at = /** @type {Element} */ (event.target);
      const inside = !at.isConnected || at.closest(".search-row, #suggested");
      if (!inside && isOpen() && (kind === "click" || isByKeyboard(at))) hide();
    });
  }
  byId("main")?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    quiet = true;
    input?.focus({ preventScroll: true });
    quiet = false;
    hide();
  });
  say(opener, `★ ${words.SAVED}`);
  keptChanged();

  return {
    typed,
    isPreparing: () => preparing,
    emptySearch,
    keptChanged,
    searchFocused() {
      if (quiet) return;
      void prepareAll();
      if (chosen.text) suggest();
      else showKept();
    },
    searchSent() {
      hide();
      byId("count")?.closest("h2")?.focus({ preventScroll: true });
      showList();
    },
    clear() {
      emptySearch();
      finder.restart();
      input?.focus({ preventScroll: true });
    },
    toggleKept() {
      if (isOpen() && !chosen.text) hide();
      else showKept();
    },
  };
}
