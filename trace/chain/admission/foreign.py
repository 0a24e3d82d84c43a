"""Decisions on foreign EPCIS 2.0 events: kept word for word, and read into lots and links of ours."""

from __future__ import annotations

from trace.chain.admission.decision import Decision
from trace.chain.admission.lots import mark_times
from trace.chain.admission.records import keep
from trace.chain.effects import NewLink
from trace.chain.facts import CertificateIssued, EpcisEventKept, Fact, GoodsShipped, MaterialReceived
from trace.chain.interchange import changes_of, names_in
from trace.chain.lineage.arcs import SIGNED
from trace.chain.needs import Needs
from trace.epcis.documents import read_event
from trace.errors import Refusal


def epcis_event(decision: Decision, fact: EpcisEventKept) -> None:
    """Enter a foreign EPCIS event; raises `EpcisMalformed`, `EpcisForeignLot`."""
    event = read_event(fact.event, "$.data.event")
    for change in changes_of(event, decision.entry, decision.known.lots):
        decision.add(change)
        if isinstance(change, NewLink) and change.state == SIGNED:  # of another's goods nobody is told by it
            mark_times(decision, (change.from_lot, change.to_lot), change.departure, change.arrival)
    keep(decision, fact)


def needs_of(fact: Fact, statement_id: str) -> Needs:
    """The needs of a decision on this fact: `fact.needs()`, and the lots that a foreign event speaks of.

    An event that cannot be read needs nothing here: `admit` refuses it.
    """
    if isinstance(fact, (MaterialReceived, GoodsShipped, CertificateIssued)):
        named = frozenset((statement_id,))  # an answer or a claim may have come first
        return fact.needs() | Needs(handovers=named, claims=named)
    if not isinstance(fact, EpcisEventKept):
        return fact.needs()
    try:
        return Needs(lots=names_in(read_event(fact.event), statement_id))
    except Refusal:
        return Needs()
