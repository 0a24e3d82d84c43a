"""A form does once what it does: its key is spent in the transaction of its effect.

    with transactions.begin(actor) as tx:
        done = once(tx, form, who)
        if done.before: return done.leads_to
        … the effect …
        done.to(f"/desk/…")

Sent again, five times in a second or after a week, it leads to the same page. A refusal rolls the spending
back, so that the mended form goes through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import FormForged
from trace.store.accounts import forms as rows
from trace.store.accounts.forms import KeptForm
from trace.store.transaction import Transactions, Tx

__all__ = ["KeptForm", "Once", "drop_kept", "is_spent", "keep_form", "kept_forms", "once", "once_by_anybody"]

KEPT: Final = "P74"
_SHORTEST_KEY: Final = 20
_LONGEST_KEY: Final = 64
_MOST_KEPT: Final = 20


@dataclass(frozen=True, slots=True)
class Once:
    """Whether a form was sent before, and where it led; `to` says where it leads now."""

    tx: Tx
    key: str
    before: bool
    leads_to: str

    def to(self, address: str) -> str:
        """Note where the form led, and give the address back."""
        rows.set_outcome(self.tx.connection, self.key, address)
        return address


def once(tx: Tx, key: str, who: str) -> Once:
    """Spend a form's key; raises FormForged for one that is none, or another person's."""
    if not _SHORTEST_KEY <= len(key) <= _LONGEST_KEY:
        raise FormForged
    if rows.spend_key(tx.connection, key, who, tx.now):
        return Once(tx, key, False, "")
    led = rows.outcome_of(tx.connection, key, who)
    if led is None:
        raise FormForged
    return Once(tx, key, True, led)


def once_by_anybody(tx: Tx, key: str) -> bool:
    """Spend the key of a form that nobody signed in has sent; False when it was spent before.

    What such a form gives back must follow from its key. Raises FormForged.
    """
    return not once(tx, key, "").before


def is_spent(transactions: Transactions, key: str, who: str) -> bool:
    """Whether somebody's form with this key had its effect."""
    with transactions.look(f"person:{who}") as tx:
        return rows.outcome_of(tx.connection, key, who) is not None


def keep_form(
    transactions: Transactions, who: str, path: str, fields: Sequence[tuple[str, str]], instead: str = ""
) -> str:
    """Keep what somebody had filled in when the session ended, `instead` of what was kept of it before.

    The number under which it waits.
    """
    with transactions.begin(f"person:{who}") as tx:
        rows.drop_kept(tx.connection, instead, who)
        for old in rows.kept_forms(tx.connection, who)[_MOST_KEPT - 1 :]:
            rows.drop_kept(tx.connection, old.id, who)
        return rows.keep_form(tx.connection, who, path, fields, tx.now)


def kept_forms(transactions: Transactions, who: str) -> list[KeptForm]:
    """What waits for somebody, the last first, within the days of rule P74."""
    with transactions.look(f"person:{who}") as tx:
        since = tx.now - tx.rules.at(KEPT, day_in_shanghai(tx.now)).duration
        return [one for one in rows.kept_forms(tx.connection, who) if one.kept_at > since]


def drop_kept(transactions: Transactions, who: str, number: str) -> None:
    with transactions.begin(f"person:{who}") as tx:
        rows.drop_kept(tx.connection, number, who)
