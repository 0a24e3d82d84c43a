"""Codes of single packs: found by computation, and the counters that the next pack may have.

A serial is deciphered to its counter; the ranges of its scope are kept in memory under that scope's
version, which is compared before each use, so an activation, a voiding or a recall shows at
once. A made-up serial ends before any database is asked: 31 of 32 do not decipher to a counter, and the
others lie so far above what was ever allocated that no new range can have reached them (`_SLACK`).
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Final

from trace.codes import platform_code
from trace.codes.crockford import canonical, is_canonical
from trace.codes.ranges import CodeRange, Standing
from trace.codes.serials import COUNTERS, GTIN, LENGTH, KeyRing, gtin_scope
from trace.errors import CodeUnregistered, EpochWithoutSecret, NotInOwnName, RangeExhausted, RangeOutside
from trace.store.chain.master import uses_gtin
from trace.store.codes.ranges import (
    StoredRange,
    list_ranges_of_scope,
    list_scopes,
    read_next_counters,
    read_ranges,
)
from trace.store.transaction import Transactions
from trace.store.versions import versions_of
from trace.usecases.lots.states import INACTIVE, NORMAL, RECALLED, WITHDRAWN
from trace.usecases.resolver.resolve_link import (
    ItemCode,
    PlatformCodeItem,
)

_SLACK: Final = 1 << 36
"""How far above a scope's known end a newer range may begin: 64 ranges of the largest size."""
_SCOPES: Final = 4096
_TRIED: Final = 256
"""Products whose ciphers are tried with a serial typed alone: a tenth of a second at most."""
_STATES: Final = {
    Standing.ALLOCATED: INACTIVE,
    Standing.ACTIVE: NORMAL,
    Standing.RECALLED: RECALLED,
    Standing.VOID: WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code that was allocated. `code` is its canonical path: 01/<gtin>/21/<serial> or t/XXXX-XXXX-XXXX.

    `of_batch`: it stands on every pack of its lot, and says nothing of a single one.
    """

    code: str
    serial: str
    counter: int
    lot: str
    gtin: str | None
    batch_no: str
    standing: Standing
    of_batch: bool = False


@dataclass(frozen=True, slots=True)
class NextRange:
    """The `serials` that the next pack is to state, if nobody is quicker.

    The codes behind them are told once the range is a lot's (`show_codes`): whoever knew them before could
    print them.
    """

    scope: str
    epoch: str
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class _Scope:
    """The ranges of one scope at one version: by epoch, in the order of their counters.

    `seen` is the version of all records at which they were last found to be current.
    """

    version: int
    seen: int
    ranges: dict[str, list[StoredRange]]

    def holding(self, epoch: str, counter: int) -> StoredRange | None:
        ranges = self.ranges.get(epoch, [])
        place = bisect_right(ranges, counter, key=_first) - 1
        return ranges[place] if place >= 0 and counter in ranges[place].codes.interval else None

    def end(self, epoch: str) -> int:
        ranges = self.ranges.get(epoch, [])
        return ranges[-1].codes.interval.end if ranges else 0


class IssuedCodes:
    """The issued item codes and their standing; safe to share between threads."""

    def __init__(self, transactions: Transactions, ring: KeyRing | None) -> None:
        """Without a `ring` no item codes are issued here, and every serial is unregistered."""
        self._transactions = transactions
        self._versions = versions_of(transactions.engine)
        self._ring = ring
        self._lock = threading.Lock()
        self._scopes: OrderedDict[str, _Scope] = OrderedDict()

    @property
    def ring(self) -> KeyRing:
        """The ring of key epochs; raises `EpochWithoutSecret` where the platform has no secrets."""
        if self._ring is None:
            raise EpochWithoutSecret(epoch="0", bytes=0, needed=32)
        return self._ring

    def __call__(self, gtin: str, serial: str) -> ItemCode | None:
        """For the resolver."""
        found = self.find_item(gtin, serial)
        return None if found is None else ItemCode(found.batch_no, _STATES[found.standing], found.lot)

    def find_platform_code(self, code: str) -> PlatformCodeItem | None:
        """For the resolver: a code without a GTIN."""
        found = self.find_platform(code)
        return None if found is None else PlatformCodeItem(found.lot, _STATES[found.standing])

    def find_item(self, gtin: str, serial: str) -> IssuedCode | None:
        """The code of a pack with a GTIN; None for one that nobody allocated."""
        full = gtin.zfill(14)
        found = self._find(gtin_scope(full), serial)
        if found is None:
            return None
        counter, held = found
        return _issued(f"01/{full}/21/{serial}", serial, counter, held, full)

    def find_platform(self, code: str) -> IssuedCode | None:
        """The code of goods without a GTIN, with its hyphens or without; None for one nobody allocated."""
        serial = canonical(code)
        found = self._find(platform_code.SCOPE, serial)
        if found is None:
            return None
        counter, held = found
        return _issued(f"t/{platform_code.shown(serial)}", serial, counter, held, None)

    def lot_of(self, scope: str, serial: str) -> str | None:
        """The lot that a serial of a scope leads to here; None for one that nobody allocated."""
        found = self._find(scope, serial)
        return None if found is None else found[1].codes.subject

    def find_alone(self, serial: str) -> list[IssuedCode]:
        """The codes that a serial typed without its product's number may be: of all products with codes here.

        [] as well where they are more than can be tried for one question.
        """
        if self._ring is None or len(serial) != LENGTH or not is_canonical(serial):
            return []
        with self._transactions.look("codes") as tx:
            scopes = list_scopes(tx.connection, _TRIED + 1)
        if len(scopes) > _TRIED:
            return []
        found = [(scope, self._find(scope, serial)) for scope in scopes if scope.startswith(GTIN)]
        return [
            _issued(f"01/{scope.removeprefix(GTIN)}/21/{serial}", serial, *one, scope.removeprefix(GTIN))
            for scope, one in found
            if one is not None
        ]

    def range_of_lot(self, lot: str) -> CodeRange | None:
        """The range that a pack lot was allocated, as it stands; None for a lot without serials."""
        with self._transactions.look("codes") as tx:
            found = read_ranges(tx.connection, [lot])
        return found[-1].codes if found else None

    def require_user(self, gtin: str, party: str | None) -> None:
        """Return for who states or packs goods of this GTIN, and where nobody has codes of it yet.

        How far its serials are says how much was sold. Raises `NotInOwnName`.
        """
        with self._transactions.look("codes") as tx:
            begun = read_next_counters(tx.connection, [gtin_scope(gtin)])
            if begun and not (party and uses_gtin(tx.connection, gtin, party)):
                raise NotInOwnName(name=gtin)

    def next_range(self, gtin: str | None, count: int) -> NextRange:
        """The counters that the next pack of this GTIN (or of goods without one) is to state.

        Nothing is reserved: of two packs that state the same, the second is refused (`RangeOutOfTurn`).
        Raises `RangeOutside` for a count below 1, `RangeExhausted`, `EpochWithoutSecret`.
        """
        scope = platform_code.SCOPE if gtin is None else gtin_scope(gtin)
        epoch = self.ring.current
        with self._transactions.look("codes") as tx:
            first = read_next_counters(tx.connection, [scope]).get((scope, epoch), 0)
        if count < 1:
            raise RangeOutside(first=first, count=count)
        if first + count > COUNTERS:
            raise RangeExhausted(scope=scope, epoch=epoch, count=count)
        return NextRange(scope, epoch, first, count)

    def platform_codes(self, epoch: str, first: int, count: int) -> tuple[str, ...]:
        """The codes of goods without a GTIN that stand for these counters, as they are printed."""
        serials = self.ring.key(epoch, platform_code.SCOPE).serials(first, count)
        return tuple(platform_code.shown(serial) for serial in serials)

    def _find(self, scope: str, serial: str) -> tuple[int, StoredRange] | None:
        if self._ring is None or len(serial) != LENGTH or not is_canonical(serial):
            return None
        try:
            counter = self._ring.counter(serial, scope)
        except CodeUnregistered:
            return None
        epoch = serial[0]
        known = self._scopes.get(scope)
        if known is not None and counter >= known.end(epoch) + _SLACK:
            return None
        held = self._current(scope).holding(epoch, counter)
        return None if held is None else (counter, held)

    def _current(self, scope: str) -> _Scope:
        """The ranges of a scope as they are now; read again only when its version moved.

        Codes change with records only: while no record came, the scope's version need not be asked for.
        """
        seen = self._versions.pages()
        known = self._scopes.get(scope)
        if known is not None and known.seen == seen:
            return known
        version = self._versions.codes(scope)
        if known is not None and known.version == version:
            made = replace(known, seen=seen)
        else:
            made = _Scope(version, seen, self._ranges(scope))
        with self._lock:
            self._scopes[scope] = made
            if len(self._scopes) > _SCOPES:
                self._scopes.popitem(last=False)
        return made

    def _ranges(self, scope: str) -> dict[str, list[StoredRange]]:
        """As new as the version that was read before, or newer."""
        ranges: dict[str, list[StoredRange]] = {}
        with self._transactions.look("codes") as tx:
            for each in list_ranges_of_scope(tx.connection, scope):
                ranges.setdefault(each.codes.epoch, []).append(each)
        return ranges


def _issued(code: str, serial: str, counter: int, held: StoredRange, gtin: str | None) -> IssuedCode:
    lot, standing = held.codes.subject, held.codes.standing(counter)
    return IssuedCode(code, serial, counter, lot, gtin, held.batch_no, standing, held.of_batch)


def _first(each: StoredRange) -> int:
    return each.codes.interval.first
