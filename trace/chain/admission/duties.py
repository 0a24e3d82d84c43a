"""Decisions on lists of duties: kept, and a commitment holds to one of each sort of its own authority."""

from __future__ import annotations

from trace.chain.admission.deciding import decides
from trace.chain.admission.decision import Decision
from trace.chain.admission.orders import order_named
from trace.chain.admission.records import keep
from trace.chain.facts.duties import COMMITTED, DUTIES, LISTS, DutiesCommitted, DutiesListed
from trace.errors.orders import NotYourOrder, OrderOfOtherKind


@decides(DUTIES)
def listed(decision: Decision, fact: DutiesListed) -> None:
    """Keep a list; the last of its sort, unit and year stands, and all are kept."""
    keep(decision, fact)


@decides(COMMITTED)
def committed(decision: Decision, fact: DutiesCommitted) -> None:
    """Keep the commitment to the three lists of a unit and year.

    Raises `OrderUnknown`, `NotYourOrder`, and `OrderOfOtherKind` where one of the three is missing or is of
    another unit or year.
    """
    records = [order_named(decision, one) for one in fact.lists]
    for record in records:
        same = record.text("unit") == fact.unit and record.data.get("year") == fact.year
        if record.typ != DUTIES.typ or not same:
            raise OrderOfOtherKind(order=record.statement, typ=record.typ, expected=DUTIES.typ)
        if record.iss != decision.claims.iss:
            raise NotYourOrder(order=record.statement, iss=decision.claims.iss)
    if {record.text("list") for record in records} != set(LISTS):
        raise OrderOfOtherKind(order=records[0].statement, typ=DUTIES.typ, expected=", ".join(LISTS))
    keep(decision, fact)
