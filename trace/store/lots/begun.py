"""What a party that has just begun has stated, and whether goods of its were tested."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from trace.store.bulk import select

_STATED: Final = "SELECT typ FROM statement WHERE iss = ? ORDER BY occurred_at LIMIT ?"
_TESTED: Final = "SELECT 1 FROM lot JOIN report ON report.lot = lot.id WHERE lot.holder = ? LIMIT 1"


def first_kinds(connection: Connection, party: str, most: int) -> list[str]:
    """The kinds of the earliest `most` statements of a party, one each."""
    return [typ for (typ,) in select(connection, _STATED, (party, most))]


def has_tests(connection: Connection, party: str) -> bool:
    """Whether anybody tested goods of the party."""
    return bool(select(connection, _TESTED, (party,)))
