"""Kept records that later ones name: orders on goods, samplings, commissions, and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from trace.chain.order_effects import CodesFreed, OrderEnded, OrderMade
from trace.codes.intervals import Interval
from trace.codes.ranges import CodeRange


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
    """The part of the chain state that orders change."""

    records: dict[str, KnownRecord]
    codes: dict[int, CodeRange]

    def put(self, table: Any, key: Any, value: Any) -> None: ...


def _ordered(known: _Overlay, change: OrderMade, statement: str) -> None:
    known.put(known.records, statement, known.records[statement].became(change.state))


def _order_ended(known: _Overlay, change: OrderEnded, _statement: str) -> None:
    known.put(known.records, change.statement, known.records[change.statement].became(change.state))


def _codes_freed(known: _Overlay, change: CodesFreed, _statement: str) -> None:
    """What another recall says of the same codes is not asked here: no decision turns on it."""
    part = Interval(change.first, change.count)
    known.put(known.codes, change.lot, known.codes[change.lot].released(part))


RECORD_STATES: Final[Mapping[type, Callable[[Any, Any, str], None]]] = {
    OrderMade: _ordered,
    OrderEnded: _order_ended,
    CodesFreed: _codes_freed,
}
