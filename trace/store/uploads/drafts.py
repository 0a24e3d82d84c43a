"""The drafts of an upload: what its sound rows would state, and what the platform says to each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.exchange.draft import Draft, Reference, RowOrigin
from trace.ledger.canonical import b64u, unb64u
from trace.store.base import to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.query import rows_where
from trace.store.tables import uploads as tables

_LOTS_MOST: Final = 1_500
NEW, KNOWN, CHANGED, REFUSED, STATED = "new", "known", "changed", "refused", "stated"
_DRAFT: Final = ("upload", "key", "sheet", "record", "typ", "occurred_at", "body")
_TOLD: Final = (
    "SELECT key, sheet, record, body, family, depth, outcome, stmt, marks, note, idx FROM upload_draft "
)
_LINKS: Final = "SELECT key, body FROM upload_draft WHERE upload = ? ORDER BY occurred_at, key"
_PLAN: Final = "UPDATE upload_draft SET family = ?, depth = ? WHERE upload = ? AND key = ?"
_FAMILIES: Final = (
    "SELECT family, count(*) FROM upload_draft WHERE upload = ? AND family IN "
    "(SELECT family FROM upload_draft WHERE upload = ? AND outcome IS NULL) GROUP BY family ORDER BY family"
)
_OF_FAMILIES: Final = f"{_TOLD}WHERE upload = ? AND family BETWEEN ? AND ? ORDER BY occurred_at, key"
_TO_SIGN: Final = (
    f"{_TOLD}WHERE upload = ? AND outcome = 'new' AND depth = "  # noqa: S608 - own names
    "(SELECT min(depth) FROM upload_draft WHERE upload = ? AND outcome = 'new') "
    "ORDER BY occurred_at, key LIMIT ?"
)
_JUDGE: Final = "UPDATE upload_draft SET outcome = ?, stmt = ?, marks = ? WHERE upload = ? AND key = ?"
_COUNTS: Final = "SELECT outcome, count(*) FROM upload_draft WHERE upload = ? GROUP BY outcome"
_SUMS: Final = (
    "SELECT typ, outcome, marks, count(*), min(occurred_at), max(occurred_at) FROM upload_draft "
    "WHERE upload = ? GROUP BY typ, outcome, marks ORDER BY typ, outcome"
)
_BY_KEYS: Final = f"{_TOLD}WHERE upload {{among}} AND key {{among}}"
_AGAIN: Final = (
    "UPDATE upload_draft SET outcome = NULL WHERE upload = ? AND outcome <> 'stated' AND family IN "
    "(SELECT family FROM upload_draft WHERE upload = ? AND sheet = ? AND record = ?)"
)
_FRESH: Final = f"{_TOLD}WHERE upload = ? AND outcome = 'new' ORDER BY depth, occurred_at, key LIMIT ?"
_WAITING: Final = (
    "SELECT d.batch FROM upload_draft AS d "
    "JOIN signing_draft AS s ON s.batch = d.batch AND s.place = d.place "
    "WHERE d.upload = ? AND d.outcome = 'new' AND s.stmt IS NULL LIMIT 1"
)
_BY_PEOPLE: Final = (
    "FROM upload_draft AS d JOIN signing_draft AS s ON s.batch = d.batch AND s.place = d.place "
    "WHERE d.upload = ? AND d.outcome = 'new' AND s.stmt IS NOT NULL"
)
_IN_BATCH: Final = (
    "SELECT d.upload FROM upload AS u JOIN upload_draft AS d ON d.upload = u.id "
    "WHERE u.holder = ? AND d.batch = ? LIMIT 1"
)
_SIGNED: Final = f"SELECT d.key, s.stmt, s.idx {_BY_PEOPLE}"
_SIGNED_COUNT: Final = f"SELECT count(*) {_BY_PEOPLE}"
_STATED: Final = (
    "SELECT 1 FROM upload_draft WHERE upload = ? AND sheet = ? AND record = ? AND outcome = 'stated' LIMIT 1"
)
_BY_OUTCOME: Final = f"{_TOLD}WHERE upload = ? AND outcome = ? ORDER BY sheet, key LIMIT ? OFFSET ?"


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft of an upload, and what became of it."""

    draft: Draft
    sheet: int
    record: str
    family: int | None = None
    depth: int | None = None
    outcome: str | None = None
    stmt: str | None = None
    marks: tuple[str, ...] = ()
    note: str | None = None
    index: int | None = None


def put_drafts(connection: Connection, upload: str, drafts: Iterable[tuple[int, str, Draft]]) -> None:
    """(sheet, record, draft) of sound records."""
    rows = [
        (upload, one.key, sheet, record, one.typ, to_micros(one.occurred_at), _body(one))
        for sheet, record, one in drafts
    ]
    insert_rows(connection, tables.upload_draft, _DRAFT, rows)


def replace_body(connection: Connection, upload: str, key: str, draft: Draft) -> None:
    """State this instead under the same key of the upload; it is to be tried again."""
    sql = (
        "UPDATE upload_draft SET typ = ?, occurred_at = ?, body = ?, outcome = NULL, stmt = NULL, "
        "marks = NULL WHERE upload = ? AND key = ?"
    )
    run_many(connection, sql, [(draft.typ, to_micros(draft.occurred_at), _body(draft), upload, key)])


def walk_bodies(connection: Connection, upload: str) -> Iterator[tuple[str, Draft]]:
    """Every draft by its time, without what became of it."""
    for key, body in select(connection, _LINKS, (upload,)):
        yield key, _draft(key, body)


def plan_drafts(connection: Connection, upload: str, planned: Iterable[tuple[int, int, str]]) -> None:
    """Write down (family, depth, key)."""
    run_many(connection, _PLAN, [(family, depth, upload, key) for family, depth, key in planned])


def untried_families(connection: Connection, upload: str) -> list[tuple[int, int]]:
    """(family, size) of those in which a draft is still to be tried."""
    return [(family, int(size)) for family, size in select(connection, _FAMILIES, (upload, upload))]


def drafts_of_families(connection: Connection, upload: str, first: int, last: int) -> list[KeptDraft]:
    return [_kept(row) for row in select(connection, _OF_FAMILIES, (upload, first, last))]


def drafts_to_sign(connection: Connection, upload: str, most: int) -> list[KeptDraft]:
    """New drafts that refer to nothing of the upload that is still to be signed."""
    return [_kept(row) for row in select(connection, _TO_SIGN, (upload, upload, most))]


def drafts_by_outcome(
    connection: Connection, upload: str, outcome: str, most: int, offset: int = 0
) -> list[KeptDraft]:
    return [_kept(row) for row in select(connection, _BY_OUTCOME, (upload, outcome, most, offset))]


def judge_drafts(
    connection: Connection, upload: str, judged: Iterable[tuple[str, str | None, str | None, Sequence[str]]]
) -> None:
    """Write down (key, outcome, statement, marks)."""
    rows = [
        (outcome, stmt, orjson.dumps(list(marks)).decode(), upload, key)
        for key, outcome, stmt, marks in judged
    ]
    run_many(connection, _JUDGE, rows)


def note_drafts(connection: Connection, upload: str, notes: Mapping[str, str]) -> None:
    """Write down the secrets of delivery notes by the key of a draft."""
    sql = "UPDATE upload_draft SET note = ? WHERE upload = ? AND key = ?"
    run_many(connection, sql, [(note, upload, key) for key, note in notes.items()])


def state_drafts(connection: Connection, upload: str, stated: Iterable[tuple[str, str, int]]) -> None:
    """Write down (key, statement, index) of what was signed and taken."""
    sql = "UPDATE upload_draft SET outcome = 'stated', stmt = ?, idx = ? WHERE upload = ? AND key = ?"
    run_many(connection, sql, [(stmt, index, upload, key) for key, stmt, index in stated])


def fresh_drafts(connection: Connection, upload: str, most: int) -> list[KeptDraft]:
    """New drafts, each after those that it refers to."""
    return [_kept(row) for row in select(connection, _FRESH, (upload, most))]


def hand_over(connection: Connection, upload: str, batch: str, keys: Sequence[str]) -> None:
    """Note in which batch drafts wait for their signature, in its order."""
    sql = "UPDATE upload_draft SET batch = ?, place = ? WHERE upload = ? AND key = ?"
    run_many(connection, sql, [(batch, place, upload, key) for place, key in enumerate(keys, 1)])


def upload_signed_in(connection: Connection, holder: str, batch: str) -> str | None:
    """The upload of a firm whose drafts were handed over in a batch."""
    return next((str(one) for (one,) in select(connection, _IN_BATCH, (holder, batch))), None)


def waiting_batch(connection: Connection, upload: str) -> str | None:
    """The batch in which drafts of the upload wait for their signature."""
    return next((str(batch) for (batch,) in select(connection, _WAITING, (upload,))), None)


def signed_elsewhere(connection: Connection, upload: str) -> list[tuple[str, str, int]]:
    """(key, statement, index) of drafts that were signed in a batch since they were last looked at."""
    return [(key, stmt, int(index)) for key, stmt, index in select(connection, _SIGNED, (upload,))]


def count_signed_elsewhere(connection: Connection, upload: str) -> int:
    """How many drafts were signed in a batch since they were last looked at."""
    return int(select(connection, _SIGNED_COUNT, (upload,))[0][0])


def lots_made(connection: Connection, upload: str, holder: str) -> list[str]:
    """Batch numbers that the upload itself makes."""
    own = f"urn:lot:{holder.rsplit(':', 1)[-1]}:"
    drafts = islice(walk_bodies(connection, upload), _LOTS_MOST)
    made = [lot for _, draft in drafts for lot in draft.makes]
    return [lot.removeprefix(own) for lot in made]


def find_drafts(connection: Connection, upload: str, keys: Iterable[str]) -> dict[str, KeptDraft]:
    """Those of these keys, by key."""
    found = [_kept(row) for row in rows_where(connection, _BY_KEYS, [upload], keys)]
    return {one.draft.key: one for one in found}


def is_stated(connection: Connection, upload: str, sheet: int, record: str) -> bool:
    """Whether something that a record says was signed and taken."""
    return bool(select(connection, _STATED, (upload, sheet, record)))


def try_family_again(connection: Connection, upload: str, sheet: int, record: str) -> None:
    """What hangs together with a record is to be tried again."""
    run_many(connection, _AGAIN, [(upload, upload, sheet, record)])


def count_drafts(connection: Connection, upload: str) -> dict[str, int]:
    """Outcome ("" for none yet) -> how many."""
    return {outcome or "": int(count) for outcome, count in select(connection, _COUNTS, (upload,))}


@dataclass(frozen=True, slots=True)
class DraftSum:
    """Drafts of one kind with one outcome and equal marks: how many, and over which time."""

    typ: str
    outcome: str | None
    marks: tuple[str, ...]
    count: int
    first: int
    last: int


def sum_drafts(connection: Connection, upload: str) -> list[DraftSum]:
    return [
        DraftSum(typ, outcome, tuple(orjson.loads(marks)) if marks else (), int(count), first, last)
        for typ, outcome, marks, count, first, last in select(connection, _SUMS, (upload,))
    ]


def _body(draft: Draft) -> str:
    said = {
        "sub": draft.sub,
        "occurredAt": draft.occurred_at.isoformat(),
        "typ": draft.typ,
        "data": draft.data,
        "references": [
            [one.find, one.role, one.lot, one.number, list(one.path), one.required]
            for one in draft.references
        ],
        "private": list(draft.private),
        "origin": [draft.origin.sheet, list(draft.origin.rows)],
        "makes": list(draft.makes),
        "codes": draft.codes,
        "salts": {path: b64u(salt) for path, salt in draft.salts.items()},
    }
    return orjson.dumps(said).decode()


def _draft(key: str, body: str) -> Draft:
    said: Mapping[str, Any] = orjson.loads(body)
    sheet, rows = said["origin"]
    return Draft(
        typ=said["typ"],
        sub=said["sub"],
        occurred_at=datetime.fromisoformat(said["occurredAt"]),
        data=said["data"],
        references=tuple(
            Reference(find, role, lot, number, tuple(path), required)
            for find, role, lot, number, path, required in said["references"]
        ),
        private=tuple(said["private"]),
        origin=RowOrigin(sheet, tuple(rows)),
        key=key,
        makes=tuple(said["makes"]),
        codes=said["codes"],
        salts={path: unb64u(salt) for path, salt in said["salts"].items()},
    )


def _kept(row: Sequence[Any]) -> KeptDraft:
    key, sheet, record, body, family, depth, outcome, stmt, marks, note, index = row
    told = tuple(orjson.loads(marks)) if marks else ()
    return KeptDraft(_draft(key, body), sheet, record, family, depth, outcome, stmt, told, note, index)
