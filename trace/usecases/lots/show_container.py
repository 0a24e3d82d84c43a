"""Contents of a container, at any depth: the codes that a recall of a case or pallet concerns."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from trace.chain.effects import ContainerPacked, ItemsPacked
from trace.chain.identifiers import holder_of
from trace.errors import ContainerUnknown
from trace.parties import Actor
from trace.store.chain.master import read_prefixes_of
from trace.store.codes.aggregation import Packed, read_contents, read_holders
from trace.store.transaction import Connection, Transactions
from trace.usecases.lots.sight import parties_in_area

_LEVELS: Final = 16
_Row = tuple[Packed, str | None, str]
PUBLIC: Final = ""
"""The reader who is nobody in particular."""
Reader = str | None
"""A party, an authority (None) or `PUBLIC`."""


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

    Raises `ContainerUnknown`, also for those who neither packed it nor oversee who did.
    """
    with transactions.look("container") as tx:
        every = _inside(tx.connection, container, None)
        overseen = actor.oversees and bool(parties_in_area(tx.connection, actor, every[2]))
        reader = None if overseen else actor.party
        items, inside, _ = every if reader is None else _inside(tx.connection, container, reader)
        outward = _outward(tx.connection, container, reader)
    empty = not every[0] and not every[1]
    if empty or (not overseen and (reader is None or not (items or inside))):
        raise ContainerUnknown(container=container)  # nor do others learn that it is there
    return ContainerContents(container, tuple(outward), tuple(inside), tuple(items))


def lots_inside(connection: Connection, container: str) -> tuple[str, ...] | None:
    """The pack lots of which something is in the container at any depth; None for one that nobody packed."""
    items, inside, _ = _inside(connection, container, PUBLIC)
    return tuple(dict.fromkeys(each.lot for each in items)) if items or inside else None


def _counting(connection: Connection, containers: Collection[str], reader: Reader) -> list[_Row]:
    """What counts of what was said to be in these: for a party what it said itself; for an authority all; for
    everybody the word of who has the prefix of the number, and of all as long as nobody has it."""
    found = read_contents(connection, containers)
    if reader != PUBLIC:
        return [row for row in found if reader is None or row[2] == reader]
    numbers = {one: one.rsplit(":", 1)[-1][1:14] for one in containers}
    prefixes = read_prefixes_of(connection, numbers.values())
    holders = {one: holder_of(prefixes, number) for one, number in numbers.items()}
    return [row for row in found if holders[row[0].container] in {None, row[2]}]


def _inside(
    connection: Connection, container: str, reader: Reader
) -> tuple[list[ContainedItems], list[str], set[str]]:
    items: list[ContainedItems] = []
    inside: list[str] = []
    stated: set[str] = set()
    waiting = [container]
    for _ in range(_LEVELS):
        if not waiting:
            break
        found = _counting(connection, waiting, reader)
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


def _outward(connection: Connection, container: str, reader: Reader) -> list[str]:
    path: list[str] = []
    while len(path) < _LEVELS:
        holder = read_holders(connection, [container], reader).get(container)
        if holder is None:
            break
        path.append(holder)
        container = holder
    return path
