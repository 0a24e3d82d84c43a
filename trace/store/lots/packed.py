"""Queries of a firm's own packs: the lots that it packed with a code, newest first."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from trace.store.bulk import select

NEWEST: Final = 2**63 - 1
"""Above the number of any lot."""
_OWN: Final = (
    "SELECT lot.id FROM lot WHERE lot.holder = ? AND lot.id < ? "
    "AND EXISTS (SELECT 1 FROM pack WHERE pack.lot = lot.id) ORDER BY lot.id DESC LIMIT ?"
)


def list_packed(connection: Connection, holder: str, below: int, most: int) -> list[int]:
    """The numbers of the newest lots that `holder` packed, under the number `below`; one query."""
    return [number for (number,) in select(connection, _OWN, (holder, below, most))]
