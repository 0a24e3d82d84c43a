"""The rows that documents for other systems are made of, in one statement a question."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.chain.facts.commitment import COMMITMENT
from trace.oversight.casework.table import DISMISSED, OVERTURNED
from trace.store.base import from_micros
from trace.store.bulk import select
from trace.store.query import rows_where

_NEWEST: Final = "SELECT coalesce(max(arrival), -1) FROM statement"
_LICENCES: Final = (
    "SELECT licence.urn, licence.holder, licence.data, s.stmt FROM licence "
    "JOIN statement AS s ON s.id = (licence.id & -256) WHERE s.arrival > ? ORDER BY s.arrival"
)
_PARTIES: Final = (
    "SELECT party.urn, party.data, s.stmt FROM party JOIN statement AS s ON s.id = (party.id & -256) "
    "WHERE party.urn {among}"
)
_RENAMED: Final = (
    "SELECT party.urn FROM party JOIN statement AS s ON s.id = (party.id & -256) WHERE s.arrival > ? "
    "AND EXISTS (SELECT 1 FROM licence WHERE licence.holder = party.urn)"
)
# Written as in the partial index, or it is not used.
_ACTS: Final = (
    "SELECT s.stmt, s.iss, s.occurred_at, record.data FROM statement AS s "
    "JOIN record ON record.id = s.id "
    "WHERE substr(s.typ, 1, 10) = 'oversight.' AND s.typ = ? AND s.arrival > ? ORDER BY s.arrival"
)
# Published, and signed or published since the last document that was made of it. Results are those that were
# signed: a part that is being mended holds what nobody has signed yet.
_SINCE: Final = (
    "coalesce((SELECT max(made_at) FROM outgoing_document AS made WHERE made.system = ? "
    "AND made.type = ? AND made.source = {source}), -1)"
)
_ACTS_NAMED: Final = (
    "SELECT s.stmt, s.iss, s.occurred_at, record.data FROM statement AS s "
    "JOIN record ON record.id = s.id WHERE s.stmt {among} AND s.typ {among}"
)
_SAMPLE_REPORTS: Final = (
    "SELECT report.stmt, report.report_no, report.conclusion, s.occurred_at, report.data "
    "FROM report JOIN statement AS s ON s.id = (report.id & -256) "
    "WHERE s.arrival > ? AND report.purpose = 'sampling' AND report.superseded_by IS NULL ORDER BY s.arrival"
)
_COMMITMENTS: Final = (
    "SELECT s.stmt, s.iss, s.occurred_at, record.data FROM statement AS s "  # noqa: S608 - a type of ours
    f"JOIN record ON record.id = s.id WHERE s.arrival > ? AND s.typ = '{COMMITMENT.typ}' ORDER BY s.arrival"
)
_VISITS: Final = (
    "SELECT visit.number, visit.kind, visit.party, visit.day, visit.published_at, visit_part.department, "  # noqa: S608
    "visit_part.authority, visit_record.result, visit_part.record FROM visit "
    "JOIN visit_part ON visit_part.number = visit.number "
    "JOIN visit_record ON visit_record.record = visit_part.record "
    "WHERE visit.published_at IS NOT NULL AND EXISTS (SELECT 1 FROM visit_part AS part "
    "WHERE part.number = visit.number AND (part.signed_at > "
    f"{_SINCE.format(source='visit.number')} OR visit.published_at > "
    f"{_SINCE.format(source='visit.number')})) "
    "ORDER BY visit.number, visit_part.department"
)
_CASES: Final = (
    "SELECT case_file.number, case_file.party, case_file.report, case_file.report_no, case_file.items, "  # noqa: S608
    "case_file.result_at, max(case_event.at) FROM case_file JOIN case_event "
    "ON case_event.number = case_file.number AND case_event.event = 'publish' "
    "WHERE case_file.basis = 'sampling' AND case_file.state NOT IN (?, ?) "
    "GROUP BY case_file.number, case_file.party, case_file.report, case_file.report_no, "
    "case_file.items, case_file.result_at "
    f"HAVING max(case_event.at) > {_SINCE.format(source='case_file.number')} ORDER BY case_file.number"
)


_OVERTURNED: Final = (
    "SELECT DISTINCT made.source, case_file.report FROM outgoing_document AS made "
    "JOIN case_file ON case_file.number = made.source "
    "WHERE made.system = ? AND made.type = ? AND case_file.state IN (?, ?) ORDER BY made.source"
)


@dataclass(frozen=True, slots=True)
class MasterRow:
    """What was last said of a party or licence, and by which statement."""

    urn: str
    holder: str
    data: Mapping[str, Any]
    stmt: str


@dataclass(frozen=True, slots=True)
class ActRow:
    """A signed act."""

    stmt: str
    iss: str
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SampleReport:
    """A test of an official sample that stands. `basis`: the sampling that asked for it."""

    stmt: str
    number: str
    conclusion: str
    at: datetime
    basis: str


@dataclass(frozen=True, slots=True)
class PublishedVisit:
    """A visit whose result was published; `results`: department, authority, result, record of each part."""

    number: str
    kind: str
    party: str
    day: str
    published_at: datetime
    results: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class PublishedCase:
    """A case of a failed sample that was released for publication by a second person."""

    number: str
    party: str
    report: str
    report_no: str
    items: str
    result_at: datetime
    published_at: datetime


def newest_arrival(connection: Connection) -> int:
    return int(select(connection, _NEWEST)[0][0])


def licences_since(connection: Connection, arrival: int) -> list[MasterRow]:
    """The licences of which something was said after an arrival, as they stand."""
    rows = select(connection, _LICENCES, (arrival,))
    return [MasterRow(urn, holder or "", orjson.loads(data), stmt) for urn, holder, data, stmt in rows]


def parties_renamed(connection: Connection, arrival: int) -> set[str]:
    """Holders of licences of whom something was said after an arrival."""
    return {urn for (urn,) in select(connection, _RENAMED, (arrival,))}


def parties_of(connection: Connection, urns: Collection[str]) -> list[MasterRow]:
    rows = rows_where(connection, _PARTIES, sorted(urns))
    return [MasterRow(urn, urn, orjson.loads(data), stmt) for urn, data, stmt in rows]


def acts_since(connection: Connection, kind: str, arrival: int) -> list[ActRow]:
    """Acts of a kind that arrived after an arrival."""
    rows = select(connection, _ACTS, (kind, arrival))
    return [ActRow(stmt, iss, from_micros(at), orjson.loads(data)) for stmt, iss, at, data in rows]


def acts_named(connection: Connection, kind: str, stmts: Collection[str]) -> list[ActRow]:
    """Acts of a kind by their statements."""
    rows = rows_where(connection, _ACTS_NAMED, sorted(stmts), [kind])
    return [ActRow(stmt, iss, from_micros(at), orjson.loads(data)) for stmt, iss, at, data in rows]


def sample_reports_since(connection: Connection, arrival: int) -> list[SampleReport]:
    """Tests of official samples that arrived after an arrival and were not corrected since."""
    return [
        SampleReport(stmt, number, conclusion, from_micros(at), str(orjson.loads(data).get("basis") or ""))
        for stmt, number, conclusion, at, data in select(connection, _SAMPLE_REPORTS, (arrival,))
    ]


def commitments_since(connection: Connection, arrival: int) -> list[ActRow]:
    """Farms' commitments that arrived after an arrival."""
    rows = select(connection, _COMMITMENTS, (arrival,))
    return [ActRow(stmt, iss, from_micros(at), orjson.loads(data)) for stmt, iss, at, data in rows]


def visits_published(connection: Connection, system: str, typ: str) -> list[PublishedVisit]:
    """Published visits of which there is no document yet, or none since they were signed anew."""
    found: dict[str, PublishedVisit] = {}
    for row in select(connection, _VISITS, (system, typ) * 2):
        number, kind, party, day, at, *part = row
        before = found[number].results if number in found else ()
        results = (*before, (str(part[0]), str(part[1]), str(part[2]), str(part[3])))
        found[number] = PublishedVisit(number, kind, party, day, from_micros(at), results)
    return list(found.values())


def cases_published(connection: Connection, system: str, typ: str) -> list[PublishedCase]:
    """Failed samples that were released for publication since the last document about them."""
    rows = select(connection, _CASES, (OVERTURNED, DISMISSED, system, typ))
    return [
        PublishedCase(number, party, report, report_no, items, from_micros(found), from_micros(released))
        for number, party, report, report_no, items, found, released in rows
    ]


def cases_overturned(connection: Connection, system: str, typ: str) -> list[tuple[str, str]]:
    """(case, report) of those a document was made of whose failure no longer stands."""
    rows = select(connection, _OVERTURNED, (system, typ, OVERTURNED, DISMISSED))
    return [(number, report) for number, report in rows]


def licence_named(connection: Connection, number: str) -> Mapping[str, Any] | None:
    """What stands of a licence by its number; None where nobody said anything of it."""
    rows = select(connection, "SELECT data FROM licence WHERE urn = ?", (f"urn:licence:{number}",))
    return orjson.loads(rows[0][0]) if rows else None


def is_planned(connection: Connection, system: str, typ: str, source: str) -> bool:
    """Whether a document was made of a source already."""
    text = "SELECT 1 FROM outgoing_document WHERE system = ? AND type = ? AND source = ? LIMIT 1"
    return bool(select(connection, text, (system, typ, source)))
