"""Mock recalls: a lot drawn by a kept seed, its scope, how long it took; one a night for each packer."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from tests.builders import facts as made
from tests.builders.chain import good_chain
from trace.errors import FirmOutOfSight, NothingToRecall
from trace.parties import REGULATOR_MARKET, Actor
from trace.rules import load
from trace.store.chain.effects import write_effects
from trace.store.transaction import Transactions, open_database
from trace.usecases.analyses.keep_analysis import read_analysis
from trace.usecases.recalls.mock_recall import mock_recall, mock_recalls_of, nightly_mock_recalls

MILL, FARM, SHOP = (made.uscc(one) for one in (made.MILL, made.COOPERATIVE, made.MARKET))
OWN = Actor("desk", MILL)
BUREAU = Actor("bureau", None, frozenset({REGULATOR_MARKET}), region="CN")
K1 = made.lot(made.MILL, "K1")


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    opened = Transactions(engine, clock, load("demo"), "trace.test/food")
    with opened.begin("test") as tx:
        write_effects(tx.connection, good_chain().entries)
    yield opened
    engine.dispose()


def test_the_same_seed_draws_the_same_lot_and_finds_the_same(transactions) -> None:
    first, again = (mock_recall(transactions, OWN, MILL, seed="7") for _ in range(2))
    assert (first.lot, first.analysis, first.figures) == (again.lot, again.analysis, again.figures)
    drawn = {mock_recall(transactions, OWN, MILL, seed=str(number)).lot for number in range(20)}
    assert drawn == {made.lot(made.MILL, name) for name in ("K1", "K2", "RICE-A")}


def test_a_named_lot_tells_whom_the_goods_went_to(transactions) -> None:
    found = mock_recall(transactions, OWN, MILL, seed="7", lot=K1)
    assert found.took_micros > 0
    assert (found.figures["deliveries"], found.figures["lots"]) == (1, 2)
    told = orjson.loads(read_analysis(transactions, OWN, found.analysis).document)
    assert told["question"]["lot"] == K1
    assert len(told["answer"]["withoutContact"]) == 1 - found.figures["withContact"]
    assert told["records"]


def test_each_packer_has_one_a_night_and_no_second(transactions, clock) -> None:
    assert nightly_mock_recalls(transactions) == 1
    assert nightly_mock_recalls(transactions) == 0
    clock.advance(timedelta(days=1))
    assert nightly_mock_recalls(transactions) == 1
    trend = mock_recalls_of(transactions, BUREAU, MILL)
    assert [row.night for row in trend] == ["2026-10-02", "2026-10-01"]
    assert {row.seed for row in trend} == {f"{row.night} {MILL}" for row in trend}


def test_what_never_was_made_cannot_be_drawn_and_another_firm_is_not_asked(transactions) -> None:
    with pytest.raises(NothingToRecall):
        mock_recall(transactions, Actor("farm", FARM), FARM, seed="1")
    with pytest.raises(FirmOutOfSight):
        mock_recall(transactions, Actor("shop", SHOP), MILL, seed="1")
    with pytest.raises(FirmOutOfSight):
        mock_recalls_of(transactions, Actor("shop", SHOP), MILL)
