"""The loader of the chain state, for a whole batch: a handful of queries, whatever the size of the batch.

Only the marks above an act are asked for when it is decided (`ChainState.stored`): how far one has to look
for them is known no sooner.

Everything "in order of arrival" is ordered by the arrival of its statement, so that a batch sees the same
states whether its neighbours came in the same batch (`ChainState.apply`) or in an earlier one (these tables).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from trace.chain.admission.gates import SPREADING
from trace.chain.admission.lots import listed
from trace.chain.chain_state import ChainState, KnownChange, KnownDispute, KnownStatement, Made
from trace.chain.effects import CodesChanged, LicenceUsed, LotTaken, NewLink, OperationNoted
from trace.chain.ids import row_id
from trace.chain.needs import Needs
from trace.quantities import Quantity
from trace.store.base import from_micros
from trace.store.chain import rows
from trace.store.chain.effects import AMENDED
from trace.store.chain.handovers import load_formers, load_pairs_of
from trace.store.chain.known_links import load_links
from trace.store.chain.labels import list_label_changes
from trace.store.chain.lots import add_lots, read_lots_by_id, read_lots_by_urn
from trace.store.chain.marked_graph import StoredMarkedGraph
from trace.store.chain.master import load_master
from trace.store.chain.records import load_records
from trace.store.chain.signed import load_signed
from trace.store.chain.words import load_disputes_about, load_words
from trace.store.codes.aggregation import load_packed
from trace.store.codes.ranges import load_codes, read_named_lots, read_next_counters
from trace.store.columns import amount, json_list, json_value
from trace.store.query import rows_where

_STATEMENTS = (
    "SELECT statement.id, statement.stmt, statement.typ, statement.iss, statement.sub, statement.origin, "
    "statement.idx, statement.occurred_at, statement.amended_by, newest.stmt FROM statement "
    "LEFT JOIN statement AS newest ON newest.id = statement.amended_by WHERE statement.stmt {among}"
)
_NEWEST = (
    "SELECT newest.stmt FROM statement JOIN statement AS newest ON newest.id = statement.amended_by "
    "WHERE statement.stmt {among}"
)
_MADE_LOTS = (
    "SELECT statement.id, lot.id FROM statement "
    "JOIN lot ON lot.id BETWEEN statement.id AND statement.id + 255 WHERE statement.id {among}"
)
_AMENDED_LOTS = f"SELECT statement, lot FROM lot_statement WHERE statement {{among}} AND role = '{AMENDED}'"  # noqa: S608
_STANDING = "CASE WHEN link.state = 'superseded' THEN 0 ELSE 1 END"
_MADE_LINKS = (
    f"SELECT statement.id, {rows.LINK.columns} FROM statement "  # noqa: S608 - columns of ours
    "JOIN link ON link.id BETWEEN statement.id AND statement.id + 255 WHERE statement.id {among} "
    f"ORDER BY link.id, {_STANDING}, link.from_lot"
)
# A pair's link keeps the id of its receipt's first version, whatever corrects that.
_PAIR_LINKS = (
    f"SELECT {rows.LINK.columns} FROM claim JOIN link ON link.id = claim.id "  # noqa: S608
    f"WHERE claim.id {{among}} ORDER BY link.id, {_STANDING}, link.from_lot"
)
_MADE_MARKS = (
    f"SELECT statement.id, {rows.MARK.columns} FROM statement "  # noqa: S608
    "JOIN mark ON mark.id BETWEEN statement.id AND statement.id + 255 "
    "WHERE statement.id {among} AND mark.cleared_by IS NULL ORDER BY mark.id"
)
_MADE_USES = (
    f"SELECT statement, {rows.LICENCE_USED.columns} FROM licence_packing "  # noqa: S608
    "WHERE licence_packing.statement {among}"
)
_MADE_TAKINGS = " UNION ALL ".join(
    f"SELECT statement.id, {table}.lot, {table}.quantity, {table}.unit FROM statement "  # noqa: S608
    f"JOIN {table} ON {table}.id BETWEEN statement.id AND statement.id + 255 WHERE statement.id {{among}}"
    for table in rows.LEAVING
)
_MADE_CODES = (
    f"SELECT statement.id, code_range.scope, {rows.CODE_INTERVAL.columns} FROM statement "  # noqa: S608
    "JOIN code_interval ON code_interval.id BETWEEN statement.id AND statement.id + 255 "
    "JOIN code_range ON code_range.lot = code_interval.lot "
    "WHERE statement.id {among} AND code_interval.ended_by IS NULL ORDER BY code_interval.id"
)
_DISPUTES = (
    "SELECT statement.stmt, dispute.id, dispute.lot, dispute.statements FROM statement "
    "JOIN dispute ON dispute.id BETWEEN statement.id AND statement.id + 255 "
    "WHERE statement.stmt {among} AND dispute.ended_by IS NULL ORDER BY dispute.id DESC"
)
_MASTER = {
    kind: f"SELECT urn, data FROM {kind} WHERE urn {{among}}"  # noqa: S608
    for kind in ("party", "licence")
}
_HELD = "SELECT urn, holder, data FROM licence WHERE holder {among} ORDER BY urn"
_USED = "SELECT licence, year_from, quantity, unit FROM licence_use WHERE licence {among}"
_OPERATIONS = (
    f"SELECT {rows.OPERATION.columns}, statement.iss FROM operation "  # noqa: S608
    "JOIN statement ON statement.id = (operation.id & -256) "
    "WHERE plot {among} AND (phi_days IS NOT NULL OR substance IS NOT NULL) AND superseded_by IS NULL "
    "ORDER BY statement.arrival, operation.id"
)
_HARVESTED = (
    "SELECT plot_harvest.plot, plot_harvest.lot FROM plot_harvest "
    "JOIN statement ON statement.id = (plot_harvest.lot & -256) "
    "WHERE plot_harvest.plot {among} ORDER BY statement.arrival, plot_harvest.lot"
)

_PACKED = (
    "SELECT DISTINCT to_lot FROM link WHERE from_lot {among} AND kind IN ('transform', 'pack') "
    "AND state <> 'superseded'"
)


def load_known(connection: Connection, needs: Needs) -> ChainState:
    """The states that `needs` names; what does not exist is absent."""
    known = ChainState(StoredMarkedGraph(connection, SPREADING))
    newest = {stmt for (stmt,) in rows_where(connection, _NEWEST, needs.amended & needs.disputes)}
    _load_disputes(connection, needs.disputes | newest, known)
    opened = {stmt for dispute in known.disputes.values() for stmt in dispute.statements}
    signed, subjects = load_signed(connection, needs.signed, known)
    undone = needs.amended | needs.disputes | newest | opened | signed
    statements = _load_statements(connection, needs.statements | undone, known)
    undoing = {stmt: statements[stmt] for stmt in undone if stmt in statements}
    subjects |= {known.statements[stmt].sub for stmt in needs.amended if stmt in statements}
    lots = _load_made(connection, undoing, known)
    lots |= _load_harvested(connection, needs.harvested, known)
    named = read_lots_by_urn(connection, needs.lots | subjects)
    add_lots(connection, known, named + read_lots_by_id(connection, lots))
    coded = {lot.id for urn in needs.coded if (lot := known.lots.get(urn)) is not None}
    coded.update(part.lot for made in known.made.values() for part in made.codes)
    load_codes(connection, known, coded)
    known.counters.update(read_next_counters(connection, needs.scopes))
    load_packed(connection, known, needs.items, needs.containers)
    known.named.update(read_named_lots(connection, needs.named))
    _load_suppliers(connection, needs.vouched, known)
    if needs.gated:
        _load_gated(connection, needs.gated, known)
    products = _load_labels(connection, needs, known) if needs.labels else needs.products
    _load_master(connection, needs, known)
    load_master(connection, replace(needs, products=products), known)
    _load_operations(connection, needs.places | needs.harvested, known)
    _load_words_of_others(connection, needs, known)
    return known


def _load_words_of_others(connection: Connection, needs: Needs, known: ChainState) -> None:
    """Links, disputes, hand-overs and orders, each where a decision asks for them."""
    if needs.linked:
        load_links(connection, needs, known.book)
    if needs.disputed:
        load_disputes_about(connection, needs.disputed, known)
    if needs.handovers or needs.claims or needs.fallen:
        load_words(connection, needs, known)
    load_formers(connection, needs, known)
    load_records(connection, needs.records, known)


def _load_statements(connection: Connection, wanted: Iterable[str], known: ChainState) -> dict[str, int]:
    """Statement id -> the row whose effects stand for it now: its own, or that of its newest correction."""
    ids: dict[str, int] = {}
    newest: set[str] = set()
    for row in rows_where(connection, _STATEMENTS, wanted):
        row_id, stmt, typ, iss, sub, origin, index, occurred_at, amending, amended_by = row
        ids[stmt] = row_id if amending is None else amending
        known.statements[stmt] = KnownStatement(
            stmt, typ, iss, sub, origin, index, from_micros(occurred_at), amended_by
        )
        if amended_by is not None:
            newest.add(amended_by)
    if newest - known.statements.keys():
        _load_statements(connection, newest - known.statements.keys(), known)
    return ids


def _load_disputes(connection: Connection, openers: Iterable[str], known: ChainState) -> None:
    for opener, dispute, lot, about in rows_where(connection, _DISPUTES, openers):
        known.disputes[opener] = KnownDispute(dispute, lot, json_list(about))


def _load_made(connection: Connection, undoing: dict[str, int], known: ChainState) -> set[int]:
    """What stands for those statements; the lots that it touched are returned, to be loaded too."""
    statements = set(undoing.values())
    lots: defaultdict[int, set[int]] = defaultdict(set)
    links: defaultdict[int, dict[int, NewLink]] = defaultdict(dict)
    marks: defaultdict[int, list[int]] = defaultdict(list)
    uses: defaultdict[int, list[LicenceUsed]] = defaultdict(list)
    takings: defaultdict[int, list[LotTaken]] = defaultdict(list)
    codes = _made_codes(connection, statements)
    touched: set[int] = set()
    for text in (_MADE_LOTS, _AMENDED_LOTS):
        for statement, lot in rows_where(connection, text, statements):
            lots[statement].add(lot)
    for statement, link in _made_links(connection, undoing, known):
        links[statement][link.id] = known.links[link.id] = link
        touched |= {link.from_lot, link.to_lot}
    for row in rows_where(connection, _MADE_MARKS, statements):
        mark = rows.MARK.read(row, 1)
        known.marks[mark.id] = mark
        marks[row[0]].append(mark.id)
        touched |= set() if mark.lot is None else {mark.lot}
    for row in rows_where(connection, _MADE_USES, statements):
        uses[row[0]].append(rows.LICENCE_USED.read(row, 1))
    asked = [statements] * len(rows.LEAVING)
    for statement, lot, micro, unit in rows_where(connection, _MADE_TAKINGS, *asked):
        takings[statement].append(LotTaken(lot, amount(micro, unit)))
        touched.add(lot)
    for name, statement in undoing.items():
        known.made[name] = Made(
            tuple(sorted(lots[statement])),
            tuple(links[statement]),
            tuple(marks[statement]),
            tuple(uses[statement]),
            tuple(takings[statement]),
            tuple(codes[statement]),
        )
    return touched.union(*lots.values(), (part.lot for parts in codes.values() for part in parts))


def _made_codes(connection: Connection, statements: Iterable[int]) -> dict[int, list[CodesChanged]]:
    """Parts of ranges of codes by the statement that changed them."""
    found: defaultdict[int, list[CodesChanged]] = defaultdict(list)
    for row in rows_where(connection, _MADE_CODES, statements):
        found[row[0]].append(rows.CODE_INTERVAL.read(row, 2, scope=row[1]))
    return found


def _made_links(
    connection: Connection, undoing: dict[str, int], known: ChainState
) -> list[tuple[int, NewLink]]:
    """(row whose effects stand, link); of the links of one id the one that stands comes last."""
    now = {_first_row(known.statements[name]): row for name, row in undoing.items()}
    found = [(row[0], rows.LINK.read(row, 1)) for row in rows_where(connection, _MADE_LINKS, now.values())]
    amended = [first for first, row in now.items() if first != row]
    pairs = (rows.LINK.read(row) for row in rows_where(connection, _PAIR_LINKS, amended))
    return [*found, *((now[link.id], link) for link in pairs)]


def _first_row(stated: KnownStatement) -> int:
    return row_id(stated.origin, stated.index)


def _load_harvested(connection: Connection, plots: Iterable[str], known: ChainState) -> set[int]:
    """The harvest lots of those plots by urn; their ids are returned, to be loaded with the others."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for plot, lot in rows_where(connection, _HARVESTED, plots):
        found[plot].append(lot)
    urns = rows.read_urns(connection, {lot for lots in found.values() for lot in lots})
    for plot, lots in found.items():
        known.harvested[plot] = tuple(urns[lot] for lot in lots)
    return {lot for lots in found.values() for lot in lots}


def _load_gated(connection: Connection, gated: Iterable[str], known: ChainState) -> None:
    goods: set[str] = set()
    for urn in gated:
        lot = known.lots.get(urn)
        same = lot.detail.get("goods", ()) if lot is not None else ()
        if isinstance(same, list | tuple):
            goods.update(str(each) for each in same)
    add_lots(connection, known, read_lots_by_urn(connection, goods - known.lots.keys()))


def _load_suppliers(connection: Connection, vouched: Iterable[str], known: ChainState) -> None:
    """What a pair gave for each lot that came without proof: a certificate may have come since."""
    lots = [lot for urn in vouched if (lot := known.lots.get(urn)) is not None]
    bare = {lot.id for lot in lots if not lot.detail.get("proven")}
    given = load_pairs_of(connection, bare, known)
    add_lots(connection, known, read_lots_by_id(connection, given - known.lot_urns.keys()))


def _load_labels(connection: Connection, needs: Needs, known: ChainState) -> frozenset[str]:
    """The packs below the lots whose label is changed, and the earlier changes of all of them.

    Returns the products wanted, those of the packs among them.
    """
    reached = {known.lots[urn].id for urn in needs.labels if urn in known.lots}
    frontier = set(reached)
    while frontier:
        frontier = {lot for (lot,) in rows_where(connection, _PACKED, frontier)} - reached
        reached |= frontier
    add_lots(connection, known, read_lots_by_id(connection, reached - known.lot_urns.keys()))
    packs = [lot for lot in known.lots.values() if lot.pack is not None]
    products = needs.products.union(lot.pack.product for lot in packs if lot.pack is not None)
    goods = {urn for lot in packs for urn in listed(lot, "goods")}
    subjects = needs.labels | products | goods | {lot.urn for lot in packs}
    for one in list_label_changes(connection, subjects):
        known.keep_change(KnownChange(one.subject, one.row.iss, one.data))
    return products


def _load_master(connection: Connection, needs: Needs, known: ChainState) -> None:
    for kind, wanted, into in (
        ("party", needs.parties, known.parties),
        ("licence", needs.licences, known.licences),
    ):
        for urn, data in rows_where(connection, _MASTER[kind], wanted):
            into[urn] = json_value(data)
    held: defaultdict[str, list[str]] = defaultdict(list)
    for urn, holder, data in rows_where(connection, _HELD, needs.holders):
        known.licences[urn] = json_value(data)
        held[holder].append(urn)
    known.held.update({holder: tuple(urns) for holder, urns in held.items()})
    for licence, year_from, micro, unit in rows_where(connection, _USED, known.licences):
        known.used[licence, date.fromisoformat(year_from)] = Quantity.from_micro(micro, unit)


def _load_operations(connection: Connection, plots: Iterable[str], known: ChainState) -> None:
    found: defaultdict[str, list[OperationNoted]] = defaultdict(list)
    for row in rows_where(connection, _OPERATIONS, plots):
        operation = rows.OPERATION.read(row, by=row[-1])
        found[operation.plot].append(operation)
    known.operations.update({plot: tuple(operations) for plot, operations in found.items()})
