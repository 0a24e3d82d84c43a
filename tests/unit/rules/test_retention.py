"""How long records are kept: by their kind, the rule of their day, to the day."""

from __future__ import annotations

from datetime import date

import pytest

from trace.rules import load
from trace.usecases.intake.retention import best_before_of, retention_of


@pytest.mark.parametrize(
    ("typ", "happened", "until"),
    [
        ("food.receipt", date(2026, 10, 6), date(2028, 10, 6)),
        ("food.shipment", date(2028, 2, 29), date(2030, 2, 28)),
        ("farm.operation", date(2026, 9, 1), date(2028, 9, 1)),
        ("farm.certificate", date(2026, 8, 31), date(2027, 2, 28)),
        ("food.recall", date(2026, 11, 30), date(2028, 11, 30)),
        ("oversight.recall", date(2026, 12, 1), date(2028, 12, 1)),
        ("oversight.sampling", date(2026, 12, 1), date(2028, 12, 1)),
    ],
)
def test_a_record_is_kept_until_its_term_is_over(typ, happened, until) -> None:
    term = retention_of(load("demo"), typ, happened)
    assert term is not None
    assert (term.rule.id, term.until) == ("K01", until)


@pytest.mark.parametrize(
    ("typ", "happened"), [("master.party", date(2026, 10, 6)), ("farm.certificate", date(2020, 1, 1))]
)
def test_where_no_term_is_known_none_is_made_up(typ, happened) -> None:
    assert retention_of(load("demo"), typ, happened) is None


@pytest.mark.parametrize(
    ("typ", "best_before", "until"),
    [
        ("food.pack", date(2027, 10, 6), date(2028, 10, 6)),  # two years are longer
        ("food.pack", date(2029, 8, 31), date(2030, 2, 28)),
        ("food.receipt", date(2029, 1, 1), date(2029, 7, 1)),
        ("oversight.recall", date(2029, 1, 1), date(2028, 10, 6)),  # before the text that asks for it
        ("farm.operation", date(2029, 1, 1), date(2028, 10, 6)),
        ("food.pack", date.max, date.max),
    ],
)
def test_where_it_is_known_until_when_goods_keep_the_longer_term_holds(typ, best_before, until) -> None:
    term = retention_of(load("demo"), typ, date(2026, 10, 6), best_before)
    assert term is not None
    assert (term.rule.id, term.until) == ("K01", until)


def test_a_recall_by_the_newer_text_is_kept_beyond_the_shelf_life() -> None:
    term = retention_of(load("demo"), "food.recall", date(2026, 12, 1), date(2029, 1, 1))
    assert term is not None
    assert term.until == date(2029, 7, 1)


@pytest.mark.parametrize(
    ("data", "day"),
    [
        ({"expiryDate": "2027-10-11"}, date(2027, 10, 11)),
        ({"productionDate": "2026-10-12", "shelfLife": {"value": 12, "unit": "month"}}, date(2027, 10, 12)),
        ({"productionDate": "2026-10-12", "shelfLife": {"value": 30, "unit": "day"}}, date(2026, 11, 11)),
        ({"productionDate": "9999-12-01", "shelfLife": {"value": 3650, "unit": "day"}}, date.max),
        ({"productionDate": "2026-10-12", "shelfLife": {"value": "12", "unit": "month"}}, None),
        ({"productionDate": "2026-10-12", "shelfLife": "12个月"}, None),
        ({"expiryDate": "tomorrow"}, None),
        ({}, None),
    ],
)
def test_until_when_goods_keep_is_what_was_signed(data, day) -> None:
    assert best_before_of(data) == day
