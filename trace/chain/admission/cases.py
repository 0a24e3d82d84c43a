"""Decisions on the source of a case: it says whence it came, and is the signer's department and area."""

from __future__ import annotations

from typing import Final

from trace.chain.admission.deciding import decides
from trace.chain.admission.decision import Decision, day_of
from trace.chain.admission.orders import area_of
from trace.chain.admission.records import keep
from trace.chain.facts.cases import CASE, FROM_OTHERS, NUMBERED, CaseRegistered
from trace.errors.food import FactMalformed, FutureDate, LotUnknown, MayNotState
from trace.errors.orders import FirmOutsideArea
from trace.parties import DEPARTMENTS

_SOURCES: Final = (("authority", FROM_OTHERS), ("reference", NUMBERED))


@decides(CASE)
def registered(decision: Decision, fact: CaseRegistered) -> None:
    """Keep the source of a case, on no time line: a clue brands nobody.

    Raises `FactMalformed` where it does not say who sent it or under which number, `FutureDate`,
    `MayNotState` for another department, `FirmOutsideArea`, `LotUnknown`.
    """
    for member, sources in _SOURCES:
        if fact.source in sources and getattr(fact, member) is None:
            expected = f"stated where the source is one of: {', '.join(sorted(sources))}"
            decision.refuse(FactMalformed(typ=CASE.typ, path=f"$.data.{member}", expected=expected))
    today = day_of(decision.entry.logged_at)
    if fact.found_on > today:
        decision.refuse(
            FutureDate(member="foundOn", value=fact.found_on.isoformat(), limit=today.isoformat())
        )
    if DEPARTMENTS[fact.department] not in decision.roles:
        decision.refuse(MayNotState(typ=CASE.typ, roles=sorted(decision.roles)))
    area, place = area_of(decision, decision.claims.iss), area_of(decision, fact.party)
    if area and place and not (place.startswith(area) or area.startswith(place)):
        decision.refuse(FirmOutsideArea(party=fact.party, iss=decision.claims.iss))
    if fact.lot is not None and fact.lot not in decision.known.lots:
        decision.keep_out(LotUnknown(lot=fact.lot))
    keep(decision, fact)
