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
from trace.oversight.risk_table import RISK_GRADE
from trace.oversight.trace_catalogue import CATALOGUE
from trace.parties import ALL, Actor
from trace.rules.forms import Form
from trace.store.lots.scope import master_data
from trace.store.monthly.register_entries import entries_of
from trace.store.transaction import Transactions
from trace.usecases.casework.look import Purpose, Seen, note_looks
from trace.usecases.forms.versions import form_of
from trace.usecases.supervision.enter_register import require_firm
from trace.usecases.supervision.month_scope import lies_inside
from trace.usecases.supervision.read_register import read_said


@dataclass(frozen=True, slots=True)
class KeptFirm:
    """A firm on the register with what is entered of it by kind, as it stood on the day."""

    producer: Producer
    data: Mapping[str, Any]
    entries: Mapping[str, Entry]

    @property
    def gf_codes(self) -> tuple[str, ...]:
        """The codes of its marks, or the one that it is registered with."""
        return gf_codes_of(self.producer, self.data)


@dataclass(frozen=True, slots=True)
class KeptRegister:
    """The register of an area on a day; `unplaced` firms have no registered district."""

    day: date
    today: date
    firms: Sequence[KeptFirm]
    unplaced: Sequence[str]


@dataclass(frozen=True, slots=True)
class FirmSeen:
    """A firm as it stood on a day, with every entry, the last first, and every change of its licences."""

    firm: str
    data: Mapping[str, Any]
    standing: Mapping[str, Entry]
    history: Sequence[Entry]
    licences: Producer | None
    changes: Sequence[Change]
    day: date
    today: date
    table: Form
    catalogue: Form
    """The indicators that a grade is made by today, and the catalogue of traced goods as it is today."""

    @property
    def gf_codes(self) -> tuple[str, ...]:
        """The codes of its marks, or the one that it is registered with."""
        return gf_codes_of(self.licences, self.data)


def read_kept_register(transactions: Transactions, actor: Actor, wanted: str = "") -> KeptRegister:
    """The register of the caller's area on a day (ISO), today where none is told; raises `RightMissing`."""
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    with transactions.look(actor.subject) as tx:
        today = day_in_shanghai(tx.now)
        day = _day_of(wanted, today)
        producers = register_on(day, read_said(tx.connection))
        known = master_data(tx.connection, "party", {one.holder for one in producers})
        inside = [one for one in producers if lies_inside(actor.region, known.get(one.holder, {}))]
        standing = standing_on(day, entries_of(tx.connection, {one.holder for one in inside}))
        by_firm: dict[str, dict[str, Entry]] = {}
        for (firm, kind), entry in standing.items():
            by_firm.setdefault(firm, {})[kind] = entry
        firms = [KeptFirm(one, known[one.holder], by_firm.get(one.holder, {})) for one in inside]
        unplaced = [one.holder for one in producers if not known.get(one.holder, {}).get("region")]
        return KeptRegister(day, today, firms, unplaced)


def read_firm(transactions: Transactions, actor: Actor, firm: str, wanted: str = "") -> FirmSeen:
    """One firm of the caller's area as it stood on a day; the look at it is noted.

    Raises `RegisterFirmElsewhere`.
    """
    with transactions.begin(actor.subject) as tx:
        data = require_firm(tx, actor, firm)
        today = day_in_shanghai(tx.now)
        day = _day_of(wanted, today)
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
            changes_of(date(2000, 1, 1), today, said),
            day,
            today,
            form_of(tx, RISK_GRADE, today),
            form_of(tx, CATALOGUE, today),
        )


def gf_codes_of(producer: Producer | None, data: Mapping[str, Any]) -> tuple[str, ...]:
    """The codes of a producer's marks; without any, the one that the firm is registered with."""
    marks = sorted({one.gf_code for one in producer.licences if one.gf_code}) if producer else []
    return tuple(marks) or tuple(filter(None, [data.get("gfCode")]))


def _day_of(wanted: str, today: date) -> date:
    """The day that was asked for; nobody knows yet what is entered after today."""
    try:
        return min(date.fromisoformat(wanted), today)
    except ValueError:
        return today
