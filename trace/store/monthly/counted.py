"""The records that the monthly form counts: of supervision by day, codes by licence, uploads by firm.

Each question is one statement, however many firms there are, and reads what it counts and no more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.oversight.casework.table import SOURCED
from trace.parties import DEPARTMENTS, REGULATORS
from trace.store.base import from_micros, to_micros
from trace.store.bulk import select
from trace.store.columns import json_value
from trace.store.query import rows_where

# Written as in the partial index, or it is not used.
OVERSIGHT: Final = (
    "SELECT s.stmt, s.typ, s.iss, s.occurred_at, r.data, c.stmt FROM statement AS s "
    "JOIN record AS r ON r.id = s.id LEFT JOIN statement AS c ON c.id = s.amended_by "
    "WHERE substr(s.typ, 1, 10) = 'oversight.' AND s.occurred_at >= ? AND s.occurred_at < ? "
    "AND s.typ = ? ORDER BY s.occurred_at, s.stmt"
)
_ACTIVE: Final = (
    "(pack.state = 'active' OR (pack.state = 'by_code' AND EXISTS (SELECT 1 FROM code_interval "
    "WHERE code_interval.lot = pack.lot AND code_interval.standing = 'active')))"
)
_CODED: Final = (
    "SELECT licence.urn, (SELECT s.stmt FROM licence_packing JOIN statement AS s "  # noqa: S608 - ours
    "ON s.id = licence_packing.statement JOIN pack ON pack.id >= s.id AND pack.id < s.id + 256 "
    f"WHERE licence_packing.licence = licence.urn AND s.occurred_at < ? AND {_ACTIVE} "
    "ORDER BY licence_packing.statement LIMIT 1) FROM licence WHERE licence.urn {among}"
)
# A lot that its statement made, and not one that came in: of each name the first.
_MADE: Final = (
    "SELECT s.iss, lot.product_name, min(s.id) FROM lot JOIN statement AS s ON s.id = (lot.id & -256) "
    "WHERE s.occurred_at >= ? AND s.occurred_at < ? AND lot.kind IN ('product', 'pack') "
    "AND lot.product_name IS NOT NULL AND s.iss {among} GROUP BY s.iss, lot.product_name"
)
# One reading of all that was accepted: a look-up for each firm would be planned as a scan for each.
_UPLOADED: Final = (
    "SELECT s.iss, lot.product_name, min(s.id) FROM upload_job "
    "JOIN statement AS s ON s.stmt = upload_job.stmt "
    "LEFT JOIN lot ON lot.urn = s.sub AND lot.kind = 'consignment' "
    "WHERE upload_job.target = 'city' AND upload_job.state = 'accepted' AND upload_job.updated_at < ? "
    "AND s.iss {among} GROUP BY s.iss, lot.product_name"
)
_NAMES: Final = "SELECT id, stmt FROM statement WHERE id {among}"
_DEPARTMENTS: Final = "SELECT urn, department FROM organisation WHERE urn {among}"
_ROLES: Final = "SELECT holder, entry FROM signing_key WHERE holder {among}"
_EVENTS: Final = (
    "SELECT case_event.number, case_event.seq, case_file.party FROM case_event "
    "JOIN case_file ON case_file.number = case_event.number "
    "WHERE case_event.event = ? AND case_event.at >= ? AND case_event.at < ? "
    "ORDER BY case_event.number, case_event.seq"
)

_CASES: Final = (
    "SELECT number, party, state, report, EXISTS "  # noqa: S608 - words of ours
    "(SELECT 1 FROM case_event WHERE case_event.number = "
    "case_file.number AND case_event.event = 'publish') FROM case_file "
    "WHERE area LIKE ? AND received_at >= ? AND received_at < ? "
    f"AND basis NOT IN ({', '.join(repr(source) for source in sorted(SOURCED))}) ORDER BY number"
)
"""Of failing tests: how their handling is measured says nothing of what an authority found otherwise."""
# Statements of the firms in those days with what ails them: one row a firm.
_QUALITY: Final = (
    "SELECT s.iss, count(*), count(l.id) FROM statement AS s LEFT JOIN mark AS l "
    "ON l.id >= s.id AND l.id < s.id + 256 AND l.code = 'late-upload' "
    "WHERE s.occurred_at >= ? AND s.occurred_at < ? AND s.iss {among} GROUP BY s.iss"
)
_UNVERIFIED: Final = "SELECT count(*) FROM evidence_refusal WHERE at >= ? AND at < ?"


@dataclass(frozen=True, slots=True)
class CaseCounted:
    """A case as it stands, for a figure."""

    number: str
    party: str
    state: str
    report: str
    published: bool


@dataclass(frozen=True, slots=True)
class OversightRow:
    """A record of supervision with the id of what amends it."""

    stmt: str
    typ: str
    iss: str
    occurred_at: datetime
    data: Mapping[str, Any]
    amendment: str | None


def oversight_between(
    connection: Connection, kind: str, begins: datetime, ends: datetime
) -> list[OversightRow]:
    """The records of that kind of what happened from a moment on and before another."""
    rows = select(connection, OVERSIGHT, (to_micros(begins), to_micros(ends), kind))
    return [
        OversightRow(stmt, typ, iss, from_micros(at), json_value(data), by)
        for stmt, typ, iss, at, data, by in rows
    ]


def coded_licences(connection: Connection, licences: Collection[str], ends: datetime) -> dict[str, str]:
    """Licence -> a pack's record under its number, made before then, whose code lives; absent for none."""
    rows = _dated(connection, _CODED, licences, ends)
    return {name: stmt for name, stmt in rows if stmt is not None}


def uploaded_names(
    connection: Connection, parties: Collection[str], ends: datetime
) -> list[tuple[str, str | None, str]]:
    """(firm, product name, record) of each name in records that the city's platform accepted before then.

    The record is the first of that name in the log; None stands for records of goods that came in.
    """
    rows = _dated(connection, _UPLOADED, parties, ends)
    names = dict(rows_where(connection, _NAMES, [row[2] for row in rows]))
    return [(iss, name, names[number]) for iss, name, number in rows]


def made_names(
    connection: Connection, parties: Collection[str], begins: datetime, ends: datetime
) -> dict[tuple[str, str], str]:
    """(firm, product name) of what the firms made or packed in that time -> the first record of it."""
    rows = list(rows_where(connection, _MADE, to_micros(begins), to_micros(ends), parties))
    names = dict(rows_where(connection, _NAMES, [row[2] for row in rows]))
    return {(iss, name): names[number] for iss, name, number in rows}


def departments_of_issuers(connection: Connection, issuers: Collection[str]) -> dict[str, str]:
    """Authority -> its department: of its account here, else by the roles of its keys; absent for both."""
    spoken: dict[str, set[str]] = {}
    for urn, entry in rows_where(connection, _ROLES, issuers):
        spoken.setdefault(urn, set()).update(orjson.loads(entry).get("roles") or ())
    found = {
        urn: department
        for urn, roles in spoken.items()
        for department, role in DEPARTMENTS.items()
        if roles & REGULATORS == {role}
    }
    found |= {
        urn: department for urn, department in rows_where(connection, _DEPARTMENTS, issuers) if department
    }
    return found


def case_events(
    connection: Connection, event: str, begins: datetime, ends: datetime
) -> list[tuple[str, int, str]]:
    """(case, step, firm) of every step of that sort in that time."""
    rows = select(connection, _EVENTS, (event, to_micros(begins), to_micros(ends)))
    return [(number, int(seq), party) for number, seq, party in rows]


def cases_of_area(connection: Connection, area: str, begins: datetime, ends: datetime) -> list[CaseCounted]:
    """The cases of an area whose result came in that time."""
    rows = select(connection, _CASES, (f"{area}%", to_micros(begins), to_micros(ends)))
    return [
        CaseCounted(number, party, state, report, bool(published))
        for number, party, state, report, published in rows
    ]


def late_by_firm(
    connection: Connection, parties: Collection[str], begins: datetime, ends: datetime
) -> list[tuple[str, int, int]]:
    """(firm, its records of what happened in that time, those of them that came too late)."""
    found = rows_where(connection, _QUALITY, to_micros(begins), to_micros(ends), parties)
    return [(iss, int(stated), int(late)) for iss, stated, late in found]


def unverified_between(connection: Connection, begins: datetime, ends: datetime) -> int:
    """Entries of other logs that could not be verified in that time."""
    return int(select(connection, _UNVERIFIED, (to_micros(begins), to_micros(ends)))[0][0])


def _dated(connection: Connection, text: str, names: Collection[str], ends: datetime) -> list[Any]:
    """The rows of a text that takes a moment and then names; [] without names."""
    return list(rows_where(connection, text, to_micros(ends), names))
