"""``locator feedback`` and ``locator door-codes`` as a person runs them."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import segno
from apiflask import APIFlask

from app import create_app
from services.places import PlaceStatus, PlaceUpdate
from services.registry.store import PlaceRegistry
from services.settings import ROOT, Settings

Run = Callable[..., subprocess.CompletedProcess[str]]
HTTP = "http://127.0.0.1:8000"


@pytest.fixture
def database(sample_database: Path, tmp_path: Path) -> Path:
    """A copy of the sample registry."""
    path = tmp_path / "registry.db"
    shutil.copy(sample_database, path)
    return path


@pytest.fixture
def locator(database: Path) -> Run:
    """Run the command on it."""

    def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "services.cli", *words],
            cwd=ROOT,
            env={**os.environ, "LOCATOR_DATABASE_URL": f"sqlite:///{database}", **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def application(database: Path, **settings: str) -> APIFlask:
    return create_app(Settings(database_url=f"sqlite:///{database}", **settings))


def codes(sheets: str) -> list[frozenset[tuple[int, int]]]:
    """The dark modules of each code in the file, read from the path that is drawn."""
    found = []
    for path in re.findall(r'<path[^>]* d="([^"]+)"', sheets):
        dark, x, y = set(), 0.0, 0.0
        for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
            values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
            if command == "M":
                x, y = values
            elif command == "m":
                x, y = x + values[0], y + values[1]
            else:
                dark |= {(int(x) + step, int(y)) for step in range(int(values[0]))}
                x += values[0]
        found.append(frozenset(dark))
    return found


def drawn(url: str) -> frozenset[tuple[int, int]]:
    """The dark modules of a code for this address, four modules of quiet zone around it."""
    matrix = segno.make_qr(url, error="q", boost_error=False).matrix
    return frozenset(
        (x + 4, y + 4) for y, row in enumerate(matrix) for x, module in enumerate(row) if module
    )


def test_the_codes_at_the_doors_open_the_page_that_knows_it(
    locator: Run, database: Path, tmp_path: Path
) -> None:
    file = tmp_path / "doors.html"
    done = locator(
        "door-codes", str(file), "--district", "320902", "--kind", "station", "--base-url", HTTP
    )
    assert done.returncode == 0, done.stderr
    page = file.read_text()
    ids = re.findall(rf"{HTTP}/p/(\w+)", page)
    app = application(database)
    places = app.extensions["locator"].snapshot().by_id
    assert set(ids) == {
        place.id
        for place in places.values()
        if (place.district, place.kind) == ("320902", "station")
    }
    assert f"已写入 {len(ids)} 张" in done.stderr
    assert page.count('<section class="sheet">') == len(ids) == len(codes(page))
    assert "示例数据" in page
    assert "<script" not in page
    assert "token" not in page
    names = [html.escape(places[each].name, quote=False) for each in ids]
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", page) == names

    # The server has the same secret, from the file beside the database.
    place = ids[0]
    token = app.extensions["locator"].secret
    from services.feedback import door_token

    address = f"/p/{place}?door={door_token(token, place)}"
    assert codes(page)[0] == drawn(HTTP + address)
    assert "你在门口" in app.test_client().get(address).text
    app.extensions["locator"].database.dispose()


def test_a_sheet_shows_a_hostile_name_as_it_is(
    locator: Run, database: Path, tmp_path: Path
) -> None:
    app = application(database)
    found = app.extensions["locator"].snapshot().places[0]
    name = "{{7*7}}</h1><script>alert(1)</script>"
    with app.extensions["locator"].database.writing() as session:
        update = PlaceUpdate(found.id, found.version, {"name": name})
        PlaceRegistry(session).apply(updates=[update], actor="test")
    app.extensions["locator"].database.dispose()
    file = tmp_path / "doors.html"
    assert locator("door-codes", str(file), "--base-url", HTTP).returncode == 0
    assert html.escape(name) in file.read_text()
    assert "<script" not in file.read_text()


@pytest.mark.parametrize(
    ("words", "environment", "sentence"),
    [
        ((), {}, "LOCATOR_BASE_URL"),
        (("--base-url", "map.example.org"), {}, "map.example.org"),
        (("--base-url", "javascript:alert(1)"), {}, "不对"),
        (("--base-url", "http://[::1"), {}, "不对"),
        (("--base-url", "https://map.example.org"), {}, "LOCATOR_SECRET_KEY"),
        (("--base-url", HTTP, "--district", "999999"), {}, "999999"),
        (("--base-url", HTTP, "--kind", "pool"), {}, "pool"),
        ((), {"LOCATOR_BASE_URL": "https://map.example.org"}, "LOCATOR_SECRET_KEY"),
    ],
)
def test_what_is_missing_is_told_and_no_file_is_left(
    locator: Run,
    tmp_path: Path,
    words: tuple[str, ...],
    environment: dict[str, str],
    sentence: str,
) -> None:
    file = tmp_path / "doors.html"
    done = locator("door-codes", str(file), *words, **environment)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not file.exists()


def test_a_public_address_is_taken_from_the_settings(locator: Run, tmp_path: Path) -> None:
    file = tmp_path / "doors.html"
    done = locator(
        "door-codes",
        str(file),
        "--kind",
        "rights_centre",
        LOCATOR_BASE_URL="https://map.example.org",
        LOCATOR_SECRET_KEY="the server has the same one",
    )
    assert done.returncode == 0, done.stderr
    assert "https://map.example.org/p/" in file.read_text()


def test_what_was_said_is_listed_for_the_maintainers(locator: Run, database: Path) -> None:
    app = application(database)
    client, snapshot = app.test_client(), app.extensions["locator"].snapshot()
    place = snapshot.places[0]
    said = [("closed", "门锁着 [bold]"), ("closed", ""), ("still_true", "")]
    for number, (word, note) in enumerate(said):
        fields = {"said": word, "note": note, "phone": f"{number:032x}"}
        assert client.post(f"/p/{place.id}/feedback", data=fields).status_code == 303
    app.extensions["locator"].database.dispose()

    listed = locator("feedback", "--json")
    assert listed.returncode == 0, listed.stderr
    report = json.loads(listed.stdout)
    (only,) = report["places"]
    assert (only["id"], only["name"], only["total"], only["wrong"]) == (place.id, place.name, 3, 2)
    assert only["counts"] == {
        "still_true": {"n": 1, "at_door": 0},
        "closed": {"n": 2, "at_door": 0},
    }
    assert [note["note"] for note in only["notes"]] == ["门锁着 [bold]"]
    assert "digest" not in listed.stdout

    text = locator("feedback", "--place", place.id, "--since", "2026-01-01")
    assert text.returncode == 0
    assert "关了、找不到 2 条" in text.stdout
    assert "门锁着 [bold]" in text.stdout
    assert "示例数据" in text.stderr
    nothing = locator("feedback", "--since", "2999-01-01")
    assert "没有人说过什么" in nothing.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(("--since", "yesterday"), "2026-11-24"), (("--place", "nothing"), "nothing")],
)
def test_a_wrong_question_is_told(locator: Run, words: tuple[str, ...], sentence: str) -> None:
    done = locator("feedback", *words)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_place_that_was_taken_down_has_no_code(
    locator: Run, database: Path, tmp_path: Path
) -> None:
    app = application(database)
    found = app.extensions["locator"].snapshot().places[0]
    with app.extensions["locator"].database.writing() as session:
        update = PlaceUpdate(found.id, found.version, {"status": PlaceStatus.SUSPENDED})
        PlaceRegistry(session).apply(updates=[update], actor="test")
    app.extensions["locator"].database.dispose()
    file = tmp_path / "doors.html"
    assert locator("door-codes", str(file), "--base-url", HTTP).returncode == 0
    assert f"/p/{found.id}" not in file.read_text()
