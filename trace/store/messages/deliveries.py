"""Deliveries: how far each notice of the outbox is on each channel."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import run_many, select
from trace.store.messages.outbox import Notice
from trace.store.query import rows_where

_PLAN = """
INSERT INTO delivery (notice, channel, attempts, due_at)
SELECT o.id, ?, 0, o.due_at FROM outbox o WHERE o.done_at IS NULL
  AND (o.person IS NULL OR ? = 'mail')
  AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.notice = o.id AND d.channel = ?)
"""
_DUE = """
SELECT o.id, o.topic, o.payload, o.created_at, d.attempts, o.person
FROM delivery d JOIN outbox o ON o.id = d.notice
WHERE d.channel = ? AND d.sent_at IS NULL AND d.dead_at IS NULL AND d.due_at <= ?
ORDER BY d.due_at, o.id LIMIT ?
"""
_SENT = """
UPDATE delivery SET sent_at = ?, attempts = attempts + 1, last_error = NULL WHERE notice = ? AND channel = ?
"""
_FAILED = """
UPDATE delivery SET attempts = attempts + 1, last_error = ?, due_at = ?, dead_at = ?
WHERE notice = ? AND channel = ?
"""
_CLOSE = """
UPDATE outbox SET done_at = ? WHERE done_at IS NULL
  AND EXISTS (SELECT 1 FROM delivery d WHERE d.notice = outbox.id)
  AND NOT EXISTS (
    SELECT 1 FROM delivery d WHERE d.notice = outbox.id AND d.sent_at IS NULL AND d.dead_at IS NULL)
"""
_REVIVE = """
UPDATE delivery SET dead_at = NULL, due_at = ? WHERE dead_at IS NOT NULL AND sent_at IS NULL
"""
_REOPEN = """
UPDATE outbox SET done_at = NULL WHERE id IN (
    SELECT notice FROM delivery WHERE sent_at IS NULL AND dead_at IS NULL)
"""
_STANDING = """
SELECT (SELECT count(*) FROM outbox WHERE done_at IS NULL),
       (SELECT min(created_at) FROM outbox WHERE done_at IS NULL),
       (SELECT count(*) FROM delivery WHERE dead_at IS NOT NULL)
"""
_OF = "SELECT notice, sent_at, dead_at FROM delivery WHERE notice {among}"
_DEAD = """
SELECT d.notice, d.channel, o.topic, d.attempts, d.last_error, d.dead_at FROM delivery d
JOIN outbox o ON o.id = d.notice WHERE d.dead_at IS NOT NULL ORDER BY d.dead_at DESC, d.notice LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A notice that a channel did not take, and that is tried no more until somebody asks for it."""

    notice: int
    channel: str
    topic: str
    attempts: int
    error: str
    dead_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryStanding:
    """How a notice stands over all channels: taken by one, or given up by every one."""

    sent: bool
    dead: bool


@dataclass(frozen=True, slots=True)
class OutboxStanding:
    """How many notices wait, since when the oldest, and how many were given up."""

    waiting: int
    oldest: datetime | None
    dead: int


def plan_deliveries(connection: Connection, channels: Collection[str]) -> None:
    """A delivery for every open notice on each channel that has none yet."""
    run_many(connection, _PLAN, [(channel, channel, channel) for channel in sorted(channels)])


def list_due_deliveries(connection: Connection, channel: str, now: datetime, limit: int = 50) -> list[Notice]:
    """The notices that are due on a channel, the longest first."""
    return [
        Notice(int(number), topic, orjson.loads(payload), from_micros(created), int(attempts), person or "")
        for number, topic, payload, created, attempts, person in select(
            connection, _DUE, (channel, to_micros(now), limit)
        )
    ]


def mark_delivered(connection: Connection, notice: int, channel: str, now: datetime) -> None:
    run_many(connection, _SENT, [(to_micros(now), notice, channel)])


def mark_undelivered(
    connection: Connection, notice: int, channel: str, error: str, again: datetime, dead: datetime | None
) -> None:
    """It was not taken: tried `again`, or given up where `dead` says when."""
    row = (error[:500], to_micros(again), to_micros(dead) if dead else None, notice, channel)
    run_many(connection, _FAILED, [row])


def close_notices(connection: Connection, now: datetime) -> None:
    """A notice is done when every channel has it or has given it up."""
    run_many(connection, _CLOSE, [(to_micros(now),)])


def revive_dead(connection: Connection, now: datetime) -> None:
    """Have everything that was given up tried again."""
    run_many(connection, _REVIVE, [(to_micros(now),)])
    run_many(connection, _REOPEN, [()])


def outbox_standing(connection: Connection) -> OutboxStanding:
    ((waiting, oldest, dead),) = select(connection, _STANDING, ())
    return OutboxStanding(int(waiting), None if oldest is None else from_micros(oldest), int(dead))


def list_dead(connection: Connection, limit: int = 20) -> list[DeadLetter]:
    """The newest dead letters."""
    return [
        DeadLetter(int(notice), channel, topic, int(attempts), error or "", from_micros(dead))
        for notice, channel, topic, attempts, error, dead in select(connection, _DEAD, (limit,))
    ]


def deliveries_of(connection: Connection, notices: Collection[int]) -> dict[int, DeliveryStanding]:
    """Notice -> how it stands, of those that were handed to a channel."""
    found: dict[int, list[tuple[bool, bool]]] = {}
    for notice, sent, dead in rows_where(connection, _OF, list(notices)):
        found.setdefault(int(notice), []).append((sent is not None, dead is not None))
    return {
        notice: DeliveryStanding(any(sent for sent, _ in ways), all(dead for _, dead in ways))
        for notice, ways in found.items()
    }
