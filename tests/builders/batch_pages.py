"""Hand-made answers of the use case behind a batch code, and a platform that gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from flask import Flask, g

from api.routing import LateRule
from scanner_web import create_pages
from trace.codes.ranges import Standing
from trace.errors import BatchUnknown
from trace.usecases.batch_page.page import (
    BatchPage,
    Enterprise,
    MarkLicence,
    MarkShown,
    Origin,
    ProductShown,
    ProofShown,
    Signer,
    Step,
    TestShown,
)

GTIN, BATCH = "09521234100010", "M20261012A"
DIGEST = "qv7JtA3mXk2WfB0n9Zc1Yg"
FARM, MILL, LAB = "（演示）乌有乡稻米专业合作社", "（演示）子虚米业有限公司", "（演示）水月检测技术有限公司"


def a_step(kind: str, day: str, text: str = "", **changed: Any) -> Step:
    number = sum(ord(each) for each in f"{kind}{day}{text}")
    base = Step(
        kind=kind,
        day=day,
        at=f"{day}T09:30:00+08:00",
        text=text,
        actor=MILL,
        region="崇明区",
        custody="file",
        statement=f"{kind}-{day}-{text}",
        log="trace.demo/food/demo-clock",
        index=number,
        late=False,
        late_hours=2,
        detail={},
    )
    return replace(base, **changed)


def the_steps() -> tuple[Step, ...]:
    farm = {"actor": FARM, "log": "trace.demo/agri/demo-clock"}

    def work(operation: str, day: str, name: str, interval: int | None = None) -> Step:
        detail = {"operation": operation, "input": name, "substance": None, "intervalDays": interval}
        return a_step("operation", day, name, detail=detail, **farm)

    report = {"reportNo": "J20261012", "purpose": "release", "conclusion": "pass"}
    steps = [
        *(a_step("plot", "2026-10-01", f"{n}号田", detail={"crop": "水稻"}, **farm) for n in (1, 2)),
        work("transplant", "2026-05-28", ""),
        work("fertilise", "2026-06-10", "（演示）生物有机肥"),
        work("fertilise", "2026-07-02", "（演示）生物有机肥"),
        work("spray", "2026-07-20", "（演示）井冈霉素", 14),
        *(a_step("harvest", f"2026-10-0{n}", "稻谷", late=n == 2, late_hours=31, **farm) for n in (1, 2, 3)),
        *(
            a_step("certificate", f"2026-10-0{n}", f"C2026100{n}", detail={"basis": "self_tested"}, **farm)
            for n in (1, 2, 3)
        ),
        *(a_step("receipt", f"2026-10-0{n + 2}", "稻谷") for n in (1, 2, 3)),
        a_step("merge", "2026-10-06", "稻谷（3 号筒仓）"),
        a_step("production", "2026-10-12", "大米"),
        a_step("test", "2026-10-12", "J20261012", detail=report, actor=LAB, custody="ukey"),
        a_step("pack", "2026-10-12", "子虚牌绿色大米 5kg"),
        a_step("activation", "2026-10-12", custody="server"),
        a_step("shipment", "2026-10-13"),
    ]
    return tuple(sorted(steps, key=lambda step: step.day))


def a_test(**changed: Any) -> TestShown:
    item = {"name": "镉（以 Cd 计）", "value": "0.06", "unit": "mg/kg", "limit": "0.2"}
    items = (
        {**item, "method": "GB 5009.15", "verdict": "pass"},
        {
            **item,
            "name": "水分",
            "value": "14.2",
            "unit": "%",
            "limit": "15.5",
            "method": None,
            "verdict": "pass",
        },
    )
    base = TestShown(
        report_no="J20261012",
        purpose="release",
        conclusion="pass",
        of="product",
        product_name="大米",
        tested_on="2026-10-12",
        laboratory=LAB,
        standard="GB 2762",
        items=items,
        statement="test",
    )
    return replace(base, **changed)


def a_mark(code: str, **changed: Any) -> MarkShown:
    base = MarkShown("R08", code, "harvest", "稻谷", ("certificate", "release"), None, own=False)
    return replace(base, **changed)


def a_batch(**changed: Any) -> BatchPage:
    """Story 1's rice: all is well and both witnesses have confirmed it."""
    base = BatchPage(
        lot="urn:lot:91310151XN0000442L:KM20261012A",
        gtin=GTIN,
        batch_no=BATCH,
        platform_code=None,
        code_level="batch",
        label_digest=DIGEST,
        banner="normal",
        enterprise=Enterprise(
            MILL, "上海市崇明区（演示）", "000-00000004", "91310151XN0000442L", "SC10131015199019"
        ),
        ingredients=("稻谷",),
        additives=(),
        product=ProductShown(
            name="子虚牌绿色大米 5kg",
            spec="5 kg/袋",
            standard="GB/T 1354",
            batch_no=BATCH,
            production_date="2026-10-12",
            expiry_date="2027-10-11",
            shelf_life="12个月",
            storage="阴凉干燥处",
            net_content={"value": "5.000", "unit": "kg"},
            packs={"value": "2400", "unit": "件"},
        ),
        release_conclusion="合格",
        tests=(
            a_test(),
            a_test(
                report_no="C-0916",
                purpose="certificate",
                of="harvest",
                product_name="稻谷",
                tested_on="2026-09-28",
            ),
        ),
        green_mark=MarkLicence("LB-01-24010100001A", "valid", "2024-06-01", "2027-05-31"),
        origins=(Origin("崇明区", "水稻", "（演示）沪软 1212", "2026-10-01", "2026-10-03"),),
        timeline=the_steps(),
        signers=(
            Signer(FARM, ("grower",), "file", 14),
            Signer(MILL, ("processor",), "file", 8),
            Signer(MILL, ("processor",), "server", 1),
            Signer(LAB, ("lab",), "ukey", 2),
        ),
        proof=ProofShown(
            "cosigned",
            2,
            2,
            (
                ("witness.demo/agri", "2026-10-12T08:00:05+00:00"),
                ("witness.demo/market", "2026-10-12T08:00:06+00:00"),
            ),
            "2026-10-12T08:00:06+00:00",
            61,
        ),
        marks=(),
        disputes=0,
        receivers="shipped",
        truncated=False,
        demo_clock=True,
    )
    return replace(base, **changed)


@dataclass(frozen=True)
class Scanned:
    """What is known of the scans of a code."""

    count: int = 1
    first_at: datetime | None = datetime(2026, 10, 20, 3, 12, tzinfo=UTC)
    first_region: str | None = "310100"
    suspicion: str = "none"
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class AnItem:
    """An item code that was allocated, and what is known of its scans."""

    serial: str
    of: BatchPage
    standing: Standing = Standing.ACTIVE
    scans: Scanned = Scanned()
    of_batch: bool = False

    @property
    def code(self) -> str:
        return f"01/{self.of.gtin}/21/{self.serial}" if self.of.gtin else f"t/{self.serial}"

    @property
    def lot(self) -> str:
        return self.of.lot

    @property
    def batch_no(self) -> str:
        return self.of.batch_no


class Items:
    """The codes of the packs that a platform issued."""

    def __init__(self, *known: AnItem) -> None:
        self.known = known

    def find_item(self, gtin: str, serial: str) -> AnItem | None:
        return self._found(f"01/{gtin}/21/{serial}")

    def find_platform(self, code: str) -> AnItem | None:
        return self._found(f"t/{code}")

    def find_alone(self, serial: str) -> list[AnItem]:
        return [each for each in self.known if each.of.gtin and each.serial == serial]

    def scans(self, code: str) -> Scanned:
        found = self._found(code)
        return found.scans if found else Scanned(0, None, None)

    def _found(self, code: str) -> AnItem | None:
        return next((each for each in self.known if each.code == code), None)


class Answering:
    """A platform that knows the batches it was given, by what stands on their packs."""

    def __init__(
        self, *known: BatchPage, items: Sequence[AnItem] = (), origin: str = "trace.demo/food/demo-clock"
    ) -> None:
        self.known = known
        self.codes = Items(*items)
        self.origin = origin
        self.public_url = "https://trace.example.cn"
        self.asked: list[tuple[str | None, str | None, str | None]] = []

    def batch(
        self,
        *,
        gtin: str | None = None,
        batch_no: str | None = None,
        platform_code: str | None = None,
        lot: str | None = None,
        printed: str | None = None,
        picked: str | None = None,
    ) -> BatchPage:
        """The page of the code; `printed` and `picked` choose nothing: one pack stands under each."""
        self.asked.append((gtin, batch_no, platform_code))
        for each in self.known:
            if lot is not None and (each.lot, each.batch_no) == (lot, batch_no):
                return each
            if platform_code is not None and each.platform_code == platform_code:
                return each
            if gtin is not None and (each.gtin, each.batch_no) == (gtin, batch_no):
                return each
        raise BatchUnknown(code=platform_code or f"(01){gtin}(10){batch_no}")


def pages_over(platform: Answering, **settings: str) -> Flask:
    """The people's skin alone over a platform."""
    app = Flask("pages", static_folder=None)
    app.url_rule_class = LateRule

    @app.before_request
    def name_the_request() -> None:
        g.request_id = "0f8e7d6c-test"

    create_pages(app, platform, platform.codes.scans, platform.batch, **settings)
    return app
