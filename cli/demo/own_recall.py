"""Story 14: a label does not name its allergen; the mill recalls the batch and tells whom it must."""

from __future__ import annotations

from cli.demo.stage import Stage
from cli.demo.world import draft, kg, stamp, world
from trace.chain.facts.recall import ANNOUNCEMENT, NOTICE, PLAN, RECALL

RECALLED = "KN3"
_PRODUCT = "黄粱豆粉 400g，批号 N20261013"


def recall(stage: Stage) -> str:
    """Order, plan, notice and announcement within the first hours."""
    desk, lot = stage.desk("P4", "food"), world().lot("P4", RECALLED)
    order = {
        "lots": [lot],
        "level": "3",
        "reason": "标签未标示致敏物质（大豆）",
        "foundAt": stamp("10-24 10:00"),
        "returnTo": "购买的商店，凭包装退货退款",
        "contact": {"function": "（演示）召回办公室", "phone": "000-00000007"},
        "advice": "对大豆过敏者请勿食用，留好包装，退回购买的商店",
    }
    (begun,) = desk.state([draft("P4", RECALL.typ, lot, "10-24 11:00", order)])
    named = {"recall": str(begun["stmt"])}
    plan = {
        "measures": "下架、封存、退货退款",
        "finishBy": "2026-11-20",
        "figures": [{"what": "to_recall", "quantity": kg("90")}],
        "regions": ["310115"],
    }
    notice = {"text": f"请立即停止销售{_PRODUCT}，并退回"}
    public = {"text": f"对大豆过敏者请勿食用{_PRODUCT}", "publishedAt": "（演示）企业网站"}
    steps = ((PLAN, plan, "11:30"), (NOTICE, notice, "11:40"), (ANNOUNCEMENT, public, "12:00"))
    desk.state([draft("P4", kind.typ, lot, f"10-24 {when}", {**named, **data}) for kind, data, when in steps])
    return "三级召回，计划、通知、公告已登记"
