"""Accreditations of laboratories (R50): whether an authority's record of one covers the day of a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from trace.chain.admission.decision import Decision, day_of
from trace.chain.effects import MarkCleared
from trace.chain.facts import LicenceStated, ReportIssued
from trace.chain.identifiers import CMA
from trace.chain.known_records import TestedUnder
from trace.chain.known_states import KnownLot
from trace.identity.alike import alike
from trace.parties import LAB

DOUBTED: Final = "accreditation-unproven"
"""Code of the mark of a report that names an accreditation of which no record covers the day."""


def is_accredited(decision: Decision, fact: ReportIssued, number: str | None = None) -> bool:
    """Whether a record of an accreditation of the signer, of that number if one is given, covers the day."""
    day = day_of(fact.tested_at)
    held = decision.known.held.get(decision.claims.iss, ())
    licences = (decision.known.licences.get(urn, {}) for urn in held)
    return LAB in decision.roles and any(covers(licence, day, number) for licence in licences)


def mark_accreditation(decision: Decision, fact: ReportIssued, lot: KnownLot) -> None:
    """R50: no authority's record of the accreditation that a laboratory's report names covers its day.

    That is a doubt, told to holder and authority; it closes no gate, and the report counts as any other.
    """
    if fact.cma is None or LAB not in decision.roles or is_accredited(decision, fact, fact.cma):
        return
    day = day_of(fact.tested_at).isoformat()
    decision.mark("R50", lot.id, value=fact.cma, limit=day, party=decision.claims.iss)


def clear_accredited(decision: Decision, fact: LicenceStated) -> None:
    """End the doubts that the accreditation that has just been stated answers: its holder's, of that number,
    of days that it covers."""
    for mark in sorted(decision.known.marks.values(), key=lambda one: one.id):
        if mark.code == DOUBTED and mark.params.get("party") == fact.holder:
            number, day = str(mark.params.get("value")), date.fromisoformat(str(mark.params.get("limit")))
            if covers(decision.public, day, number):
                decision.add(MarkCleared(mark.id))


def doubt_ended(decision: Decision, fact: LicenceStated) -> None:
    """R50: of an accreditation that ends, the tests of that day and later are doubted, whenever their reports
    came. Those of before were made under it; of those that another record covers nothing is said."""
    since = day_of(decision.claims.occurred_at)
    for one in sorted(decision.known.accredited.values(), key=lambda one: one.id):
        day = day_of(datetime.fromisoformat(one.tested_at))
        if (one.party, alike(one.number)) == (fact.holder, alike(fact.number)) and day >= since:
            others = decision.known.held.get(one.party, ())
            kept = (decision.known.licences.get(urn, {}) for urn in others if urn != fact.sub)
            told = {"value": one.number, "limit": day.isoformat(), "party": one.party}
            covered = any(covers(licence, day, one.number) for licence in kept)
            if not covered and not _is_told(decision, one, told):
                decision.mark("R50", one.lot, report=one.statement, **told)


def clear_corrected(decision: Decision, report: str) -> None:
    """End the doubt that the end of an accreditation set on a report which is corrected and judged anew."""
    for mark in list(decision.known.marks.values()):
        if mark.code == DOUBTED and mark.params.get("report") == report:
            decision.add(MarkCleared(mark.id))


def _is_told(decision: Decision, one: TestedUnder, told: Mapping[str, object]) -> bool:
    return any(
        mark.code == DOUBTED and mark.lot == one.lot and told.items() <= mark.params.items()
        for mark in decision.known.marks.values()
    )


def covers(licence: Mapping[str, object], day: date, number: str | None = None) -> bool:
    """Whether a licence is an accreditation, of that number if one is given, that held on a day."""
    span = (str(licence.get("validFrom", "")), str(licence.get("validTo", "")))
    within = span[0] <= day.isoformat() <= span[1]
    named = number is None or alike(str(licence.get("number"))) == alike(number)
    return named and licence.get("kind") == CMA and licence.get("status") == "valid" and within
