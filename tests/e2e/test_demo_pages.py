"""The demo's own pages, each of them, within the weight of a first flight of packets."""

from __future__ import annotations

import re

import pytest

from api.application import create_api
from scanner_web import create_pages
from tests.builders.weights import PAGE_BUDGET, page_weight
from tests.e2e.conftest import Demo
from trace.platform.opening import Platform, open_platform

QUERIES = ("", "?lang=en", "?m=elder", "?v=wrong")


@pytest.fixture(scope="module")
def food(demo: Demo):
    platform = open_platform(demo.data)
    yield platform
    platform.close()


def addresses(platform: Platform) -> list[str]:
    """The page of every pack of the demo, and of its first item code where it has any."""
    sql = (
        "SELECT pack.gtin, pack.batch_no, pack.platform_code, lot.urn FROM pack JOIN lot ON lot.id = pack.lot"
    )
    with platform.transactions.look() as tx:
        packs = tx.connection.exec_driver_sql(sql).all()
    found = []
    for gtin, batch_no, platform_code, urn in packs:
        found.append(f"/01/{gtin.zfill(14)}/10/{batch_no}" if gtin else f"/t/{platform_code}")
        codes = platform.codes.range_of_lot(urn)
        if gtin and codes is not None:
            serial = platform.codes.ring.key(codes.epoch, codes.scope).serial(codes.interval.first)
            found.append(f"/01/{gtin.zfill(14)}/21/{serial}")
    return found


def test_every_page_of_the_demo_fits_the_first_flight(food: Platform) -> None:
    client = create_api(food, pages=create_pages).test_client()
    paths = addresses(food)
    assert len(paths) >= 3
    weights = {}
    for path in paths:
        for query in QUERIES:
            answer = client.get(path + query)
            assert answer.status_code in {200, 410}, path
            assert answer.headers["Cache-Control"] == "no-store"
            weights[path + query] = page_weight(path + query, answer.data)
    assert max(weights.values()) <= PAGE_BUDGET, max(weights, key=lambda each: weights[each])


LINES = {
    "正常，交接均已双方确认": "可以吃",
    "检验不合格": "这批产品检验不合格",
    "已召回": "这批产品正在召回",
    "疑似复制的一件": "疑似复制",
    "已过保质期": "已过保质期",
    "来源登记不一致": "收货与供货记录不一致",
    "来源由生产者单方登记": "由生产者单方登记",
}
"""What a line of the demo names, and what the page of its address says."""


@pytest.mark.parametrize("named", LINES)
def test_each_address_shows_what_its_line_names(demo: Demo, food: Platform, named: str) -> None:
    (address,) = re.findall(rf"  {named}（故事\d+）：http://[^/]+(\S+)", demo.output)
    page = create_api(food, pages=create_pages).test_client().get(address)
    assert page.status_code == 200
    assert LINES[named] in page.text
    assert ("可以吃" in page.text) == (named in {"正常，交接均已双方确认", "来源由生产者单方登记"})


def test_the_sound_product_tells_how_warm_its_delivery_was(demo: Demo, food: Platform) -> None:
    (address,) = re.findall(r"  正常，交接均已双方确认（故事11）：http://[^/]+(\S+)", demo.output)
    client = create_api(food, pages=create_pages).test_client()
    assert "测得温度 11 至 13.5 ℃" in client.get(address).text
    assert "temperature read: 11 to 13.5 °C" in client.get(address + "&lang=en").text


def test_the_sound_product_shows_its_grower_and_the_sheet_of_its_report(demo: Demo, food: Platform) -> None:
    (address,) = re.findall(r"  正常，交接均已双方确认（故事11）：http://[^/]+(\S+)", demo.output)
    html = create_api(food, pages=create_pages).test_client().get(address).text
    grower = html.partition('<div class="grown">')[2].partition("</section>")[0]
    assert "番茄红透了才摘" in grower
    assert grower.count("<img ") == 2
    tests = html.partition('aria-labelledby="ts"')[2].partition("</table>")[2]
    assert "/photos/" in tests


def test_the_first_address_is_the_sound_product(demo: Demo) -> None:
    first = re.search(r"http://\S+/01/\S+", demo.output.partition("扫码页：")[2])
    sound = re.search(r"正常，交接均已双方确认（故事11）：(\S+)", demo.output)
    assert first
    assert sound
    assert first.group() == sound.group(1)


def test_the_origin_of_the_demo_is_drawn_without_a_place(food: Platform) -> None:
    client = create_api(food, pages=create_pages).test_client()
    html = next(html for path in addresses(food) if "<polygon" in (html := client.get(path).text))
    for coordinate in ("121.9", "31.31", "121.90"):
        assert coordinate not in html
