"""Decisions on foreign EPCIS 2.0 events: kept word for word, and read into lots and links of ours."""

from __future__ import annotations

from trace.chain import facts
from trace.chain.admission.deciding import decides
from trace.chain.admission.decision import Decision
from trace.chain.admission.lots import mark_times
from trace.chain.admission.records import keep
from trace.chain.effects import NewLink
from trace.chain.facts import CertificateIssued, EpcisEventKept, Fact, GoodsShipped, MaterialReceived
from trace.chain.interchange import changes_of, names_in, told_of
from trace.chain.needs import Needs
from trace.epcis.documents import read_event
from trace.errors import Refusal


@decides(facts.events.EPCIS_EVENT)
def epcis_event(decision: Decision, fact: EpcisEventKept) -> None:
    """Enter a foreign EPCIS event; raises `EpcisMalformed`, `EpcisForeignLot`.

    An event that we made ourselves of a statement that is known here comes home: it is kept, and its goods
    are not counted again.
    """
    event = read_event(fact.event, "$.data.event")
    if told_of(event) in decision.known.statements:
        keep(decision, fact)
        return
    for change in changes_of(event, decision.entry, decision.known.lots):
        decision.add(change)
        if isinstance(change, NewLink):
            mark_times(decision, (change.from_lot, change.to_lot), change.departure, change.arrival)
    keep(decision, fact)


def needs_of(fact: Fact, statement_id: str, iss: str = "") -> Needs:
    """The needs of a decision on a fact of `iss`: `fact.needs()`, and the lots that an event speaks of.

    An event that cannot be read needs nothing here: `admit` refuses it.
    """
    if isinstance(fact, (MaterialReceived, GoodsShipped, CertificateIssued)):
        named = frozenset((statement_id,))  # an answer or a claim may have come first
        return fact.needs().with_words(named)
    if not isinstance(fact, EpcisEventKept):
        return fact.needs()
    try:
        event = read_event(fact.event)
    except Refusal:
        return Needs()
    told = told_of(event)
    return Needs(
        lots=names_in(event, statement_id, iss), statements=frozenset(() if told is None else (told,))
    )
