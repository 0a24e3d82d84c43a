"""Every statement about a licence with what corrects it, in order of arrival: the register's history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from trace.store.base import from_micros
from trace.store.bulk import select

# Written as in the partial index, or it is not used.
_SAID: Final = (
    "SELECT s.stmt, s.logged_at, c.stmt FROM statement AS s LEFT JOIN statement AS c ON c.id = s.amended_by "
    "WHERE s.typ = 'master.licence' ORDER BY s.arrival"
)


@dataclass(frozen=True, slots=True)
class SaidOfLicence:
    """A statement about a licence: when its log took it in, and what amends it."""

    stmt: str
    logged_at: datetime
    amendment: str | None


def said_of_licences(connection: Connection) -> list[SaidOfLicence]:
    """All of them."""
    return [SaidOfLicence(stmt, from_micros(at), by) for stmt, at, by in select(connection, _SAID)]
