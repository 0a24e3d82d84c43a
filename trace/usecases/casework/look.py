"""Looks of an authority at a firm's data: each is written with its purpose, and the firm sees it.

Where a look belongs to a case the firm sees it later (rule P90): an investigation that is announced by its
own trail is none. Who supervises the authority sees it at once. Without a purpose there is no look.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import PurposeMissing
from trace.oversight.casework.decide import LEAST_WORDS
from trace.parties import Actor
from trace.store.casework.asked import firm_names
from trace.store.casework.cases import names_of
from trace.store.casework.papers import LookRow, add_looks, looks_at, looks_by
from trace.store.transaction import Transactions, Tx
from trace.typed_texts import whole_text
from trace.usecases.casework.standing import departments_of

__all__ = [
    "SORTS",
    "LookRow",
    "Purpose",
    "Seen",
    "list_looks_at",
    "list_looks_by",
    "note_look",
    "note_looks",
    "read_looks_at",
]

DELAY: Final = "P90"
SORTS: Final = frozenset({"page", "file", "case", "cases", "disputes", "search", "figure"})
"""What can be looked at; each has its word on the pages of looks (`office.looks`)."""
_LONGEST: Final = 200
_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why somebody looks: the words, and the case that it is for, "" for none."""

    text: str
    case: str = ""

    def required(self) -> str:
        """The words; raises `PurposeMissing`."""
        text = whole_text("purpose", self.text, _LONGEST)
        if len(text) < LEAST_WORDS:
            raise PurposeMissing
        return text


@dataclass(frozen=True, slots=True)
class Seen:
    """What is shown: the sort of it (of `SORTS`), about which lot or case, how many rows."""

    what: str
    subject: str
    rows: int

    def __post_init__(self) -> None:
        if self.what not in SORTS:  # what is written here stands for good, and pages have to name it
            raise ValueError(self.what)


def note_looks(tx: Tx, actor: Actor, parties: Iterable[str], seen: Seen, purpose: Purpose) -> None:
    """Write that the caller sees data of these firms; raises `PurposeMissing`."""
    text = purpose.required()
    rule = tx.rules.find(DELAY, day_in_shanghai(tx.now)) if purpose.case else None
    shown = tx.now + rule.duration if rule is not None else tx.now
    department = " ".join(departments_of(actor))
    looks = (
        LookRow(
            tx.now, actor.person, actor.party or actor.subject, department, party, seen.what,
            seen.subject[:200], text, purpose.case, seen.rows, shown,
        )
        for party in sorted(set(parties))
    )  # fmt: skip
    add_looks(tx.connection, looks)


def note_look(
    transactions: Transactions, actor: Actor, parties: Collection[str], seen: Seen, purpose: Purpose
) -> None:
    """As `note_looks`, in a transaction of its own, before anything is shown."""
    with transactions.begin(actor.subject) as tx:
        note_looks(tx, actor, parties, seen, purpose)


def list_looks_at(transactions: Transactions, party: str) -> list[LookRow]:
    """Who looked at a firm's data, as far as it may know by now."""
    with transactions.look(party) as tx:
        return looks_at(tx.connection, party, tx.now, _SHOWN)


def read_looks_at(transactions: Transactions, actor: Actor) -> tuple[list[LookRow], dict[str, str]]:
    """Who looked at the data of the caller's own firm, as far as it may know, and the authorities' names."""
    party = actor.party or ""
    with transactions.look(actor.subject) as tx:
        rows = looks_at(tx.connection, party, tx.now, _SHOWN)
        return rows, firm_names(tx.connection, [row.authority for row in rows])


def list_looks_by(transactions: Transactions, actor: Actor) -> tuple[list[LookRow], dict[str, str]]:
    """What the people of the caller's authority looked at, and the names of people and firms in it."""
    with transactions.look(actor.subject) as tx:
        rows = looks_by(tx.connection, actor.party or "", _SHOWN)
        people = names_of(tx.connection, [row.person for row in rows])
        return rows, {**firm_names(tx.connection, [row.party for row in rows]), **people}
