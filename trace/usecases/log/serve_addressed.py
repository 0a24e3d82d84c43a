"""What this log addresses to the parties of another platform: for that platform's inbox, and nothing else.

Disclosures stay where they were stated (the feed hands on signed bytes alone). A platform that the policy
names may ask for those that name one of its own parties as receiver: whoever is to receive goods has to know.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from trace.errors import CursorMalformed, LogNotTrusted
from trace.ledger.bundle import TrustPolicy
from trace.ledger.disclosure import parse_disclosure
from trace.store.log.disclosures import read_disclosures
from trace.store.log.inbox import read_addressed_in_order
from trace.store.transaction import Transactions
from trace.usecases.intake.keep_disclosures import RECEIVERS

AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class AddressedItem:
    """A statement, and the disclosure in it that names one of the parties asked for."""

    stmt: str
    index: int
    disclosure: str


@dataclass(frozen=True, slots=True)
class AddressedPage:
    """Disclosures in log order; `following` is the cursor to read on after."""

    items: tuple[AddressedItem, ...]
    following: str


def serve_addressed(
    transactions: Transactions,
    trust: TrustPolicy | None,
    log: str,
    parties: Collection[str],
    after: str,
) -> AddressedPage:
    """What is addressed to `parties` of the platform with the log `log`, behind the cursor `after`.

    Raises `LogNotTrusted` for a log that the policy does not name, `CursorMalformed`.
    """
    named = {one.key.name for policy in trust.policies for one in policy.logs} if trust else set()
    if log not in named:
        raise LogNotTrusted(log=log[:200])
    if after and not (after.isascii() and after.isdecimal() and len(after) <= 15):
        raise CursorMalformed(cursor=after[:40])
    with transactions.look("feed") as tx:
        found = read_addressed_in_order(tx.connection, parties, int(after or 0), AT_ONCE)
        held = read_disclosures(tx.connection, [stmt for _, stmt, _ in found])
    parties_of: dict[tuple[int, str], set[str]] = {}
    for index, stmt, party in found:
        parties_of.setdefault((index, stmt), set()).add(party)
    following = str(found[-1][0] + 1) if found else after or "0"
    if len(found) == AT_ONCE and len(parties_of) > 1:  # the last statement may go on
        (last, _), _ = parties_of.popitem()
        following = str(last)
    items = tuple(
        AddressedItem(stmt, index, encoded)
        for (index, stmt), wanted in parties_of.items()
        for encoded in held.get(stmt, ())
        if _addressee(encoded) in wanted
    )
    return AddressedPage(items, following)


def _addressee(encoded: str) -> object:
    """The party that a disclosure names as receiver; None for any other member."""
    shown = parse_disclosure(encoded)
    return shown.value if shown.name in RECEIVERS else None
