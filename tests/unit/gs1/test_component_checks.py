"""Content checks of element values, on worked examples of the General Specifications and our own."""

from __future__ import annotations

import pytest

from trace.errors.gs1 import ElementMalformed
from trace.gs1.application_identifiers import element, read_notation, table
from trace.gs1.component_checks import CHECKS, check_pair


@pytest.mark.parametrize(
    ("ai", "value"),
    [
        ("11", "260200"),  # the whole month
        ("7006", "240229"),
        ("7003", "2610122359"),
        ("7011", "261012"),
        ("7011", "2610120830"),
        ("7007", "261005261006"),
        ("8008", "26101208"),
        ("8008", "261012083059"),
        ("8003", "09521234000013"),
        ("8003", "09521234000013A1"),
        ("8006", "095212341000100102"),
        ("8011", "12"),
        ("401", "9521ABC"),
        ("7040", "1AB-"),
        ("253", "9521234000013"),
        ("253", "9521234000013DOC1"),
        ("3103", "005000"),
    ],
)
def test_a_value_that_follows_its_format_is_kept(ai: str, value: str) -> None:
    assert element(ai, value).value == value


@pytest.mark.parametrize(
    ("ai", "value"),
    [
        ("11", "261300"),
        ("11", "260230"),
        ("7006", "230229"),
        ("7006", "261000"),
        ("7006", "260013"),
        ("7003", "2610122400"),
        ("7003", "2610122360"),
        ("8008", "26101224"),
        ("8008", "2610120860"),
        ("8003", "19521234000013"),
        ("8003", "09521234000014"),
        ("8006", "095212341000100301"),
        ("8006", "095212341000100001"),
        ("8011", "012"),
        ("401", "952"),
        ("401", "95AB1"),
        ("7040", "1AB="),
        ("253", "9521234000013" + "A" * 18),
        ("10", "A B"),
        ("10", ""),
        ("8010", "9521abc"),
        ("30", "123456789"),
    ],
)
def test_a_value_that_breaks_its_format_is_refused(ai: str, value: str) -> None:
    with pytest.raises(ElementMalformed):
        element(ai, value)


def test_a_model_number_carries_its_check_pair() -> None:
    """The example of General Specifications §7.9.5: 1987654Ad4X4bL5ttr2310c checks with 2K."""
    assert check_pair("1987654Ad4X4bL5ttr2310c") == "2K"
    assert element("8013", "1987654Ad4X4bL5ttr2310c2K").ai == "8013"
    for wrong in ("1987654Ad4X4bL5ttr2310c2L", "1987654Ad4X4bL5ttr2310d2K", "2K", "A2K"):
        with pytest.raises(ElementMalformed):
            element("8013", wrong)


def test_every_check_that_the_table_names_exists_and_is_used() -> None:
    named = {component.check for row in table().values() for component in row.components} - {None}
    assert named == set(CHECKS)


def test_a_slip_in_the_notation_of_the_table_is_noticed() -> None:
    with pytest.raises(ValueError, match=r"n\.\.x"):
        read_notation("n..x")
