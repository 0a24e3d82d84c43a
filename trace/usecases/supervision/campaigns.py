"""Campaigns of the authorities of an area: planned, counted from records, closed with a result in words.

Nothing is entered as done: visits, samples and cases of the campaign's days, area, trade and goods are read
from the records that say them, each time anew. A firm's area is its registered one, its trade that of the
roles of its keys and of what it stated, its goods those of its licences. What an authority above plans is
shown with what was done in the reader's own area.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.calendar.typed_days import SEASON
from trace.errors import NumberMalformed, RiskItemUnknown, RiskMoved, RiskOutOfArea, RiskUnfit
from trace.identity.region import district_of, parse
from trace.oversight.campaigns import (
    CASES,
    CLOSED,
    KINDS,
    RUNNING,
    SAMPLES,
    TRADES,
    VISITS,
    Aim,
    Done,
    doubts_of,
)
from trace.oversight.casework.decide import LEAST_WORDS
from trace.parties import Actor
from trace.store.accounts.people import Organisation
from trace.store.casework.cases import CaseRow, cases_received, names_of
from trace.store.casework.exchange import list_authorities
from trace.store.log.keys import roles_of_holders
from trace.store.lots.details import read_lots
from trace.store.lots.scope import master_data
from trace.store.risk.events import RiskEvent, add_events
from trace.store.risk.kept import CampaignRow, add_row, find_row, last_running, move_row, read_rows
from trace.store.transaction import Transactions, Tx
from trace.store.visits.visits import find_visit
from trace.typed_texts import whole_text
from trace.usecases.accounts.forms import once
from trace.usecases.casework.standing import departments_of, hold_on, level_of
from trace.usecases.ledgers.period import Period
from trace.usecases.supervision.acts_of_period import acts_of_area
from trace.usecases.supervision.messages import own_authority
from trace.usecases.supervision.read_register import read_said
from trace.usecases.supervision.read_visits import visits_between

PAGE: Final = "/office/campaigns"
WHAT: Final = "campaign"
TYPED: Final = (
    *("title", "place", "trade", "goods", "since", "until", "items", "reason", "visits", "samples"),
)
_LONGEST: Final = 400
_MOST: Final = 10_000

_Opens = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """The campaigns that touch the caller's area, those that run first; who may close which; names."""

    rows: Sequence[CampaignRow]
    authorities: Mapping[str, str]
    people: Mapping[str, str]
    own: Organisation
    today: date
    first: date
    last: date

    def closes(self, row: CampaignRow) -> bool:
        return row.state == RUNNING and row.authority == self.own.urn

    def stage(self, row: CampaignRow) -> str:
        """closed; else before its days, in them or after."""
        if row.state == CLOSED:
            return CLOSED
        today = self.today.isoformat()
        return "coming" if today < row.since else "over" if row.until < today else RUNNING


@dataclass(frozen=True, slots=True)
class Counted:
    """A visit, sample or case of a campaign. `opens`: whether the caller can open its page; `records`: signed
    statements; `doubts`: what is not known of it, () where it counts."""

    kind: str
    number: str
    day: date
    party: str
    about: str
    records: tuple[str, ...]
    opens: bool = False
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CampaignCounted:
    """A campaign with what counts towards it and what is in doubt, by day; `area` is where it was counted."""

    row: CampaignRow
    page: CampaignPage
    area: str
    rows: Sequence[Counted]
    names: Mapping[str, str]

    def sure(self, kind: str) -> list[Counted]:
        return [one for one in self.rows if one.kind == kind and not one.doubts]

    def doubtful(self, kind: str) -> list[Counted]:
        return [one for one in self.rows if one.kind == kind and one.doubts]

    @property
    def figures(self) -> list[tuple[str, int, int, int]]:
        """(kind, how many count, how many are in doubt, target: 0 for none)."""
        targets = {VISITS: self.row.visits, SAMPLES: self.row.samples}
        return [
            (kind, len(self.sure(kind)), len(self.doubtful(kind)), targets.get(kind, 0)) for kind in KINDS
        ]


def plan_campaign(transactions: Transactions, actor: Actor, form: str, typed: Mapping[str, str]) -> str:
    """Keep a campaign that an authority plans; the page to go on from.

    Raises `RiskUnfit` with the member at fault, `RiskOutOfArea` for an area that is not its own.
    """
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return done.leads_to
        row = _planned(tx, own_authority(tx, actor), actor, typed)
        add_row(tx.connection, row)
        _noted(tx, actor, row.number, "planned", row.reason)
        return done.to(f"{PAGE}/{row.number}")


def close_campaign(transactions: Transactions, actor: Actor, form: str, number: str, result: str) -> str:
    """Close a campaign with what came of it, in words; by the authority that planned it.

    Raises `RiskItemUnknown`, `RiskOutOfArea`, `RiskMoved` where it is closed, `RiskUnfit` without words.
    """
    with transactions.begin(actor.subject) as tx:
        done = once(tx, form, actor.person)
        if done.before:
            return done.leads_to
        own = own_authority(tx, actor)
        row = _found(tx, own, number)
        if row.authority != own.urn:
            raise RiskOutOfArea(what=WHAT, number=row.number)
        words = whole_text("result", result, _LONGEST)
        if len(words) < LEAST_WORDS:
            raise RiskUnfit(wanted="result")
        closed = replace(
            row, state=CLOSED, result=words, closed_on=day_in_shanghai(tx.now).isoformat(),
            done_by=actor.person, done_at=tx.now,
        )  # fmt: skip
        if not move_row(tx.connection, closed, RUNNING):
            raise RiskMoved(what=WHAT, state=row.state)
        _noted(tx, actor, row.number, CLOSED, words)
        return done.to(f"{PAGE}/{row.number}")


def read_campaigns(transactions: Transactions, actor: Actor) -> CampaignPage:
    """The campaigns that touch the caller's area; an authority's alone. Raises `RightMissing`."""
    with transactions.look(actor.subject) as tx:
        own = own_authority(tx, actor)
        within = level_of(own.region)
        rows = [one for one in read_rows(tx.connection, CampaignRow) if _touch(one.place, within)]
        return _page(tx, own, rows)


def read_campaign(transactions: Transactions, actor: Actor, number: str) -> CampaignCounted:
    """A campaign with what counts towards it. Raises `RightMissing`, `RiskItemUnknown`."""
    with transactions.look(actor.subject) as tx:
        own = own_authority(tx, actor)
        row = _found(tx, own, number)
        area = max(row.area, level_of(own.region), key=len)
        rows = sorted(_counted(tx, actor, row, area), key=lambda one: (one.kind, one.day, one.number))
        stated = master_data(tx.connection, "party", sorted({one.party for one in rows} - {""}))
        names = {party: str(data["name"]) for party, data in stated.items() if data.get("name")}
        return CampaignCounted(row, _page(tx, own, [row]), area, rows, names)


def _planned(tx: Tx, own: Organisation, actor: Actor, typed: Mapping[str, str]) -> CampaignRow:
    given = {name: whole_text(name, typed.get(name, ""), _LONGEST) for name in TYPED}
    for name in ("title", "items", "reason"):
        if len(given[name]) < LEAST_WORDS:
            raise RiskUnfit(wanted=name)
    if given["trade"] not in {"", *TRADES}:
        raise RiskUnfit(wanted="trade")
    place = _place(own, given["place"])
    since, until = _day(tx, given["since"], "season-first"), _day(tx, given["until"], "season-last")
    if until < since:
        raise RiskUnfit(wanted="season-last")
    prefix = f"ZX{own.region}-{since.year}-"
    number = f"{prefix}{last_running(tx.connection, CampaignRow, prefix) + 1:03d}"
    return CampaignRow(
        number, own.urn, own.department, level_of(own.region), given["title"], place, given["trade"],
        given["goods"], since.isoformat(), until.isoformat(), given["items"], given["reason"],
        visits=_target(given, "visits"), samples=_target(given, "samples"),
        state=RUNNING, made_by=actor.person, made_at=tx.now,
    )  # fmt: skip


def _place(own: Organisation, typed: str) -> str:
    """The digits of the campaign's area, one's own where none is typed."""
    within = level_of(own.region)
    if not typed:
        return within
    try:
        place = level_of(parse(typed).text)
    except NumberMalformed:
        raise RiskUnfit(wanted="area-code") from None
    if not district_of(typed):
        raise RiskUnfit(wanted="area-code")
    if not place.startswith(within):
        raise RiskOutOfArea(what=WHAT, number=typed)
    return place


def _day(tx: Tx, text: str, member: str) -> date:
    """A day of a season; raises `RiskUnfit` for one that is absurdly far away."""
    day = SEASON.read(text, day_in_shanghai(tx.now))
    if day is None:
        raise RiskUnfit(wanted=member)
    return day


def _target(given: Mapping[str, str], name: str) -> int:
    text = given[name] or "0"
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and int(text) <= _MOST):
        raise RiskUnfit(wanted=name)
    return int(text)


def _touch(place: str, within: str) -> bool:
    return place.startswith(within) or within.startswith(place)


def _found(tx: Tx, own: Organisation, number: str) -> CampaignRow:
    row = find_row(tx.connection, CampaignRow, number)
    if row is None or not _touch(row.place, level_of(own.region)):
        raise RiskItemUnknown(what=WHAT, number=number[:40])
    return row


def _page(tx: Tx, own: Organisation, rows: list[CampaignRow]) -> CampaignPage:
    rows = sorted(rows, key=lambda one: (one.state == RUNNING, one.since, one.number), reverse=True)
    people = names_of(tx.connection, [who for one in rows for who in (one.made_by, one.done_by) if who])
    authorities = {one.urn: one.name for one in list_authorities(tx.connection)}
    today = day_in_shanghai(tx.now)
    return CampaignPage(rows, authorities, people, own, today, SEASON.first(today), SEASON.last(today))


@dataclass(frozen=True, slots=True)
class _Firms:
    """What is known of firms: registered area, trades, goods of their licences."""

    areas: Mapping[str, str]
    trades: Mapping[str, Collection[str]]
    goods: Mapping[str, Collection[str]]

    def done(self, one: Counted, area: str, goods: Collection[str], *, whole: bool) -> Done:
        """As a campaign asks of it; `area` where the firm's own is not known."""
        within = self.areas.get(one.party, "") or area
        return Done(one.day, within, self.trades.get(one.party, ()), goods, all_goods=whole)


def _firms(tx: Tx, parties: Iterable[str]) -> _Firms:
    wanted = sorted({*parties} - {""})
    stated = master_data(tx.connection, "party", wanted)
    by_key = roles_of_holders(tx.connection, wanted)
    goods: dict[str, set[str]] = {}
    for one in read_said(tx.connection):
        goods.setdefault(one.holder, set()).update(one.products)
    return _Firms(
        {party: str(data.get("region") or "") for party, data in stated.items()},
        {party: {*stated.get(party, {}).get("roles", ()), *by_key.get(party, ())} for party in wanted},
        goods,
    )


def _counted(tx: Tx, actor: Actor, row: CampaignRow, area: str) -> Iterator[Counted]:
    """Visits, samples and cases of an area that lie in the campaign, or are not known to lie outside."""
    first = date.fromisoformat(row.since)
    days = Period(first, date.fromisoformat(min(row.until, row.closed_on or row.until)))
    if days.last < first:
        return
    aim = Aim(row.place, row.trade, row.goods, days.first, days.last)
    for done, one, opens in _done(tx, actor, area, days):
        doubts = doubts_of(aim, done)
        if doubts is not None:
            yield replace(one, opens=opens(), doubts=doubts)


def _done(tx: Tx, actor: Actor, area: str, days: Period) -> Iterator[tuple[Done, Counted, _Opens]]:
    """What was done in an area on these days, both departments', and how to ask whether its page opens."""
    visits = visits_between(tx, area, days, tx.now)
    samples = acts_of_area(tx.connection, area, days).samples
    cases = cases_received(tx.connection, area, days.begins, days.ends)
    parties = {one.party for one in visits} | {one.party for one in samples}
    firms = _firms(tx, parties | {one.party for one in cases})
    lots = {lot for one in samples for lot in one.lots} | {one.lot for one in cases}
    goods = {lot.urn: lot.product_name for lot in read_lots(tx.connection, lots)}
    for visit in visits:
        one = Counted(VISITS, visit.number, visit.day, visit.party, "", visit.records)
        done = firms.done(one, visit.area, firms.goods.get(one.party, ()), whole=False)
        yield replace(done, signed=visit.complete), one, partial(_is_kept, tx, visit.number)
    for sample in samples:
        known = tuple(goods[lot] for lot in sample.lots if lot in goods)
        one = Counted(
            SAMPLES, sample.number or sample.record, sample.day, sample.party,
            "、".join(dict.fromkeys(known)), (sample.record,),
        )  # fmt: skip
        done = firms.done(one, "", known, whole=len(known) == len(sample.lots))
        yield done, one, partial(departments_of(actor).__contains__, sample.department)
    for case in cases:
        known = tuple(goods[lot] for lot in (case.lot,) if lot in goods)
        day = day_in_shanghai(case.received_at)
        one = Counted(CASES, case.number, day, case.party, "、".join(known), (case.report,))
        yield firms.done(one, case.area, known, whole=True), one, partial(_is_held, tx, actor, case)


def _is_kept(tx: Tx, number: str) -> bool:
    return find_visit(tx.connection, number) is not None


def _is_held(tx: Tx, actor: Actor, case: CaseRow) -> bool:
    return hold_on(tx, actor, case) is not None


def _noted(tx: Tx, actor: Actor, number: str, event: str, why: str) -> None:
    name = names_of(tx.connection, [actor.person]).get(actor.person, "")
    step = RiskEvent(WHAT, number, event, tx.now, actor.person, name, actor.party or "", why)
    add_events(tx.connection, [step])
