"""Print runs and labels that are refused, and why: gates, intervals, sizes, shapes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.print_shop import COUNT, RUNS, SERIALS, Shop
from tests.builders.signed_rice import K1, at
from tests.servers.databases import Databases
from tests.servers.door import Door


@pytest.fixture
def shop(door: Door) -> Shop:
    return Shop(door)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Shop]:
    """A shop for tests that are refused and hold nothing up."""
    with Door(tmp_path_factory.mktemp("still"), databases.migrated("sqlite")) as opened:
        yield Shop(opened)


COUNTED = {"codeLevel": "item", "serials": SERIALS}


@pytest.mark.parametrize(
    ("changed", "code", "rule", "value", "limit"),
    [
        ({"label": made.a_label(ingredients=[])}, "label-content-missing", "R20", "3", "4"),
        ({"lbNo": "LB-01-26050900001A"}, "mark-licence-lapsed", "R12", "2026-10-13", "–"),
        (
            {"licence": {"approvedOutput": {"value": "80", "unit": "t"}}},
            "over-approved-output", "R15", "86.0 t", "80 t",
        ),
    ],
)  # fmt: skip
def test_a_code_without_its_grounds_is_not_printed_and_the_refusal_says_why(
    door: Door, changed: dict[str, Any], code: str, rule: str, value: str, limit: str
) -> None:
    shop = Shop(door, **{**COUNTED, **changed})
    answer = shop.ask()
    assert (answer.status_code, answer.json["code"], answer.json["rule"]) == (422, code, rule), answer.text
    assert (answer.json["params"]["value"], answer.json["params"]["limit"]) == (value, limit)
    assert answer.json["params"]["gate"] == "code"
    assert answer.json["action"]
    assert door.counts()["print_run"] == 0
    label = door.get(f"/api/v1/lots/{K1}/label", shop.printer)
    assert (label.status_code, label.json["code"]) == (422, code)


def test_a_batch_label_waits_for_the_activation_and_item_codes_do_not(shop: Shop) -> None:
    path = f"/api/v1/lots/{K1}/label"
    waiting = shop.door.get(path, shop.printer)
    assert (waiting.status_code, waiting.json["code"]) == (409, "code-not-active")
    assert shop.ask(range={"first": 0, "count": 10}).status_code == 201
    shop.story.sell()
    assert shop.door.get(path, shop.printer).status_code == 200


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"range": {"first": COUNT - 5, "count": 10}}, "range-outside"),
        ({"range": {"first": 0, "count": 20_000_001}}, "print-run-too-long"),
        ({"form": "pdf", "size": "a3"}, "label-size-unknown"),
        ({"dots": 1}, "module-unprintable"),
        ({"size": "40x30", "form": "zpl", "dots": 9}, "label-too-small"),
    ],
)
def test_a_run_that_cannot_be_printed_is_refused_when_it_is_asked_for(
    still: Shop, wish: dict[str, Any], code: str
) -> None:
    answer = still.ask(**{"range": {"first": 23_000, "count": 10}, **wish})
    assert answer.status_code in {400, 409, 413, 422}
    assert answer.json["code"] == code


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"form": "csv"},
        {"form": "gif", "printer": "x"},
        {"form": "csv", "printer": ""},
        {"form": "csv", "printer": "x", "range": {"first": -1, "count": 1}},
        {"form": "csv", "printer": "x", "range": {"first": 0}},
        {"form": "csv", "printer": "x", "again": "x"},
        {"form": "csv", "printer": "x", "colour": "red"},
        {"form": "zpl", "printer": "x", "hidden": True},
        [],
        "x",
        7,
        None,
    ],
)
def test_a_wish_of_another_shape_is_a_400(still: Shop, body: object) -> None:
    answer = still.door.post(RUNS, body, still.printer, kind="application/json")
    assert (answer.status_code, answer.json["code"]) == (400, "shape")


def test_a_batch_with_neither_gtin_nor_platform_code_has_no_label(door: Door) -> None:
    shop = Shop(door, codeLevel="batch", gtin=made.ABSENT)
    activation = made.an_activation(report=shop.story.receipts["report"].statement_id, gtin=made.ABSENT)
    when = at("2026-10-13T14:00:00+08:00")
    shop.story.log("activation", shop.story.mill.state("code.activate", K1, activation, at=when))
    answer = door.get(f"/api/v1/lots/{K1}/label", shop.printer)
    assert (answer.status_code, answer.json["code"]) == (404, "unknown-lot")


def test_a_lot_without_item_codes_has_no_runs(door: Door) -> None:
    shop = Shop(door, codeLevel="batch")
    answer = shop.ask()
    assert (answer.status_code, answer.json["code"]) == (409, "codes-not-allocated")
