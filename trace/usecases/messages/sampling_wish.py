"""Sampling wishes (你点我检): what shoppers would like tested, one a device and product.

A wish binds nobody: what is tested is decided by the sampling plan, and the page says so.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.store.messages.complaints import forget_ended
from trace.store.messages.sampling_wishes import add_request, count_requests
from trace.store.transaction import Transactions
from trace.usecases.codes.coded_lot import CodedLot

_SHOWN: Final = 500


@dataclass(frozen=True, slots=True)
class WishCount:
    """How many devices asked for a test of a product, seen on which lot."""

    product: str
    lot: str
    count: int


def new_device() -> str:
    """A random name for a browser that has none: it stands for nobody and is stored nowhere as it is."""
    return secrets.token_urlsafe(16)


def wish_for_test(transactions: Transactions, device: str, about: CodedLot) -> bool:
    """Count a device's wish for this product; False where it had one already."""
    voter = hashlib.sha256(f"trace-wish\n{device}\n{about.product}".encode()).hexdigest()
    with transactions.begin("page") as tx:
        forget_ended(tx.connection, tx.now)
        day = tx.now.astimezone(SHANGHAI_TIME).date()
        kept = tx.rules.at("K01", day, record="test_request").duration
        return add_request(tx.connection, voter, about.product, about.lot, tx.now, tx.now + kept)


def count_wishes(transactions: Transactions) -> tuple[WishCount, ...]:
    """Counts of wishes by product and lot, most wanted first, for the bureaus' sampling plans."""
    with transactions.look("page") as tx:
        return tuple(WishCount(*row) for row in count_requests(tx.connection, tx.now, _SHOWN))
