"""Packings of one production batch: products and packs that one maker made of the same goods.

A report names the lot that was sampled. What it found holds for the other packings of the same production
batch as well: nobody tests a five-kilogram and a ten-kilogram bag apart. By-products, unfinished goods and
rework are other goods, and so is what is packed of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from trace.chain.facts.urns import lot_owner
from trace.frozen import quickly_made

FAILED: Final = "failed-report"
"""Code of the mark of a failed test that counts."""
SPLIT: Final = "split"
FINISHED: Final = ("product", "pack", SPLIT)
"""Kinds of lots that are a production batch's goods; a split one where it was one of the others before."""
_MADE: Final = frozenset({"product", "pack"})
APART: Final = frozenset({"by_product", "wip", "rework"})
"""Kinds that are other goods of a batch, and so is what is packed of them."""


@quickly_made
@dataclass(frozen=True, slots=True)
class Packing:
    """Finished goods of a batch: a lot, and the urns of the lots that were the same goods before it."""

    lot: int
    urn: str
    goods: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        """The urns of the lot itself and of the same goods before it."""
        return self.goods | {self.urn}

    def own(self, urns: Iterable[str]) -> Iterable[str]:
        """Those of these lots that the maker of the packing made."""
        maker = lot_owner(self.urn)
        return (urn for urn in urns if lot_owner(urn) == maker)


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

    def kinds(self, urns: Collection[str]) -> Mapping[str, str]:
        """The kinds of these lots, as far as known."""
        ...


def packings_beside(failed: Iterable[Packing], others: Iterable[Packing]) -> dict[int, frozenset[int]]:
    """Packings -> the failed ones that the same maker made of the same goods."""
    by_batch: defaultdict[str, set[int]] = defaultdict(set)
    for one in failed:
        for urn in one.own(one.goods):
            by_batch[urn].add(one.lot)
    found: dict[int, frozenset[int]] = {}
    for one in others:
        batches = (by_batch[urn] for urn in one.own(one.names) if urn in by_batch)
        beside = set[int]().union(*batches) - {one.lot}
        if beside:
            found[one.lot] = frozenset(beside)
    return found


def all_beside(packings: Packings, most: int) -> Mapping[int, frozenset[int]] | None:
    """The packings beside all that failed; None where one of both would be more than `most`."""
    failed = packings.failed(most)
    if not failed:
        return None if failed is None else {}
    others = packings.made_of({urn for one in failed for urn in one.goods}, most)
    return None if others is None else packings_beside(failed, others)


def beside_among(packings: Packings, lots: Collection[int]) -> dict[int, frozenset[int]]:
    """Those of these lots beside which a packing of the same batch failed."""
    others = packings.among(lots)
    if not others:
        return {}
    return packings_beside(packings.failed_of({urn for one in others for urn in one.names}), others)


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

    def kinds(self, urns: Collection[str]) -> Mapping[str, str]:
        return {}


NO_PACKINGS: Final = _NoPackings()
