"""Attempts at a hidden code, the digits under a scratch panel: limited, race-safe, and one way.

A right answer says that this pack's panel shows what the maker printed under it; that it was opened before is
shown ever after, so a copied panel works for its first reader only. A wrong one counts towards the lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from trace.codes import platform_code
from trace.codes.hidden import digits_typed, is_hidden_code
from trace.codes.serials import KeyRing, gtin_scope
from trace.oversight.copied_codes.parameters import RULE
from trace.rules import Rules
from trace.store.codes.hidden_attempts import note_failure, note_opening, reserve
from trace.store.transaction import Transactions
from trace.usecases.codes.item_codes import IssuedCode

RIGHT, WRONG, LOCKED, NO_TRY = "right", "wrong", "locked", "no-try"
_UNTRIED: Final = 0


@dataclass(frozen=True, slots=True)
class HiddenAnswer:
    """`opened_at` is the first right answer before this one, `left` the attempts until the lock."""

    state: str
    opened_at: datetime | None
    left: int
    locked_until: datetime | None


def open_hidden(transactions: Transactions, ring: KeyRing, issued: IssuedCode, given: str) -> HiddenAnswer:
    """Judge one attempt; of racing ones no more than the limit are judged before the lock.

    What is not as many digits as the panel has is no attempt, and leaves nothing behind.
    """
    with transactions.look("hidden-code") as tx:
        if digits_typed(given, digits_of(tx.rules, tx.now.date())) is None:
            return HiddenAnswer(NO_TRY, None, hidden_rule(tx.rules, tx.now.date(), "attempts"), None)
    with transactions.begin("hidden-code") as tx:
        before = reserve(tx.connection, issued.code)
        limit = hidden_rule(tx.rules, tx.now.date(), "attempts")
        if before.locked_until is not None and tx.now < before.locked_until:
            return HiddenAnswer(LOCKED, before.opened_at, _UNTRIED, before.locked_until)
        if is_hidden_code(given, ring, scope_of(issued), issued.serial, digits_of(tx.rules, tx.now.date())):
            note_opening(tx.connection, issued.code, tx.now)
            return HiddenAnswer(RIGHT, before.opened_at, limit, None)
        failures = (0 if before.locked_until is not None else before.failures) + 1
        until = None
        if failures >= limit:
            until = tx.now + tx.rules.at(RULE, tx.now.date(), what="hidden-lock").duration
        note_failure(tx.connection, issued.code, failures, until)
        return HiddenAnswer(WRONG, before.opened_at, max(0, limit - failures), until)


def scope_of(issued: IssuedCode) -> str:
    """The scope of the code's serial, as the ring knows it."""
    return platform_code.SCOPE if issued.gtin is None else gtin_scope(issued.gtin)


def digits_of(rules: Rules, day: date) -> int:
    """The number of digits of a hidden code on that day."""
    return hidden_rule(rules, day, "digits")


def hidden_rule(rules: Rules, day: date, what: str) -> int:
    return int(rules.at(RULE, day, what=f"hidden-{what}").number)
