"""Pages of files that cannot be registered: their state follows from rows, every way offered is one."""

from __future__ import annotations

import re
from io import BytesIO

import pytest

from scanner_web import create_pages
from tests.builders.members import add_member, signed_in
from tests.builders.workbooks import FilledTemplate
from tests.integration.usecases.test_uploads import other_template
from tests.servers.door import Door
from trace.access.roles import OPERATOR
from trace.platform.jobs import jobs_of
from trace.usecases.jobs.run_jobs import JobRunner

_MAIN = re.compile(r"<main.*</main>", re.DOTALL)
_TO = re.compile(r'(?:href|action)="(/desk/(?:uploads|upload-templates)[^"#]*)')


@pytest.fixture(scope="module")
def door(tmp_path_factory, databases):
    with Door(tmp_path_factory.mktemp("refused"), databases.migrated("sqlite"), pages=create_pages) as opened:
        opened.platform.start()
        add_member(opened.platform.transactions, OPERATOR, ["head"], "clerk")
        yield opened


def test_a_file_that_cannot_be_registered_says_so_and_offers_what_works(door, tmp_path):
    desk = signed_in(door.platform, door.client, "clerk")
    bodies = {
        "broken": ("broken.xlsx", b"PK\x03\x04 no workbook", {"discard"}),
        "jsonl": ("broken.jsonl", b"{no json\n", {"discard"}),
        "wrong": ("stock.xlsx", other_template(), {"annotated.xlsx", "columns", "discard"}),
        "empty": ("empty.xlsx", FilledTemplate(tmp_path).bytes(), {"columns", "discard"}),
    }
    for name, (called, body, ways) in bodies.items():
        desk.get("/desk/uploads")
        sent = desk.post("/desk/uploads", file=(BytesIO(body), called)).headers["Location"]
        assert "等待核对" in desk.get(sent).text, name
        runner = JobRunner(door.platform.transactions, jobs_of(door.platform))
        while runner.run_one():
            pass
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
