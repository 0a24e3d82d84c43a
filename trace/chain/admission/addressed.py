"""Door of hand-overs: whom the goods go to is disclosed to this platform, and never stands in clear."""

from __future__ import annotations

from typing import Final

from trace.chain.admission.decision import Decision
from trace.chain.editions import SECOND
from trace.chain.facts import CertificateIssued, GoodsDisposed, GoodsShipped
from trace.chain.facts.farm import CERTIFICATE
from trace.chain.facts.handovers import TO_CONSUMERS, TO_OUTSIDE, TO_PARTY
from trace.errors.handovers import ReceiverInClear, ReceiverMissing

_OUTSIDE: Final = ("receiverName", "receiverAddress", "receiverContact")
_CLEAR: Final = ("receiver", *_OUTSIDE)


def check_addressed(decision: Decision, fact: GoodsShipped | CertificateIssued) -> None:
    """Names in clear are refused; whoever discloses nobody declares that (R04).

    A digest alone counts as missing: decoys would hide the buyer. Disclosures may be erased, so that what
    they lack is asked at the door alone and never noted. Raises `ReceiverInClear`, `ReceiverMissing`.
    """
    clear = [member for member in _CLEAR if member in decision.raw]
    if clear:
        decision.refuse(ReceiverInClear(member=clear[0]), since=SECOND)
    to = fact.to or TO_PARTY
    if fact.declaration("R04") is not None:
        return
    if to == TO_CONSUMERS:
        if fact.place is None:
            decision.refuse(ReceiverMissing(to=to, missing=["place"]), since=SECOND)
    elif decision.new and decision.edition >= SECOND and decision.disclosed is not None:
        wanted = _OUTSIDE if to == TO_OUTSIDE else (_member(decision),)
        missing = [member for member in wanted if member not in decision.disclosed]
        if missing:
            raise ReceiverMissing(to=to, missing=missing)


def check_given(decision: Decision, fact: GoodsDisposed) -> None:
    """Who was given goods is disclosed to this platform, like whoever gets goods outside it; or the signer
    declares why not (R04). Raises `ReceiverMissing`."""
    told = decision.disclosed
    if told is None or fact.declaration("R04") is not None or not decision.new or decision.edition < SECOND:
        return
    missing = [member for member in _OUTSIDE if member not in told]
    if missing:
        raise ReceiverMissing(to=TO_OUTSIDE, missing=missing)


def _member(decision: Decision) -> str:
    return "buyer" if decision.typ == CERTIFICATE.typ else "receiver"
