"""What the finder's list costs in Chromium: filter, judge, sort, search; 711 and 10,000 places.

The modules of ``static/js`` as they are, on the compact list as the server writes it, in a page of
its own without a server. Once at the machine's speed, once with the processor slowed four times.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, sync_playwright

from benchmarks.ground import points, sample_locator
from benchmarks.measuring import Row
from services.limits import CLOSING_SOON_MINUTES
from services.locator import Locator
from services.places import Place
from services.settings import ROOT
from services.travel.modes import DETOUR_FACTOR, MODES
from services.web.compact import compact_places, search_words
from services.web.representations import json_bytes
from tests.browser.conftest import ARGUMENTS, CHROMIUM

ORIGIN = "http://finder.test"
RUNS = 31
SLOWED = 4
ANNOUNCED_KINDS = ("station", "recuperation_base", "happy_enterprise")
"""711 of the sample's places are of these: the figures that the city published."""

TARGETS_MS = {711: 16.0, 10_000: 50.0}

PROGRAM = """
async ({ trip, runs }) => {
  const { choose, decode, find, rank } = await import("/js/find.js");
  const { matches, prepare } = await import("/js/search.js");
  const registry = decode(await (await fetch("/places.json")).json());
  const search = prepare(registry, await (await fetch("/pinyin.json")).json());
  let step = 0;
  /** Something is different each time, so that nothing is answered from what was kept. */
  const moved = () => ({ ...trip, nowMinute: trip.nowMinute + (step += 1) });
  const from = () => {
    const { lat, lon } = trip.origin;
    return { ...moved(), origin: { lat: lat + step * 1e-4, lon } };
  };
  const typed = (text) => find(registry, { matching: matches(search, text) }, trip);
  const jobs = {
    "all places, a minute later": () => find(registry, {}, moved()),
    "two facilities, a minute later": () =>
      find(registry, { amenities: ["water", "toilet"] }, moved()),
    "all places, from another position": () => find(registry, {}, from()),
    "the same without what is kept": () => rank(choose(registry, {}).places, from()),
    "typed: 解放南路": () => typed("解放南路"),
    "typed: jfnl": () => typed("jfnl"),
    "typed with a slip: jiefngnanlu": () => typed("jiefngnanlu"),
    "typed with a slip: 解放难西路": () => typed("解放难西路"),
  };
  const answer = { count: registry.places.length, jobs: {} };
  for (const [name, job] of Object.entries(jobs)) {
    const taken = [];
    for (let i = 0; i < runs; i += 1) {
      const start = performance.now();
      job();
      taken.push(performance.now() - start);
    }
    const [first] = taken;
    taken.sort((one, other) => one - other);
    answer.jobs[name] = { first, median: taken[runs >> 1], found: job().found?.length ?? null };
  }
  return answer;
}
"""


def compare(folder: Path) -> list[Row]:
    if CHROMIUM is None:
        return [Row("the finder in Chromium", "-", "-", None, 0, "no Chromium on this machine")]
    locator = sample_locator(folder)
    announced = [place for place in locator.snapshot().located if place.kind in ANNOUNCED_KINDS]
    rows = []
    for places in (announced, _many(announced, 10_000)):
        quick, slowed = _measured(locator, places, 1), _measured(locator, places, SLOWED)
        target = TARGETS_MS[quick["count"]]
        for name, ours in quick["jobs"].items():
            throttled = slowed["jobs"][name]
            rows.append(
                Row(
                    f"finder in Chromium, {quick['count']:,} places: {name}",
                    f"{ours['median']:.1f} ms",
                    f"target {target:g} ms",
                    target / max(ours["median"], 0.05),
                    RUNS,
                    f"the first time {ours['first']:.1f} ms; processor slowed {SLOWED} times: "
                    f"{throttled['median']:.1f}, first {throttled['first']:.1f} ms",
                )
            )
    locator.database.dispose()
    return rows


def _many(places: Sequence[Place], count: int) -> list[Place]:
    return [
        replace(place, id=f"{number:010d}", point=point)
        for number, (place, point) in enumerate(
            zip(islice(cycle(places), count), points(count, seed=1), strict=True)
        )
    ]


def _measured(locator: Locator, places: Sequence[Place], slowed: int) -> dict[str, Any]:
    midnight = locator.now().replace(hour=0, minute=0, second=0, microsecond=0)
    bodies = {
        "/places.json": json_bytes(
            compact_places(
                places,
                revision=1,
                sample=True,
                midnight=midnight,
                region=locator.region,
                vocabulary=locator.vocabulary,
                calendar=locator.calendar,
            )
        ),
        "/pinyin.json": json_bytes(
            search_words(places, revision=1, region=locator.region, vocabulary=locator.vocabulary)
        ),
        "/": b"<!doctype html><title>finder</title>",
    }

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        body = bodies[path] if path in bodies else (ROOT / "static" / path[1:]).read_bytes()
        kind = "text/html" if path == "/" else mimetypes.guess_type(path)[0]
        route.fulfill(body=body, content_type=kind)

    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page: Page = browser.new_page()
        page.route(f"{ORIGIN}/**", answer)
        page.goto(f"{ORIGIN}/")
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowed})
        walk = MODES["walk"]
        trip = {
            "origin": {"lat": 33.3575, "lon": 120.1573},
            "nowMinute": 600,
            "mode": {"speed_kmh": walk.speed_kmh, "overhead_s": walk.overhead_s},
            "detourFactor": DETOUR_FACTOR,
            "closingSoonMinutes": CLOSING_SOON_MINUTES,
        }
        measured: dict[str, Any] = page.evaluate(PROGRAM, {"trip": trip, "runs": RUNS})
        browser.close()
    return measured
