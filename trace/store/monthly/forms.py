"""Frozen monthly forms as rows, and the steps that people took with them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.oversight.monthly.steps import SENT
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, select
from trace.store.columns import json_value
from trace.store.query import rows_where
from trace.store.tables.monthly import monthly_form, monthly_form_step

_FORM: Final = ("hash", "month", "area", "authority", "revision", "replaces", "built_by", "built_at")
_STEP: Final = ("hash", "seq", "step", "at", "person", "name", "why", "detail")
_FORMS: Final = f"SELECT {', '.join(_FORM)} FROM monthly_form "  # noqa: S608 - columns of ours
_STEPS: Final = f"SELECT {', '.join(_STEP)} FROM monthly_form_step WHERE hash {{among}} ORDER BY hash, seq"  # noqa: S608
_SIGNED: Final = (
    "SELECT statement.stmt, statement.logged_at, record.data FROM record "
    "JOIN statement ON statement.id = record.id WHERE record.sub = ? AND statement.iss = ?"
)
_SENT: Final = (
    f"SELECT {', '.join(f'f.{name}' for name in _FORM)}, s.at FROM monthly_form AS f "  # noqa: S608 - ours
    "JOIN monthly_form_step AS s ON s.hash = f.hash WHERE s.step = ? AND length(f.month) = 7 "
    "ORDER BY f.month DESC, f.revision DESC, f.authority LIMIT ?"
)
_DISTRICTS: Final = (
    "SELECT urn, name, region FROM organisation WHERE kind = ? AND department = ? AND region LIKE ? "
    "AND closed_at IS NULL ORDER BY region, urn"
)


@dataclass(frozen=True, slots=True)
class FormRow:
    """A frozen form without its bytes."""

    hash: str
    month: str
    area: str
    authority: str
    revision: int
    replaces: str
    built_by: str
    built_at: datetime


@dataclass(frozen=True, slots=True)
class FormStep:
    """What somebody did with a form; `name` is the person's as it was then."""

    hash: str
    seq: int
    step: str
    at: datetime
    person: str
    name: str
    why: str
    detail: str


@dataclass(frozen=True, slots=True)
class Signature:
    """The signed record that reports a form."""

    statement: str
    logged_at: datetime


def add_form(connection: Connection, row: FormRow, document: bytes) -> None:
    """Keep a form; raises `Conflict` where somebody kept that revision before."""
    values = (*(getattr(row, name) for name in _FORM[:-1]), to_micros(row.built_at))
    insert_rows(connection, monthly_form, (*_FORM, "document"), [(*values, zlib.compress(document, 6))])


def add_form_step(connection: Connection, row: FormStep) -> None:
    """Note a step; raises `Conflict` where another has its place."""
    values = [to_micros(row.at) if name == "at" else getattr(row, name) for name in _STEP]
    insert_rows(connection, monthly_form_step, _STEP, [tuple(values)])


def find_form(connection: Connection, key: str) -> tuple[FormRow, bytes] | None:
    """A form with its bytes."""
    rows = select(connection, "SELECT document FROM monthly_form WHERE hash = ?", (key,))
    found = _forms(connection, "WHERE hash = ?", (key,))
    return (found[0], zlib.decompress(rows[0][0])) if rows else None


def forms_of(connection: Connection, authority: str, month: str) -> list[FormRow]:
    """An authority's forms of a month, the newest revision first."""
    return _forms(connection, "WHERE authority = ? AND month = ? ORDER BY revision DESC", (authority, month))


def forms_in(connection: Connection, area: str, most: int) -> list[FormRow]:
    """The forms of an area and of those in it, the newest month first."""
    where = "WHERE area LIKE ? ORDER BY month DESC, area, authority, revision DESC LIMIT ?"
    return _forms(connection, where, (f"{area}%", most))


def sent_forms(connection: Connection, most: int) -> list[tuple[FormRow, datetime]]:
    """Forms of months that were sent and when, the newest month and revision first."""
    rows = select(connection, _SENT, (SENT, most))
    return [
        (
            FormRow(key, month, area, authority, int(revision), replaces, by, from_micros(at)),
            from_micros(sent),
        )
        for key, month, area, authority, revision, replaces, by, at, sent in rows
    ]


def steps_of(connection: Connection, keys: Sequence[str]) -> dict[str, list[FormStep]]:
    """Hash -> its steps, the oldest first."""
    found: dict[str, list[FormStep]] = {key: [] for key in keys}
    for row in rows_where(connection, _STEPS, keys):
        given: list[Any] = list(row)
        given[3] = from_micros(row[3])
        found[row[0]].append(FormStep(*given))
    return found


def signature_of(connection: Connection, subject: str, authority: str, key: str) -> Signature | None:
    """The record by which the authority reports the form of that hash; the first, if it signed twice."""
    rows = select(connection, _SIGNED, (subject, authority))
    found = [Signature(stmt, from_micros(at)) for stmt, at, data in rows if _sha256(data) == key]
    return min(found, key=lambda one: one.logged_at, default=None)


def district_authorities(
    connection: Connection, kind: str, department: str, area: str
) -> list[tuple[str, str, str]]:
    """(urn, name, region) of the authorities of a department in an area that have an account here."""
    rows = select(connection, _DISTRICTS, (kind, department, f"{area}%"))
    return [(urn, name, region) for urn, name, region in rows]


def _sha256(data: str) -> object:
    return json_value(data).get("sha256")


def _forms(connection: Connection, rest: str, values: tuple[object, ...]) -> list[FormRow]:
    return [_form(row) for row in select(connection, _FORMS + rest, values)]


def _form(row: tuple[Any, ...]) -> FormRow:
    key, month, area, authority, revision, replaces, built_by, at = row
    return FormRow(key, month, area, authority, int(revision), replaces, built_by, from_micros(at))
