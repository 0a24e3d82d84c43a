"""How parties stand to a lot: who handed what over to whom, and in which regions it was made and is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection

from trace.store.bulk import select
from trace.store.chain.master import read_counting
from trace.store.lots.details import LotRow, read_lots_by_id
from trace.store.lots.scope import master_data

# By the pair's link; by the hand-over's own word, in clear or disclosed of the version in force; or as one
# side of a pair of which a key fell.
_HANDED: Final = """SELECT 1 WHERE EXISTS (
    SELECT 1 FROM link JOIN statement ON statement.id = (link.to_lot & -256) AND statement.iss = ?
    WHERE link.from_lot = ? AND link.kind = 'receive' AND link.state IN ('signed', 'disputed')
) OR EXISTS (SELECT 1 FROM handover WHERE lot = ? AND receiver = ?) OR EXISTS (
    SELECT 1 FROM handover JOIN statement AS first ON first.stmt = handover.stmt
    LEFT JOIN statement AS newest ON newest.id = first.amended_by
    JOIN inbox ON inbox.stmt = COALESCE(newest.stmt, first.stmt) AND inbox.party = ?
    WHERE handover.lot = ?
) OR EXISTS (
    SELECT 1 FROM handover JOIN claim ON claim.handover = handover.id
    WHERE handover.lot = ? AND claim.claimant = ? AND claim.paired_by IS NOT NULL
    AND claim.state NOT IN ('superseded', 'withdrawn')
)"""
_SOURCE: Final = """SELECT 1 WHERE EXISTS (
    SELECT 1 FROM link AS sent JOIN lot ON lot.id = sent.to_lot AND lot.kind = 'consignment'
    JOIN link ON link.from_lot = sent.to_lot
    JOIN statement ON statement.id = (link.to_lot & -256) AND statement.iss = ?
    WHERE sent.from_lot = ? AND sent.state <> 'superseded'
    AND link.kind = 'receive' AND link.state IN ('signed', 'disputed')
)"""
_DELIVERED: Final = """SELECT 1 WHERE EXISTS (
    SELECT 1 FROM link JOIN statement ON statement.id = (link.from_lot & -256) AND statement.iss = ?
    WHERE link.to_lot = ? AND link.kind = 'receive' AND link.state IN ('signed', 'disputed')
) OR EXISTS (
    SELECT 1 FROM claim JOIN handover ON handover.id = claim.handover
    WHERE claim.lot = ? AND handover.shipper = ? AND claim.paired_by IS NOT NULL
    AND claim.state NOT IN ('superseded', 'withdrawn')
)"""
_CLAIMED: Final = (
    "SELECT named_lot FROM claim WHERE lot = ? AND named_lot IS NOT NULL "
    "AND state NOT IN ('superseded', 'withdrawn')"
)
_MENTIONED: Final = (
    "SELECT lot_statement.lot FROM lot_statement JOIN statement ON statement.id = lot_statement.statement "
    "WHERE statement.stmt = ?"
)
_CODED: Final = "SELECT 1 FROM pack WHERE lot = ? AND state <> 'inactive'"


def is_handed_to(connection: Connection, lot: int, party: str) -> bool:
    """Whether a hand-over's lot was received by the party or is named as its own."""
    return bool(select(connection, _HANDED, (party, lot, lot, party, party, lot, lot, party)))


def is_source_of(connection: Connection, lot: int, party: str) -> bool:
    """Whether the party received, as one side of a pair, what was taken from this lot."""
    return bool(select(connection, _SOURCE, (party, lot)))


def is_delivered_by(connection: Connection, lot: int, party: str) -> bool:
    """Whether this lot is what a hand-over of the party became at its receiver."""
    return bool(select(connection, _DELIVERED, (party, lot, lot, party)))


def list_claimed(connection: Connection, lot: int) -> list[str]:
    """The lots that the maker of this one claims to have it from."""
    return [named for (named,) in select(connection, _CLAIMED, (lot,))]


def lots_mentioned_in(connection: Connection, statement: str) -> list[LotRow]:
    """The lots on whose time lines a statement stands."""
    found = {lot for (lot,) in select(connection, _MENTIONED, (statement,))}
    return list(read_lots_by_id(connection, found).values())


def is_coded(connection: Connection, lot: int) -> bool:
    """Whether the lot is a pack whose code was activated: what anybody may scan."""
    return bool(select(connection, _CODED, (lot,)))


def regions_of(connection: Connection, lots: Iterable[LotRow]) -> dict[int, frozenset[str]]:
    """Lot id -> the GB/T 2260 codes of its maker, its holder and its places, as far as they are stated."""
    listed = list(lots)
    named = {lot.id: _named(lot) for lot in listed}
    parties = master_data(connection, "party", {one for both in named.values() for one in both[0]})
    makers = {lot.id: lot.made_by.iss for lot in listed}
    wanted = [(place, makers[lot]) for lot, (_, places) in named.items() for place in places]
    counting = {key: data for key, (data, _) in read_counting(connection, "place", wanted).items()}
    return {
        lot: frozenset(
            _codes(parties, of) | _codes({place: counting.get((place, makers[lot]), {}) for place in at}, at)
        )
        for lot, (of, at) in named.items()
    }


def regions_of_parties(connection: Connection, parties: Collection[str]) -> dict[str, frozenset[str]]:
    """Party -> the GB/T 2260 code that it stated, as a set of none or one."""
    known = master_data(connection, "party", parties)
    return {party: frozenset(_codes(known, (party,))) for party in parties}


def _named(lot: LotRow) -> tuple[set[str], set[str]]:
    of = {lot.made_by.iss, *([lot.holder] if lot.holder else [])}
    return of, {*lot.detail.get("plots", ()), *([lot.place] if lot.place else [])}


def _codes(known: Mapping[str, Mapping[str, Any]], names: Iterable[str]) -> set[str]:
    found = {known.get(name, {}).get("region") for name in names}
    return {code for code in found if isinstance(code, str) and code}
