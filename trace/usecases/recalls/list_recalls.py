"""What is recalled now: all of it, by the firm or the product, and one recall with all its packs.

Every question costs a bounded number of rows: so many recalls a page, so many lots below one, so many packs
of a firm or product; what was not looked at is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from trace.calendar.shanghai import day_of
from trace.chain.admission.numbers import BY_CODE
from trace.chain.effects import PackNoted
from trace.chain.facts.recall import RECALL as FIRM_RECALL
from trace.chain.lineage.closure import trace_down, trace_up
from trace.chain.order_effects import COMPLETED as DONE
from trace.chain.order_effects import STANDING as STANDS
from trace.errors import RecallUnknown
from trace.store.chain.statements import StatementRow
from trace.store.chain.ways import LAPSED
from trace.store.log.signers import read_signers
from trace.store.lots.details import read_lots, read_lots_by_id, read_packs, read_stated
from trace.store.lots.orders import OrderRow, read_orders
from trace.store.lots.recall_list import (
    IN_FORCE,
    RecallPlace,
    find_places,
    find_recall,
    list_by,
    list_changed,
    list_in_force,
    list_on,
    list_packed_by,
    read_announcements,
    read_ends,
    read_named_lots,
)
from trace.store.lots.wide_graph import WideLotGraph
from trace.store.page_keys import BURDENS, PROOF, SPREADING
from trace.store.transaction import Connection, Transactions, Tx
from trace.usecases.lots.packs import gtin_forms
from trace.usecases.recalls.recall import (
    COMPLETED,
    LIFTED,
    STANDING,
    Announcement,
    Recall,
    RecalledPack,
    RecallList,
)
from trace.usecases.recalls.recall_grounds import failed_items, label_contacts

BASIS: Final = frozenset({BURDENS, SPREADING, PROOF})
"""Of a kept page: orders and links show at once, names that were corrected and announcements with the next
checkpoint."""
PAGE: Final = 20
IN_FEED: Final = 50
PACKS_LISTED: Final = 6
PACKS_OF_ONE: Final = 200
_LOTS_BELOW: Final = 2_000
_LOTS_ABOVE: Final = 5_000
_PACKS_LOOKED_AT: Final = 500
_NEWEST: Final = (1 << 62) - 1
_FIRMS: Final = "urn:uscc:"
_STATES: Final = {STANDS: STANDING, DONE: COMPLETED}


def list_recalls(
    transactions: Transactions,
    *,
    firm: str | None = None,
    gtin: str | None = None,
    before: int | None = None,
    most: int = PAGE,
) -> RecallList:
    """The recalls in force, the newest first, `before` an arrival; those of a firm (its urn): by it or of
    what it packed; those of what is packed under a GTIN."""
    with transactions.look("recalls") as tx:
        if firm is None and gtin is None:
            found, unseen = list_in_force(tx.connection, before or _NEWEST, most + 1), False
        else:
            found, unseen = _found(tx.connection, firm, gtin)
            found = [one for one in found if before is None or one.arrival < before]
        listed = found[:most]
        after = listed[-1].arrival if len(found) > most else None
        return RecallList(
            _told(tx, listed, PACKS_LISTED), after, unseen, tx.now.isoformat(timespec="seconds")
        )


def list_recall_changes(transactions: Transactions) -> RecallList:
    """The recalls that changed last, those that were lifted too, for who follows them from afar."""
    with transactions.look("recalls") as tx:
        told = _told(tx, list_changed(tx.connection, IN_FEED), PACKS_LISTED)
        return RecallList(told, as_of=tx.now.isoformat(timespec="seconds"))


def show_recall(transactions: Transactions, statement: str) -> Recall:
    """One recall, in force or lifted, with its packs; raises `RecallUnknown`."""
    with transactions.look("recalls") as tx:
        order = find_recall(tx.connection, statement)
        if order is None:
            raise RecallUnknown(statement=statement[:64])
        (told,) = _told(tx, find_places(tx.connection, [order]), PACKS_OF_ONE)
        return told


def _found(connection: Connection, firm: str | None, gtin: str | None) -> tuple[list[RecallPlace], bool]:
    """The recalls in force of a firm or product, the newest first; whether packs were left unseen."""
    packs: list[int] = []
    if firm is not None:
        packs += list_packed_by(connection, firm, _PACKS_LOOKED_AT + 1)
    if gtin is not None:
        under = {pack.lot for pack, _ in read_packs(connection, "gtin", gtin_forms(gtin))}
        packs += sorted(under, reverse=True)[: _PACKS_LOOKED_AT + 1]
    unseen = len(packs) > _PACKS_LOOKED_AT
    above = trace_up(_graph(connection), packs[:_PACKS_LOOKED_AT], max_lots=_LOTS_ABOVE) if packs else None
    orders = list_on(connection, above.lots) if above is not None else set()
    if firm is not None:
        orders |= {one.id for one in list_by(connection, [firm])}
    standing = {row for row, order in read_orders(connection, orders).items() if order.state in IN_FORCE}
    found = sorted(find_places(connection, standing), key=lambda one: -one.arrival)
    return found, unseen or (above is not None and above.truncated)


def _graph(connection: Connection) -> WideLotGraph:
    """The ways along which an order certainly comes down: links, and pairs of which a key fell."""
    return WideLotGraph(connection, lambda one: one.label == LAPSED)


def _told(tx: Tx, places: Sequence[RecallPlace], most: int) -> tuple[Recall, ...]:
    """These recalls in their order, each with at most so many of its packs."""
    connection = tx.connection
    orders = read_orders(connection, [one.id for one in places])
    named = read_named_lots(connection, orders)
    ends = read_ends(connection, orders)
    announced = read_announcements(connection, (one.statement for one in orders.values()))
    reached = {row: _below(connection, whole) for row, (whole, _) in named.items()}
    packs = _newest(connection, {lot for row, (below, _) in reached.items() for lot in below | named[row][1]})
    goods = {row: _goods_in(order) for row, order in orders.items()}
    called = {lot.urn: lot.product_name for lot in read_lots(connection, set().union(*goods.values()))}
    firms = _names(
        connection, [*(one.iss for one in orders.values()), *(row.iss for _, row in packs.values())]
    )
    signers = read_signers(connection, tx.origin, [one.statement for one in orders.values()])
    told = []
    shown: dict[int, list[int]] = {}
    for row in orders:
        below, coded = reached.get(row, (set(), False))[0], named.get(row, (set(), set()))[1]
        shown[row] = sorted((below | coded) & packs.keys(), reverse=True)
    every = {lot for listed in shown.values() for lot in listed[:most]}
    names = {lot.id: lot.product_name for lot in read_lots_by_id(connection, every).values()}
    contacts = label_contacts(connection, packs, every)
    failed = failed_items(connection, orders, {row: whole | coded for row, (whole, coded) in named.items()})
    for place in places:
        order = orders[place.id]
        below, truncated = reached.get(place.id, (set(), False))
        listed, signed = shown[place.id], signers.get(order.statement)
        registered = signed.name if signed and order.iss.startswith(_FIRMS) else None
        told.append(
            replace(
                _recall(order, place, ends.get(place.id)),
                by=firms.get(order.iss, registered),
                names=tuple(sorted({called[urn] for urn in goods[place.id] if urn in called})),
                packs=tuple(
                    _pack(*packs[lot], firms, names, contacts.get(lot), some=lot not in below)
                    for lot in listed[:most]
                ),
                failed=() if order.typ == FIRM_RECALL.typ else failed[place.id],
                more=max(0, len(listed) - most),
                truncated=truncated,
                announcements=tuple(
                    Announcement(day_of(one.at), one.text, one.published_at)
                    for one in announced.get(order.statement, ())
                ),
            )
        )
    return tuple(told)


def _recall(order: OrderRow, place: RecallPlace, ended: tuple[datetime, datetime] | None) -> Recall:
    """A recall as its statement tells it."""
    contact = order.data.get("contact")
    reached: Mapping[str, Any] = contact if isinstance(contact, Mapping) else {}
    return Recall(
        statement=order.statement,
        state=_STATES.get(order.state, LIFTED),
        by_firm=order.typ == FIRM_RECALL.typ,
        on=day_of(order.occurred_at),
        logged_at=order.logged_at.isoformat(),
        ended_on=day_of(ended[0]) if ended else None,
        changed_at=(ended[1] if ended else order.logged_at).isoformat(),
        level=_text(order.data.get("level")),
        reason=_text(order.data.get("reason")),
        advice=_text(order.data.get("advice")),
        return_to=_text(order.data.get("returnTo")),
        function=_text(reached.get("function")),
        phone=_text(reached.get("phone")),
        arrival=place.arrival,
    )


def _pack(
    pack: PackNoted,
    row: StatementRow,
    firms: Mapping[str, str],
    names: Mapping[int, str],
    contact: str | None,
    *,
    some: bool,
) -> RecalledPack:
    made = pack.data.get("productionDate")
    own = pack.gtin and pack.state != BY_CODE
    path = f"/01/{pack.gtin.zfill(14)}/10/{quote(pack.batch_no, safe='')}" if own and pack.gtin else None
    return RecalledPack(
        name=names.get(pack.lot, ""),
        batch_no=pack.batch_no,
        produced_on=made if isinstance(made, str) else None,
        path=path or f"/t/{pack.data.get('platformCode') or ''}",
        firm=firms.get(row.iss),
        some=some,
        contact=contact,
    )


def _below(connection: Connection, lots: Collection[int]) -> tuple[set[int], bool]:
    """The lots themselves and what may hold something of them; whether that was too much to look at."""
    if not lots:
        return set(), False
    found = trace_down(_graph(connection), sorted(lots), max_lots=_LOTS_BELOW)
    return {*lots, *found.lots}, found.truncated


def _newest(connection: Connection, lots: Iterable[int]) -> dict[int, tuple[PackNoted, StatementRow]]:
    """Lot -> its newest pack record, for those that are packs."""
    return {pack.lot: (pack, row) for pack, row in read_packs(connection, "lot", lots)}


def _names(connection: Connection, parties: Iterable[str]) -> dict[str, str]:
    """Firm or bureau -> the name that it states; natural persons have none here."""
    asked = {party for party in parties if party.startswith(_FIRMS)}
    return {party: str(data["name"]) for party, (data, _) in read_stated(connection, "party", asked).items()}


def _goods_in(order: OrderRow) -> set[str]:
    """The lots that an order names, by urn, whatever became of it."""
    parts = [each.get("lot") for each in _listed(order.data.get("serials")) if isinstance(each, Mapping)]
    return {each for each in (*_listed(order.data.get("lots")), *parts) if isinstance(each, str)}


def _listed(value: object) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _text(value: object) -> str | None:
    return value.strip()[:500] or None if isinstance(value, str) else None
