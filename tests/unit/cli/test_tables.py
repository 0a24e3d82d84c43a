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


def link(upper: str, lower: str, kind: str, state: str) -> dict[str, str]:
    lots = {"from": f"urn:lot:9131:{upper}", "to": f"urn:lot:9131:{lower}"}
    return {**lots, "kind": kind, "state": state}


def test_it_says_by_whose_word_a_lot_is_reached_and_what_is_recalled_above() -> None:
    told = document("downstream")
    told["lots"][0] |= {"lot": "urn:lot:9131:K1", "order": "source-recalled"}
    told["links"] = [
        link("P1", "K1", "receive", "signed"),
        link("P2", "K1", "receive", "claimed"),
        link("P3", "K1", "pack", "signed"),
    ]
    head, row = trace_table(told).splitlines()
    assert head.split()[-2:] == ["凭谁登记", "状态"]
    assert row.endswith("单方登记/双方确认/本方登记  来源召回")
    up = {**told, "query": {"direction": "upstream"}, "links": [link("K1", "X", "receive", "disputed")]}
    assert "有异议" in trace_table(up)


def test_it_says_what_was_left_out_and_under_which_assumptions() -> None:
    gone = {"lot": "urn:lot:9131:B1", "at": "urn:lot:9131:R1", "limit": "2026-10-05", "moment": "2026-10-03"}
    told = document("downstream") | {
        "excluded": [
            {**gone, "reason": "time"},
            {**gone, "reason": "kill-step", "limit": None, "moment": None},
            {**gone, "reason": "disputed", "limit": None, "moment": None},
            {**gone, "reason": "beyond-excluded", "at": None, "via": "urn:lot:9131:B2"},
        ],
        "assumptions": {"ignoreTime": False, "killSteps": ["urn:lot:9131:R1"], "since": "2026-10-05"},
        "truncated": True,
        "unexplored": ["urn:lot:9131:Z"],
    }
    lines = trace_table(told).splitlines()[2:]
    assert lines[0] == "按时间排除：B1，2026-10-03 已从 R1 取出；R1 最早 2026-10-05 才可能含有起点批次"
    assert [line[:2] for line in lines] == ["按时", "按处", "因异", "随前", "假定", "假定", "未完"]
    up = trace_table({**told, "query": {"direction": "upstream"}}, "en").splitlines()
    assert (
        up[2] == "Left out by time: B1, which came into R1 on 2026-10-03; what counts was taken by 2026-10-05"
    )


def test_what_a_reader_may_not_see_stays_empty() -> None:
    told = document("downstream")
    told["lots"][0] |= {"quantity": None, "available": None, "holderName": None}
    assert trace_table(told).splitlines()[1].split() == ["K1", "包装", "（演示）大米", "正常"]
