"""Records of supervision and recall as they should be: one of every kind, to be changed by a test."""

from __future__ import annotations

from typing import Any

from tests.builders.facts import ABSENT, LAB, MILL, kg, lot, statement_id, uscc

OFFICERS = ["31011500123", "31011500124"]
REASON = "镉含量超过食品安全国家标准"
PROOF = {"kind": "paper", "ref": "整改复查记录 2026-17"}
FIGURES = [{"what": "recovered", "quantity": kg("120")}]


def stated(data: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
    """The data with members changed, or left out where they are ABSENT."""
    return {member: value for member, value in {**data, **changed}.items() if value is not ABSENT}


def a_hold(*lots: str, **changed: Any) -> dict[str, Any]:
    return stated({"matter": "案1", "reason": REASON, "lots": list(lots) or [lot(MILL, "K1")]}, changed)


def a_recall(*lots: str, **changed: Any) -> dict[str, Any]:
    data = {
        "matter": "案1",
        "level": "2",
        "reason": REASON,
        "lots": list(lots) or [lot(MILL, "K1")],
        "returnTo": "购买的商店，凭包装退货退款",
        "contact": {"function": "召回办公室", "phone": "021-12315"},
    }
    return stated(data, changed)


def a_closing(*orders: str, **changed: Any) -> dict[str, Any]:
    return stated({"matter": "案1", "orders": list(orders), "proofs": [PROOF]}, changed)


def a_sampling(*lots: str, **changed: Any) -> dict[str, Any]:
    data = {
        "form": 1,
        "matter": "监督抽检",
        "lots": list(lots) or [lot(MILL, "K1")],
        "sheetNo": "XC26310115001",
        "officers": OFFICERS,
    }
    return stated(data, changed)


def an_inspection(**changed: Any) -> dict[str, Any]:
    data = {
        "form": 1,
        "matter": "日常检查",
        "party": uscc(MILL),
        "officers": OFFICERS,
        "result": "to_rectify",
    }
    return stated(data, changed)


def a_penalty(**changed: Any) -> dict[str, Any]:
    data = {
        "form": 1,
        "matter": "案1",
        "party": uscc(MILL),
        "documentNo": "沪市监处罚〔2026〕17号",
        "kinds": ["warning", "fine"],
        "amount": "50000.00",
        "basis": ["食品安全法 §124"],
    }
    return stated(data, changed)


def a_notice(**changed: Any) -> dict[str, Any]:
    return stated({"matter": "案1", "to": [uscc(MILL)], "text": "请于三日内提交自查报告"}, changed)


def an_acknowledgement(about: str, **changed: Any) -> dict[str, Any]:
    return stated({"matter": "案1", "about": about}, changed)


def a_withdrawal(*orders: str, **changed: Any) -> dict[str, Any]:
    return stated({"orders": list(orders), "reason": "样品与批次对应错误"}, changed)


def a_completion(*orders: str, **changed: Any) -> dict[str, Any]:
    data = {"orders": list(orders), "reason": "召回产品已全部销毁", "figures": FIGURES}
    return stated(data, changed)


def a_firm_recall(*lots: str, **changed: Any) -> dict[str, Any]:
    data = {"lots": list(lots) or [lot(MILL, "K1")], "level": "3", "reason": "标签漏标过敏原"}
    return stated(data, changed)


def a_commission(name: str, **changed: Any) -> dict[str, Any]:
    return stated({"lot": name, "lab": uscc(LAB)}, changed)


def an_accreditation(**changed: Any) -> dict[str, Any]:
    """The `cma` licence of the laboratory."""
    data = {
        "kind": "cma",
        "number": "231011341234",
        "holder": uscc(LAB),
        "productNames": [],
        "validFrom": "2023-05-01",
        "validTo": "2029-04-30",
        "status": "valid",
    }
    return stated(data, changed)


def a_step(name: str, recall: str) -> dict[str, Any]:
    """A step of a firm's own recall."""
    steps: dict[str, dict[str, Any]] = {
        "plan": {"measures": "下架封存，退货退款", "finishBy": "2026-11-30", "figures": FIGURES},
        "notice": {"text": "请立即停止销售并退回本批产品"},
        "announcement": {"text": "请停止食用并退回本批产品", "publishedAt": "https://mill.example"},
        "progress": {"figures": FIGURES},
        "completion": {"figures": FIGURES, "reason": "召回产品已全部销毁", "treatment": "destroyed"},
    }
    return {"recall": recall, **steps[name]}


FORMS = {"oversight.hold": a_hold, "oversight.recall": a_recall, "oversight.sampling": a_sampling}
"""Those that are about lots alone."""
S = statement_id("order")
EVERY: dict[str, dict[str, Any]] = {
    "oversight.sampling": a_sampling(),
    "oversight.hold": a_hold(),
    "oversight.recall": a_recall(),
    "oversight.notice": a_notice(),
    "oversight.acknowledgement": an_acknowledgement(S),
    "oversight.closing": a_closing(S),
    "oversight.inspection": an_inspection(),
    "oversight.penalty": a_penalty(),
    "oversight.release": {"orders": [S]},
    "oversight.withdrawal": a_withdrawal(S),
    "oversight.completion": a_completion(S),
    "oversight.retest": {"report": S, "lab": uscc(LAB)},
    "oversight.return": {"orders": [S], "lots": [lot(MILL, "K1")], "to": uscc(MILL)},
    "oversight.destruction": {"orders": [S], "disposal": S},
    "oversight.finding": {"about": S, "result": "established", "reason": "现场核查仓库台账"},
    "food.recall": a_firm_recall(),
    **{
        f"food.recall.{step}": a_step(step, S)
        for step in ("plan", "notice", "announcement", "progress", "completion")
    },
}
"""One of every kind, about a statement that is named only."""
