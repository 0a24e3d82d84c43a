"""A case as its page shows it: the file, its clocks, history, papers, and which steps can be taken now.

A step that is not open says which guard holds it. Reading a case for the first time is noted once: when
somebody first saw it is a moment of its own, beside that of the result and that of its arrival.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from trace.chain.sight import lies_in
from trace.errors import PaperUnknown, Refusal
from trace.oversight.casework.clocks import CaseClock, case_clocks
from trace.oversight.casework.competence import JOINT, LEAD, Hold, Word
from trace.oversight.casework.decide import Act, Standing, decide, proved
from trace.oversight.casework.table import PROOFS, SOURCED, Step, steps_from
from trace.parties import COUNTRY, Actor
from trace.store.accounts.people import list_organisations, members_of
from trace.store.casework.asked import firm_names
from trace.store.casework.cases import (
    CaseRow,
    EventRow,
    add_event,
    cases_of_lot,
    cases_of_party,
    move_case,
    names_of,
)
from trace.store.casework.competence import words_of
from trace.store.casework.deadlines import Counted, counted_of
from trace.store.casework.papers import PaperRow, find_paper, papers_of
from trace.store.lots.standing import regions_of_parties
from trace.store.signing.batches import waiting_batches
from trace.store.transaction import Transactions, Tx
from trace.usecases.casework.look import Purpose, Seen, note_looks
from trace.usecases.casework.standing import (
    giver_of,
    level_of,
    require_hold,
    standing_of,
    times_of,
    works_on_cases,
)

_TRIED = {"person": "x", "receiver": "x", "case": "x", "proof": PROOFS[0], "lab": "x", "consignee": "x"}
"""What a form will name: a step is tried with it to see what else keeps it shut."""


LEADING: Final = Hold(LEAD)


@dataclass(frozen=True, slots=True)
class Choice:
    """A step that somebody's role may take; `refusal` is why not now, None where it is open."""

    step: Step
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class CaseSeen:
    """Everything of a case but its goods. `names`: of people and parties in it, by number or urn."""

    row: CaseRow
    events: Sequence[EventRow]
    clocks: Sequence[CaseClock]
    papers: Sequence[PaperRow]
    choices: Sequence[Choice]
    names: dict[str, str]
    proved: frozenset[str] = frozenset()
    now: datetime | None = None
    others: Sequence[CaseRow] = ()
    colleagues: Sequence[tuple[str, str]] = ()
    authorities: Sequence[tuple[str, str]] = ()
    hold: Hold = LEADING
    words: Sequence[Word] = ()
    """Who led it and joined in it, since when."""
    offices: Sequence[tuple[str, str, str]] = ()
    """The other authorities of the case's department: urn, name and the digits of the area."""
    counted: Sequence[Counted] = ()
    """How its limits were counted, the oldest first."""
    seat: Sequence[str] = ()
    """Where the firm is registered."""
    waiting: frozenset[str] = frozenset()
    """The batches of drafts of this case that wait for a signature of the caller's office."""

    @property
    def sourced(self) -> bool:
        """Whether an authority registered what it began with, and no test failed."""
        return self.row.basis in SOURCED

    @property
    def seat_elsewhere(self) -> bool:
        """Whether the firm is registered outside the area of who leads."""
        return bool(self.row.area and self.seat) and not lies_in(self.row.area, self.seat)

    @property
    def joined(self) -> frozenset[str]:
        """The authorities that were asked to assist and have not answered yet."""
        last = {one.authority: one.part for one in self.words if one.authority}
        return frozenset(authority for authority, part in last.items() if part == JOINT)

    def before(self, clock: CaseClock) -> Sequence[Counted]:
        """The other ends that a limit had when it was counted before."""
        ends = clock.ends.ends if clock.ends is not None else None
        same = (one for one in self.counted if (one.duty, one.since) == (clock.duty, clock.since))
        return [one for one in same if one.ends != ends]

    def reader(self, actor: Actor) -> Actor:
        """As whom the caller reads the goods: whoever was asked to assist has the lead's view of them."""
        return replace(actor, region=self.row.area or COUNTRY) if self.hold.part == JOINT else actor


def read_case(transactions: Transactions, actor: Actor, number: str) -> CaseSeen:
    """The case, for who has to do with it; raises `CaseUnknown`, `CaseOutOfArea`."""
    with transactions.look(actor.subject) as tx:
        row, hold = require_hold(tx, actor, number)
        if row.opened_at is not None or not hold.acts:
            return _seen(tx, actor, row, hold)
    with transactions.begin(actor.subject) as tx:
        row, hold = require_hold(tx, actor, number)
        if row.opened_at is None:
            row = _note_first(tx, actor, row)
        return _seen(tx, actor, row, hold)


def look_at_case(transactions: Transactions, actor: Actor, number: str, purpose: str) -> CaseSeen:
    """The case as a machine reads it, noted as a look at its firm with the purpose that was named.

    Raises `PurposeMissing`, `CaseUnknown`, `CaseOutOfArea`.
    """
    why = Purpose(purpose, number)
    why.required()
    with transactions.begin(actor.subject) as tx:
        row, hold = require_hold(tx, actor, number)
        if row.opened_at is None and actor.person and hold.acts:
            row = _note_first(tx, actor, row)
        note_looks(tx, actor, [row.party], Seen("case", row.number, 1), why)
        return _seen(tx, actor, row, hold)


def look_at_paper(
    transactions: Transactions, actor: Actor, number: str, digest: str, purpose: str
) -> tuple[PaperRow, bytes]:
    """A paper of a case, noted as above; raises `PaperUnknown` too."""
    why = Purpose(purpose, number)
    why.required()
    with transactions.begin(actor.subject) as tx:
        row, hold = require_hold(tx, actor, number)
        found = _paper(tx, row, hold, digest)
        if found is None:
            raise PaperUnknown(name=digest[:80])
        note_looks(tx, actor, [row.party], Seen("file", row.number, 1), why)
        return found


def _note_first(tx: Tx, actor: Actor, row: CaseRow) -> CaseRow:
    opened = replace(row, opened_at=tx.now)
    seq = move_case(tx.connection, opened, row.version)
    if not seq:
        return row
    name = names_of(tx.connection, [actor.person]).get(actor.person, "")
    step = EventRow(row.number, seq, "first-seen", row.state, row.state, tx.now, actor.person, name,
                    actor.party or "", rules=tx.rules.version)  # fmt: skip
    add_event(tx.connection, step)
    return replace(opened, version=seq)


def _paper(tx: Tx, row: CaseRow, hold: Hold, digest: str) -> tuple[PaperRow, bytes] | None:
    """A paper, where the caller's office had to do with the case when it was handed in."""
    found = find_paper(tx.connection, row.number, digest)
    return found if found is not None and _was_there(hold, found[0].at) else None


def _was_there(hold: Hold, at: datetime) -> bool:
    return hold.until is None or at <= hold.until


def _seen(tx: Tx, actor: Actor, row: CaseRow, hold: Hold) -> CaseSeen:
    """The case as it is; for who led it once or assisted, as it stood when that ended, and nothing to do."""
    standing, every_event = standing_of(tx, row, actor, hold)
    events = [one for one in every_event if _was_there(hold, one.at)]
    people = [row.officer, *(one.person for one in events)]
    words = words_of(tx.connection, row.number)
    parties = [row.party, row.receiver, *(one.party for one in events if one.party)]
    parties += [one.authority for one in words if one.authority]
    members = [one for one in members_of(tx.connection, actor.party or "") if works_on_cases(one)]
    every = [one for one in list_organisations(tx.connection) if one.department and one.urn != actor.party]
    clocks = case_clocks(
        tx.rules, row.state, times_of(row, events), row.department, urgent=row.urgent, now=tx.now
    )
    return CaseSeen(
        row,
        events,
        clocks if hold.acts else (),
        [one for one in papers_of(tx.connection, row.number) if _was_there(hold, one.at)],
        _choices(standing, actor) if hold.acts else (),
        {**firm_names(tx.connection, parties), **names_of(tx.connection, people)},
        frozenset(proved(standing.past)),
        tx.now,
        [one for one in _beside(tx, row) if one.number != row.number],
        [(one.person, one.name) for one in members],
        [(one.urn, one.name) for one in every],
        hold,
        words,
        [(one.urn, one.name, level_of(one.region)) for one in every if one.department == row.department],
        counted_of(tx.connection, row.number),
        sorted(regions_of_parties(tx.connection, {row.party}).get(row.party, ())),
        _waiting(tx, actor, events),
    )


def _beside(tx: Tx, row: CaseRow) -> list[CaseRow]:
    """The cases of the same goods; where it is about no goods, those of the firm that are not either."""
    if row.lot:
        return cases_of_lot(tx.connection, row.lot)
    return [one for one in cases_of_party(tx.connection, row.party) if not one.lot]


def _waiting(tx: Tx, actor: Actor, events: Sequence[EventRow]) -> frozenset[str]:
    drafted = {one.detail["batch"] for one in events if "batch" in one.detail}
    return frozenset(drafted & waiting_batches(tx.connection, actor.party or "")) if drafted else frozenset()


def _never(standing: Standing) -> frozenset[str]:
    """Guards that nothing the caller does can meet: steps under them are not for this office or case."""
    shut = {"is-joint": not standing.joint, "of-result": standing.sourced}
    return frozenset(name for name, holds in shut.items() if holds)


def _choices(standing: Standing, actor: Actor) -> list[Choice]:
    found = []
    never = _never(standing)
    for step in steps_from(standing.state, actor.duties):
        if not never.isdisjoint(step.guards):
            continue
        act = Act(
            step.event,
            actor.person,
            actor.duties,
            "why",
            ("x",),
            _TRIED,
            giver_of(actor, standing, step.event),
        )
        refusal: Refusal | None = None
        try:
            decide(standing, act)
        except Refusal as held:
            refusal = held
        found.append(Choice(step, refusal))
    return found


def read_paper(
    transactions: Transactions, actor: Actor, number: str, digest: str
) -> tuple[PaperRow, bytes] | None:
    """A paper of a case with its bytes; None where there is none such."""
    with transactions.look(actor.subject) as tx:
        row, hold = require_hold(tx, actor, number)
        return _paper(tx, row, hold, digest)
