"""The still picture: its size, its texts, its numbers, whatever the places are called."""

from __future__ import annotations

import io
import json
import re
import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from pypdf import PdfReader

from services.geo.point import Point
from services.pictures import still as module
from services.pictures.still import still_picture
from services.pictures.values import Framed, StillPicture
from services.pictures.words import WORDS
from services.places import vocabulary
from services.region import load_region
from services.settings import DEFAULT_REGION
from services.typesetting import FONTS
from tests.unit.pictures.codes_read import modules_of_svg, modules_of_text, png_size
from tests.unit.pictures.conftest import GROUND, URL, place, still
from tests.unit.test_typesetting import fonts_of

TextOf = Callable[[bytes], str]

HOSTILE = (
    '#eval("1+1")#panic()#read("picture.json")',
    "$x$*粗*_斜_`码`@ref<标签>\\][}{~//\\u{41}",
    "<script>alert(1)</script><imgsrc=x>&amp;",
    "{{7*7}}{%raw%}",
    '"]}, {"name": "x',
    "=标题",
)


def texts(picture: StillPicture, text_of: TextOf) -> str:
    return text_of(still_picture(picture, "pdf"))


@pytest.mark.parametrize("count", [0, 1, 2, 20])
def test_it_is_1080_px_wide_and_grows_with_its_list(count: int) -> None:
    width, height = png_size(still_picture(still(*map(place, range(1, count + 1)))))
    assert width == 1080
    assert 720 + 170 * count < height < 2400 + 300 * count


def test_it_says_everything_of_every_place(text_of: TextOf) -> None:
    places = [place(number) for number in range(1, 13)]
    text = texts(still(*places, sample=True), text_of)
    for number, each in enumerate(places, 1):
        assert f"{number}{each.name}每天8:00–18:00{each.address}电话12351" in text
    for said in (
        "盐城职工服务地图", "东区·户外劳动者服务站、卡友之家·热饭", "共12处", "示例数据",
        "请不要照着去", "扫码看实时地图", "数据日期2026年11月24日", "工会热线12351",
        "来源界线:甲；地名:乙", "示意底图", "主城区（示例范围）", "1公里",
    ):  # fmt: skip
        assert said in text, said
    for each in {each.kind for each in places}:
        assert each.name in text


def test_numbers_on_the_map_are_those_of_the_list() -> None:
    """Each number twice: a text of the map, and the list's own."""
    drawn: dict[str, str] = {}
    places = [place(number) for number in range(1, 21)]

    def keep(files: dict[str, str], **_: Any) -> bytes:
        drawn.update(files)
        return b""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "typeset", keep)
        still_picture(still(*places))
    on_map = re.findall(r">(\d{1,2})</text>", drawn["map.svg"])
    assert sorted(map(int, on_map)) == list(range(1, 21))
    listed = json.loads(drawn["picture.json"])["places"]
    assert [each["name"] for each in listed] == [each.name for each in places]
    assert modules_of_svg(drawn["qr.svg"]) == modules_of_text(URL)


def test_in_english(text_of: TextOf) -> None:
    picture = still(
        place(1, phone=""), place(2, hours="", address=""), lang="en", sample=True,
        open_at=datetime(2026, 11, 24, 22, 40), heading=(("Yancheng",), ("All places",)),
    )  # fmt: skip
    text = texts(picture, text_of)
    for said in (
        "Yancheng·Allplaces", "2places", "Openat22:40,24November2026", "Sampledata",
        "Hoursnotrecorded", "Addressnotrecorded", "ScantheQRcodeforthelivemap",
        "Dataasof24November2026",
        "Unionhotline12351", "Schematicmap", "Mainurbanarea(sample)", "第1号驿站",
    ):  # fmt: skip
        assert said in text, said
    assert "电话" not in text


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_same_values_have_the_same_bytes(theme: Any) -> None:
    picture = still(place(1), place(2), theme=theme)
    assert still_picture(picture) == still_picture(picture)
    other = still(place(1), place(2), theme="dark" if theme == "light" else "light")
    assert still_picture(picture) != still_picture(other)


def test_more_than_fit_are_counted(text_of: TextOf) -> None:
    text = texts(still(*map(place, range(1, 21)), total=200), text_of)
    assert "共200处，图上标出前20处" in text
    assert "另有180处，扫码看全部" in text


def test_a_frame_that_was_asked_for_says_what_lies_outside(text_of: TextOf) -> None:
    framed = Framed(Point(33.3, 120.2), 13)
    text = texts(still(place(1), total=200, framed=framed), text_of)
    assert "图上标出1处，符合条件的共200处" in text
    assert "另有199处，扫码看全部" in text


def test_a_picture_of_nothing_says_so(text_of: TextOf) -> None:
    text = texts(still(), text_of)
    assert "没有符合条件的服务点" in text
    assert "扫码打开实时地图" in text
    assert "另有" not in text
    framed = Framed(Point(33.3, 120.2), 15)
    text = texts(still(total=9, framed=framed, nearest=("甲站", 1340.0)), text_of)
    assert "图上这一片没有符合条件的服务点" in text
    assert "最近的是甲站，离图中心1.3公里" in text


def test_real_data_has_no_word_of_a_sample(text_of: TextOf) -> None:
    text = texts(still(place(1), ground=replace(GROUND, urban_sample=False)), text_of)
    assert "示例" not in text
    assert "主城区" in text


def test_the_review_number_stands_on_the_map(text_of: TextOf) -> None:
    ground = replace(GROUND, review_number="苏S(2026)001号")
    text = texts(still(place(1), ground=ground), text_of)
    assert "苏S(2026)001号" in text
    assert "示意底图" not in text


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_a_name(name: str, text_of: TextOf) -> None:
    picture = still(place(1, name=name, address=name, hours=name, phone="1", note=name))
    assert texts(picture, text_of).count(re.sub(r"\s+", "", name)) == 4
    assert png_size(still_picture(picture))[0] == 1080


@pytest.mark.parametrize(
    "name",
    ["很长的名字" * 24, "A" * 120, "العربية " * 10, "🏠🍚🔌" * 30, "\u0300" * 60, " ", "\u202eabc"],
)
def test_long_and_strange_names_take_two_lines_at_most(name: str) -> None:
    plain = png_size(still_picture(still(place(1), place(2))))
    strange = png_size(still_picture(still(place(1, name=name, address=name), place(2))))
    assert strange[0] == 1080
    assert strange[1] - plain[1] <= 42 * 2 + 33 * 2


@pytest.mark.parametrize("letter", ["A", "Ж", "Ω", "ع", "ก", "가", "ᠮ", "\u1e9e"])
def test_a_word_of_any_script_breaks_before_it_runs_out(letter: str) -> None:
    """42 letters are wider than the column: they take a second line."""
    short = png_size(still_picture(still(place(1, name=letter * 3))))
    long = png_size(still_picture(still(place(1, name=letter * 80))))
    assert long[1] > short[1]


def test_what_is_cut_says_so(text_of: TextOf) -> None:
    text = texts(still(place(1, name="很长的名字" * 24)), text_of)
    assert re.search(r"1(很长的名字){5,}[很长的名]*…", text)


def test_places_on_one_spot_each_keep_their_number(text_of: TextOf) -> None:
    spot = Point(33.3, 120.2)
    text = texts(still(*(place(number, point=spot) for number in range(1, 21))), text_of)
    assert all(f"第{number}号驿站" in text for number in range(1, 21))


def characters_of(font: bytes) -> set[int]:
    """The characters that an OpenType font has a glyph for (OpenType, cmap, format 12)."""
    count = struct.unpack_from(">H", font, 4)[0]
    tables = {
        font[at : at + 4]: struct.unpack_from(">I", font, at + 8)[0]
        for at in range(12, 12 + 16 * count, 16)
    }
    cmap = tables[b"cmap"]
    found: set[int] = set()
    for index in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        at = cmap + struct.unpack_from(">I", font, cmap + 4 + 8 * index + 4)[0]
        if struct.unpack_from(">H", font, at)[0] == 12:
            for group in range(struct.unpack_from(">I", font, at + 12)[0]):
                first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * group)
                found |= set(range(first, last + 1))
    return found


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_font_has_every_character_that_we_say(weight: str) -> None:
    known = characters_of((FONTS / f"NotoSansHans-{weight}.otf").read_bytes())
    said = "".join(
        "".join(value) if isinstance(value, tuple) else value
        for words in WORDS.values()
        for value in (getattr(words, name) for name in words.__dataclass_fields__)
    )
    names = vocabulary()
    said += "".join(each.name + each.name_en for each in (*names.kinds, *names.amenities))
    region = load_region(DEFAULT_REGION)
    said += "".join(each.name for each in (*region.townships, *region.gazetteer))
    said += "".join(region.credits) + region.product_name
    assert {each for each in said if ord(each) not in known} == set()


def test_only_the_projects_own_font_is_used() -> None:
    (page,) = PdfReader(io.BytesIO(still_picture(still(place(1)), "pdf"))).pages
    used = fonts_of(page["/Resources"])
    assert used == {"NotoSansHans-Regular-Identity-H", "NotoSansHans-Bold-Identity-H"}
