"""The register as the two departments keep it: who is on it today with what is entered, and a firm whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import RightMissing
from trace.oversight.register import Change, Producer, changes_of, register_on
from trace.oversight.register_entries import Entry, standing_on
from trace.parties import ALL, Actor
from trace.store.lots.scope import master_data
from trace.store.monthly.register_entries import entries_of
from trace.store.transaction import Transactions
from trace.usecases.casework.look import Purpose, Seen, note_looks
from trace.usecases.supervision.enter_register import require_firm
from trace.usecases.supervision.month_scope import lies_inside
from trace.usecases.supervision.read_register import read_said


@dataclass(frozen=True, slots=True)
class KeptFirm:
    """A firm on the register with what is entered of it by kind, as it stands."""

    producer: Producer
    data: Mapping[str, Any]
    entries: Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class KeptRegister:
    """The register of an area on a day; `unplaced` firms have no registered district."""

    day: date
    firms: Sequence[KeptFirm]
    unplaced: Sequence[str]


@dataclass(frozen=True, slots=True)
class FirmSeen:
    """A firm with every entry, the last first, and every change of its licences."""

    firm: str
    data: Mapping[str, Any]
    standing: Mapping[str, Entry]
    history: Sequence[Entry]
    licences: Producer | None
    changes: Sequence[Change]
    today: date


def read_kept_register(transactions: Transactions, actor: Actor) -> KeptRegister:
    """The register of the caller's area today; raises `RightMissing`."""
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.look(actor.subject) as tx:
        day = day_in_shanghai(tx.now)
        producers = register_on(day, read_said(tx.connection))
        known = master_data(tx.connection, "party", {one.holder for one in producers})
        inside = [one for one in producers if lies_inside(actor.region, known.get(one.holder, {}))]
        standing = standing_on(day, entries_of(tx.connection, {one.holder for one in inside}))
        by_firm: dict[str, dict[str, Entry]] = {}
        for (firm, kind), entry in standing.items():
            by_firm.setdefault(firm, {})[kind] = entry
        firms = [KeptFirm(one, known[one.holder], by_firm.get(one.holder, {})) for one in inside]
        unplaced = [one.holder for one in producers if not known.get(one.holder, {}).get("region")]
        return KeptRegister(day, firms, unplaced)


def read_firm(transactions: Transactions, actor: Actor, firm: str) -> FirmSeen:
    """One firm of the caller's area; the look at it is noted. Raises `RegisterFirmElsewhere`."""
    with transactions.begin(actor.subject) as tx:
        data = require_firm(tx, actor, firm)
        day = day_in_shanghai(tx.now)
        said = [one for one in read_said(tx.connection) if one.holder == firm]
        history = entries_of(tx.connection, [firm])
        standing = {kind: one for (_, kind), one in standing_on(day, history).items()}
        note_looks(tx, actor, [firm], Seen("page", "register", len(history)), Purpose("名录库维护"))
        on_it = register_on(day, said)
        return FirmSeen(
            firm,
            data,
            standing,
            sorted(history, key=lambda one: one.at, reverse=True),
            on_it[0] if on_it else None,
            changes_of(date(2000, 1, 1), day, said),
            day,
        )
