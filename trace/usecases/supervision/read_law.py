"""The library of law of this platform as of today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trace.calendar.shanghai import day_in_shanghai
from trace.parties import Actor
from trace.rules import Rules
from trace.rules.library import LawText, law_library, waiting_rules
from trace.store.transaction import Transactions


@dataclass(frozen=True, slots=True)
class Library:
    """The texts that were asked for, under the rules of the profile; `waiting`: rules without effect yet."""

    day: date
    rules: Rules
    texts: tuple[LawText, ...]
    waiting: frozenset[str]

    @property
    def past_term(self) -> bool:
        return self.rules.is_past_term(self.day)

    @property
    def count(self) -> int:
        return sum(len(one.rules) for one in self.texts)


def read_law(transactions: Transactions, actor: Actor, wanted: str = "") -> Library:
    """The texts of the platform's profile, all of them or those that have `wanted`."""
    with transactions.look(actor.subject) as tx:
        day = day_in_shanghai(tx.now)
        return Library(day, tx.rules, law_library(tx.rules, day, wanted), waiting_rules())
