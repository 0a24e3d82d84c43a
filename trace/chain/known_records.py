"""Kept records that later ones name: orders on goods, samplings, commissions, test reports, and what became
of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from trace.chain.known_states import KnownLot, KnownStatement
from trace.chain.order_effects import CodesFreed, OrderEnded, OrderMade
from trace.chain.report_effects import ReportNamed, ReportNoted
from trace.codes.intervals import Interval
from trace.codes.ranges import CodeRange


@dataclass(frozen=True, slots=True)
class TestedUnder:
    """A report that names an accreditation: its row, the goods, by whom, the number, when it was tested."""

    id: int
    lot: int
    party: str
    number: str
    tested_at: str
    statement: str


def tested_under(report: ReportNoted, party: str) -> TestedUnder | None:
    """The accreditation that a report of that party names; None where it names none."""
    number, at = report.data.get("cma"), report.data.get("testedAt")
    if not isinstance(number, str):
        return None
    return TestedUnder(report.id, report.lot, party, number, str(at), report.statement_id)


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """A record as signed; `state` says of an order whether it stands, and is None of anything else."""

    id: int
    statement: str
    typ: str
    iss: str
    sub: str
    data: Mapping[str, object]
    state: str | None = None

    def named(self, member: str) -> tuple[str, ...]:
        """The names in a list of its data."""
        value = self.data.get(member)
        return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()

    def text(self, member: str) -> str:
        """A text in its data; empty where there is none."""
        value = self.data.get(member)
        return value if isinstance(value, str) else ""

    def became(self, state: str) -> KnownRecord:
        """The same order in another state."""
        return replace(self, state=state)


class _Overlay(Protocol):
    """The part of the chain state that these records change."""

    lots: dict[str, KnownLot]
    lot_urns: dict[int, str]
    records: dict[str, KnownRecord]
    codes: dict[int, CodeRange]
    statements: dict[str, KnownStatement]
    accredited: dict[int, TestedUnder]

    def put(self, table: Any, key: Any, value: Any) -> None: ...


def _ordered(known: _Overlay, change: OrderMade, statement: str) -> None:
    known.put(known.records, statement, known.records[statement].became(change.state))


def _order_ended(known: _Overlay, change: OrderEnded, _statement: str) -> None:
    known.put(known.records, change.statement, known.records[change.statement].became(change.state))


def _codes_freed(known: _Overlay, change: CodesFreed, _statement: str) -> None:
    """What another recall says of the same codes is not asked here: no decision turns on it."""
    part = Interval(change.first, change.count)
    known.put(known.codes, change.lot, known.codes[change.lot].released(part))


def _reported(known: _Overlay, change: ReportNoted, statement: str) -> None:
    stated = known.statements.get(statement)
    tested = tested_under(change, stated.iss) if stated is not None else None
    if tested is not None:
        known.put(known.accredited, change.id, tested)
    lot = known.lots.get(known.lot_urns.get(change.lot, ""))
    if lot is not None:
        known.put(known.lots, lot.urn, lot.changed({"reports": (*lot.reports, change)}))


def _report_named(known: _Overlay, change: ReportNamed, _statement: str) -> None:
    lot = known.lots.get(known.lot_urns.get(change.lot, ""))
    if lot is not None:
        named = tuple(replace(one, asked=1) if one.id == change.report else one for one in lot.reports)
        known.put(known.lots, lot.urn, lot.changed({"reports": named}))


RECORD_STATES: Final[Mapping[type, Callable[[Any, Any, str], None]]] = {
    OrderMade: _ordered,
    OrderEnded: _order_ended,
    CodesFreed: _codes_freed,
    ReportNoted: _reported,
    ReportNamed: _report_named,
}
