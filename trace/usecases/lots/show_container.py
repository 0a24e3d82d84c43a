"""Contents of a container, at any depth: the codes that a recall of a case or pallet concerns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trace.chain.effects import ContainerPacked, ItemsPacked
from trace.errors import ContainerUnknown, LotOutOfSight
from trace.parties import Actor
from trace.store.codes.aggregation import read_contents, read_holders
from trace.store.transaction import Connection, Transactions
from trace.usecases.lots.sight import parties_in_area

_LEVELS: Final = 16


@dataclass(frozen=True, slots=True)
class ContainedItems:
    """An interval of a lot's codes in the container, in the form of `serials` of an `oversight.recall`."""

    lot: str
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class ContainerContents:
    """The contents of a container at any depth; `outward` is what it stands in, from the inside out."""

    container: str
    outward: tuple[str, ...]
    containers: tuple[str, ...]
    items: tuple[ContainedItems, ...]

    @property
    def total(self) -> int:
        """How many items are in it."""
        return sum(each.count for each in self.items)


def show_container(transactions: Transactions, container: str, actor: Actor) -> ContainerContents:
    """The contents of the container `urn:sscc:…`.

    Raises `ContainerUnknown`, and `LotOutOfSight` for those who neither packed it nor oversee who did.
    """
    with transactions.look("container") as tx:
        items, inside, stated = _inside(tx.connection, container)
        outward = _outward(tx.connection, container)
        overseen = actor.oversees and bool(parties_in_area(tx.connection, actor, stated))
    if not items and not inside:
        raise ContainerUnknown(container=container)
    if not overseen and actor.party not in stated:
        raise LotOutOfSight(lot=container)
    return ContainerContents(container, tuple(outward), tuple(inside), tuple(items))


def lots_inside(connection: Connection, container: str) -> tuple[str, ...] | None:
    """The pack lots of which something is in the container at any depth; None for one that nobody packed."""
    items, inside, _ = _inside(connection, container)
    return tuple(dict.fromkeys(each.lot for each in items)) if items or inside else None


def _inside(connection: Connection, container: str) -> tuple[list[ContainedItems], list[str], set[str]]:
    items: list[ContainedItems] = []
    inside: list[str] = []
    stated: set[str] = set()
    waiting = [container]
    for _ in range(_LEVELS):
        if not waiting:
            break
        found = read_contents(connection, waiting)
        waiting = []
        for packed, lot, iss in found:
            stated.add(iss)
            match packed:
                case ItemsPacked():
                    items.append(ContainedItems(lot or "", packed.first, packed.count))
                case ContainerPacked():
                    inside.append(packed.inner)
                    waiting.append(packed.inner)
    return items, inside, stated


def _outward(connection: Connection, container: str) -> list[str]:
    path: list[str] = []
    while len(path) < _LEVELS:
        holder = read_holders(connection, [container]).get(container)
        if holder is None:
            break
        path.append(holder)
        container = holder
    return path
