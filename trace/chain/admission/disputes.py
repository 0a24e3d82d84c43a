"""Decisions on disputes: who may open one, what it touches, and who ends it."""

from __future__ import annotations

from typing import Final

from trace.chain import facts
from trace.chain.admission.deciding import decides
from trace.chain.admission.decision import Decision
from trace.chain.admission.repeated import check_repeated
from trace.chain.chain_state import KnownDispute, KnownLot, KnownStatement
from trace.chain.editions import SECOND
from trace.chain.effects import DisputeEnded, LotMentioned, NewDispute
from trace.chain.facts import DisputeOpened, DisputeSettled
from trace.chain.facts.disputes import DISPUTE_OPEN, DISPUTE_SETTLE
from trace.chain.handover_effects import Agreed
from trace.chain.known_words import names_of
from trace.chain.pair_names import owners_of
from trace.errors.food import DisputeUnknown, NamedStatementUnknown, NotAPartyToDispute
from trace.errors.handovers import DisputeOfStranger, DisputeStands
from trace.parties import REGISTRAR, REGULATORS

DROPPED: Final = "dropped"
RESOLVED: Final = "resolved"
"""The outcome of a dispute whose cause is gone."""
CORRECTED: Final = "corrected"
UNAGREED: Final = frozenset({DROPPED, RESOLVED, CORRECTED})
"""Outcomes on which nobody had to agree."""


@decides(facts.disputes.DISPUTE_OPEN)
def dispute(decision: Decision, fact: DisputeOpened) -> None:
    """Open a dispute by a party to each record: both statements stay, what they joined is disputed.

    A stranger's remark is a report to the authority (投诉举报), not a dispute, and changes nothing. Raises
    `NamedStatementUnknown`, `DisputeOfStranger`, `DisputeStands`.
    """
    about = [_statement(decision, statement) for statement in fact.about]
    strange = next((one for one in about if not _is_party(decision, one)), None)
    if strange is not None:  # one record of others among one's own makes nobody a party to it
        decision.refuse(DisputeOfStranger(statement=strange.statement, iss=decision.claims.iss), since=SECOND)
        return
    lot = next((found for one in about if (found := _goods(decision, one)) is not None), None)
    if any(set(fact.about) & set(one.statements) for one in _own_disputes(decision)):
        decision.refuse(DisputeStands(statement=about[0].statement, iss=decision.claims.iss), since=SECOND)
    decision.add(
        NewDispute(
            decision.next_id("dispute"),
            lot.id if lot is not None else None,
            fact.about,
            fact.field,
            (fact.claimed, fact.other),
        )
    )
    if lot is not None:
        decision.add(LotMentioned(lot.id, "dispute"))


def _goods(decision: Decision, stated: KnownStatement) -> KnownLot | None:
    """The lot in dispute: one that the record made, or of the opener; a name in somebody's `sub` is none."""
    lot = decision.known.lots.get(stated.sub)
    if lot is None or stated.statement == lot.statement or _is_authority(decision):
        return lot
    return lot if lot.holder == decision.claims.iss else None


def _is_authority(decision: Decision) -> bool:
    return not (REGULATORS | {REGISTRAR}).isdisjoint(decision.roles)


@decides(facts.disputes.DISPUTE_SETTLE)
def settlement(decision: Decision, fact: DisputeSettled) -> None:
    """End a dispute: a bureau, both sides with the same outcome, or the opener that drops its own.

    What one side says alone rests until the other side says the same. Raises `DisputeUnknown`,
    `NotAPartyToDispute`, `SaidTooOften`.
    """
    opened = decision.known.disputes.get(fact.dispute)
    if opened is None:
        raise DisputeUnknown(dispute=fact.dispute)
    check_repeated(decision, fact.dispute)
    sides = _sides(decision, fact.dispute, opened)
    bureau = not REGULATORS.isdisjoint(decision.roles)
    if decision.claims.iss not in sides and not bureau:
        decision.refuse(NotAPartyToDispute(dispute=fact.dispute, iss=decision.claims.iss))
        return
    outcome = _outcome(decision, fact, sides, bureau=bureau)
    if outcome is not None:
        end_dispute(decision, fact.dispute, outcome)
        decision.add(Agreed((fact.dispute, *opened.statements)))
    if opened.lot is not None:
        decision.add(LotMentioned(opened.lot, "settlement"))


def end_dispute(decision: Decision, opener: str, outcome: str) -> None:
    """End the dispute which statement `opener` opened; the marks of a pair go with its state."""
    opened = decision.known.disputes[opener]
    decision.add(DisputeEnded(opened.id, outcome))


def _outcome(decision: Decision, fact: DisputeSettled, sides: set[str], *, bureau: bool) -> str | None:
    """The outcome that counts now; None while the other side has not said the same."""
    opener = decision.known.statements.get(fact.dispute)
    if bureau:
        return fact.outcome
    words = decision.known.words
    said = {decision.claims.iss}
    for name in [one for side in sides for one in words.said.get((fact.dispute, side), ())]:
        other = words.signed.get(name)
        if (
            other is not None
            and other.typ == DISPUTE_SETTLE.typ
            and other.data.get("outcome") == fact.outcome
        ):
            said.add(other.iss)
    if sides <= said:
        return fact.outcome
    dropped = opener is not None and opener.typ == DISPUTE_OPEN.typ and opener.iss == decision.claims.iss
    return DROPPED if dropped else None


def _sides(decision: Decision, opener: str, opened: KnownDispute) -> set[str]:
    stated = (decision.known.statements.get(name) for name in (opener, *opened.statements))
    return {one.iss for one in stated if one is not None}


def _own_disputes(decision: Decision) -> list[KnownDispute]:
    known = decision.known
    return [
        one
        for opener, one in known.disputes.items()
        if (stated := known.statements.get(opener)) is not None
        and stated.iss == decision.claims.iss
        and stated.typ == DISPUTE_OPEN.typ
    ]


def _is_party(decision: Decision, about: KnownStatement) -> bool:
    """Issuer, named counterpart, holder of the goods, or an authority."""
    iss = decision.claims.iss
    if _is_authority(decision):
        return True
    lot = decision.known.lots.get(about.sub)
    if about.iss == iss or (lot is not None and lot.holder == iss):
        return True
    handover = decision.known.handovers.get(about.statement)
    if handover is not None and handover.receiver == iss:
        return True
    signed = decision.known.words.signed.get(about.statement)
    said = decision.known.words.versions(signed) if signed is not None else []
    return any(iss in owners_of(name) or _is_of(decision, name) for data in said for name in names_of(data))


def _is_of(decision: Decision, statement: str) -> bool:
    named = decision.known.words.signed.get(statement)
    return named is not None and named.iss == decision.claims.iss


def _statement(decision: Decision, statement: str) -> KnownStatement:
    stated = decision.known.statements.get(statement)
    if stated is None:
        raise NamedStatementUnknown(statement=statement)
    return stated
