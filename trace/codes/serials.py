"""Serials of item codes: an enciphered counter, without a row per serial (docs/adr/0019).

A serial is 12 Crockford characters. The first names the key epoch; the other 11 (55 bits) are the counter of
the code under FF1 (`ff1`), keyed by the epoch's secret and tweaked by the scope (a GTIN, or the codes
of the platform). Checking one is arithmetic: decipher, look whether the counter lies in an allocated range
(`ranges`). A made-up serial falls there, without a look-up per code, at the same cost as a true one.

**Forbidden forms are walked past** (cycle walking, Black and Rogaway 2002): while the enciphered string has a
forbidden form it is enciphered again, and back on the way in. That is a permutation of the allowed strings as
long as the starting point is allowed too: counters are written with the leading character Z, which no
forbidden form has. So there are 2**50 counters per epoch and scope, and 31 of 32 made-up serials fail before
any range is asked.

**How hard to guess.** FF1 is a pseudorandom permutation: who has seen any number of serials learns nothing
about the others but that they differ. With k codes alive under one epoch and scope, one guess hits a live
code with chance k / 2**55: 2.8e-9 for 10**8 codes, 2.8e-8 for 10**9. At 100 guesses a second against 10**8
codes the first hit takes 42 days on average; limits on attempts (the resolver's) do the rest. Two serials
tell neither order nor volume. A serial is no signature and no proof against copying: a copied code is true.

**Rotation** is per range: a new epoch gets a new secret, ranges keep the epoch they were allocated under. Two
epochs never give the same serial, as their first characters differ. There are 32 epochs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from trace.codes.crockford import ALPHABET, canonical, decode, encode, is_canonical
from trace.codes.ff1 import FF1
from trace.errors.codes import CodeUnregistered, EpochWithoutSecret, RangeOutside, SerialMalformed

GTIN: Final = "gtin:"
"""What the scope of a GTIN begins with."""
LENGTH: Final = 12
COUNTERS: Final = 1 << 50
"""Counters under one epoch and scope: 0 … 2**50 - 1."""
SHORTEST_SECRET: Final = 32

FORBIDDEN: Final = (
    # All digits: spreadsheets turn it into a number, and GS1's old compression loses leading zeros.
    re.compile(r"[0-9]{12}"),
    # Digits around one E: spreadsheets read 12E3… as a power of ten.
    re.compile(r"[0-9]+E[0-9]+"),
    # Eleven digits like a Chinese mobile number: chats and browsers make a telephone link of it.
    re.compile(r"[0-9A-Z]?1[3-9][0-9]{9}[0-9A-Z]?"),
)
"""Each is of digits but for an E or one character at an end, so it cannot start Z as a counter does."""

_BODY: Final = LENGTH - 1
_EMBEDDED: Final = ALPHABET.index("Z") << 50
_FEW_LETTERS: Final = re.compile(r"[0-9A-Z]?[0-9E]{10}[0-9A-Z]?")  # all that can be forbidden, tested first
_AT_ONCE: Final = 4096


@dataclass(frozen=True, slots=True)
class SerialKey:
    """The serials of one epoch and scope. Made by `KeyRing.key`."""

    epoch: str
    scope: str
    permutation: FF1 = field(repr=False, compare=False)

    def serial(self, counter: int) -> str:
        """The serial of a counter; raises `RangeOutside` beyond 2**50."""
        self._check(counter, 1)
        return self._walked(self.permutation.encrypt(counter + _EMBEDDED))

    def serials(self, first: int, count: int) -> Iterator[str]:
        """The serials of `count` counters from `first`, streamed; raises `RangeOutside`."""
        self._check(first, count)
        end = first + count
        for start in range(first, end, _AT_ONCE):
            counters = range(start + _EMBEDDED, min(start + _AT_ONCE, end) + _EMBEDDED)
            for body in self.permutation.encrypt_many(counters):
                text = self.epoch + encode(body, _BODY)
                yield text if _FEW_LETTERS.fullmatch(text) is None else self._walked(body)

    def counter(self, serial: str) -> int:
        """The counter of a canonical serial of this epoch; raises `CodeUnregistered` for one never issued."""
        if serial[:1] != self.epoch or is_forbidden(serial):
            raise CodeUnregistered(code=serial)
        body = self.permutation.decrypt(decode(serial[1:]))
        while body & _EMBEDDED != _EMBEDDED:  # what starts with Z is a counter, and no forbidden form
            if not is_forbidden(self.epoch + encode(body, _BODY)):
                raise CodeUnregistered(code=serial)
            body = self.permutation.decrypt(body)
        return body - _EMBEDDED

    def _walked(self, body: int) -> str:
        while is_forbidden(text := self.epoch + encode(body, _BODY)):
            body = self.permutation.encrypt(body)
        return text

    def _check(self, first: int, count: int) -> None:
        if first < 0 or count < 0 or first + count > COUNTERS:
            raise RangeOutside(first=first, count=count)


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The secret of every epoch so far; new ranges are allocated under `current`. Secrets never print."""

    current: str
    secrets: Mapping[str, bytes] = field(repr=False)
    _made: dict[tuple[str, str], SerialKey] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Raises `EpochWithoutSecret` when an epoch's name or secret is unfit, or `current` has none."""
        for epoch in {self.current, *self.secrets}:
            secret = self.secrets.get(epoch, b"")
            if len(epoch) != 1 or not is_canonical(epoch) or len(secret) < SHORTEST_SECRET:
                raise EpochWithoutSecret(epoch=epoch, bytes=len(secret), needed=SHORTEST_SECRET)

    def key(self, epoch: str, scope: str) -> SerialKey:
        """The key of one epoch and scope (such as `gtin_scope(…)`); raises `EpochWithoutSecret`."""
        if epoch not in self.secrets:
            raise EpochWithoutSecret(epoch=epoch, bytes=0, needed=SHORTEST_SECRET)
        if (epoch, scope) not in self._made:
            if len(self._made) >= _AT_ONCE:  # a scope may come from a stranger's URI
                self._made.clear()
            self._made[epoch, scope] = self._derived(epoch, scope)
        return self._made[epoch, scope]

    def counter(self, serial: str, scope: str) -> int:
        """The counter of a canonical serial under its own epoch; raises `CodeUnregistered`."""
        if serial[:1] not in self.secrets:
            raise CodeUnregistered(code=serial)
        return self.key(serial[:1], scope).counter(serial)

    def rotated(self, epoch: str, secret: bytes) -> KeyRing:
        """The ring with a new current epoch; raises `EpochWithoutSecret` if the name was used before."""
        if epoch in self.secrets:
            raise EpochWithoutSecret(epoch=epoch, bytes=len(secret), needed=SHORTEST_SECRET)
        return KeyRing(epoch, {**self.secrets, epoch: secret})

    def _derived(self, epoch: str, scope: str) -> SerialKey:
        """HKDF (RFC 5869) of the epoch's secret; the scope is the tweak, as FF1 means it."""
        key = HKDF(SHA256(), 32, None, b"trace-serial\n" + epoch.encode()).derive(self.secrets[epoch])
        tweak = hashlib.sha256(b"trace-serial-scope\n" + scope.encode()).digest()[:11]
        return SerialKey(epoch, scope, FF1(key, len(ALPHABET), _BODY, tweak))


def parse(text: str) -> str:
    """The canonical serial of what was typed or scanned; raises `SerialMalformed`."""
    serial = canonical(text) if len(text) <= 4 * LENGTH else ""
    if len(serial) != LENGTH or not is_canonical(serial):
        raise SerialMalformed(text=text[:40])
    return serial


def is_forbidden(serial: str) -> bool:
    """Whether a serial has one of the forms of `FORBIDDEN`."""
    return _FEW_LETTERS.fullmatch(serial) is not None and any(form.fullmatch(serial) for form in FORBIDDEN)


def gtin_scope(gtin: str) -> str:
    """The scope of the serials of a GTIN (8 to 14 digits, padded to 14)."""
    return GTIN + gtin.zfill(14)
