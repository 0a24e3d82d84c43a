"""Results about a firm's goods that were delivered to it, and its objection to one.

The firm objects in its own name and its words stand in the case for good; the case then waits for the
office's decision. What became of it the firm reads where it objected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from trace.chain.facts.oversight import SAMPLING
from trace.errors import ActUnfit, CaseUnknown
from trace.oversight.casework.clocks import RESULT, CaseClock, case_clocks
from trace.oversight.casework.decide import GUARDS, Act, decide
from trace.oversight.casework.objections import FILED, OPEN, REJECTED, Window, verdict_of, window_on, windows
from trace.oversight.casework.table import FIRM, step_of
from trace.parties import Actor
from trace.store.casework.asked import sampled_at
from trace.store.casework.cases import (
    CaseRow,
    EventRow,
    add_event,
    cases_of_party,
    find_case,
    move_case,
    names_of,
)
from trace.store.transaction import Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.casework.standing import present, standing_of, times_of
from trace.usecases.casework.take_step import LONGEST, Paper, keep_paper, moved

PAGE: Final = "/desk/objections"
_OURS: Final = frozenset({"decide-objection", "choose-laboratory", "review-objection"})
"""What the office owes a firm that objected: the firm sees which of these limits runs."""


@dataclass(frozen=True, slots=True)
class ResultSeen:
    """A result as the firm reads it: `told`, when it was delivered; `verdict` on its last objection, "" where
    there is none; `microbes`: failed items that no re-test lifts."""

    row: CaseRow
    told: datetime
    windows: Sequence[Window]
    microbes: Sequence[str]
    verdict: str
    filed: EventRow | None
    rejected: EventRow | None
    decided_by: CaseClock | None
    """By when the office says whether it takes the objection up."""
    may_object: bool

    @property
    def is_open(self) -> bool:
        """Whether the firm has said nothing of it, and the time to object is known to run."""
        running = any(one.ends is not None and not one.over for one in self.windows)
        return self.may_object and not self.verdict and running


@dataclass(frozen=True, slots=True)
class Objection:
    """What a firm says, by which form, on which ground, with which papers."""

    form: str
    ground: str
    why: str
    papers: Sequence[Paper] = field(default=())


def list_results(transactions: Transactions, actor: Actor) -> list[ResultSeen]:
    """The results that were delivered to the caller's firm, the newest case first."""
    with transactions.look(actor.subject) as tx:
        rows = reversed(cases_of_party(tx.connection, actor.party or ""))
        return [seen for row in rows if (seen := _seen(tx, row)) is not None]


def object_to(transactions: Transactions, actor: Actor, number: str, objection: Objection) -> str:
    """Object to the result of a case; the address to go on to.

    Raises `CaseUnknown` for another firm's and for a result that was not delivered, `ActUnfit` for a ground
    on which nobody objects, `ObjectionTooLate`, `MicrobiologyFinal`, `StepUnfit`, `PurposeMissing`,
    `PaperUnfit`, `CaseMoved`.
    """
    with transactions.begin(actor.subject) as tx:
        done = once(tx, objection.form, actor.person)
        if done.before:
            return done.leads_to
        row = find_case(tx.connection, number)
        seen = _seen(tx, row) if row is not None and row.party == actor.party else None
        if row is None or seen is None:
            raise CaseUnknown(number=number[:40])
        window = window_on(seen.windows, objection.ground)
        if window is None:
            raise ActUnfit(event=FILED, member="ground", named=objection.ground[:40])
        why = whole_text("why", objection.why, LONGEST)
        papers = tuple(keep_paper(tx, row.number, actor.person, one) for one in objection.papers)
        detail = {"ground": objection.ground} | ({"late": "1"} if window.over else {})
        act = Act(FILED, actor.person, frozenset({FIRM}), why, papers, detail)
        standing, _ = standing_of(tx, row)
        ends = window.ends.ends if window.shut and window.ends is not None else None
        standing = replace(standing, window_ends=ends)
        if objection.ground == RESULT:
            GUARDS["retest-allowed"](standing, act)
        taken = decide(standing, act)
        seq = move_case(tx.connection, replace(row, state=taken.to), row.version)
        if not seq:
            raise moved(tx, row)
        name = names_of(tx.connection, [actor.person]).get(actor.person, "")
        add_event(tx.connection, EventRow(row.number, seq, FILED, row.state, taken.to, tx.now, actor.person,
                                          name, actor.party or "", act.why.strip(), act.evidence, detail,
                                          tx.rules.version))  # fmt: skip
        return done.to(PAGE)


def _seen(tx: Tx, row: CaseRow) -> ResultSeen | None:
    """A case's result as its firm sees it; None while it was not delivered."""
    standing, events = standing_of(tx, row)
    here, times = present(events), times_of(row, events)
    told = times.at("notify")
    if told is None:
        return None
    verdict = verdict_of(one.event for one in here)
    clocks = case_clocks(tx.rules, row.state, times, row.department, urgent=row.urgent, now=tx.now)
    sampled = sampled_at(tx.connection, row.lot, SAMPLING.typ)
    return ResultSeen(
        row,
        told,
        windows(tx.rules, row.department, told, sampled, tx.now),
        standing.microbes,
        verdict,
        _last(here, FILED),
        _last(here, "reject-objection") if verdict == REJECTED else None,
        next((one for one in clocks if one.duty in _OURS and one.done is None), None)
        if verdict == OPEN
        else None,
        step_of(row.state, FILED) is not None,
    )


def _last(events: Sequence[EventRow], event: str) -> EventRow | None:
    return next((one for one in reversed(events) if one.event == event), None)
