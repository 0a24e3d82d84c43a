"""Versions of forms as rows: whole, by form and version, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.oversight.visits.forms import Dated, digest_of
from trace.rules.forms import Form
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, select
from trace.store.tables.visits import visit_form

_COLUMNS: Final = ("form", "version", "digest", "body", "since", "why", "person", "at")
_READ: Final = f"SELECT {', '.join(_COLUMNS)} FROM visit_form "  # noqa: S608 - columns of ours


@dataclass(frozen=True, slots=True)
class FormRow:
    """A version with who made it, why, and when."""

    dated: Dated
    digest: str
    why: str
    person: str
    at: datetime


def add_form(connection: Connection, dated: Dated, why: str, person: str, at: datetime) -> None:
    form = dated.form
    body = orjson.dumps(form.as_data()).decode()
    values = (
        form.id, form.version, digest_of(form), body, dated.since.isoformat(), why, person, to_micros(at)
    )  # fmt: skip
    insert_rows(connection, visit_form, _COLUMNS, [values])


def list_forms(connection: Connection) -> list[FormRow]:
    """Every version that is kept here, by form and version."""
    return [_row(one) for one in select(connection, _READ + "ORDER BY form, version", ())]


def find_form(connection: Connection, form: str, version: int) -> FormRow | None:
    rows = select(connection, _READ + "WHERE form = ? AND version = ?", (form, version))
    return _row(rows[0]) if rows else None


def _row(row: Any) -> FormRow:
    _, _, digest, body, since, why, person, at = row
    form = Form.from_data(orjson.loads(body))
    return FormRow(Dated(form, date.fromisoformat(since)), digest, why, person, from_micros(int(at)))
