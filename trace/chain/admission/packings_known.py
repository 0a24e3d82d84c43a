"""Packings of production batches as a batch of statements sees them: its own lots, and what is stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from trace.chain.chain_state import ChainState, KnownLot
from trace.chain.lineage.packings import FAILED, FINISHED, Packing, Stated, packing_of, stated_of


class KnownPackings:
    """The port `trace.chain.lineage.packings.Packings` over the overlay.

    A failure that the batch has lifted may still be told of what is stored: who asks looks at the marks.
    """

    def __init__(self, known: ChainState) -> None:
        self._known = known

    def among(self, lots: Collection[int]) -> list[Packing]:
        here = [one for lot in lots if (one := self._known.lot_of(lot)) is not None]
        unread = [lot for lot in lots if lot not in self._known.lot_urns]
        stored = self._known.stored.packings.among(unread) if unread else []
        return [*self._read(here), *stored]

    def failed(self, most: int) -> list[Packing] | None:
        stored = self._known.stored.packings.failed(most)
        return None if stored is None else self._with_own(stored, self._failed_here)

    def failed_of(self, urns: Collection[str]) -> list[Packing]:
        return self._with_own(self._known.stored.packings.failed_of(urns), self._failed_here)

    def made_of(self, urns: Collection[str], most: int) -> list[Packing] | None:
        stored = self._known.stored.packings.made_of(urns, most)
        if stored is None:
            return None
        asked = set(urns)
        return self._with_own(stored, [one for one in self._all_here if not asked.isdisjoint(one.names)])

    def _with_own(self, stored: Iterable[Packing], here: Iterable[Packing]) -> list[Packing]:
        """The batch has the last word on the lots that it knows."""
        return [*(one for one in stored if one.lot not in self._known.lot_urns), *here]

    @cached_property
    def _all_here(self) -> list[Packing]:
        return self._read(self._known.lots.values())

    @cached_property
    def _failed_here(self) -> list[Packing]:
        failed = {mark.lot for mark in self._known.marks.values() if mark.code == FAILED}
        return [one for one in self._all_here if one.lot in failed]

    def stated(self, urns: Collection[str]) -> Mapping[str, Stated]:
        here = {urn: _stated(known) for urn in urns if (known := self._known.lots.get(urn)) is not None}
        unread = [urn for urn in urns if urn not in here]
        return {**here, **self._known.stored.packings.stated(unread)} if unread else here

    def _read(self, lots: Iterable[KnownLot]) -> list[Packing]:
        read = [(lot, _stated(lot)) for lot in lots if lot.kind in FINISHED]
        above = self.stated({urn for _, stated in read for urn in stated.named()})
        found = (packing_of(lot.id, lot.urn, stated, above) for lot, stated in read)
        return [one for one in found if one is not None]


def _stated(lot: KnownLot) -> Stated:
    return stated_of(lot.kind, lot.detail)
