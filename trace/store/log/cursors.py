"""Feed cursors: how far each source was read, moved in the transaction that keeps its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import run_many, select

_PUT = (
    "INSERT INTO feed_cursor (source, cursor, etag, updated_at, origin, through) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (source) DO UPDATE SET cursor = excluded.cursor, etag = excluded.etag, "
    "updated_at = excluded.updated_at, origin = excluded.origin, through = excluded.through"
)


@dataclass(frozen=True, slots=True)
class FeedCursor:
    """How far a source was read. `through`: every entry of the log `origin` below this index came."""

    cursor: str | None = None
    etag: str | None = None
    origin: str | None = None
    through: int | None = 0


def read_cursor(connection: Connection, source: str) -> FeedCursor:
    """The cursor of a source; an empty one for one never read."""
    sql = "SELECT cursor, etag, origin, through FROM feed_cursor WHERE source = ?"
    rows = select(connection, sql, (source,))
    return FeedCursor(*rows[0]) if rows else FeedCursor()


def put_cursor(connection: Connection, source: str, read: FeedCursor, at: datetime) -> None:
    """Move a source's cursor."""
    row = (source, read.cursor, read.etag, to_micros(at), read.origin, read.through)
    run_many(connection, _PUT, [row])


def list_cursors(connection: Connection) -> list[tuple[str, FeedCursor]]:
    """Every source that was read, and how far."""
    sql = "SELECT source, cursor, etag, origin, through FROM feed_cursor ORDER BY source"
    return [(source, FeedCursor(*rest)) for source, *rest in select(connection, sql)]


def list_pulls(connection: Connection) -> list[tuple[str, datetime]]:
    """Every feed with the moment at which it last brought something."""
    sql = "SELECT source, updated_at FROM feed_cursor ORDER BY source"
    return [(source, from_micros(at)) for source, at in select(connection, sql, ())]
