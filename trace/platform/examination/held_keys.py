"""Whether this server can open the keys that it holds for others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from trace.errors import MasterKeyUnfit
from trace.platform.examination.finding import Finding, amiss, refused, well
from trace.platform.opening import Platform
from trace.store.signing.keys import every_held_key, find_held_key

CHECK: Final = "held-keys"


def examine_held_keys(platform: Platform) -> Iterator[Finding]:
    """Nothing where there are neither held keys nor a master key."""
    with platform.transactions.look("doctor") as tx:
        held = every_held_key(tx.connection)
        newest = held[-1] if held else None
        sealed = find_held_key(tx.connection, *newest) if newest else None
    if platform.master_key is None:
        if held:
            yield amiss(CHECK, "held-keys-closed", count=len(held))
        return
    if newest and sealed:
        try:
            platform.master_key.open(sealed, *newest)
        except MasterKeyUnfit as unfit:
            yield refused(CHECK, unfit)
            return
    yield well(CHECK, "held-keys-open", count=len(held))
