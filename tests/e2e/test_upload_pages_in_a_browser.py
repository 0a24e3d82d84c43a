"""Uploads as a person does them in Chromium: with and without scripts, on a phone and at a desk."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from bench.uploads import workbook
from scanner_web import create_pages
from tests.builders.members import PASSWORD, add_member
from tests.builders.signers import Signer
from tests.builders.workbooks import ISSUER, FilledTemplate
from tests.e2e.test_pages_in_a_browser import AXE, OVERFLOW, RULES, RUN, SMALL
from tests.integration.usecases.test_uploads import WHOLE
from tests.servers.door import Door
from tests.servers.served import serving
from trace.access.roles import OPERATOR
from trace.ledger.key_sealing import MasterKey
from trace.platform.jobs import jobs_of
from trace.usecases.jobs.run_jobs import JobRunner
from trace.usecases.signing.held_keys import hold_key

pytestmark = pytest.mark.browser
LOOKS = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1440, "height": 900}}


class Shop:
    """A platform with its pages behind a real server; jobs are done by a thread, as in a server process."""

    def __init__(self, door: Door, address: str) -> None:
        self.door, self.address = door, address
        self.signer = Signer(ISSUER.rsplit(":", 1)[1], "processor")
        door.platform.acceptance.accept([door.registrar.register(door.registrar).flattened()], each=False)
        registered = door.registrar.register(self.signer, custody="server")
        door.platform.acceptance.accept([registered.flattened()], each=False)
        door.platform.master_key = MasterKey(bytes(range(32)))
        hold_key(door.platform.transactions, door.platform.master_key, ISSUER, self.signer.key)
        add_member(door.platform.transactions, OPERATOR, ["head"], "clerk")

    def signed_in(self, page: Page) -> None:
        page.goto(f"{self.address}/sign-in")
        page.fill('input[name="login"]', "clerk")
        page.fill('input[name="password"]', PASSWORD)
        page.click("button:has-text('登录')")
        page.wait_for_url("**/desk")


@pytest.fixture(scope="module")
def shop(tmp_path_factory, databases) -> Iterator[Shop]:
    with Door(tmp_path_factory.mktemp("shop"), databases.migrated("sqlite"), pages=create_pages) as door:
        door.clock.advance(timedelta(days=20))
        door.platform.start()
        runner = JobRunner(door.platform.transactions, jobs_of(door.platform), look=0.2)
        runner.start()
        door.platform.nudge = runner.nudge
        with serving(door.app) as address:
            yield Shop(door, address)
        runner.stop()


@contextmanager
def opened(chromium: Browser, look: str = "desk", **how: object) -> Iterator[Page]:
    context = chromium.new_context(viewport=LOOKS[look], locale="zh-CN", **how)
    try:
        yield context.new_page()
    finally:
        context.close()


def faulty(folder: Path, *, name: str = "season.xlsx", rows: int = 6, last: str = "进货时间") -> Path:
    template = FilledTemplate(folder)
    for place in range(1, rows + 1):
        wrong: dict[str, object] = {"类别": "原科"} if place <= 3 else {}
        if place == rows:
            wrong = {last: "2026-13-06 09:30" if last == "进货时间" else "十六吨"}
        template.add("进货查验", **{**WHOLE, "批次号": f"{name[:2].upper()}{place}", **wrong})
    path = folder / name
    path.write_bytes(template.bytes())
    return path


def sent(shop: Shop, page: Page, path: Path) -> None:
    shop.signed_in(page)
    page.goto(f"{shop.address}/desk/uploads")
    page.set_input_files("input[name=file]", path)
    page.click("button:has-text('上传')")
    page.wait_for_url("**/desk/uploads/*")


def looked_at(page: Page, name: str) -> None:
    """Nothing that axe finds, nothing wider than the screen, no small targets; a picture where asked for."""
    page.evaluate(AXE)
    assert page.evaluate(RUN, RULES) == []
    over, _ = page.evaluate(OVERFLOW)
    assert over <= 0
    assert page.evaluate(SMALL, 22) == []  # a tick box stands in a label of 44
    if folder := os.environ.get("GREENTRACE_LOOK"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_file_is_sent_mended_in_place_and_handed_to_be_signed(shop: Shop, chromium, tmp_path: Path):
    with opened(chromium) as page:
        sent(shop, page, faulty(tmp_path, name="aa.xlsx"))
        page.wait_for_selector("text=改好 4 处错误就可以签名")
        assert page.locator("tbody tr").count() == 4
        page.fill("input[name=text]", "原料")
        page.click("button:has-text('3 格一起改')")
        page.wait_for_selector("text=改好 1 处错误就可以签名")
        cell = page.locator('input[aria-invalid="true"]')
        assert cell.input_value() == "2026-13-06 09:30"
        cell.fill("2026-10-06 09:30")
        cell.press("Tab")  # leaving the cell is enough
        page.wait_for_selector("text=6 条可以签名了")
        upload = page.url
        page.click("button:has-text('去签名（6 条）')")
        page.wait_for_url("**/desk/sign/*")
        held = page.locator("form[action$='/held']")
        held.locator("input[name=agreed]").check()
        held.locator("button").click()
        page.wait_for_load_state()
        page.goto(upload)
        assert page.locator("text=没有要签的了").count() == 1
        assert page.locator("#receipts ~ *, section[aria-labelledby=receipts] tbody tr").count() >= 6


def test_all_of_it_works_without_scripts(shop: Shop, chromium, tmp_path: Path):
    with opened(chromium, java_script_enabled=False) as page:
        sent(shop, page, faulty(tmp_path, name="bb.xlsx", last="数量"))
        for _ in range(60):
            if page.locator("h1").inner_text().startswith("改好"):
                break
            page.wait_for_timeout(500)
            page.reload()
        for place in range(1, 4):
            page.locator(f'input[name^="c."][name$=".{place + 1}.E"]').fill("原料")
        page.locator('input[name^="c."][name$=".7.G"]').fill("16000")
        page.click("button:has-text('保存并重新核对')")
        assert page.locator("h1").inner_text() == "6 条可以签名了"


@pytest.mark.parametrize("look", list(LOOKS))
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_of_uploads_look_right(shop: Shop, chromium, tmp_path: Path, look: str, dark: bool):
    name = f"{'d' if dark else 'l'}{look[0]}.xlsx"
    with opened(chromium, look, color_scheme="dark" if dark else "light") as page:
        sent(shop, page, faulty(tmp_path, name=name))
        page.wait_for_selector("text=改好 4 处错误就可以签名")
        looked_at(page, f"upload-{look}-{'dark' if dark else 'light'}")
        page.goto(f"{page.url}/rows/1/2")
        looked_at(page, f"row-{look}-{'dark' if dark else 'light'}")
        page.goto(f"{shop.address}/desk/uploads")
        looked_at(page, f"uploads-{look}-{'dark' if dark else 'light'}")
        page.goto(f"{shop.address}/desk/uploads?lang=en")
        looked_at(page, f"uploads-{look}-{'dark' if dark else 'light'}-en")


def test_a_broken_connection_goes_on_where_it_broke(shop: Shop, chromium, tmp_path: Path):
    path = tmp_path / "long.xlsx"
    path.write_bytes(workbook(12_000))
    assert path.stat().st_size > 2**18  # several parts
    begun = threading.Event()

    def cut(route) -> None:
        if begun.is_set():
            route.continue_()
        else:
            begun.set()
            route.abort()

    with opened(chromium) as page:
        page.route("**/parts/*", cut)
        sent(shop, page, path)
        assert begun.is_set()
        page.wait_for_selector("text=12000 条可以签名了", timeout=120_000)


def test_an_own_table_is_mapped_once_and_asked_again_when_it_changed(shop: Shop, chromium, tmp_path: Path):
    head = "入库批号,品名,净重,入库时间,供应商,地址,电话,单据,生产日期,备注"
    row = "OWN1,稻谷,16900,2026-10-06 09:30,（演示）乌有乡,（演示）外省某地,000-0000,D-1,20261005,无"
    first, second = tmp_path / "erp.csv", tmp_path / "erp2.csv"
    first.write_bytes(f"{head}\n{row}\n".encode("gb18030"))
    second.write_bytes(f"{head.replace('备注', '检验员')}\n{row.replace('OWN1', 'OWN2')}\n".encode("gb18030"))
    members = ["lot", "productName", "quantity", "receivedAt", "supplierName", "supplierAddress"]
    with opened(chromium) as page:
        shop.signed_in(page)
        page.goto(f"{shop.address}/desk/uploads")
        page.select_option("select[name=how]", "own")
        page.set_input_files("input[name=file]", first)
        page.click("button:has-text('上传')")
        page.wait_for_url("**/columns")
        for place, member in enumerate([*members, "supplierContact", "proof_ref", "productionDate", "-"]):
            page.select_option(f'select[name="m.{place}"]', member)
        page.select_option('select[name="u.2"]', "kg")
        page.select_option('select[name="d.8"]', "yyyymmdd")
        page.click("summary")
        for member, word in (("role", "原料"), ("proof_kind", "纸质凭证")):
            page.select_option(f'select[name="f.{member}"]', word)
        for member, text in (("spec", "散装"), ("shelfLife", "12个月")):
            page.fill(f'input[name="f.{member}"]', text)
        page.fill("input[name=name]", "ERP")
        page.click("button:has-text('看前十行')")
        page.wait_for_selector("text=前十行读成这样")
        assert "入库批号" in page.locator("dl.kv").first.inner_text()
        looked_at(page, "columns-desk")
        page.click("button:has-text('保存并按它读')")
        page.wait_for_url(lambda url: url.rsplit("/", 2)[-2] == "uploads")
        page.wait_for_selector("dl.kpis")
        looked_at(page, "mapped-desk")
        assert page.locator("h1").inner_text() == "1 条可以签名了"
        page.goto(f"{shop.address}/desk/uploads")
        option = page.locator("option:has-text('本单位的表：ERP')")
        page.select_option("select[name=how]", option.get_attribute("value"))
        page.set_input_files("input[name=file]", second)
        page.click("button:has-text('上传')")
        page.wait_for_selector("text=这个文件不能登记")
        assert "检验员" in page.locator("main").inner_text()
