"""Other systems on their page and by command: a real neighbour, a killed process, a matter in hand."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import ExitStack
from datetime import timedelta
from threading import Event

import pytest
from click.testing import CliRunner, Result

from cli.main import greentrace
from scanner_web import create_pages
from tests.builders.members import add_member, signed_in
from tests.builders.monthly import Month
from tests.builders.traced_chain import MILL, TracedChain
from tests.conftest import ROOT
from tests.patience import PATIENCE
from tests.servers.door import Door
from trace.access.roles import AUTHORITY
from trace.exchange.simulators.server import Reply, Request, Simulator
from trace.exchange.simulators.system import SystemSimulator
from trace.exchange.upload_job import UploadJob
from trace.store.systems.outbox import OutgoingDocument, add_outgoing

CREDIT, HOTLINE = "credit-publicity", "hotline-12345"


class Slow:
    """A neighbour that takes a document and lets its caller wait for the answer while it is `held`."""

    def __init__(self) -> None:
        self.behind = SystemSimulator(CREDIT)
        self.taken, self.go_on, self.held = Event(), Event(), False

    def answer(self, request: Request) -> Reply:
        reply = self.behind.answer(request)
        if self.held and request.method == "POST":
            self.taken.set()
            self.go_on.wait(PATIENCE)
        return reply


def command(door: Door, *words: str) -> list[str]:
    return [
        sys.executable,
        str(ROOT / "greentrace"),
        "--lang",
        "en",
        "systems",
        *words,
        "--data",
        str(door.path),
    ]


def run(door: Door, *words: str) -> Result:
    """The command in this process: only what is killed needs one of its own."""
    return CliRunner().invoke(greentrace, command(door, *words)[2:])


@pytest.fixture
def world(tmp_path, databases):
    with ExitStack() as stack:
        credit, hotline = Slow(), SystemSimulator(HOTLINE)
        neighbours = {
            CREDIT: stack.enter_context(Simulator(credit.answer)).url,
            HOTLINE: stack.enter_context(Simulator(hotline.answer)).url,
        }
        url = databases.migrated("sqlite")
        door = stack.enter_context(
            Door(tmp_path, url, profile="CN-51", neighbours=neighbours, pages=create_pages)
        )
        month = Month(TracedChain(door, door.clock))
        month.firm(MILL)
        month.penalty(MILL, "20 09:00", ["fine"], "30000.50")
        add_member(door.platform.transactions, AUTHORITY, ["case-officer"], "chenban")
        yield door, credit, hotline


@pytest.mark.requirement("S2-28", "S3-25", "S3-35")
def test_a_killed_round_leaves_what_waits_and_the_page_says_how_each_stands(world):
    door, credit, hotline = world
    desk = signed_in(door.platform, door.app.test_client(), "chenban")
    before = desk.get("/office/systems").text
    assert "国家企业信用信息公示系统" in before
    assert "非官方接口" in before
    assert "还没有答复过" in before

    credit.held = True
    killed = subprocess.Popen(
        command(door, "send"), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    assert credit.taken.wait(PATIENCE), "the document has arrived there"
    killed.send_signal(signal.SIGKILL)
    killed.wait(PATIENCE)
    credit.held = False
    credit.go_on.set()
    page = desk.get("/office/systems").text
    assert "待发" in page
    assert "已送达" not in page, "nobody heard an answer"

    hotline.offer(
        "matter", {"text": "（演示）米有异味", "district": "310151", "receivedOn": "2026-10-21"}, "SC-7"
    )
    sent = run(door, "send")
    assert (sent.exit_code, sent.stderr) == (0, "")
    assert "credit-publicity: delivered 1" in sent.stdout
    assert "hotline-12345: -; received 1" in sent.stdout
    (taken,) = credit.behind.taken.values()
    assert taken.repeats == 1, "handed over again under the same id"
    page = desk.get("/office/systems").text
    assert "已送达" in page
    assert "SIM-" in page
    assert "（演示）米有异味" in page
    assert "决定是否受理期限" in page
    assert "转交期限" not in page, "no text of this place limits it"
    assert "hotline-12345 ·" not in page, "systems are called by their names"

    told = {"system": HOTLINE, "number": "SC-7", "words": ""}
    assert desk.post("/office/systems/matters", act="pass-on", **told).status_code == 422
    desk.get("/office/systems")
    long = desk.post("/office/systems/matters", act="pass-on", **{**told, "words": "长" * 1001})
    assert long.status_code == 422 and f">{'长' * 1001}</textarea>" in long.text, "kept whole, never cut"
    desk.get("/office/systems")
    assert desk.post("/office/systems/matters", act="accept", **told).status_code == 303
    assert "终结调解期限" in desk.get("/office/systems").text
    hotline.outage = "refuse"
    door.clock.advance(timedelta(minutes=2))
    failed = run(door, "send")
    assert failed.exit_code == 1
    assert "hotline-12345 did not answer: status-503" in failed.stderr
    page = desk.get("/office/systems").text
    assert "status-503" in page
    assert "未发出" in page
    _, number = page.split('name="document" value="')
    again = desk.post("/office/systems/again", document=number.partition('"')[0])
    assert again.status_code == 303
    hotline.outage = "none"
    assert run(door, "send").exit_code == 0
    assert [one.document["state"] for one in hotline.taken.values()] == ["accepted"]


def test_a_refusal_is_named_to_who_runs_the_platform(world):
    door, credit, _ = world
    credit.behind.reject = {"penalty": "格式不符"}
    assert run(door, "send").exit_code == 1
    told = CliRunner().invoke(greentrace, ["--lang", "en", "status", "--data", str(door.path)])
    assert "1 refused, 0 overdue" in told.output
    assert "documents for other systems refused or overdue" in told.output
    credit.behind.reject = {}
    assert "delivered 1" in run(door, "send", "--again").stdout


def test_what_is_not_connected_says_so(tmp_path, databases):
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        add_member(door.platform.transactions, AUTHORITY, ["case-officer"], "chenban")
        desk = signed_in(door.platform, door.app.test_client(), "chenban")
        page = desk.get("/office/systems").text
        assert page.count("未接入") == 7
        assert "上海市大数据中心" in page
        none = run(door, "send")
        assert none.exit_code == 1
        assert "not connected" in run(door, "states").stdout
        assert desk.post("/office/systems/again", document="x").status_code == 404
        assert "一个系统都没有接入" in page, "nothing sent is not all delivered"
        made, day = door.clock(), timedelta(days=1)
        job = UploadJob("waits", CREDIT, "a", "{}", made - 2 * day, made - day, made - 2 * day)
        with door.platform.transactions.begin("test") as tx:
            add_outgoing(tx.connection, [OutgoingDocument(job, "penalty", "")])
        trouble = desk.get("/office/systems").text.split('id="trouble"', 1)[1].split("</section>", 1)[0]
        assert "已逾期" in trouble, "what nobody ever tried to send is in trouble too"
