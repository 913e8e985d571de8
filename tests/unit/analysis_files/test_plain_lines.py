"""The fast way of reading plain lines means what the careful way means, to the last bit."""

from __future__ import annotations

import tempfile
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analysis_files import DemandFile, plain_lines, read_demand
from services.analysis_files.plain_lines import PlainLines, blocks, line_count
from services.analysis_files.runs import Run, Words
from services.errors import LocatorError
from services.importing.cells import clean
from services.importing.columns import resolve
from services.importing.delimited import open_delimited

PLAIN = st.tuples(
    st.from_regex(r"[0-9A-Za-z一-龥é_.:#-]{1,4}( [a-c])?", fullmatch=True),
    st.from_regex(r"[+-]?[0-9]{1,2}(\.[0-9]{0,18})?", fullmatch=True),
    st.from_regex(r"[+-]?[01]?[0-9]{1,2}(\.[0-9]{0,18})?", fullmatch=True),
    st.from_regex(r"[0-9]{1,9}(\.[0-9]{0,3}0{0,3})?", fullmatch=True),
    st.from_regex(r"([甲乙丙]|Île Saint Louis)?", fullmatch=True),
)
ODD = st.tuples(
    st.sampled_from(["a", "", " a", "a\u0301", "é", "'=1", "'a", "-1", "\u200b", "x" * 121]),
    st.sampled_from(["1", "1.", ".5", "", "1e-5", "91", "０", "+1", "1" * 4, "0." + "1" * 21]),
    st.sampled_from(["1", "181", "nan", "-179.5", "120°9′E"]),
    st.sampled_from(["1", "", "-1", ".5", "1e3", "1.0005", "1234567890.5", "x"]),
    st.sampled_from(["甲", "", " 甲", "甲 乙", "甲  乙", "\t", "x" * 121]),
)
LINES = st.lists(st.one_of(PLAIN, PLAIN, PLAIN, ODD, st.just(())), max_size=20)
HEADER = "id,lat,lon,weight,district"


def outcome(text: str) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "d.csv"
        path.write_bytes(text.encode())
        try:
            read = read_demand(path)
        except LocatorError as problem:
            return type(problem), problem.message
    return comparable(read)


def comparable(read: DemandFile) -> object:
    demand = read.demand
    return (
        demand.ids,
        demand.lats.tolist(),
        demand.lons.tolist(),
        demand.weights.tolist(),
        demand.scale,
        demand.district.tolist(),
        demand.districts,
        read.refused,
        read.notes,
    )


@settings(deadline=None, max_examples=150)
@given(LINES, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_both_ways_of_reading_mean_the_same(
    rows: list[tuple[str, ...]], end: str, ended: bool
) -> None:
    # One quote in the header sends the whole file the careful way.
    lines = [",".join(row) for row in rows]
    plain = end.join([HEADER, *lines]) + (end if ended else "")
    careful = end.join([f'"id"{HEADER[2:]}', *lines]) + (end if ended else "")
    assert outcome(plain) == outcome(careful)


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_where_a_text_is_cut_into_blocks_does_not_matter(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    rows = [f"p{n},{n % 90}.5,{n % 180},{n}.25,{'甲乙'[n % 2]}" for n in range(1, 400)]
    rows[50] = "p51,91,2,3,甲"
    rows[120] = "p5,1,2,3,甲"
    rows[300] = ""
    text = "\n".join([HEADER, *rows])
    whole = outcome(text)
    monkeypatch.setattr(plain_lines, "BLOCK_CHARACTERS", size)
    assert outcome(text) == whole


def lines_of(text: str) -> PlainLines:
    found = open_delimited(text)
    return PlainLines(found, resolve(found.header, nameless=True, weighted=True), Words())


def run_of(text: str) -> Run | None:
    lines, start = lines_of(text), text.index("\n") + 1
    assert lines.usable
    return lines.run(text[start:], 2)


def test_an_ordinary_file_goes_the_fast_way() -> None:
    run = run_of("id,name,lat,lon,weight\na,Café x; y,33.5,120,7\nb,,1,2,0.125\n")
    assert run is not None
    assert run.ids == ["a", "b"]
    assert run.lines.tolist() == [2, 3]
    assert run.units.tolist() == [7000, 125]


@pytest.mark.parametrize(
    "line", ["", "a,1,2", "a,1,2,3,4", "a, 1,2,3", ",1,2,3", "a,1e1,2,3", "a,91,2,3", "a\r,1,2,3"]
)
def test_a_block_with_anything_else_in_it_is_left_to_the_careful_reader(line: str) -> None:
    assert run_of(f"id,lat,lon,weight\nz,1,2,3\n{line}\ny,1,2,3\n") is None


@pytest.mark.parametrize(
    "header",
    ['"id",lat,lon', "id,lat,lon,datum", "id,坐标", "id,纬度(GCJ-02),经度(GCJ-02)"],
)
def test_quotes_and_other_datums_are_left_to_the_careful_reader(header: str) -> None:
    assert not lines_of(f"{header}\n").usable


def test_a_plain_letter_stays_as_it_is_when_a_cell_is_cleaned() -> None:
    lines = lines_of("id,lat,lon\n")
    letters = [
        letter
        for letter in map(chr, range(0x20, 0xD800))
        if lines.run(f"x{letter}x,1,2\n", 2) is not None
    ]
    assert {"é", "龙", "Ж", "-"} <= set(letters)
    for letter in letters:
        assert clean(letter * 2, "id").replace(" ", "") == (letter * 2).replace(" ", "")
        assert unicodedata.is_normalized("NFC", letter)


@given(st.text(st.sampled_from("ab,\n\r"), max_size=60), st.integers(1, 9))
def test_blocks_are_whole_lines_and_all_of_the_text(text: str, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_lines, "BLOCK_CHARACTERS", size)
        cuts = list(blocks(text, 0))
    assert "".join(text[start:end] for start, end in cuts) == text
    assert all(text[end - 1] == "\n" for _, end in cuts[:-1])
    ends = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")) - 1
    assert sum(line_count(text[start:end]) for start, end in cuts) == ends


def test_a_file_that_fits_one_way_is_limited_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.analysis_files.demand.DEMAND_POINTS_MAX", 3)
    rows = "".join(f"p{n},1,2,3,甲\n" for n in range(4))
    assert outcome(f"{HEADER}\n{rows}") == outcome(f'"id"{HEADER[2:]}\n{rows}')


def test_a_run_keeps_its_columns_together() -> None:
    run = run_of("id,lat,lon,weight\na,1,2,3\nb,4,5,6\n")
    assert run is not None
    kept = run.where(run.lats > 2)
    assert (kept.ids, kept.lons.tolist(), kept.lines.tolist()) == (["b"], [5.0], [3])
