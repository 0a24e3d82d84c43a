"""Notices about plots: an unlisted spraying and a second harvester, told to holder and bureau."""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import rice
from tests.builders.effects import EffectsOf, kg
from trace.chain import effects as made
from trace.parties import VISITOR, Actor
from trace.rules import load
from trace.store.chain.effects import write_effects
from trace.store.transaction import Transactions, open_database
from trace.usecases.lots.plot_notices import NOTICES, SHARED, UNCLEAR
from trace.usecases.lots.read_marks import read_marks

CONTRACTOR, STRANGER, BUREAU = "urn:uscc:CONTRACTOR", "urn:uscc:STRANGER", "urn:uscc:BUREAU"
PLOT = rice.PLOTS[0]
SCOPES = frozenset({"trace:all"})
AGRI = Actor("agri", None, frozenset({"regulator_agri"}), SCOPES, "310151")
HOLDER, MILL = Actor("farm", rice.F1), Actor("mill", rice.P1)
MARKET = Actor("market", None, frozenset({"regulator_market"}), SCOPES, "310151")
OTHERS = [VISITOR, MILL, Actor("stranger", STRANGER), MARKET]


@pytest.fixture
def transactions(database_url, clock):
    engine = open_database(database_url)
    yield Transactions(engine, clock, load("demo"), rice.FOOD_LOG)
    engine.dispose()


def tell(transactions, workers=()):
    """The rice story, its plot registered for the farm; a contractor sprays, a stranger harvests."""
    story = rice.rice_story()
    named = EffectsOf("bureau.example/log", 0, "master.place", BUREAU)
    plot = {"name": "田", "kind": "plot", "region": "310151", "holder": rice.F1}
    named.keep(made.MasterStated(named.next_id(), "place", PLOT, plot, True))
    listed = EffectsOf("bureau.example/log", 1, "master.place", rice.F1)
    plot = {"name": "田", "kind": "plot", "region": "310151"}
    listed.keep(made.MasterStated(listed.next_id(), "place", PLOT, {**plot, "workers": list(workers)}))
    sprayed = EffectsOf("bureau.example/log", 2, "farm.operation", CONTRACTOR)
    day = date(2026, 9, 28)
    sprayed.keep(made.OperationNoted(sprayed.next_id(), PLOT, "spray", "毒死蜱", day, None, 30, {}))
    old = EffectsOf("bureau.example/log", 3, "farm.operation", CONTRACTOR)
    old.keep(made.OperationNoted(old.next_id(), PLOT, "spray", "毒死蜱", date(2025, 3, 1), None, 30, {}))
    reaped = EffectsOf("bureau.example/log", 4, "farm.harvest", STRANGER)
    lot = reaped.lot("urn:lot:STRANGER:H9", kg("999"), "harvest", {"plots": [], "foreignPlots": [PLOT]})
    reaped.keep(made.PlotHarvested(PLOT, lot, date(2026, 10, 5)))
    story += [one.done(PLOT) for one in (named, listed, sprayed, old)] + [reaped.done("urn:lot:STRANGER:H9")]
    with transactions.begin("test") as tx:
        write_effects(tx.connection, story)


def notices(transactions, actor):
    seen = read_marks(transactions, rice.H1, actor)
    return [one for one in seen.marks if one.code in NOTICES]


def test_holder_and_agriculture_bureau_see_what_others_say_of_the_plot(transactions):
    tell(transactions)
    for actor in (HOLDER, AGRI):
        unclear, shared = notices(transactions, actor)
        assert (unclear.code, unclear.gates, unclear.params["party"]) == (UNCLEAR, (), CONTRACTOR)
        assert unclear.params["allowedFrom"] == "2026-10-28"
        assert (shared.code, shared.params["other"]) == (SHARED, "urn:lot:STRANGER:H9")
    assert [notices(transactions, one) for one in OTHERS] == [[], [], [], []]
    assert read_marks(transactions, rice.H1, HOLDER).gates == ()


def test_the_work_of_a_listed_one_is_no_riddle(transactions):
    tell(transactions, workers=[CONTRACTOR, STRANGER])
    assert notices(transactions, AGRI) == []
