"""What people write, and what it means in OSM's ``opening_hours`` (by hand)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hours import parse_hours
from services.hours.expression import canonical
from services.limits import TEXT_CHARACTERS

PLAIN = {
    "24小时": "24/7",
    "全天": "24/7",
    "24小时开放": "24/7",
    "全天24小时营业": "24/7",
    "7*24小时": "24/7",
    "0:00-24:00": "24/7",
    "00:00—23:59": "24/7",
    "每天6:00—22:00": "06:00-22:00",
    "每日 08：00 － 20：00": "08:00-20:00",
    "８：３０～１７：３０": "08:30-17:30",
    "8点到18点": "08:00-18:00",
    "8-18点": "08:00-18:00",
    "早8点至晚10点": "08:00-22:00",
    "早八点到晚十点半": "08:00-22:30",
    "早8-晚10": "08:00-22:00",
    "早上6点30分-晚上9点": "06:30-21:00",
    "上午8:30-11:30 下午2:00-5:30": "08:30-11:30,14:00-17:30",
    "上午8:30-12:00，下午13:30-17:30": "08:30-12:00,13:30-17:30",
    "8:30-12:00;14:00-18:00": "08:30-12:00,14:00-18:00",
    "周一至周五 08:30-12:00,13:00-17:30": "Mo-Fr 08:30-12:00,13:00-17:30",
    "星期一到星期六8:00-17:00（星期日休息）": "Mo-Sa 08:00-17:00; Su closed",
    "周一至周五8:00-18:00、周六、日9:00-17:00": "Mo-Fr 08:00-18:00; Sa,Su 09:00-17:00",
    "周五八点到十点": "Fr 08:00-10:00",
    "周一至周五全天": "Mo-Fr",
    "8:00-18:00(周一至周五)": "Mo-Fr 08:00-18:00",
    "周一闭馆,每天9:00-17:00": "09:00-17:00; Mo closed",
    "8:00-17:30(12:00-13:30午休)": "08:00-12:00,13:30-17:30",
    "8:00-17:30,午休12:00-13:00": "08:00-12:00,13:00-17:30",
    "\ufeff8:00-18:00\u200b": "08:00-18:00",
    "周一至周五8:00-18:00\n周六8:00-12:00": "Mo-Fr 08:00-18:00; Sa 08:00-12:00",
    "8:00-17:30,12:00-13:00休息": "08:00-12:00,13:00-17:30",
    "22:00-次日6:00": "22:00-06:00",
    "晚上10点到次日早上6点": "22:00-06:00",
    "晚10点到凌晨2点": "22:00-02:00",
    "8:00-次日8:00": "08:00-32:00",
    "工作日 9:00-17:00": "Mo-Fr 09:00-17:00; PH closed",
    "工作日9:00-17:30,周末休息": "Mo-Fr 09:00-17:30; PH closed; Sa,Su closed",
    "工作日9:00-17:00,周末10:00-16:00": "Mo-Fr 09:00-17:00; PH closed; Sa,Su 10:00-16:00",
    "周末及节假日9:00-17:00,工作日8:00-18:00": "Mo-Fr 08:00-18:00; Sa,Su,PH 09:00-17:00",
    "每天8:00-18:00，法定节假日休息": "08:00-18:00; PH closed",
    "8:00-18:00,全年无休": "08:00-18:00",
    "夏季6:00-22:00，冬季8:00-18:00": "May-Sep 06:00-22:00; Oct-Apr 08:00-18:00",
    "夏季(6月-9月)6:00-22:00；冬季（10月至次年5月）8:00-18:00": (
        "Jun-Sep 06:00-22:00; Oct-May 08:00-18:00"
    ),
    "6-9月 6:00-22:00;10-5月 7:00-19:00": "Jun-Sep 06:00-22:00; Oct-May 07:00-19:00",
    "5月1日至9月30日8:00-18:30,10月1日至次年4月30日8:00-17:30": (
        "May 1-Sep 30 08:00-18:30; Oct 1-Apr 30 08:00-17:30"
    ),
    "周一至周五 夏季8:00-18:30 冬季8:00-17:30": (
        "May-Sep Mo-Fr 08:00-18:30; Oct-Apr Mo-Fr 08:00-17:30"
    ),
    "夏季周一至周五8:00-18:00,周六9:00-12:00;冬季周一至周五8:30-17:30": (
        "May-Sep Mo-Fr 08:00-18:00; May-Sep Sa 09:00-12:00; Oct-Apr Mo-Fr 08:30-17:30"
    ),
}

OSM = {
    "24/7": "24/7",
    "off": "24/7 closed",
    "Mo-Fr 08:30-12:00,13:00-17:30; PH off": "Mo-Fr 08:30-12:00,13:00-17:30; PH closed",
    "Mo-Fr 8:00–18:00": "Mo-Fr 08:00-18:00",
    "Mo – Fr 08:00 — 18:00": "Mo-Fr 08:00-18:00",
    "Mon-Fri 9:00-18:00; sunday OFF": "Mo-Fr 09:00-18:00; Su closed",
    "Mo, We 08:00-12:00": "Mo,We 08:00-12:00",
    "Jun-Sep 06:00-22:00; Oct-May 08:00-18:00": "Jun-Sep 06:00-22:00; Oct-May 08:00-18:00",
    "22:00-06:00": "22:00-06:00",
    "08:30-05:30": "08:30-05:30",
}

NOT_PLAIN = [
    "",
    "   ",
    "工作日开放",
    "法定节假日休息",
    "周末休息",
    "夏季6:00-22:00",
    "全年无休",
    "预约开放",
    "24小时热线12351",
    "高温天气延长至22:00",
    "自助区24小时",
    "周一至周五",
    "Mo-Fr",
    "open",
    "8:00",
    "8-18",
    "2026",
    "8:30-5:30",
    "8:30-11:30,2:00-5:30",
    "2:00-下午5:30",
    "上午13:00-15:00",
    "25:00-26:00",
    "8:61-9:00",
    "8:00-8:00",
    "8:00-18:00,周末",
    "周一至周五 8:00-18:00 全年无休",
    "夏季周一至周五8:00-18:00;冬季8:00-17:00",
    "夏季6:00-22:00,冬季8:00-18:00;周末9:00-17:00x",
    "夏季6:00-22:00,冬季8:00-18:00;节假日9:00-17:00",
    "周六10:00-16:00,每天8:00-18:00",
    "13月-14月 8:00-18:00",
    "sunrise-sunset",
    "08:00+",
    "Mo-Fr 08:00-12:00 || unknown",
    '08:00-12:00 "请致电"',
    "SH 08:00-12:00",
    "PH Mo-Fr 08:00-12:00",
    "PH -1 day 08:00-12:00",
    "Mo[1],PH 08:00-12:00",
]


@pytest.mark.parametrize(("raw", "osm"), [*PLAIN.items(), *OSM.items()])
def test_plain_hours_are_understood(raw: str, osm: str) -> None:
    parsed = parse_hours(raw)
    assert (parsed.osm, parsed.raw, parsed.understood) == (osm, raw, True)


@pytest.mark.parametrize("raw", NOT_PLAIN)
def test_what_is_not_plain_is_kept_raw_and_not_guessed(raw: str) -> None:
    parsed = parse_hours(raw)
    assert (parsed.osm, parsed.raw, parsed.understood) == ("", raw, False)


@pytest.mark.parametrize("osm", sorted({*PLAIN.values(), *OSM.values()}))
def test_what_was_understood_is_understood_again(osm: str) -> None:
    assert canonical(osm) == osm


HOSTILE = [
    "(" * 5000,
    "(" * TEXT_CHARACTERS,
    "[" * TEXT_CHARACTERS,
    "8" * TEXT_CHARACTERS,
    "周" * TEXT_CHARACTERS,
    "周一" * (TEXT_CHARACTERS // 2),
    "周一," * (TEXT_CHARACTERS // 3),
    "8:00-" * (TEXT_CHARACTERS // 5),
    "8:00-9:00,5:00-" * (TEXT_CHARACTERS // 15),
    "- " * (TEXT_CHARACTERS // 2),
    "十" * TEXT_CHARACTERS,
    "\x00",
    "08:00-18:00\x00",
    "08:00-18:00\x1b[2J",
    "08:00-18:00\u202e",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "\ud800 08:00-18:00",
    "PH,Mo[" * 80,
]


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_not_understood_and_does_no_harm(raw: str) -> None:
    assert not parse_hours(raw).understood


def test_text_at_the_limit_is_read_and_beyond_it_is_not() -> None:
    text = "8:00-18:00"
    assert parse_hours(text.ljust(TEXT_CHARACTERS)).osm == "08:00-18:00"
    assert not parse_hours(text.ljust(TEXT_CHARACTERS + 1)).understood


def test_what_grows_beyond_the_limit_when_spelled_out_is_not_understood() -> None:
    short = "Mo " + ",".join(["8:00-9:00"] * 49)  # 492 characters, 590 in the library's spelling
    assert len(short) <= TEXT_CHARACTERS
    assert not parse_hours(short).understood


WORDS = st.sampled_from(
    """
    周一 周五 至 - , ; 8:00 18:00 22:00 6:00 8点 半 早 晚 下午 次日 工作日 周末 节假日 休息 每天
    夏季 冬季 6月 9月 24小时 全天 午休 ( ) PH Mo Fr off 24/7 || + [1] 00:00 " x
    """.split()  # noqa: SIM905 - forty quotes say nothing
)


@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map("".join)))
def test_no_text_raises_and_what_is_understood_stays_so(raw: str) -> None:
    parsed = parse_hours(raw)
    assert parsed.raw == raw
    if parsed.understood:
        assert canonical(parsed.osm) == parsed.osm
