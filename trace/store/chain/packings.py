"""Packings of production batches, out of the store: which failed a test, and which are of the same batch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from trace.chain.lineage import packings as pure
from trace.chain.lineage.packings import FAILED, FINISHED, Packing, Stated, packing_of, stated_of
from trace.store.columns import json_value
from trace.store.query import rows_where

_LOTS: Final = "SELECT id, urn, kind, detail FROM lot WHERE id {among}"
_NAMED: Final = "SELECT urn, id, kind, detail FROM lot WHERE urn {among}"
_FAILED: Final = "SELECT lot FROM mark WHERE cleared_by IS NULL AND lot IS NOT NULL AND code {among}"
_BELOW: Final = (
    "SELECT DISTINCT link.to_lot FROM link JOIN lot ON lot.id = link.to_lot "
    "WHERE link.from_lot {among} AND lot.kind {among}"
)
# All that is packed of some goods, in any number of steps, and failed: mostly nothing, in one statement.
# Links that a correction took away lead there too: what was packed of what is asked of every one found.
_FAILED_OF: Final = {
    "sqlite": (
        "WITH RECURSIVE made (lot) AS (SELECT id FROM lot WHERE urn {among} "  # noqa: S608 - kinds of ours
        "UNION SELECT link.to_lot FROM made CROSS JOIN link ON link.from_lot = made.lot "
        "CROSS JOIN lot ON lot.id = link.to_lot "
        f"WHERE lot.kind IN {FINISHED}) "
        "SELECT mark.lot FROM made CROSS JOIN mark ON mark.lot = made.lot "
        "WHERE mark.cleared_by IS NULL AND mark.code {among}"
    ),
    "postgresql": (
        "WITH RECURSIVE made (lot) AS (SELECT id FROM lot WHERE urn {among} "  # noqa: S608 - kinds of ours
        "UNION SELECT link.to_lot FROM made CROSS JOIN LATERAL ("
        "SELECT to_lot FROM link WHERE from_lot = made.lot OFFSET 0) AS link "
        f"JOIN lot ON lot.id = link.to_lot AND lot.kind IN {FINISHED}) "
        "SELECT found.lot FROM made CROSS JOIN LATERAL (SELECT lot FROM mark "
        "WHERE lot = made.lot AND cleared_by IS NULL AND code {among} OFFSET 0) AS found"
    ),
}
_ALL: Final = 1 << 40


def packings_beside(connection: Connection, failed: Iterable[int]) -> dict[int, dict[int, int]]:
    """Packings -> those of the lots `failed` that their maker made of the same production batch, each with
    the moment until which its sample has to be drawn."""
    stored = StoredPackings(connection)
    of_batches = stored.among(list(failed))
    others = stored.made_of({urn for one in of_batches for urn in one.goods}, _ALL) or ()
    return pure.packings_beside(of_batches, others)


class StoredPackings:
    """The port `trace.chain.lineage.packings.Packings` on a connection; what was read once is kept."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[int, Packing | None] = {}
        self._failed: list[Packing] | None = None
        self._made_of: dict[frozenset[str], list[Packing]] = {}

    def among(self, lots: Collection[int]) -> list[Packing]:
        self._read([lot for lot in lots if lot not in self._known])
        return [one for lot in lots if (one := self._known.get(lot)) is not None]

    def _read(self, lots: Collection[int]) -> None:
        self._known.update(dict.fromkeys(lots))
        read = [
            (lot, urn, stated_of(kind, json_value(detail)))
            for lot, urn, kind, detail in rows_where(self._connection, _LOTS, lots)
            if kind in FINISHED
        ]
        above = self.stated({urn for *_, stated in read for urn in stated.named()})
        for lot, urn, stated in read:
            self._known[lot] = packing_of(lot, urn, stated, above)

    def stated(self, urns: Collection[str]) -> Mapping[str, Stated]:
        return {urn: stated_of(kind, json_value(detail)) for urn, _, kind, detail in self._named(urns)}

    def failed(self, most: int) -> list[Packing] | None:
        if self._failed is None:
            found = rows_where(self._connection, f"{_FAILED} LIMIT {most + 1:d}", [FAILED])
            if len(found) > most:
                return None
            self._failed = self.among({lot for (lot,) in found})
        return self._failed

    def failed_of(self, urns: Collection[str]) -> list[Packing]:
        text = _FAILED_OF[self._connection.dialect.name]
        return self.among([lot for (lot,) in rows_where(self._connection, text, urns, [FAILED])])

    def made_of(self, urns: Collection[str], most: int) -> list[Packing] | None:
        asked = frozenset(urns)
        if asked not in self._made_of:
            made = self._below(asked, most)
            if made is None:
                return None
            self._made_of[asked] = self.among(made)
        return self._made_of[asked]

    def _below(self, urns: Collection[str], most: int) -> set[int] | None:
        """These goods, and what was packed of them in any number of steps; None if more than `most` lots."""
        frontier = {lot for _, lot, *_ in self._named(urns)}
        reached = set(frontier)
        while frontier:
            text = f"{_BELOW} LIMIT {most + 1:d}"
            found = rows_where(self._connection, text, frontier, FINISHED)
            frontier = {lot for (lot,) in found} - reached
            reached |= frontier
            if len(found) > most or len(reached) > most:
                return None
        return reached

    def _named(self, urns: Collection[str]) -> Sequence[Any]:
        return rows_where(self._connection, _NAMED, urns)
