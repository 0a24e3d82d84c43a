"""Amounts that no column and no sum could hold are refused as facts, before they reach a table."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.builders import facts as made
from trace.chain.facts import parse_fact
from trace.chain.facts.reading import LARGEST, MANY
from trace.errors.food import FactMalformed

NOW = datetime(2026, 10, 6, tzinfo=UTC)


def harvest_of(value: str, unit: str):
    data = made.a_harvest(quantity={"value": value, "unit": unit})
    return parse_fact("farm.harvest", data, data["lot"], NOW)


@pytest.mark.parametrize(
    ("value", "unit"), [("1000000000", "kg"), ("1000000", "t"), ("0.000001", "kg"), ("1", "mg")]
)
def test_the_largest_and_smallest_amounts_are_facts(value, unit) -> None:
    assert 0 < harvest_of(value, unit).quantity.micro <= LARGEST


@pytest.mark.parametrize(
    ("value", "unit"),
    [("1000000000.000001", "kg"), ("999999999999999", "kg"), ("1000000.1", "t"), ("0.1", "mg")],
)
def test_an_amount_that_the_store_cannot_hold_exactly_is_refused_with_its_place(value, unit) -> None:
    with pytest.raises(FactMalformed) as refused:
        harvest_of(value, unit)
    assert refused.value.params["path"] == "$.data.quantity"


def test_thousands_of_the_largest_amounts_add_up_within_a_column() -> None:
    assert LARGEST * MANY * 16 < 2**63
