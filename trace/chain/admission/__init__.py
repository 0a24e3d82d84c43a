"""Admission: whether a fact may enter, and what it changes; deterministic, so that replay repeats it.

`admit` takes these steps, in this order; each refusal is a class of its own in `trace.errors.food`:

1. who      the roles of the signing key may state this kind (its declaration's `stated_by`)
2. when     nothing later than the log's clock (P02), no end before its start
3. on what  each statement named in `inputs` is known: here, or carried over from its log
4. the kind's own decision: lots exist and are held, new lots stand in the signer's name, rules R03–R20;
   what cannot be is refused, a probable slip is refused unless declared, a true but bad fact is marked,
   an act of the system waits until the reason is gone (`trace/rules/admission.toml`)
5. lateness R01: what comes later than the law allows is recorded as late

It reads `ChainState` and nothing else. A correction first takes back what the amended statement did and then
decides on the replacement; a group of statements is decided one after the other with `ChainState.apply`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeVar

from trace.chain.admission import (
    aggregation,
    answers,
    cases,
    codes,
    commitment,
    control,
    disputes,
    draws,
    duties,
    farm,
    foreign,
    goods,
    label,
    laboratory,
    links,
    orders,
    receipt,
    records,
    supervision,
    transformation,
)
from trace.chain.admission.correction import correct
from trace.chain.admission.deciding import DECIDE
from trace.chain.admission.decision import Claims, Decision, day_of
from trace.chain.admission.foreign import needs_of
from trace.chain.admission.handovers import settle_handovers
from trace.chain.admission.preconditions import (
    check_inputs,
    check_private,
    check_role,
    check_texts,
    check_times,
    mark_lateness,
)
from trace.chain.chain_state import ChainState
from trace.chain.editions import ADMITTED, edition_at
from trace.chain.effects import Effects, EntryRef, NewLot
from trace.chain.facts import Corrected, Fact
from trace.chain.facts.urns import lot_owner, owner_of
from trace.chain.ids import row_id
from trace.chain.order_effects import Rested
from trace.errors import Refusal
from trace.errors.food import RecordUndecidable
from trace.frozen import quickly_made
from trace.rules import Rules

EDITIONS: Final = "P25"
_Given = TypeVar("_Given")

_SUBJECTS: Final = (
    aggregation,
    answers,
    cases,
    codes,
    commitment,
    control,
    disputes,
    draws,
    duties,
    farm,
    foreign,
    goods,
    label,
    laboratory,
    links,
    orders,
    receipt,
    records,
    supervision,
    transformation,
)
"""Where the decisions stand: each names its kinds (`decides`), and is in `DECIDE` once its module is read."""


RESTING: Final = frozenset(
    typ
    for typ, decide in DECIDE.items()
    if decide.__module__ in {orders.__name__, supervision.__name__, laboratory.__name__}
)
"""Kinds that wait for what they name: what supervision, recalls and laboratories say of goods."""


class Door(Enum):
    """Where a fact stands when it is decided on: before the door, or behind it already."""

    NEW = "new"
    """It asks to enter the own log: a door refuses it."""
    LOGGED = "logged"
    """It stands in the own log (replay): every effect is made, a would-be refusal is a mark."""
    CARRIED = "carried"
    """It stands in another log, verified: kept, every effect is made, a would-be refusal is a mark."""


@quickly_made
@dataclass(frozen=True, slots=True)
class Envelope:
    """What comes with a statement beside its claims, for doors and for the standing of its key.

    kid        the key that signed it
    refused    what the doors of that key would refuse
    disclosed  members whose disclosures came with a new statement; None where nobody looked
    again      whether it was decided before and rested
    """

    kid: str = ""
    refused: Sequence[Refusal] = ()
    disclosed: Collection[str] | None = None
    again: bool = False


BARE: Final = Envelope()
UNWORKABLE: Final = (ArithmeticError, ValueError, TypeError, RecursionError)
"""How a value shows that nobody can work with it: too large, too long, too deep, not in the calendar, of a
sort that does not fit."""


def admit(
    claims: Claims,
    fact: Fact,
    entry: EntryRef,
    known: ChainState,
    rules: Rules,
    *,
    roles: Collection[str],
    door: Door = Door.NEW,
    envelope: Envelope = BARE,
) -> Effects:
    """The effects of a fact that may enter; raises its refusal. `roles` are those of the signing key.

    What an order, its end or a finding names may not be known yet: it rests, and is decided `again` when it
    is; then the effects are those that it did not have before.

    What is behind the door already is never refused: the mark `admitted-under-edition-N` says what today's
    door would, to the holder and the authority; it closes no gate.

    `entry.logged_at` is the recorded time of the log that took it, own or foreign.
    """
    decision = Decision(
        claims,
        entry,
        known,
        rules,
        roles,
        claims.typ,
        claims.data,
        day_of(claims.occurred_at),
        edition=edition_at(known.editions.get(entry.origin, ()), entry.index),
        new=door is Door.NEW,
        carried=door is Door.CARRIED,
        would_refuse=list(envelope.refused),
        key_refused=bool(envelope.refused),
        disclosed=envelope.disclosed,
        again=envelope.again,
    )
    try:
        _worked_with(_decide, decision, fact)
    except Refusal as refusal:
        if door is Door.NEW:
            raise
        decision.would_refuse.append(refusal)
        if decision.changes:  # what was decided before it failed stands, and is not decided twice
            decision.lacking.clear()
    if claims.typ in RESTING:
        for name in decision.lacking:
            decision.add(Rested(row_id(entry.origin, entry.index), name))
    if not decision.again:
        _worked_with(settle_handovers, decision, envelope.kid)
        if decision.would_refuse:
            _mark_admitted(decision)
    changes = tuple(decision.changes)
    return Effects(entry, claims.typ, claims.sub, claims.occurred_at, changes, decision.again)


def _worked_with(decide: Callable[[Decision, _Given], None], decision: Decision, given: _Given) -> None:
    """A value that cannot be computed with, and that no check foresaw, is this record's fault alone."""
    try:
        decide(decision, given)
    except UNWORKABLE as failure:
        raise RecordUndecidable(reason=type(failure).__name__) from failure


def _decide(decision: Decision, fact: Fact) -> None:
    check_role(decision)
    check_texts(decision)
    check_times(decision, fact)
    check_inputs(decision)
    if isinstance(fact, Corrected):
        correct(decision, fact, DECIDE)
    else:
        DECIDE[decision.claims.typ](decision, fact)
    check_private(decision)
    if not decision.again:
        mark_lateness(decision)


def _mark_admitted(decision: Decision) -> None:
    """Say once what today's doors would refuse, on the lot that was made or spoken of: never on another's."""
    refusal = decision.would_refuse[0]
    made = next((change.id for change in decision.changes if isinstance(change, NewLot)), None)
    about = decision.known.lots.get(decision.claims.sub)
    own = about is not None and lot_owner(about.urn) == owner_of(decision.claims.iss)
    lot = made if made is not None else about.id if about is not None and own else None
    rule = decision.rules.find(EDITIONS, decision.day)
    clause = rule.cited if rule is not None else ""
    params = {"refusal": refusal.code, "edition": decision.edition, "clause": clause}
    decision.note(EDITIONS, f"{ADMITTED}-{decision.edition}", lot, (), params, None)


__all__ = ["DECIDE", "UNWORKABLE", "Claims", "Door", "Envelope", "admit", "needs_of"]
