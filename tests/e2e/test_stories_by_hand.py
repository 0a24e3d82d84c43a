"""The demo's stories 1, 3, 4, 5, 6 and 8 told by hand through the pages, on a platform that was empty.

Each party applies, signs in and states its part. Keys are held by the service, so that a story is told in
forms alone; browser keys sign in test_first_code_in_a_browser.py. The registrar's key states licences.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.builders import facts as made
from tests.builders.first_days import (
    ALL,
    CLOCK,
    FIRMS,
    KG,
    NOW,
    TODAY,
    EmptyPlatform,
    Walk,
    empty_platform,
)
from trace.labels.read_back import read_symbols

pytestmark = pytest.mark.browser
BROUGHT = {
    "productName": "稻谷", "role": "原料", "unit": KG, "spec": "散装", "batchNo": "B9", "shelfLife": "12个月",
    "receivedAt": NOW, "supplierName": "（演示）外省粮库", "supplierAddress": "（演示）外省某地",
    "supplierContact": "000-00000009",
}  # fmt: skip
TESTED = {
    "testedAt": NOW, "item": "镉（以 Cd 计）", "method": "GB 5009.15", "item_limit": "0.2", "value": "0.06",
    "item_unit": "mg/kg", "verdict": "合格", "conclusion": "合格", "standard": "GB/T 1354",
    "reviewer": "（演示）乙",
}  # fmt: skip
PACKED = {
    "product": "9521234100010", "quantity": ALL, "netContent": "5", "netContent_unit": KG,
    "codeLevel": "一批一码", "packedAt": NOW, "label.enterprise.contact": "000-00000087",
    "label.product.spec": "5kg/袋", "label.product.standard": "GB/T 1354",
    "label.product.shelfLife": "12个月",
    "label.product.storage": "阴凉干燥处",
}  # fmt: skip
RICE = "子虚牌绿色大米"
ORIGIN = {"origin": "上海市崇明区（演示）桃源村", "basis": "质量安全控制符合要求", "style": "样式一"}


@dataclass
class Street:
    """A platform on which everybody is taken in as soon as a story needs him."""

    platform: EmptyPlatform
    chromium: Browser
    registrar: Walk
    walks: dict[str, Walk] = field(default_factory=dict)

    def __getitem__(self, who: str) -> Walk:
        if who not in self.walks:
            self.walks[who] = self.platform.newcomer(self.chromium, FIRMS[who])
            self.platform.take_in(self.registrar, self.walks[who], FIRMS[who], held=True)
        return self.walks[who]

    def day(self, ago: int) -> str:
        return self.platform.ago(days=ago)[:10]

    def licensed(self, **mark: Any) -> None:
        """The mill may use its company prefix and a green mark."""
        door, holder = self.platform.door, f"urn:uscc:{FIRMS['mill'].stated['uscc']}"
        now = door.clock().replace(microsecond=0)
        for data in (made.a_prefix(holder=holder), made.a_licence(holder=holder, **mark)):
            urn = f"urn:licence:{data['number']}"
            door.log(door.registrar.state("master.licence", urn, data, at=now))


@pytest.fixture(scope="module")
def street(chromium: Browser, tmp_path_factory, databases) -> Iterator[Street]:
    with empty_platform(tmp_path_factory.mktemp("street"), databases.migrated("sqlite")) as platform:
        yield Street(platform, chromium, platform.registrar(chromium))


def shown(walk: Walk) -> str:
    return walk.page.inner_text("main")


def go_on(walk: Walk) -> None:
    """What the page of receipts says comes next."""
    walk.go("[aria-labelledby=next] .pri")


def received(street: Street, lot: str, **said: str) -> None:
    """The mill records goods that came from outside."""
    street["mill"].state("进货查验", {**BROUGHT, "lot": lot, "productionDate": street.day(30), **said})


def made_of(street: Street, batch: str, put_in: str, product: str, got: str, lost: str) -> str:
    """The mill uses the goods that it goes on from; what the check says."""
    mill, shared = street["mill"], {"finishedAt": NOW, "productionDate": TODAY}
    mill.fill(0, batch=batch, quantity=put_in, startedAt=CLOCK, **shared)
    mill.fill(1, batch=batch, lot=f"{batch}-1", productName=product, quantity=got)
    mill.fill(2, batch=batch, quantity=lost, reason="稻壳、米糠、筛选")
    return mill.checked()


def milled(street: Street, paddy: str, batch: str, put_in: str, got: str) -> None:
    """Rice of that paddy, tested and passed: its packing is the next form."""
    mill = street["mill"]
    mill.open(f"/desk/records/投料与产出?of={paddy}")
    assert made_of(street, batch, put_in, RICE, got, str(int(put_in) - int(got))) == "1 条可以签名了"
    mill.sign_checked()
    go_on(mill)
    mill.state("", {"reportNo": f"J-{batch}", "sampledAt": CLOCK, **TESTED})
    go_on(mill)


def packed(street: Street, lot: str, packs: str, **said: str) -> str:
    """Packed and stated, whatever the rules say of it; what the page said before it was signed."""
    mill = street["mill"]
    mill.fill(0, **{**PACKED, "lot": lot, "packs": packs, "expiryDate": street.day(-364), **said})
    assert mill.checked().endswith("条可以签名了"), shown(mill)
    mill.go("form[action$='/sign'] .pri")
    said_before = shown(mill)
    mill.sign()
    go_on(mill)
    return said_before


def harvested(street: Street, lot: str, plot: str, crop: Mapping[str, str], kilos: str) -> None:
    """A harvest of the farm's; its certificate is the next form."""
    farm, times = street["farm"], {"harvestedFrom": street.platform.ago(hours=2), "harvestedTo": NOW}
    farm.state("采收入库", {"lot": lot, "plots": plot, "quantity": kilos, "unit": KG, **crop, **times})
    go_on(farm)
    farm.fill(0, issuedAt=NOW, quantity=ALL, **ORIGIN)


def test_story_1_a_good_chain_from_two_fields_to_a_shop(street: Street) -> None:
    farm, mill, shop = street["farm"], street["mill"], street["shop"]
    street.licensed(packedBefore={"value": "0.001", "unit": "t"})
    for number, kilos in ((1, "16900"), (2, "18400")):
        paddy = {"productName": "稻谷", "crop": "水稻"}
        harvested(street, f"H{number}", f"310151999299-001{number}", paddy, kilos)
        assert farm.checked() == "1 条可以签名了"
        farm.sign_checked()
        go_on(farm)
        farm.fill(0, quantity=ALL, receiver=FIRMS["mill"].stated["uscc"], shippedAt=NOW)
        assert farm.checked() == "1 条可以签名了"
        farm.sign_checked()
    for number, kilos in ((1, "16900"), (2, "18400")):
        mill.open("/desk/inbox")
        mill.go(f"li:has-text('{kilos} kg') a:has-text('登记收货')")
        known = {"lot": f"R{number}", "quantity": kilos, "receivedAt": NOW, "role": "原料", "spec": "散装"}
        proof = {"proof_kind": "合格证", "proof_ref": f"C{number}", "supplierContact": "000-00000001"}
        mill.fill(0, productionDate=street.day(0), shelfLife="12个月", **known, **proof)
        assert mill.checked() == "1 条可以签名了"
        mill.sign_checked()
    mill.open("/desk/records/投料与产出?of=R1")
    mill.fill(0, batch="S1", process="合并", quantity=ALL, startedAt=CLOCK)
    mill.fill(0, finishedAt=NOW)
    mill.fill(1, batch="S1", lot="R2", line="投料", quantity="18400")
    mill.fill(2, batch="S1", quantity="706", reason="烘干、除杂")
    mill.go("form.record [name=more]")
    mill.fill(3, line="产出", lot="S1", productName="稻谷", quantity="34594", unit="kg")
    assert mill.checked() == "1 条可以签名了", shown(mill)
    mill.sign_checked()
    milled(street, "S1", "M1", "20000", "13600")
    packed(street, "K1", "2720", activate="是", lbNo=made.RICE_MARK)
    (printed,) = read_symbols(mill.page.locator(".paper img").screenshot())
    mill.state("出货", {
        "lot": "X1", "fromLot": "K1", "quantity": "6000", "unit": "kg", "packs": "1200", "shippedAt": NOW,
        "receiverName": FIRMS["shop"].stated["name"], "receiverAddress": FIRMS["shop"].stated["address"],
        "receiverContact": "000-00000008", "receiver": FIRMS["shop"].stated["uscc"], "reportNo": "J-M1",
    })  # fmt: skip
    shop.open("/desk/inbox")
    shop.go("a:has-text('登记收货')")
    shop.fill(0, role="商品", quantity="6000", receivedAt=NOW)
    assert shop.checked() == "1 条可以签名了"
    shop.sign_checked()
    shopper = street.platform.walk(street.chromium, width=390)
    where = urlsplit(printed)
    shopper.open(f"{where.path}?{where.query}")
    assert shopper.page.locator("header.trust.ok").count() == 1, shown(shopper)
    assert "乌有乡稻米专业合作社" in shown(shopper)
    for told in ("2 个地块", "采收 2 次", "进货 2 次", "合并入仓"):
        assert told in shown(shopper)


def test_story_3_a_harvest_too_soon_gets_no_certificate(street: Street) -> None:
    farm, plots = street["farm"], ("310151999299-0001", "310151999299-0002")
    farm.state("农事记录", {
        "plot": plots[0], "crop": "青菜", "operation": "用药", "at": street.platform.ago(days=5),
        "usedOn": street.day(5), "input.name": "（演示）吡虫啉可湿性粉剂", "input.regNo": "PD20139902",
        "input.substance": "吡虫啉", "input.source": "（演示）农资门店", "input.dose": "20 克/亩",
        "input.method": "喷雾", "input.phiDays": "7", "target": "蚜虫",
        "input.labelSnapshot": "（演示标签）吡虫啉，安全间隔期 7 天",
    })  # fmt: skip
    greens = {"productName": "青菜", "crop": "青菜"}
    harvested(street, "G1", plots[0], greens, "300")
    assert farm.checked() == "改好 1 处错误就可以签名"
    assert "用药后 5 d 采收，标签要求 7 d（R08" in shown(farm)
    farm.go("form[action$='/discard'] button")
    harvested(street, "G2", plots[1], greens, "300")
    assert farm.checked() == "1 条可以签名了"
    farm.sign_checked()


def test_story_4_more_than_the_mark_allows(street: Street) -> None:
    street.licensed(number="LB-03-24050999002A")
    received(street, "P4", quantity="34594", proof_kind="合格证", proof_ref="C4")
    milled(street, "P4", "MA", "20000", "13600")
    said = packed(street, "KA", "2720", lbNo="LB-03-24050999002A")
    assert "超过核准产量" not in said
    milled(street, "P4", "MB", "14594", "9924")
    said = packed(street, "KB", "1984", lbNo="LB-03-24050999002A")
    assert "本许可年度包装合计 101.524 t，核准 100 t（R15" in said
    assert "现在不能打印标签：超过核准产量" in shown(street["mill"])


def test_story_5_a_mark_that_lapsed(street: Street) -> None:
    mark = "LB-03-23050999003A"
    street.licensed(number=mark, validFrom="2023-05-20", validTo="2026-05-19")
    received(street, "P5", quantity="1000", proof_kind="合格证", proof_ref="C5")
    milled(street, "P5", "M5", "1000", "680")
    said = packed(street, "K5", "136", lbNo=mark)
    assert "R12" in said
    assert "现在不能打印标签" in shown(street["mill"])


def test_story_6_soy_without_a_proof_is_tested_first(street: Street) -> None:
    mill = street["mill"]
    received(street, "SOY", productName="大豆", quantity="1000")
    go_on(mill)
    assert made_of(street, "MS", "500", "豆粉", "450", "50") == "改好 1 处错误就可以签名"
    assert "没有合格证、检验报告或留存的纸质证明（R07" in shown(mill)
    mill.go("form[action$='/discard'] button")
    arrival = {"lot": "SOY", "purpose": "进货检验", "sampledAt": CLOCK}
    mill.state("出厂检验", {**TESTED, **arrival, "standard": "GB 1352"})
    mill.open("/desk/records/投料与产出?of=SOY")
    assert made_of(street, "MS", "500", "豆粉", "450", "50") == "1 条可以签名了"
    mill.sign_checked()


def test_story_8_what_comes_late_is_taken_and_marked(street: Street) -> None:
    mill = street["mill"]
    mill.open("/desk/records/进货查验")
    late = {"lot": "LATE", "quantity": "100", "receivedAt": street.platform.ago(hours=31)}
    mill.fill(0, **{**BROUGHT, "productionDate": street.day(30), **late})
    assert mill.checked() == "1 条可以签名了"
    assert "会标注：迟报" in shown(mill)
    mill.go("form[action$='/sign'] .pri")
    assert "发生后 31.0 h 才上传，规定 24 h 之内（R01" in shown(mill)
    mill.sign()
    mill.open("/desk")
    assert "还没签名" not in shown(mill)
