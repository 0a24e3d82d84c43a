"""What was stated about a farm and its plots, the newest first: each statement with its signer and place."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection

from trace.chain.facts.corrections import CORRECTION
from trace.chain.facts.farm import OPERATION
from trace.chain.facts.master import PARTY, PLACE
from trace.store.chain.statements import STATEMENT, StatementRow
from trace.store.query import rows_where

KINDS: Final = (PARTY.typ, PLACE.typ, OPERATION.typ, CORRECTION.typ)
_ABOUT: Final = (
    f"SELECT {STATEMENT.columns} FROM statement "  # noqa: S608 - columns of ours
    "WHERE statement.sub {among} AND statement.typ {among} ORDER BY statement.arrival DESC LIMIT ?"
)


def statements_about(connection: Connection, names: Collection[str], most: int) -> list[StatementRow]:
    """So many statements about these parties and plots, whoever signed them."""
    return [STATEMENT.read(row) for row in rows_where(connection, _ABOUT, names, KINDS, most)]
