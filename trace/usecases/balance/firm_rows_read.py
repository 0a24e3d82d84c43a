"""One firm's rows as the values that the levels of a balance judge: batches, stocks, packs, harvests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple

import orjson

from trace.chain.lineage.arcs import CONTACT
from trace.oversight.balance.batches import Batch
from trace.oversight.balance.certificate import CodedPack
from trace.oversight.balance.excess import MICRO
from trace.oversight.balance.plots import Harvest
from trace.quantities import MASS, Quantity, factor
from trace.store.analyses.firm_rows import FirmRows

WITHDRAWN: Final = "withdrawn"
_NONE: Final[Mapping[str, Any]] = {}
PAIRED: Final = frozenset({"confirmed", "disputed"})
_STATEMENT: Final = ~255


class Stock(NamedTuple):
    """A lot of the firm; amounts in millionths of the base unit of `dimension`."""

    id: int
    urn: str
    kind: str
    product: str
    product_name: str
    quantity: int
    available: int
    unit: str
    at: int
    record: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pack(CodedPack):
    """A pack lot with a mark number, and when it was packed."""

    id: int
    licence: str
    product: str
    unit: str
    quantity: int
    at: int


@lru_cache(maxsize=4_096)
def _read(detail: str) -> Mapping[str, Any]:
    """What a lot is in detail: packs of one product say the same."""
    found: Mapping[str, Any] = orjson.loads(detail)
    return found


@dataclass
class FirmBooks:
    """The firm's rows within [since, until) in microseconds, and all that came before where it counts."""

    rows: FirmRows
    since: int
    until: int
    stocks: dict[int, Stock] = field(default_factory=dict)
    withdrawn: set[int] = field(default_factory=set)
    stmt_of: dict[int, str] = field(default_factory=dict)
    """Row of a statement -> its id."""
    at_of: dict[int, int] = field(default_factory=dict)
    """Row of a statement -> when it happened."""

    def __post_init__(self) -> None:
        stmt_of, at_of = self.stmt_of, self.at_of
        for row, stmt, _, at in self.rows.statements:
            stmt_of[row], at_of[row] = stmt, at
        for lot, urn, kind, product, name, quantity, available, unit, _, to, state, detail in self.rows.lots:
            if state == WITHDRAWN:
                self.withdrawn.add(lot)
                continue
            made = lot & _STATEMENT
            self.stocks[lot] = Stock(
                lot, urn, kind, product or "", name, quantity, available, base_unit(unit),
                at_of[made] if to is None else to, stmt_of[made],
                _read(detail) if detail else _NONE,
            )  # fmt: skip

    def record_of(self, row: int) -> str:
        """The statement of any row of the firm."""
        return self.stmt_of.get(row & _STATEMENT, "")

    def within(self, at: int) -> bool:
        return self.since <= at < self.until

    @cached_property
    def above(self) -> dict[int, list[tuple[int, str]]]:
        """Lot -> the firm's own lots that went into it, and how."""
        found: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
        for _, upper, lower, kind, *_ in self.rows.links:
            if upper in self.stocks and kind != CONTACT:
                found[lower].append((upper, kind))
        return found

    @cached_property
    def batches(self) -> list[Batch]:
        """The batches of the period with their sums."""
        found = {
            stock.id: Batch(
                stock.urn,
                stock.product_name,
                str(stock.detail.get("yieldOf") or ""),
                stock.unit,
                stock.at,
                stock.record,
            )
            for stock in self.stocks.values()
            if stock.kind == "batch" and self.within(stock.at)
        }
        for link, upper, lower, kind, taken, taken_unit, given, given_unit in self.rows.links:
            if lower in found and kind != CONTACT:
                _pour(found[lower], kind, given, given_unit, self.record_of(link))
            if upper in found and lower in self.stocks:
                _draw(found[upper], self.stocks[lower].kind, taken, taken_unit, self.record_of(link))
        for lot, quantity, unit in self.rows.losses:
            if lot in found and base_unit(unit) == found[lot].unit:
                found[lot].loss += quantity
        return sorted(found.values(), key=lambda one: (one.at, one.lot))

    def overdrawn(self) -> list[tuple[Stock, list[str]]]:
        """Stocks of which more was taken than there was, with the records that took: a batch has its own
        balance, a consignment the pair's."""
        short = {
            one.id: one
            for one in self.stocks.values()
            if one.available < 0 and one.kind not in {"batch", "consignment"}
        }
        takings: defaultdict[int, list[int]] = defaultdict(list)
        for link, upper, *_ in self.rows.links:
            if upper in short:
                takings[upper].append(link)
        return [
            (stock, [self.record_of(link) for link in takings[lot]])
            for lot, stock in sorted(short.items())
            if any(self.within(self.at_of.get(link & _STATEMENT, 0)) for link in takings[lot])
            or self.within(stock.at)
        ]

    @cached_property
    def packs(self) -> list[Pack]:
        """Every pack under a mark number until the end of the period."""
        codes, void = self._codes()
        return [
            Pack(
                stock.urn,
                stock.record,
                _count(stock.detail.get("packs")),
                codes.get(stock.id, 0),
                void.get(stock.id, 0),
                _micro(stock.detail.get("netContent")),
                stock.id,
                f"urn:licence:{stock.detail['lbNo']}",
                stock.product,
                stock.unit,
                stock.quantity,
                stock.at,
            )
            for stock in self.stocks.values()
            if stock.kind == "pack" and stock.detail.get("lbNo")
        ]

    def _codes(self) -> tuple[dict[int, int], dict[int, int]]:
        """Lot -> codes allocated, and those of them that are void: intervals may overlap."""
        codes: defaultdict[int, int] = defaultdict(int)
        for lot, count in self.rows.ranges:
            codes[lot] += count
        voided: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for lot, first, count in self.rows.voids:
            voided[lot].append((first, first + count))
        return codes, {lot: _covered(spans) for lot, spans in voided.items()}

    @cached_property
    def harvests(self) -> list[Harvest]:
        """The harvests of the period, those that are weighed."""
        return [
            Harvest(
                stock.urn,
                str(stock.detail.get("crop", "")),
                tuple(stock.detail.get("plots", ())),
                stock.quantity,
                stock.record,
            )
            for stock in self.stocks.values()
            if stock.kind == "harvest" and self.within(stock.at) and factor(stock.unit)[0] == MASS
        ]

    @cached_property
    def confirmed(self) -> frozenset[int]:
        """Lots received by the word of both sides."""
        return frozenset(lot for lot, state, lapsed in self.rows.claims if state in PAIRED and not lapsed)


def base_unit(unit: str) -> str:
    """The unit that stored millionths of an amount count."""
    known = _BASE.get(unit)
    if known is None:
        known = _BASE[unit] = Quantity.zero(unit).base_unit
    return known


_BASE: dict[str, str] = {}


def _pour(batch: Batch, kind: str, given: int | None, unit: str | None, record: str) -> None:
    batch.into.append(record)
    if given is None or unit is None or base_unit(unit) != batch.unit:
        batch.unknown += 1
        return
    batch.inflow += given
    if kind == "rework":
        batch.rework += given


def _draw(batch: Batch, kind: str, taken: int | None, unit: str | None, record: str) -> None:
    batch.out.append(record)
    if taken is None or unit is None or base_unit(unit) != batch.unit:
        batch.unknown += 1
    else:
        batch.outflow[kind] = batch.outflow.get(kind, 0) + taken


def _covered(spans: list[tuple[int, int]]) -> int:
    """How many numbers these spans cover together."""
    covered, end = 0, -1
    for first, last in sorted(spans):
        covered += max(last - max(first, end), 0)
        end = max(end, last)
    return covered


def _count(written: object) -> int | None:
    """A number of pieces; None where it is not whole or not stated."""
    pieces = _micro(written)
    return pieces // MICRO if pieces and pieces % MICRO == 0 else None


def _micro(written: object) -> int:
    return _parsed(orjson.dumps(written)) if isinstance(written, dict) else 0


@lru_cache(maxsize=4096)
def _parsed(written: bytes) -> int:
    """A firm packs in few sizes: each is read once."""
    return Quantity.parse(orjson.loads(written)).micro
