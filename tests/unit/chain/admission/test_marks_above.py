"""Where times cut a way, the batch's own links say when a lot was first filled."""

from __future__ import annotations

from datetime import UTC, datetime

from trace.chain.admission.marks_above import Spread, _BatchGraph
from trace.chain.chain_state import ChainState
from trace.chain.effects import Interval, NewLink
from trace.chain.lineage.arcs import FAR, SUPERSEDED, UNKNOWN, Opening, ticks

SPREAD = Spread(lambda mark, urn: True, (), ())
NOON = datetime(2026, 10, 6, 12, tzinfo=UTC)
COUNT = ticks(NOON) or 0


def graph(*links: NewLink) -> _BatchGraph:
    known = ChainState()
    known.links.update({link.id: link for link in links})
    return _BatchGraph(known, SPREAD)


def link(number: int, upper: int, lower: int, arrival: Interval = UNKNOWN, **other: str) -> NewLink:
    kind, state = other.get("kind", "transform"), other.get("state", "signed")
    return NewLink(number, upper, lower, kind, None, None, UNKNOWN, arrival, state)


def test_a_lot_is_opened_by_the_first_arrival_or_by_what_came_above():
    batch = graph(link(1, 1, 2, Interval(NOON, NOON)), link(2, 2, 3))
    assert batch.opening(2, 0) == batch.opening(2, 0) == Opening(COUNT, COUNT)
    assert batch.opening(3, 0) == Opening(-FAR, COUNT)


def test_a_lot_without_links_that_count_is_never_opened():
    batch = graph(link(1, 1, 2, state=SUPERSEDED), link(2, 1, 3, kind="receive"))
    assert [batch.opening(lot, 0) for lot in (1, 2, 3)] == [None, None, None]
