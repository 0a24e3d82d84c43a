"""Days and moments as people in China write them out: 2026-10-06 9:30, 2026年10月6日 上午9时30分, 20261006.

What can be read in two ways is read in none: a month before its day, a year of two digits, noon called 上午.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from trace.exchange.tabular.date_formats import SHANGHAI

_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_WRITTEN: Final = re.compile(
    r"(?P<y>[0-9]{4})(?:(?P<s>[-/.])(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})"
    r"|年(?P<m2>[0-9]{1,2})月(?P<d2>[0-9]{1,2})[日号]|(?P<m3>[0-9]{2})(?P<d3>[0-9]{2}))"
    r"(?:[T ]*(?P<half>上午|下午)?\s*(?:(?P<h>[0-9]{1,2}):(?P<n>[0-9]{2})(?::(?P<x>[0-9]{2}))?"
    r"|(?P<h2>[0-9]{1,2})[时点](?:(?P<n2>[0-9]{1,2})分?(?:(?P<x2>[0-9]{1,2})秒)?|(?P<b>半))?)"
    r"\s*(?P<o>Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_NOON: Final = 12


def read_written(text: str) -> tuple[datetime, bool] | None:
    """The moment and whether a time of day was given; None for what is no date. Shanghai time, unless an
    offset says otherwise."""
    found = _WRITTEN.fullmatch(text.translate(_DASHES))
    if found is None:
        return None
    hour = found["h"] or found["h2"]
    try:
        day = (int(found["y"]), _either(found, "m", "m2", "m3"), _either(found, "d", "d2", "d3"))
        minute = 30 if found["b"] else _either(found, "n", "n2")
        moment = datetime(
            *day, _hour(int(hour or 0), found["half"]), minute, _either(found, "x", "x2"), tzinfo=SHANGHAI
        )
        if found["o"] is not None:
            moment = moment.replace(tzinfo=datetime.fromisoformat(f"2000-01-01T00:00:00{found['o']}").tzinfo)
    except ValueError:
        return None
    return moment, hour is not None


def _either(found: re.Match[str], *names: str) -> int:
    return int(next((found[name] for name in names if found[name] is not None), 0))


def _hour(hour: int, half: str | None) -> int:
    """The hour of the day; raises ValueError where the half of the day contradicts it or leaves it open."""
    if half is None:
        return hour
    if half == "上午":
        if hour >= _NOON:
            raise ValueError(hour)
        return hour
    return hour if hour >= _NOON else hour + _NOON
