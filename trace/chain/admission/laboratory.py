"""Decisions on tests: whose word counts for which goods (R05), and what lifts a failure.

A holder tests its own goods, a bureau any. A laboratory's failure acts on the goods of others if it is
accredited on that day and was asked: by the sampling or re-test order of a bureau, or by the commission of
the holder. Any other is told to the holder and the bureau at once; the bureau's hold acts. A pass that nobody
asked for proves nothing, and stands on no page, until the holder of the goods names it.
"""

from __future__ import annotations

from typing import Final

from trace.chain import facts
from trace.chain.admission.accreditation import is_accredited, mark_accreditation
from trace.chain.admission.deciding import decides
from trace.chain.admission.decision import Decision, civil
from trace.chain.admission.gates import FAILED_REPORT
from trace.chain.admission.kept_burdens import notes_on
from trace.chain.admission.records import keep
from trace.chain.chain_state import KnownLot
from trace.chain.editions import SECOND, UNASKED
from trace.chain.effects import LotMentioned, Mark, MarkCleared, RecordSuperseded
from trace.chain.facts import ReportIssued
from trace.chain.facts.corrections import CORRECTION
from trace.chain.facts.laboratory import COMMISSION
from trace.chain.facts.oversight import RETEST, SAMPLING
from trace.chain.ids import row_id
from trace.chain.known_records import KnownRecord
from trace.chain.lineage.packings import SAMPLED
from trace.chain.measured import is_within
from trace.chain.report_effects import ReportNamed, ReportNoted
from trace.errors.food import LotNotHeld, ReportContradicts
from trace.parties import LAB, REGULATORS

_INDEPENDENT: Final = REGULATORS | {LAB}
_STATEMENT: Final = -256
_NOTED: Final = 8
"""Row ids left to the marks of a report that rested: that nobody asked for it, that it was late."""


@decides(facts.goods.REPORT)
def report(decision: Decision, fact: ReportIssued) -> None:
    """A test of a lot. R05: a failure that counts closes its gates, and those of all that is made of it."""
    if decision.again:
        decision.pass_over("mark", _NOTED)
    else:
        _check_agreement(decision, fact)
    lot = decision.lot(fact.lot)
    own = lot.holder == decision.claims.iss
    if _INDEPENDENT.isdisjoint(decision.roles) and not own:
        decision.refuse_stranger(LotNotHeld(lot=fact.lot, iss=decision.claims.iss))
    asked = own or not REGULATORS.isdisjoint(decision.roles) or _was_asked(decision, fact)
    if fact.conclusion == "fail" and not asked:
        _tell(decision, fact, lot)
        return
    for mark in _told(decision, lot):
        decision.add(MarkCleared(mark.id))
    mark_accreditation(decision, fact, lot)
    _note(decision, fact, lot, asked=asked)
    if asked:  # else it stands in the log, and speaks for the goods once their holder names it
        _act(decision, fact, lot)


def _act(decision: Decision, fact: ReportIssued, lot: KnownLot) -> None:
    """What follows for the goods from a test that counts."""
    decision.add(LotMentioned(lot.id, "report"))
    if fact.conclusion == "fail":
        decision.mark("R05", lot.id, **_figures(decision, fact))
        return
    _lift_failure(decision, fact, lot)
    if fact.purpose == "incoming":
        for mark in lot.marks:
            if mark.rule == "R07" and mark.declared is None:
                decision.add(MarkCleared(mark.id))


def _tell(decision: Decision, fact: ReportIssued, lot: KnownLot) -> None:
    """A failure that nobody asked for is told once."""
    if not _told(decision, lot):
        decision.note("R05", UNASKED, lot.id, (), _figures(decision, fact), None)
        keep(decision, fact)


def _told(decision: Decision, lot: KnownLot) -> list[Mark]:
    """The marks by which this report was told before what it was asked by was known."""
    own = row_id(decision.entry.origin, decision.entry.index)
    return [mark for mark in lot.marks if mark.code == UNASKED and mark.id & _STATEMENT == own]


def _note(decision: Decision, fact: ReportIssued, lot: KnownLot, *, asked: bool) -> None:
    """The row of the report, or that it speaks for the goods where it stands already."""
    number = decision.next_id("report")
    if all(one.id != number for one in lot.reports):
        decision.add(
            ReportNoted(
                number,
                lot.id,
                fact.report_no,
                fact.purpose,
                fact.conclusion,
                decision.entry.statement_id,
                decision.public,
                int(asked),
            )
        )
    elif asked:
        decision.add(ReportNamed(number, lot.id))


def _check_agreement(decision: Decision, fact: ReportIssued) -> None:
    """No passed report has an item that failed, nor one above its limit that is judged to be within it.

    A report that fails enters whatever its items say: no slip keeps bad news out.
    """
    if fact.conclusion == "fail":
        return
    for item in fact.items:
        if item.verdict == "fail" or is_within(item.value, item.limit, item.unit) is False:
            told = {"item": item.name, "value": item.value, "limit": item.limit or ""}
            decision.keep_out(ReportContradicts(**told), since=SECOND)


def _was_asked(decision: Decision, fact: ReportIssued) -> bool:
    """Whether the laboratory is accredited on the day, and the order or commission that it names is of it."""
    record = decision.known.records.get(fact.basis or "")
    if record is None and fact.basis:
        decision.lack(fact.basis)
    return record is not None and is_accredited(decision, fact) and _asks(decision, record, fact)


def _asks(decision: Decision, record: KnownRecord, fact: ReportIssued) -> bool:
    """A sampling of the lot (by this laboratory, if it names one), a commission or re-test by this one."""
    lab = record.text("lab")
    if lab not in {"", decision.claims.iss}:
        return False
    if record.typ == SAMPLING.typ:
        return fact.lot in record.named("lots")
    if record.typ == COMMISSION.typ:
        return record.text("lot") == fact.lot
    return record.typ == RETEST.typ and bool(_doubted(record, decision.lot(fact.lot)))


def _doubted(record: KnownRecord, lot: KnownLot) -> list[Mark]:
    """The failure of the lot that a re-test is about, while it stands."""
    report = record.text("report")
    return [mark for mark in lot.marks if mark.code == FAILED_REPORT and mark.params.get("report") == report]


def _lift_failure(decision: Decision, fact: ReportIssued, lot: KnownLot) -> None:
    """A pass under an order to test again takes the place of the failure, for it is final."""
    record = decision.known.records.get(fact.basis or "")
    if record is None or record.typ != RETEST.typ or not _was_asked(decision, fact):
        return
    for mark in _doubted(record, lot):
        for one in (mark, *notes_on(lot, mark)):
            decision.add(MarkCleared(one.id))
        decision.add(RecordSuperseded("report", mark.id & _STATEMENT, lot.id, None))


def _figures(decision: Decision, fact: ReportIssued) -> dict[str, object]:
    failed = [item for item in fact.items if item.verdict == "fail"]
    corrected = decision.claims.data if decision.claims.typ == CORRECTION.typ else {}
    return {
        "purpose": fact.purpose,
        "hazard": fact.hazard,
        "items": [item.name for item in failed],
        "value": "; ".join(f"{item.name} {item.value} {item.unit or ''}".strip() for item in failed),
        "limit": "; ".join(f"{item.name} {item.limit or ''} {item.unit or ''}".strip() for item in failed),
        SAMPLED: civil(fact.sampled_at),
        "report": corrected.get("amends", decision.entry.statement_id),
    }
