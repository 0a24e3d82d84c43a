"""What was put on a plot against what was reaped there: intervals (R08), banned substances (R09)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from trace.calendar.shanghai import days_after
from trace.chain.admission.decision import Decision
from trace.chain.effects import OperationNoted
from trace.chain.facts.farm import FarmInput
from trace.rules import RECORD_AND_MARK, Rules


@dataclass(frozen=True, slots=True)
class Reaped:
    """A harvest: its lot, its first day, what was reaped."""

    lot: int
    day: date
    crop: str


def substance_of(used: FarmInput | None, rules: Rules, day: date) -> str | None:
    """The substance to note of an input: as stated, or one that is banned, everywhere or on some crops, where
    the product's name tells it."""
    if used is None:
        return None
    if used.substance is not None and (rules.forbidden(used.substance, day) or rules.limited(used.substance)):
        return used.substance
    told = rules.forbidden(used.name, day)
    return told.name if told is not None else rules.limited(used.name) or used.substance


def mark_inputs(decision: Decision, kind: str, reaped: Reaped, operations: Iterable[OperationNoted]) -> None:
    """One mark per operation and rule, on what was harvested."""
    for noted in operations:
        last = noted.stopped_on or noted.used_on
        if last > reaped.day:
            continue
        _mark_interval(decision, kind, reaped, noted, last)
        _mark_banned(decision, kind, reaped, noted, last)


def _mark_interval(decision: Decision, kind: str, reaped: Reaped, noted: OperationNoted, last: date) -> None:
    """R08: the label's interval ran past the day of harvest."""
    admission = decision.rules.admission("R08", kind, decision.day)
    if admission is None or admission.effect != RECORD_AND_MARK or noted.phi_days is None:
        return
    lot, day = reaped.lot, reaped.day
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


def _mark_banned(decision: Decision, kind: str, reaped: Reaped, noted: OperationNoted, last: date) -> None:
    """R09: what nobody may use on that day, at all or on this crop, was used on the plot."""
    admission = decision.rules.admission("R09", kind, decision.day)
    if admission is None or noted.substance is None:
        return
    banned = decision.rules.forbidden(noted.substance, last)
    limited = decision.rules.forbidden_on_crop(noted.substance, reaped.crop, last) if banned is None else None
    if banned is not None:
        name, since, notice, crop = banned.name, banned.since, banned.notice, {}
    elif limited is not None:
        name, since, notice = limited[0], limited[1].since, limited[1].notice
        crop = {"crop": reaped.crop}
    else:
        return
    if since is None or reaped.day - last > decision.rule("R09").duration:
        return
    decision.mark_as(
        admission,
        reaped.lot,
        plot=noted.plot,
        substance=noted.substance,
        lastUse=last.isoformat(),
        harvested=reaped.day.isoformat(),
        notice=notice,
        bannedFrom=since.isoformat(),
        value=name,
        limit="0",
        **crop,
    )
