"""Plots: whose they are, whose work on them counts, and whose harvest may name them as origin."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders.chain import BUREAU, GROWER, Chain
from trace.chain.admission import Door
from trace.errors import food as refused

HOLDER, OTHER = made.COOPERATIVE, "91310115MA1H7T3L0X"
PLOT = made.plot(1)
LATE = {"usedOn": "2026-10-02"}  # three days before the harvest, where seven are needed


def registered(chain: Chain, **more):
    """A bureau names the holder of the plot."""
    data = made.a_plot(holder=made.uscc(HOLDER), **more)
    return chain.state("master.place", data, sub=PLOT, by=made.BUREAU, roles=BUREAU)


def listed(chain: Chain, *workers: str, by: str = HOLDER, **how):
    """The holder lists who works on it."""
    data = made.a_plot(workers=[made.uscc(one) for one in workers])
    return chain.state("master.place", data, sub=PLOT, by=by, roles=GROWER, **how)


def sprayed(chain: Chain, by: str):
    return chain.farm("farm.operation", made.an_operation(**LATE), by=by)


def harvested(chain: Chain, by: str = HOLDER):
    return chain.farm("farm.harvest", made.a_harvest(lot=made.lot(by, "H1")), by=by)


def codes(effects) -> set[str]:
    return {mark.code for mark in effects.marks}


@pytest.mark.parametrize("spray_first", [True, False])
@pytest.mark.parametrize("named", [True, False])
def test_an_unlisted_contractors_spraying_closes_no_gate_of_the_holder(spray_first, named):
    chain = Chain()
    if named:
        registered(chain)
    if spray_first:
        sprayed(chain, OTHER)
        assert codes(harvested(chain)) == set()
    else:
        harvested(chain)
        assert codes(sprayed(chain, OTHER)) == set()


@pytest.mark.parametrize("spray_first", [True, False])
def test_a_listed_ones_does(spray_first):
    chain = Chain()
    registered(chain)
    listed(chain, OTHER)
    if spray_first:
        sprayed(chain, OTHER)
        assert codes(harvested(chain)) == {"pre-harvest-interval"}
    else:
        harvested(chain)
        assert codes(sprayed(chain, OTHER)) == {"pre-harvest-interval"}


def test_the_holders_spraying_counts_for_a_listed_ones_harvest_and_ones_own_always():
    chain = Chain()
    sprayed(chain, OTHER)
    assert codes(harvested(chain, OTHER)) == {"pre-harvest-interval"}
    chain = Chain()
    registered(chain)
    listed(chain, OTHER)
    sprayed(chain, HOLDER)
    assert codes(harvested(chain, OTHER)) == {"pre-harvest-interval"}


def test_a_harvest_from_somebody_elses_plot_is_marked_and_its_origin_is_not_shown():
    chain = Chain()
    registered(chain)
    (mark,) = harvested(chain, OTHER).marks
    assert (mark.code, mark.gates, mark.params["plot"]) == ("plot-foreign", (), PLOT)
    detail = chain.lot("H1", OTHER).detail
    assert (detail["plots"], detail["foreignPlots"]) == ([], [PLOT])
    assert codes(harvested(chain)) == set()
    assert chain.lot("H1", HOLDER).detail["plots"] == [PLOT]


def test_a_plot_that_no_bureau_has_named_is_everybodys_origin():
    chain = Chain()
    assert codes(harvested(chain, OTHER)) == set()
    assert chain.lot("H1", OTHER).detail["plots"] == [PLOT]


def test_only_a_bureau_names_a_holder():
    with pytest.raises(refused.MayNotState):
        Chain().state("master.place", made.a_plot(holder=made.uscc(OTHER)), sub=PLOT, by=OTHER, roles=GROWER)


def test_neither_bureau_nor_holder_loses_what_the_other_said():
    chain = Chain()
    registered(chain)
    listed(chain, OTHER)
    registered(chain, variety="南粳46")
    place = chain.known.master.place(PLOT, made.uscc(HOLDER))
    assert (place["holder"], place["workers"]) == (made.uscc(HOLDER), [made.uscc(OTHER)])
    listed(chain)
    assert "workers" not in chain.known.master.place(PLOT, made.uscc(HOLDER))
    assert chain.known.master.place(PLOT, made.uscc(HOLDER))["holder"] == made.uscc(HOLDER)
    data = made.a_plot(holder=made.uscc(OTHER))
    chain.state("master.place", data, sub=PLOT, by=made.BUREAU, roles=BUREAU)
    assert chain.known.master.place(PLOT, made.uscc(HOLDER))["holder"] == made.uscc(OTHER)
    chain.state("master.place", made.a_plot(), sub=PLOT, by=made.BUREAU, roles=BUREAU)
    holder = chain.known.master.place(PLOT, made.uscc(HOLDER))["holder"]
    assert holder == made.uscc(OTHER), "a plain restatement ends nothing"


def test_a_plot_that_somebody_stated_first_goes_to_its_registered_holder():
    chain = Chain()
    chain.state("master.place", made.a_plot(workers=[made.uscc(OTHER)]), sub=PLOT, by=OTHER, roles=GROWER)
    assert "workers" not in chain.known.master.place(PLOT, made.uscc(HOLDER)), "who is no holder lists nobody"
    registered(chain)
    listed(chain)
    assert chain.known.master.place(PLOT, made.uscc(HOLDER))["holder"] == made.uscc(HOLDER)


def test_a_stranger_does_not_restate_a_registered_plot():
    chain = Chain()
    registered(chain)
    with pytest.raises(refused.MasterForeign):
        listed(chain, OTHER, by=OTHER)
    listed(chain, door=Door.LOGGED, by=OTHER)
    assert chain.known.master.place(PLOT, made.uscc(HOLDER))["holder"] == made.uscc(HOLDER)
    place = chain.known.master.place(PLOT, made.uscc(HOLDER))
    assert "workers" not in place, "nor does it list anybody where it stands in the log"
