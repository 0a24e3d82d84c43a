"""Warnings before an officer: what is open in the caller's department and area, and what becomes of each.

A warning is dismissed with its reason, or turned into something that has a number of its own. A visit for
its cause is opened from it and binds it; a sample is named by its number; a case has to exist and be the
caller's, a clue to be signed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.exchange import CLUE as CLUES
from trace.chain.sight import lies_in
from trace.errors import RiskItemUnknown, RiskMoved, RiskOutOfArea, RiskUnfit, WarningOfAnother
from trace.oversight.casework.decide import LEAST_WORDS
from trace.oversight.competence import limit_of
from trace.oversight.warnings import (
    BECOMES,
    CASE,
    CLUE,
    DISMISSED,
    OPEN,
    TRIAGE,
    TURNED,
    VISIT,
    Precision,
    precision,
)
from trace.parties import Actor
from trace.rules import Rule
from trace.store.casework.asked import firm_names, signed_as
from trace.store.casework.cases import names_of
from trace.store.risk.events import RiskEvent, add_events
from trace.store.risk.warnings import (
    RunRow,
    WarningRow,
    decide_warning,
    find_warning,
    last_run,
    warning_behind,
    warnings_of_department,
)
from trace.store.transaction import Transactions, Tx
from trace.store.visits.visits import find_visit
from trace.usecases.accounts.forms import once
from trace.usecases.casework.standing import departments_of, require_case
from trace.usecases.supervision.outcomes import Outcome, outcomes_of

PAGE: Final = "/office/warnings"
WHAT: Final = "warning"
_LONGEST: Final = 1000


@dataclass(frozen=True, slots=True)
class Listed:
    """A warning with its rule's words and until when somebody has to look at it."""

    row: WarningRow
    rule: Rule | None
    due: datetime | None
    gone: bool

    def overdue(self, now: datetime) -> bool:
        return self.row.state == OPEN and self.due is not None and now >= self.due


@dataclass(frozen=True, slots=True)
class Triage:
    """The warnings of the caller's department and area, how often each rule was right, and the last run."""

    listed: Sequence[Listed]
    precision: Sequence[Precision]
    rules: Mapping[str, Rule]
    names: Mapping[str, str]
    run: RunRow | None
    now: datetime
    outcomes: Mapping[str, Outcome]

    @property
    def open(self) -> list[Listed]:
        return [one for one in self.listed if one.row.state == OPEN]

    @property
    def decided(self) -> list[Listed]:
        return [one for one in self.listed if one.row.state != OPEN]


@dataclass(frozen=True, slots=True)
class Deciding:
    """Who decides what about a warning: `became` is empty where it is dismissed.

    `apart`: what a case or visit of another firm has to do with it.
    """

    actor: Actor
    form: str
    number: str
    reason: str
    became: str = ""
    reference: str = ""
    apart: str = ""


def read_triage(transactions: Transactions, actor: Actor) -> Triage:
    """What is to be looked at, the newest first."""
    with transactions.look(actor.subject) as tx:
        rows = warnings_within(tx, actor)
        run, today = last_run(tx.connection), day_in_shanghai(tx.now)
        rules = {
            name: found for name in sorted({row.rule for row in rows})
            if (found := tx.rules.find(name, today)) is not None
        }  # fmt: skip
        listed = [
            Listed(
                row,
                rules.get(row.rule),
                limit_of(tx.rules, TRIAGE, row.found_at),
                gone=run is not None and row.seen_at < run.at,
            )
            for row in rows
        ]
        names = firm_names(tx.connection, [row.party for row in rows if row.party])
        names |= names_of(tx.connection, [row.person for row in rows])
        right = precision((row.rule, row.state) for row in rows)
        return Triage(listed, right, rules, names, run, tx.now, outcomes_of(tx, actor, rows))


def warnings_within(tx: Tx, actor: Actor) -> list[WarningRow]:
    """The warnings of the caller's departments in its area; none for whoever is no authority."""
    if not actor.oversees:
        return []
    rows = warnings_of_department(tx.connection, ("", *departments_of(actor)))
    return [row for row in rows if _is_within(actor, row)]


def _is_within(actor: Actor, row: WarningRow) -> bool:
    return lies_in(actor.region, (row.area,) if row.area else ())


def decide(transactions: Transactions, deciding: Deciding) -> str:
    """Dismiss the warning or say what it was turned into; the page to go on from.

    Raises `RiskItemUnknown`, `RiskOutOfArea`, `RiskMoved`, `RiskUnfit`, `WarningOfAnother`, what a case's
    number raises.
    """
    actor = deciding.actor
    with transactions.begin(actor.subject) as tx:
        done = once(tx, deciding.form, actor.person)
        if done.before:
            return done.leads_to
        _decided(tx, require_warning(tx, actor, deciding.number), deciding)
        return done.to(PAGE)


def require_warning(tx: Tx, actor: Actor, number: str) -> WarningRow:
    """A warning of the caller's department and area; raises `RiskItemUnknown`, `RiskOutOfArea`."""
    row = find_warning(tx.connection, number)
    if row is None:
        raise RiskItemUnknown(what=WHAT, number=number[:40])
    ours = row.department in {"", *departments_of(actor)}
    if not actor.oversees or not ours or not _is_within(actor, row):
        raise RiskOutOfArea(what=WHAT, number=row.number)
    return row


def turn_into_visit(tx: Tx, deciding: Deciding, party: str) -> None:
    """Bind a warning to the visit for its cause, in the transaction that opens it.

    Raises `RiskItemUnknown`, `RiskOutOfArea`, `RiskMoved`, and `RiskUnfit` where it is about another firm.
    """
    row = require_warning(tx, deciding.actor, deciding.number)
    if row.party not in {"", party}:
        raise RiskUnfit(wanted="party")
    _decided(tx, row, replace(deciding, became=VISIT))


def warning_of_visit(tx: Tx, visit: str) -> str:
    """The number of the warning that led to a visit; "" for none."""
    return warning_behind(tx.connection, VISIT, visit)


def _decided(tx: Tx, row: WarningRow, deciding: Deciding) -> None:
    actor, reason = deciding.actor, deciding.reason.strip()[:_LONGEST]
    reference = deciding.reference.strip()[:120]
    if len(reason) < LEAST_WORDS:
        raise RiskUnfit(wanted="reason")
    apart = deciding.apart.strip()[:_LONGEST] if deciding.became else ""
    if deciding.became:
        _require_reference(tx, actor, row, deciding.became, reference, apart)
    if apart:
        reason = f"{reason}\n{apart}"
    state = TURNED if deciding.became else DISMISSED
    new = replace(
        row,
        state=state,
        became=deciding.became,
        reference=reference,
        reason=reason,
        person=actor.person,
        decided_at=tx.now,
    )
    if not decide_warning(tx.connection, new):
        raise RiskMoved(what=WHAT, state=row.state)
    name = names_of(tx.connection, [actor.person]).get(actor.person, "")
    detail = {"became": deciding.became, "reference": reference, "rules": tx.rules.version}
    if apart:
        detail["apart"] = apart
    event = RiskEvent(WHAT, row.number, state, tx.now, actor.person, name, actor.party or "", reason, detail)
    add_events(tx.connection, [event])


def _require_reference(
    tx: Tx, actor: Actor, row: WarningRow, became: str, reference: str, apart: str
) -> None:
    """What the warning was turned into exists, as far as it is kept here, and is about the same firm or lot,
    or somebody says what it has to do with it; what is not kept here is named at least."""
    if became not in BECOMES:
        raise RiskUnfit(wanted="became")
    if not reference:
        raise RiskUnfit(wanted="reference")
    about = ""
    if became == VISIT:
        visit = find_visit(tx.connection, reference)
        if visit is None or not lies_in(actor.region, (visit.area,) if visit.area else ()):
            raise RiskUnfit(wanted="reference")
        about = visit.party
    if became == CASE:
        case = require_case(tx, actor, reference)
        same = case.lot == row.subject or case.report in row.records
        about = row.party if same else case.party
    if became == CLUE and signed_as(tx.connection, reference) != (actor.party, CLUES.typ):
        raise RiskUnfit(wanted="reference")
    if about and row.party not in {"", about} and len(apart) < LEAST_WORDS:
        raise WarningOfAnother(number=row.number, reference=reference, party=about)
