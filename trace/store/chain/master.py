"""Master data as stored: who said what of a product or place, and whose a company prefix is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection

from trace.chain.admission.accreditation import DOUBTED
from trace.chain.chain_state import ChainState
from trace.chain.effects import Mark
from trace.chain.identifiers import (
    GTIN,
    PROVEN,
    PROVISIONAL,
    UNPROVEN,
    Prefix,
    Stated,
    prefix_of,
    prefixes_of,
)
from trace.chain.known_master import MasterBook
from trace.chain.known_records import tested_under
from trace.chain.needs import Needs
from trace.store.chain import rows
from trace.store.chain.statements import STATEMENT, StatementRow
from trace.store.columns import json_value
from trace.store.query import rows_where

Counting = tuple[Mapping[str, Any], StatementRow]
_SAID: Final = {
    kind: f"SELECT {kind}.urn, {kind}.official, {kind}.data, {STATEMENT.columns} FROM {kind} "  # noqa: S608
    f"JOIN statement ON statement.id = ({kind}.id & -256) WHERE {kind}.urn {{among}} "
    f"ORDER BY statement.arrival, {kind}.id"
    for kind in ("product", "place")
}
_PREFIXES: Final = "SELECT urn, prefix, data FROM licence WHERE prefix {among} ORDER BY urn"
_PACKED: Final = (
    "SELECT 1 FROM pack JOIN statement ON statement.id = (pack.id & -256) "
    "WHERE pack.gtin {among} AND statement.iss {among} LIMIT 1"
)
_REPORTS_BY: Final = (
    f"SELECT {rows.REPORT.columns}, statement.iss FROM statement "  # noqa: S608 - columns of ours
    "JOIN report ON report.id >= statement.id AND report.id < statement.id + 256 "
    "WHERE statement.iss {among} AND statement.typ = 'lab.report' AND report.superseded_by IS NULL "
    "ORDER BY report.id"
)
_OPEN: Final = (
    f"SELECT {rows.MARK.columns} FROM mark WHERE code {{among}} AND cleared_by IS NULL ORDER BY mark.id"  # noqa: S608
)


def read_said(
    connection: Connection, kind: str, urns: Iterable[str]
) -> dict[str, list[tuple[Stated, StatementRow]]]:
    """Product or place urn -> what each party said last of it, the newest last, with its statement."""
    found: defaultdict[str, list[tuple[Stated, StatementRow]]] = defaultdict(list)
    for row in rows_where(connection, _SAID[kind], urns):
        by = STATEMENT.read(row, 3)
        found[row[0]].append((Stated(by.iss, json_value(row[2]), bool(row[1])), by))
    return dict(found)


def read_prefixes(connection: Connection, digits: Collection[str]) -> dict[str, tuple[Prefix, ...]]:
    """Digits -> the licences that give them as company prefixes."""
    found: defaultdict[str, list[Prefix]] = defaultdict(list)
    for urn, prefix, data in rows_where(connection, _PREFIXES, digits):
        given = prefix_of(urn, prefix, json_value(data))
        if given is not None:
            found[prefix].append(given)
    return {prefix: tuple(given) for prefix, given in found.items()}


def read_prefixes_of(connection: Connection, numbers: Iterable[str]) -> dict[str, tuple[Prefix, ...]]:
    """The prefixes that these GTINs and GLNs may begin with."""
    return read_prefixes(connection, {start for number in numbers for start in prefixes_of(number)})


def read_book(
    connection: Connection, products: Collection[str] = (), places: Collection[str] = ()
) -> MasterBook:
    """All that counts for who may speak for these products and places."""
    said = _only(read_said(connection, "product", products)) if products else {}
    said |= _only(read_said(connection, "place", places)) if places else {}
    gtins = [urn.removeprefix(GTIN) for urn in products if urn.startswith(GTIN)]
    return MasterBook(said, read_prefixes_of(connection, gtins) if gtins else {})


def read_counting(
    connection: Connection, kind: str, wanted: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Counting]:
    """(product or place, whose goods) -> (data, statement) as they count for these goods."""
    asked = set(wanted)
    said = read_said(connection, kind, {urn for urn, _ in asked})
    gtins = [urn.removeprefix(GTIN) for urn in said if urn.startswith(GTIN)]
    book = MasterBook(_only(said), read_prefixes_of(connection, gtins) if gtins else {})
    found: dict[tuple[str, str], Counting] = {}
    for urn, reader in asked:
        counted = book.counted(urn, reader)
        if counted is not None:
            data = book.place(urn, reader) if kind == "place" else counted.data
            found[urn, reader] = data, next(by for one, by in said[urn] if one is counted)
    return found


def uses_gtin(connection: Connection, gtin: str, party: str) -> bool:
    """Whether the codes of this GTIN (14 digits) are the party's affair: it may speak for it, or, as long as
    nobody is registered, said something of it or packed under it."""
    urn = GTIN + gtin
    book = read_book(connection, [urn])
    standing = book.standing(party, urn)
    if standing != UNPROVEN:
        return standing == PROVEN
    short = gtin.lstrip("0")
    written = {gtin, *(short.zfill(width) for width in (8, 12, 13) if len(short) <= width)}
    return bool(book.of(urn, party)) or any(rows_where(connection, _PACKED, sorted(written), [party]))


def load_master(connection: Connection, needs: Needs, known: ChainState) -> None:
    """Products, places and prefixes of a batch, with open marks about numbers where some may end."""
    if needs.unproven:
        _load_unproven(connection, known)
    if needs.doubted:
        _load_doubted(connection, needs, known)
    if needs.accredits:
        _load_accredited(connection, needs.accredits, known)
    marked = {str(mark.params.get("gtin")) for mark in known.marks.values() if mark.code in PROVISIONAL}
    products = needs.products | {GTIN + gtin for gtin in marked if gtin.isdigit() and needs.unproven}
    places = needs.places | needs.harvested
    packed = (
        {lot.pack.gtin for lot in known.lots.values() if lot.pack is not None} if needs.holders else set()
    )
    numbers = needs.prefixed | {gtin for gtin in packed if gtin}
    numbers |= {urn.removeprefix(GTIN) for urn in products if urn.startswith(GTIN)}
    if needs.unproven:
        numbers |= {str(mark.params.get("gln")) for mark in known.marks.values() if mark.params.get("gln")}
    digits = {start for number in numbers for start in prefixes_of(number)} | needs.unproven
    for kind, urns in (("product", products), ("place", places)):
        if urns:
            known.master.stated.update(_only(read_said(connection, kind, urns)))
    if digits:
        known.master.prefixes.update(read_prefixes(connection, digits))


def _load_unproven(connection: Connection, known: ChainState) -> None:
    for mark in _open_marks(connection, PROVISIONAL):
        known.marks[mark.id] = mark


def _load_doubted(connection: Connection, needs: Needs, known: ChainState) -> None:
    for mark in _open_marks(connection, (DOUBTED,)):
        if mark.params.get("value") in needs.doubted:
            known.marks[mark.id] = mark


def _load_accredited(connection: Connection, parties: Collection[str], known: ChainState) -> None:
    for row in rows_where(connection, _REPORTS_BY, parties):
        report = rows.REPORT.read(row)
        tested = tested_under(report, row[-1])
        if tested is not None:
            known.accredited[report.id] = tested


def _open_marks(connection: Connection, codes: Collection[str]) -> Iterator[Mark]:
    return (rows.MARK.read(row) for row in rows_where(connection, _OPEN, sorted(codes)))


def _only(said: Mapping[str, Iterable[tuple[Stated, StatementRow]]]) -> dict[str, tuple[Stated, ...]]:
    return {urn: tuple(one for one, _ in found) for urn, found in said.items()}
