"""``static/js/datum.js`` is the twin of ``services.geo.datum``: the same points over all China."""

from __future__ import annotations

import json
import subprocess

import numpy as np
import pytest

from services.geo.datum import CHINA, Datum, convert
from services.settings import ROOT
from tests.unit.test_javascript import NODE

PROGRAM = """
import { gcj02 } from "%s";
let text = "";
for await (const part of process.stdin) text += part;
process.stdout.write(JSON.stringify(JSON.parse(text).map(([lat, lon]) => gcj02(lat, lon))));
"""


@pytest.mark.skipif(NODE is None, reason="no Node on this machine")
def test_the_browser_shifts_every_point_as_the_server_does() -> None:
    assert NODE is not None
    south, west, north, east = CHINA
    grid = np.meshgrid(np.linspace(south - 1, north + 1, 60), np.linspace(west - 1, east + 1, 60))
    lat, lon = (each.ravel() for each in grid)
    program = PROGRAM % (ROOT / "static" / "js" / "datum.js").as_uri()
    done = subprocess.run(
        [NODE, "--input-type=module", "--eval", program],
        input=json.dumps(list(zip(lat.tolist(), lon.tolist(), strict=True))),
        capture_output=True,
        text=True,
        check=True,
    )
    found = [(point["lat"], point["lon"]) for point in json.loads(done.stdout)]
    expected = np.column_stack(convert(lat, lon, Datum.WGS84, Datum.GCJ02))
    assert np.abs(np.array(found) - expected).max() < 1e-8
