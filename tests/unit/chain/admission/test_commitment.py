"""A farm's commitment: whose, of which year, on whose plots, with every promise and every field."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders.admission import refuses
from tests.builders.chain import GROWER, good_chain
from tests.builders.commitments import PROMISES, SHAPE, a_commitment, a_committed_plot
from trace.access.record_kinds import may_sign
from trace.access.roles import OPERATOR
from trace.chain.facts.commitment import commitment_name
from trace.errors import CommitmentForeign, CommitmentIncomplete, CommitmentPlotForeign
from trace.errors.food import FactMalformed

KIND = "farm.commitment"
FARM = made.COOPERATIVE
BY = {"by": FARM, "roles": GROWER, "at": "2026-10-12T09:00:00+08:00"}
NAME = f"urn:commitment:{FARM}:2026"


def test_a_commitment_is_kept_and_made_again():
    chain = good_chain()
    chain.state(KIND, a_commitment(), sub=NAME, **BY)
    chain.state(KIND, a_commitment(plots=[a_committed_plot(1, areaMu="30")]), sub=NAME, **BY)
    assert commitment_name(made.uscc(FARM), 2026) == NAME


@pytest.mark.parametrize(
    ("sub", "data"),
    [(f"urn:commitment:{made.MILL}:2026", a_commitment()), (NAME, a_commitment(year=2025)),
     (f"urn:commitment:{FARM}:2040", a_commitment(year=2040))],
)  # fmt: skip
def test_it_is_the_farms_own_of_a_year_that_is_near(sub, data):
    refuses(good_chain(), CommitmentForeign, KIND, data, sub=sub, **BY)


@pytest.mark.requirement("S1-18")
@pytest.mark.parametrize(
    "changed",
    [*({name: made.ABSENT} for name in ("year", "plots", "grown", "activities", "promises")),
     {"plots": []}, {"grown": []}, {"activities": []}, {"grown": [{"crop": "水稻", "way": "open_field"}]},
     {"grown": [{"crop": "水稻", "variety": "南粳", "way": "somehow"}]}],
)  # fmt: skip
def test_every_field_is_filled_in(changed):
    refuses(good_chain(), FactMalformed, KIND, a_commitment(**changed), sub=NAME, **BY)


@pytest.mark.requirement("S1-19")
@pytest.mark.parametrize("lacking", ["sketch", "placeRecord", "areaMu", "plot"])
def test_every_plot_carries_its_drawing_and_its_record(lacking):
    plot = {name: value for name, value in a_committed_plot().items() if name != lacking}
    refuses(good_chain(), FactMalformed, KIND, a_commitment(plots=[plot]), sub=NAME, **BY)
    cut = a_committed_plot(sketch=SHAPE[:2])
    refuses(good_chain(), FactMalformed, KIND, a_commitment(plots=[cut]), sub=NAME, **BY)


def test_who_keeps_the_records_of_a_farm_makes_no_promise_for_it():
    assert may_sign(["head"], OPERATOR, KIND)
    assert not may_sign(["farm-records"], OPERATOR, KIND)
    assert may_sign(["farm-records"], OPERATOR, "farm.harvest")


def test_nothing_is_left_out_of_what_is_promised_and_no_plot_has_no_area():
    refuses(good_chain(), CommitmentIncomplete, KIND, a_commitment(promises=PROMISES[1:]), sub=NAME, **BY)
    bare = a_commitment(plots=[a_committed_plot(areaMu="0")])
    refuses(good_chain(), CommitmentIncomplete, KIND, bare, sub=NAME, **BY)


def test_another_farms_plot_and_a_plot_named_twice_are_refused():
    chain = good_chain()
    held = made.a_plot(holder=made.uscc(made.TOFU))
    chain.state(
        "master.place",
        held,
        sub=made.plot(7),
        by=made.BUREAU,
        roles={"regulator_agri"},
        at="2026-10-12T08:00:00+08:00",
    )
    refuses(chain, CommitmentPlotForeign, KIND, a_commitment(plots=[a_committed_plot(7)]), sub=NAME, **BY)
    twice = a_commitment(plots=[a_committed_plot(), a_committed_plot(areaMu="1")])
    refuses(chain, CommitmentPlotForeign, KIND, twice, sub=NAME, **BY)
