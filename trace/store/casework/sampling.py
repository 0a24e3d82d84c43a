"""Rows of sampling: items of plans, steps of samples on their way, photographs, frozen summaries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.oversight.sampling import CustodyStep
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.query import rows_where
from trace.store.tables.sampling import sample_step, sampling_photo, sampling_summary

_ITEM: Final = (
    *("number", "department", "area", "authority", "year", "quarter", "kind", "signal", "party", "product"),
    *("items", "count", "reason", "person", "at", "ended_at", "ended_by", "ended_why"),
)
_ADD: Final = (
    f"INSERT INTO sampling_item ({', '.join(_ITEM)}) VALUES ({', '.join('?' * len(_ITEM))}) "  # noqa: S608
    "ON CONFLICT (number) DO NOTHING RETURNING number"
)
_ITEMS: Final = f"SELECT {', '.join(_ITEM)} FROM sampling_item "  # noqa: S608
_PHOTO: Final = ("digest", "authority", "media", "body", "at", "person")
_STEP: Final = ("record", "seq", "event", "happened_at", "noted_at", "person", "party", "note")
_STEPS: Final = (
    "SELECT record, event, happened_at, noted_at, person, party, note FROM sample_step "
    "WHERE record {among} ORDER BY record, seq"
)
_SUMMARY: Final = ("authority", "month", "revision", "digest", "document", "at", "person")
_NUMBERED: Final = (
    "SELECT s.stmt, record.data FROM statement AS s JOIN record ON record.id = s.id "
    "WHERE substr(s.typ, 1, 10) = 'oversight.' AND s.typ = 'oversight.sampling' AND s.occurred_at >= ?"
)


@dataclass(frozen=True, slots=True)
class PlanItem:
    """An item of a plan of sampling; `quarter` 0 for the whole year. `ended_why`: why it was given up."""

    number: str
    department: str
    area: str
    authority: str
    year: int
    quarter: int
    kind: str
    signal: str
    party: str
    product: str
    items: str
    count: int
    reason: str
    person: str
    at: datetime
    ended_at: datetime | None = None
    ended_by: str = ""
    ended_why: str = ""


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photograph of a sampling, by the digest of its bytes."""

    digest: str
    authority: str
    media: str
    body: bytes
    at: datetime
    person: str


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A month's summary as it was frozen."""

    authority: str
    month: str
    revision: int
    digest: str
    document: Mapping[str, Any]
    at: datetime
    person: str


def add_item(connection: Connection, row: PlanItem) -> bool:
    """Keep an item; False where the same one stands already."""
    values = [getattr(row, name) for name in _ITEM]
    values[14], values[15] = to_micros(row.at), None
    return bool(select(connection, _ADD, tuple(values)))


def items_of_year(connection: Connection, department: str, authority: str, year: int) -> list[PlanItem]:
    """The items of an authority's plan of a year, those of the whole year first."""
    rows = select(
        connection,
        f"{_ITEMS}WHERE department = ? AND authority = ? AND year = ? ORDER BY quarter, kind, number",
        (department, authority, year),
    )
    return [_item(row) for row in rows]


def find_item(connection: Connection, number: str) -> PlanItem | None:
    rows = select(connection, f"{_ITEMS}WHERE number = ?", (number,))
    return _item(rows[0]) if rows else None


def end_item(connection: Connection, number: str, at: datetime, person: str, why: str) -> None:
    run_many(
        connection,
        "UPDATE sampling_item SET ended_at = ?, ended_by = ?, ended_why = ? "
        "WHERE number = ? AND ended_at IS NULL",
        [(to_micros(at), person, why, number)],
    )


def add_step(connection: Connection, record: str, seq: int, step: CustodyStep) -> None:
    values = (
        *(record, seq, step.event, to_micros(step.happened_at), to_micros(step.noted_at)),
        *(step.person, step.party, step.note),
    )
    insert_rows(connection, sample_step, _STEP, [values])


def steps_of(connection: Connection, records: Collection[str]) -> dict[str, list[CustodyStep]]:
    """Sampling -> the steps of its sample, the oldest first."""
    found: dict[str, list[CustodyStep]] = {}
    for record, event, happened, noted, person, party, note in rows_where(connection, _STEPS, records):
        step = CustodyStep(event, from_micros(happened), from_micros(noted), person, party, note)
        found.setdefault(record, []).append(step)
    return found


def add_photo(connection: Connection, row: PhotoRow) -> None:
    """Keep a photograph; nothing happens where it is kept already."""
    kept = select(connection, "SELECT digest FROM sampling_photo WHERE digest = ?", (row.digest,))
    if not kept:
        values = (row.digest, row.authority, row.media, row.body, to_micros(row.at), row.person)
        insert_rows(connection, sampling_photo, _PHOTO, [values])


def find_photo(connection: Connection, digest: str) -> tuple[str, str, bytes] | None:
    """Whose photograph it is, its media type and bytes."""
    rows = select(connection, "SELECT authority, media, body FROM sampling_photo WHERE digest = ?", (digest,))
    return (rows[0][0], rows[0][1], bytes(rows[0][2])) if rows else None


def sampled_as(connection: Connection, number: str, since: datetime) -> str | None:
    """The sampling whose sample bears that number."""
    for stmt, data in select(connection, _NUMBERED, (to_micros(since),)):
        if orjson.loads(data).get("sampleNo") == number:
            return str(stmt)
    return None


def add_summary(connection: Connection, row: SummaryRow) -> None:
    values = (
        *(row.authority, row.month, row.revision, row.digest, orjson.dumps(row.document).decode()),
        *(to_micros(row.at), row.person),
    )
    insert_rows(connection, sampling_summary, _SUMMARY, [values])


def summaries_of(connection: Connection, authority: str, month: str) -> list[SummaryRow]:
    """The revisions of a month's summary, the oldest first."""
    rows = select(
        connection,
        f"SELECT {', '.join(_SUMMARY)} FROM sampling_summary "  # noqa: S608 - columns of ours
        "WHERE authority = ? AND month = ? ORDER BY revision",
        (authority, month),
    )
    return [
        SummaryRow(authority, month, int(revision), digest, orjson.loads(document), from_micros(at), person)
        for authority, month, revision, digest, document, at, person in rows
    ]


def find_summary(connection: Connection, authority: str, digest: str) -> SummaryRow | None:
    """The newest revision of a month's summary, where it has that digest."""
    text = (
        "SELECT month FROM sampling_summary WHERE authority = ? AND digest = ? ORDER BY revision DESC LIMIT 1"
    )
    rows = select(connection, text, (authority, digest))
    last = summaries_of(connection, authority, rows[0][0])[-1] if rows else None
    return last if last is not None and last.digest == digest else None


def _item(row: tuple[Any, ...]) -> PlanItem:
    given = list(row)
    given[14] = from_micros(int(row[14]))
    given[15] = None if row[15] is None else from_micros(int(row[15]))
    return PlanItem(*given)
