"""A printer that stopped within a run: last good serial, spoiled labels decided on, the rest, the counts."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders.signed_rice import K1, SignedRice
from tests.servers.platform import TestPlatform
from tests.servers.served import RING
from trace.codes.intervals import Interval
from trace.errors import (
    CodesNotPrintable,
    FormEmpty,
    PrintedBefore,
    PrintReportUnfit,
    PrintsSettled,
    RunContinued,
    RunReported,
)
from trace.errors.printing import ReprintReasonAbsent
from trace.parties import Actor
from trace.usecases.codes.item_codes import IssuedCodes
from trace.usecases.printing.code_history import read_code_history
from trace.usecases.printing.print_item import print_item
from trace.usecases.printing.print_label import LabelOptions
from trace.usecases.printing.print_parts import Press
from trace.usecases.printing.print_reports import (
    print_again,
    print_rest,
    read_progress,
    report_run,
    require_spoiled,
)
from trace.usecases.printing.print_runs import RunRequest, ask_run

CLERK = Actor("clerk", made.uscc(made.MILL))
URL = "https://id.trace.test"
FIRST, PLANNED = 5_000, 1_000


@pytest.fixture
def story(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        serials = {"epoch": "0", "first": 0, "count": 9_000}
        story = SignedRice(running, clock, packed={"codeLevel": "item", "serials": serials})
        for step in (story.begin, story.harvests, story.receive, story.make, story.pack):
            step()
        yield story


class Clerk:
    """Whoever stands at the printer, with a new form for each act."""

    def __init__(self, story: SignedRice) -> None:
        self.story, self.transactions, self.forms = story, story.platform.transactions, 0
        wish = RunRequest("csv", "ZT230", Interval(FIRST, PLANNED))
        self.run = ask_run(self.transactions, K1, wish, CLERK, URL).row
        self.fetch(self.run.id)

    def fetch(self, run: str) -> bytes:
        return Press(self.transactions, RING, CLERK).part(run, 0)[1]

    def serial(self, place: int) -> str:
        return RING.key("0", self.run.scope).serial(FIRST + place - 1)

    def report(self, run: str, good: str, out: str) -> None:
        self.forms += 1
        form = f"a-form-of-the-clerk-{self.forms}"
        report_run(self.transactions, RING, run, good, out, actor=CLERK, form=form)

    def rest(self) -> str:
        return print_rest(self.transactions, self.run.id, CLERK, URL).row.id

    def again(self, *places: int) -> str:
        asked = print_again(self.transactions, self.run.id, places, "色带打皱", actor=CLERK, public_url=URL)
        return asked.row.id

    def counts(self) -> tuple[int, ...]:
        """printed, reprinted, void, spoiled, waiting; together they are the run, at any time."""
        found = read_progress(self.transactions, self.run.id, CLERK).counts
        sets = (found.printed, found.reprinted, found.void, found.spoiled, found.waiting)
        told = tuple(each.total for each in sets)
        assert sum(told) == found.planned.count == PLANNED
        return told

    def came(self, place: int) -> list[tuple[str | None, str]]:
        text = f"{URL}/01/09521234100010/21/{self.serial(place)}?v=1"
        found = read_code_history(self.transactions, RING, self.run.id, text, CLERK)
        return [(each.row.again, each.came) for each in found.printings]


def test_a_run_whose_printer_stopped_at_400_adds_up_to_its_end(story):
    clerk = Clerk(story)
    assert clerk.counts() == (0, 0, 0, 0, 1_000), "a file that was made is no label"
    for good, out in (("401", "400"), ("398", "1001"), ("398", " ")):
        with pytest.raises((PrintReportUnfit, FormEmpty)):
            clerk.report(clerk.run.id, good, out)
    with pytest.raises(PrintsSettled):
        clerk.rest()

    clerk.report(clerk.run.id, clerk.serial(389), "400")
    clerk.report(clerk.run.id, f"(01)09521234100010(21){clerk.serial(398)}", "400")
    assert clerk.counts() == (398, 0, 0, 2, 600), "the last word counts"
    with pytest.raises(RunReported):
        clerk.fetch(clerk.run.id)

    with pytest.raises(FormEmpty):
        print_again(clerk.transactions, clerk.run.id, (399, 399), "", actor=CLERK, public_url=URL)
    for places in ((398, 399), (400, 401), (400, 399)):
        with pytest.raises(PrintsSettled):
            clerk.again(*places)
    again = clerk.again(399, 399)
    assert clerk.serial(399).encode() in clerk.fetch(again), "the same serial"
    assert clerk.counts() == (398, 0, 0, 2, 600), "nobody has said yet that it came out"
    for act in (lambda: clerk.again(399, 400), lambda: clerk.report(clerk.run.id, "397", "400")):
        with pytest.raises((PrintsSettled, RunContinued)):
            act()
    clerk.report(again, "399", "399")

    assert require_spoiled(clerk.transactions, clerk.run.id, (400, 400), CLERK) == (K1, Interval(5_399, 1))
    part = {"first": 5_399, "count": 1}
    data = {"lot": K1, "reason": "卡纸撕破", "range": part}
    story.log("void", story.mill.state("code.void", K1, data, at=story.clock()))
    assert clerk.counts() == (398, 1, 1, 0, 600)

    rest = clerk.rest()
    with pytest.raises(PrintsSettled):
        clerk.rest()
    lines = clerk.fetch(rest)
    assert clerk.serial(401).encode() in lines
    assert clerk.serial(1_000).encode() in lines
    assert clerk.serial(400).encode() not in lines
    clerk.report(rest, "1000", clerk.serial(1_000))
    assert clerk.counts() == (998, 1, 1, 0, 0)

    assert clerk.came(399) == [(None, "spoiled"), ("色带打皱", "good")]
    assert clerk.came(400) == [(None, "spoiled")]
    assert clerk.came(401) == [(None, "held-back"), (None, "good")]
    found = read_code_history(clerk.transactions, RING, clerk.run.id, clerk.serial(400), CLERK)
    assert [(each.standing, each.statement) for each in found.changes] == [
        ("void", story.receipts["void"].statement_id)
    ]
    with pytest.raises(PrintedBefore):
        ask_run(clerk.transactions, K1, RunRequest("csv", "p", Interval(FIRST + 500, 1)), CLERK, URL)


def test_one_label_is_drawn_again_with_a_reason_that_its_history_keeps(story):
    clerk = Clerk(story)
    codes = IssuedCodes(clerk.transactions, RING)

    def asked(form: str, reason: str | None) -> bytes:
        wish = LabelOptions(form, size="a4-24")
        of = {"actor": CLERK, "reason": reason}
        return print_item(clerk.transactions, codes, K1, clerk.serial(7), wish, URL, **of).content

    def history() -> list[tuple[str, int, str, str]]:
        found = read_code_history(clerk.transactions, RING, clerk.run.id, clerk.serial(7), CLERK)
        return [(each.form, each.copies, each.reason, each.asked_by) for each in found.reprints]

    with pytest.raises(ReprintReasonAbsent):
        asked("pdf", None)
    assert asked("json", None) == b""
    assert history() == []
    for reason in ("被叉车刮破", "又被刮破"):
        assert asked("zpl", reason)
    assert history() == [("zpl", 1, "被叉车刮破", "clerk"), ("zpl", 1, "又被刮破", "clerk")]

    data = {"lot": K1, "reason": "找不到了", "range": {"first": FIRST + 6, "count": 1}}
    story.log("void", story.mill.state("code.void", K1, data, at=story.clock()))
    with pytest.raises(CodesNotPrintable):
        asked("zpl", "再补一张")
    assert len(history()) == 2
