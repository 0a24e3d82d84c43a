"""Spoilt statements under good signatures: each taken or refused with its reason, never anything else."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.builders.fuzz import Fuzzer
from tests.builders.good_food import AFTERWARDS, LAP, GoodFood
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.usecases.intake.receipt import Receipt, Refused
from trace.usecases.intake.replay_log import replay


def feed(platform: TestPlatform, count: int, seed: int) -> Counter[str]:
    """Upload `count` spoilt statements one by one, good ones between them; returns what became of them."""
    food, fuzzer, became = GoodFood(desks=1), Fuzzer(seed), Counter[str]()
    platform.register(*food.signers)
    by_name = {signer.key.kid: signer for signer in food.signers}
    good = iter(food.laps(count, first_index=platform.size()))
    while became.total() < count:
        statement = next(good)
        signer = by_name[statement.kid]
        for _ in range(6):
            before = platform.size()
            (outcome,) = platform.acceptance.accept([fuzzer.spoilt(signer, statement)], each=True)
            assert isinstance(outcome, Receipt | Refused)
            became[outcome.refusal.code if isinstance(outcome, Refused) else "taken"] += 1
            if isinstance(outcome, Receipt):
                break  # still a good statement: a name or a figure changed
            assert platform.size() == before
        else:
            (kept,) = platform.acceptance.accept([statement.flattened()], each=True)
            if isinstance(kept, Receipt):
                continue
        food = GoodFood(desks=1, name=f"n{became.total()}")  # the chain was lost: begin others
        _share_keys(platform, food)
        by_name = {signer.key.kid: signer for signer in food.signers}
        good = iter(food.laps(count, first_index=platform.size()))
    return became


def _share_keys(platform: TestPlatform, food: GoodFood) -> None:
    platform.register(*food.signers)


def check(platform: TestPlatform, count: int, seed: int) -> Counter[str]:
    became = feed(platform, count, seed)
    assert became["taken"] < count / 2
    assert len(became) > 8, became
    assert replay(platform.transactions).equal
    return became


@pytest.mark.slow
def test_two_hundred_spoilt_statements_are_refused_or_taken_and_never_fail_otherwise(database_url) -> None:
    with TestPlatform(database_url, SteppingClock(AFTERWARDS)) as platform:
        check(platform, 200, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_hundred_thousand_spoilt_statements(databases, database) -> None:
    with TestPlatform(databases.migrated(database), SteppingClock(AFTERWARDS)) as platform:
        became = check(platform, 100_000, seed=2)
    print(f"100,000 spoilt statements on {database}: {dict(became.most_common())}")  # noqa: T201


def test_laps_are_as_many_as_they_say_and_bear_no_marks(databases) -> None:
    food = GoodFood(desks=2)
    laps = list(food.laps(4, food.first_index))
    assert len({statement.statement_id for statement in laps}) == 4 * LAP
    url = databases.migrated("sqlite")
    with TestPlatform(url, SteppingClock(AFTERWARDS)) as platform:
        food.begin(platform)
        assert [one for one in platform.log(*laps) if one.marks] == []
    databases.discard(url)
