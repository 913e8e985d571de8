"""Readings, held against what a dictionary (现代汉语词典) has for these characters."""

from __future__ import annotations

import subprocess
import sys

import pytest

from services.pinyin import COMMON, readings, readings_of


@pytest.mark.parametrize(
    ("character", "syllables"),
    [
        ("盐", {"yan"}),
        ("城", {"cheng"}),
        ("长", {"chang", "zhang"}),
        ("重", {"chong", "zhong"}),
        ("圩", {"wei", "xu"}),
        ("堡", {"bao", "bu", "pu"}),
        ("乐", {"le", "yue"}),
        ("大", {"da", "dai"}),
        ("女", {"nv"}),
        ("绿", {"lv", "lu"}),
        ("略", {"lve"}),
    ],
)
def test_a_character_has_the_readings_of_the_dictionary(
    character: str, syllables: set[str]
) -> None:
    assert syllables <= readings(character)


@pytest.mark.parametrize("character", ["A", "z", "1", " ", "·", "\n", "あ", "한", "😀", "é", ""])
def test_what_is_no_chinese_character_has_no_reading(character: str) -> None:
    assert readings(character) == frozenset()


def test_the_table_lists_each_syllable_of_the_texts_with_what_sounds_like_it() -> None:
    table = readings_of(["建军路", "No. 5"])
    assert set(table) >= {"jian", "jun", "lu"}
    assert {"建", "健", "见"} <= set(table["jian"])
    assert {"军", "君", "均"} <= set(table["jun"])
    assert "路" in table["lu"]
    assert "解" not in "".join(table.values()), "sounds like nothing in the texts"


def test_a_rare_character_of_a_text_is_read_too() -> None:
    assert "埝" not in COMMON
    assert "埝" in readings_of(["大埝"])["nian"]


def test_all_is_in_plain_small_letters() -> None:
    table = readings_of([COMMON])
    assert all(syllable.isascii() and syllable.islower() for syllable in table)
    assert 380 < len(table) < 420  # Mandarin has some four hundred syllables
    assert set(COMMON) <= set("".join(table.values()))


def test_equal_characters_give_an_equal_table() -> None:
    assert list(readings_of(["盐城", "建湖"]).items()) == list(readings_of(["湖城建盐"]).items())


def test_a_region_without_chinese_has_an_empty_table() -> None:
    assert readings_of(["Vaduz", "Städtle 12", ""]) == {}
    assert readings_of([]) == {}


def test_the_common_characters_are_the_first_level_of_gb_2312() -> None:
    assert len(COMMON) == len(set(COMMON)) == 3755
    assert (COMMON[0], COMMON[-1]) == ("啊", "座")


def test_nothing_of_it_is_loaded_before_somebody_asks() -> None:
    """The package takes time and memory, and its table of phrases most of both."""
    program = (
        "import sys, services.pinyin as p; assert 'pypinyin' not in sys.modules; p.readings('盐');"
        "assert 'pypinyin.phrases_dict' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
