"""Handed workbooks that only a platform can judge: imported as they are, told by cell, taken or known.

They are not kept here (tests/conformance/test_handed_workbooks.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cli.client.http import PlatformClient
from cli.client.signing_client import SigningClient
from cli.importing import run_import, state_drafts
from tests.builders.signed_rice import SignedRice
from tests.builders.workbooks import RECEIPT
from tests.conformance.test_handed_workbooks import handed
from tests.e2e.test_two_devices import Office
from tests.servers.door import Door
from tests.servers.served import serving
from trace.exchange.farm import read_farm_file

SUPPLIER = {
    "供货者名称（保密）": "（演示）桃花源粮行",
    "供货者地址（保密）": "（演示）外省某地",
    "供货者联系方式（保密）": "000-00000099",
}
BAG = {
    "规格": "散装",
    "生产日期": "2026-10-20",
    "生产批号": "H9",
    "保质期": "12个月",
    "凭证种类": "合格证",
    "凭证编号": "C9",
}
HOURS = {"开始时间": "2026-10-24 10:00", "结束时间": "2026-10-24 12:00", "生产日期": "2026-10-24"}


@pytest.fixture
def office(door: Door, tmp_path: Path) -> Iterator[Office]:
    """The mill of the demonstration on 24 October, 17:06."""
    story = SignedRice(door, door.clock)
    story.begin()
    door.clock.advance(timedelta(days=23, hours=5))
    with serving(door.app) as address:
        yield Office(door, story, address, tmp_path)


def given(office: Office, name: str) -> Path:
    """A copy in a folder of the test's: beside a file with faults its annotated copy is written."""
    copy = office.folder / handed(name).name
    copy.write_bytes(handed(name).read_bytes())
    return copy


def test_what_one_file_tests_the_next_one_ships(office: Office) -> None:
    first, second = (given(office, f"B02-{day}") for day in ("day1", "day2"))
    assert run_import(office.desk("files"), first, "zh-CN", bar=False) == {"stated": 4, "known": 0}
    assert run_import(office.desk("files"), second, "zh-CN", bar=False) == {"stated": 1, "known": 0}
    assert run_import(office.desk("other"), first, "zh-CN", bar=False) == {"stated": 0, "known": 4}


def test_a_report_that_nobody_stated_is_told_at_its_cell(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    milled = {"批次号": "MY1", "单位": "kg"}
    office.bring(
        "files",
        进货查验=[
            {**RECEIPT, **SUPPLIER, **BAG, "批次号": "RY1", "数量": 1000, "进货时间": "2026-10-24 08:00"}
        ],
        投料与产出=[
            {**milled, **HOURS, "类型": "投料", "物料批次": "RY1", "数量": 1000},
            {**milled, "类型": "产出", "物料批次": "MY1-1", "名称": "大米", "数量": 700},
            {**milled, "类型": "损耗", "损耗原因": "砻糠", "数量": 300},
        ],
    )
    before = office.door.counts()
    with pytest.raises(SystemExit):
        run_import(office.desk("files"), given(office, "A12"), "zh-CN", bar=False)
    told = capsys.readouterr().err
    assert "包装赋码 第 2 行“检验报告编号”" in told
    assert "JY-TYPO" in told
    assert office.door.counts() == before


def test_a_spraying_of_a_second_device_is_known(office: Office) -> None:
    farm, door = office.story.farm, office.door
    drafts, errors = read_farm_file(handed("A24"), farm.iss)
    assert not errors
    client = PlatformClient(office.client.base, door.token(farm.iss, "statements:write"))
    counted = [
        state_drafts(
            SigningClient(
                client, farm.key, farm.iss, stream, door.clock, office.folder / f"{stream}.journal"
            ),
            drafts,
            "A24",
            "zh-CN",
            bar=False,
        )
        for stream in ("one", "two")
    ]
    assert counted == [{"stated": 1, "known": 0}, {"stated": 0, "known": 1}]
