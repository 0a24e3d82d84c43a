"""Limits on signing in, in moving windows over tries that all workers of the platform share.

A name alone is never counted: whoever knows it could lock its owner out. Counted are tries from one
address (of IPv6 the /64), and tries for one name from one address; another address, another count. Six
digits are few, so the second step is counted by person too, from wherever: only who has the password comes
that far.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from typing import Final

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute

from scanner_web.frame.addresses import counted_address
from trace.errors import SignInsTooMany
from trace.platform.opening import Platform
from trace.usecases.accounts.tries import Window, forget_tries, take_try

OF_ADDRESS: Final = RateLimitItemPerMinute(30)
"""A firm behind one address signs in within a minute; a guesser is slowed."""
OF_PAIR: Final = (RateLimitItemPerMinute(5), RateLimitItemPerHour(20))
OF_PERSON: Final = (RateLimitItemPerMinute(10), RateLimitItemPerHour(60))
"""Codes for one person, and passwords asked again of somebody signed in: a guesser changes the address."""


class SignInLimits:
    """Counts tries; keys are kept as a hash under the platform's own secret, for as long as they count."""

    def __init__(self, platform: Platform, clock: Callable[[], float] = time.time) -> None:
        self._platform = platform
        self._clock = clock

    def take(self, address: str, name: str) -> None:
        """Count a try; raises SignInsTooMany with the seconds to wait. A refused try counts nowhere: waiting
        is never made longer by trying."""
        where = counted_address(address)
        self._count([_window(OF_ADDRESS, self._key(where)), *self._pair(where, name)])

    def take_from(self, address: str, what: str) -> None:
        """Count a try at `what` where nobody has given a name yet; raises as `take`."""
        self._count([_window(OF_ADDRESS, self._key(counted_address(address), what))])

    def take_for(self, person: str, what: str) -> None:
        """Count a try at `what` of somebody who is known, whatever the address; raises as `take`. Success
        forgets nothing: the owner's would give a guesser new tries."""
        self._count([_window(one, self._key("person", person, what)) for one in OF_PERSON])

    def forget(self, address: str, name: str) -> None:
        """Begin anew for a pair: it was the owner."""
        forget_tries(self._platform.transactions, self._pair(counted_address(address), name))

    def _pair(self, where: str, name: str) -> list[Window]:
        return [_window(one, self._key(where, name)) for one in OF_PAIR]

    def _count(self, windows: Sequence[Window]) -> None:
        if (wait := take_try(self._platform.transactions, windows, self._clock())) > 0:
            raise SignInsTooMany(seconds=max(1, round(wait)))

    def _key(self, *parts: str) -> str:
        text = "\0".join(("sign-in", *parts)).encode("utf-8", "replace")
        return hashlib.blake2b(text, key=self._platform.lot_key[:64], digest_size=16).hexdigest()


def _window(item: RateLimitItem, key: str) -> Window:
    return Window(key, item.amount, item.get_expiry())
