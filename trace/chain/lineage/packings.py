"""Packings of one production batch: products and packs that one maker made of the same goods.

A report names the lot that was sampled. What it found holds for the other packings of the same production
batch as well: nobody tests a five-kilogram and a ten-kilogram bag apart. By-products, unfinished goods and
rework are other goods, and so is what is packed of them.

What a lot was stated to be before a correction counts for the tests of samples that were drawn until then:
nobody takes a failed packing out of its batch by stating it anew, nor another one out of the reach of the
failed, be it before the result is known or after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from trace.chain.facts.urns import lot_owner
from trace.chain.lineage.arcs import FAR, ticks
from trace.frozen import quickly_made

FAILED: Final = "failed-report"
"""Code of the mark of a failed test that counts."""
SPLIT: Final = "split"
FINISHED: Final = ("product", "pack", SPLIT)
"""Kinds of lots that are a production batch's goods; a split one where it was one of the others before."""
_MADE: Final = frozenset({"product", "pack"})
APART: Final = frozenset({"by_product", "wip", "rework"})
"""Kinds that are other goods of a batch, and so is what is packed of them."""
FORMERLY: Final = "formerly"
"""Member of a lot's detail: of which goods it was stated to be until it was corrected."""
SAMPLED: Final = "sampledAt"
"""Figure in the mark of a failed test: when the sample was drawn."""
_NEVER: Final = -1


@quickly_made
@dataclass(frozen=True, slots=True)
class Stated:
    """What a lot is stated to be: its kind, which stays, and the lots that were the same goods before it.

    `versions` are those goods as stated now (`FAR`), and as stated before each correction, with the moment of
    that (in microseconds).
    """

    kind: str
    versions: tuple[tuple[tuple[str, ...], int], ...]

    def named(self) -> frozenset[str]:
        """All lots that it was ever stated to have been before."""
        return frozenset(urn for goods, _ in self.versions for urn in goods)


def stated_of(kind: str, detail: Mapping[str, Any]) -> Stated:
    """What a lot of this kind and detail is and was stated to be."""
    former = [(tuple(map(str, one["goods"])), one["until"]) for one in detail.get(FORMERLY) or ()]
    return Stated(kind, ((tuple(map(str, detail.get("goods") or ())), FAR), *former))


def formerly(before: Stated, now: Stated, moment: int) -> list[dict[str, object]]:
    """The member `FORMERLY` of a lot that a correction states anew, at a moment in microseconds."""
    (stood, _), *former = before.versions
    if before.kind in FINISHED and stood != now.versions[0][0]:
        former = [*(one for one in former if one[0] != stood), (stood, moment)]
    return [{"goods": list(goods), "until": until} for goods, until in former]


@quickly_made
@dataclass(frozen=True, slots=True)
class Packing:
    """Finished goods of a batch: a lot, and the urns of the lots that were the same goods before it.

    Of each of these, and of itself, the moment until which a sample has to be drawn for its test to count;
    `FAR` where it is stated so now.
    """

    lot: int
    urn: str
    goods: Mapping[str, int]
    until: int = FAR

    @property
    def names(self) -> Mapping[str, int]:
        """The urns of the lot itself and of the same goods before it, each with its moment."""
        return {**self.goods, self.urn: self.until}

    def own(self, urns: Mapping[str, int]) -> Iterable[tuple[str, int]]:
        """Those of these lots that the maker of the packing made, each with its moment."""
        maker = lot_owner(self.urn)
        return ((urn, until) for urn, until in urns.items() if lot_owner(urn) == maker)


class Packings(Protocol):
    """Where packings are found; all bounds are numbers of lots."""

    def among(self, lots: Collection[int]) -> list[Packing]:
        """Those of these lots that are finished goods of a batch."""
        ...

    def failed(self, most: int) -> list[Packing] | None:
        """All packings with a failed test that stands; None if more than `most` lots have one."""
        ...

    def failed_of(self, urns: Collection[str]) -> list[Packing]:
        """Those with a failed test among the packings made of these goods."""
        ...

    def made_of(self, urns: Collection[str], most: int) -> list[Packing] | None:
        """The packings that are these goods or were made of them; None if over `most`."""
        ...

    def stated(self, urns: Collection[str]) -> Mapping[str, Stated]:
        """What these lots are and were stated to be, as far as they are known."""
        ...


def drawn(figures: Mapping[str, object], noted: int) -> int:
    """When the sample of a failed test was drawn, by the figures of its mark (in microseconds): not after the
    test was noted, and then where no moment is on record."""
    stated = figures.get(SAMPLED)
    moment = ticks(datetime.fromisoformat(stated)) if isinstance(stated, str) else None
    return noted if moment is None else min(noted, moment)


def packings_beside(failed: Iterable[Packing], others: Iterable[Packing]) -> dict[int, dict[int, int]]:
    """Packings -> the failed ones that the same maker made of the same goods, each with the moment until
    which its sample has to be drawn."""
    by_batch: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for one in failed:
        for urn, until in one.own(one.goods):
            by_batch[urn].append((one.lot, until))
    found: dict[int, dict[int, int]] = {}
    for one in others:
        beside: dict[int, int] = {}
        for urn, until in one.own(one.names):
            for lot, of_failed in by_batch.get(urn, ()):
                if lot != one.lot:
                    beside[lot] = max(beside.get(lot, _NEVER), min(until, of_failed))
        if beside:
            found[one.lot] = beside
    return found


def all_beside(packings: Packings, most: int) -> Mapping[int, Mapping[int, int]] | None:
    """The packings beside all that failed; None where one of both would be more than `most`."""
    failed = packings.failed(most)
    if not failed:
        return None if failed is None else {}
    others = packings.made_of({urn for one in failed for urn in one.goods}, most)
    return None if others is None else packings_beside(failed, others)


def beside_among(packings: Packings, lots: Collection[int]) -> dict[int, dict[int, int]]:
    """Those of these lots beside which a packing of the same batch failed."""
    others = packings.among(lots)
    if not others:
        return {}
    return packings_beside(packings.failed_of({urn for one in others for urn in one.names}), others)


def packing_of(lot: int, urn: str, stated: Stated, above: Mapping[str, Stated]) -> Packing | None:
    """A lot as finished goods of a batch, by what it and the lots of the same goods `above` it are and were
    stated to be; None where it never was."""
    goods: dict[str, int] = {}
    itself = _NEVER
    for names, until in stated.versions:
        if not is_packing(stated.kind, [above[name].kind for name in names if name in above]):
            continue
        itself = max(itself, until)
        for name, moment in _as_restated(names, above):
            goods[name] = max(goods.get(name, _NEVER), min(until, moment))
    return None if itself == _NEVER else Packing(lot, urn, goods, itself)


def _as_restated(names: Iterable[str], above: Mapping[str, Stated]) -> Iterable[tuple[str, int]]:
    """These lots, and those before them as they are stated now and were: a pack may have been corrected."""
    for name in names:
        yield name, FAR
        for goods, until in above[name].versions if name in above else ():
            yield from ((one, until) for one in goods)


def is_packing(kind: str, before: Collection[str]) -> bool:
    """Whether a lot is finished goods of a batch, by its kind and those of the same goods before it."""
    made = kind in _MADE or (kind == SPLIT and not _MADE.isdisjoint(before))
    return made and APART.isdisjoint(before)


class _NoPackings:
    """Where no goods are."""

    def among(self, lots: Collection[int]) -> list[Packing]:
        return []

    def failed(self, most: int) -> list[Packing]:
        return []

    def failed_of(self, urns: Collection[str]) -> list[Packing]:
        return []

    def made_of(self, urns: Collection[str], most: int) -> list[Packing]:
        return []

    def stated(self, urns: Collection[str]) -> Mapping[str, Stated]:
        return {}


NO_PACKINGS: Final = _NoPackings()
