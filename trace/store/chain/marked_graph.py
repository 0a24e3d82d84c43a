"""Marked lots and the ways between lots, out of the store: each question by an index, and within a bound.

Ways are asked from either end, a level at a time, and kept: acts of one batch look at the same silo.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from trace.chain.admission.gates import FAILED_REPORT, ORDERS
from trace.chain.effects import Mark
from trace.chain.handover_effects import NAMED
from trace.chain.interchange.names import CASES, CONTAINER, case_name
from trace.chain.known_master import MasterBook
from trace.chain.lineage.arcs import DOWN, UP, Direction, Opening
from trace.chain.lineage.packings import NO_PACKINGS, Packings
from trace.chain.lineage.reach import Passage
from trace.store.chain import rows
from trace.store.chain.master import read_book
from trace.store.chain.packings import StoredPackings
from trace.store.chain.passages import read_passages
from trace.store.chain.ways import KEYED, OF_CLAIM, OF_FORMER, OF_MAKER, OF_NAMED
from trace.store.openings import read_openings
from trace.store.query import rows_where

_LOOKED_AT: Final = 64
"""Inputs of a lot at which a first look is taken; mostly they tell enough."""
_MARKED: Final = "SELECT lot FROM mark WHERE cleared_by IS NULL AND lot IS NOT NULL"
_DISPUTED: Final = "SELECT lot FROM dispute WHERE outcome IS NULL AND lot IS NOT NULL"
_FORMER: Final = "SELECT min(id) FROM former"
_LOGGED: Final = "SELECT id, logged_at FROM statement WHERE id {among}"
_LOTS_NAMED: Final = "SELECT urn, id FROM lot WHERE urn {among} AND named_key IS NULL"
_LOTS_KEYED: Final = (
    "SELECT lot.product || ':' || lot.batch_no, lot.id FROM lot "  # noqa: S608 - texts of ours
    f"WHERE lot.batch_no {{among}} AND lot.product {{among}} AND {OF_MAKER}"
)
_LOTS_MEANT: Final = f"SELECT lot.named_key, lot.id FROM lot WHERE lot.named_key {{among}} AND {OF_NAMED}"  # noqa: S608 - ours
_PACKED: Final = (
    "WITH RECURSIVE inside (outermost, container) AS ("
    "SELECT container, container FROM aggregation WHERE container {among} UNION "
    "SELECT inside.outermost, aggregation.inner_container FROM inside "
    "JOIN aggregation ON aggregation.container = inside.container "
    "WHERE aggregation.inner_container IS NOT NULL) "
    "SELECT DISTINCT inside.outermost, aggregation.lot FROM inside "
    "JOIN aggregation ON aggregation.container = inside.container WHERE aggregation.lot IS NOT NULL"
)
_LOTS_SENT: Final = "SELECT stmt, lot FROM handover WHERE stmt {among}"
_WAITING: Final = (
    f"SELECT claim.id, claim.named_lot, claim.lot FROM claim WHERE claim.named_lot {{among}} AND {OF_CLAIM} "  # noqa: S608 - ours
    "UNION ALL SELECT claim.id, claim.named_key, claim.lot FROM claim "
    f"WHERE claim.named_key {{among}} AND claim.handover IS NULL AND {OF_CLAIM} "
    "UNION ALL SELECT -former.id, former.above_name, former.below FROM former "
    f"WHERE former.above_name {{among}} AND former.why = '{NAMED}' AND {OF_FORMER}"
)
_MARKS: Final = (
    f"SELECT lot.urn, {rows.MARK.columns} FROM mark JOIN lot ON lot.id = mark.lot "  # noqa: S608 - columns of ours
    "WHERE mark.lot {among} AND mark.cleared_by IS NULL ORDER BY mark.id"
)


class StoredMarkedGraph:
    """The port `trace.chain.stored_marks.StoredMarks` on a connection, as of the first time each is read.

    Marked are the lots with an open mark of one of `codes` (of any code where none is named), with an open
    dispute where `disputed` says so, and those of `also`.
    """

    def __init__(
        self,
        connection: Connection,
        codes: Collection[str] = (),
        *,
        disputed: bool = False,
        also: Collection[int] = (),
    ) -> None:
        self.cost = 0
        self._connection = connection
        self._codes = sorted(codes)
        tested = not codes or FAILED_REPORT in codes
        self.packings: Packings = StoredPackings(connection) if tested else NO_PACKINGS
        self._former: bool | None = None
        self._ordered: StoredMarkedGraph | None = None
        self._named: dict[str, tuple[int, ...]] = {}
        self._master: dict[str, MasterBook] = {}
        self._waiting: dict[str, list[tuple[int, int]]] = {}
        self._also = frozenset(also)
        self._texts = [_MARKED + (" AND code {among}" if codes else ""), *([_DISPUTED] if disputed else [])]
        self._all: frozenset[int] | None = None
        self._met: set[int] = set()
        self._openings: dict[int, tuple[Opening, bool] | None] = {}
        self._kept: dict[Direction, dict[int, list[Passage]]] = {UP: {}, DOWN: {}}

    def passages(self, lots: Collection[int], way: Direction, most: int) -> Collection[Passage] | None:
        kept = self._kept[way]
        unread = [lot for lot in lots if lot not in kept]
        if unread and not self._fetch(unread, way, most):
            return None
        return [one for lot in lots for one in kept[lot]]

    def _fetch(self, lots: list[int], way: Direction, most: int) -> bool:
        found = read_passages(self._connection, lots, way, most + 1)
        self.cost += 1 + len(found)
        if len(found) > most:
            return False
        kept = self._kept[way]
        kept.update((lot, []) for lot in lots)
        for passage in found:
            kept[passage[1] if way == DOWN else passage[2]].append(passage)
        self._met.update(lots)
        self._met.update(passage[2 if way == DOWN else 1] for passage in found)
        return True

    def opening(self, lot: int, before: int) -> Opening | None:
        """Of all lots met so far at once: who asks of one will ask of the next."""
        if lot not in self._openings:
            self._met.add(lot)
            self._read_openings(self._met - self._openings.keys(), _LOOKED_AT)
        known = self._openings[lot]
        if known is not None and known[0].first >= before and not known[1]:
            self._read_openings({lot}, None)
            known = self._openings[lot]
        return None if known is None else known[0]

    def _read_openings(self, lots: Collection[int], most: int | None) -> None:
        found = read_openings(self._connection, lots, most=most)
        self.cost += 1 + len(found)
        self._openings.update((lot, found.get(lot)) for lot in lots)

    def ordered(self) -> StoredMarkedGraph | None:
        """The lots under orders alone: listed once, however many lots are asked about."""
        codes = ORDERS.intersection(self._codes) if self._codes else ORDERS
        if self._ordered is None and codes:
            self._ordered = StoredMarkedGraph(self._connection, codes)
        return self._ordered

    def has_former(self) -> bool:
        if self._former is None:
            self._former = self._connection.exec_driver_sql(_FORMER).scalar() is not None
        return self._former

    def logged(self, rows_of: Collection[int]) -> dict[int, int]:
        """Row of a statement -> when its log took it, in microseconds."""
        return dict(map(tuple, rows_where(self._connection, _LOGGED, rows_of)))

    def master_of(self, product: str) -> MasterBook:
        """Who may speak for a product."""
        if product not in self._master:
            self._master[product] = read_book(self._connection, [product])
        return self._master[product]

    def named(self, names: Collection[str]) -> dict[str, tuple[int, ...]]:
        """The lots that a claim means: by urn, by the statement that handed them over, or by a key."""
        unread = [name for name in names if name not in self._named]
        self._named.update((name, ()) for name in unread)
        keys = [name for name in unread if name[KEYED : KEYED + 1] == ":"]
        found = [
            row
            for text in (_LOTS_NAMED, _LOTS_MEANT, _LOTS_SENT)
            for row in rows_where(self._connection, text, unread)
        ]
        if keys:
            parts = {key[KEYED + 1 :] for key in keys}, {key[:KEYED] for key in keys}
            found += [row for row in rows_where(self._connection, _LOTS_KEYED, *parts) if row[0] in keys]
        cases = [CONTAINER + name.removeprefix(CASES) for name in unread if name.startswith(CASES)]
        found += [(case_name(case), lot) for case, lots in self.packed(cases).items() for lot in lots]
        for name, lot in found:
            self._named[name] = (*self._named[name], lot)
        return {name: self._named[name] for name in names}

    def packed(self, cases: Collection[str]) -> dict[str, tuple[int, ...]]:
        """The lots of which something was ever put into these cases, or into cases in them and so on."""
        found: defaultdict[str, tuple[int, ...]] = defaultdict(tuple)
        for case, lot in rows_where(self._connection, _PACKED, cases) if cases else ():
            found[case] = (*found[case], lot)
        return found

    def waiting(self, names: Collection[str]) -> list[tuple[int, str, int]]:
        """(claim, or link of old below zero, the name that it means, goods of who claims) by these names."""
        unread = [name for name in names if name not in self._waiting]
        self._waiting.update((name, []) for name in unread)
        for number, name, lot in rows_where(self._connection, _WAITING, *[unread] * 3) if unread else ():
            self._waiting[name].append((number, lot))
        return [(number, name, lot) for name in names for number, lot in self._waiting[name]]

    def marked(self, most: int) -> Collection[int] | None:
        if self._all is None:
            found = set(self._also)
            for text in self._texts:
                read = self._rows(f"{text} LIMIT {most + 1:d}")
                if len(read) > most:
                    return None
                found.update(lot for (lot,) in read)
            self._all = frozenset(found)
        return self._all

    def marked_among(self, lots: Collection[int]) -> Collection[int]:
        read = [row for text in self._texts for row in self._rows(text + " AND lot {among}", list(lots))]
        return self._also.intersection(lots).union(lot for (lot,) in read)

    def _rows(self, text: str, *lots: list[int]) -> Sequence[Any]:
        given = [self._codes, *lots] if "code {among}" in text else [*lots]
        found = (
            rows_where(self._connection, text, *given) if given else self._connection.exec_driver_sql(text)
        )
        read = list(found)
        self.cost += 1 + len(read)
        return read

    def marks_on(self, lots: Collection[int]) -> list[tuple[str, Mark]]:
        return [(urn, rows.MARK.read(mark)) for urn, *mark in rows_where(self._connection, _MARKS, lots)]
