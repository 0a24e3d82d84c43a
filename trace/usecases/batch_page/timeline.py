"""The time line of a batch: plot, farm work, harvest, certificate, receipt, merge, production, test, pack,
activation, shipment. Each line with its signer, the custody of the key, and whether it was uploaded late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from trace.calendar.shanghai import SHANGHAI_TIME, day_of, in_zone
from trace.chain.facts import KINDS
from trace.identity.region import district_of
from trace.rules import Rules
from trace.store.chain.statements import StatementRow
from trace.store.lots.details import (
    LotRow,
)
from trace.usecases.batch_page.page import Step
from trace.usecases.batch_page.step_facts import (
    days_before_harvest,
    step_facts,
    temperature_told,
    work_before_harvest,
)
from trace.usecases.lots.sources import Sources

_STEP_OF: Final = {typ: kind.timeline for typ, kind in KINDS.items() if kind.timeline is not None}
KIND_OF: Final = {step: typ for typ, step in reversed(_STEP_OF.items())}
"""Step of a time line -> the kind that it is of, of several the first."""
DISPATCH: Final = "dispatch"
"""A supplier's shipment: it stands before the receipt of what it brought, not where the goods leave."""
_STATED: Final = tuple(dict.fromkeys(_STEP_OF.values()))
_BEFORE: Final = _STATED.index("receipt")
STEPS: Final = ("plot", *_STATED[:_BEFORE], DISPATCH, *_STATED[_BEFORE:])
"""The steps in the order in which they follow each other in a chain."""
_JOIN: Final = "、"
_ORDER: Final = {kind: place for place, kind in enumerate(STEPS)}
_CONSIGNMENT: Final = "consignment"


def timeline_of(sources: Sources, rules: Rules) -> tuple[Step, ...]:
    """Each statement once, by the time of what it states; the order of the chain breaks ties."""
    steps: dict[tuple[str, str], Step] = {}
    for step in (*_plots(sources, rules), *_made(sources, rules), *_noted(sources, rules)):
        steps.setdefault((step.statement, step.kind), step)
    ordered = sorted(
        steps.values(), key=lambda step: (step.at, _ORDER.get(step.kind, len(_ORDER)), step.log, step.index)
    )
    return tuple(ordered)


def _plots(sources: Sources, rules: Rules) -> Iterator[Step]:
    """A plot stands once for each harvest of it, at the day of its harvest; the district is all we say."""
    for lot in sources.lots.values():
        for plot in lot.detail.get("plots", ()):
            place = sources.place(plot, lot)
            region = district_of(place.get("region"))
            works = sum(1 for operation, _ in sources.operations if operation.plot == plot)
            told = {
                "crop": lot.detail.get("crop"),
                "areaMu": whole_mu(place.get("areaMu")),
                "works": works or None,
            }
            step = _step(sources, rules, lot.made_by, told)
            start = lot.produced.earliest or lot.made_by.occurred_at
            yield replace(
                step,
                kind="plot",
                day=day_of(start),
                at=in_zone(start, SHANGHAI_TIME).isoformat(),
                region=region,
                text="",
                late=False,
                late_hours=0,
            )


def _made(sources: Sources, rules: Rules) -> Iterator[Step]:
    facts = step_facts(sources.lots.values())
    for lot in sources.lots.values():
        told = {**facts.get(lot.made_by.statement, {}), **work_before_harvest(lot, sources.operations)}
        step = _step(sources, rules, lot.made_by, told)
        kind = DISPATCH if lot.kind == _CONSIGNMENT else step.kind
        yield replace(step, kind=kind, text=lot.product_name, region=_place(sources, lot))


def _noted(sources: Sources, rules: Rules) -> Iterator[Step]:
    for operation, row in sources.operations:
        used = operation.data.get("input")
        given: Mapping[str, Any] = used if isinstance(used, Mapping) else {}
        detail = {
            "operation": operation.operation,
            "input": given.get("name"),
            "substance": operation.substance,
            "intervalDays": operation.phi_days,
            "daysBefore": days_before_harvest(operation.plot, operation.used_on, sources.lots.values()),
        }
        region = district_of(sources.plot(operation.plot).get("region"))
        step = _step(sources, rules, row, detail)
        yield replace(step, text=str(given.get("name") or ""), region=region)
    for certificate, row in sources.certificates:
        basis = certificate.data.get("basis")
        detail = {"certNo": certificate.cert_no, "basis": basis if isinstance(basis, str) else None}
        yield replace(_step(sources, rules, row, detail), text=certificate.cert_no)
    for report, row in sources.reports:
        detail = {"reportNo": report.report_no, "purpose": report.purpose, "conclusion": report.conclusion}
        yield replace(_step(sources, rules, row, detail), text=report.report_no)
    for _, row in sources.shipments:
        yield _step(sources, rules, row, temperature_told(sources.shipped_at.get(row.statement)))
    for mentioned in sources.mentions.values():
        for _, row in mentioned:
            yield _step(sources, rules, row, _sheet(sources.sampled.get(row.statement)))


def _sheet(stated: Mapping[str, Any] | None) -> Mapping[str, str | int | None]:
    """The number of a sampling sheet and what is tested for; who took the sample stands on no page.

    Samplings of the first edition were free maps: of them only what today's form has is told.
    """
    if stated is None:
        return {}
    number, items = stated.get("sheetNo"), stated.get("items")
    named = [each for each in items if isinstance(each, str)] if isinstance(items, list | tuple) else []
    return {"sheetNo": number if isinstance(number, str) else None, "items": _JOIN.join(named) or None}


def whole_mu(area: object) -> int | None:
    """An area in whole 亩, half up and at least 1: finer figures would tell one plot from another."""
    if area is None:
        return None
    return max(1, int(Decimal(str(area)).quantize(Decimal(1), ROUND_HALF_UP)))


def _place(sources: Sources, lot: LotRow) -> str:
    plots = lot.detail.get("plots", ())
    codes = [sources.place(place, lot).get("region") for place in (*plots, lot.place)]
    codes = [code for code in codes if code] or [sources.parties.get(lot.made_by.iss, {}).get("region")]
    return "、".join(sorted({district_of(code) for code in codes} - {""}))


def _step(sources: Sources, rules: Rules, row: StatementRow, detail: Mapping[str, str | int | None]) -> Step:
    signed = sources.signers.get(row.statement)
    delay = row.logged_at - row.occurred_at
    day = in_zone(row.occurred_at, SHANGHAI_TIME).date()
    limit = rules.find("P01", day, kind=row.typ)
    return Step(
        kind=_STEP_OF.get(row.typ, row.typ),
        day=day_of(row.occurred_at),
        at=in_zone(row.occurred_at, SHANGHAI_TIME).isoformat(),
        text="",
        actor=sources.signer_name(row),
        region=district_of(sources.parties.get(row.iss, {}).get("region")),
        custody=signed.custody if signed else None,
        statement=row.statement,
        log=row.origin,
        index=row.index,
        late=limit is not None and delay > limit.duration,
        late_hours=max(int(delay.total_seconds() // 3600), 0),
        detail=detail,
    )
