"""What people write about opening hours -> an OSM expression, or honestly nothing.

Two ways in: OSM syntax (also with "–", full-width signs and English day names), and plain Chinese
as registers have it: 周一至周五 8:30-12:00、13:00-17:30;早8点至晚10点;全天24小时;法定节假日休息.
The rule for Chinese is that **every character must be accounted for**: one word that is not in the
tables below, and the hours are unknown. A wrong hour sends a worker to a closed door; an
unknown one is shown as unknown, with the raw text beside it.

Conventions that the text itself does not state:

* 工作日 is Monday to Friday without public holidays, and make-up working days are worked.
  周一至周五 is the plain weekdays.
* 夏季 and 冬季, where both are given without dates, are May to September and October to April, the
  working-time calendar of public bodies; dates in the text go before it.
* Spans of a day must ascend. "8:30-11:30,2:00-5:30" and "8:30-5:30" are taken for a twelve-hour
  clock and therefore for unknown; "上午8:30-11:30 下午2:00-5:30" is plain.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from services.hours.expression import WEEKDAYS, canonical
from services.hours.timespans import DAY_MINUTES, NOON, SPAN_PATTERN, NotPlain, span
from services.hours.timespans import times as times_of
from services.limits import TEXT_CHARACTERS


@dataclass(frozen=True, slots=True)
class ParsedHours:
    """Hours as written and as understood; ``osm`` is ``""`` when they are not."""

    osm: str
    raw: str

    @property
    def understood(self) -> bool:
        """Whether ``osm`` says when it is open."""
        return self.osm != ""


def parse_hours(raw: str) -> ParsedHours:
    """Read OSM syntax or plain Chinese. Never raises and never guesses; linear in the length.

    Text beyond ``limits.TEXT_CHARACTERS`` is not understood.
    """
    if len(raw) > TEXT_CHARACTERS:
        return ParsedHours("", raw)
    return ParsedHours(_osm(raw), raw)


@lru_cache(maxsize=16_384)
def _osm(raw: str) -> str:
    text = _plain_signs(raw)
    if _SAYS_WHEN.search(text) and not _misleads(text):
        expression = canonical(_english_names(text))
        if expression is not None:
            return expression
    try:
        return canonical(_read_chinese(text)) or ""
    except NotPlain:
        return ""


# --- signs ------------------------------------------------------------------------------------

_DASHES: Final = re.compile(r"\s*[-‐‑‒–—―−~〜至到]+\s*")
_HAN_HOUR: Final = re.compile(
    r"(?<![周期拜])(?<![^周期拜][一二三四五六七八九十])"
    r"(二十[一二三四]?|十[一二三四五六七八九]?|[一二两三四五六七八九])(?=[点时])"
)
_HAN_DIGITS: Final = {han: i for i, han in enumerate("零一二三四五六七八九")} | {"两": 2}


def _plain_signs(raw: str) -> str:
    """Full-width signs, dashes and Chinese numerals before 点 in their plain ASCII form."""
    text = unicodedata.normalize("NFKC", raw).replace("、", ",").replace("。", ";")
    text = re.sub("[\u200b\ufeff]", "", text)  # left by spreadsheets
    text = re.sub(r"[\r\n]+", ";", text.strip())
    text = _DASHES.sub("-", text)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\b0?0:00-23:59\b", "00:00-24:00", text)  # nobody means the last minute
    return _HAN_HOUR.sub(lambda match: str(_number(match[1])), text)


def _number(han: str) -> int:
    if "十" not in han:
        return _HAN_DIGITS[han]
    tens, _, ones = han.partition("十")
    return 10 * _HAN_DIGITS.get(tens, 1) + _HAN_DIGITS.get(ones, 0)


_ENGLISH: Final = (
    {
        word: name[:2]
        for name in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
        for word in (name.lower(), name[:3].lower(), name[:2].lower())
    }
    | {word: word for word in ("off", "closed", "open")}
    | {"ph": "PH", "sh": "SH"}
)


def _english_names(text: str) -> str:
    text = re.sub(r"[A-Za-z]+", lambda word: _ENGLISH.get(word[0].lower(), word[0]), text)
    # To the library "Mo, We 08:00-12:00" is all of Monday, and Wednesday's morning.
    names = "|".join((*WEEKDAYS, "PH"))
    return re.sub(rf"\b({names})\s*,\s*(?=(?:{names})\b)", r"\1,", text)


_SAYS_WHEN: Final = re.compile(r"\d:\d\d|24/7|^(?:off|closed)$")
"""``Mo-Fr`` alone is whole days to OSM, but to whoever fills in a form it is hours left out."""

_DIGITS_SPAN: Final = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)(?P<more>\s*,\s*(?=\d))?")
_TIMES_BY_SEMICOLON: Final = re.compile(
    r"\d{1,2}:\d\d-\d{1,2}:\d\d(?:\s*,\s*\d{1,2}:\d\d-\d{1,2}:\d\d)*"
    r"(?:\s*;\s*\d{1,2}:\d\d-\d{1,2}:\d\d)+[;\s]*"
)
"""To OSM the last of "8:30-12:00;14:00-18:00" replaces the first; whoever wrote it meant both."""


def _misleads(text: str) -> bool:
    """Whether OSM's reading is not the writer's: as above, or 8:30-5:30 on a twelve-hour clock."""
    if _TIMES_BY_SEMICOLON.fullmatch(text):
        return True
    previous_end = -1  # an hour written with one digit that runs backwards gives it away
    for match in _DIGITS_SPAN.finditer(text):
        begin = int(match[1]) * 60 + int(match[2])
        end = int(match[3]) * 60 + int(match[4])
        if begin < previous_end and len(match[1]) == 1:
            return True
        if end < begin < NOON and len(match[3]) == 1 and end > 0:
            return True
        previous_end = end if match["more"] else -1
    return False


# --- Chinese ----------------------------------------------------------------------------------

_WEEK: Final = "(?:周|星期|礼拜)"
_HAN_DAYS: Final = "一二三四五六日天"
_MONTH: Final = r"(\d{1,2})月(?:份|(\d{1,2})[日号])?"
_TOKENS: Final = {
    "months": rf"(?:每年)?(?:{_MONTH}|(\d{{1,2}}))-(?:次年|翌年)?{_MONTH}",
    "allday": r"24/7|7[*x×]24(?:小时)?|全天候|全天24小时|24个?小时|24[hH]|全天",
    "span": SPAN_PATTERN,
    "break": "午休",
    "always": "(?:含|包括)(?:法定)?节假日|(?:法定)?节假日(?:不休息?|无休|照常|正常)|全年无休|无休",
    "daily": "每天|每日|天天|全周",
    "workdays": "(?:法定)?工作日",
    "weekend": "周末|双休日",
    "holidays": "(?:国家)?法定节?假日|节假日",
    "weekdays": rf"{_WEEK}[{_HAN_DAYS}](?:-{_WEEK}?[{_HAN_DAYS}]|(?:,?[{_HAN_DAYS}])+)?",
    "summer": "夏季|夏天|夏令时",
    "winter": "冬季|冬天|冬令时",
    "off": "不开放|不对外开放|不营业|闭馆|闭店|关闭|关门|休息|休馆|停业|放假|除外",
    "stop": "[,;]",
    "noise": r"(?:开放|营业|服务|工作)?时间|对外|开放|营业|服务|全年|常年|正常|期间"
    r"|均|为|及|和|与|[:()\s]",
}
_TOKEN: Final = re.compile("|".join(f"(?P<{kind}>{regex})" for kind, regex in _TOKENS.items()))
_SEASONS: Final = {"summer": "May-Sep", "winter": "Oct-Apr"}
_DAYS: Final = {"daily": "", "workdays": "Mo-Fr", "weekend": "Sa,Su", "holidays": "PH"}
_MONTH_NAMES: Final = [
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
]


@dataclass
class _Clause:
    """Selectors, and what holds for them: "夏季 周一至周五 8:00-18:00" or "周末休息"."""

    months: list[str] = field(default_factory=list)
    seasons: list[str] = field(default_factory=list)
    days: list[str] | None = None
    days_first: bool = False
    """The days stand before the season: they hold for the seasons that follow, too."""
    workdays: bool = False
    times: list[tuple[int, int] | str] = field(default_factory=list)
    """Spans in minutes, with "off" or "break" between or after them."""
    stopped: bool = False
    """A comma or semicolon stands before it."""

    @property
    def season(self) -> str:
        """Dates go before the word: "夏季(6月-9月)"."""
        if len(self.months) > 1 or len(self.seasons) > 1:
            raise NotPlain
        return (self.months + [_SEASONS[word] for word in self.seasons] + [""])[0]


def _read_chinese(text: str) -> str:
    """The OSM expression for a Chinese text. Raises ``NotPlain``."""
    clauses, always = _clauses(text)
    rules = _rules(clauses)
    if all(times in ("off", "closed") for _, _, times in rules):
        raise NotPlain  # "周末休息" does not say when it is open
    if always and any(days for _, days, _ in rules):
        raise NotPlain  # "周一至周五 … 全年无休" contradicts itself
    # A later rule replaces an earlier one, so what is said of holidays and closed days goes last.
    # ("closed" belongs to the 工作日 before it, and does not reach the weekend's own hours.)
    rules.sort(key=lambda rule: {"off": 2, "closed": 0}.get(rule[2], int("PH" in rule[1])))
    return "; ".join(" ".join(part for part in rule if part) for rule in rules)


def _clauses(text: str) -> tuple[list[_Clause], bool]:
    clauses, always, stopped, position = [_Clause()], False, False, 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise NotPlain
        position = match.end()
        kind = next(name for name in _TOKENS if match[name] is not None)
        if kind == "stop":
            stopped = True
        elif kind == "always":
            always = True
        elif kind != "noise":
            if kind not in ("span", "allday", "off", "break") and clauses[-1].times:
                clauses.append(_Clause(stopped=stopped))
            _add(clauses[-1], kind, match)
            stopped = False
    return clauses, always


def _add(clause: _Clause, kind: str, match: re.Match[str]) -> None:
    if kind == "span":
        clause.times.append(span(match))
    elif kind == "allday":
        clause.times.append((0, DAY_MINUTES))
    elif kind in ("off", "break"):
        clause.times.append(kind)
    elif kind == "months":
        clause.months.append(_months(match[0]))
    elif kind in _SEASONS:
        clause.seasons.append(kind)
    else:
        clause.workdays |= kind == "workdays"
        clause.days_first = not (clause.months or clause.seasons)
        clause.days = clause.days or []
        clause.days.append(_DAYS[kind] if kind in _DAYS else _weekdays(match[0]))


def _rules(clauses: list[_Clause]) -> list[tuple[str, str, str]]:
    """Season, days and times of each rule; ``""`` stands for "always"."""
    if len(clauses) == 2 and not clauses[1].times:
        clauses = [_with_trailing_days(*clauses)]
    holidays_said = any("PH" in (clause.days or ()) for clause in clauses)
    rules: list[tuple[str, str, str]] = []
    season, outer_days, outer_workdays = "", "", False
    for clause in clauses:
        days, workdays, times = _joined(clause.days), clause.workdays, times_of(clause.times)
        if times == "off":
            if not days or workdays:
                raise NotPlain
            rules.append((clause.season, days, times))
            continue
        if clause.season:
            season = clause.season
            if clause.days is None:
                days, workdays = outer_days, outer_workdays
            elif clause.days_first:
                outer_days, outer_workdays = days, workdays
        elif season and (not days or "PH" in days or outer_days):
            raise NotPlain  # after the seasons: for the last of them, or for all the year?
        if any(r[:2] == (season, days) or (r[1] and not days) for r in rules if r[2] != "off"):
            raise NotPlain  # would silently replace what stands before it
        rules.append((season, days, times))
        if workdays and not holidays_said:
            rules.append((season, "PH", "closed"))
    words = {clause.seasons[0] for clause in clauses if clause.seasons and not clause.months}
    if len(words) == 1 and rules[0][0]:
        raise NotPlain  # 夏季 alone leaves the rest of the year unsaid
    return rules


def _with_trailing_days(first: _Clause, second: _Clause) -> _Clause:
    """ "8:00-18:00(周一至周五)": the days of an only span may follow it."""
    if second.stopped or first.days is not None or first.season or second.season:
        raise NotPlain
    return replace(first, days=second.days, workdays=second.workdays)


def _joined(days: list[str] | None) -> str:
    if days and "" in days and len(days) > 1:
        raise NotPlain
    return ",".join(days or ())


def _weekdays(text: str) -> str:
    """周一-周五 -> Mo-Fr; 周六,日 -> Sa,Su."""
    names = [WEEKDAYS[min(_HAN_DAYS.index(sign), 6)] for sign in re.findall(f"[{_HAN_DAYS}]", text)]
    return ("-" if "-" in text else ",").join(names)


def _months(text: str) -> str:
    """6-9月 -> Jun-Sep; 5月1日-9月30日 -> May 1-Sep 30."""
    ends = []
    for part in text.split("-"):
        numbers = [int(number) for number in re.findall(r"\d+", part)]
        if not 1 <= numbers[0] <= 12 or any(not 1 <= day <= 31 for day in numbers[1:]):
            raise NotPlain
        ends.append(" ".join([_MONTH_NAMES[numbers[0] - 1], *map(str, numbers[1:])]))
    if (" " in ends[0]) != (" " in ends[1]):
        raise NotPlain
    return "-".join(ends)
