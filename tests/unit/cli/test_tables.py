"""A trace in a terminal: the columns that matter, upstream and downstream."""

from __future__ import annotations

from typing import Any

from cli.tables import trace_table


def document(direction: str) -> dict[str, Any]:
    lot: dict[str, Any] = {
        "lot": "urn:lot:913100000000000017:K1",
        "kind": "pack",
        "productName": "（演示）大米",
        "quantity": {"value": "8000", "unit": "kg"},
        "available": {"value": "2000", "unit": "kg"},
        "share": None,
        "holderName": "（演示）米厂",
        "marks": [],
        "state": "normal",
    }
    return {"query": {"direction": direction}, "lots": [lot], "receivers": None, "openEnds": []}


def test_downstream_says_what_is_left_of_each_lot() -> None:
    head, row = trace_table(document("downstream")).splitlines()
    assert head.split() == ["批次", "环节", "品名", "数量", "剩余", "占比", "持有人", "状态"]
    assert row.split()[:7] == ["K1", "包装", "（演示）大米", "8000", "kg", "2000", "kg"]


def test_upstream_needs_no_stock() -> None:
    head, row = trace_table(document("upstream")).splitlines()
    assert "剩余" not in head
    assert "2000" not in row
