"""What was seen at the top of each sheet of an upload, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection

from trace.store.bulk import insert_rows, select
from trace.store.tables.uploads import upload_look


@dataclass(frozen=True, slots=True)
class LookRow:
    """A sheet by its place in the file: its name, and its first rows."""

    place: int
    name: str
    content: Mapping[str, Any]


def put_look(connection: Connection, upload: str, one: LookRow) -> None:
    row = (upload, one.place, one.name, orjson.dumps(dict(one.content)).decode())
    insert_rows(connection, upload_look, ("upload", "place", "name", "content"), [row])


def list_looks(connection: Connection, upload: str) -> list[LookRow]:
    """The sheets of an upload in their order; none before anybody has looked."""
    sql = "SELECT place, name, content FROM upload_look WHERE upload = ? ORDER BY place"
    return [
        LookRow(place, name, orjson.loads(said)) for place, name, said in select(connection, sql, (upload,))
    ]


def has_look(connection: Connection, upload: str) -> bool:
    """Whether anything of the file could be read."""
    return bool(select(connection, "SELECT 1 FROM upload_look WHERE upload = ? LIMIT 1", (upload,)))
