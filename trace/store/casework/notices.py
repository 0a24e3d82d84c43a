"""Notices of authorities by whom they are addressed to, as their records say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.chain.facts.oversight import NOTICE
from trace.store.base import from_micros
from trace.store.bulk import select
from trace.store.columns import json_value

_TO: Final = (
    "SELECT statement.stmt, statement.iss, statement.logged_at, record.data FROM inbox "  # noqa: S608 - ours
    "JOIN statement ON statement.stmt = inbox.stmt JOIN record ON record.id = statement.id "
    f"WHERE inbox.party = ? AND statement.typ = '{NOTICE.typ}' ORDER BY statement.arrival DESC LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice as it was signed."""

    statement: str
    iss: str
    logged_at: datetime
    data: Mapping[str, Any]


def notices_addressed(connection: Connection, party: str, most: int) -> list[NoticeRow]:
    """The notices of authorities to a party, the newest first."""
    return [
        NoticeRow(stmt, iss, from_micros(int(at)), json_value(data))
        for stmt, iss, at, data in select(connection, _TO, (party, most))
    ]
