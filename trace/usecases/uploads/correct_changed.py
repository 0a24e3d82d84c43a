"""Corrections by file: rows that were stated before, otherwise, become corrections that supersede.

What a correction leaves as it was stays concealed under the same salt, and keeps what the platform filled in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from trace.chain.facts.corrections import CORRECTION
from trace.errors import ReasonTooShort, RecordUntouchable
from trace.exchange.draft import FIND_STATEMENT, Draft, Reference
from trace.exchange.signing_plan import concealed
from trace.exchange.tabular.records import SHORTEST_REASON
from trace.ledger.statement import Statement, parse_disclosed
from trace.parties import Actor
from trace.store.chain.statements import amendments_of
from trace.store.log.disclosures import read_disclosures
from trace.store.log.entries import find_entries
from trace.store.transaction import Connection, Transactions, Tx
from trace.store.uploads.drafts import (
    CHANGED,
    REFUSED,
    KeptDraft,
    drafts_by_outcome,
    judge_drafts,
    replace_body,
)
from trace.store.uploads.rows import FaultRow, put_faults
from trace.usecases.codes.item_codes import IssuedCodes
from trace.usecases.stated.record_bars import Asked, Bar, bars_on
from trace.usecases.uploads.fill_drafts import Desk
from trace.usecases.uploads.receive import hand_in, require_idle, require_own
from trace.usecases.uploads.try_drafts import DRAFTS_AT_ONCE, fault_of
from trace.usecases.uploads.work_on import judge
from trace.usecases.uploads.working import Work

_FILLED_IN: Final = ("serials", "platformCode", "handover")
_REPLACEMENT: Final = "replacement"
_MOST: Final = 50_000


@dataclass(frozen=True, slots=True)
class Difference:
    """A member that a row says otherwise than the record that stands: what was, what is to be."""

    member: str
    stands: object
    said: object


@dataclass(frozen=True, slots=True)
class ChangedRecord:
    """A record that stands, the rows that say it otherwise, and how; `bars` say why not to correct it now."""

    key: str
    typ: str
    sheet: str
    rows: tuple[int, ...]
    stmt: str
    differences: tuple[Difference, ...]
    bars: tuple[Bar, ...] = ()


def changed_records(
    transactions: Transactions, actor: Actor, upload: str, most: int = 200
) -> list[ChangedRecord]:
    """What the file says otherwise than before, row by row."""
    with transactions.look(actor.subject) as tx:
        one = require_own(tx, actor, upload)
        kept = drafts_by_outcome(tx.connection, one.id, CHANGED, most)
        stands = _standing(tx.connection, kept)
        bars = _bars(tx, actor, kept)
    return [
        ChangedRecord(
            each.draft.key, each.draft.typ, each.draft.origin.sheet, each.draft.origin.rows,
            each.stmt or "", _differences(_data_of(stands[each.stmt or ""]), each.draft.data),
            bars[each.stmt or ""],
        )
        for each in kept
    ]  # fmt: skip


def correct_changed(
    transactions: Transactions, codes: IssuedCodes, actor: Actor, upload: str, reason: str
) -> int:
    """Make corrections of all that changed, to be tried and signed as the rest is; how many.

    Of goods that have left or are under an order nothing is corrected here, as by the form of one record:
    that is told at its row. Raises `ReasonTooShort`, `UploadBusy`.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonTooShort(limit=SHORTEST_REASON)
    with transactions.begin(actor.subject) as tx:
        one = require_own(tx, actor, upload)
        require_idle(tx, one)
        kept = drafts_by_outcome(tx.connection, one.id, CHANGED, _MOST)
        stands = _standing(tx.connection, kept)
        bars = _bars(tx, actor, kept)
        barred = [each for each in kept if bars[each.stmt or ""]]
        judge_drafts(tx.connection, one.id, [(each.draft.key, REFUSED, None, ()) for each in barred])
        put_faults(tx.connection, one.id, [_told(each, bars[each.stmt or ""][0]) for each in barred])
        kept = [each for each in kept if not bars[each.stmt or ""]]
        for each in kept:
            draft = _correction(each, stands[each.stmt or ""], reason.strip(), tx.now)
            replace_body(tx.connection, one.id, each.draft.key, draft)
        large = len(kept) > DRAFTS_AT_ONCE
        if large:
            hand_in(tx, one)
    if not large:
        judge(Work(transactions, one), Desk(transactions, codes, one.holder))
    return len(kept)


def _bars(tx: Tx, actor: Actor, kept: Iterable[KeptDraft]) -> dict[str, tuple[Bar, ...]]:
    return bars_on(tx, actor, [Asked(each.stmt or "", each.draft.typ, each.draft.sub) for each in kept])


def _told(each: KeptDraft, bar: Bar) -> FaultRow:
    """What is said at the row of a record that is not corrected."""
    return fault_of(each, RecordUntouchable(why=bar.why, lot=bar.lot or each.draft.sub))


def _standing(connection: Connection, kept: list[KeptDraft]) -> dict[str, Statement]:
    """Statement -> it, or the correction that stands in its place."""
    stmts = {each.stmt for each in kept if each.stmt is not None}
    last = amendments_of(connection, stmts)
    entries = find_entries(connection, stmts | set(last.values()))
    held = read_disclosures(connection, entries)
    found = {}
    for stmt in stmts:
        entry = entries[last.get(stmt, stmt)]
        found[stmt] = parse_disclosed(entry.jws, held.get(entry.statement_id, ()))
    return found


def _data_of(stands: Statement) -> dict[str, Any]:
    data: dict[str, Any] = dict(stands.revealed_data())
    if stands.claims.typ != CORRECTION.typ:
        return data
    replaced = data.get(_REPLACEMENT)
    return dict(replaced) if isinstance(replaced, dict) else {}


def _differences(stands: dict[str, Any], said: Any) -> tuple[Difference, ...]:
    names = [name for name in (*stands, *said) if name not in _FILLED_IN]
    return tuple(
        Difference(name, stands.get(name), said.get(name))
        for name in dict.fromkeys(names)
        if stands.get(name) != said.get(name) and not (name == "proofs" and not said.get(name))
    )


def _correction(each: KeptDraft, stands: Statement, reason: str, now: datetime) -> Draft:
    draft, stmt = each.draft, each.stmt or ""
    before = _data_of(stands)
    data: dict[str, Any] = {**draft.data, **{name: before[name] for name in _FILLED_IN if name in before}}
    hidden = {path.removeprefix(f"{_REPLACEMENT}."): item for path, item in stands.disclosure_paths().items()}
    references = (
        Reference(FIND_STATEMENT, "about", number=stmt, required=False),
        *(replace(one, path=(_REPLACEMENT, *one.path) if one.path else ()) for one in draft.references),
    )
    return Draft(
        typ=CORRECTION.typ,
        sub=draft.sub,
        occurred_at=now,
        data={"amends": stmt, "reason": reason, _REPLACEMENT: data},
        references=references,
        private=tuple(f"{_REPLACEMENT}.{path}" for path in concealed(draft, data)),
        origin=draft.origin,
        key=draft.key,
        salts={
            f"{_REPLACEMENT}.{path}": item.salt
            for path, item in hidden.items()
            if data.get(path) == item.value
        },
    )
