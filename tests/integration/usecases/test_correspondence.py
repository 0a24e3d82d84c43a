"""Letters to firms and notices to consumers: served and answered by signature, released by two persons."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.traced_chain import K1, MILL, TracedChain
from tests.builders.two_bureaus import agriculture, key, market, signed
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.chain.facts.oversight import ACKNOWLEDGEMENT
from trace.errors import ReleasedByOne, RiskItemUnknown, RiskMoved, RiskUnfit
from trace.oversight.letters import ANSWERED, OVERDUE, RECEIVED, SERVED, UNSIGNED
from trace.parties import PROCESSOR, Actor
from trace.usecases.batch_page.show_batch import show_batch
from trace.usecases.signing.waiting import waiting_about
from trace.usecases.supervision.letters import (
    Replying,
    WritingLetter,
    read_letters,
    read_letters_to,
    reply_to_letter,
    write_letter,
)
from trace.usecases.supervision.notices import (
    END,
    RELEASE,
    MovingNotice,
    WritingNotice,
    move_notice,
    read_notices,
    read_released,
    write_notice,
)
from trace.wording import say

FIRM = Actor("m", made.uscc(MILL), frozenset({PROCESSOR}), frozenset(), "", "m")
TEXT = "请于十日内完成整改并提交证明材料"
SOURCES = ("检验报告 R1", "GB 2763-2021")


@pytest.fixture
def chain(database_url) -> TracedChain:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        chain.packed_rice()
        yield chain


def letter(actor: Actor, **changed) -> WritingLetter:
    given = {
        "actor": actor, "form": key(), "title": "整改", "kind": "rectification", "party": made.uscc(MILL),
        "heading": "责令整改", "text": TEXT, "due_on": "2026-10-30", "served": "整改通知书，全文摘要",
        **changed,
    }  # fmt: skip
    return WritingLetter(**given)


@pytest.mark.requirement("S2-17")
def test_a_letter_is_numbered_served_received_answered_and_overdue(chain):
    of, ju = chain.platform.transactions, market(chain)
    address = write_letter(of, letter(ju))
    (shown,) = read_letters(of, ju).shown
    assert shown.row.number == "ZG310151M-2026-001"
    assert shown.state(read_letters(of, ju).today) == UNSIGNED
    assert read_letters_to(of, FIRM).shown == []
    notice = signed(chain, made.BUREAU, address)
    (mine,) = read_letters_to(of, FIRM).shown
    assert (mine.row.text, mine.notice, mine.state(read_letters_to(of, FIRM).today)) == (TEXT, notice, SERVED)
    signed(chain, MILL, reply_to_letter(of, Replying(FIRM, key(), "签收", mine.row.number)))
    (shown,) = read_letters(of, ju).shown
    assert shown.state(read_letters(of, ju).today) == RECEIVED
    chain.clock.advance(timedelta(days=30))
    assert [one.row.number for one in read_letters(of, ju).overdue] == [mine.row.number]
    assert read_letters(of, ju).shown[0].state(read_letters(of, ju).today) == OVERDUE
    answer = Replying(FIRM, key(), "答复", mine.row.number, "已更换设备，照片附后")
    signed(chain, MILL, reply_to_letter(of, answer))
    (shown,) = read_letters(of, ju).shown
    assert (shown.state(read_letters(of, ju).today), shown.answer) == (ANSWERED, "已更换设备，照片附后")


@pytest.mark.requirement("S2-17")
def test_an_answer_that_nobody_signed_is_none_and_the_log_holds_no_text(chain):
    of, ju = chain.platform.transactions, market(chain)
    signed(chain, made.BUREAU, write_letter(of, letter(ju)))
    number = read_letters(of, ju).shown[0].row.number
    reply_to_letter(of, Replying(FIRM, key(), "答复", number, "已整改完毕"))
    assert read_letters(of, ju).shown[0].answer == ""
    with of.look() as tx:
        kept = tx.connection.exec_driver_sql("SELECT data FROM record").all()
    assert not any(TEXT in row[0] for row in kept)


def test_a_second_answer_mends_the_one_that_waits_and_blanks_are_none(chain):
    of, ju = chain.platform.transactions, market(chain)
    signed(chain, made.BUREAU, write_letter(of, letter(ju)))
    number = read_letters(of, ju).shown[0].row.number
    for blank in ("", "  \r\n\t", "\u3000\u3000"):
        with pytest.raises(RiskUnfit) as refused:
            reply_to_letter(of, Replying(FIRM, key(), "答复", number, blank))
        assert "“内容”没有填" in say("zh-CN", "problem.risk-unfit.detail", **refused.value.params)
    assert waiting_about(of, FIRM, None) == []
    for words in ("已更换设备", "已更换设备，照片附后"):
        address = reply_to_letter(of, Replying(FIRM, key(), "答复", number, words))
    (waits,) = waiting_about(of, FIRM, {number}, {ACKNOWLEDGEMENT.typ})
    assert (address.endswith(waits.batch), waits.title) == (True, "答复")
    reply_to_letter(of, Replying(FIRM, key(), "签收", number))
    assert {one.title for one in waiting_about(of, FIRM, None)} == {"答复", "签收"}, (
        "a receipt is another form"
    )
    signed(chain, MILL, address)
    assert read_letters(of, ju).shown[0].answer == "已更换设备，照片附后"


@pytest.mark.parametrize(
    "changed",
    [
        *({"kind": "gossip"}, {"text": ""}, {"party": ""}),
        *({"due_on": "2026-01-01"}, {"due_on": "soon"}, {"due_on": "9999-12-31"}),
    ],
)
def test_a_letter_that_lacks_something_gets_no_number(chain, changed):
    with pytest.raises(RiskUnfit):
        write_letter(chain.platform.transactions, letter(market(chain), **changed))
    assert chain.platform.count("official_letter") == 0


def test_each_kind_and_department_is_numbered_by_itself(chain):
    of, ju, wei = chain.platform.transactions, market(chain), agriculture(chain)
    for actor, kind in ((ju, "interview"), (ju, "interview"), (ju, "reminder"), (wei, "interview")):
        write_letter(of, letter(actor, kind=kind))
    numbers = {one.row.number for actor in (ju, wei) for one in read_letters(of, actor).shown}
    assert numbers == {
        "YT310151M-2026-001", "YT310151M-2026-002", "TX310151M-2026-001", "YT310151A-2026-001",
    }  # fmt: skip


def test_another_firms_letter_is_nobodys(chain):
    of, ju = chain.platform.transactions, market(chain)
    signed(chain, made.BUREAU, write_letter(of, letter(ju)))
    other = Actor("t", made.uscc(made.TOFU), frozenset({PROCESSOR}), frozenset(), "", "t")
    number = read_letters(of, ju).shown[0].row.number
    with pytest.raises(RiskItemUnknown):
        reply_to_letter(of, Replying(other, key(), "签收", number))
    assert read_letters_to(of, other).shown == []


@pytest.mark.requirement("S2-11")
def test_a_notice_stands_on_the_page_of_its_goods_once_a_second_person_released_it(chain):
    of, ju, other = chain.platform.transactions, market(chain, "chen"), market(chain, "li")
    said = ("暂勿食用", "该批大米正在复检，请暂勿食用。", (K1,), "warning", SOURCES)
    write_notice(of, WritingNotice(ju, key(), *said))
    number = read_notices(of, ju).rows[0].number
    assert show_batch(of, lot=K1).notices == ()
    with pytest.raises(ReleasedByOne):
        move_notice(of, MovingNotice(ju, key(), number, RELEASE))
    before = show_batch(of, lot=K1).version
    move_notice(of, MovingNotice(other, key(), number, RELEASE))
    page = show_batch(of, lot=K1)
    assert [one.title for one in page.notices] == ["暂勿食用"] and page.version != before
    with pytest.raises(RiskUnfit):
        move_notice(of, MovingNotice(ju, key(), number, END, ""))
    move_notice(of, MovingNotice(ju, key(), number, END, "复检合格"))
    assert show_batch(of, lot=K1).version == before


@pytest.mark.requirement("S3-45")
def test_a_notice_is_of_a_kind_and_names_its_sources(chain):
    of, ju, other = chain.platform.transactions, market(chain, "chen"), market(chain, "li")
    rumour = ("大米打蜡？", "抽检未见工业蜡。", (), "rumour")
    for kind, products, sources in (
        ("warning", (K1,), ()),  # no source
        ("warning", (), SOURCES),  # about nothing
        ("opinion", (K1,), SOURCES),  # no such kind
        ("warning", (K1,), tuple(f"来源 {number}" for number in range(11))),
    ):
        with pytest.raises(RiskUnfit):
            write_notice(of, WritingNotice(ju, key(), "标题", "正文正文", products, kind, sources))
    write_notice(of, WritingNotice(ju, key(), *rumour, SOURCES))
    number = read_notices(of, ju).rows[0].number
    assert read_released(of) == []
    move_notice(of, MovingNotice(other, key(), number, RELEASE))
    [public] = read_released(of)
    assert (public.kind, public.sources) == ("rumour", SOURCES)
    assert show_batch(of, lot=K1).notices == (), "it names no goods"


def test_the_same_notice_is_published_once(chain):
    of, ju = chain.platform.transactions, market(chain)
    said = ("暂勿食用", "该批大米正在复检。", (K1,), "warning", SOURCES)
    write_notice(of, WritingNotice(ju, key(), *said))
    with pytest.raises(RiskMoved):
        write_notice(of, WritingNotice(ju, key(), *said))
    with pytest.raises(RiskUnfit):
        write_notice(
            of, WritingNotice(ju, key(), "暂勿食用", "另一批", ("urn:lot:NOBODY:X",), "warning", SOURCES)
        )
    number = read_notices(of, ju).rows[0].number
    with pytest.raises(RiskItemUnknown):
        move_notice(of, MovingNotice(agriculture(chain), key(), number, RELEASE))
