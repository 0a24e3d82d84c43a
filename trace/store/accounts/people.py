"""People, organisations and memberships as rows."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.query import rows_where
from trace.store.tables.accounts import membership, organisation, person

_PERSON = "SELECT id, login, name, demo FROM person WHERE closed_at IS NULL AND "
_MEMBERS = (
    "SELECT m.id, m.person, p.name, p.login, o.urn, o.name, o.kind, o.department, o.region, m.roles, "
    "m.since, m.card "
    "FROM membership m JOIN person p ON p.id = m.person JOIN organisation o ON o.urn = m.organisation "
    "WHERE m.ended_at IS NULL AND o.closed_at IS NULL AND p.closed_at IS NULL AND "
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in."""

    id: str
    login: str
    name: str
    demo: bool


@dataclass(frozen=True, slots=True)
class Organisation:
    """A firm, a laboratory, an authority or whoever runs the platform; only an authority has an area."""

    urn: str
    name: str
    kind: str
    department: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    """What somebody is in an organisation; `card`: the number of an inspector's card (执法证号)."""

    id: str
    person: str
    name: str
    login: str
    organisation: Organisation
    roles: tuple[str, ...]
    since: datetime
    card: str = ""


def new_number() -> str:
    """A number that tells nothing: 128 random bits."""
    return secrets.token_hex(16)


def add_person(connection: Connection, login: str, name: str, at: datetime, *, demo: bool = False) -> str:
    """A new person's number."""
    number = new_number()
    row = (number, login, name, to_micros(at), int(demo))
    insert_rows(connection, person, ("id", "login", "name", "created_at", "demo"), [row])
    return number


def find_person(connection: Connection, number: str) -> Person | None:
    return _person(connection, "id = ?", number)


def find_login(connection: Connection, login: str) -> Person | None:
    return _person(connection, "login = ?", login)


def _person(connection: Connection, condition: str, value: str) -> Person | None:
    found = select(connection, _PERSON + condition, (value,))
    return Person(found[0][0], found[0][1], found[0][2], bool(found[0][3])) if found else None


def is_login_taken(connection: Connection, login: str) -> bool:
    """Whether anybody has or had it: a name is never given twice."""
    return bool(select(connection, "SELECT 1 FROM person WHERE login = ?", (login,)))


def add_organisation(connection: Connection, new: Organisation, at: datetime) -> None:
    columns = ("urn", "name", "kind", "department", "region", "created_at")
    row = (new.urn, new.name, new.kind, new.department, new.region, to_micros(at))
    insert_rows(connection, organisation, columns, [row])


def find_organisation(connection: Connection, urn: str) -> Organisation | None:
    text = "SELECT urn, name, kind, department, region FROM organisation WHERE closed_at IS NULL AND urn = ?"
    found = select(connection, text, (urn,))
    return Organisation(*found[0]) if found else None


def hold_organisation(connection: Connection, urn: str) -> None:
    """Let nobody else change who belongs to it before this transaction ends (PostgreSQL; SQLite has one
    writer): each of two that removed the other would see the other still there."""
    run_many(connection, "UPDATE organisation SET name = name WHERE urn = ?", [(urn,)])


def list_organisations(connection: Connection) -> list[Organisation]:
    """Every organisation, by name."""
    text = (
        "SELECT urn, name, kind, department, region FROM organisation WHERE closed_at IS NULL "
        "ORDER BY name, urn"
    )
    return [Organisation(*row) for row in select(connection, text)]


def add_membership(
    connection: Connection, who: str, urn: str, roles: Sequence[str], given_by: str | None, at: datetime
) -> str:
    """A new membership's number."""
    number = new_number()
    columns = ("id", "person", "organisation", "roles", "since", "given_by")
    row = (number, who, urn, " ".join(roles), to_micros(at), given_by)
    insert_rows(connection, membership, columns, [row])
    return number


def set_roles(connection: Connection, number: str, roles: Iterable[str]) -> None:
    run_many(connection, "UPDATE membership SET roles = ? WHERE id = ?", [(" ".join(roles), number)])


def set_card(connection: Connection, number: str, card: str) -> None:
    run_many(connection, "UPDATE membership SET card = ? WHERE id = ?", [(card, number)])


def holders_of_cards(connection: Connection, organisations: Iterable[str]) -> dict[str, str]:
    """Card -> name of whoever holds it in these organisations, or held it last."""
    text = (
        "SELECT m.card, p.name FROM membership m JOIN person p ON p.id = m.person "
        "WHERE m.card <> '' AND m.organisation {among} ORDER BY m.since, m.id"
    )
    return dict(rows_where(connection, text, organisations))


def end_membership(connection: Connection, number: str, ended_by: str, at: datetime) -> None:
    text = "UPDATE membership SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL"
    run_many(connection, text, [(to_micros(at), ended_by, number)])


def memberships_of(connection: Connection, who: str) -> list[Membership]:
    """What somebody is, the oldest first."""
    return _members(connection, "m.person = ?", who)


def members_of(connection: Connection, urn: str) -> list[Membership]:
    """Who belongs to an organisation, the oldest first."""
    return _members(connection, "m.organisation = ?", urn)


def demo_members(connection: Connection) -> list[Membership]:
    """What people of a demo are, in the order in which they were made."""
    return _members(connection, "p.demo = ?", 1)


def find_membership(connection: Connection, number: str) -> Membership | None:
    found = _members(connection, "m.id = ?", number)
    return found[0] if found else None


def _members(connection: Connection, condition: str, value: str | int) -> list[Membership]:
    rows = select(connection, f"{_MEMBERS}{condition} ORDER BY m.since, m.id", (value,))
    return [
        Membership(
            row[0],
            row[1],
            row[2],
            row[3],
            Organisation(*row[4:9]),
            tuple(row[9].split()),
            from_micros(row[10]),
            row[11],
        )
        for row in rows
    ]
