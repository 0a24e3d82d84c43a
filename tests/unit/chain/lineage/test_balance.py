from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from trace.chain.lineage.arcs import UNKNOWN, Arc
from trace.chain.lineage.balance import balance
from trace.errors.gs1 import UnitMismatch
from trace.quantities import Quantity


def amount(value: str, unit: str = "kg") -> Quantity:
    return Quantity(Decimal(value), unit)


def arc(number: int, quantity: Quantity | None, state: str = "signed") -> Arc:
    return Arc(number, 1, 2, "transform", quantity, quantity, UNKNOWN, UNKNOWN, state, f"s{number}")


def test_a_batch_balances_with_its_loss_across_units():
    found = balance(
        2,
        amount("650"),
        [arc(1, amount("1", "t"))],
        [arc(2, amount("400"))],
        [amount("340"), amount("4000", "g")],
    )
    assert found.inflow == amount("1000")
    assert found.available == amount("250")
    assert found.unaccounted == amount("6")
    assert found.yielded == Fraction(13, 20)
    assert found.unknown_links == ()


def test_more_taken_than_there_was_shows():
    found = balance(2, amount("10"), [], [arc(1, amount("7")), arc(2, amount("4"))])
    assert found.available == amount("-1")
    assert found.inflow is None
    assert found.yielded is None


def test_a_link_without_amount_leaves_the_sum_open_and_is_named():
    found = balance(2, amount("10"), [arc(3, amount("5", "L"))], [arc(1, amount("7")), arc(2, None)])
    assert found.available is None
    assert found.inflow is None
    assert found.unknown_links == (2, 3)


def test_superseded_links_do_not_count():
    found = balance(2, amount("10"), [], [arc(1, amount("7")), arc(2, amount("4"), "superseded")])
    assert found.available == amount("3")


def test_a_loss_in_another_dimension_is_refused():
    with pytest.raises(UnitMismatch):
        balance(2, amount("10"), [], [], [amount("1", "L")])
