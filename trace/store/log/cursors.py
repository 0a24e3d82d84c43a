"""Feed cursors: how far each source was read, moved in the transaction that keeps its page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from trace.store.base import to_micros
from trace.store.bulk import run_many, select

_PUT = (
    "INSERT INTO feed_cursor (source, cursor, etag, updated_at) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (source) DO UPDATE SET cursor = excluded.cursor, etag = excluded.etag, "
    "updated_at = excluded.updated_at"
)


def read_cursor(connection: Connection, source: str) -> tuple[str | None, str | None]:
    """The cursor and entity tag of a source; (None, None) for one never read."""
    rows = select(connection, "SELECT cursor, etag FROM feed_cursor WHERE source = ?", (source,))
    return (rows[0][0], rows[0][1]) if rows else (None, None)


def put_cursor(connection: Connection, source: str, cursor: str, etag: str | None, at: datetime) -> None:
    """Move a source's cursor."""
    run_many(connection, _PUT, [(source, cursor, etag, to_micros(at))])
