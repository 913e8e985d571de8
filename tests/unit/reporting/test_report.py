"""The report in its three forms: one set of values, the same bytes, whatever the names are."""

import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from pypdf import PdfReader

from services.coverage.assess import Assessment, assess
from services.coverage.counting import CountingRules
from services.coverage.demand import DemandPoints, plane_over
from services.coverage.figures import StreetFacts, figures
from services.errors import InvalidInput, SettingsInvalid
from services.locator import Locator
from services.places import Place
from services.reporting import (
    SUFFIXES,
    Evidence,
    Report,
    SuggestedSite,
    Suggestion,
    build_report,
    render,
)
from services.reporting.drawings.ground import Part, ground
from services.reporting.pdf import render_pdf
from services.settings import ROOT, Settings
from services.travel.straight_catchments import StraightCatchments
from services.wiring import build
from tests.conftest import VADUZ
from tests.unit.reporting.making import digests, evidence_of
from tests.unit.reporting.reading import Page, pdf_pages, sheets, squeezed

HOSTILE = (
    '#eval("1 + 1") #panic() #read("report.json")',
    "$x$ *粗* _斜_ `码` @ref <标签> \\ ] [ } { ~ // /* ",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    '=HYPERLINK("x")',
    "{{ 7 * 7 }}{% raw %}",
    "_x0041_ &amp; &#65; %s %(a)s",
    "A" * 90,
    "= 标题",
    "- 一、+ 二、1. 三",
)


def everything(body: bytes, suffix: str) -> str:
    """All texts of a form, squeezed."""
    if suffix == ".html":
        return squeezed(Page(body).text)
    if suffix == ".pdf":
        return "".join(pdf_pages(body))
    return squeezed(
        "\n".join(str(cell.value) for rows in sheets(body).values() for row in rows for cell in row)
    )


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_values_give_the_same_bytes(
    report: Report, files: dict[str, bytes], suffix: str
) -> None:
    assert render(report, suffix) == files[suffix]


def test_another_process_makes_the_same_bytes_of_the_same_registry(
    vaduz: Locator, tmp_path: Path
) -> None:
    database = vaduz.settings.database_url.removeprefix("sqlite:///")
    day = vaduz.now().date()
    made = subprocess.run(
        [sys.executable, "-m", "tests.unit.reporting.making", database, VADUZ, day.isoformat()],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stdout.split() == digests(evidence_of(vaduz, today=day))


def test_another_day_changes_the_dates_and_nothing_else(vaduz: Locator) -> None:
    evidence = evidence_of(vaduz)
    day = evidence.made_on
    later = day + timedelta(days=1)
    tomorrow = replace(evidence, coverage=replace(evidence.coverage, made_on=later))
    for suffix in SUFFIXES:
        files = [render(build_report(each), suffix) for each in (evidence, tomorrow)]
        texts = [everything(file, suffix) for file in files]
        assert texts[0] != texts[1]
        without_dates = [
            text.replace(later.isoformat(), "DATE").replace(day.isoformat(), "DATE")
            for text in texts
        ]
        assert without_dates[0] == without_dates[1]


def test_the_figures_of_every_district_are_the_same_in_all_forms(
    evidence: Evidence, files: dict[str, bytes]
) -> None:
    page = Page(files[".html"])
    pages = pdf_pages(files[".pdf"])
    book = sheets(files[".xlsx"])
    table = evidence.coverage.table
    for index, district in enumerate([*table.districts, None]):
        own = table.total if district is None else district
        name = "合计" if district is None else district.name
        # By hand from the engine's whole numbers.
        areas = [f"{Decimal(each) / 1_000_000:.2f}" for each in (own.weight, own.covered)]
        shares = [_percent(own.covered, own.weight)]
        for _, beside in evidence.coverage.beside:
            other = beside.total if district is None else beside.districts[index]
            shares.append(_percent(other.covered, other.weight))
        expected = [name, *areas, *shares]
        row = next(row for row in page.rows if row[:2] == [name, areas[0]])
        assert [squeezed(cell) for cell in row[: len(expected)]] == expected
        assert any(squeezed("".join(expected)) in page for page in pages), expected
        cells = next(row for row in book["区县"] if row[0].value == name)
        assert [cell.value for cell in cells[1:3]] == [own.weight / 1e6, own.covered / 1e6]
        assert cells[3].value == pytest.approx(own.covered / own.weight, abs=1e-15)
        assert all(isinstance(cell.value, int | float) for cell in cells[1:8])


def _percent(covered: int, weight: int) -> str:
    share = Decimal(covered) / Decimal(weight) * 100
    shown = share.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return ">99.9%" if shown == 100 and covered < weight else f"{shown}%"


def test_the_verdict_says_what_the_whole_numbers_say(report: Report, evidence: Evidence) -> None:
    total = evidence.coverage.table.total
    assert 0 < total.covered < total.weight
    assert report.holds is False
    assert _percent(total.covered, total.weight) in squeezed(report.finding)
    assert f"{len(evidence.gaps)}处缺口" in squeezed(report.finding)
    low, high = evidence.sensitivity.band
    for bound in (low, high):
        assert _percent(bound.covered, bound.weight) in squeezed(report.finding)


def test_a_claim_that_holds_is_said_to_hold(vaduz: Locator) -> None:
    report = build_report(evidence_of(vaduz, mode="drive", minutes=60))
    assert report.holds is True
    assert report.verdict == "成立"
    assert "没有缺口" in report.finding


def test_the_sample_is_labelled_on_every_page_and_every_sheet(files: dict[str, bytes]) -> None:
    for number, text in enumerate(pdf_pages(files[".pdf"]), 1):
        assert "示例数据" in text, f"page {number}"
    for name, rows in sheets(files[".xlsx"]).items():
        assert any(cell.value == "示例数据" for row in rows for cell in row), name
    html = files[".html"].decode()
    assert '<aside class="sample-band" aria-label="示例数据">示例数据</aside>' in html
    assert '@top-right { content: "示例数据"; }' in html  # every printed page


def test_real_data_is_not_called_a_sample(vaduz: Locator) -> None:
    places = [replace(place, source="登记") for place in vaduz.snapshot().places]
    report = build_report(evidence_of(vaduz, places, sample=False))
    for suffix in SUFFIXES:
        assert "示例数据" not in everything(render(report, suffix), suffix)


def test_another_city_prints_its_own_words_and_none_of_yanchengs(vaduz: Locator) -> None:
    report = build_report(evidence_of(vaduz))
    for suffix in SUFFIXES:
        text = everything(render(report, suffix), suffix)
        assert "盐城" not in text
        assert "瓦杜兹" in text
        assert squeezed(vaduz.region.claim) in text


@pytest.fixture(scope="module")
def hostile(vaduz: Locator) -> Report:
    """Places whose names, addresses and hours are meant for somebody's interpreter."""
    places = list(vaduz.snapshot().places)
    for index, text in enumerate(HOSTILE):
        counting = [i for i, each in enumerate(places) if each.kind == "station"]
        for i in (counting[index], len(places) - 1 - index):
            values: dict[str, Any] = {"name": text, "address": text, "opening_hours_raw": text}
            places[i] = replace(places[i], **values)
    return build_report(evidence_of(vaduz, places))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_hostile_names_stay_the_letters_that_they_are(hostile: Report, suffix: str) -> None:
    text = everything(render(hostile, suffix), suffix)
    for name in HOSTILE:
        assert squeezed(name) in text, name


def test_a_page_of_hostile_names_has_no_element_of_theirs(hostile: Report) -> None:
    page = Page(render(hostile, ".html"))
    assert not {"script", "img", "iframe", "object", "embed", "link"} & set(page.elements)
    assert not any(name.startswith("on") or name in ("style", "src") for name, _ in page.attributes)
    assert all((value or "").startswith("#") for name, value in page.attributes if name == "href")


def test_a_workbook_of_hostile_names_has_no_formula(hostile: Report) -> None:
    for rows in sheets(render(hostile, ".xlsx")).values():
        for row in rows:
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    assert cell.quotePrefix


def test_a_hostile_district_and_claim_stay_text_too(vaduz: Locator) -> None:
    evidence = evidence_of(vaduz)
    text = '#panic("x") <b>$</b> \\";}} @page{} */ </style>'
    region = replace(evidence.region, name=text, claim=text, product_name=text)
    demand = evidence.assessment.demand
    renamed = replace(demand, districts=tuple((adcode, text) for adcode, _ in demand.districts))
    report = build_report(
        replace(evidence, region=region, assessment=replace(evidence.assessment, demand=renamed))
    )
    for suffix in SUFFIXES:
        body = render(report, suffix)
        assert squeezed(text) in everything(body, suffix)
    assert Page(render(report, ".html")).elements.count("b") == 0


def test_an_empty_registry_is_said_and_nothing_is_claimed(tmp_path: Path) -> None:
    locator = build(Settings(database_url=f"sqlite:///{tmp_path / 'r.db'}", region=VADUZ))
    report = build_report(evidence_of(locator))
    locator.database.dispose()
    assert report.holds is False
    assert "没有一个计入的服务点" in report.finding
    for suffix in SUFFIXES:
        assert "登记库是空的" in everything(render(report, suffix), suffix)


def test_without_demand_there_is_no_verdict(vaduz: Locator) -> None:
    none = np.zeros(0)
    whole = none.astype(np.int64)
    nothing = DemandPoints(none, none, whole, whole, (("1", "甲"),), 100.0)
    report = build_report(evidence_of(vaduz, demand=nothing))
    assert report.holds is None
    assert report.verdict == "无法判断"
    for suffix in SUFFIXES:
        assert "无法判断" in everything(render(report, suffix), suffix)


def test_points_from_a_file_are_counted_in_their_own_unit(vaduz: Locator) -> None:
    some = vaduz.snapshot().located[:40]
    points = [place.point for place in some if place.point]
    demand = DemandPoints(
        np.array([point.lat for point in points] + [47.3]),
        np.array([point.lon for point in points] + [9.9]),
        np.array([15] * len(points) + [25], dtype=np.int64),
        np.zeros(len(points) + 1, dtype=np.int64),
        (("1", "甲"),),
        scale=10,
    )
    report = build_report(evidence_of(vaduz, demand=demand))
    assert report.city == ""
    for suffix in (".html", ".pdf"):
        text = everything(render(report, suffix), suffix)
        assert f"需求{(len(points) * 15 + 25) / 10:.1f}份" in text
        assert "平方公里" not in text


def test_a_report_by_streets_names_its_network_and_draws_the_grid_s_own_cells(
    vaduz: Locator,
) -> None:
    evidence = evidence_of(vaduz)
    found = evidence.assessment
    demand = found.demand
    by_streets = assess(
        demand,
        found.counted,
        # Any network will do: the pairs come from the catchments that are handed over.
        replace(found.measure, network=cast(Any, object())),
        catchments=StraightCatchments(demand.lats, demand.lons),
    )
    facts = StreetFacts("城里的街道(© OpenStreetMap)", "2026-01-02", 3, 1, 1.37, 250_000)
    coverage = figures(by_streets, revision=1, sample=True, made_on=evidence.made_on, streets=facts)
    report = build_report(replace(evidence, assessment=by_streets, coverage=coverage, network="n"))
    text = everything(render(report, ".html"), ".html")
    for said in (
        "街道路程667米",
        "城里的街道(©OpenStreetMap)",
        "2026-01-02",
        "1.37",
        "0.25平方公里",
    ):
        assert said in text
    assert "绕行系数从" not in text
    # 100 m cells: the covered part of a district is drawn with straight edges of whole cells.
    part = next(each for each in drawn_parts(by_streets, evidence) if not each.once.is_empty)
    index = [adcode for adcode, _ in demand.districts].index(part.adcode)
    covered = (demand.district == index) & (by_streets.reach.counts > 0)
    square = plane_over([area.polygon for area in evidence.areas])
    area = square.geometry_to_metres(part.once).area
    assert area == pytest.approx(int(covered.sum()) * 100.0**2, rel=0.15)  # cut at the edge


def drawn_parts(assessment: Assessment, evidence: Evidence) -> tuple[Part, ...]:
    return ground(
        assessment, evidence.areas, region=evidence.region, kinds=[], gaps=[], credits=""
    ).parts


def test_relaxed_rules_are_said_on_the_first_page_of_the_findings(vaduz: Locator) -> None:
    rules = CountingRules(kind=False, verified_within_days=None)
    body = render(build_report(evidence_of(vaduz, rules=rules)), ".pdf")
    assert "计入规则放宽了" in pdf_pages(body)[2]


def test_a_suggestion_is_printed_with_its_proof(vaduz: Locator) -> None:
    evidence = evidence_of(vaduz)
    weight = evidence.coverage.table.total.weight
    found = Suggestion(
        k=2,
        sites=(SuggestedSite(47.14, 9.52, 230_000, 612.4), SuggestedSite(47.15, 9.51, 90_000, 540)),
        covered_before=weight // 2,
        covered_after=weight // 2 + 320_000,
        bound=weight // 2 + 330_000,
        gap_percent=1.25,
    )
    report = build_report(replace(evidence, suggestion=found))
    text = everything(render(report, ".html"), ".html")
    assert "新建2处" in text
    assert "1.25%" in text
    assert "选址建议" in sheets(render(report, ".xlsx"))


def test_all_hours_covered_is_what_a_walk_through_the_hours_finds(evidence: Evidence) -> None:
    reach, rng = evidence.assessment.reach, np.random.default_rng(3)
    for flags, words in zip(
        evidence.always_covered, (evidence.hours.low, evidence.hours.high), strict=True
    ):
        bits = np.unpackbits(words.view(np.uint8), axis=1, bitorder="little")[:, :168]
        some = rng.choice(len(evidence.assessment.demand), 400, replace=False)
        picked = np.concatenate((some, np.flatnonzero(flags)[:100]))
        for point in picked.tolist():
            places = reach.indices[reach.indptr[point] : reach.indptr[point + 1]]
            assert flags[point] == (len(places) > 0 and bool(bits[places].any(axis=0).all()))


def test_the_workbook_holds_the_whole_week(evidence: Evidence, files: dict[str, bytes]) -> None:
    rows = sheets(files[".xlsx"])["一周"]
    first = next(i for i, row in enumerate(rows) if row[0].value == "周一 0:00")
    weight = int(evidence.assessment.demand.weights.sum())
    for hour in range(168):
        low, high = (cell.value for cell in rows[first + hour][1:3])
        assert low == pytest.approx(int(evidence.week.low[:, hour].sum()) / weight)
        assert high == pytest.approx(int(evidence.week.high[:, hour].sum()) / weight)
    assert rows[first + 167][0].value == "周日 23:00"


def test_the_lists_hold_every_place_and_every_gap(
    evidence: Evidence, files: dict[str, bytes]
) -> None:
    book = sheets(files[".xlsx"])
    counted = {row[0].value for row in book["计入的服务点"]}
    assert {place.id for place in evidence.assessment.places} <= counted
    left_out = {row[0].value for row in book["没有计入"]}
    assert {place.id for place, _ in evidence.left_out} <= left_out
    text = everything(files[".pdf"], ".pdf")
    places: list[Place] = [*evidence.assessment.places, *(p for p, _ in evidence.left_out)]
    assert all(place.id in text for place in places)
    ranks = [row[0].value for row in book["缺口"] if isinstance(row[0].value, int)]
    assert ranks == list(range(1, len(evidence.gaps) + 1))


def test_a_list_too_long_for_pages_says_so_and_is_whole_in_the_workbook(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reporting.build.REPORT_ROWS_MAX", 7)
    report = build_report(evidence)
    section = next(each for each in report.sections if each.key == "appendix-counted")
    notice, table = section.blocks
    assert "只印前 7 行" in notice.text  # type: ignore[union-attr]
    assert len(table.rows) == 7  # type: ignore[union-attr]
    sheet = next(each for each in report.sheets if each.name == "计入的服务点")
    assert len(sheet.blocks[0].rows) == len(evidence.assessment.places)  # type: ignore[union-attr]


def test_the_pdf_brings_its_own_fonts_and_its_text_is_chinese(files: dict[str, bytes]) -> None:
    reader = PdfReader(io.BytesIO(files[".pdf"]))
    fonts = {}
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            described = font.get_object()["/DescendantFonts"][0].get_object()
            fonts[described["/BaseFont"]] = described["/FontDescriptor"].get_object()
    assert any("NotoSansHans" in name for name in fonts)
    for name, descriptor in fonts.items():
        assert "/FontFile3" in descriptor or "/FontFile2" in descriptor, name
    assert "户外劳动者服务站" in reader.pages[2].extract_text() + reader.pages[3].extract_text()


def test_the_pdf_has_a_title_a_language_bookmarks_tags_and_its_day(
    report: Report, files: dict[str, bytes]
) -> None:
    reader = PdfReader(io.BytesIO(files[".pdf"]))
    assert reader.metadata is not None
    assert reader.metadata.title == f"{report.city}{report.title}"
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.date() == report.made_on
    root = reader.root_object
    assert root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"]
    chapters = [each for each in reader.outline if not isinstance(each, list)]
    assert len(chapters) == len(report.sections)


def test_every_page_names_the_revision_and_its_number(
    report: Report, files: dict[str, bytes]
) -> None:
    pages = pdf_pages(files[".pdf"])
    for number, text in enumerate(pages, 1):
        assert squeezed(report.running_head) in text
        assert f"第{number}页，共{len(pages)}页" in text


def test_without_its_fonts_the_pdf_says_what_to_do(report: Report, tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="make setup"):
        render_pdf(report, tmp_path)


@pytest.mark.parametrize("suffix", ["", ".docx", ".csv", "pdf"])
def test_other_forms_are_refused_with_those_that_there_are(report: Report, suffix: str) -> None:
    with pytest.raises(InvalidInput, match=r"\.html、\.pdf、\.xlsx"):
        render(report, suffix)


def test_the_archive_of_the_workbook_knows_no_moment_but_the_report_s(
    report: Report, files: dict[str, bytes]
) -> None:
    made = datetime.combine(report.made_on, datetime.min.time())
    with zipfile.ZipFile(io.BytesIO(files[".xlsx"])) as archive:
        for entry in archive.infolist():
            assert entry.date_time == made.timetuple()[:6]
        core = archive.read("docProps/core.xml").decode()
    assert core.count(f"{report.made_on.isoformat()}T00:00:00Z") == 2


def test_the_page_needs_nothing_from_elsewhere(files: dict[str, bytes]) -> None:
    text = files[".html"].decode()
    assert "url(" not in text
    assert "@import" not in text
    assert not {"script", "link", "img", "iframe"} & set(Page(files[".html"]).elements)
    outside = [part for part in text.split('"') if part.startswith(("http:", "https:", "//"))]
    assert set(outside) <= {"http://www.w3.org/2000/svg"}


def test_the_report_can_be_written_down_as_it_is(report: Report) -> None:
    """Plain strings, numbers and dates: no array, no place, no function hides in the values."""
    from dataclasses import asdict

    def plain(value: object) -> object:
        assert isinstance(value, date), value
        return value.isoformat()

    assert json.dumps(asdict(report), default=plain, ensure_ascii=False)
