"""Goods looked at in a visit: named by lot or batch number, and the samples that they share with it.

A sample of a lot that the visit looked at meets it on the lot; another of the same firm on the firm alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.admission.gates import SPREADING, bears_on
from trace.chain.facts.oversight import SAMPLING
from trace.chain.identifiers import PROVISIONAL
from trace.chain.sight import lies_in
from trace.errors import VisitGoodsUnknown
from trace.oversight.official_acts import Sample, official_acts
from trace.parties import Actor, lot_urn
from trace.store.casework.acts import acts_between, results_of, sampled_lots
from trace.store.casework.asked import lots_by
from trace.store.lots.details import LotRow, read_lots, read_lots_by_id
from trace.store.lots.recall_steps import list_own_goods
from trace.store.lots.standing import regions_of
from trace.store.transaction import Connection, Tx
from trace.usecases.casework.standing import departments_of
from trace.usecases.ledgers.period import Period
from trace.usecases.lots.holds import Bearing, bearing_marks, burdens_of, same_goods
from trace.usecases.supervision.acts_of_period import authorities_in

AROUND: Final = timedelta(days=365)
"""How far before and after a visit a sample still meets it. Our own measure, of no text."""
LISTED: Final = timedelta(days=180)
"""How long a sample stands in the list of samples, from which it opens."""
OFFERED: Final = 12
MOST: Final = 100
_MOST_LOTS: Final = 1_000


@dataclass(frozen=True, slots=True)
class SampleMet:
    """A sample that meets a visit: on a lot that was looked at, or on the firm alone. `opens`: whether its
    page is the reader's to open."""

    sample: Sample
    on_lot: bool
    opens: bool


@dataclass(frozen=True, slots=True)
class GoodsMet:
    """A lot with the visits that looked at it, as (day, number), and its samples."""

    lot: str
    visits: tuple[tuple[date, str], ...]
    samples: tuple[Sample, ...]

    @property
    def last(self) -> date:
        """The day of the last of them."""
        return max([*(day for day, _ in self.visits), *(one.day for one in self.samples)])


def goods_named(tx: Tx, actor: Actor, party: str, named: Iterable[str]) -> tuple[str, ...]:
    """The lots of these names or batch numbers, each once; raises `VisitGoodsUnknown`.

    Of several lots of a number those of the firm that is visited are meant; nobody guesses one of two.
    """
    found: dict[str, None] = {}
    for text in dict.fromkeys(one.strip() for one in named):
        if text:
            found[_lot(tx, actor, party, text).urn] = None
    if len(found) > MOST:
        raise VisitGoodsUnknown(lot=f"{len(found)} > {MOST}")
    return tuple(found)


def _lot(tx: Tx, actor: Actor, party: str, text: str) -> LotRow:
    own_name = lot_urn(party, text)
    urns = (
        [text]
        if text.startswith("urn:lot:")
        else [*lots_by(tx.connection, text, ("", "", ""), _MOST_LOTS), own_name]
    )
    lots = read_lots(tx.connection, dict.fromkeys(urns))
    own = [one for one in lots if party in {one.holder, one.made_by.iss}]
    regions = regions_of(tx.connection, lots)
    seen = own or [one for one in lots if lies_in(actor.region, regions[one.id])]
    if len(seen) != 1:
        raise VisitGoodsUnknown(lot=text[:80])
    return seen[0]


def goods_offered(tx: Tx, party: str, seen: Collection[str]) -> list[LotRow]:
    """The lots to choose from: those that are named already, and the newest that the firm holds."""
    newest = list_own_goods(tx.connection, party, "", OFFERED)
    rows = {one.urn: one for one in read_lots(tx.connection, {*seen, *newest})}
    return [rows[urn] for urn in dict.fromkeys([*seen, *newest]) if urn in rows]


def standing_against(tx: Tx, lots: Iterable[LotRow]) -> dict[str, list[Bearing]]:
    """What stands open against each of these lots and closes a gate of it: its own marks, and orders, inputs
    and failed tests that come down to it; of what is only possible `certain` is false. Whose its number is
    says nothing about the goods, and is left out."""
    found = {}
    for row in lots:
        goods = same_goods(row)
        same = {one.id for one in read_lots(tx.connection, goods)}
        burdens = burdens_of(tx.connection, row.id, SPREADING, also=same)
        uppers = read_lots_by_id(tx.connection, burdens.lots | burdens.failed_beside())
        found[row.urn] = [
            one
            for one in bearing_marks(tx.connection, burdens)
            if one.mark.gates
            and one.mark.code not in PROVISIONAL
            and bears_on(one.mark, uppers[one.mark.lot or row.id].urn, row.urn, goods)
        ]
    return found


def samples_met(tx: Tx, actor: Actor, party: str, lots: Collection[str], day: date) -> list[SampleMet]:
    """The samples of the firm or of these lots around a day, those of the lots first, then the newest.

    Every authority's of the caller's area: that a sample was taken is no department's secret to the other.
    """
    today = day_in_shanghai(tx.now)
    found = [
        SampleMet(
            one,
            bool(set(one.lots) & set(lots)),
            one.department in departments_of(actor) and one.day >= today - LISTED,
        )
        for one in samples_of(tx.connection, actor.region, party, lots, day)
    ]
    return sorted(found, key=lambda one: (one.on_lot, one.sample.day, one.sample.record), reverse=True)


def goods_met(looked: Iterable[tuple[str, str, date]], samples: Iterable[Sample]) -> list[GoodsMet]:
    """Lot by lot the visits that looked at it (lot, number, day) and the samples of it, the newest first."""
    visits: defaultdict[str, list[tuple[date, str]]] = defaultdict(list)
    taken: defaultdict[str, list[Sample]] = defaultdict(list)
    for lot, number, day in looked:
        if (day, number) not in visits[lot]:
            visits[lot].append((day, number))
    for one in samples:
        for lot in dict.fromkeys(one.lots):
            taken[lot].append(one)
    found = [GoodsMet(lot, tuple(visits[lot]), tuple(taken[lot])) for lot in {**visits, **taken}]
    return sorted(found, key=lambda one: (one.last, one.lot), reverse=True)


def samples_of(
    connection: Connection, area: str, party: str, lots: Collection[str], day: date
) -> Sequence[Sample]:
    """Samples by authorities of an area within a year of a day, of a firm or of these lots."""
    period = Period(day - AROUND, day + AROUND)
    said = [
        one
        for one in acts_between(connection, (SAMPLING.typ,), period.begins, period.ends)
        if one.data.get("party") == party or set(one.data.get("lots", ())) & set(lots)
    ]
    named = {lot for one in said for lot in one.data.get("lots", ()) if isinstance(lot, str)}
    authorities = authorities_in(connection, area, {one.authority for one in said})
    return official_acts(
        said, results_of(connection, named), sampled_lots(connection, named), authorities
    ).samples
