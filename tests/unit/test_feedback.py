"""The door's token and the phone's name of one day, held to what openssl computes."""

from __future__ import annotations

import re
from datetime import date

import pytest

from services.errors import InvalidInput
from services.feedback import (
    SAID_WORDS,
    Said,
    door_token,
    is_at_door,
    phone_digest,
    phone_of,
    said_of,
)
from services.workflows.feedback import note_text

SECRET = b"k" * 43
PLACE = "0222vr3rdt"
PHONE = "id 00112233445566778899aabbccddeeff"


def test_a_doors_token_is_that_of_the_place_and_of_the_secret() -> None:
    token = door_token(SECRET, PLACE)
    assert token == "ASLHQIMGYU1dLNzH"
    assert is_at_door(SECRET, PLACE, token)
    assert not is_at_door(SECRET, "0222vr3rdu", token)
    assert not is_at_door(b"l" * 43, PLACE, token)


@pytest.mark.parametrize(
    "token", ["", "ASLHQIMGYU1dLNzI", "ASLHQIMGYU1dLNz", "门口", "\ud800", "\0"]
)
def test_another_token_opens_no_door(token: str) -> None:
    assert not is_at_door(SECRET, PLACE, token)


def test_a_phone_is_another_one_tomorrow() -> None:
    today = phone_digest(SECRET, date(2026, 11, 24), PHONE)
    assert today == "4193034825d89f5a345dab1e84287f87"
    assert phone_digest(SECRET, date(2026, 11, 25), PHONE) == "71d835b1b900372e6090bf1adc0759b4"
    assert phone_digest(b"l" * 43, date(2026, 11, 24), PHONE) != today


def test_an_id_cannot_pass_for_an_address() -> None:
    assert phone_of("", "203.0.113.7") == "address 203.0.113.7"
    assert phone_of("0" * 32, "203.0.113.7") == "id " + "0" * 32


@pytest.mark.parametrize(
    "phone", ["short", "x" * 65, "0" * 31 + " ", "0" * 31 + "号", "203.0.113.7/24"]
)
def test_an_id_of_no_page_of_ours_is_refused(phone: str) -> None:
    with pytest.raises(InvalidInput):
        phone_of(phone, "203.0.113.7")


def test_every_word_has_its_words() -> None:
    assert set(SAID_WORDS) == set(Said)
    assert [word for word in Said if not word.wrong] == [Said.STILL_TRUE]
    assert said_of("moved") is Said.MOVED
    with pytest.raises(InvalidInput, match="请选一项"):
        said_of("burnt down")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("  门锁着\r\n没有人 ", "门锁着 没有人"),
        ("新电话 \u202a0515-12345678\u202c", "新电话 0515-12345678"),  # pasted from an address book
        ("\u202eexe.门\u2069", "exe.门"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f", "👨👩👧 ❤\ufe0f"),
        ("cafe\u0301", "caf\u00e9"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("{{7*7}}<script>", "{{7*7}}<script>"),
        ("字" * 200, "字" * 200),
        ("", ""),
    ],
)
def test_a_note_is_kept_as_one_plain_line(sent: str, kept: str) -> None:
    assert note_text(sent) == kept


@pytest.mark.parametrize(
    "sent", ["门\0", "门\x1b[31m", "门\ufffd", "门\ud800", "字" * 201, "\u2028\ufff9\x07"]
)
def test_a_note_with_control_characters_or_too_long_is_refused(sent: str) -> None:
    with pytest.raises(InvalidInput) as problem:
        note_text(sent)
    assert problem.value.field == "note"
    assert re.search("删去|缩短|重新填写", problem.value.message)
