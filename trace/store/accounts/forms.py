"""Forms that were sent: the key of each, spent once; those whose session had ended, kept for their owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import Connection

from trace.store.accounts.people import new_number
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.tables.accounts import kept_form

_SPEND = (
    "INSERT INTO form_use (key, person, used_at, leads_to) VALUES (?, ?, ?, '') "
    "ON CONFLICT (key) DO NOTHING RETURNING 1"
)


@dataclass(frozen=True, slots=True)
class KeptForm:
    """What somebody had filled in, where it was to go, and when."""

    id: str
    path: str
    fields: tuple[tuple[str, str], ...]
    kept_at: datetime


def spend_key(connection: Connection, key: str, who: str, at: datetime) -> bool:
    """Whether the key was still good: the first that spends it has it, others wait for that one's end."""
    return bool(select(connection, _SPEND, (key, who, to_micros(at))))


def set_outcome(connection: Connection, key: str, leads_to: str) -> None:
    """Where the form led, for whoever sends it again."""
    run_many(connection, "UPDATE form_use SET leads_to = ? WHERE key = ?", [(leads_to, key)])


def outcome_of(connection: Connection, key: str, who: str) -> str | None:
    """Where the form led; None for a key of somebody else."""
    found = select(connection, "SELECT leads_to FROM form_use WHERE key = ? AND person = ?", (key, who))
    return str(found[0][0]) if found else None


def keep_form(
    connection: Connection, who: str, path: str, fields: Sequence[tuple[str, str]], at: datetime
) -> str:
    """Keep what was filled in; its number."""
    number = new_number()
    row = (number, who, path, orjson.dumps([list(one) for one in fields]).decode(), to_micros(at))
    insert_rows(connection, kept_form, ("id", "person", "path", "fields", "kept_at"), [row])
    return number


def kept_forms(connection: Connection, who: str) -> list[KeptForm]:
    """What is kept for somebody, the last first."""
    text = "SELECT id, path, fields, kept_at FROM kept_form WHERE person = ? ORDER BY kept_at DESC, id"
    return [
        KeptForm(number, path, tuple((name, value) for name, value in orjson.loads(fields)), from_micros(at))
        for number, path, fields, at in select(connection, text, (who,))
    ]


def drop_kept(connection: Connection, number: str, who: str) -> None:
    run_many(connection, "DELETE FROM kept_form WHERE id = ? AND person = ?", [(number, who)])
