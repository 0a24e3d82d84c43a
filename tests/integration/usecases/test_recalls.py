"""What is recalled now, by firm and product, each recall, and the feed: as signed, and never buyers."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.builders import facts as made
from tests.builders.counted import counted
from tests.builders.traced_chain import H1, K1, MILL, SHOP, TracedChain, october
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from tests.servers.resolving import BROWSER, resolver_over
from trace.usecases.recalls.list_recalls import list_recalls, show_recall
from trace.usecases.recalls.recall import COMPLETED, LIFTED, STANDING

ATOM = "{http://www.w3.org/2005/Atom}"
FULL = {
    "level": "1",
    "reason": "镉含量 0.43 mg/kg，超过限量 0.2 mg/kg",
    "returnTo": "各销售门店服务台",
    "contact": {"function": "召回办公室", "phone": "021-00000001"},
}
ENTRY = {"id", "title", "published", "updated", "link", "author", "summary"}
FIGURES = [{"what": "recovered", "quantity": made.kg("500")}]


@pytest.fixture
def chain(database_url: str, clock: SteppingClock) -> Any:
    with TestPlatform(database_url, clock) as platform:
        told = TracedChain(platform, clock)
        told.packed_rice()
        yield told


def recall(chain: TracedChain, lot: str, at: str, matter: str = "案1") -> str:
    return chain.state(made.BUREAU, "oversight.recall", lot, {"lots": [lot], "matter": matter, **FULL}, at)


def listed(chain: TracedChain, **asked: Any) -> list[str]:
    return [one.statement for one in list_recalls(chain.platform.transactions, **asked).recalls]


def feed(web: Any) -> ET.Element:
    answer = web.get("/recalls.atom", BROWSER)
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    return ET.fromstring(answer.body)  # noqa: S314 - our own document


def test_a_recall_is_listed_with_its_packs_until_it_is_lifted(chain: TracedChain, tmp_path: Any) -> None:
    web = resolver_over(chain.platform, tmp_path)
    assert "现在没有登记的召回" in web.get("/recalls", BROWSER).body.decode()
    shop = web.get(f"/recalls?firm={made.uscc(SHOP).rsplit(':', 1)[1]}", BROWSER).body.decode()
    assert "它卖出的别家产品不在此列" in shop, "who only sells is no subject of a recall, and no all-clear"
    assert feed(web).findall(f"{ATOM}entry") == []
    chain.ship("S1", 500, K1, to=SHOP, report=chain.stated["lab.report", made.lot(MILL, "P1")][1])
    first = recall(chain, H1, "22 08:00")
    second = recall(chain, K1, "22 09:00", "案2")

    assert listed(chain) == [second, first]
    assert listed(chain, firm=made.uscc(MILL)) == [second, first]
    assert listed(chain, firm=made.uscc(SHOP)) == [], "what a shop received is nobody's to see"
    assert listed(chain, gtin="9521234100010") == [second, first]
    assert listed(chain, gtin="9521234100027") == []
    assert listed(chain, firm=made.uscc(made.BUREAU)) == [second, first]
    page = list_recalls(chain.platform.transactions, most=1)
    assert listed(chain, before=page.next) == [first]

    told = show_recall(chain.platform.transactions, first)
    api = web.get(f"/api/v1/recalls/{first}", accept="application/json").json
    assert (api["state"], api["returnTo"], [one["batchNo"] for one in api["packs"]]) == (
        STANDING, "各销售门店服务台", ["M1"],
    )  # fmt: skip
    (pack,) = told.packs
    assert (pack.batch_no, pack.path, pack.some) == ("M1", "/01/09521234100010/10/M1", False)
    assert (told.state, told.reason, told.return_to, told.phone) == (
        STANDING, FULL["reason"], "各销售门店服务台", "021-00000001",
    )  # fmt: skip
    for language, words in (
        ("zh-CN", ("已经吃了怎么办", "去哪里退", "各销售门店服务台", "请不要吃，正在召回")),
        ("en", ("I have eaten it", "Where to return it", "各销售门店服务台", "Do not eat: under recall")),
    ):
        html = web.get(f"/recalls/{first}", BROWSER, accept_language=language).body.decode()
        for text in (*words, FULL["reason"], "021-00000001", "/01/09521234100010/10/M1"):
            assert text in html, text
        assert made.uscc(SHOP).rsplit(":", 1)[-1] not in html

    entries = feed(web).findall(f"{ATOM}entry")
    assert [str(one.findtext(f"{ATOM}title"))[:3] for one in entries] == ["召回：", "召回："]
    assert {one.tag.removeprefix(ATOM) for one in entries[0]} == ENTRY
    chain.state(
        made.BUREAU, "oversight.withdrawal", K1, {"orders": [second], "reason": "样品弄错"}, "23 08:00"
    )
    assert listed(chain) == [first]
    lifted = show_recall(chain.platform.transactions, second)
    assert (lifted.state, lifted.ended_on, lifted.packs) == (LIFTED, "2026-10-23", ())
    html = web.get(f"/recalls/{second}", BROWSER).body.decode()
    assert "这次召回已经撤销" in html
    assert "不要吃" not in html
    newest = feed(web).find(f"{ATOM}entry")
    assert newest is not None
    assert str(newest.findtext(f"{ATOM}title")).startswith("召回已撤销")

    ended = {"orders": [first], "reason": "已召回并销毁", "figures": FIGURES}
    chain.state(made.BUREAU, "oversight.completion", H1, ended, "24 08:00")
    assert show_recall(chain.platform.transactions, first).state == COMPLETED
    assert listed(chain) == [first], "that its duties are done does not make the goods good"


def test_what_the_goods_failed_and_the_number_on_the_label_stand_beside_an_order(
    chain: TracedChain, tmp_path: Any
) -> None:
    lead = {"name": "铅", "value": "0.31", "unit": "mg/kg", "limit": "0.2", "verdict": "fail"}
    day = october("20 08:00").isoformat()
    report = made.a_report(
        lot=K1, reportNo="L1", purpose="release", conclusion="fail", items=[lead],
        basis=made.ABSENT, sampledAt=day, testedAt=day,
    )  # fmt: skip
    chain.state(MILL, "lab.report", K1, report, "20 08:00")
    ordered = {"lots": [K1], "matter": "案1", "level": "2", "reason": "不合格，责令召回"}
    order = chain.state(made.BUREAU, "oversight.recall", K1, ordered, "21 08:00")
    told = show_recall(chain.platform.transactions, order)
    (item,) = told.failed
    assert (item.name, item.value, item.limit, item.report_no) == ("铅", "0.31", "0.2", "L1")
    assert [one.contact for one in told.packs] == ["000-00000004"]

    web = resolver_over(chain.platform, tmp_path)
    for path, language, words in (
        (f"/recalls/{order}", "zh-CN", ("铅 0.31 mg/kg（限值 0.2）", 'href="tel:000-00000004"')),
        (f"/recalls/{order}", "en", ("lead 0.31 mg/kg (limit 0.2)", '<p><span lang="zh-CN">')),
        ("/recalls", "zh-CN", ("铅 0.31 mg/kg（限值 0.2）",)),
    ):
        html = web.get(path, BROWSER, accept_language=language).body.decode()
        for text in words:
            assert text in html, (path, language, text)
    assert "铅 0.31 mg/kg（限值 0.2）" in str(feed(web).findtext(f"{ATOM}entry/{ATOM}summary"))

    chain.state(MILL, "food.recall", K1, {"lots": [K1], **FULL}, "22 08:00")
    own, _ = list_recalls(chain.platform.transactions).recalls
    assert (own.by_firm, own.failed) == (True, ()), "a firm gives its own reason"


def test_a_list_costs_the_same_statements_however_many_it_lists(chain: TracedChain) -> None:
    transactions = chain.platform.transactions
    recall(chain, H1, "22 08:00")
    with counted(transactions.engine) as one:
        list_recalls(transactions)
    for number in range(2, 6):
        recall(chain, H1, f"22 {number + 10}:00", f"案{number}")
    with counted(transactions.engine) as five:
        list_recalls(transactions)
    assert len(five.asked) <= len(one.asked) + 4 * 4  # the way down from each of them, and nothing else
