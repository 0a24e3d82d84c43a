"""Saved mappings of firms' own tables: every version is kept, the newest counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.exchange.tabular.mapping import Mapping
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, select
from trace.store.tables import uploads as tables

_COLUMNS: Final = (
    "id", "holder", "name", "version", "form", "fingerprint", "content", "made_by", "made_at",
)  # fmt: skip
_LISTED: Final = ", ".join(_COLUMNS)
_BY_ID: Final = f"SELECT {_LISTED} FROM upload_mapping WHERE id = ?"  # noqa: S608 - own names, here and below
_NEWEST: Final = (
    f"SELECT {_LISTED} FROM upload_mapping AS one WHERE holder = ? AND version = "  # noqa: S608
    "(SELECT max(version) FROM upload_mapping AS other WHERE other.holder = one.holder "
    "AND other.name = one.name) ORDER BY name"
)


@dataclass(frozen=True, slots=True)
class SavedMapping:
    """A version of a firm's mapping, by whom, and the headings that it was made for."""

    id: str
    holder: str
    name: str
    version: int
    form: str
    fingerprint: str
    content: Mapping
    made_by: str
    made_at: datetime


def put_mapping(connection: Connection, one: SavedMapping) -> None:
    """A new version; raises `AlreadyRecorded` where that version is there."""
    content = orjson.dumps(one.content.to_json()).decode()
    row = (
        one.id, one.holder, one.name, one.version, one.form, one.fingerprint, content, one.made_by,
        to_micros(one.made_at),
    )  # fmt: skip
    insert_rows(connection, tables.upload_mapping, _COLUMNS, [row])


def find_mapping(connection: Connection, mapping: str) -> SavedMapping | None:
    return next((_read(row) for row in select(connection, _BY_ID, (mapping,))), None)


def list_mappings(connection: Connection, holder: str) -> list[SavedMapping]:
    """The newest version of each, by name."""
    return [_read(row) for row in select(connection, _NEWEST, (holder,))]


def _read(row: Sequence[Any]) -> SavedMapping:
    values = dict(zip(_COLUMNS, row, strict=True))
    values["content"] = Mapping.from_json(orjson.loads(values["content"]))
    values["made_at"] = from_micros(values["made_at"])
    return SavedMapping(**values)
