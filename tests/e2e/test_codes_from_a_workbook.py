"""一物一码 from Excel: the clerk names no serial, the platform allocates, nothing is given twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api.application import create_api
from cli.client.http import PlatformClient
from cli.client.signing_client import SigningClient
from cli.importing import run_import
from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.signed_rice import SignedRice
from tests.builders.workbooks import PACK, FilledTemplate
from tests.servers.door import Door
from tests.servers.scanned_items import SCRIPT
from tests.servers.served import serving
from trace.codes.intervals import Interval
from trace.codes.platform_code import shown
from trace.wording import say

RICE = made.lot(made.MILL, "RICE-A")
LABEL = {
    "来源批次": "RICE-A", "商品条码或产品代码": "9521234100010", "赋码层级": "一物一码",
    "检验报告编号": "R-20261013-1", "包装时间": "2026-10-13 12:00", "企业地址": "（演示）崇明",
    "企业联系方式": "000-00000004", "营业执照": made.MILL, "生产许可证": "SC10131015199019",
    "配料": "稻谷", "食品添加剂": "无", "产品名称": "（演示）大米", "规格": "5kg", "执行标准": "GB/T 1354",
    "保质期": "12个月", "贮存条件": "阴凉干燥处", "检验结论": "合格",
}  # fmt: skip


@pytest.fixture
def mill(door: Door) -> SignedRice:
    """Rice in store, tested; not packed yet."""
    story = SignedRice(door, door.clock)
    for step in (story.begin, story.harvests, story.receive, story.make):
        step()
    door.clock.advance(timedelta(days=1))
    return story


@pytest.fixture
def desk(door: Door, mill: SignedRice, tmp_path: Path) -> Iterator[SigningClient]:
    token = door.token(made.uscc(made.MILL), "statements:write")
    with serving(door.app) as address:
        client = PlatformClient(address, token)
        yield SigningClient(
            client, mill.mill.key, mill.mill.iss, "workbook", door.clock, tmp_path / "journal"
        )


def workbook(folder: Path, *packs: dict[str, Any]) -> Path:
    template = FilledTemplate(folder)
    known = template.headers("包装赋码")
    for pack in packs:
        row = {**PACK, **LABEL, "激活": None, **pack}
        template.add("包装赋码", **{name: value for name, value in row.items() if name in known})
    path = folder / "packs.xlsx"
    path.write_bytes(template.bytes())
    return path


def test_packs_of_one_file_get_ranges_one_after_another(
    door: Door, desk: SigningClient, tmp_path: Path
) -> None:
    first = {"包装批次": "K1", "用料数量": 50, "件数": 10}
    second = {"包装批次": "K2", "用料数量": 25, "件数": 5}
    path = workbook(tmp_path, first, second)
    assert run_import(desk, path, "zh-CN", bar=False) == {"stated": 2, "known": 0}
    codes = door.platform.codes
    assert codes.range_of_lot(made.lot(made.MILL, "K1")).interval == Interval(0, 10)
    assert codes.range_of_lot(made.lot(made.MILL, "K2")).interval == Interval(10, 5)
    assert run_import(desk, path, "zh-CN", bar=False) == {"stated": 0, "known": 2}
    third = workbook(tmp_path, {"包装批次": "K3", "用料数量": 5, "件数": 1})
    assert run_import(desk, third, "zh-CN", bar=False)["stated"] == 1
    assert codes.range_of_lot(made.lot(made.MILL, "K3")).interval == Interval(15, 1)


def test_half_a_pack_has_no_code(
    desk: SigningClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = workbook(tmp_path, {"包装批次": "K1", "用料数量": 50, "件数": 9.5})
    with pytest.raises(SystemExit):
        run_import(desk, path, "zh-CN", bar=False)
    told = capsys.readouterr().err
    assert "包装赋码" in told
    assert "件数" in told


def test_goods_without_a_gtin_get_a_trace_code(door: Door, desk: SigningClient, tmp_path: Path) -> None:
    """Two lots in one file, a third in another; each is active under its own code, which its label shows."""
    loose = {
        "商品条码或产品代码": "RICE-LOOSE",
        "赋码层级": "一批一码",
        "绿色食品产品编号": None,
        "激活": "是",
    }
    lots = [{**loose, "包装批次": f"L{number}", "用料数量": 50, "件数": 10} for number in range(3)]
    run_import(desk, workbook(tmp_path, *lots[:2]), "zh-CN", bar=False)
    run_import(desk, workbook(tmp_path, {**lots[2], "激活": None}), "zh-CN", bar=False)
    printer = door.token(made.uscc(made.MILL), "labels:print")
    key = door.platform.codes.ring.key("0", "platform")
    for number in range(3):
        lot, code = made.lot(made.MILL, f"L{number}"), shown(key.serial(number))
        assert door.platform.codes.range_of_lot(lot).interval == Interval(number, 1)
        assert door.platform.codes.find_platform(code).lot == lot
        assert door.get(f"/api/v1/lots/{lot}/codes", token=printer).json["code"] == code
        label = door.get(f"/api/v1/lots/{lot}/label?form=json", printer)
        if number == 2:
            assert label.json["code"] == "code-not-active"
            continue
        assert label.json["readable"] == code
        assert label.json["uri"].startswith(f"https://id.trace.test/t/{key.serial(number)}?v=")


def test_the_code_of_a_batch_is_on_every_pack_and_counts_no_scans(
    door: Door, desk: SigningClient, tmp_path: Path
) -> None:
    """A hundred shoppers in three cities have the same code in their hands: nothing was copied."""
    loose = {"商品条码或产品代码": "RICE-LOOSE", "赋码层级": "一批一码", "绿色食品产品编号": None}
    packed = {**loose, "用料数量": 50, "件数": 10}
    run_import(desk, workbook(tmp_path, {**packed, "包装批次": "L1"}), "zh-CN", bar=False)
    run_import(desk, workbook(tmp_path, {**packed, "包装批次": "L2", "激活": "是"}), "zh-CN", bar=False)
    pages = create_api(door.platform, pages=create_pages).test_client()
    waiting, active = door.platform.codes.platform_codes("0", 0, 2)
    assert say("zh-CN", "scan.head.inactive.title") in pages.get(f"/t/{waiting}").text
    page = pages.get(f"/t/{active}").text
    assert say("zh-CN", "scan.head.normal.title") in page
    assert say("zh-CN", "scan.item.code") not in page
    for code in (waiting, active):
        assert pages.post("/scans", data={"code": f"t/{code}"}, headers=SCRIPT).status_code == 404


def test_a_pack_stated_before_is_activated_under_its_code(
    door: Door, desk: SigningClient, tmp_path: Path
) -> None:
    loose = {"商品条码或产品代码": "RICE-LOOSE", "赋码层级": "一批一码", "绿色食品产品编号": None}
    row = {**loose, "包装批次": "L9", "用料数量": 50, "件数": 10}
    run_import(desk, workbook(tmp_path, row), "zh-CN", bar=False)
    later = SigningClient(desk.client, mill_key(desk), desk.iss, "workbook", door.clock, tmp_path / "journal")
    run_import(later, workbook(tmp_path, {**row, "激活": "是"}), "zh-CN", bar=False)
    with door.platform.transactions.look() as tx:
        sql = "SELECT state, platform_code FROM pack"
        assert tx.connection.exec_driver_sql(sql).all() == [("active", shown(first_code(door)))]


def first_code(door: Door) -> str:
    return door.platform.codes.ring.key("0", "platform").serial(0)


def mill_key(desk: SigningClient) -> Any:
    return desk._key
