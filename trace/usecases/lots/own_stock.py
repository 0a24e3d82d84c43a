"""A firm's own stock: what is left of each lot, until when it keeps, where it came from and went to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.corrections import CORRECTION
from trace.errors import RightMissing, UnknownLot
from trace.ledger.statement import parse_statement
from trace.oversight.shelf_life import (
    STANDINGS,
    ShelfLifeLeft,
    last_counted,
    longest_near,
    shelf_life_left,
)
from trace.parties import OWN, Actor
from trace.store.casework.asked import firm_names
from trace.store.log.entries import find_entries
from trace.store.lots.details import LotRow
from trace.store.lots.stock import MOST, StockRow, last_said, read_ending, read_stock
from trace.store.transaction import Connection, Transactions, Tx
from trace.usecases.intake.retention import best_before_of
from trace.usecases.lots.states import FAILED, RECALLED
from trace.usecases.lots.states_above import StatesAbove, may_be_recalled, may_have_failed, states_above
from trace.usecases.lots.trace_lineage import require_lot, trace_lineage

LOTS_READ: Final = MOST
"""Lots with something left that the page knows of."""
LOTS_SHOWN: Final = 2_000
"""Lots of a trace on a page; the API gives all of it."""
_RECEIVED: Final = "material"
_UP, _DOWN = "upstream", "downstream"


@dataclass(frozen=True, slots=True)
class StockLot:
    """A lot of which something is left. `counted`: its last day is counted from a shelf life that was written
    down, and is not itself on record. `stmt` is the record that made it."""

    row: StockRow
    shelf: ShelfLifeLeft
    counted: bool
    stmt: str


@dataclass(frozen=True, slots=True)
class Stock:
    """What is left, what ends first at the top; `cut` where only the newest lots were looked at."""

    lots: tuple[StockLot, ...]
    cut: bool

    def standing(self, name: str) -> tuple[StockLot, ...]:
        return tuple(one for one in self.lots if one.shelf.standing == name)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A lot one step up or down: by what step, how much, whose it is. `own` leads on to its own page."""

    lot: str
    kind: str
    product_name: str
    step: str
    quantity: Mapping[str, str] | None
    party: str
    name: str
    when: str | None
    state: str
    own: bool


@dataclass(frozen=True, slots=True)
class LotAround:
    """An own lot with its neighbours, or everything above and below it (`whole`) as far as the firm sees."""

    row: LotRow
    shelf: ShelfLifeLeft
    counted: bool
    up: tuple[Neighbour, ...]
    down: tuple[Neighbour, ...]
    whole: bool
    truncated: bool


def list_stock(transactions: Transactions, actor: Actor) -> Stock:
    """The stock of the actor's own organisation, each lot with the worst that is known of it and above it."""
    party = _party(actor)
    with transactions.look(actor.subject) as tx:
        rows = read_stock(tx.connection, party)
        known = states_above(tx.connection) if rows else StatesAbove()
        return _stock(tx, [replace(one, state=_said(known, one)) for one in rows])


def _said(known: StatesAbove, row: LotRow | StockRow) -> str:
    """The worst that is known of a lot; of what is known of its sources alone, that it is of them."""
    state, source = known.state(row.id, row.state), known.source(row.id)
    return state if source is None or state == row.state else source


def failed_stock(tx: Tx, party: str) -> list[StockRow]:
    """What of a party's stock failed a test or comes of what did; none that is recalled or held as well.

    Few firms have any: whether one may is asked by one trace of all failed lots, before the states of all.
    """
    return _in_state(tx, party, FAILED, may_have_failed(tx.connection))


def recalled_stock(tx: Tx, party: str) -> list[StockRow]:
    """What of a party's stock is recalled or comes of what is, whoever told the party or did not."""
    return _in_state(tx, party, RECALLED, may_be_recalled(tx.connection))


def _in_state(tx: Tx, party: str, state: str, reached: frozenset[int]) -> list[StockRow]:
    rows = [one for one in read_stock(tx.connection, party)[:MOST] if one.id in reached] if reached else []
    known = states_above(tx.connection) if rows else StatesAbove()
    return [one for one in rows if known.state(one.id, one.state) == state]


def ending_stock(tx: Tx, party: str) -> Stock:
    """What of a party's stock is past its shelf life or near its end, and of what was received more than
    that; three statements at most."""
    through = day_in_shanghai(tx.now) + longest_near(tx.rules)
    return _stock(tx, read_ending(tx.connection, party, through))


def _stock(tx: Tx, rows: Sequence[StockRow]) -> Stock:
    known, today = rows[:MOST], day_in_shanghai(tx.now)
    said = last_said(tx.connection, {one.made_by for one in known})
    received = {said[one.made_by][0] for one in known if one.kind == _RECEIVED}
    lives = _lives(tx.connection, received)
    found = []
    for one in known:
        last, own = said[one.made_by]
        made, ends, counted = _days(one.detail, lives.get(last, {}))
        found.append(StockLot(one, shelf_life_left(made, ends, today, tx.rules), counted, own))
    found.sort(key=_soonest)
    return Stock(tuple(found), len(rows) > MOST)


def _soonest(one: StockLot) -> tuple[int, date, int]:
    return STANDINGS.index(one.shelf.standing), one.shelf.last or date.max, -one.row.id


def look_around(transactions: Transactions, actor: Actor, lot: str, *, whole: bool = False) -> LotAround:
    """An own lot one step up and down, or with the `whole` trace. Raises `UnknownLot`, also for another's."""
    party = _party(actor)
    with transactions.look(actor.subject) as tx:
        row = require_lot(tx.connection, lot)
        if row.holder != party:
            raise UnknownLot(lot=lot)
        stmt, _ = last_said(tx.connection, [row.id & -256])[row.id & -256]
        lives = _lives(tx.connection, [stmt] if row.kind == _RECEIVED else [])
        made, ends, counted = _days(row.detail, lives.get(stmt, {}))
        shelf = shelf_life_left(made, ends, day_in_shanghai(tx.now), tx.rules)
        row = replace(row, state=_said(states_above(tx.connection), row))
    documents = {way: _traced(transactions, actor, lot, way) for way in (_UP, _DOWN)}
    parties = {str(one["statedBy"]) for each in documents.values() for one in each["lots"]}
    with transactions.look(actor.subject) as tx:
        names = firm_names(tx.connection, sorted(parties))
    sides = [
        tuple(_neighbours(documents[way], row.urn, party, names, up=way == _UP, whole=whole))
        for way in (_UP, _DOWN)
    ]
    cut = any(each["truncated"] for each in documents.values())
    return LotAround(row, shelf, counted, sides[0], sides[1], whole, cut)


def _traced(transactions: Transactions, actor: Actor, lot: str, way: str) -> Mapping[str, Any]:
    members = trace_lineage(transactions, lot, way, actor, max_lots=LOTS_SHOWN)
    return {name: list(value) if isinstance(value, Iterator) else value for name, value in members}


def _neighbours(
    document: Mapping[str, Any], start: str, party: str, names: Mapping[str, str], *, up: bool, whole: bool
) -> Iterator[Neighbour]:
    """The far ends of the links of a trace: those of the start, or all of them."""
    lots = {one["lot"]: one for one in document["lots"]}
    received = document["receivers"]
    told = {one["lot"]: one for one in received} if isinstance(received, list) else {}
    near, far = ("to", "from") if up else ("from", "to")
    for link in document["links"]:
        other = lots.get(link[far])
        if other is None or not (whole or link[near] == start):
            continue
        to = told.get(link[far], {})
        stated = str(other["statedBy"])
        yield Neighbour(
            lot=str(link[far]),
            kind=str(other["kind"]),
            product_name=str(other["productName"]),
            step=str(link["kind"]),
            quantity=link["taken"] or link["given"],
            party=str(to.get("receiver") or stated),
            name=str(to.get("name") or names.get(stated, "")),
            when=(link["departure"] or {}).get("earliest"),
            state=str(link["state"]),
            own=other["holder"] == party,
        )


def _days(detail: Mapping[str, Any], receipt: Mapping[str, Any]) -> tuple[date | None, date | None, bool]:
    """(made on, keeps through, whether that is counted) of a lot and the receipt that brought it."""
    made = best_before_of({"expiryDate": detail.get("productionDate")})
    stated = best_before_of({"expiryDate": detail.get("expiryDate")})
    if stated is not None or made is None:
        return made, stated, False
    ends = best_before_of({"productionDate": made.isoformat(), "shelfLife": receipt.get("shelfLife")})
    return made, last_counted(made, ends), ends is not None


def _lives(connection: Connection, receipts: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """What receipts say, by the statement that says it last."""
    found: dict[str, Mapping[str, Any]] = {}
    for stmt, entry in find_entries(connection, receipts).items():
        data: Any = parse_statement(entry.jws).claims.data
        data = data.get("replacement") if entry.typ == CORRECTION.typ else data
        found[stmt] = data if isinstance(data, Mapping) else {}
    return found


def _party(actor: Actor) -> str:
    if actor.party is None:
        raise RightMissing(scope=OWN)
    return actor.party
