"""What a trace tells besides its lots and links: what time excluded, and what is made of recalled goods."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from typing import Any, Final

from trace.chain.admission.gates import RECALLED
from trace.chain.lineage.closure import trace_down
from trace.chain.lineage.exclusion import Exclusion
from trace.store.chain.marked_graph import StoredMarkedGraph
from trace.store.lots.graph import StoredLotGraph
from trace.store.lots.wide_graph import WideLotGraph, sides_of
from trace.store.transaction import Connection
from trace.usecases.lots.lineage_parts import LotParts

RECALLED_SOURCE: Final = "source-recalled"
POSSIBLE_SOURCE: Final = "source-possibly-recalled"
_ALL: Final = 1 << 40


def excluded_by_name(parts: LotParts, excluded: Iterable[Exclusion]) -> tuple[Mapping[str, object], ...]:
    """The exclusions with the urns of their lots, as far as those are known."""
    gone = list(excluded)
    named = parts.urns(sorted({lot for one in gone for lot in (one.lot, one.at, one.via) if lot is not None}))
    return tuple(one.as_dict() | _named(one, named) for one in gone)


def _named(one: Exclusion, named: Mapping[int, str]) -> dict[str, object]:
    lots = {"lot": one.lot, "at": one.at, "via": one.via}
    return {name: None if lot is None else named.get(lot, str(lot)) for name, lot in lots.items()}


def assumed_by_name(
    parts: LotParts, assumptions: Mapping[str, Any], kill_steps: Collection[int]
) -> dict[str, Any]:
    """The assumptions with the urns of the lots whose treatment ends the hazard."""
    return {**assumptions, "killSteps": sorted(parts.urns(sorted(kill_steps)).values())}


def recalled_sources(connection: Connection, overseen: bool) -> dict[int, str]:
    """Lot -> that something recalled is in it, certainly or (to an authority alone) possibly.

    The recalled lots themselves are not named: their state says it.
    """
    recalled = StoredMarkedGraph(connection, {RECALLED}).marked(_ALL) or ()
    if not recalled:
        return {}
    graph = WideLotGraph(connection) if overseen else StoredLotGraph(connection)
    found = trace_down(graph, sorted(recalled)).lots
    certain = trace_down(StoredLotGraph(connection), sorted(recalled)).lots if sides_of(graph) else found
    told = chain(
        ((lot, POSSIBLE_SOURCE) for lot in found - certain), ((lot, RECALLED_SOURCE) for lot in certain)
    )
    return {lot: word for lot, word in told if lot not in recalled}
