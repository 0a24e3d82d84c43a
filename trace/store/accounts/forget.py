"""Rows of accounts that are older than they need to be, deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from trace.store.base import to_micros
from trace.store.bulk import select


def forget_events(connection: Connection, before: datetime) -> int:
    """What happened to accounts, before that moment."""
    return _deleted(connection, "DELETE FROM sign_in_event WHERE at < ? RETURNING 1", before)


def forget_sessions(connection: Connection, before: datetime) -> int:
    """Sessions that were last used before that moment: all of them ended long ago."""
    return _deleted(connection, "DELETE FROM session WHERE seen_at < ? RETURNING 1", before)


def forget_invitations(connection: Connection, before: datetime) -> int:
    """Invitations that ended before that moment."""
    return _deleted(connection, "DELETE FROM invitation WHERE expires_at < ? RETURNING 1", before)


def forget_form_uses(connection: Connection, before: datetime) -> int:
    """The keys of forms that were sent before that moment: their sessions have ended."""
    return _deleted(connection, "DELETE FROM form_use WHERE used_at < ? RETURNING 1", before)


def forget_kept_forms(connection: Connection, before: datetime) -> int:
    """Forms that were kept before that moment."""
    return _deleted(connection, "DELETE FROM kept_form WHERE kept_at < ? RETURNING 1", before)


def _deleted(connection: Connection, text: str, before: datetime) -> int:
    return len(select(connection, text, (to_micros(before),)))
