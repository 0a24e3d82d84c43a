"""What an authority enters of a producer: SC licence, trace system, staffing, grade, pairing, certificates.

Each entry has its evidence, the days for which it is so, and who entered it when. The last that was entered
of a kind stands; nothing is changed or removed. A grade is made of points, each with its datum: its sum is
computed, at most 40 static, 40 dynamic and 20 general. Its indicators stand in an editable table
(`trace.oversight.risk_table`), whose version the grade names; others may be named beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import NumberMalformed, RegisterEntryUnfit
from trace.identity import sc_no

SC: Final = "sc_licence"
SYSTEM: Final = "trace_system"
STAFF: Final = "staffing"
GRADE: Final = "risk_grade"
HACCP: Final = "haccp"
ISO_22000: Final = "iso_22000"
EXAM: Final = "worker_exam"
PAIRING: Final = "pairing"
"""结对: the larger enterprise that helps this one, or the one that it helps, by name."""
CATALOGUED: Final = "catalogued"
"""Which goods of the city's catalogue of traced goods a firm produces, or none of them."""
KINDS: Final = (SC, SYSTEM, STAFF, GRADE, PAIRING, CATALOGUED, HACCP, ISO_22000, EXAM)
MANAGED: Final = (HACCP, ISO_22000)
"""Certificates of management systems: firms with neither are those that may need assistance."""
PARTS: Final[Mapping[str, int]] = {"static": 40, "dynamic": 40, "general": 20}
"""静态, 动态, 通用, and the most points of each."""
GRADES: Final = ("A", "B", "C", "D")
_MOST: Final = 100
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it stands. `origin`: "page", or the SHA-256 of the list that it was read from."""

    firm: str
    kind: str
    seq: int
    at: datetime
    content: Mapping[str, Any]
    since: date
    until: date | None
    evidence: str
    why: str
    origin: str
    authority: str
    person: str
    name: str

    @property
    def id(self) -> str:
        """What a figure cites it by."""
        return f"register:{self.firm.rsplit(':', 1)[-1]}:{self.kind}:{self.seq}"

    @property
    def wording(self) -> str:
        """The name of its wording: its kind, with its act; a grade without points has no sum to say."""
        if "act" in self.content:
            return f"{self.kind}-{self.content['act']}"
        return f"{GRADE}-bare" if self.kind == GRADE and not self.content.get("points") else self.kind

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a grade: for which indicator, and the datum that it rests on."""

    part: str
    indicator: str
    points: int
    datum: str


def content_of(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the entry says, checked; raises `RegisterEntryUnfit` naming the member."""
    return _READ[kind](given) if kind in _READ else _unfit("kind")


def points_of(content: Mapping[str, Any]) -> tuple[Point, ...]:
    """The points that a grade is made of."""
    return tuple(Point(**one) for one in content.get("points", ()))


def sums_of(points: Iterable[Point]) -> dict[str, int]:
    """Part -> its points together."""
    found = dict.fromkeys(PARTS, 0)
    for one in points:
        found[one.part] += one.points
    return found


def standing_on(day: date, entries: Iterable[Entry]) -> dict[tuple[str, str], Entry]:
    """(firm, kind) -> the entry that holds on a day, as was known on it; entries in order of arrival.

    One that begins later leaves the one before it standing until then.
    """
    begun = (one for one in entries if day_in_shanghai(one.at) <= day and one.since <= day)
    last = {(one.firm, one.kind): one for one in begun}
    return {key: one for key, one in last.items() if one.holds_on(day)}


def _sc(given: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return {"number": sc_no.parse(str(given.get("number", "")).strip()).text}
    except NumberMalformed:
        return _unfit("number")


def _system(given: Mapping[str, Any]) -> dict[str, Any]:
    """A name: of the trace system, or of the firm in a pair."""
    return {"name": _text(given, "name")}


def _staff(given: Mapping[str, Any]) -> dict[str, Any]:
    """How many, never who: 食品安全总监 and 食品安全员."""
    return {"directors": _count(given, "directors", 9), "officers": _count(given, "officers", 999)}


def _catalogued(given: Mapping[str, Any]) -> dict[str, Any]:
    """What was chosen of the catalogue, by its version."""
    said = given.get("chosen")
    return dict(said) if isinstance(said, Mapping) else _unfit("kinds")


def _certificate(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"number": _text(given, "number")}


def _exam(given: Mapping[str, Any]) -> dict[str, Any]:
    """抽查考核 of food workers: how many were examined and passed, never who."""
    examined, passed = _count(given, "examined", 9999), _count(given, "passed", 9999)
    if not examined:
        return _unfit("examined")
    return {"examined": examined, "passed": passed} if passed <= examined else _unfit("passed")


def _grade(given: Mapping[str, Any]) -> dict[str, Any]:
    grade = given.get("grade")
    if grade not in GRADES:
        return _unfit("grade")
    raw = given.get("points", ())
    points = [_point(one) for one in raw] if isinstance(raw, Sequence) and not isinstance(raw, str) else []
    sums = sums_of(points)
    for part, most in PARTS.items():
        if sums[part] > most:
            return _unfit(f"points.{part}")
    if len(points) > _MOST:
        return _unfit("points")
    if not points:
        return _unfit("points")
    listed = [
        {"part": p.part, "indicator": p.indicator, "points": p.points, "datum": p.datum} for p in points
    ]
    table = given.get("table")
    said: dict[str, Any] = {"grade": grade, "points": listed, "total": sum(sums.values())}
    return said | ({"table": dict(table)} if isinstance(table, Mapping) else {})


def _point(given: Mapping[str, Any]) -> Point:
    part = given.get("part")
    if part not in PARTS:
        _unfit("points.part")
    return Point(
        str(part), _text(given, "indicator"), _count(given, "points", PARTS[str(part)]), _text(given, "datum")
    )


def _text(given: Mapping[str, Any], member: str) -> str:
    text = str(given.get(member) or "").strip()
    if not text or len(text) > _LONGEST:
        _unfit(member)
    return text


def _count(given: Mapping[str, Any], member: str, most: int) -> int:
    text = str(given.get(member, "")).strip()
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(most)) or int(text) > most:
        _unfit(member)
    return int(text)


def _unfit(member: str) -> dict[str, Any]:
    raise RegisterEntryUnfit(member=member)


_READ: Final = {
    SC: _sc,
    SYSTEM: _system,
    STAFF: _staff,
    GRADE: _grade,
    HACCP: _certificate,
    ISO_22000: _certificate,
    EXAM: _exam,
    PAIRING: _system,
    CATALOGUED: _catalogued,
}
