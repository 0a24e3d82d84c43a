"""Keys that the service holds for an organisation (平台代管), used by a signed-in person alone.

Their registration says `custody: server`, so that every record by them shows it. They lie sealed under the
server's master key; a token opens none, and a copy of the database opens none (docs/adr/0078).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from trace.errors import HeldKeyUnknown, MasterKeyAbsent, NotOfThisBatch, PersonNeeded
from trace.ledger.algorithms import PrivateKey
from trace.ledger.key_sealing import MasterKey
from trace.ledger.keys import registration_data
from trace.store.signing.keys import KeyRequest, add_held_key, find_held_key, list_held_keys
from trace.store.transaction import Transactions
from trace.usecases.intake.accept_statements import Acceptance
from trace.usecases.intake.receipt import Outcome, Receipt
from trace.usecases.signing.batches import (
    ForSigning,
    Signer,
    for_signing,
    own_stream,
    take_signed,
    usable_key,
)
from trace.usecases.signing.key_requests import VALID, note_request
from trace.usecases.signing.prepared import Place, sign_wave

SERVER: Final = "server"


def make_held_key(
    transactions: Transactions,
    master: MasterKey | None,
    who: Signer,
    name: str,
    roles: Sequence[str],
    label: str,
) -> KeyRequest:
    """A new key that the service keeps for the organisation; its registration is asked for.

    Raises `MasterKeyAbsent`, `PersonNeeded`.
    """
    sealing = _required(master, who)
    key = PrivateKey.generate()
    with transactions.begin("keys") as tx:
        now = tx.now.replace(microsecond=0)
        data = registration_data(
            key,
            who.iss,
            name,
            roles=sorted(roles),
            streams=(own_stream(key.kid),),
            custody=SERVER,
            valid_from=now,
            valid_to=now + VALID,
        )
        add_held_key(tx.connection, key.kid, who.iss, sealing.seal(key, who.iss), tx.now)
        return note_request(tx, who, label, data)


def hold_key(transactions: Transactions, master: MasterKey | None, iss: str, key: PrivateKey) -> None:
    """Take a key into the service's keeping that is registered so, or not yet: a registrar's, at set-up.

    Raises `MasterKeyAbsent`, `HeldKeyUnknown` for one whose registration says that somebody else keeps it.
    """
    if master is None:
        raise MasterKeyAbsent
    with transactions.begin("keys") as tx:
        if usable_key(tx, iss, key.kid).custody != SERVER:
            raise HeldKeyUnknown
        add_held_key(tx.connection, key.kid, iss, master.seal(key, iss), tx.now)


def held_keys(transactions: Transactions, iss: str) -> list[str]:
    """The keys that the service holds for an organisation."""
    with transactions.look("keys") as tx:
        return list_held_keys(tx.connection, iss)


@dataclass(frozen=True, slots=True)
class HeldSigning:
    """What the service signs with for others; `master` is None where this server has no master key."""

    transactions: Transactions
    acceptance: Acceptance
    master: MasterKey | None

    def sign(self, who: Signer, number: str, kid: str, shown: Sequence[str]) -> list[Outcome]:
        """Sign what is left of a batch with a held key and hand it to the log, as far as it takes it.

        `shown` are the drafts' names (`jti`) on the page that was confirmed: a batch that changed since is
        not signed. Raises `MasterKeyAbsent`, `MasterKeyUnfit`, `PersonNeeded`, `HeldKeyUnknown`,
        `SigningBatchUnknown`, `NotOfThisBatch`, `KeyUnknown`, `KeyNotValid`.
        """
        sealing = _required(self.master, who)
        with self.transactions.look("signing") as tx:
            sealed = find_held_key(tx.connection, kid, who.iss)
        if sealed is None:
            raise HeldKeyUnknown
        key = sealing.open(sealed, kid, who.iss)
        work = for_signing(self.transactions, who, number, kid)
        if [str(one.claims["jti"]) for one in work.drafts] != list(shown):
            raise NotOfThisBatch
        return self._signed(who, number, work, key)

    def _signed(self, who: Signer, number: str, work: ForSigning, key: PrivateKey) -> list[Outcome]:
        prev = work.head.statement_id if work.head is not None else None
        done: dict[str, Place | str] = {}
        outcomes: list[Outcome] = []
        while len(outcomes) < len(work.drafts):
            wave = sign_wave(work.drafts[len(outcomes) :], key, done, prev, len(outcomes) + 1)
            statements = [statement for _, statement in wave]
            answers = take_signed(self.transactions, self.acceptance, who, number, statements)
            outcomes += answers
            taken = {one.statement_id: one for one in answers if isinstance(one, Receipt)}
            if len(taken) < len(answers):
                break
            prev = statements[-1].statement_id
            for name, stmt in done.items():
                if (one := taken.get(str(stmt))) is not None:
                    done[name] = Place(one.statement_id, one.log, one.index)
        return outcomes


def _required(master: MasterKey | None, who: Signer) -> MasterKey:
    if not who.person:
        raise PersonNeeded
    if master is None:
        raise MasterKeyAbsent
    return master


__all__ = ["SERVER", "HeldSigning", "held_keys", "hold_key", "make_held_key"]
