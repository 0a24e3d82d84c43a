"""Items of plans of checks that end by themselves: their firm is no longer on the register.

Nobody is asked, and the reason is the register's: the last licence was cancelled, or expired. A check for
cause does not end: the case that asks for it is still open; nor does any between a licence and the one that
renews it. Items of a firm that comes back run again once the plan takes them over anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.oversight.check_plan import CAUSE
from trace.oversight.register import CANCELLED, EXPIRED, LicenceSaid, register_on
from trace.store.casework.checks import check_items, end_check_item
from trace.store.transaction import Transactions, Tx
from trace.usecases.supervision.read_register import read_said

JOB: Final = "checks.end"


def end_checks(transactions: Transactions) -> int:
    """End the items of firms that left the register; how many."""
    with transactions.begin(JOB) as tx:
        return end_left_items(tx)


def end_left_items(tx: Tx) -> int:
    """End the running items of this year and the next whose firm is not on the register today; how many."""
    today = day_in_shanghai(tx.now)
    running = [
        one
        for year in (today.year, today.year + 1)
        for one in check_items(tx.connection, year)
        if one.ended_at is None and one.why != CAUSE
    ]
    if not running:
        return 0
    said = list(read_said(tx.connection))
    listed = {one.holder for one in register_on(today, said)} | _renewed(said, today)
    left = [one for one in running if one.party not in listed]
    for one in left:
        why = _reason([each for each in said if each.holder == one.party], today)
        end_check_item(tx.connection, one, tx.now, "", why)
    return len(left)


def _renewed(said: Iterable[LicenceSaid], today: date) -> set[str]:
    """Holders of a licence that only begins later: between two licences nobody leaves the register."""
    last = {one.urn: one for one in said}
    return {one.holder for one in last.values() if not one.cancelled and one.valid_from > today}


def _reason(said: list[LicenceSaid], today: date) -> str:
    """Why the firm's licences hold no longer: expired where the last of each only ran out."""
    last = {one.urn: one for one in said}
    over = bool(last) and all(not one.cancelled and one.valid_to < today for one in last.values())
    return EXPIRED if over else CANCELLED
