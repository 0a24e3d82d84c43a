"""Trial of an upload's drafts: what the platform would say to each, family by family; nothing is logged.

Families are tried against what is logged now. What counts over all of them (a year's output, serials) is
decided when they are signed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from trace.errors import Refusal
from trace.exchange.draft import Draft, in_signing_order
from trace.exchange.signing_plan import concealed
from trace.exchange.tabular.grids import letter
from trace.exchange.tabular.kept_cells import cells_from_json
from trace.exchange.tabular.seen import shown_text
from trace.store.chain.statements import StatementRow
from trace.store.lots.details import read_lots
from trace.store.uploads.drafts import (
    CHANGED,
    KNOWN,
    NEW,
    REFUSED,
    STATED,
    KeptDraft,
    drafts_of_families,
    judge_drafts,
    untried_families,
)
from trace.store.uploads.rows import OF_PLATFORM, FaultRow, KeptRow, forget_said, put_faults, rows_of
from trace.usecases.intake.check_drafts import DraftRecord, check_drafts, draft_id
from trace.usecases.intake.receipt import KNOWN as KNOWN_STATE
from trace.usecases.intake.receipt import Outcome, Refused
from trace.usecases.uploads.fill_drafts import Desk, Filling, stand_ins
from trace.usecases.uploads.working import TRIED, Work

DRAFTS_AT_ONCE: Final = 600


@dataclass(slots=True)
class _Tried:
    """What came of a run of families."""

    judged: list[tuple[str, str | None, str | None, Sequence[str]]] = field(default_factory=list)
    faults: list[FaultRow] = field(default_factory=list)
    records: set[tuple[int, str]] = field(default_factory=set)


def try_drafts(work: Work, desk: Desk) -> None:
    """Try every draft that was not tried yet, with the family that it belongs to."""
    done = 0
    with work.transactions.look("uploads") as tx:
        families = untried_families(tx.connection, work.upload.id)
    for first, last in _runs(families):
        with work.transactions.look("uploads") as tx:
            kept = drafts_of_families(tx.connection, work.upload.id, first, last)
        waiting = [one for one in kept if one.outcome != STATED]
        tried = _try(work, desk, waiting)
        done += len(waiting)
        with work.step(TRIED, done) as tx:
            forget_said(tx.connection, work.upload.id, tried.records)
            judge_drafts(tx.connection, work.upload.id, tried.judged)
            put_faults(tx.connection, work.upload.id, tried.faults)


def _runs(families: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """First and last of families that follow each other, about `DRAFTS_AT_ONCE` drafts together."""
    first, last, size = -1, -1, 0
    for family, count in families:
        if size and (family != last + 1 or size + count > DRAFTS_AT_ONCE):
            yield first, last
            size = 0
        first = family if not size else first
        last, size = family, size + count
    if size:
        yield first, last


def _try(work: Work, desk: Desk, kept: Sequence[KeptDraft]) -> _Tried:
    by_key = {one.draft.key: one for one in kept}
    ordered = in_signing_order([one.draft for one in kept])
    outcomes = try_run(desk, ordered)
    known = {draft.key for draft, one in zip(ordered, outcomes, strict=True) if _is_known(one)}
    if known and any(draft.codes for draft in ordered if draft.key not in known):
        # Serials follow one another: what is known needs none, and the others move up.
        fresh = [draft for draft in ordered if draft.key not in known]
        again = dict(zip((one.key for one in fresh), try_run(desk, fresh), strict=True))
        outcomes = [again.get(draft.key, one) for draft, one in zip(ordered, outcomes, strict=True)]
    stated = _stated(work, desk, ordered, outcomes)
    refused = {draft.key for draft, one in zip(ordered, outcomes, strict=True) if isinstance(one, Refused)}
    placing = _Placing(work, [by_key[key] for key in refused - stated.keys()])
    tried = _Tried()
    for draft, outcome in zip(ordered, outcomes, strict=True):
        one = by_key[draft.key]
        tried.records.add((one.sheet, one.record))
        if isinstance(outcome, Refused):
            before = stated.get(draft.key)
            tried.judged.append((draft.key, CHANGED if before else REFUSED, before, ()))
            if not before:
                tried.faults.append(placing.at_its_cell(fault_of(one, outcome.refusal)))
        elif _is_known(outcome):
            tried.judged.append((draft.key, KNOWN, outcome.statement_id, outcome.marks))
        else:
            tried.judged.append((draft.key, NEW, None, outcome.marks))
    return tried


def try_run(desk: Desk, drafts: Sequence[Draft]) -> list[Outcome]:
    """What the platform would say to these drafts, in this order, if they were signed now."""
    ids = [draft_id(place) for place in range(1, len(drafts) + 1)]
    filling = Filling(desk, stand_ins(drafts, ids), desk.handovers(drafts))
    filling.look(drafts)
    outcomes: list[Outcome | None] = []
    records: list[DraftRecord] = []
    for draft in drafts:
        try:
            data, _ = filling.fill(draft)
        except Refusal as refusal:
            outcomes.append(Refused(len(outcomes), refusal))
            data = dict(draft.data)
        else:
            outcomes.append(None)
        records.append(DraftRecord(draft.typ, draft.sub, draft.occurred_at, data, concealed(draft, data)))
    told = check_drafts(desk.transactions, desk.holder, records) if records else []
    return [before or after for before, after in zip(outcomes, told, strict=True)]


def _is_known(outcome: Any) -> bool:
    return not isinstance(outcome, Refused) and outcome.state == KNOWN_STATE


def _stated(work: Work, desk: Desk, drafts: Sequence[Draft], outcomes: Sequence[Outcome]) -> dict[str, str]:
    """Refused drafts -> the statement of the signer's own that already speaks of the same, otherwise."""
    found: dict[str, str] = {}
    lots: dict[str, list[str]] = {}
    for draft, outcome in zip(drafts, outcomes, strict=True):
        if not isinstance(outcome, Refused):
            continue
        stmt = outcome.refusal.params.get("stmt")
        if outcome.refusal.code == "report-stated" and isinstance(stmt, str):
            found[draft.key] = stmt
        for lot in draft.makes:
            lots.setdefault(lot, []).append(draft.key)
    typs = {draft.key: draft.typ for draft in drafts}
    with work.transactions.look("uploads") as tx:
        for row in read_lots(tx.connection, lots):
            by: StatementRow = row.made_by
            for key in lots[row.urn]:
                if by.iss == desk.holder and by.typ == typs[key]:
                    found[key] = by.statement
    return found


class _Placing:
    """Finds the cell that a refusal speaks of: the one that says what the refusal names."""

    def __init__(self, work: Work, refused: Sequence[KeptDraft]) -> None:
        records: defaultdict[int, set[str]] = defaultdict(set)
        for one in refused:
            records[one.sheet].add(one.record)
        self._rows: dict[tuple[int, str], list[KeptRow]] = {}
        with work.transactions.look("uploads") as tx:
            for sheet, named in records.items():
                for row in rows_of(tx.connection, work.upload.id, sheet, named):
                    self._rows.setdefault((sheet, row.record), []).append(row)

    def at_its_cell(self, fault: FaultRow) -> FaultRow:
        """The fault at the cell that it names, else at its row."""
        values = [
            each
            for value in fault.params.values()
            for each in (value if isinstance(value, list) else [value])
        ]
        named = {text for text in values if isinstance(text, str) and text}
        endings = {text.rsplit(":", 1)[-1] for text in named} | named
        rows = self._rows.get((fault.place, fault.record), [])
        # What a row makes is named in its first column; what it takes stands further right.
        for row in rows:
            for place, cell in reversed(list(enumerate(cells_from_json(row.cells)))):
                text = shown_text(cell).strip()
                if text and (text in endings or text.removeprefix("urn:lot:") in endings):
                    return replace(fault, row=row.number, letter=letter(place))
        return fault


def fault_of(one: KeptDraft, refusal: Refusal) -> FaultRow:
    """What the platform says, at the record's first row."""
    origin = one.draft.origin
    return FaultRow(
        OF_PLATFORM, origin.sheet, one.sheet, origin.rows[0], "", refusal.code, refusal.params, one.record
    )
