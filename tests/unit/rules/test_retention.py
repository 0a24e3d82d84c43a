"""How long records are kept: by their kind, the rule of their day, to the day."""

from __future__ import annotations

from datetime import date

import pytest

from trace.rules import load
from trace.usecases.intake.retention import retention_of


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
