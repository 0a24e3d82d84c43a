"""Formats of dates: which day and hour a person reads in a cell that counts days since 1900."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Final

from trace.exchange.tabular.format_codes import NumberFormat, Token
from trace.exchange.tabular.number_formats import section_of

SHANGHAI: Final = timezone(timedelta(hours=8))
_EPOCH: Final = datetime(1899, 12, 30, tzinfo=SHANGHAI)
_SERIALS: Final = range(36_526, 73_051)  # 2000-01-01 to 2100-01-01; anything else is no date of ours
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEK: Final = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class SeenMoment:
    """A day or moment as a cell shows it. `at` has no more than is seen: no seconds where none are shown.

    `has_day`: year, month and day are all shown; `has_time`: hour and minute are.
    """

    at: datetime
    shown: str
    has_day: bool
    has_time: bool
    whole_day: bool
    """No time of day is stored."""


def is_date(form: NumberFormat, value: Decimal) -> bool:
    """Whether the format shows this number as a day or a time."""
    return section_of(form, value)[0].is_date


def seen_moment(form: NumberFormat, value: Decimal) -> SeenMoment | None:
    """What is read in the cell; None where it is not worked out, or is no day of this century."""
    section, _ = section_of(form, value)
    if not section.known or section.white or int(value) not in _SERIALS:
        return None
    kinds = {token.kind for token in section.tokens}
    if not kinds <= {"date", "literal", "point", "group"}:
        return None
    at = whole_second(_EPOCH + timedelta(days=float(value)))
    signs = _named(section.tokens)
    shown = "".join(_written(name, token, at, signs) for name, token in signs)
    names = {name for name, _ in signs}
    has_time = {"hour", "minute"} <= names
    if has_time and "second" not in names:
        at = at.replace(second=0)
    return SeenMoment(
        at, shown, {"year", "month", "day"} <= names, has_time, (at.hour, at.minute, at.second) == (0, 0, 0)
    )


def whole_second(moment: datetime) -> datetime:
    """Excel keeps a time as a fraction of a day and is a few microseconds off; the second is meant."""
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)


def _named(tokens: Sequence[Token]) -> list[tuple[str, Token]]:
    """Each token with what it stands for: `m` is the minute beside hours and seconds, else the month."""
    named: list[tuple[str, Token]] = []
    for token in tokens:
        sign = token.text[0].lower() if token.kind == "date" else ""
        name = {"y": "year", "d": "day", "h": "hour", "s": "second"}.get(sign, "literal")
        if (sign == "d" and len(token.text) > 2) or (sign == "a" and "/" not in token.text):
            name = "weekday"
        elif sign == "a" or token.text == "上午/下午":
            name = "half" if token.kind == "date" else "literal"
        elif sign == "m":
            before = next((one for one, _ in reversed(named) if one not in {"literal", "half"}), "")
            name = "minute" if before in {"hour", "second"} and len(token.text) < 3 else "month"
        elif sign == "s":
            named = _minutes_before(named)
        if sign == "y" and len(token.text) < 3:
            name = "short-year"
        named.append((name, token))
    return named


def _minutes_before(named: list[tuple[str, Token]]) -> list[tuple[str, Token]]:
    """An `m` straight before seconds is the minute."""
    for place in range(len(named) - 1, -1, -1):
        name, token = named[place]
        if name == "month":
            return [*named[:place], ("minute", token), *named[place + 1 :]]
        if name not in {"literal", "half"}:
            break
    return named


def _written(name: str, token: Token, at: datetime, signs: Sequence[tuple[str, Token]]) -> str:
    text, width = token.text, len(token.text)
    if name == "literal":
        return text
    if name == "half":
        halves = text.split("/") if "/" in text else ["AM", "PM"]
        return halves[at.hour >= 12]
    if name == "weekday":
        if text[0].lower() == "a":
            return ("星期" if width == 4 else "") + _WEEK[at.weekday()]
        return _DAYS[at.weekday()]
    if name == "month" and width >= 3:
        return _MONTHS[at.month - 1]
    hour = at.hour
    if any(one == "half" for one, _ in signs):
        hour = (at.hour + 11) % 12 + 1
    number = {
        "year": at.year, "short-year": at.year % 100, "month": at.month, "day": at.day, "hour": hour,
        "minute": at.minute, "second": at.second,
    }[name]  # fmt: skip
    return str(number).rjust(2 if name == "short-year" else min(width, 2), "0")
