"""Scores of random delivery networks, every setting at once, against the plainest reading there is."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders.delivery_tables import written
from tests.builders.slow_scores import slow_scores
from trace.chain.lineage.scores import Score
from trace.exchange.foodchain_lab import read_tables, score_tables
from trace.exchange.score_settings import read_settings

STATIONS = [f"S{number}" for number in range(6)]
DATES = ("", "2016", "2016-01", "2016-02", "2016-01-03", "2016-01-05", "2016-02-01", "2017-01-01")
stations = st.sampled_from(STATIONS)
dates = st.sampled_from(DATES)
weight = st.sampled_from([1, 2, -1, 0.5, -0.25, 0])


def some(names, most=3):
    return st.lists(st.sampled_from(names), max_size=most, unique=True) if names else st.just([])


@st.composite
def networks(draw):
    """Deliveries, also to their own sender; relations within stations, with rings; settings of every kind."""
    deliveries = [
        (f"D{number}", draw(stations), draw(stations), draw(dates), draw(dates))
        for number in range(draw(st.integers(0, 9)))
    ]
    ids = [one[0] for one in deliveries]
    fitting = [(one[0], other[0]) for one in deliveries for other in deliveries if one[2] == other[1]]
    relations = draw(some(fitting, 10))
    merged = draw(some(STATIONS, 3))
    chosen = {
        "temporal": draw(st.booleans()),
        "station_weights": draw(st.dictionaries(stations, weight, max_size=3)),
        "delivery_weights": draw(st.dictionaries(st.sampled_from(ids), weight, max_size=3)) if ids else {},
        "cross_contamination_stations": draw(some(STATIONS)),
        "cross_contamination_deliveries": draw(some(ids, 5)),
        "kill_stations": draw(some(STATIONS, 2)),
        "kill_deliveries": draw(some(ids, 2)),
        "observed_stations": draw(some(STATIONS, 2)),
        "observed_deliveries": draw(some(ids, 2)),
        "merge_stations": {"M": merged} if merged and draw(st.booleans()) else {},
        "date_overrides": draw(st.dictionaries(st.sampled_from(ids), st.just("2016-01-04"), max_size=2))
        if ids
        else {},
    }
    return deliveries, relations, chosen


def told(score: Score) -> tuple:
    return (
        score.score,
        score.normalized,
        score.positive,
        score.negative,
        score.backward,
        score.forward,
    )


@given(networks())
@settings(max_examples=120)
def test_every_score_and_flag_is_that_of_the_plainest_reading(tmp_path_factory, network):
    deliveries, relations, chosen = network
    tables = read_tables(written(tmp_path_factory.mktemp("tables"), STATIONS, deliveries, relations))
    read = read_settings("s", json.dumps(chosen).encode(), tables.stations, tables.listed)
    found = score_tables(tables, read)
    by_station, by_delivery = slow_scores(STATIONS, deliveries, relations, chosen)
    assert {name: told(one) for name, one in found.stations.items()} == by_station
    assert {name: told(one) for name, one in found.deliveries.items()} == by_delivery
    assert list(found.stations) == list(by_station)
    assert list(found.deliveries) == list(by_delivery)
