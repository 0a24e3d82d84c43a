"""Search by name and number: firms and products, never persons, nor what strangers say; bounded."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.builders import facts as made
from tests.builders.counted import counted
from tests.builders.traced_chain import FARM, MILL, TOFU_MAKER, TracedChain
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from tests.servers.resolving import BROWSER, resolver_over
from trace.usecases.intake.replay_log import replay
from trace.usecases.search.find_names import SHOWN, find_names, find_products_of

GTIN = "urn:gtin:09521234100010"


@pytest.fixture
def chain(database_url: str, clock: SteppingClock) -> Any:
    with TestPlatform(database_url, clock) as platform:
        told = TracedChain(platform, clock)
        told.packed_rice()
        yield told


def party(chain: TracedChain, code: str, name: str, kind: str = "company", **more: str) -> None:
    data = {"name": name, "kind": kind, "roles": ["processor"], "region": "310151", **more}
    chain.state(made.BUREAU, "master.party", made.uscc(code), data, "20 08:00")


def names(chain: TracedChain, text: str) -> list[str]:
    found = find_names(chain.platform.transactions, text)
    return [*(one.name for one in found.firms), *(one.name for one in found.products)]


def test_firms_and_products_are_found_by_a_part_of_their_name_and_by_numbers(
    chain: TracedChain, tmp_path: Any
) -> None:
    party(chain, MILL, "（演示）子虚米业有限公司", gfCode="GF310151249903")
    party(chain, FARM, "张三家庭农场", kind="family_farm")
    chain.state(MILL, "master.product", GTIN, made.a_product(), "20 09:00")
    chain.state(TOFU_MAKER, "master.product", GTIN, made.a_product(name="假冒米 5kg"), "20 09:00")
    rice = "子虚牌绿色大米 5kg"
    for text in ("子虚", " 子 虚。", "绿色大米", "５ＫＧ"):
        assert rice in names(chain, text), text
    assert names(chain, "米业") == ["（演示）子虚米业有限公司"]
    assert names(chain, "gf310151249903") == ["（演示）子虚米业有限公司"]
    assert rice in names(chain, made.RICE_MARK.lower())
    assert names(chain, "9521234100010") == [rice]
    assert names(chain, made.uscc(MILL).rsplit(":", 1)[1]) == ["（演示）子虚米业有限公司"]
    assert names(chain, "张三") == [], "a natural person is never found"
    assert names(chain, "假冒") == [], "who may not speak for a number is not heard"
    assert names(chain, "%_") == []
    assert find_names(chain.platform.transactions, "米").short
    assert rice in names(chain, made.RICE_MARK.removesuffix("A")), "the letter at its end left out"
    for text in ("子虚牌大米", "子虚大米5kg", "紫虚米业"):
        found = find_names(chain.platform.transactions, text)
        assert found.alike, text
        assert {*(one.name for one in found.firms), *(one.name for one in found.products)} <= {
            rice,
            "（演示）子虚米业有限公司",
        }
    assert not find_names(chain.platform.transactions, "张三庭农场").firms, "nor one like a natural person"
    code = made.uscc(MILL).rsplit(":", 1)[1]
    assert [one.path for one in find_products_of(chain.platform.transactions, code).products] == [
        "/01/09521234100010"
    ]
    party(chain, MILL, "（演示）乌有米业有限公司")
    assert names(chain, "子虚米业") == []
    assert names(chain, "乌有") == ["（演示）乌有米业有限公司"]

    web = resolver_over(chain.platform, tmp_path)
    html = web.get("/search?q=%E7%BB%BF%E8%89%B2", BROWSER).body.decode()
    assert rice in html
    assert "/01/09521234100010" in html
    assert web.get("/search?q=9521234100010", BROWSER).headers["Location"] == "/01/09521234100010"
    assert "没有查到" in web.get("/search?q=%3Cb%3E%E6%B2%A1%E6%9C%89", BROWSER).body.decode()
    sent = web.get(f"/t?c={made.RICE_MARK}", BROWSER).headers["Location"]
    assert sent == f"/search?q={made.RICE_MARK}", "a licence number is no unknown trace code"
    assert rice in web.get(sent, BROWSER).body.decode()
    for text, said in (
        ("LB-03-20260912345A", "这个 LB 编号没有登记"),
        ("GF310120260001", "这个 GF 编号没有登记"),
        ("91310101XN0000DE1H", "这个统一社会信用代码没有登记"),
        ("9521234100011", "多半输错了一位"),
        ("20261016", "像是批号或日期"),
        ("0GM61CJ4ENC", "追溯码是 12 位"),
        ("https://shop.example/item", "这不是本平台的网址"),
    ):
        assert said in web.get("/search?" + urlencode({"q": text}), BROWSER).body.decode(), text
    for path in ("/", "/search", "/search?q=+"):
        asked = web.get(path, BROWSER)
        assert (asked.status, 'action="/search"' in asked.body.decode()) == (200, True), path
    statuses = {web.get(f"/search?q=no{number:03}x", BROWSER).status for number in range(40)}
    assert statuses == {200, 429}

    with counted(chain.platform.transactions.engine) as cost:
        names(chain, "绿色大米")
    assert len(cost.asked) <= 8
    assert not cost.scanned & {"party", "product", "search_term", "pack"}
    assert replay(chain.platform.transactions).equal


def test_what_is_found_comes_page_by_page(chain: TracedChain) -> None:
    party(chain, MILL, "（演示）子虚米业有限公司")
    for number in range(SHOWN + 3):
        product = f"urn:product:{MILL}:P{number:02}"
        data = made.a_product(gtin=made.ABSENT, name=f"子虚米糕 {number:02}")
        chain.state(MILL, "master.product", product, data, "20 09:00")
    transactions = chain.platform.transactions
    first, second = (find_names(transactions, "米糕", after) for after in (0, SHOWN))
    assert (len(first.products), first.more) == (SHOWN, True)
    assert (len(second.products), second.more) == (3, False)
    told = [one.name for one in (*first.products, *second.products)]
    assert told == [f"子虚米糕 {number:02}" for number in range(SHOWN + 3)]
    code = made.uscc(MILL).rsplit(":", 1)[1]
    assert len(find_products_of(transactions, code, SHOWN).products) >= 3
    assert find_names(transactions, "米糕", 40).products == ()
