"""What waits at a firm by rule, counted: each question is one statement, and looks at the newest lots alone.

A firm with very many lots has its duties among the newest: what lies beyond so many is not looked at, and the
page says up to where.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, select
from trace.store.columns import json_value
from trace.store.query import rows_where
from trace.store.tables.profile_answers import profile_answer

NEWEST: Final = 5_000
"""Lots of a firm that are looked at."""
_OWN: Final = (
    f"(SELECT id, urn, kind, state, available FROM lot WHERE holder = ? ORDER BY id DESC LIMIT {NEWEST})"  # noqa: S608 - ours
)
_COUNTED: Final = "SELECT count(*), min(own.id), min(own.urn), max({newest}) FROM "
_OF_LOTS: Final = _COUNTED.format(newest="own.id")
# Goods that are recalled or withdrawn go nowhere: nothing has to be added to their papers any more.
_CALLED_BACK: Final = "('recalled', 'recall-completed', 'withdrawn')"
_NO_CERTIFICATE: Final = (
    f"{_OF_LOTS}{_OWN} AS own WHERE own.kind = 'harvest' AND own.available > 0 "  # noqa: S608
    f"AND own.state NOT IN {_CALLED_BACK} "
    "AND NOT EXISTS (SELECT 1 FROM certificate WHERE certificate.lot = own.id AND superseded_by IS NULL)"
)
_PASSED: Final = (
    "SELECT 1 FROM report WHERE report.lot = {lot} AND report.superseded_by IS NULL "
    "AND report.purpose = 'release' AND report.conclusion = 'pass'"
)
# The pack, what was packed, or the batch that it came out of: a test of any of them is one of the goods,
# one too that its holder has not named yet: it does so when it activates or ships.
_NO_TEST: Final = (
    f"{_OF_LOTS}{_OWN} AS own WHERE own.kind = 'pack' AND own.available > 0 AND own.state = 'normal' "  # noqa: S608
    f"AND NOT EXISTS ({_PASSED.format(lot='own.id')}) "
    "AND NOT EXISTS (SELECT 1 FROM link WHERE link.to_lot = own.id AND link.state <> 'superseded' "
    f"AND EXISTS ({_PASSED.format(lot='link.from_lot')})) "
    "AND NOT EXISTS (SELECT 1 FROM link JOIN link AS above ON above.to_lot = link.from_lot "
    "WHERE link.to_lot = own.id AND link.state <> 'superseded' AND above.state <> 'superseded' "
    f"AND EXISTS ({_PASSED.format(lot='above.from_lot')}))"
)
_MARKED: Final = (
    f"{_COUNTED.format(newest='mark.id')}mark JOIN lot AS own ON own.id = mark.lot "
    f"WHERE mark.code = ? AND mark.cleared_by IS NULL AND own.holder = ? AND own.state NOT IN {_CALLED_BACK}"
)
# Open disputes are few and lots many: what is made of a column is in no index, so that neither planner begins
# with all lots of the firm.
_DISPUTED: Final = (
    f"{_OF_LOTS}dispute JOIN lot AS own ON own.id = dispute.lot "
    "WHERE dispute.outcome IS NULL AND own.holder || '' = ?"
)
_ALERTS: Final = (
    "SELECT count(*), min(raised_at), min(lot), max(raised_at) FROM scan_alert "
    "WHERE holder = ? AND acknowledged_at IS NULL "
    "AND finding IS NULL"
)
_COMPLAINTS: Final = (
    "SELECT count(*), min(forwarded_at), min(lot), max(forwarded_at) FROM complaint "
    "WHERE holder = ? AND state = 'forwarded'"
)
_LICENCES: Final = (
    "SELECT licence.data, statement.logged_at FROM licence "
    "JOIN statement ON statement.id = (licence.id & -256) WHERE licence.holder = ?"
)
_PROFILE: Final = (
    "SELECT statement.logged_at FROM party JOIN statement ON statement.id = (party.id & -256) "
    "WHERE party.urn = ?"
)
_ANSWERED: Final = "SELECT max(as_of) FROM profile_answer WHERE firm = ?"
_UNSIGNED: Final = (
    "SELECT signing_draft.content FROM signing_batch JOIN signing_draft "
    "ON signing_draft.batch = signing_batch.id WHERE signing_batch.iss = ? AND signing_draft.stmt IS NULL "
    "ORDER BY signing_batch.made_at, signing_draft.place LIMIT ?"
)
_LATE: Final = (
    "SELECT count(*) FROM statement JOIN mark ON mark.id >= statement.id AND mark.id < statement.id + 256 "
    "WHERE statement.iss = ? AND statement.occurred_at >= ? AND mark.code = 'late-upload'"
)
_LATE_ROWS: Final = (
    _LATE.replace(
        "SELECT count(*)",
        "SELECT statement.sub, 'late-upload', statement.typ, statement.occurred_at, statement.logged_at",
    )
    + " ORDER BY statement.occurred_at DESC LIMIT ?"
)
_MARKS_OF: Final = (
    "FROM mark JOIN lot AS own ON own.id = mark.lot JOIN statement ON statement.id = (mark.id & -256) "
    "WHERE mark.code {among} AND mark.cleared_by IS NULL AND own.holder {among}"
)
_MARK_COUNT: Final = f"SELECT count(*) {_MARKS_OF}"
_MARK_ROWS: Final = (
    "SELECT own.urn, mark.code, statement.typ, statement.occurred_at, statement.logged_at "
    f"{_MARKS_OF} ORDER BY mark.id DESC LIMIT ?"
)
_STATED: Final = "SELECT count(*) FROM statement WHERE iss = ? AND occurred_at >= ?"


@dataclass(frozen=True, slots=True)
class Waits:
    """How many things of one kind wait, since when the oldest does, one by name, the newest by a number."""

    count: int
    since: datetime | None = None
    named: str | None = None
    newest: int = 0


@dataclass(frozen=True, slots=True)
class LicenceRow:
    """A licence as an authority stated it, and when that was logged."""

    data: Mapping[str, Any]
    logged_at: datetime


def harvests_without_certificate(connection: Connection, party: str) -> Waits:
    """Harvests in stock for which no 承诺达标合格证 was issued."""
    return _lots(connection, _NO_CERTIFICATE, party)


def packs_without_test(connection: Connection, party: str) -> Waits:
    """Packs in stock without a passed release test of them, of what was packed, or of its batch."""
    return _lots(connection, _NO_TEST, party)


def marked_lots(connection: Connection, party: str, code: str) -> Waits:
    """Own lots with an open mark of that code, but those called back."""
    return _lots(connection, _MARKED, code, party)


def disputed_lots(connection: Connection, party: str) -> Waits:
    """Own lots about which two records contradict each other."""
    return _lots(connection, _DISPUTED, party)


def open_alerts(connection: Connection, party: str) -> Waits:
    """Alerts about scans of own codes that nobody of the firm has taken note of."""
    return _timed(connection, _ALERTS, party)


def forwarded_complaints(connection: Connection, party: str) -> Waits:
    """Complaints about own goods that were passed on and are not answered."""
    return _timed(connection, _COMPLAINTS, party)


def read_licences(connection: Connection, party: str) -> list[LicenceRow]:
    """The firm's licences as last stated."""
    found = select(connection, _LICENCES, (party,))
    return [LicenceRow(json_value(data), from_micros(at)) for data, at in found]


def profile_logged_at(connection: Connection, party: str) -> datetime | None:
    """When the firm's profile (master.party) was logged last."""
    return next((from_micros(at) for (at,) in select(connection, _PROFILE, (party,))), None)


def profile_answered_as_of(connection: Connection, party: str) -> datetime | None:
    """Up to which change of a licence the firm has said that its profile needs none."""
    ((as_of,),) = select(connection, _ANSWERED, (party,))
    return from_micros(as_of) if as_of is not None else None


def put_profile_answer(connection: Connection, party: str, at: datetime, as_of: datetime, by: str) -> None:
    """Keep who said it, when, and of which changes."""
    values = (party, to_micros(at), to_micros(as_of), by)
    insert_rows(connection, profile_answer, ("firm", "at", "as_of", "person"), [values])


def unsigned_drafts(connection: Connection, party: str, most: int) -> list[Mapping[str, Any]]:
    """What the oldest drafts say that wait for a signature."""
    return [json_value(content) for (content,) in select(connection, _UNSIGNED, (party, most))]


def late_among(connection: Connection, party: str, since: datetime) -> tuple[int, int]:
    """(late, all) of the firm's records of what happened since then; two statements."""
    begins = to_micros(since)
    ((late,),) = select(connection, _LATE, (party, begins))
    ((stated,),) = select(connection, _STATED, (party, begins))
    return int(late), int(stated)


@dataclass(frozen=True, slots=True)
class Noted:
    """A record with what was noted of it: about what, the mark, when it happened and was logged."""

    about: str
    code: str
    typ: str
    occurred_at: datetime
    logged_at: datetime


def list_late(connection: Connection, party: str, since: datetime, most: int) -> list[Noted]:
    """The firm's records of what happened since then that came too late, the newest first."""
    return _noted(select(connection, _LATE_ROWS, (party, to_micros(since), most)))


def count_marked(connection: Connection, party: str, codes: Collection[str]) -> int:
    """Open marks of these codes on own lots."""
    return int(rows_where(connection, _MARK_COUNT, codes, [party])[0][0])


def list_marked(connection: Connection, party: str, codes: Collection[str], most: int) -> list[Noted]:
    """These marks with their lots, the newest first."""
    return _noted(rows_where(connection, _MARK_ROWS, codes, [party], most))


def _noted(found: Iterable[Sequence[Any]]) -> list[Noted]:
    return [
        Noted(about, code, typ, from_micros(happened), from_micros(logged))
        for about, code, typ, happened, logged in found
    ]


def _lots(connection: Connection, query: str, *values: object) -> Waits:
    ((count, _, named, newest),) = select(connection, query, values)
    return Waits(int(count), None, named, int(newest or 0))


def _timed(connection: Connection, query: str, party: str) -> Waits:
    ((count, since, named, newest),) = select(connection, query, (party,))
    begun = from_micros(since) if since is not None else None
    return Waits(int(count), begun, named, int(newest or 0))
