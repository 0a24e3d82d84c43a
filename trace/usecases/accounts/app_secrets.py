"""An authenticator app's secret as it is kept: sealed under the master key, where this platform has one.

A copy of the database then makes nobody's codes. Bound to the person: a row that is moved opens for nobody.
"""

from __future__ import annotations

from typing import Final

from trace.errors import MasterKeyAbsent
from trace.ledger.key_sealing import MasterKey
from trace.store.accounts.credentials import plain_secrets, renew_secret
from trace.store.transaction import Transactions

_SEALED: Final = "sealed:"


def kept_secret(master: MasterKey | None, secret: str, person: str) -> str:
    """The secret as it goes into its row."""
    return secret if master is None else _SEALED + master.seal_text(secret, _bound(person))


def opened_secret(master: MasterKey | None, kept: str, person: str) -> str:
    """The secret of a row; raises `MasterKeyAbsent`, `MasterKeyUnfit`."""
    if not kept.startswith(_SEALED):
        return kept
    if master is None:
        raise MasterKeyAbsent
    return master.open_text(kept.removeprefix(_SEALED), _bound(person))


def seal_kept_secrets(transactions: Transactions, master: MasterKey | None) -> int:
    """Seal what was kept before there was a master key; how many secrets that were."""
    if master is None:
        return 0
    with transactions.begin("job") as tx:
        found = plain_secrets(tx.connection, _SEALED)
        for number, person, secret in found:
            renew_secret(tx.connection, number, kept_secret(master, secret, person))
    return len(found)


def _bound(person: str) -> str:
    return f"authenticator\n{person}"
