"""Signed notices that serve letters, and what firms signed in reply, found by the letter's number."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from trace.chain.facts.oversight import ACKNOWLEDGEMENT, NOTICE
from trace.store.base import from_micros
from trace.store.columns import json_value
from trace.store.query import rows_where

_BY = (
    "SELECT statement.stmt, statement.logged_at, record.data FROM statement "
    "JOIN record ON record.id >= statement.id AND record.id < statement.id + 256 "
    "WHERE statement.iss {among} AND statement.typ {among} ORDER BY statement.arrival"
)


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed record: when its log took it in, what it is about, and its note."""

    stmt: str
    at: datetime
    about: str
    note: str = ""


def served_by(connection: Connection, authorities: Collection[str]) -> dict[str, Signed]:
    """Number of a letter -> the first notice of these authorities that serves it."""
    found: dict[str, Signed] = {}
    for stmt, at, text in rows_where(connection, _BY, authorities, [NOTICE.typ]):
        matter = str(json_value(text).get("matter") or "")
        found.setdefault(matter, Signed(stmt, from_micros(int(at)), matter))
    return found


def replies_of(connection: Connection, parties: Collection[str]) -> dict[str, list[Signed]]:
    """Notice -> what these firms signed about it, the oldest first."""
    found: dict[str, list[Signed]] = {}
    for stmt, at, text in rows_where(connection, _BY, parties, [ACKNOWLEDGEMENT.typ]):
        data = json_value(text)
        about = str(data.get("about") or "")
        one = Signed(stmt, from_micros(int(at)), about, str(data.get("note") or ""))
        found.setdefault(about, []).append(one)
    return found
