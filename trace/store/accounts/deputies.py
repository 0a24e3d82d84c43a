"""Who stands in for whom, for a time, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.store.accounts.people import new_number
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.tables.accounts import deputy

_COLUMNS: Final = (
    "id", "organisation", "giver", "deputy", "roles", "reason", "begins_at", "ends_at", "given_at",
)  # fmt: skip
_ROWS: Final = (
    "SELECT d.id, d.organisation, d.giver, g.person, gp.name, d.deputy, m.person, mp.name, d.roles, "
    "d.reason, d.begins_at, d.ends_at, d.given_at, d.revoked_at, r.name, "
    "CASE WHEN g.ended_at IS NULL AND gp.closed_at IS NULL THEN g.roles ELSE '' END, m.ended_at "
    "FROM deputy d JOIN membership g ON g.id = d.giver JOIN person gp ON gp.id = g.person "
    "JOIN membership m ON m.id = d.deputy JOIN person mp ON mp.id = m.person "
    "LEFT JOIN person r ON r.id = d.revoked_by WHERE "
)
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: the membership, and whose it is."""

    membership: str
    person: str
    name: str


@dataclass(frozen=True, slots=True)
class Deputyship:
    """Somebody stands in for a colleague from `begins_at` until before `ends_at`.

    `giver_roles`: what the giver is now, () for who has left. `left`: the deputy has.
    """

    id: str
    organisation: str
    giver: Side
    deputy: Side
    roles: tuple[str, ...]
    reason: str
    begins_at: datetime
    ends_at: datetime
    given_at: datetime
    revoked_at: datetime | None
    revoked_by: str
    giver_roles: tuple[str, ...]
    left: bool

    @property
    def counting(self) -> tuple[str, ...]:
        """Those of the roles that the giver still has: nobody lends what he has not."""
        return tuple(one for one in self.roles if one in self.giver_roles)


@dataclass(frozen=True, slots=True)
class Appointed:
    """A deputy to be noted: memberships of giver and deputy, which roles, why and from when to when."""

    organisation: str
    giver: str
    deputy: str
    roles: Sequence[str]
    reason: str
    begins_at: datetime
    ends_at: datetime


def add_deputy(connection: Connection, new: Appointed, at: datetime) -> str:
    """The new deputy's number."""
    number = new_number()
    times = (to_micros(new.begins_at), to_micros(new.ends_at), to_micros(at))
    row = (number, new.organisation, new.giver, new.deputy, " ".join(new.roles), new.reason, *times)
    insert_rows(connection, deputy, _COLUMNS, [row])
    return number


def standing_in(connection: Connection, member: str, at: datetime) -> list[Deputyship]:
    """For whom a member stands in at that moment, the oldest first."""
    moment = to_micros(at)
    condition = (
        "d.deputy = ? AND d.begins_at <= ? AND d.ends_at > ? AND d.revoked_at IS NULL "
        "ORDER BY d.given_at, d.id"
    )
    return _read(connection, condition, (member, moment, moment))


def deputies_of(connection: Connection, urn: str, member: str = "") -> list[Deputyship]:
    """An organisation's deputies, those of one member on either side where one is named; the newest first."""
    only, values = ("AND (d.giver = ? OR d.deputy = ?) ", (member, member)) if member else ("", ())
    condition = f"d.organisation = ? {only}ORDER BY d.given_at DESC, d.id LIMIT {_MOST}"
    return _read(connection, condition, (urn, *values))


def find_deputy(connection: Connection, number: str) -> Deputyship | None:
    return next(iter(_read(connection, "d.id = ?", (number,))), None)


def revoke_deputy(connection: Connection, number: str, by: str, at: datetime) -> None:
    text = "UPDATE deputy SET revoked_at = ?, revoked_by = ? WHERE id = ? AND revoked_at IS NULL"
    run_many(connection, text, [(to_micros(at), by, number)])


def _read(connection: Connection, condition: str, values: tuple[Any, ...]) -> list[Deputyship]:
    return [_deputyship(row) for row in select(connection, _ROWS + condition, values)]


def _deputyship(row: Sequence[Any]) -> Deputyship:
    return Deputyship(
        id=row[0],
        organisation=row[1],
        giver=Side(*row[2:5]),
        deputy=Side(*row[5:8]),
        roles=tuple(row[8].split()),
        reason=row[9],
        begins_at=from_micros(row[10]),
        ends_at=from_micros(row[11]),
        given_at=from_micros(row[12]),
        revoked_at=None if row[13] is None else from_micros(row[13]),
        revoked_by=row[14] or "",
        giver_roles=tuple(row[15].split()),
        left=row[16] is not None,
    )
