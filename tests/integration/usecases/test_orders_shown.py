"""Why goods are recalled, by whom, when, which level, what to do and where to return them, as signed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.traced_chain import BUREAU, H1, K1, MILL, P1, TracedChain, october
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from tests.servers.resolving import BROWSER, resolver_over
from trace.usecases.batch_page.page import OrderShown
from trace.usecases.batch_page.show_batch import show_batch
from trace.usecases.lots.find_lot import find_lot

AMBER = "有一批原料被召回或停售，用没用在这批产品里，还在核实。"
PAGE = "/page/01/09521234100010/10/M1"
FULL = {
    "matter": "沪市监食召〔2026〕12号",
    "level": "1",
    "reason": "镉含量 0.43 mg/kg，超过限量 0.2 mg/kg",
    "returnTo": "各销售门店服务台",
    "contact": {"function": "召回办公室", "phone": "021-00000001"},
    "advice": "停止食用，已开封的也可以退",
    "foundOn": "2026-10-21",
}


@pytest.fixture
def chain(database_url: str, clock: SteppingClock) -> Any:
    with TestPlatform(database_url, clock) as platform:
        told = TracedChain(platform, clock)
        told.packed_rice()
        yield told


def order(chain: TracedChain, typ: str, lot: str, at: str = "22 08:00", **data: Any) -> str:
    return chain.state(made.BUREAU, f"oversight.{typ}", lot, {"lots": [lot], **data}, at)


def shown(chain: TracedChain) -> tuple[OrderShown, ...]:
    return show_batch(chain.platform.transactions, lot=K1).orders


@pytest.mark.parametrize("lot", [K1, H1])
def test_a_recall_says_all_that_was_signed(chain: TracedChain, tmp_path: Any, lot: str) -> None:
    assert shown(chain) == ()
    statement = order(chain, "recall", lot, **FULL)
    (one,) = shown(chain)
    assert (one.kind, one.own, one.on, one.statement) == ("recall", lot == K1, "2026-10-22", statement)
    assert (one.level, one.reason, one.matter) == ("1", FULL["reason"], FULL["matter"])
    assert (one.function, one.phone) == ("召回办公室", "021-00000001")
    assert one.by is not None
    web = resolver_over(chain.platform, tmp_path)
    for language, words in (
        ("zh-CN", ("为什么召回", "一级", "退货退款", "监管部门", "不要吃")),
        ("en", ("Why it is recalled", "Level 1", "Return and refund", "authority", "May I eat it?")),
    ):
        html = web.get(PAGE, BROWSER, accept_language=language).body.decode()
        for text in (
            *words,
            one.by,
            "0.43 mg/kg",
            "各销售门店服务台",
            "2026-10-22",
            "沪市监食召",
            "021-00000001",
        ):
            assert text in html, text
        assert "停止食用，已开封的也可以退" in html


def test_what_an_order_does_not_say_is_not_made_up(chain: TracedChain, tmp_path: Any) -> None:
    """The first edition took free maps; a person's name in one is not shown."""
    free = {"matter": "案1", "contact": "张三 13800000000", "handledBy": "张三"}
    order(chain, "recall", K1, **free)
    (one,) = shown(chain)
    assert (one.reason, one.level, one.return_to, one.phone) == (None, None, None, None)
    html = resolver_over(chain.platform, tmp_path).get(PAGE, BROWSER).body.decode()
    assert "张三" not in html
    assert "未登记" in html
    assert "购买的商店" in html


def test_recalls_stand_before_holds_and_an_end_takes_a_hold_away(chain: TracedChain) -> None:
    order(chain, "hold", K1, matter="案1", reason="正在调查掺假线索")
    order(chain, "recall", H1, "22 09:00", **FULL)
    assert [(one.kind, one.own) for one in shown(chain)] == [("recall", False), ("hold", True)]
    order(chain, "closing", K1, "23 08:00", matter="案1")
    assert [one.kind for one in shown(chain)] == ["recall"]


def test_a_completed_recall_stays_a_warning(chain: TracedChain, tmp_path: Any) -> None:
    recall = order(chain, "recall", K1, **FULL)
    figures = [{"what": "recovered", "quantity": made.kg("500")}]
    ended = {"orders": [recall], "reason": "已召回并销毁", "figures": figures}
    chain.state(made.BUREAU, "oversight.completion", K1, ended, "24 08:00")
    page = show_batch(chain.platform.transactions, lot=K1)
    assert (page.banner, [one.completed for one in page.orders]) == ("recalled", [True])
    html = resolver_over(chain.platform, tmp_path).get(PAGE, BROWSER).body.decode()
    assert "这批产品曾被召回" in html
    assert "不要吃" in html


def test_a_recall_of_what_the_goods_were_once_said_to_be_of_is_amber(
    chain: TracedChain, tmp_path: Any
) -> None:
    """The mill says now that its batch was made of another harvest; the warning stays, without figures."""
    chain.hand_over(2, 10_000)
    web = resolver_over(chain.platform, tmp_path)
    address = f"{PAGE}?v={show_batch(chain.platform.transactions, lot=K1).label_digest}"
    assert AMBER not in web.get(address, BROWSER).body.decode()  # and is kept from here on
    inputs = [{"lot": made.lot(made.MILL, "R2"), "quantity": made.kg("10000"), "role": "main"}]
    chain.correct("food.production", made.lot(made.MILL, "M1"), "21 08:00", inputs=inputs)
    assert AMBER not in web.get(address, BROWSER).body.decode()
    order(chain, "recall", H1, **FULL)
    page = show_batch(chain.platform.transactions, lot=K1)
    assert (page.banner, page.orders, page.failed) == ("inactive", (), "")
    html = web.get(address, BROWSER).body.decode()
    assert AMBER in html
    assert "0.43 mg/kg" not in html


def test_a_recall_of_what_is_only_claimed_is_amber_and_tells_nothing(
    chain: TracedChain, tmp_path: Any
) -> None:
    """The mill names another's harvest as its source; nobody has confirmed that it came from there."""
    harvest = chain.harvest("H9", 1_000)
    chain.receive("R9", 1_000, harvest, at="06 09:00")
    chain.produce("M9", [("R9", 1_000)], [("P9", 900)], loss=100)
    pack = chain.pack("K9", 500, made.lot(made.MILL, "P9"), at="15 12:00")
    web = resolver_over(chain.platform, tmp_path)
    digest = show_batch(chain.platform.transactions, lot=pack).label_digest
    address = f"{PAGE}?v={digest}"
    assert "正在召回" not in web.get(address, BROWSER).body.decode()  # and is kept from here on
    assert "这一来源由生产者单方登记，未得到供货方确认" in web.get(address, BROWSER).body.decode()
    order(chain, "recall", harvest, **FULL)
    page = show_batch(chain.platform.transactions, lot=pack)
    assert page.handovers == ("claimed",)
    assert (page.banner, page.orders, page.failed) == ("inactive", (), "")
    html = web.get(address, BROWSER).body.decode()
    assert AMBER in html
    assert "0.43 mg/kg" not in html
    status = web.get(f"/api/v1/recall-status/01/09521234100010/10/M1?v={digest}").json["state"]
    assert status == "recalled"
    assert [
        one.state
        for one in show_batch(chain.platform.transactions, gtin="9521234100010", batch_no="M1").packs
    ] == [
        "inactive",
        "source-ordered",
    ]


def test_goods_below_a_failed_test_are_no_normal_lot(chain: TracedChain) -> None:
    """Asked for one lot, the answer is the trace's: what failed comes down to whatever was made of it."""

    def state(lot: str) -> str:
        return find_lot(chain.platform.transactions, lot, BUREAU).state

    assert (state(P1), state(K1)) == ("normal", "normal")
    at = october("16 10:00").isoformat()
    item = {"name": "镉", "limit": "0.2", "value": "0.43", "unit": "mg/kg", "verdict": "fail"}
    failed = made.a_report(reportNo="J-2", lot=P1, sampledAt=at, testedAt=at, items=[item], conclusion="fail")
    chain.state(MILL, "lab.report", P1, failed, "16 10:00")
    assert (state(P1), state(K1)) == ("failed", "failed")
    assert state(H1) == "normal", "nothing goes up"
