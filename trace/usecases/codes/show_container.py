"""Contents of a container, at any depth: the codes that a recall of a case or pallet concerns."""

from __future__ import annotations

from typing import Any, Final

from trace.chain.effects import ContainerPacked, ItemsPacked
from trace.errors import ContainerUnknown, LotOutOfSight
from trace.parties import Actor
from trace.store.codes.aggregation import contents_of, holders_of
from trace.store.transaction import Connection, Transactions

_LEVELS: Final = 16


def show_container(transactions: Transactions, container: str, actor: Actor) -> dict[str, Any]:
    """{"container", "outward": […], "containers": […], "items": [{"lot", "first", "count"}], "total"}.

    `items` has the form of `serials` in an `oversight.recall`. Raises `ContainerUnknown`, and `LotOutOfSight`
    for those who neither packed it nor are a regulator.
    """
    with transactions.look("container") as tx:
        items, inside, stated = _inside(tx.connection, container)
        outward = _outward(tx.connection, container)
    if not items and not inside:
        raise ContainerUnknown(container=container)
    if not actor.is_regulator and actor.party not in stated:
        raise LotOutOfSight(lot=container)
    return {
        "container": container,
        "outward": outward,
        "containers": inside,
        "items": items,
        "total": sum(each["count"] for each in items),
    }


def _inside(connection: Connection, container: str) -> tuple[list[dict[str, Any]], list[str], set[str]]:
    items: list[dict[str, Any]] = []
    inside: list[str] = []
    stated: set[str] = set()
    waiting = [container]
    for _ in range(_LEVELS):
        if not waiting:
            break
        found = contents_of(connection, waiting)
        waiting = []
        for packed, lot, iss in found:
            stated.add(iss)
            match packed:
                case ItemsPacked():
                    items.append({"lot": lot, "first": packed.first, "count": packed.count})
                case ContainerPacked():
                    inside.append(packed.inner)
                    waiting.append(packed.inner)
    return items, inside, stated


def _outward(connection: Connection, container: str) -> list[str]:
    path: list[str] = []
    while len(path) < _LEVELS:
        holder = holders_of(connection, [container]).get(container)
        if holder is None:
            break
        path.append(holder)
        container = holder
    return path
