"""Pages of uploads: every way they offer is one, two windows undo nothing, an ended session loses nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest

from scanner_web import create_pages
from tests.builders.members import Desk, add_member, signed_in
from tests.builders.signers import Signer
from tests.builders.workbooks import ISSUER, FilledTemplate
from tests.integration.usecases.test_uploads import WHOLE, other_template
from tests.servers.door import Door
from trace.access.roles import OPERATOR
from trace.platform.jobs import jobs_of
from trace.usecases.jobs.run_jobs import JobRunner

_MAIN = re.compile(r"<main.*</main>", re.DOTALL)
_CELLS = re.compile(r'name="([cw]\.[0-9.]+\.[A-Z]+)" value="([^"]*)"')
_TO = re.compile(r'(?:href|action)="(/desk/(?:uploads|upload-templates)[^"#]*)')


@pytest.fixture(scope="module")
def door(tmp_path_factory, databases):
    with Door(tmp_path_factory.mktemp("refused"), databases.migrated("sqlite"), pages=create_pages) as opened:
        opened.clock.advance(timedelta(days=20))
        opened.platform.start()
        registrar, mill = opened.registrar, Signer(ISSUER.rsplit(":", 1)[1], "processor")
        for each in (registrar.register(registrar), registrar.register(mill)):
            opened.platform.acceptance.accept([each.flattened()], each=False)
        for login in ("clerk", "other"):
            add_member(opened.platform.transactions, OPERATOR, ["head"], login)
        yield opened


def uploaded(door: Door, desk: Desk, called: str, body: bytes) -> str:
    """The page of a file that was sent up and checked."""
    desk.get("/desk/uploads")
    sent = desk.post("/desk/uploads", file=(BytesIO(body), called)).headers["Location"]
    assert "等待核对" in desk.get(sent).text, called
    runner = JobRunner(door.platform.transactions, jobs_of(door.platform))
    while runner.run_one():
        pass
    return sent


def faulty(folder: Path, batches: int, name: str) -> bytes:
    template = FilledTemplate(folder)
    for place in range(batches):
        template.add(
            "进货查验", **{**WHOLE, "批次号": f"{name}{place}", "数量": "十六吨", "进货时间": "2026-13-06"}
        )
    return template.bytes()


def filled_in(desk: Desk) -> dict[str, str]:
    """What the form of cells sends as it stands: what is typed in each, and what was shown in it."""
    return {name: unescape(text) for name, text in _CELLS.findall(desk.page.text)}


def test_a_file_that_cannot_be_registered_says_so_and_offers_what_works(door, tmp_path):
    desk = signed_in(door.platform, door.client, "clerk")
    bodies = {
        "broken": ("broken.xlsx", b"PK\x03\x04 no workbook", {"discard"}),
        "jsonl": ("broken.jsonl", b"{no json\n", {"discard"}),
        "wrong": ("stock.xlsx", other_template(), {"annotated.xlsx", "columns", "discard"}),
        "empty": ("empty.xlsx", FilledTemplate(tmp_path).bytes(), {"columns", "discard"}),
    }
    for name, (called, body, ways) in bodies.items():
        sent = uploaded(door, desk, called, body)
        page = _MAIN.search(desk.get(sent).text)[0]
        assert "这个文件不能登记" in page and "没有要签的了" not in page, name
        assert "换一个文件" in page and "下载模板" in page, name
        found = {to for to in _TO.findall(page) if to not in {"/desk/uploads", sent}}
        assert {to.removeprefix(f"{sent}/") for to in found} == ways, name
        for to in found:
            if not to.endswith("/discard"):
                assert desk.get(to).status_code == 200, (name, to)
    listed = _MAIN.search(desk.get("/desk/uploads").text)[0]
    assert listed.count("不能登记") == len(bodies)


def test_of_two_windows_the_second_is_asked_and_undoes_nothing(door, tmp_path):
    first, second = (signed_in(door.platform, door.client, "clerk") for _ in range(2))
    sent = uploaded(door, first, "two.xlsx", faulty(tmp_path, 1, "T"))
    first.get(sent), second.get(sent)
    amount, day = sorted(name for name in filled_in(first) if name[0] == "c")
    if filled_in(first)[amount] != "十六吨":
        amount, day = day, amount
    assert first.post(f"{sent}/cells", **filled_in(first) | {amount: "16000"}).status_code == 303

    mended = second.post(f"{sent}/cells", **filled_in(second) | {day: "2026-10-06 09:30"})
    assert mended.status_code == 303, "a cell that was left as it was seen is not written"
    assert "1 条可以签名了" in first.get(sent).text

    stale = second.fields() | {f"w{amount[1:]}": "十六吨", amount: "17000"}
    asked = second.client.post(f"{sent}/cells", data=stale)
    assert asked.status_code == 409
    assert "有 1 格在您打开这一页以后被改过" in asked.text
    assert "<b>16000</b>" in asked.text and 'value="17000"' in asked.text
    assert "1 条可以签名了" in first.get(sent).text, "nothing was written"
    second.page = asked
    assert second.post(f"{sent}/cells", **filled_in(second)).status_code == 303
    row = second.get(f"{sent}/rows/{amount.split('.')[1]}/{amount.split('.')[2]}").text
    assert "17000" in row and "16000" not in row


def test_forty_cells_outlive_the_session_for_their_writer_alone(door, tmp_path):
    desk = signed_in(door.platform, door.client, "clerk")
    sent = uploaded(door, desk, "forty.xlsx", faulty(tmp_path, 20, "F"))
    desk.get(sent)
    cells = filled_in(desk)
    typed = {
        name: "16000" if text == "十六吨" else "2026-10-06 09:30"
        for name, text in cells.items()
        if name[0] == "c"
    }
    assert len(typed) == 40
    data = desk.fields() | cells | typed
    door.clock.advance(timedelta(hours=2))
    away = desk.client.post(f"{sent}/cells", data=data)
    assert away.status_code == 303 and "kept=1" in away.headers["Location"]
    other = signed_in(door.platform, door.client, "other")
    assert "16000" not in other.get("/desk/kept").text
    desk.sign_in("clerk")
    desk.get("/desk/kept")
    assert filled_in(desk) == cells | typed
    assert desk.post(f"{sent}/cells", **filled_in(desk)).status_code == 303
    assert "20 条可以签名了" in desk.get(sent).text
