"""Figures of a recall against the worked oracle of the analyses, and where there is nothing to divide by."""

from __future__ import annotations

from decimal import Decimal

from trace.oversight.reconciliation import ConsigneeFigures, percent, reconcile


def of(shipped: int, recovered: int = 0, destroyed: int = 0, *, answered: bool = True) -> ConsigneeFigures:
    return ConsigneeFigures(Decimal(shipped), Decimal(recovered), Decimal(destroyed), answered)


def test_the_worked_recall_comes_out_as_it_was_worked() -> None:
    """1000 made, 180 on hold, 6 retained, 14 scrap; 400, 250 and 145 shipped; the third is silent."""
    found = reconcile(
        Decimal(1000), Decimal(186), Decimal(14), [of(400, 380), of(250, 100, 150), of(145, answered=False)]
    )
    assert found.unaccounted == 5
    shares = (found.reconciled, found.recovery, found.accounted, found.response, found.response_by_amount)
    assert [percent(one) for one in shares] == ["99.50", "60.38", "79.25", "66.67", "81.76"]


def test_nothing_shipped_has_no_share() -> None:
    found = reconcile(Decimal(10), Decimal(10), Decimal(0), [])
    assert (found.recovery, found.accounted, found.response, found.response_by_amount) == (None,) * 4
    assert percent(found.reconciled) == "100.00"
    assert found.unaccounted == 0


def test_more_than_there_was_is_told_as_an_amount_and_is_no_share() -> None:
    """180.49 % of a batch in hand or shipped is no figure: goods of other batches are among them."""
    found = reconcile(Decimal(100), Decimal(0), Decimal(0), [of(112, 120)])
    assert found.unaccounted == -12
    assert (found.reconciled, found.recovery, found.accounted) == (None, None, None)
    assert percent(found.response) == "100.00"
