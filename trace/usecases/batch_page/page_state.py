"""Cache key of a public page, besides its address and its reader: what was recorded, and the time of day."""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

import orjson

from trace.store.transaction import Transactions
from trace.store.versions import PAGES, PROJECTIONS, REMEMBERED, parts_of, version_of, versions_of

QUARTER: Final = 900  # seconds

Basis: TypeAlias = "array[int]"
"""Hashes of the keys of a page, sorted: eight bytes a key, and two keys of one hash only cost a page."""


@dataclass(frozen=True, slots=True)
class PageMoment:
    """Two equal ones, and a page says the same: shared version, quarters of an hour since 1970.

    The time, because a batch is near its end or past it from a midnight in Shanghai on, which begins a
    quarter, and because a recall status that nobody renews grows stale.
    """

    version: int
    quarter: int


class PageState:
    """The moment now, and whether a page that was made at another one still says the same.

    What others changed is read once by each process, not once a page: the keys of the last changes are held.
    """

    def __init__(self, transactions: Transactions) -> None:
        self._versions = versions_of(transactions.engine)
        self._clock = transactions.clock
        self._lock = threading.Lock()
        self._heard = 0
        self._changes: dict[str, OrderedDict[int, frozenset[int]]] = {
            PROJECTIONS: OrderedDict(),
            PAGES: OrderedDict(),
        }

    def __call__(self) -> PageMoment:
        """One cheap read; raises the store's refusals."""
        return PageMoment(self._versions.pages(), int(self._clock().timestamp()) // QUARTER)

    def basis(self, keys: Iterable[str]) -> Basis:
        """What `holds` wants to know of a page."""
        return array("q", sorted(map(hash, keys)))

    def holds(self, basis: Basis, made: PageMoment, now: PageMoment) -> bool:
        """Whether nothing of the basis was touched between two moments; one read if anything was recorded.

        A raise of which nothing is known any more touched everything. Raises the store's refusals.
        """
        if made.quarter != now.quarter:
            return False
        since, until = parts_of(made.version), parts_of(now.version)
        with self._lock:
            if self._is_new(now.version):
                self._hear(now.version)
            between = [
                self._changes[name].get(value)
                for name in since
                for value in range(max(since[name], until[name] - REMEMBERED - 1) + 1, until[name] + 1)
            ]
        return all(keys is not None and not _meet(basis, keys) for keys in between)

    def _is_new(self, version: int) -> bool:
        heard, asked = parts_of(self._heard), parts_of(version)
        return any(asked[name] > heard[name] for name in heard)

    def _hear(self, version: int) -> None:
        for name, value, keys in self._versions.changes(self._heard):
            self._changes[name][value] = frozenset(map(hash, orjson.loads(keys)))
        for changes in self._changes.values():
            while len(changes) > REMEMBERED:
                changes.popitem(last=False)
        heard, asked = parts_of(self._heard), parts_of(version)
        self._heard = version_of({name: max(heard[name], asked[name]) for name in heard})


def _meet(basis: Basis, keys: frozenset[int]) -> bool:
    if len(basis) < len(keys):
        return any(key in keys for key in basis)
    places = ((bisect_left(basis, key), key) for key in keys)
    return any(place < len(basis) and basis[place] == key for place, key in places)
