"""Letters, notices, bulletins, entries, meetings, campaigns: one way of writing and reading for all of them.

A row is a frozen value whose members are the columns of its table; a moment is kept in microseconds, several
texts as a JSON list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy import Connection, Table

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.query import rows_where
from trace.store.tables import risk as tables

DRAFT, RELEASED, ENDED = "draft", "released", "ended"
WARNING, STANDARD, RUMOUR = "warning", "standard", "rumour"


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter of 两书一函: its text stands here, its digest in the signed notice that serves it."""

    number: str
    kind: str
    authority: str
    department: str
    area: str
    party: str
    title: str
    text: str
    digest: str
    due_on: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What a firm wrote in answer; it counts once an acknowledgement with its digest is signed."""

    number: str
    digest: str
    text: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice to consumers: written by one person, released by another; `sources` hold up its words."""

    number: str
    authority: str
    department: str
    area: str
    title: str
    text: str
    products: tuple[str, ...]
    digest: str
    state: str
    written_by: str
    written_at: datetime
    released_by: str = ""
    released_at: datetime | None = None
    ended_by: str = ""
    ended_why: str = ""
    ended_at: datetime | None = None
    kind: str = WARNING
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BulletinRow:
    """A bulletin: what sort of matter, by which channel, to whom."""

    number: str
    authority: str
    department: str
    area: str
    matter: str
    channel: str
    recipients: tuple[str, ...]
    others: str
    title: str
    text: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """An authority read a bulletin."""

    number: str
    party: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry on a list of risks: what about whom, which unit, which person, until when; `act`: the number
    of the order, case or letter by which it was done, "" where it was done in words only."""

    number: str
    authority: str
    department: str
    area: str
    list: str
    subject: str
    what: str
    unit: str
    responsible: str
    due_on: str
    origin: str
    state: str
    result: str
    made_by: str
    made_at: datetime
    done_by: str = ""
    done_at: datetime | None = None
    act: str = ""


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A study meeting on risks."""

    number: str
    authority: str
    department: str
    area: str
    level: str
    held_on: str
    domains: tuple[str, ...]
    present: tuple[str, ...]
    summary: str
    decisions: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class JointWorkRow:
    """What two departments of an area set up or held together; `since` is the day of a training."""

    number: str
    authority: str
    department: str
    area: str
    kind: str
    title: str
    about: str
    proof: str
    since: str
    until: str
    state: str
    made_by: str
    made_at: datetime
    partner: str = ""
    done_by: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SeizureRow:
    """A seizure: what of which firm under which document. `extended_by`: the document of its extension."""

    number: str
    authority: str
    department: str
    area: str
    firm: str
    object: str
    what: str
    document_no: str
    basis: str
    lots: tuple[str, ...]
    record: str
    since: str
    until: str
    made_by: str
    made_at: datetime
    state: str
    extended_on: str = ""
    extended_by: str = ""
    extended_until: str = ""
    ended_on: str = ""
    outcome: str = ""
    done_by: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign: `place` is the digits that codes of its area begin with, `visits` and `samples` its target,
    0 for none; `trade` and `goods` are "" for any."""

    number: str
    authority: str
    department: str
    area: str
    title: str
    place: str
    trade: str
    goods: str
    since: str
    until: str
    items: str
    reason: str
    visits: int
    samples: int
    state: str
    made_by: str
    made_at: datetime
    closed_on: str = ""
    result: str = ""
    done_by: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DataCheckRow:
    """A check of a firm's data with its result: `rows` are what showed when nothing later than `known_at` was
    known; `act` is the number of what follows, "" for nothing."""

    number: str
    authority: str
    department: str
    area: str
    firm: str
    purpose: str
    rows: tuple[str, ...]
    known_at: datetime
    result: str
    note: str
    act: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ListingCheckRow:
    """A check of an online listing. `standing`: of the mark's number that it claims, on that day."""

    number: str
    authority: str
    department: str
    area: str
    platform: str
    shop: str
    address: str
    product: str
    seller: str
    mark: str
    standing: str
    result: str
    faults: tuple[str, ...]
    words: str
    paper: str
    checked_on: str
    made_by: str
    made_at: datetime


_TABLES: Final[dict[type, Table]] = {
    LetterRow: tables.official_letter,
    AnswerRow: tables.letter_answer,
    NoticeRow: tables.public_notice,
    BulletinRow: tables.bulletin,
    ReceiptRow: tables.bulletin_receipt,
    EntryRow: tables.risk_entry,
    MeetingRow: tables.study_meeting,
    JointWorkRow: tables.joint_work,
    SeizureRow: tables.seizure,
    CampaignRow: tables.campaign,
    DataCheckRow: tables.data_check,
    ListingCheckRow: tables.listing_check,
}
_MOMENTS: Final = frozenset({"made_at", "written_at", "released_at", "ended_at", "done_at", "known_at", "at"})
_LISTS: Final = frozenset(
    {"products", "recipients", "domains", "present", "lots", "rows", "sources", "faults"}
)
_Row = TypeVar(
    "_Row",
    LetterRow,
    AnswerRow,
    NoticeRow,
    BulletinRow,
    ReceiptRow,
    EntryRow,
    MeetingRow,
    JointWorkRow,
    SeizureRow,
    CampaignRow,
    DataCheckRow,
    ListingCheckRow,
)


def add_row(connection: Connection, row: object) -> None:
    """Write a new row."""
    names = [one.name for one in fields(row)]  # type: ignore[arg-type]
    insert_rows(connection, _TABLES[type(row)], names, [tuple(_put(row, name) for name in names)])


def read_rows(
    connection: Connection, of: type[_Row], where: str = "", values: Sequence[object] = ()
) -> list[_Row]:
    """Rows of a kind, in the order of their numbers; `where` is SQL of ours with `?` marks."""
    names = [one.name for one in fields(of)]
    columns = ", ".join(f'"{name}"' for name in names)
    text = f"SELECT {columns} FROM {_TABLES[of].name} {where} ORDER BY number"  # noqa: S608 - ours
    return [
        of(**{name: _got(name, value) for name, value in zip(names, row, strict=True)})
        for row in select(connection, text, tuple(values))
    ]


def find_row(connection: Connection, of: type[_Row], number: str) -> _Row | None:
    found = read_rows(connection, of, "WHERE number = ?", (number,))
    return found[0] if found else None


def move_row(
    connection: Connection,
    row: NoticeRow | EntryRow | JointWorkRow | SeizureRow | CampaignRow,
    before: str,
) -> bool:
    """Write a row's new state where it is still in the state before; False where somebody was quicker."""
    table = _TABLES[type(row)]
    names = [one.name for one in fields(row) if one.name != "number"]
    columns = ", ".join(f'"{name}" = ?' for name in names)
    text = f"UPDATE {table.name} SET {columns} WHERE number = ? AND state = ? RETURNING number"  # noqa: S608
    values = tuple(_put(row, name) for name in names)
    return bool(select(connection, text, (*values, row.number, before)))


def last_running(connection: Connection, of: type[_Row], prefix: str) -> int:
    """The highest running number given under a prefix; 0 for none."""
    text = (
        "SELECT max(CAST(substr(number, ?) AS INTEGER)) "  # noqa: S608 - a table of ours
        f"FROM {_TABLES[of].name} WHERE substr(number, 1, ?) = ?"
    )
    rows = select(connection, text, (len(prefix) + 1, len(prefix), prefix))
    return int(rows[0][0] or 0)


def put_notice_products(connection: Connection, number: str, products: Sequence[str]) -> None:
    text = "INSERT INTO notice_product (number, product) VALUES (?, ?) ON CONFLICT DO NOTHING"
    run_many(connection, text, [(number, product) for product in products])


def notices_about(connection: Connection, products: Sequence[str]) -> list[NoticeRow]:
    """Released notices about any of these urns of products and lots."""
    marks = ", ".join("?" for _ in products)
    about = f"(SELECT number FROM notice_product WHERE product IN ({marks}))"  # noqa: S608 - marks alone
    where = f"WHERE state = 'released' AND number IN {about}"
    return read_rows(connection, NoticeRow, where, tuple(products)) if products else []


def known_products(connection: Connection, urns: Sequence[str]) -> set[str]:
    """Those of the products that somebody has stated here."""
    rows = rows_where(connection, "SELECT DISTINCT urn FROM product WHERE urn {among}", urns)
    return {urn for (urn,) in rows}


def sides_of_product(connection: Connection, urn: str) -> frozenset[str]:
    """Who stated a product, whose its number is and whom they named as its packers; nobody for none."""
    rows = select(connection, "SELECT stater, packers FROM product WHERE urn = ?", (urn,))
    owners = {f"urn:uscc:{urn.split(':')[2]}"} if rows and urn.startswith("urn:product:") else set[str]()
    return frozenset(owners.union(*({stater, *packers.split()} for stater, packers in rows)))


def _put(row: object, name: str) -> object:
    value = getattr(row, name)
    if isinstance(value, datetime):
        return to_micros(value)
    return orjson.dumps(value).decode() if isinstance(value, tuple) else value


def _got(name: str, value: Any) -> Any:
    if name in _MOMENTS:
        return None if value is None else from_micros(int(value))
    return tuple(orjson.loads(value)) if name in _LISTS else value
