"""The rows of one of a firm's own ledgers, from what it signed on this log, as it stands now.

A record belongs to the day on which, as first signed, it says that it happened. Corrected ones show the value
in force, withdrawn ones what was withdrawn. Private members are shown as far as they are still held: they are
the firm's own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trace.chain.facts.corrections import CORRECTION
from trace.errors import LedgerUnknown, RightMissing
from trace.exchange.ledger_columns import LEDGERS, Ledger
from trace.exchange.written_sheets import Cell
from trace.ledger.statement import parse_disclosed, parse_statement
from trace.parties import OWN, Actor
from trace.store.base import to_micros
from trace.store.chain.statements import StatedThen, Stretch, count_stretch, read_stretch
from trace.store.log.disclosures import read_disclosures
from trace.store.log.entries import StoredEntry, find_entries
from trace.store.lots.details import read_lots, read_packs
from trace.store.transaction import Connection, Transactions, Tx
from trace.usecases.ledgers.period import Period

AS_SIGNED: Final = "as-signed"
CORRECTED: Final = "corrected"
WITHDRAWN: Final = "withdrawn"
STATES: Final = (AS_SIGNED, CORRECTED, WITHDRAWN)
AT_ONCE: Final = 500
Data = Mapping[str, Any]
_REPORT: Final = "releaseReport"


@dataclass(frozen=True, slots=True)
class Record:
    """A record: its place in the log, how it stands, and its lines in the ledger's columns."""

    index: int
    stmt: str
    state: str
    corrected_at: int | None  # the index of what corrects or withdraws it
    logged_at: datetime
    lines: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """So many records of a period, and how many there are."""

    ledger: Ledger
    period: Period
    count: int
    records: tuple[Record, ...]


def ledger_named(name: str) -> Ledger:
    """The ledger of that name; raises `LedgerUnknown`."""
    if name not in LEDGERS:
        raise LedgerUnknown(name=name[:40], known="、".join(LEDGERS))
    return LEDGERS[name]


def read_ledger(
    transactions: Transactions, actor: Actor, ledger: Ledger, period: Period, *, skip: int, most: int
) -> LedgerPage:
    """A page of a ledger of the actor's own organisation."""
    with transactions.look(actor.subject) as tx:
        stretch = stretch_of(tx, actor, ledger, period)
        stated = read_stretch(tx.connection, stretch, most, skip=skip)
        records = tuple(records_of(tx.connection, ledger, stretch.iss, stated))
        return LedgerPage(ledger, period, count_stretch(tx.connection, stretch), records)


def stretch_of(tx: Tx, actor: Actor, ledger: Ledger, period: Period) -> Stretch:
    """What the ledger is made of; who acts for no organisation has none."""
    if actor.party is None:
        raise RightMissing(scope=OWN)
    since, until = to_micros(period.begins), to_micros(period.ends)
    return Stretch(actor.party, tx.origin, ledger.kinds, since, until)


def records_in(tx: Tx, ledger: Ledger, stretch: Stretch, most: int) -> Iterator[Record]:
    """At most so many records, read a few hundred at once."""
    last: StatedThen | None = None
    while most > 0:
        stated = read_stretch(tx.connection, stretch, min(AT_ONCE, most), after=last)
        if not stated:
            return
        yield from records_of(tx.connection, ledger, stretch.iss, stated)
        most, last = most - len(stated), stated[-1]


def records_of(
    connection: Connection, ledger: Ledger, party: str, stated: Sequence[StatedThen]
) -> Iterator[Record]:
    """These statements as records of the ledger."""
    stmts = {one.stmt for one in stated} | {one.amendment for one in stated if one.amendment is not None}
    entries = find_entries(connection, stmts)
    held = read_disclosures(connection, entries)
    says = {stmt: _revealed(entry, held.get(stmt, ())) for stmt, entry in entries.items()}
    found = [(one, *_in_force(one, says)) for one in stated if one.stmt in says]
    goods = _goods(connection, party, {ledger.lot_of(data) for _, _, data in found} - {""})
    numbers = _report_numbers(connection, {str(data[_REPORT]) for _, _, data in found if _REPORT in data})
    owner = party.split(":", 2)[-1]
    for one, state, data in found:
        named = {**data, "reportNo": numbers.get(str(data[_REPORT]))} if _REPORT in data else data
        yield Record(
            one.index, one.stmt, state, one.amended_at, entries[one.stmt].logged_at,
            ledger.lines(named, goods.get(ledger.lot_of(data), {}), owner),
        )  # fmt: skip


def _revealed(entry: StoredEntry, disclosures: Sequence[str]) -> Data:
    return parse_disclosed(entry.jws, disclosures).revealed_data()


def _in_force(one: StatedThen, says: Mapping[str, Data]) -> tuple[str, Data]:
    """How a record stands, and its data: the last correction's, or its own where it was taken back."""
    correction = says.get(one.amendment or "")
    if correction is None:
        return AS_SIGNED, says[one.stmt]
    replacement = correction.get("replacement")
    return (CORRECTED, replacement) if isinstance(replacement, Mapping) else (WITHDRAWN, says[one.stmt])


def _goods(connection: Connection, party: str, urns: Collection[str]) -> dict[str, Data]:
    """Lot -> what its packing says of the goods, of lots that the party itself made; else its name alone."""
    own = {lot.id: lot for lot in read_lots(connection, urns) if lot.made_by.iss == party}
    found: dict[str, Data] = {
        lot.urn: {"label": {"product": {"name": lot.product_name}}, "batchNo": lot.batch_no}
        for lot in own.values()
    }
    for pack, _ in read_packs(connection, "lot", own):
        lot = own[pack.lot]
        label = pack.data.get("label")
        product = label.get("product") if isinstance(label, Mapping) else None
        named = {"name": lot.product_name, **(product if isinstance(product, Mapping) else {})}
        found[lot.urn] = {**pack.data, "label": {"product": named}}
    return found


def _report_numbers(connection: Connection, stmts: Collection[str]) -> dict[str, str]:
    """Statement of a test report -> its number, as it stands on the goods' papers; of those on this log."""
    found = {}
    for stmt, entry in find_entries(connection, stmts).items():
        data = parse_statement(entry.jws).claims.data
        number = (data.get("replacement") or data) if entry.typ == CORRECTION.typ else data
        if isinstance(number, Mapping) and "reportNo" in number:
            found[stmt] = str(number["reportNo"])
    return found
