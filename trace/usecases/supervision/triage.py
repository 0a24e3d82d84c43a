"""Warnings before an officer: what is open in the caller's department and area, and what becomes of each.

A warning is dismissed with its reason, or turned into something that has a number of its own. A visit for
its cause is opened from it and binds it; a sample, an entry on a list of risks and a case have to exist and
be the caller's, a clue to be signed. Who doubts what another person decided opens it again, with a reason:
the state is the last decision, and every one stays in the history.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from trace.access.rights import CASES
from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.exchange import CLUE as CLUES
from trace.chain.sight import lies_in
from trace.errors import (
    ReopenedByOne,
    RightMissing,
    RiskItemUnknown,
    RiskMoved,
    RiskOutOfArea,
    RiskUnfit,
    WarningOfAnother,
)
from trace.oversight.casework.decide import LEAST_WORDS
from trace.oversight.competence import limit_of
from trace.oversight.warnings import (
    BECOMES,
    CASE,
    CLUE,
    DISMISSED,
    OPEN,
    SAMPLE,
    TASK,
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
from trace.store.risk.events import RiskEvent, add_events, events_of
from trace.store.risk.kept import EntryRow, find_row
from trace.store.risk.warnings import (
    RunRow,
    WarningRow,
    decide_warning,
    find_warning,
    last_run,
    reopen_warning,
    warning_behind,
    warnings_of_department,
)
from trace.store.transaction import Transactions, Tx
from trace.store.visits.visits import find_visit
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.casework.standing import departments_of, require_case
from trace.usecases.supervision.outcomes import Outcome, outcomes_of, samples_known

PAGE: Final = "/office/warnings"
WHAT: Final = "warning"
REOPENED: Final = "reopened"
_STEPS: Final = frozenset({DISMISSED, TURNED, REOPENED})
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
    """The warnings of the caller's department and area, how often each rule was right, and the last run.

    `again`: number -> every decision on a warning that was opened again, the oldest first.
    """

    listed: Sequence[Listed]
    precision: Sequence[Precision]
    rules: Mapping[str, Rule]
    names: Mapping[str, str]
    run: RunRow | None
    now: datetime
    outcomes: Mapping[str, Outcome]
    again: Mapping[str, Sequence[RiskEvent]] = field(default_factory=dict)

    @property
    def reopened(self) -> Counter[str]:
        """Rule -> how many of its warnings were opened again, whatever was decided then."""
        return Counter(one.row.rule for one in self.listed if one.row.number in self.again)

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
        again = _opened_again(tx, rows)
        return Triage(listed, right, rules, names, run, tx.now, outcomes_of(tx, actor, rows), again)


def _opened_again(tx: Tx, rows: Sequence[WarningRow]) -> dict[str, list[RiskEvent]]:
    past = events_of(tx.connection, WHAT, [row.number for row in rows])
    return {
        number: [one for one in events if one.event in _STEPS]
        for number, events in past.items()
        if any(one.event == REOPENED for one in events)
    }


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


def reopen(transactions: Transactions, actor: Actor, form: str, number: str, reason: str) -> str:
    """Open a decided warning again, by somebody who did not decide it; the page to go on from.

    Raises `RiskItemUnknown`, `RiskOutOfArea`, `RiskMoved` where it is open, `ReopenedByOne`, `RiskUnfit`.
    """
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return done.leads_to
        row, why = require_warning(tx, actor, number), whole_text("reason", reason, _LONGEST)
        if len(why) < LEAST_WORDS:
            raise RiskUnfit(wanted="reason")
        if row.state != OPEN and row.person == actor.person:
            raise ReopenedByOne(number=row.number)
        if not reopen_warning(tx.connection, row):
            raise RiskMoved(what=WHAT, state=row.state)
        name = names_of(tx.connection, [actor.person]).get(actor.person, "")
        detail = {"before": row.state, "became": row.became, "reference": row.reference}
        told = (tx.now, actor.person, name, actor.party or "", why, detail)
        add_events(tx.connection, [RiskEvent(WHAT, row.number, REOPENED, *told)])
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

    Raises `RightMissing` for who opens visits and decides no warnings, `RiskItemUnknown`, `RiskOutOfArea`,
    `RiskMoved`, and `RiskUnfit` where it is about another firm.
    """
    if not deciding.actor.may(CASES):
        raise RightMissing(scope=CASES)
    row = require_warning(tx, deciding.actor, deciding.number)
    if row.party not in {"", party}:
        raise RiskUnfit(wanted="party")
    _decided(tx, row, replace(deciding, became=VISIT))


def warning_of_visit(tx: Tx, visit: str) -> str:
    """The number of the warning that led to a visit; "" for none."""
    return warning_behind(tx.connection, VISIT, visit)


def _decided(tx: Tx, row: WarningRow, deciding: Deciding) -> None:
    actor, reason = deciding.actor, whole_text("reason", deciding.reason, _LONGEST)
    reference = whole_text("reference", deciding.reference, 120)
    if len(reason) < LEAST_WORDS:
        raise RiskUnfit(wanted="reason")
    apart = whole_text("apart", deciding.apart, _LONGEST) if deciding.became else ""
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
    """What the warning was turned into exists, is the caller's, and is about the same firm or lot,
    or somebody says what it has to do with it."""
    if became not in BECOMES:
        raise RiskUnfit(wanted="became")
    if not reference:
        raise RiskUnfit(wanted="reference")
    about = _ABOUT[became](tx, actor, row, reference)
    if about and row.party not in {"", about} and len(apart) < LEAST_WORDS:
        raise WarningOfAnother(number=row.number, reference=reference, party=about)


def _visit(tx: Tx, actor: Actor, _row: WarningRow, reference: str) -> str:
    visit = find_visit(tx.connection, reference)
    if visit is None or not lies_in(actor.region, (visit.area,) if visit.area else ()):
        raise RiskUnfit(wanted="reference")
    return visit.party


def _case(tx: Tx, actor: Actor, row: WarningRow, reference: str) -> str:
    case = require_case(tx, actor, reference)
    return row.party if case.lot == row.subject != "" or case.report in row.records else case.party


def _sample(tx: Tx, actor: Actor, _row: WarningRow, reference: str) -> str:
    sample = samples_known(tx, actor).get(reference)
    if sample is None:
        raise RiskItemUnknown(what=SAMPLE, number=reference)
    return sample.party


def _task(tx: Tx, actor: Actor, _row: WarningRow, reference: str) -> str:
    task = find_row(tx.connection, EntryRow, reference)
    if task is None or task.authority != actor.party:
        raise RiskItemUnknown(what="entry", number=reference)
    return ""


def _clue(tx: Tx, actor: Actor, _row: WarningRow, reference: str) -> str:
    if signed_as(tx.connection, reference) != (actor.party, CLUES.typ):
        raise RiskUnfit(wanted="reference")
    return ""


_ABOUT: Final[Mapping[str, Callable[[Tx, Actor, WarningRow, str], str]]] = {
    VISIT: _visit,
    CASE: _case,
    SAMPLE: _sample,
    TASK: _task,
    CLUE: _clue,
}
"""What a warning becomes -> whom that is about, "" where it does not say."""
