"""Classes of suspects on random graphs with rings and unknown dates: up from batches, down from lots."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.property.chain.lot_graphs import LOTS, timed_graphs
from trace.chain.lineage.arcs import GraphInMemory
from trace.chain.lineage.closure import Assumptions, trace_down, trace_up
from trace.oversight.common_source import find_source

tested = st.lists(st.integers(0, LOTS - 1), max_size=4, unique=True)


@given(timed_graphs(), tested, tested, st.booleans(), st.frozensets(st.integers(0, LOTS - 1), max_size=1))
def test_every_suspect_reaches_just_the_batches_of_its_class(arcs, cases, controls, ignore_disputed, killed):
    graph, assumed = GraphInMemory(arcs), Assumptions(ignore_disputed=ignore_disputed, kill_steps=killed)
    above = [[trace_up(graph, [lot], assumed).lots - {lot} for lot in some] for some in (cases, controls)]
    found = find_source(*above)
    below = {lot: trace_down(graph, [lot], assumed).lots - {lot} for lot in range(LOTS)}
    suspects = {lot for one in found.classes for lot in one.lots}
    assert suspects == {lot for lot in range(LOTS) if below[lot] & set(cases)}
    for one in found.classes:
        for lot in one.lots:
            assert {cases[at] for at in one.cases} == below[lot] & set(cases)
            assert {controls[at] for at in one.controls} == below[lot] & set(controls)
