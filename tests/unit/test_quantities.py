"""Quantities are exact, keep what was written, and never cross a dimension."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import gcd

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.errors.gs1 import QuantityInexact, QuantityMalformed, UnitMismatch, UnitUnknown
from trace.quantities import RECOMMENDATION_20, UNITS, Quantity, factor, total


def q(text: str) -> Quantity:
    value, unit = text.split()
    return Quantity.of(value, unit)


def test_the_written_scale_survives_a_round_trip() -> None:
    for written in (
        {"value": "1250.000", "unit": "kg"},
        {"value": "-0.5", "unit": "t"},
        {"value": "0", "unit": "件"},
    ):
        assert Quantity.parse(written).as_json() == written


@pytest.mark.parametrize(
    "value",
    [
        "",
        "1.",
        ".5",
        "01",
        "+1",
        "1e3",
        "1.0000000",
        "1" * 16,
        " 1",
        "1\n",
        "１２",
        "NaN",
        "Infinity",
        "1,000",
        "--1",
    ],
)
def test_a_value_outside_the_decimal_pattern_is_refused(value: str) -> None:
    with pytest.raises(QuantityMalformed):
        Quantity.parse({"value": value, "unit": "kg"})


@pytest.mark.parametrize(
    "written",
    [
        None,
        "5 kg",
        [],
        {"value": "1"},
        {"value": 1, "unit": "kg"},
        {"value": 1.0, "unit": "kg"},
        {"value": "1", "unit": None},
        {"value": "1", "unit": "kg", "note": "x"},
        {"value": "1", "units": "kg"},
    ],
)
def test_any_other_shape_is_refused(written: object) -> None:
    with pytest.raises(QuantityMalformed):
        Quantity.parse(written)


def test_an_unknown_unit_is_refused_everywhere() -> None:
    with pytest.raises(UnitUnknown):
        Quantity.parse({"value": "1", "unit": "stone"})
    with pytest.raises(UnitUnknown):
        Quantity(Decimal(1), "lb")
    with pytest.raises(UnitUnknown):
        q("1 kg").to("lb")


def test_a_quantity_cannot_be_built_from_a_float_or_an_infinity() -> None:
    with pytest.raises(QuantityMalformed):
        Quantity(1.5, "kg")  # type: ignore[arg-type]
    with pytest.raises(QuantityMalformed):
        Quantity(Decimal("Infinity"), "kg")


@pytest.mark.parametrize(
    ("given_", "unit", "value"),
    [
        ("16.9 t", "kg", "16900"),
        ("3 斤", "kg", "1.5"),
        ("1 ha", "亩", "15"),
        ("2 亩", "ha", "0.133333"),
        ("1500 mL", "L", "1.5"),
        ("250 g", "斤", "0.5"),
        ("2000 m2", "亩", "3"),
        ("7 mg", "kg", "0.000007"),
    ],
)
def test_conversion_is_exact_or_refused(given_: str, unit: str, value: str) -> None:
    if given_ == "2 亩":
        with pytest.raises(QuantityInexact):
            q(given_).to(unit)
        return
    assert q(given_).to(unit) == q(f"{value} {unit}")
    assert format(q(given_).to(unit).value, "f") == value


def test_one_mu_is_two_thousand_thirds_of_a_square_metre() -> None:
    assert q("1 亩").amount_in("m2") == Fraction(2000, 3)
    with pytest.raises(QuantityInexact):
        q("1 亩").to("m2")
    assert q("3 亩").to("m2") == q("2000 m2")


@pytest.mark.parametrize(("a", "b"), [("1 kg", "1 L"), ("1 袋", "1 箱"), ("1 件", "1 kg"), ("1 亩", "1 kg")])
def test_dimensions_never_mix(a: str, b: str) -> None:
    left, right = q(a), q(b)
    for operation in (
        lambda: left + right,
        lambda: left - right,
        lambda: left < right,
        lambda: left.within(right, Fraction(1)),
        lambda: left.share_of(right),
        lambda: left.to(right.unit),
        lambda: total([left, right], left.unit),
    ):
        with pytest.raises(UnitMismatch):
            operation()
    assert left != right


def test_equal_amounts_are_equal_and_hash_alike_in_any_unit() -> None:
    assert q("1 t") == q("1000.000 kg") == q("2000 斤")
    assert len({q("1 t"), q("1000 kg"), q("2000 斤"), q("1 L")}) == 2
    assert q("1 t") > q("999 kg")
    assert q("999 g") <= q("1 kg")
    assert q("1 kg") < q("1.5 kg")
    assert q("1 kg") != "1 kg"


def test_arithmetic_keeps_the_unit_of_the_left_side() -> None:
    assert (q("1 t") + q("500 kg")).as_json() == {"value": "1.5", "unit": "t"}
    assert (q("1.00 kg") - q("0.25 kg")).as_json() == {"value": "0.75", "unit": "kg"}
    assert -q("2 kg") == q("-2 kg")
    assert q("5 kg") * 1600 == q("8 t")
    assert q("34594 kg") * Decimal("0.5") == q("17297 kg")
    assert bool(Quantity.zero("kg")) is False
    assert bool(q("1 kg"))
    assert str(q("1250.000 kg")) == "1250.000 kg"


def test_shares_of_the_bad_batch_are_those_of_the_story() -> None:
    whole = q("16900 kg") + q("18400 kg")
    shares = [q("16900 kg").share_of(whole), q("18.4 t").share_of(whole)]
    assert sum(shares) == 1
    assert [round(float(share) * 100, 1) for share in shares] == [47.9, 52.1]
    assert q("1 kg").share_of(Quantity.zero("kg")) == 0


def test_tolerance_is_a_fraction_of_the_other_amount_and_its_edge_is_inside() -> None:
    assert q("18550 kg").within(q("18400 kg"), Fraction(1, 100))
    assert q("102 kg").within(q("100 kg"), Fraction(2, 100))
    assert not q("102.001 kg").within(q("100 kg"), Fraction(2, 100))


def test_micro_counts_millionths_of_the_base_unit() -> None:
    assert q("1250.000 kg").micro == 1_250_000_000
    assert q("1 t").micro == 1_000_000_000
    assert q("1 mg").micro == 1
    assert q("2 斤").micro == 1_000_000
    assert q("1.5 mL").micro == 1_500
    assert q("3 袋").micro == 3_000_000
    assert q("1 m2").micro == 1_500
    with pytest.raises(QuantityInexact):
        _ = q("0.5 mg").micro


def test_micro_of_a_negative_amount_is_exact_and_not_rounded_down() -> None:
    assert q("-1.000001 kg").micro == -1_000_001
    assert Quantity.from_micro(-1_000_001, "kg") == q("-1.000001 kg")


@given(st.integers(-(10**20), 10**20), st.sampled_from(["kg", "t", "L", "件", "亩"]))
def test_micro_comes_back_from_any_unit_that_can_hold_it(micro: int, unit: str) -> None:
    try:
        made = Quantity.from_micro(micro, unit)
    except QuantityInexact:
        assert unit == "t"
        return
    assert made.micro == micro
    assert Quantity.parse(made.as_json()) == made


@given(st.decimals(-(10**9), 10**9, places=6), st.sampled_from(sorted(UNITS)))
def test_a_sum_and_its_difference_give_the_amount_back(value: Decimal, unit: str) -> None:
    amount = Quantity(value, unit)
    one = Quantity(Decimal(1), unit)
    assert amount + one - one == amount
    assert amount.to(amount.unit) == amount


@given(
    st.decimals(min_value=-(10**9), max_value=10**9, places=6),
    st.sampled_from(("kg", "g", "t", "斤", "ha", "m2", "袋")),
    st.fractions(min_value=0, max_value=3, max_denominator=10**9),
)
def test_a_part_is_the_most_that_six_places_of_both_units_can_write(value: Decimal, unit: str, share) -> None:
    whole = Quantity(value, unit)
    part, exact = whole.part(share), whole.base * share
    assert part.base <= exact
    _, numerator, denominator = factor(unit)
    assert exact - part.base < Fraction(numerator, 10**6 * gcd(numerator, denominator))
    assert Fraction(part.micro, 10**6) == part.base


def test_every_trade_code_belongs_to_a_known_unit() -> None:
    assert set(RECOMMENDATION_20) < UNITS
    assert factor("kg") == ("mass", 1, 1)
    assert q("3 箱").dimension == "count:箱"
    assert q("3 箱").base_unit == "箱"


def test_total_of_nothing_is_zero() -> None:
    assert total([], "kg") == Quantity.zero("kg")
    assert total([q("1 t"), q("1 斤")], "kg").as_json() == {"value": "1000.5", "unit": "kg"}


def test_a_sum_is_refused_where_it_would_have_too_many_digits() -> None:
    most = q("999999999999999.999999 kg")
    assert most - most == q("0 kg")
    assert (q("0 kg") - most).value == -most.value
    assert most - q("-0 kg") == most
    for add in (lambda: most + q("0.000001 kg"), lambda: -most - q("0.000001 kg"), lambda: most + q("1 t")):
        with pytest.raises(QuantityMalformed):
            add()
