"""Cities of region codes, and how far apart they are."""

from __future__ import annotations

import re
import tomllib

import pytest

from trace.identity import city
from trace.identity.city import cities, city_named, city_of, distance_km


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("310107", "310100"),  # 普陀区
        ("310151", "310100"),  # 崇明区
        ("500233", "500100"),  # a county of Chongqing
        ("320583", "320500"),  # 昆山 in 苏州
        ("420100", "420100"),
        ("522301", "522300"),
        ("810007", "810000"),
        ("110115", "110100"),
        ("659001", "659001"),  # 石河子, directly under the region
        ("429004", "429004"),  # 仙桃
        ("469030", "469030"),
    ],
)
def test_a_region_lies_in_its_city(region: str, expected: str) -> None:
    assert city_of(region) == expected
    assert city_named(expected) is not None


NOWHERE = ["", "31010", "3101070", "91010a", "031010", "310107\n", "Shanghai", "910100"]


@pytest.mark.parametrize("text", NOWHERE)
def test_what_is_no_region_lies_nowhere(text: str) -> None:
    assert city_of(text) is None


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        ("310100", "420100", 690),
        ("310100", "320500", 85),
        ("110100", "440100", 1890),
        ("310100", "650100", 3270),
    ],
)
def test_distances_are_those_of_an_atlas_within_a_twentieth(one: str, other: str, km: float) -> None:
    assert distance_km(one, other) == pytest.approx(km, rel=0.05)
    assert distance_km(other, one) == distance_km(one, other)
    assert distance_km(one, one) == 0


def test_a_city_that_is_not_listed_has_no_distance() -> None:
    assert city_named("999900") is None
    assert distance_km("310100", "999900") is None
    assert distance_km("999900", "310100") is None


def test_every_city_lies_in_the_country_and_says_so_in_both_languages() -> None:
    assert len(cities()) > 330
    for code, each in cities().items():
        assert re.fullmatch(r"[1-8][0-9]{5}", code)
        assert city_of(code) == code or code[:2] in {"81", "82"}
        assert 16 < each.latitude < 54
        assert 73 < each.longitude < 136
        assert re.search("[\u4e00-\u9fff]", each.zh)
        assert re.search("[A-Za-z]", each.en)


def test_the_list_is_dated_and_says_how_sure_it_is() -> None:
    read = tomllib.loads(city._DATA.read_text("utf-8"))
    assert read["confidence"] == "memory"
    assert read["since"].year == 2020
