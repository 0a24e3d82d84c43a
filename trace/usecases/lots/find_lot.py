"""One lot as its reader may see it: whole, as the other side of a hand-over, or what a shopper may know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from trace.calendar.shanghai import day_of
from trace.chain.editions import is_for_everybody
from trace.chain.effects import Interval
from trace.chain.sight import Side, Sight
from trace.errors import UnknownLot
from trace.identity.region import district_of
from trace.parties import Actor
from trace.quantities import Quantity
from trace.store.chain.master import read_counting
from trace.store.chain.statements import StatementRow
from trace.store.lots.details import (
    LotRow,
    read_certificates,
    read_lots_by_id,
    read_marks_on,
    read_mentions,
    read_packs,
    read_reports,
)
from trace.store.transaction import Connection, Transactions
from trace.usecases.lots.failed_tests import find_failed_test
from trace.usecases.lots.holds import Bearing, bearing_marks, burdens_of
from trace.usecases.lots.json_forms import in_stock
from trace.usecases.lots.order_on_goods import order_on_goods
from trace.usecases.lots.read_marks import closed_gates
from trace.usecases.lots.sight import sight
from trace.usecases.lots.states import FAILED
from trace.usecases.lots.trace_lineage import require_lot


@dataclass(frozen=True, slots=True)
class PublicMark:
    """A mark without its figures: the rule, what it saw, the gates it closes, the reason declared."""

    rule: str
    code: str
    gates: tuple[str, ...]
    declared: str | None


@dataclass(frozen=True, slots=True)
class WholeMark:
    """A mark with its figures, and the statement that brought it."""

    rule: str
    code: str
    gates: tuple[str, ...]
    params: Mapping[str, object]
    declared: str | None
    statement: str


@dataclass(frozen=True, slots=True)
class PublicStatement:
    """The name and log position of a statement: what another one that builds on it has to name."""

    statement: str
    origin: str
    index: int


@dataclass(frozen=True, slots=True)
class PublicLot:
    """A lot for everybody: where from, never finer than a district, and since which day."""

    view: ClassVar[str] = "public"
    lot: str
    kind: str
    product_name: str
    state: str
    region: str
    day: str
    statement: PublicStatement
    marks: tuple[PublicMark, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A statement that speaks of the lot, and the part that the lot has in it."""

    role: str
    statement: StatementRow


@dataclass(frozen=True, slots=True)
class PackOf:
    """A pack record of the lot."""

    gtin: str | None
    batch_no: str
    code_level: str
    state: str


@dataclass(frozen=True, slots=True)
class ReportOn:
    """A test report on the lot, and the statement that brought it."""

    report_no: str
    purpose: str
    conclusion: str
    statement: StatementRow


@dataclass(frozen=True, slots=True)
class CertificateOn:
    """A certificate of conformity for the lot, and the statement that brought it."""

    cert_no: str
    statement: StatementRow


@dataclass(frozen=True, slots=True)
class PartnerLot:
    """A lot for the other side of a hand-over (`side`): no stock, no buyers, no exact plots."""

    view: ClassVar[str] = "partner"
    side: str
    lot: str
    kind: str
    product_name: str
    batch_no: str
    produced: Interval
    state: str
    region: str
    statement: StatementRow
    marks: tuple[PublicMark, ...]


@dataclass(frozen=True, slots=True)
class HandedLot(PartnerLot):
    """A hand-over to the reader, or what the reader's became at its receiver: with its amount."""

    quantity: Quantity


@dataclass(frozen=True, slots=True)
class SourceLot(PartnerLot):
    """What the reader's goods were taken from: with the reports and certificates that speak for it."""

    reports: tuple[ReportOn, ...]
    certificates: tuple[CertificateOn, ...]


@dataclass(frozen=True, slots=True)
class WholeLot:
    """A lot for those who made or hold it, and for the authority of its area."""

    view: ClassVar[str] = "whole"
    lot: str
    kind: str
    product: str | None
    product_name: str
    batch_no: str
    holder: str | None
    place: str | None
    quantity: Quantity
    available: Quantity
    produced: Interval
    state: str
    detail: Mapping[str, Any]
    statement: StatementRow
    mentions: tuple[Mention, ...]
    packs: tuple[PackOf, ...]
    reports: tuple[ReportOn, ...]
    certificates: tuple[CertificateOn, ...]
    marks: tuple[WholeMark, ...]
    gates: tuple[str, ...]
    """Those that a mark of the lot, of the same goods before it, or a spreading mark above closes, sorted."""


def find_lot(transactions: Transactions, lot: str, actor: Actor) -> PublicLot | PartnerLot | WholeLot:
    """The lot urn `lot` as `actor` may see it. Raises `UnknownLot`."""
    with transactions.look(actor.subject) as tx:
        row = require_lot(tx.connection, lot)
        bearing = bearing_marks(tx.connection, burdens_of(tx.connection, row.id))
        order = order_on_goods(tx.connection, bearing)
        if order is None and find_failed_test(tx.connection, row, bearing).where:
            order = FAILED  # as page and trace say of whatever was made of what failed
        row = row if order is None else replace(row, state=order)
        seen = sight(tx.connection, actor, row)
        match seen.sight:
            case Sight.WHOLE:
                return _whole(tx.connection, row, bearing)
            case Sight.PARTNER:
                return _partner(tx.connection, row, seen.side or Side.HANDED)
            case Sight.PUBLIC:
                return _public(tx.connection, row)
            case Sight.NONE:
                raise UnknownLot(lot=lot)


def _public(connection: Connection, row: LotRow) -> PublicLot:
    return PublicLot(
        row.urn,
        row.kind,
        row.product_name,
        row.state,
        _region(connection, row),
        day_of(row.produced.latest),
        PublicStatement(row.made_by.statement, row.made_by.origin, row.made_by.index),
        _public_marks(connection, row),
    )


def _region(connection: Connection, row: LotRow) -> str:
    places = [*row.detail.get("plots", ()), *([row.place] if row.place else [])]
    found = read_counting(connection, "place", [(place, row.made_by.iss) for place in places])
    regions = {district_of(data.get("region")) for data, _ in found.values()}
    return "、".join(sorted(regions - {""}))


def _public_marks(connection: Connection, row: LotRow) -> tuple[PublicMark, ...]:
    return tuple(
        PublicMark(mark.rule, mark.code, mark.gates, mark.declared)
        for mark, _ in read_marks_on(connection, [row.id])
        if is_for_everybody(mark.code)
    )


def _partner(connection: Connection, row: LotRow, side: Side) -> PartnerLot:
    known = (side.value, row.urn, row.kind, row.product_name, row.batch_no, row.produced, row.state)
    more = (_region(connection, row), row.made_by, _public_marks(connection, row))
    if side is not Side.SOURCE:
        return HandedLot(*known, *more, row.quantity)
    return SourceLot(*known, *more, _reports(connection, row), _certificates(connection, row))


def _reports(connection: Connection, row: LotRow, *, unasked: bool = False) -> tuple[ReportOn, ...]:
    return tuple(
        ReportOn(one.report_no, one.purpose, one.conclusion, by)
        for one, by in read_reports(connection, [row.id], unasked=unasked)
    )


def _certificates(connection: Connection, row: LotRow) -> tuple[CertificateOn, ...]:
    return tuple(CertificateOn(one.cert_no, by) for one, by in read_certificates(connection, [row.id]))


def _whole(connection: Connection, row: LotRow, bearing: Sequence[Bearing]) -> WholeLot:
    lots = read_lots_by_id(connection, {one.mark.lot for one in bearing if one.mark.lot is not None})
    closed = closed_gates([(one.mark, lots[one.mark.lot or row.id]) for one in bearing], row)
    return WholeLot(
        lot=row.urn,
        kind=row.kind,
        product=row.product,
        product_name=row.product_name,
        batch_no=row.batch_no,
        holder=row.holder,
        place=row.place,
        quantity=row.quantity,
        available=in_stock(row.kind, row.available),
        produced=row.produced,
        state=row.state,
        detail=row.detail,
        statement=row.made_by,
        mentions=tuple(Mention(*each) for each in read_mentions(connection, [row.id]).get(row.id, [])),
        packs=tuple(
            PackOf(pack.gtin, pack.batch_no, pack.code_level, pack.state)
            for pack, _ in read_packs(connection, "lot", [row.id])
        ),
        reports=_reports(connection, row, unasked=True),
        certificates=_certificates(connection, row),
        marks=tuple(
            WholeMark(mark.rule, mark.code, mark.gates, mark.params, mark.declared, by.statement)
            for mark, by in read_marks_on(connection, [row.id])
        ),
        gates=tuple(sorted(closed)),
    )
