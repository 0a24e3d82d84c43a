"""How much of a wide recall is held at once while its scope is written."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import cast

import pytest

from bench.recall_chain import RecallPlan
from bench.recall_chain import load as fill
from bench.recall_sides import BATCH
from tests.builders.recall_story import ORIGIN
from trace.parties import REGULATOR_MARKET, Actor
from trace.rules import load
from trace.store.transaction import Transactions, open_database
from trace.usecases.lots.recall_scope import read_scope

NOW = datetime(2026, 10, 1, tzinfo=UTC)
BUREAU = Actor("bureau", None, frozenset({REGULATOR_MARKET}), region="CN")


@pytest.mark.unmeasured
def test_of_one_lots_consignments_no_more_are_held_than_are_read_at_once(databases):
    """Of the lines there are three times as many, of the memory beside what was reached not twice as much."""
    peaks = []
    for receivers in (3_000, 9_000):
        url = databases.migrated("sqlite")
        engine = open_database(url)
        fill(engine, RecallPlan(receivers))
        lines = peak = 0
        reading = Transactions(engine, lambda: NOW, load("demo"), ORIGIN)
        for name, value in read_scope(reading, BATCH, BUREAU):
            if name == "lines":
                tracemalloc.start()
                lines = sum(1 for _ in cast("Iterable[object]", value))
                peak = tracemalloc.get_traced_memory()[1]
                tracemalloc.stop()
        assert lines == receivers
        peaks.append(peak)
        engine.dispose()
        databases.discard(url)
    assert peaks[1] < 2 * peaks[0], peaks
