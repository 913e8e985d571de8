"""Every byte is read exactly, or the file is refused with the line."""

from __future__ import annotations

import pytest

from services.errors import FileUnreadable
from services.importing.encoding import decode

TABLE = "类别,名称\n站点,盐城驿站\n站点,𠮷祥😀驿站\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TABLE.encode(), "UTF-8"),
        (TABLE.encode("utf-8-sig"), "UTF-8"),
        (TABLE.encode("gb18030"), "GB18030"),
        (b"\x84\x31\x95\x33" + TABLE.encode("gb18030"), "GB18030"),
        (TABLE.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + TABLE.encode("utf-16-be"), "UTF-16"),
        ("kind,name\n站点,驿站\n".encode("utf-16-le"), "UTF-16"),
        ("kind,name\n站点,驿站\n".encode("utf-16-be"), "UTF-16"),
        (b"\xff\xfe\0\0" + TABLE.encode("utf-32-le"), "UTF-32"),
    ],
)
def test_each_encoding_is_read_exactly(data: bytes, encoding: str) -> None:
    text, name = decode(data)
    assert name == encoding
    assert text in (TABLE, "kind,name\n站点,驿站\n")


def test_a_one_row_gbk_file_that_says_liantong_is_liantong() -> None:
    assert decode("kind,name\nstation,联通\n".encode("gbk")) == (
        "kind,name\nstation,联通\n",
        "GB18030",
    )


def test_gbk_that_is_also_valid_utf8_is_chinese() -> None:
    # 鲁迅 … many level-1 characters have bytes C2–DF 80–BF, a valid two-byte UTF-8 character.
    data = b"kind,name\nstation," + bytes.fromhex("c4a3 c4a3") + b"\n"
    assert data.decode("utf-8")  # this is the trap
    assert decode(data)[0].endswith("模模\n")


@pytest.mark.parametrize("name", ["Café", "Größe", "Äußere Straße", "Ä, Café", "20°C"])
def test_a_latin_word_with_accents_stays_itself(name: str) -> None:
    assert decode(f"kind,name\nstation,{name}\n".encode()) == (
        f"kind,name\nstation,{name}\n",
        "UTF-8",
    )


@pytest.mark.parametrize(
    "name",
    ["Красная площадь", "Минск", "Харків", "Αθήνα, Ελλάδα", "תל אביב", "القاهرة", "İstanbul Łódź"],
)
def test_a_name_in_another_script_of_two_bytes_a_letter_stays_itself(name: str) -> None:
    text = f"kind,name\nstation,{name}\n"
    assert decode(text.encode()) == (text, "UTF-8")


def test_json_is_utf8_where_it_can_be() -> None:
    assert decode(b'{"a": "\xc2\xa1"}', is_json=True) == ('{"a": "¡"}', "UTF-8")


def test_one_lone_undecidable_character_is_refused_with_its_line() -> None:
    with pytest.raises(FileUnreadable, match="第 2 行"):
        decode(b"kind,name\nstation," + bytes.fromhex("c4a3") + b"\n")


def test_cesu8_is_read_exactly() -> None:
    high, low = "\ud83d".encode("utf-8", "surrogatepass"), "\ude00".encode("utf-8", "surrogatepass")
    text, name = decode("名称\n驿站".encode() + high + low + b"\n")
    assert (text, name) == ("名称\n驿站😀\n", "CESU-8")


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(FileUnreadable):
        decode("名称\n驿站".encode() + "\ud83d".encode("utf-8", "surrogatepass") + b"\n")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_file_cut_inside_a_character_is_refused(encoding: str) -> None:
    whole = "类别,名称\n站点,盐城驿站".encode(encoding)
    with pytest.raises(FileUnreadable, match=r"第 2 行.*断了"):
        decode(whole[:-1])


def test_mixed_encodings_are_refused_with_the_line_that_differs() -> None:
    mixed = "类别,名称\n站点,盐城驿站\n".encode() + "站点,大丰驿站\n".encode("gbk")
    with pytest.raises(FileUnreadable, match="第 3 行"):
        decode(mixed)


def test_a_mark_that_the_bytes_do_not_keep_is_refused_with_the_line() -> None:
    data = b"\xef\xbb\xbf" + "类别,名称\n".encode() + "站点,驿站和别的\n".encode("gbk")
    with pytest.raises(FileUnreadable, match="第 2 行"):
        decode(data)
