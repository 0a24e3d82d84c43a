"""Aggregation of codes: items in a case, cases on a pallet (EPCIS aggregation, GS1 SSCC).

Items are intervals of serials, so a case of 24 neighbouring packs is one value; containers are SSCCs, or the
serial URI of a case with a GTIN of its own. Parents are found by binary search.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from trace.codes.intervals import Interval
from trace.errors.codes import AlreadyPacked, ContainerMalformed, NotPacked
from trace.identity.check_digit import gs1_mod_10
from trace.identity.sscc import Sscc

_BODY: Final = 17


@dataclass(frozen=True, slots=True)
class Items:
    """Neighbouring codes of one scope and epoch."""

    scope: str
    epoch: str
    interval: Interval


def next_sscc(company_prefix: str, reference: int, extension: int = 0) -> Sscc:
    """The SSCC of a serial reference under a GS1 company prefix; raises `ContainerMalformed`."""
    width = _BODY - 1 - len(company_prefix)
    fits = 7 <= len(company_prefix) <= 12 and company_prefix.isascii() and company_prefix.isdigit()
    if not fits or not 0 <= reference < 10**width or not 0 <= extension <= 9:
        raise ContainerMalformed(container=f"{extension}{company_prefix}{reference}"[:40])
    body = f"{extension}{company_prefix}{reference:0{width}d}"
    return Sscc(body + gs1_mod_10(body))


class Packing:
    """Which container holds what, now. A container is named by its SSCC or by the URI of its serial."""

    __slots__ = ("_containers", "_items", "_parents")

    def __init__(self) -> None:
        self._items: dict[tuple[str, str], list[tuple[int, int, str]]] = {}  # sorted (first, end, container)
        self._parents: dict[str, str] = {}
        self._containers: dict[str, set[str]] = {}

    def pack_items(self, items: Items, container: str) -> None:
        """Raises `AlreadyPacked` when one of the items is in a container already."""
        packed = self._items.setdefault((items.scope, items.epoch), [])
        first, end = items.interval.first, items.interval.end
        place = bisect_right(packed, first, key=_first)
        if items.interval.count < 1:
            raise ContainerMalformed(container=container)
        for _, other_end, holder in packed[max(place - 1, 0) : place]:
            if other_end > first:
                raise AlreadyPacked(item=str(first), container=holder)
        if place < len(packed) and packed[place][0] < end:
            raise AlreadyPacked(item=str(packed[place][0]), container=packed[place][2])
        packed.insert(place, (first, end, container))

    def pack_container(self, inner: str, outer: str) -> None:
        """Put a case on a pallet; raises `AlreadyPacked`, also when `outer` lies inside `inner`."""
        if inner in self._parents or inner in self.outward(outer):
            raise AlreadyPacked(item=inner, container=self._parents.get(inner, inner))
        self._parents[inner] = outer
        self._containers.setdefault(outer, set()).add(inner)

    def unpack_items(self, items: Items, container: str) -> None:
        """Take items out; the rest of their interval stays. Raises `NotPacked`."""
        packed = self._items.get((items.scope, items.epoch), [])
        first, end = items.interval.first, items.interval.end
        place = bisect_right(packed, first, key=_first) - 1
        if place < 0 or packed[place][2] != container or packed[place][1] < end or end <= first:
            raise NotPacked(item=str(first), container=container)
        whole = packed[place]
        parts = [(whole[0], first, container), (end, whole[1], container)]
        packed[place : place + 1] = [part for part in parts if part[0] < part[1]]

    def unpack_container(self, inner: str, outer: str) -> None:
        """Raises `NotPacked`."""
        if self._parents.get(inner) != outer:
            raise NotPacked(item=inner, container=outer)
        del self._parents[inner]
        self._containers[outer].discard(inner)

    def container_of(self, scope: str, epoch: str, counter: int) -> str | None:
        """The innermost container of an item."""
        packed = self._items.get((scope, epoch), [])
        place = bisect_right(packed, counter, key=_first) - 1
        return packed[place][2] if place >= 0 and counter < packed[place][1] else None

    def outward(self, container: str) -> list[str]:
        """The container itself, then what holds it, out to the pallet."""
        path = [container]
        while (holder := self._parents.get(path[-1])) is not None:
            path.append(holder)
        return path

    def contents(self, container: str) -> Iterator[Items]:
        """Every interval of items inside, at any depth: what a recall of a pallet concerns."""
        inside = {container}
        waiting = [container]
        while waiting:
            inner = self._containers.get(waiting.pop(), set()) - inside
            inside |= inner
            waiting += inner
        for (scope, epoch), packed in self._items.items():
            for first, end, holder in packed:
                if holder in inside:
                    yield Items(scope, epoch, Interval(first, end - first))


def _first(packed: tuple[int, int, str]) -> int:
    return packed[0]
