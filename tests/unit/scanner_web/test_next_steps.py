"""What comes after a record: the next form with its goods, for who may do it."""

from __future__ import annotations

from typing import Any

import pytest

from scanner_web.enterprise.next_steps import back_to_cases, next_steps
from tests.builders import facts as made
from trace.usecases.uploads.forms import FORMS

MILL = made.uscc(made.MILL)


def after(typ: str, data: dict[str, Any], *, prints: bool = True) -> list[tuple[str, str]]:
    return [(one.slug, one.lot) for one in next_steps([{"typ": typ, "data": data}], MILL, prints=prints)]


def test_goods_go_on_to_the_next_form() -> None:
    lot = made.lot(made.MILL, "R1")
    assert after("food.receipt", made.a_receipt(lot=lot)) == [("production", "R1")]
    assert after("food.receipt", made.a_receipt(lot=lot, role="goods")) == [("shipment", "R1")]
    assert after("food.merge", made.a_merge()) == [("production", "S1")]
    (step,) = next_steps([{"typ": "farm.harvest", "data": made.a_harvest(lot=lot)}], MILL, prints=False)
    assert step.address.rpartition("/")[2] in FORMS
    assert step.query == {"of": lot}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, [("pack", "M1")]),
        ({"conclusion": "fail"}, []),
        ({"purpose": "incoming"}, []),
        ({"lot": made.lot(made.COOPERATIVE, "M1")}, []),
    ],
)
def test_only_own_goods_that_passed_are_packed(changed: dict[str, Any], expected: list[Any]) -> None:
    data = {**made.a_report(), "lot": made.lot(made.MILL, "M1"), **changed}
    assert after("lab.report", data) == expected


def test_labels_are_offered_to_who_prints() -> None:
    pack = made.a_pack(lot=made.lot(made.MILL, "K1"))
    assert after("food.pack", pack) == [("label", "K1"), ("shipment", "K1")]
    assert after("food.pack", pack, prints=False) == [("shipment", "K1")]


def test_of_several_records_the_last_goods_are_meant() -> None:
    receipts = [
        {"typ": "food.receipt", "data": made.a_receipt(lot=made.lot(made.MILL, name))}
        for name in ("R1", "R2")
    ]
    assert [one.lot for one in next_steps(receipts, MILL, prints=True)] == ["R2"]
    assert next_steps([{"typ": "master.party", "data": {}}], MILL, prints=True) == []


def test_official_acts_lead_back_to_their_cases() -> None:
    matters = ("AJ2026-00007", "案1", "AJ2026-00007")
    acts = [{"typ": "oversight.hold", "data": {"matter": one}} for one in matters]
    assert [one.address for one in back_to_cases(acts)] == ["/office/cases/AJ2026-00007"]
