"""The sampling plan of an authority: items from signals, what was taken of each, and what was given up.

An item's number follows from its duty, object and period: planned twice it stands once. What was taken is
read from the signed samplings that name it, never written beside them.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import PlanItemUnfit, PlanItemUnknown, PurposeMissing, RightMissing
from trace.oversight.casework.decide import LEAST_WORDS
from trace.oversight.casework.table import SOURCED
from trace.oversight.official_acts import Sample
from trace.oversight.sampling import PLAN_KINDS, SIGNALS, Signal
from trace.parties import ALL, COUNTRY, Actor
from trace.store.casework.asked import firm_names
from trace.store.casework.cases import list_cases
from trace.store.casework.sampling import PlanItem, add_item, end_item, find_item, items_of_year
from trace.store.lots.details import read_lots
from trace.store.messages.sampling_wishes import count_requests
from trace.store.transaction import Transactions, Tx
from trace.store.visits.records import visit_records_between
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.casework.standing import departments_of, level_of
from trace.usecases.ledgers.period import Period
from trace.usecases.messages.complaints import complaints_in_sight
from trace.usecases.supervision.acts_of_period import acts_of_area

PAGE: Final = "/office/sampling-plan"
TYPED: Final = ("kind", "signal", "year", "quarter", "party", "product", "items", "count", "reason")
_MOST: Final = 12
_WISHES: Final = 200
_CASES: Final = 500
_YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Planned:
    """An item of the plan with the samples that were taken under it."""

    item: PlanItem
    samples: Sequence[Sample]
    party: str

    @property
    def done(self) -> bool:
        return len(self.samples) >= self.item.count


@dataclass(frozen=True, slots=True)
class SamplingPlan:
    """A year's plan, and the signals that speak for more."""

    year: int
    items: Sequence[Planned]
    signals: Sequence[Signal]
    names: Mapping[str, str]

    @property
    def open(self) -> list[Planned]:
        return [one for one in self.items if not one.done and one.item.ended_at is None]


def read_plan(transactions: Transactions, actor: Actor, year: str) -> SamplingPlan:
    """The plan of a year (blank: this one); an authority's alone. Raises `RightMissing` for others."""
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.look(actor.subject) as tx:
        today = day_in_shanghai(tx.now)
        wanted = int(year) if re.fullmatch("[12][0-9]{3}", year) else today.year
        first = today.replace(year=wanted, month=1, day=1)
        acts = acts_of_area(tx.connection, actor.region, Period(first, first.replace(month=12, day=31)))
        rows = [
            row
            for name in departments_of(actor)
            for row in items_of_year(tx.connection, name, actor.party or "", wanted)
        ]
        signals = _signals(tx, actor)
        parties = {row.party for row in rows} | {one.party for one in signals}
        names = firm_names(tx.connection, sorted(parties - {""}))
        planned = [
            Planned(
                row,
                [one for one in acts.samples if one.plan_item == row.number],
                names.get(row.party, row.party),
            )
            for row in rows
        ]
        return SamplingPlan(wanted, planned, signals, names)


def plan_sampling(transactions: Transactions, actor: Actor, form: str, typed: Mapping[str, str]) -> str:
    """Put an item on the plan; the address of the plan. Raises `PlanItemUnfit` with the member at fault."""
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return done.leads_to
        add_item(tx.connection, _item(tx, actor, {name: typed.get(name, "").strip() for name in TYPED}))
        return done.to(PAGE)


def give_up_item(transactions: Transactions, actor: Actor, form: str, number: str, why: str) -> str:
    """Give an item up, with the reason; it stays on the plan. Raises `PlanItemUnknown`, `PurposeMissing`."""
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return done.leads_to
        item = find_item(tx.connection, number)
        if item is None or item.authority != actor.party:
            raise PlanItemUnknown(number=number[:64])
        if len(why.strip()) < LEAST_WORDS:
            raise PurposeMissing
        end_item(tx.connection, number, tx.now, actor.person, whole_text("why", why, 400))
        return done.to(PAGE)


def _item(tx: Tx, actor: Actor, typed: Mapping[str, str]) -> PlanItem:
    year, quarter, count = (_whole(typed, name) for name in ("year", "quarter", "count"))
    checks = (
        ("kind", typed["kind"] in PLAN_KINDS),
        ("signal", typed["signal"] in SIGNALS),
        ("year", 2000 < year < 2100),
        ("quarter", 0 <= quarter <= 4),
        ("count", 0 < count <= 1000),
        ("product", bool(typed["product"] or typed["party"])),
        ("items", bool(typed["items"])),
        ("reason", len(typed["reason"]) >= LEAST_WORDS),
    )
    for member, fits in checks:
        if not fits:
            raise PlanItemUnfit(member=member)
    department = next(iter(departments_of(actor)), "")
    told = (*(typed[name] for name in ("kind", "signal", "party", "product")), str(year), str(quarter))
    digest = hashlib.sha256("\n".join((actor.party or "", *told)).encode()).hexdigest()
    return PlanItem(
        number=f"CJ{year}-{digest[:10]}",
        department=department,
        area=actor.region,
        authority=actor.party or "",
        year=year,
        quarter=quarter,
        kind=typed["kind"],
        signal=typed["signal"],
        party=whole_text("party", typed["party"], 100),
        product=whole_text("product", typed["product"], 200),
        items=whole_text("items", typed["items"], 400),
        count=count,
        reason=whole_text("reason", typed["reason"], 400),
        person=actor.person,
        at=tx.now,
    )


def _whole(typed: Mapping[str, str], member: str) -> int:
    text = typed[member]
    if not text.isdecimal() or len(text) > 4:
        raise PlanItemUnfit(member=member)
    return int(text)


def _signals(tx: Tx, actor: Actor) -> list[Signal]:
    """What speaks for a sampling: failures and findings of a year, complaints, wishes; the heaviest first."""
    found: Counter[tuple[str, str, str]] = Counter()
    refs: dict[tuple[str, str, str], list[str]] = {}
    said = [*_failures(tx, actor), *_findings(tx, actor), *_complaints(tx, actor), *_wishes(tx)]
    for key, weight, ref in said:
        found[key] += weight
        refs.setdefault(key, []).append(ref)
    ordered = sorted(found.items(), key=lambda one: (-one[1], one[0]))[:_MOST]
    return [
        Signal(signal, product, party, weight, tuple(dict.fromkeys(refs[signal, product, party]))[:5])
        for (signal, product, party), weight in ordered
    ]


_Said = tuple[tuple[str, str, str], int, str]


def _failures(tx: Tx, actor: Actor) -> list[_Said]:
    rows = [
        row
        for name in departments_of(actor)
        for row in list_cases(tx.connection, name, level_of(actor.region), actor.party or "", _CASES)[0]
        if tx.now - row.received_at <= _YEAR and row.basis not in SOURCED
    ]
    names = {lot.urn: lot.product_name for lot in read_lots(tx.connection, {row.lot for row in rows})}
    return [(("sampling", names.get(row.lot, ""), row.party), 1, row.number) for row in rows]


def _findings(tx: Tx, actor: Actor) -> list[_Said]:
    """Visits of a year that found something (日常监管); what of the firm is sampled is the plan's to say."""
    today = day_in_shanghai(tx.now)
    digits = "" if actor.region == COUNTRY else level_of(actor.region)
    rows = visit_records_between(tx.connection, digits, today - _YEAR, today, tx.now)
    return [(("daily", "", row.party), 1, row.number or row.record) for row in rows if row.findings]


def _complaints(tx: Tx, actor: Actor) -> list[_Said]:
    rows = complaints_in_sight(tx, actor)
    lots = {lot.urn: lot for lot in read_lots(tx.connection, {row.lot for row in rows if row.lot})}
    return [
        (("complaint", lots[row.lot].product_name, lots[row.lot].made_by.iss), 1, row.number)
        for row in rows
        if row.lot in lots
    ]


def _wishes(tx: Tx) -> list[_Said]:
    """Wishes name products; which firm is to be sampled for them is the plan's to say."""
    rows = count_requests(tx.connection, tx.now, _WISHES)
    lots = {lot.urn: lot for lot in read_lots(tx.connection, {lot for _, lot, _ in rows})}
    return [
        (("wish", lots[lot].product_name, lots[lot].made_by.iss), count, lot)
        for _, lot, count in rows
        if lot in lots
    ]
