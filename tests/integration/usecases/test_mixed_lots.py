"""1,830 lots, each mixed from the three before it: one line asks for shares that no budget would hold."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.builders.counted import lines_run
from tests.builders.documents import whole
from tests.builders.mixed_lots import MIXTURES, mixed_lots
from tests.builders.traced_chain import BUREAU
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.parties import Actor
from trace.usecases.lots.trace_lineage import LIMITS, TraceLimits, trace_lineage

ANYBODY = Actor("public", None)
SHARES = tuple(f"chain/lineage/{name}.py" for name in ("mixing", "shares"))
MOST = 25
"""How many times the answer without shares one may take that tries them and gives them up: the work that is
allowed is about seven times; without an end of it there were 97 CPU seconds (docs/adr/0061)."""


@pytest.fixture(scope="module")
def mixed(databases) -> Iterator[tuple[TestPlatform, str]]:
    url = databases.migrated("sqlite")
    with TestPlatform(url, SteppingClock()) as platform:
        with platform.transactions.begin("test") as tx:
            lot = mixed_lots(tx.connection)
        yield platform, lot
    databases.discard(url)


def asked(mixed: tuple[TestPlatform, str], who: Actor, limits: TraceLimits = LIMITS) -> dict[str, Any]:
    platform, lot = mixed
    return whole(trace_lineage(platform.transactions, lot, "upstream", who, limits=limits))


def test_anybody_is_answered_without_a_share_being_computed(mixed) -> None:
    with lines_run(*SHARES) as run:
        document = asked(mixed, ANYBODY)
    assert not run[0]
    assert document["view"] == "public"


def test_who_may_see_all_gets_all_lots_and_hears_that_shares_are_not_known(mixed) -> None:
    begun = time.process_time()
    bare = asked(mixed, BUREAU, TraceLimits(shared=0))
    middle = time.process_time()
    document = asked(mixed, BUREAU)
    ended = time.process_time()
    assert len(document["lots"]) == len(bare["lots"]) == 2 * MIXTURES
    assert document["sharesKnown"] is False
    assert {lot["share"] for lot in document["lots"]} == {None}
    assert ended - middle < MOST * (middle - begun)
