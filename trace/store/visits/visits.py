"""Rows of visits: moved only by who saw the last version, with each department's part and the history."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.oversight.visits.answers import Answer
from trace.oversight.visits.makers import Inspector
from trace.oversight.visits.orders import ANSWER, RECHECK, Past
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, select
from trace.store.query import rows_where
from trace.store.tables.visits import visit, visit_event, visit_part

CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""By so much a device's clock may be ahead without a word."""
_VISIT: Final = (
    *("number", "kind", "party", "place", "area", "day", "plan", "cause", "follows", "inspectors", "state"),
    *("version", "opened_at", "person", "published_at"),
)
_PART: Final = (
    *("number", "department", "authority", "form", "form_version", "form_digest", "answers", "result"),
    *("rectify_by", "signature", "refusal", "witness", "position", "captured_at", "saved_at", "record"),
    *("signed_at", "lots", "version", "clock_offset"),
)
_EVENT: Final = (
    *("number", "seq", "event", "department", "at", "person", "name", "party", "why", "evidence", "detail"),
)
_VISITS: Final = f"SELECT {', '.join(_VISIT)} FROM visit "  # noqa: S608 - columns of ours, here and below
_PARTS: Final = f"SELECT {', '.join(_PART)} FROM visit_part "  # noqa: S608
_EVENTS: Final = f"SELECT {', '.join(_EVENT)} FROM visit_event "  # noqa: S608
_MOVE: Final = (
    "UPDATE visit SET inspectors = ?, state = ?, version = version + 1, published_at = ? "
    "WHERE number = ? AND version = ? RETURNING version"
)
_PUBLISHED: Final = "WHERE published_at IS NOT NULL AND (CAST(? AS TEXT) = '' OR party = ?) "
_SAVED: Final = tuple(name for name in _PART[3:] if name != "version")
_SAVE: Final = (
    f"UPDATE visit_part SET {', '.join(f'{name} = ?' for name in _SAVED)}, version = version + 1 "  # noqa: S608
    "WHERE number = ? AND department = ? AND version = ? RETURNING version"
)
_ADVANCE: Final = "UPDATE visit SET version = version + 1 WHERE number = ? RETURNING version"


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit as it stands. `plan`: the item of a plan; `follows`: the visit that this one checks again."""

    number: str
    kind: str
    party: str
    place: str
    area: str
    day: date
    plan: str
    cause: str
    follows: str
    inspectors: tuple[Inspector, ...]
    state: str
    version: int
    opened_at: datetime
    person: str
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PartRow:
    """What one department fills in and signs. `position`: where it was filled in, for insiders alone; `lots`:
    the goods that it looked at; `version`: of this part, whatever happens to the other; `clock_offset`: by
    how many seconds the device's clock was behind the server's when the part was sent."""

    number: str
    department: str
    authority: str
    form: str
    form_version: int
    form_digest: str
    answers: tuple[Answer, ...] = ()
    result: str = ""
    rectify_by: date | None = None
    signature: str = ""
    refusal: str = ""
    witness: str = ""
    position: Mapping[str, str] = field(default_factory=dict)
    captured_at: datetime | None = None
    saved_at: datetime | None = None
    record: str = ""
    signed_at: datetime | None = None
    lots: tuple[str, ...] = ()
    version: int = 1
    clock_offset: int | None = None

    @property
    def clock_ahead(self) -> timedelta | None:
        """By how much the device's clock was ahead of the server's, less than nothing where it was behind;
        None where it was right, or nothing shows.

        Measured when the part was sent. Where it was not, a part that came before it was filled in shows a
        clock that was ahead; one that was behind does not show.
        """
        if self.captured_at is None or self.saved_at is None:
            return None
        measured = self.clock_offset
        ahead = self.captured_at - self.saved_at if measured is None else timedelta(seconds=-measured)
        off = ahead if measured is None else abs(ahead)
        return ahead if off > CLOCK_TOLERANCE else None

    @property
    def captured_truly(self) -> datetime | None:
        """When it was filled in by the server's clock, as far as the device's offset was measured."""
        if self.captured_at is None or self.clock_offset is None:
            return None
        return self.captured_at + timedelta(seconds=self.clock_offset)

    def as_told(self) -> dict[str, Any]:
        """As the history keeps it: what was filled in, whole."""
        return {
            "form": self.form,
            "version": self.form_version,
            "sha256": self.form_digest,
            "answers": [one.as_data() for one in self.answers],
            "result": self.result,
            "rectifyBy": "" if self.rectify_by is None else self.rectify_by.isoformat(),
            "signature": self.signature,
            "refusal": self.refusal,
            "witness": self.witness,
            "position": dict(self.position),
            "lots": list(self.lots),
            "record": self.record,
            "captured": "" if self.captured_at is None else self.captured_at.isoformat(),
            "clock": self.clock_offset,
        }


@dataclass(frozen=True, slots=True)
class VisitEvent:
    """Something that happened at a visit: who, when, why, on which evidence; `detail` is JSON."""

    number: str
    seq: int
    event: str
    department: str
    at: datetime
    person: str = ""
    name: str = ""
    party: str = ""
    why: str = ""
    evidence: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)


def add_visit(connection: Connection, row: VisitRow, parts: Sequence[PartRow]) -> None:
    values = (
        row.number, row.kind, row.party, row.place, row.area, row.day.isoformat(), row.plan, row.cause,
        row.follows, _inspectors(row), row.state, row.version, to_micros(row.opened_at), row.person,
        _moment(row.published_at),
    )  # fmt: skip
    insert_rows(connection, visit, _VISIT, [values])
    insert_rows(connection, visit_part, _PART, [_part_values(one) for one in parts])


def move_visit(connection: Connection, row: VisitRow, seen: int) -> int:
    """Write the visit where it still stands at the version `seen`; the new version, 0 where it moved on."""
    values = (_inspectors(row), row.state, _moment(row.published_at), row.number, seen)
    rows = select(connection, _MOVE, values)
    return int(rows[0][0]) if rows else 0


def save_part(connection: Connection, part: PartRow) -> int:
    """Write a part where it still stands at its version; the new version, 0 where it moved on."""
    values = dict(zip(_PART, _part_values(part), strict=True))
    given = (*(values[name] for name in _SAVED), part.number, part.department, part.version)
    rows = select(connection, _SAVE, given)
    return int(rows[0][0]) if rows else 0


def advance_visit(connection: Connection, number: str) -> int:
    """Count something that happened at a visit and leaves the visit itself as it stands; the new version."""
    return int(select(connection, _ADVANCE, (number,))[0][0])


def add_visit_event(connection: Connection, row: VisitEvent) -> None:
    values = (
        row.number, row.seq, row.event, row.department, to_micros(row.at), row.person, row.name, row.party,
        row.why, orjson.dumps(row.evidence).decode(), orjson.dumps(dict(row.detail)).decode(),
    )  # fmt: skip
    insert_rows(connection, visit_event, _EVENT, [values])


def find_visit(connection: Connection, number: str) -> VisitRow | None:
    found = _visits(connection, "WHERE number = ?", (number,))
    return found[0] if found else None


def parts_of(connection: Connection, number: str) -> list[PartRow]:
    return [
        _part(row) for row in select(connection, _PARTS + "WHERE number = ? ORDER BY department", (number,))
    ]


def events_of_visit(connection: Connection, number: str) -> list[VisitEvent]:
    """The history of a visit, the oldest first."""
    return _events(connection, "WHERE number = ? ORDER BY seq", (number,))


def past_of(events: Sequence[VisitEvent]) -> list[Past]:
    """Answers and re-checks, as orders are judged by them."""
    return [
        Past(one.event, one.at, one.department, str(one.detail.get("outcome", "")))
        for one in events
        if one.event in {ANSWER, RECHECK}
    ]


def list_visits(connection: Connection, area: str, most: int) -> list[VisitRow]:
    """The visits in an area, the newest first; those of no known area are everybody's."""
    where = "WHERE area = '' OR area LIKE ? OR ? LIKE area || '%' ORDER BY day DESC, number DESC LIMIT ?"
    if connection.dialect.name == "postgresql":
        where = where.replace("'%'", "'%%'")
    return _visits(connection, where, (f"{area}%", area, most))


def visits_of_party(connection: Connection, party: str) -> list[VisitRow]:
    return _visits(connection, "WHERE party = ? ORDER BY day DESC, number DESC", (party,))


def unpublished_visits(connection: Connection, area: str) -> list[VisitRow]:
    """The signed visits in an area whose results are not published; of no known area are everybody's."""
    where = (
        "WHERE state = 'signed' AND published_at IS NULL "
        "AND (area = '' OR area LIKE ? OR ? LIKE area || '%') "
        "ORDER BY number"
    )
    if connection.dialect.name == "postgresql":
        where = where.replace("'%'", "'%%'")
    return _visits(connection, where, (f"{area}%", area))


def orders_past(connection: Connection, authority: str, day: date) -> list[tuple[str, str, date]]:
    """(visit, department, last day) of orders to rectify that an authority signed, past their last day."""
    text = (
        "SELECT number, department, rectify_by FROM visit_part WHERE authority = ? AND record <> '' "
        "AND rectify_by <> '' AND rectify_by < ? ORDER BY rectify_by, number"
    )
    rows = select(connection, text, (authority, day.isoformat()))
    return [(number, department, date.fromisoformat(last)) for number, department, last in rows]


def published_visits(connection: Connection, party: str, most: int) -> list[VisitRow]:
    """Visits whose results are published, the newest first; of one party, or with "" of all."""
    return _visits(
        connection, _PUBLISHED + "ORDER BY published_at DESC, number DESC LIMIT ?", (party, party, most)
    )


def count_published(connection: Connection, party: str) -> int:
    """How many visits have their results published, of one party or with "" of all."""
    return int(select(connection, "SELECT count(*) FROM visit " + _PUBLISHED, (party, party))[0][0])  # noqa: S608


def last_visit_number(connection: Connection, prefix: str) -> int:
    """The highest running number given under a prefix; 0 for none."""
    rows = select(
        connection,
        "SELECT max(CAST(substr(number, ?) AS INTEGER)) FROM visit WHERE substr(number, 1, ?) = ?",
        (len(prefix) + 1, len(prefix), prefix),
    )
    return int(rows[0][0] or 0)


def _inspectors(row: VisitRow) -> str:
    return orjson.dumps([one.as_data() for one in row.inspectors]).decode()


def _moment(at: datetime | None) -> int | None:
    return None if at is None else to_micros(at)


def _read_moment(at: int | None) -> datetime | None:
    return None if at is None else from_micros(int(at))


def _part_values(one: PartRow) -> tuple[object, ...]:
    return (
        one.number, one.department, one.authority, one.form, one.form_version, one.form_digest,
        orjson.dumps([each.as_data() for each in one.answers]).decode(), one.result,
        "" if one.rectify_by is None else one.rectify_by.isoformat(), one.signature, one.refusal, one.witness,
        orjson.dumps(dict(one.position)).decode(), _moment(one.captured_at), _moment(one.saved_at),
        one.record, _moment(one.signed_at), orjson.dumps(one.lots).decode(), one.version, one.clock_offset,
    )  # fmt: skip


def _visits(connection: Connection, rest: str, values: tuple[object, ...]) -> list[VisitRow]:
    found = []
    for row in select(connection, _VISITS + rest, values):
        given: list[Any] = list(row)
        given[5] = date.fromisoformat(row[5])
        given[9] = tuple(Inspector(**one) for one in orjson.loads(row[9]))
        given[12], given[14] = from_micros(int(row[12])), _read_moment(row[14])
        found.append(VisitRow(*given))
    return found


def _part(row: Sequence[Any]) -> PartRow:
    given: list[Any] = list(row)
    given[6] = tuple(Answer.from_data(one) for one in orjson.loads(row[6]))
    given[8] = date.fromisoformat(row[8]) if row[8] else None
    given[12] = orjson.loads(row[12])
    given[13], given[14], given[16] = (_read_moment(row[place]) for place in (13, 14, 16))
    given[17] = tuple(orjson.loads(row[17]))
    return PartRow(*given)


def _events(connection: Connection, rest: str, values: tuple[object, ...]) -> list[VisitEvent]:
    found = []
    for row in select(connection, _EVENTS + rest, values):
        given: list[Any] = list(row)
        given[4] = from_micros(int(row[4]))
        given[9], given[10] = tuple(orjson.loads(row[9])), orjson.loads(row[10])
        found.append(VisitEvent(*given))
    return found


def parties_checked(connection: Connection, forms: Sequence[str], first: date, last: date) -> set[str]:
    """Who was visited by one of these forms on the days from first to last, and the record is signed."""
    text = (
        "SELECT DISTINCT visit.party, visit.day FROM visit_part "
        "JOIN visit ON visit.number = visit_part.number "
        "WHERE visit_part.record <> '' AND visit_part.form {among}"
    )
    days = first.isoformat(), last.isoformat()
    return {party for party, day in rows_where(connection, text, forms) if days[0] <= day <= days[1]}


def signed_parts_of(connection: Connection, parties: Collection[str]) -> list[tuple[str, date, PartRow]]:
    """(party, day, part) of the signed parts of these parties' visits, as signed: one that was changed since
    and waits to be signed again is left out. The newest visit first."""
    columns = ", ".join(f"visit_part.{name}" for name in _PART)
    text = (
        f"SELECT visit.party, visit.day, {columns} FROM visit_part "  # noqa: S608 - columns of ours
        "JOIN visit ON visit.number = visit_part.number "
        "WHERE visit.party {among} AND visit_part.record <> '' "
        "ORDER BY visit.day DESC, visit_part.signed_at DESC"
    )
    found = []
    for party, day, *row in rows_where(connection, text, parties):
        part = _part(row)
        if part.saved_at is None or part.signed_at is None or part.saved_at <= part.signed_at:
            found.append((party, date.fromisoformat(day), part))
    return found
