"""Records of supervision and recall as they should be: one of every kind, to be changed by a test."""

from __future__ import annotations

import hashlib
from typing import Any

from tests.builders.facts import ABSENT, COOPERATIVE, LAB, MILL, kg, lot, statement_id, uscc

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


def a_sheet(*lots: str, **changed: Any) -> dict[str, Any]:
    """A sampling by form 2: the sheet filled in whole."""
    data = {
        **a_sampling(*lots),
        "form": 2,
        "party": uscc(MILL),
        "sampleNo": "YP20261018-001",
        "place": "成品库 3 号货位",
        "medication": "未用药",
        "photos": ["ab" * 32],
        "items": ["镉"],
        "goods": "other",
        "seal": "FQ-001",
        "plan": "annual",
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


def a_visit(**changed: Any) -> dict[str, Any]:
    """An inspection by its second form: which visit, by which checklist, and how it was signed."""
    told = {
        "form": 2,
        "matter": "XC2026-00001",
        "visit": "joint",
        "day": "2026-10-20",
        "checklist": {"name": "market-12", "version": 1, "sha256": "a" * 64},
        "answers": "b" * 64,
        "signature": "signed",
    }
    return an_inspection(**{**told, **changed})


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


def a_message(to: str = MILL, **changed: Any) -> dict[str, Any]:
    """A risk message from one department to the other."""
    return stated({"form": 1, "type": "penalty", "to": [uscc(to)]}, changed)


def a_clue(to: str = MILL, **changed: Any) -> dict[str, Any]:
    return stated({"form": 1, "to": [uscc(to)]}, changed)


def a_case(firm: str = MILL, **changed: Any) -> dict[str, Any]:
    data = {
        "source": "superior",
        "purpose": "按交办核查大米镉超标线索",
        "party": uscc(firm),
        "department": "market",
        "foundOn": "2026-10-12",
        "authority": "上海市市场监督管理局",
        "reference": "沪市监食交〔2026〕7号",
    }
    return stated(data, changed)


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


def a_reply(recall: str, **changed: Any) -> dict[str, Any]:
    """What became of recalled goods with whoever has them."""
    data = {
        "recall": recall,
        "lot": lot(MILL, "K1"),
        "received": kg("400"),
        "sealed": kg("300"),
        "sold": kg("80"),
    }
    return stated(data, changed)


def a_control(period: str, **changed: Any) -> dict[str, Any]:
    """A record of the firm's own control: of a Monday, its week, or its month."""
    last = {"daily": "2026-10-12", "weekly": "2026-10-18", "monthly": "2026-10-31"}[period]
    data = {
        "form": "2025-04-15",
        "firstDay": "2026-10-01" if period == "monthly" else "2026-10-12",
        "lastDay": last,
        "signedAs": {"daily": "safety_officer", "weekly": "safety_director", "monthly": "head"}[period],
        "items": [{"item": "environment", "result": "problem", "problem": "积水", "handling": "已清理"}],
        "summary": "本月没有发现风险",
        "tasks": "更换防鼠板",
    }
    return stated(data, changed)


def a_duty_list(name: str = "responsibility", **changed: Any) -> dict[str, Any]:
    """A list of one unit in a year."""
    items = ["每季度督导一次", "不合格食品一律立案"]
    data = {"list": name, "year": 2026, "unit": "食品生产科", "office": "科长", "items": items}
    return stated(data, changed)


def a_duty_commitment(lists: list[str], **changed: Any) -> dict[str, Any]:
    """The commitment to three lists of that unit and year."""
    return stated({"year": 2026, "unit": "食品生产科", "office": "科长", "lists": lists}, changed)


def a_risk_list(**changed: Any) -> dict[str, Any]:
    """Two points of a mill."""
    risks = [
        {"point": "金属异物", "measure": "金属探测器校验", "often": "每班"},
        {"point": "镉超标原料", "measure": "逐批查验检验报告"},
    ]
    return stated({"risks": risks, "signedAs": "safety_director"}, changed)


def a_peer_check(**changed: Any) -> dict[str, Any]:
    """One firm looked at another's store."""
    data = {"party": uscc(COOPERATIVE), "day": "2026-10-14", "result": "ok", "text": "仓储温度与台账相符"}
    return stated(data, changed)


def an_alert(**changed: Any) -> dict[str, Any]:
    """A laboratory warns of one firm's cadmium."""
    data = {"hazardCode": "C5", "severity": "2", "text": "近一月送检大米镉值普遍偏高", "party": uscc(MILL)}
    return stated(data, changed)


def a_revocation(penalty: str, **changed: Any) -> dict[str, Any]:
    """A penalty that fell in a reconsideration."""
    data = {
        "penalty": penalty,
        "outcome": "revoked",
        "documentNo": "沪崇府复〔2026〕3号",
        "reason": "主要事实不清",
    }
    return stated(data, changed)


HALVES = {"market": "11" * 32, "agriculture": "22" * 32}
"""Department -> its half of the seed."""


def a_draw(plan_hash: str = "ab" * 32, **changed: Any) -> dict[str, Any]:
    """A commitment to both halves, under a plan."""
    promised = [
        {"department": name, "value": hashlib.sha256(bytes.fromhex(half)).hexdigest()}
        for name, half in HALVES.items()
    ]
    data = {"matter": "十月联合检查抽取", "planHash": plan_hash, "objects": 8, "take": 3}
    return stated({**data, "commitments": promised}, changed)


def a_drawn(draw: str, plan_hash: str = "ab" * 32, **changed: Any) -> dict[str, Any]:
    """The result under that commitment."""
    halves = [{"department": name, "value": half} for name, half in HALVES.items()]
    data = {"draw": draw, "planHash": plan_hash, "halves": halves, "resultHash": "cd" * 32}
    return stated(data, changed)


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
    "oversight.message": a_message(),
    "oversight.clue": a_clue(),
    "oversight.response": {"clue": S, "result": "case"},
    "oversight.revocation": a_revocation(S),
    "oversight.report": {
        "document": "沪市监食生〔2024〕212号 附件2",
        "month": "2026-10",
        "area": "310151",
        "revision": 1,
        "sha256": "0" * 64,
    },
    "oversight.case": a_case(),
    "oversight.draw": a_draw(),
    "oversight.draw.result": a_drawn(S),
    "oversight.draw.end": {"draw": S, "reason": "名单有误，另行抽取"},
    "food.recall": a_firm_recall(),
    **{
        f"food.recall.{step}": a_step(step, S)
        for step in ("plan", "notice", "announcement", "progress", "completion")
    },
    "food.recall.reply": a_reply(S),
    "oversight.duties": a_duty_list(),
    "oversight.duties.commitment": a_duty_commitment([S, S[::-1], S[1:] + S[:1]]),
    "firm.risks": a_risk_list(),
    "firm.peer.check": a_peer_check(),
    **{f"firm.control.{period}": a_control(period) for period in ("daily", "weekly", "monthly")},
}
"""One of every kind, about a statement that is named only."""
