"""What the scans of one code say, weighed by hand-made batches."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.oversight.copied_codes import (
    NONE,
    REASONS,
    SUSPECTED,
    WATCH,
    Baseline,
    Sighting,
    Story,
    is_diverted,
    judge,
    pattern_of,
)
from trace.oversight.copied_codes.baseline import Rate
from trace.oversight.copied_codes.parameters import Leg, copy_parameters
from trace.oversight.copied_codes.travel import possible_way, shortest_time
from trace.rules import load

GIVEN = copy_parameters(load(), date(2026, 10, 1))
EMPTY = Baseline.of({}, {}, {}, GIVEN)
START = datetime(2026, 10, 1, tzinfo=UTC)
SHANGHAI, SUZHOU, WUHAN, CHENGDU, URUMQI = "310100", "320500", "420100", "510100", "650100"


def sighted(*scans: tuple[float, str | None, str]) -> list[Sighting]:
    """(hours, city, device)."""
    return [Sighting(START + timedelta(hours=hours), city, device) for hours, city, device in scans]


def seen(*scans: tuple[float, str]) -> list[tuple[datetime, str]]:
    return [(START + timedelta(hours=hours), city) for hours, city in scans]


def verdict(scans: list[Sighting], batch: Baseline = EMPTY):
    return judge(pattern_of(scans, Story(), GIVEN), batch, GIVEN)


# Travel ---------------------------------------------------------------------------------------------------


def test_the_fastest_way_depends_on_the_distance() -> None:
    road, rail, air = GIVEN.legs
    assert road.hours(40) == min(leg.hours(40) for leg in GIVEN.legs)
    assert rail.hours(600) == min(leg.hours(600) for leg in GIVEN.legs)
    assert air.hours(3000) == min(leg.hours(3000) for leg in GIVEN.legs)
    assert Leg(300, 0.75).hours(600) == 2.75


def test_no_pack_needs_time_inside_a_city_to_a_near_one_or_to_one_that_is_unknown() -> None:
    for other in (SHANGHAI, "999900"):
        assert shortest_time(SHANGHAI, other, GIVEN) == timedelta(0)
    assert shortest_time(SHANGHAI, SUZHOU, GIVEN) < timedelta(minutes=20)
    assert shortest_time(SHANGHAI, WUHAN, GIVEN) > timedelta(hours=2)
    assert shortest_time(SHANGHAI, URUMQI, GIVEN) < timedelta(hours=7)


@pytest.mark.parametrize(
    ("scans", "way"),
    [
        ([], []),
        ([(0, SHANGHAI)], [0]),
        ([(0, SHANGHAI), (0.6, WUHAN)], [0]),
        ([(0, SHANGHAI), (30, WUHAN), (60, SHANGHAI)], [0, 1, 2]),
        ([(0, SHANGHAI), (0.6, WUHAN), (1.2, SHANGHAI)], [0, 2]),
        ([(0, WUHAN), (0.5, SHANGHAI), (0.6, SHANGHAI), (0.7, SHANGHAI)], [1, 2, 3]),
        ([(0, "999900"), (0.1, SHANGHAI)], [0, 1]),
    ],
)
def test_the_longest_way_that_one_pack_can_have_gone(scans, way) -> None:
    found = possible_way(seen(*scans), GIVEN) if scans else []
    assert len(found) == len(way)
    if len(scans) != 2:
        assert found == way


def _longest_by_trying(scans: list[tuple[datetime, str]]) -> int:
    """Every subset, the slow and certain way."""

    def possible(chosen: list[tuple[datetime, str]]) -> bool:
        return all(
            later[0] - earlier[0] >= shortest_time(earlier[1], later[1], GIVEN)
            for earlier, later in pairwise(chosen)
        )

    subsets = ([one for bit, one in enumerate(scans) if mask >> bit & 1] for mask in range(1 << len(scans)))
    return max((len(chosen) for chosen in subsets if possible(chosen)), default=0)


@given(
    st.lists(
        st.tuples(st.floats(0, 20), st.sampled_from([SHANGHAI, SUZHOU, WUHAN, CHENGDU, URUMQI])),
        min_size=1,
        max_size=8,
    )
)
def test_the_way_found_is_possible_and_none_is_longer(scans) -> None:
    ordered = sorted(seen(*scans))
    way = possible_way(ordered, GIVEN)
    assert way == sorted(set(way))
    for earlier, later in pairwise(way):
        least = shortest_time(ordered[earlier][1], ordered[later][1], GIVEN)
        assert ordered[later][0] - ordered[earlier][0] >= least
    assert len(way) == _longest_by_trying(ordered)


# Patterns -------------------------------------------------------------------------------------------------


def test_devices_count_once_where_they_were_first_seen() -> None:
    pattern = pattern_of(
        sighted((0, SHANGHAI, "a"), (1, WUHAN, "a"), (2, None, "b"), (3, SHANGHAI, "b"), (4, None, "c")),
        Story(),
        GIVEN,
    )
    assert (pattern.devices, pattern.placed, pattern.cities, pattern.misfits) == (3, 2, 1, 0)
    assert pattern.towns == 1


def test_a_family_is_one_occasion_and_buyers_are_many() -> None:
    family = pattern_of(sighted(*((n, SHANGHAI, str(n)) for n in range(5))), Story(), GIVEN)
    buyers = pattern_of(sighted(*((72 * n, SHANGHAI, str(n)) for n in range(5))), Story(), GIVEN)
    assert (family.devices, family.occasions) == (5, 1)
    assert (buyers.devices, buyers.occasions) == (5, 5)


def test_nothing_seen_is_an_empty_pattern() -> None:
    pattern = pattern_of([], Story(first_shipped=START, works=SHANGHAI, sold_in=frozenset({WUHAN})), GIVEN)
    assert (pattern.devices, pattern.occasions, pattern.towns, pattern.late, pattern.outside) == (
        0,
        0,
        0,
        0,
        0,
    )
    assert verdict([]).level == NONE


def test_what_was_not_stated_is_not_used() -> None:
    scans = sighted((0, WUHAN, "a"), (24 * 200, WUHAN, "b"))
    plain = pattern_of(scans, Story(), GIVEN)
    assert (plain.early, plain.outside, plain.inside, plain.shipment_known) == (0, 0, 0, False)
    half = pattern_of(scans, Story(first_shipped=START + timedelta(days=1)), GIVEN)
    assert (half.early, half.shipment_known) == (0, False)
    whole = Story(SHANGHAI, START + timedelta(days=1), None, frozenset({SHANGHAI}))
    told = pattern_of(scans, whole, GIVEN)
    assert (told.early, told.outside, told.inside, told.shipment_known) == (1, 2, 0, True)


def test_late_is_after_the_expiry_or_after_it_must_be_eaten() -> None:
    scans = sighted((0, SHANGHAI, "a"), (24 * 50, SHANGHAI, "b"), (24 * 70, SHANGHAI, "c"))
    assert pattern_of(scans, Story(), GIVEN).late == 1
    assert pattern_of(scans, Story(expires=START - timedelta(days=1)), GIVEN).late == 2
    assert pattern_of(scans[:1], Story(expires=START - timedelta(days=300)), GIVEN).late == 0


def test_diversion_needs_two_devices_outside_and_none_inside() -> None:
    story = Story(sold_in=frozenset({SHANGHAI}))
    for scans, expected in (
        ([(0, WUHAN, "a")], False),
        ([(0, WUHAN, "a"), (1, WUHAN, "b")], True),
        ([(0, WUHAN, "a"), (1, WUHAN, "b"), (90, SHANGHAI, "c")], False),
        ([(0, None, "a"), (1, None, "b")], False),
    ):
        assert is_diverted(pattern_of(sighted(*scans), story, GIVEN), GIVEN) is expected


# Baselines ------------------------------------------------------------------------------------------------


def test_a_rate_without_scans_is_the_opinion() -> None:
    assert EMPTY.devices.mean == pytest.approx(GIVEN.devices[0] - 1)
    assert EMPTY.elsewhere == pytest.approx(GIVEN.elsewhere[0])


def test_scans_take_the_place_of_the_opinion() -> None:
    many = Baseline.of({5: 10_000}, {3: 10_000}, {2: 10_000}, GIVEN)
    assert many.devices.mean == pytest.approx(4, rel=0.02)
    assert many.occasions.mean == pytest.approx(2, rel=0.02)
    assert many.elsewhere == pytest.approx(0.25, rel=0.02)


def test_the_most_scanned_codes_do_not_raise_their_own_bar() -> None:
    copied = {1: 985, 2: 5, 200: 10}  # untrimmed its mean would be 2
    assert Baseline.of(copied, {}, {}, GIVEN).devices.mean < 0.05


@given(st.floats(0.01, 20), st.floats(0, 30))
def test_chances_add_up_to_one(mean: float, more: float) -> None:
    rate = Rate(mean, mean + more)
    total = math.fsum(10 ** rate.log10_chance(number) for number in range(3000))
    assert total == pytest.approx(1, abs=0.02)


def test_an_even_batch_is_poisson() -> None:
    rate = Rate(1.5, 1.5)
    assert 10 ** rate.log10_chance(2) == pytest.approx(1.5**2 * math.exp(-1.5) / 2)
    assert 10 ** Rate(1.5, 1.5 + 1e-6).log10_chance(2) == pytest.approx(10 ** rate.log10_chance(2), rel=1e-3)


# Verdicts -------------------------------------------------------------------------------------------------


def test_one_scan_is_never_odd() -> None:
    assert verdict(sighted((0, SHANGHAI, "a"))).level == NONE


def test_story_10() -> None:
    """普陀, and 40 minutes later another city."""
    found = verdict(sighted((0, SHANGHAI, "a"), (2 / 3, WUHAN, "b")))
    assert (found.level, found.reasons) == (WATCH, ("impossible-travel",))
    more = verdict(
        sighted((0, SHANGHAI, "a"), (2 / 3, WUHAN, "b"), (1.3, SHANGHAI, "c"), (1.5, CHENGDU, "d"))
    )
    assert more.level == SUSPECTED
    assert more.odds > found.odds


def test_many_cities_over_weeks_need_no_impossible_travel() -> None:
    cities = (SHANGHAI, WUHAN, CHENGDU, URUMQI, "440100", "110100")
    found = verdict(sighted(*((72 * n, city, city) for n, city in enumerate(cities))))
    assert found.level == SUSPECTED
    assert "many-cities" in found.reasons
    assert "impossible-travel" not in found.reasons


def test_a_gift_is_not_odd() -> None:
    scans = sighted((0, SHANGHAI, "a"), (48, WUHAN, "b"), (49, WUHAN, "c"))
    assert verdict(scans).level == NONE


def test_levels_name_reasons_and_none_names_none() -> None:
    assert verdict(sighted((0, SHANGHAI, "a"), (48, WUHAN, "b"))).reasons == ()
    assert len(verdict([]).weights) == len(REASONS)


@given(st.integers(1, 60), st.integers(1, 60))
def test_more_devices_never_speak_for_an_honest_pack(one: int, other: int) -> None:
    few, many = sorted((one, other))

    def weight(count: int) -> float:
        return verdict(sighted(*((hour, SHANGHAI, str(hour)) for hour in range(count)))).weights[0]

    assert weight(few) <= weight(many) + 1e-9


@given(st.permutations(range(6)))
def test_the_order_in_which_scans_are_handed_in_does_not_matter(order) -> None:
    cities = (SHANGHAI, WUHAN, None, SUZHOU, WUHAN, CHENGDU)
    scans = sighted(*((5 * n, city, str(n)) for n, city in enumerate(cities)))
    assert verdict([scans[place] for place in order]) == verdict(scans)
