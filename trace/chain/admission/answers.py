"""Decisions on answers: a side confirms or refuses what the other side stated about goods of theirs.

What they say moves nothing by itself: the hand-over is judged anew with them (`handovers`). An answer to what
is not known here is kept and rests until it is.
"""

from __future__ import annotations

from trace.chain import facts
from trace.chain.admission.deciding import decides
from trace.chain.admission.decision import Decision
from trace.chain.admission.repeated import check_answer
from trace.chain.editions import SECOND
from trace.chain.effects import LotMentioned
from trace.chain.facts import HandoverRefused, ReceiptConfirmed
from trace.chain.facts.handovers import REFUSAL
from trace.chain.known_words import names_of, names_party
from trace.chain.pair_names import PAIR_NAMES, owners_of
from trace.errors.handovers import AlreadyRefused, HandoverNotOpened, NotTheNamedSide
from trace.ledger.pairing import Signed


@decides(facts.handovers.CONFIRMATION)
def confirmation(decision: Decision, fact: ReceiptConfirmed) -> None:
    """One side joins a receipt to a hand-over.

    Raises `NotTheNamedSide`, `HandoverNotOpened`, `SaidTooOften`.
    """
    words, iss = decision.known.words.signed, decision.claims.iss
    if decision.amending is None:
        check_answer(decision, fact.receipt, fact.handover)
    receipt, handover = words.get(fact.receipt), words.get(fact.handover)
    _check_kinds(decision, fact.receipt, fact.handover)
    for named, kinds in ((receipt, {PAIR_NAMES.receipt}), (handover, set(PAIR_NAMES.handovers))):
        if named is not None and named.typ not in kinds:
            decision.refuse(NotTheNamedSide(statement=named.id, iss=iss))
    if receipt is not None and handover is not None:
        if iss not in {receipt.iss, handover.iss} or (
            iss == handover.iss and not decision.known.words.concerns(receipt, handover)
        ):
            decision.refuse(NotTheNamedSide(statement=fact.receipt, iss=iss))
        elif iss == receipt.iss and fact.salt is not None and not _names(decision, handover, fact.salt, iss):
            decision.refuse(HandoverNotOpened(handover=handover.id, iss=iss))
    _mention(decision)


@decides(facts.handovers.REFUSAL)
def refusal(decision: Decision, fact: HandoverRefused) -> None:
    """The named side refuses a receipt, or a hand-over. Raises `NotTheNamedSide`, `AlreadyRefused`."""
    words, iss = decision.known.words, decision.claims.iss
    about = words.signed.get(fact.about)
    _check_kinds(decision, fact.about)
    if about is not None and not _is_named(decision, about, fact):
        decision.refuse(NotTheNamedSide(statement=fact.about, iss=iss))
    refused = any(True for _ in words.spoken(fact.about, iss, REFUSAL.typ))
    if decision.amending is None and refused:
        decision.refuse(AlreadyRefused(statement=fact.about, iss=iss))
    _mention(decision)


def _check_kinds(decision: Decision, *named: str) -> None:
    """An answer is to a receipt or a hand-over: to anything else that is known it would rest for ever."""
    kinds = {PAIR_NAMES.receipt, *PAIR_NAMES.handovers}
    for name in named:
        stated = decision.known.statements.get(name)
        if stated is not None and stated.typ not in kinds:
            decision.refuse(NotTheNamedSide(statement=name, iss=decision.claims.iss), since=SECOND)


def _is_named(decision: Decision, about: Signed, fact: HandoverRefused) -> bool:
    iss = decision.claims.iss
    if about.typ in PAIR_NAMES.handovers:
        known = decision.known.handovers.get(about.id)
        holds = known is not None and known.receiver == iss
        return holds or _names(decision, about, fact.salt, iss)
    if about.typ != PAIR_NAMES.receipt or about.iss == iss:
        return False
    for data in decision.known.words.versions(about):
        if data.get("supplier") == iss or any(iss in owners_of(name) for name in names_of(data)):
            return True
        named = (decision.known.words.signed.get(name) for name in names_of(data))
        if any(one is not None and one.iss == iss for one in named):
            return True
    return False


def _names(decision: Decision, handover: Signed, salt: object, party: str) -> bool:
    return any(names_party(data, salt, party) for data in decision.known.words.versions(handover))


def _mention(decision: Decision) -> None:
    lot = decision.known.lots.get(decision.claims.sub)
    if lot is not None and lot.holder == decision.claims.iss:
        decision.add(LotMentioned(lot.id, decision.typ))
