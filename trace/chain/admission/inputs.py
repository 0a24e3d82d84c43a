"""What was put on a plot against what was reaped there: intervals (R08), banned substances (R09)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from trace.calendar.shanghai import days_after
from trace.chain.admission.decision import Decision
from trace.chain.effects import OperationNoted
from trace.chain.facts.farm import FarmInput
from trace.rules import RECORD_AND_MARK, Rules


def substance_of(used: FarmInput | None, rules: Rules, day: date) -> str | None:
    """The substance to note of an input: as stated, or a banned one where the product's name tells it."""
    if used is None:
        return None
    if used.substance is not None and rules.forbidden(used.substance, day):
        return used.substance
    told = rules.forbidden(used.name, day)
    return told.name if told is not None else used.substance


def mark_inputs(
    decision: Decision, kind: str, lot: int, day: date, operations: Iterable[OperationNoted]
) -> None:
    """One mark per operation and rule, on the lot that was harvested on `day`."""
    for noted in operations:
        last = noted.stopped_on or noted.used_on
        if last > day:
            continue
        _mark_interval(decision, kind, lot, day, noted, last)
        _mark_banned(decision, kind, lot, day, noted, last)


def _mark_interval(
    decision: Decision, kind: str, lot: int, day: date, noted: OperationNoted, last: date
) -> None:
    """R08: the label's interval ran past the day of harvest."""
    admission = decision.rules.admission("R08", kind, decision.day)
    if admission is None or admission.effect != RECORD_AND_MARK or noted.phi_days is None:
        return
    allowed = days_after(last, noted.phi_days)
    if day < allowed:
        decision.mark_as(
            admission,
            lot,
            plot=noted.plot,
            substance=noted.substance or "",
            lastUse=last.isoformat(),
            harvested=day.isoformat(),
            allowedFrom=allowed.isoformat(),
            value=f"{(day - last).days} d",
            limit=f"{noted.phi_days} d",
        )


def _mark_banned(
    decision: Decision, kind: str, lot: int, day: date, noted: OperationNoted, last: date
) -> None:
    """R09: what nobody may use on that day was used on the plot."""
    admission = decision.rules.admission("R09", kind, decision.day)
    if admission is None or noted.substance is None:
        return
    banned = decision.rules.forbidden(noted.substance, last)
    if banned is None or banned.since is None:
        return
    if day - last > decision.rule("R09").duration:
        return
    decision.mark_as(
        admission,
        lot,
        plot=noted.plot,
        substance=noted.substance,
        lastUse=last.isoformat(),
        harvested=day.isoformat(),
        notice=banned.notice,
        bannedFrom=banned.since.isoformat(),
        value=banned.name,
        limit="0",
    )
