"""Spoilt statements under good signatures: each taken or refused with its reason, never anything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from tests import soak
from tests.builders.fuzz import Fuzzer
from tests.builders.good_food import AFTERWARDS, LAP, GoodFood
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.usecases.intake.receipt import Receipt, Refused
from trace.usecases.intake.replay_log import replay


def feed(platform: TestPlatform, cases: Iterable[int], seed: int) -> Counter[str]:
    """Upload a spoilt statement a case, good ones between them; returns what became of them."""
    food, fuzzer, became = GoodFood(desks=1), Fuzzer(seed), Counter[str]()
    platform.register(*food.signers)
    by_name = {signer.key.kid: signer for signer in food.signers}
    size = platform.size()
    good = iter(food.laps(soak.FULL, first_index=size))
    cases = iter(cases)
    while True:
        statement = next(good)
        signer = by_name[statement.kid]
        for _ in range(6):
            if next(cases, None) is None:
                return became
            (outcome,) = platform.acceptance.accept([fuzzer.spoilt(signer, statement)], each=True)
            assert isinstance(outcome, Receipt | Refused)
            became[outcome.refusal.code if isinstance(outcome, Refused) else "taken"] += 1
            former, size = size, platform.size()
            if isinstance(outcome, Receipt):
                break  # still a good statement: a name or a figure changed
            assert size == former
        else:
            (kept,) = platform.acceptance.accept([statement.flattened()], each=True)
            size = platform.size()
            if isinstance(kept, Receipt):
                continue
        food.begin_others(f"n{became.total()}")  # the chain was lost
        good = iter(food.laps(soak.FULL, first_index=size))


def check(platform: TestPlatform, cases: Iterable[int], seed: int) -> Counter[str]:
    became = feed(platform, cases, seed)
    assert became["taken"] < became.total() / 2
    assert len(became) > 8, became
    assert replay(platform.transactions).equal
    return became


@pytest.mark.slow
def test_two_hundred_spoilt_statements_are_refused_or_taken_and_never_fail_otherwise(database_url) -> None:
    with TestPlatform(database_url, SteppingClock(AFTERWARDS)) as platform:
        check(platform, range(200), seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_hundred_thousand_spoilt_statements(databases, database) -> None:
    with TestPlatform(databases.migrated(database), SteppingClock(AFTERWARDS)) as platform:
        cases = soak.tried(f"spoilt statements on {database}", range(soak.FULL))
        became = check(platform, cases, soak.seed(2))
    soak.tell(f"{became.total():,} spoilt statements on {database}: {dict(became.most_common())}")


def test_laps_are_as_many_as_they_say_and_bear_no_marks(databases) -> None:
    food = GoodFood(desks=2)
    laps = list(food.laps(4, food.first_index))
    assert len({statement.statement_id for statement in laps}) == 4 * LAP
    url = databases.migrated("sqlite")
    with TestPlatform(url, SteppingClock(AFTERWARDS)) as platform:
        food.begin(platform)
        assert [one for one in platform.log(*laps) if one.marks] == []
    databases.discard(url)
