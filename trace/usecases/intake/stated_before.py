"""What drafts say that their signer has stated already, from another device or in an earlier file.

Recognised by content: kind, subject, time and data, private members included as far as they are still held.
What the platform or a desk fills in (serials, a platform code, an opening) is no part of what the row says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Protocol

from trace.chain.facts.goods import REPORT
from trace.errors import Refusal
from trace.identity.alike import alike
from trace.ledger.statement import Statement, parse_disclosed
from trace.quantities import Quantity
from trace.store.base import to_micros
from trace.store.chain.statements import statements_at
from trace.store.log.disclosures import read_disclosures
from trace.store.log.entries import StoredEntry, find_entries
from trace.store.lots.details import report_numbers
from trace.store.transaction import Tx

_FILLED_IN: Final = frozenset({"serials", "platformCode", "handover"})
_DIGESTS: Final = "_sd"


class Draft(Protocol):
    """What is to be recognised."""

    @property
    def typ(self) -> str: ...
    @property
    def sub(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def data(self) -> Mapping[str, object]: ...


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement that stands already: the same, or one under the same number that says something else."""

    statement: str
    index: int
    same: bool


class StatedBefore:
    """The signer's own statements that drafts may repeat; asked draft by draft, in order."""

    def __init__(self, tx: Tx, iss: str, drafts: Sequence[Draft]) -> None:
        moments = {to_micros(draft.occurred_at) for draft in drafts}
        self._at: dict[tuple[str, str, int], list[str]] = {}
        self._amendments: dict[str, str] = {}
        for row in statements_at(tx.connection, iss, moments):
            self._at.setdefault((row.typ, row.sub, row.occurred_at), []).append(row.stmt)
            if row.amendment is not None:
                self._amendments[row.stmt] = row.amendment
        tested = {draft.sub for draft in drafts if draft.typ == REPORT.typ}
        self._reports: dict[tuple[str, str], list[str]] = {}
        for urn, number, stmt in report_numbers(tx.connection, tested):
            self._reports.setdefault((urn, alike(number)), []).append(stmt)
        wanted = {stmt for listed in (*self._at.values(), *self._reports.values()) for stmt in listed}
        found = find_entries(tx.connection, wanted | set(self._amendments.values()))
        self._entries = {stmt: entry for stmt, entry in found.items() if entry.iss == iss}
        self._held = read_disclosures(tx.connection, self._entries)
        self._stand_ins: dict[str, str] = {}

    def find(self, draft: Draft, stand_in: str) -> Stated | None:
        """The statement that a draft repeats, if any; from then on its stand-in id means that statement."""
        said = _plain(_renamed(draft.data, self._stand_ins))
        listed = self._at.get((draft.typ, draft.sub, to_micros(draft.occurred_at)), [])
        for stmt in listed:
            entry = self._entries.get(stmt)
            if entry is not None and self._stands(entry, said):
                self._stand_ins[stand_in] = stmt
                return Stated(stmt, entry.index, True)
        return self._numbered(draft)

    def _numbered(self, draft: Draft) -> Stated | None:
        """A report of the same lot under a number that reads the same, which says something else."""
        if draft.typ != REPORT.typ:
            return None
        listed = self._reports.get((draft.sub, alike(str(draft.data.get("reportNo", "")))), [])
        entry = next((self._entries[stmt] for stmt in listed if stmt in self._entries), None)
        return None if entry is None else Stated(entry.statement_id, entry.index, False)

    def _stands(self, entry: StoredEntry, said: Any) -> bool:
        """Whether a statement says this, at first or by its last correction; a withdrawn one does not."""
        amendment = self._entries.get(self._amendments.get(entry.statement_id, ""))
        if amendment is None:
            return self._says(entry, said)
        correction = self._signed(amendment).revealed_data()
        replacement = correction.get("replacement")
        return replacement is not None and (_plain(replacement) == said or self._says(entry, said))

    def _signed(self, entry: StoredEntry) -> Statement:
        return parse_disclosed(entry.jws, self._held.get(entry.statement_id, ()))

    def _says(self, entry: StoredEntry, said: Any) -> bool:
        signed = self._signed(entry)
        stated = _plain(signed.revealed_data())
        if not _is_whole(signed):  # erased since: what is left must agree
            said = {name: value for name, value in said.items() if name in stated}
        return bool(said == stated)


def _is_whole(signed: Statement) -> bool:
    """Whether every concealed member is still held."""
    digests = signed.claims.data.get(_DIGESTS, ())
    return not isinstance(digests, Sequence) or len(digests) <= len(signed.disclosure_paths())


def _renamed(data: Mapping[str, object], stand_ins: Mapping[str, str]) -> Any:
    """The data with stand-ins for earlier drafts as the statements that these were recognised as."""

    def renamed(value: object) -> object:
        if isinstance(value, Mapping):
            return {name: renamed(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [renamed(inner) for inner in value]
        return stand_ins.get(value, value) if isinstance(value, str) else value

    return renamed(data)


def _plain(data: Any) -> Any:
    """Data without what was filled in, amounts as what they are: 16900 kg is 16900.0 kg and 16.9 t."""
    if isinstance(data, Mapping):
        if set(data) == {"value", "unit"}:
            return _amount(data["value"], data["unit"])
        return {name: _plain(value) for name, value in data.items() if name not in _FILLED_IN}
    return [_plain(value) for value in data] if isinstance(data, list | tuple) else data


def _amount(value: object, unit: object) -> object:
    """By dimension and size; one that is no amount of ours as it is written."""
    with suppress(Refusal):
        read = Quantity.of(str(value), str(unit))
        return read.dimension, read.base
    return _number(value), unit


def _number(value: object) -> object:
    try:
        return Decimal(str(value)).normalize()
    except InvalidOperation:
        return value
