"""The loader of kept records that a batch names: orders on goods, samplings, commissions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from trace.chain.chain_state import ChainState
from trace.chain.known_records import KnownRecord
from trace.store.columns import json_value
from trace.store.query import rows_where

_RECORDS: Final = (
    "SELECT record.id, statement.stmt, statement.typ, statement.iss, record.sub, record.data, "
    "goods_order.state FROM statement JOIN record ON record.id = statement.id "
    "LEFT JOIN goods_order ON goods_order.id = statement.id WHERE statement.stmt {among}"
)
_PARTIES: Final = "SELECT urn, data FROM party WHERE urn {among}"


def load_records(connection: Connection, statements: Iterable[str], known: ChainState) -> None:
    """The records of these statements, and what is known of those who signed them."""
    for row, stmt, typ, iss, sub, data, state in rows_where(connection, _RECORDS, statements):
        known.records[stmt] = KnownRecord(row, stmt, typ, iss, sub, json_value(data), state)
    signers = {record.iss for record in known.records.values()}
    for urn, data in rows_where(connection, _PARTIES, signers):
        known.parties.setdefault(urn, json_value(data))
