"""Lists of risks, studies with their cadence, bulletins, and who supervises the supervisors."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.builders import facts as made
from tests.builders.cases import PDF, cases, fail, step
from tests.builders.traced_chain import MILL, TracedChain
from tests.builders.two_bureaus import AGRI_URN, MARKET_URN, agriculture, key, market, signed
from tests.builders.visits import BOTH, answers, filled, opened
from tests.builders.visits import signed as visit_signed
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import RiskItemUnknown, RiskMoved, RiskUnfit
from trace.oversight.letters import LISTS, level_of_authority, next_study
from trace.oversight.visits.makers import Inspector
from trace.parties import Actor
from trace.rules import load
from trace.store.casework.papers import LookRow
from trace.store.transaction import Transactions
from trace.usecases.supervision.letters import WritingLetter, read_letters, write_letter
from trace.usecases.supervision.messages import Writing, write_message
from trace.usecases.supervision.risk_lists import (
    Finishing,
    WritingEntry,
    finish_entry,
    read_lists,
    write_entry,
)
from trace.usecases.supervision.studies import (
    WritingBulletin,
    WritingMeeting,
    acknowledge_bulletin,
    note_meeting,
    read_studies,
    send_bulletin,
)
from trace.usecases.supervision.supervisors import SAME, read_supervised, vague


@pytest.fixture
def chain(database_url) -> TracedChain:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        chain.packed_rice()
        yield chain


def entry(actor: Actor, **changed) -> WritingEntry:
    given = {
        "actor": actor, "form": key(), "list": "firm", "subject": made.uscc(MILL), "what": "镉超标",
        "unit": MARKET_URN, "responsible": actor.person, "due_on": "2026-10-20", **changed,
    }  # fmt: skip
    return WritingEntry(**given)


@pytest.mark.requirement("S3-02")
@pytest.mark.requirement("S3-10")
@pytest.mark.requirement("S2-30")
@pytest.mark.requirement("S2-31")
def test_risks_stand_on_three_lists_each_with_unit_person_and_day(chain):
    of, ju = chain.platform.transactions, market(chain)
    for name in LISTS:
        subject = made.uscc(MILL) if name == "firm" else "青菜"
        write_entry(of, entry(ju, list=name, subject=subject))
    lists = read_lists(of, ju)
    assert [len(lists.on(name)) for name in LISTS] == [1, 1, 1]
    assert not any(lists.overdue(one) for one in lists.rows)
    chain.clock.advance(timedelta(days=30))
    lists = read_lists(of, ju)
    assert all(lists.overdue(one) for one in lists.rows)
    number = lists.on("firm")[0].number
    without = Finishing("已复查合格", without=True)
    finish_entry(of, ju, key(), number, without)
    with pytest.raises(RiskMoved):
        finish_entry(of, ju, key(), number, without)
    with pytest.raises(RiskItemUnknown):
        finish_entry(of, agriculture(chain), key(), number, without)
    (unit,) = read_supervised(of, ju).units
    assert (unit.in_time, unit.late, unit.open, unit.overdue) == (0, 1, 0, 2)


@pytest.mark.requirement("S3-10")
def test_an_entry_is_done_by_the_order_that_hangs_on_it(chain):
    of, ju = chain.platform.transactions, market(chain)
    write_entry(of, entry(ju))
    (row,) = read_lists(of, ju).rows
    number = visited(chain, ju)
    letter = written(chain, ju)
    for said in (
        Finishing("已整改"),
        Finishing("已整改", number, without=True),
        Finishing("已整改", "XC2026-09999"),
        Finishing("已整改", letter),
        Finishing(" ", number),
    ):
        with pytest.raises(RiskUnfit):
            finish_entry(of, ju, key(), row.number, said)
    other = replace(entry(ju), form=key(), subject=made.uscc(made.COOPERATIVE))
    write_entry(of, other)
    theirs = next(one for one in read_lists(of, ju).rows if one.subject == other.subject)
    with pytest.raises(RiskUnfit):
        finish_entry(of, ju, key(), theirs.number, Finishing("已整改", number))
    finish_entry(of, ju, key(), row.number, Finishing("已责令整改", number))
    lists = read_lists(of, ju)
    act = lists.acts[number]
    assert (act.kind, act.state, act.rectifies, act.settled) == ("visit", "due", True, False)
    chain.clock.advance(timedelta(days=30))
    assert read_lists(of, ju).acts[number].state == "overdue", "as new as the act itself"


def visited(chain, actor: Actor) -> str:
    """A signed visit of the mill with an order to rectify."""
    of, firm = chain.platform.transactions, made.uscc(MILL)
    registrar = chain.platform.registrar
    chain.platform.log(registrar.state("master.party", firm, made.a_party(), at=chain.clock()))
    alone = (BOTH[0], Inspector("31011500777", "market"))
    number = opened(of, actor, "flying", inspectors=alone)
    due = {"result": "to_rectify", "rectify_by": "2026-10-25"}
    filled(of, actor, number, "market", answers=answers("market-12", ["market-check-11"]), **due)
    visit_signed(chain, actor, number)
    return number


def written(chain, actor: Actor) -> str:
    """A letter of rectification that nobody has signed: it was not served."""
    of = chain.platform.transactions
    new = WritingLetter(
        actor, key(), "文书", "rectification", made.uscc(MILL), "责令整改", "请整改。", "2026-10-30", "现送达"
    )
    write_letter(of, new)
    return read_letters(of, actor).shown[0].row.number


@pytest.mark.requirement("S2-31")
@pytest.mark.parametrize(
    "changed",
    [
        {"unit": ""},
        {"responsible": ""},
        {"due_on": ""},
        {"due_on": "2026-01-01"},
        {"due_on": "9999-12-31"},
        {"list": "rumours"},
    ],
)
def test_without_unit_person_or_day_nothing_is_listed(chain, changed):
    with pytest.raises(RiskUnfit):
        write_entry(chain.platform.transactions, entry(market(chain), **changed))
    assert chain.platform.count("risk_entry") == 0


def meeting(actor: Actor, held_on: str = "2026-10-10", **changed) -> WritingMeeting:
    given = {
        "actor": actor, "form": key(), "held_on": held_on, "domains": ("sampling",), "present": (AGRI_URN,),
        "summary": "三批次青菜毒死蜱不合格", "decisions": "加抽", **changed,
    }  # fmt: skip
    return WritingMeeting(**given)


@pytest.mark.requirement("S3-36")
@pytest.mark.requirement("S3-39")
def test_a_county_studies_each_month_where_a_rule_says_so(chain):
    platform, ju = chain.platform, market(chain)
    agriculture(chain)
    sichuan = Transactions(platform.engine, chain.clock, load("CN-51"), platform.transactions.origin)
    note_meeting(sichuan, meeting(ju))
    found = read_studies(sichuan, ju)
    assert (found.level, found.next_on, found.overdue) == ("county", date(2026, 11, 10), False)
    chain.clock.advance(timedelta(days=40))
    assert read_studies(sichuan, ju).overdue
    here = read_studies(platform.transactions, ju)
    assert (here.rule, here.next_on, here.overdue) == (None, None, False)


@pytest.mark.requirement("S3-39")
@pytest.mark.parametrize(
    ("area", "level"), [("", "province"), ("31", "province"), ("5101", "city"), ("310151", "county")]
)
def test_the_level_of_an_authority_follows_from_its_area(area, level):
    assert level_of_authority(area) == level


@pytest.mark.parametrize(
    ("last", "months", "due"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 15), 3, date(2027, 2, 15)),
        (date(2026, 10, 31), 2, date(2026, 12, 31)),
    ],
)
def test_a_short_month_ends_with_its_last_day(last, months, due):
    assert next_study(last, months, date(2023, 1, 1)) == due


@pytest.mark.parametrize("changed", [{"held_on": "2027-01-01"}, {"domains": ()}, {"present": ("x",)}])
def test_a_meeting_to_come_or_about_nothing_is_none(chain, changed):
    agriculture(chain)
    with pytest.raises(RiskUnfit):
        note_meeting(chain.platform.transactions, meeting(market(chain), **changed))


@pytest.mark.requirement("S3-19")
@pytest.mark.requirement("S3-38")
def test_a_bulletin_has_a_kind_a_channel_and_recipients_who_read_it(chain):
    of, ju, wei = chain.platform.transactions, market(chain), agriculture(chain)
    said = WritingBulletin(
        ju, key(), "hidden-risk", "letter", (AGRI_URN,), "云南省局", "毒死蜱", "请加强抽检"
    )
    send_bulletin(of, said)
    (one,) = read_studies(of, wei).received
    assert read_studies(of, wei).unread(one)
    acknowledge_bulletin(of, wei, key(), one.number)
    assert not read_studies(of, wei).unread(one)
    assert [each.party for each in read_studies(of, ju).receipts[one.number]] == [AGRI_URN]
    with pytest.raises(RiskItemUnknown):
        acknowledge_bulletin(of, ju, key(), one.number)
    for changed in ({"recipients": (), "others": ""}, {"channel": "rumour"}, {"matter": "gossip"}):
        with pytest.raises(RiskUnfit):
            send_bulletin(of, replace(said, form=key(), **changed))

    clock = chain.clock
    clock.advance(datetime(2026, 12, 31, 16, 30, tzinfo=UTC) - clock())  # half past midnight in China
    send_bulletin(of, replace(said, form=key()))
    write_entry(of, entry(ju, due_on="2027-01-20"))
    newest = [*(one.number for one in read_studies(of, wei).received), read_lists(of, ju).rows[-1].number]
    assert len([one for one in newest if "-2027-" in one]) == 2, newest


@pytest.mark.requirement("S3-02")
@pytest.mark.requirement("S1-13")
def test_what_is_overdue_and_what_was_touched_after_closing_is_listed(chain):
    of, ju, wei = chain.platform.transactions, market(chain), agriculture(chain)
    write_entry(of, entry(ju))
    sent = Writing(wei, key(), "线索", "clue", made.uscc(MILL), "标志使用可疑")
    signed(chain, "11310151XN0000AA28", write_message(of, sent))
    found = read_supervised(of, ju)
    assert (found.entries, found.messages, found.edited) == ([], [], [])
    chain.clock.advance(timedelta(days=40))
    found = read_supervised(of, ju)
    assert len(found.entries) == len(found.messages) == 1
    fail(chain, at="20 10:00")
    step(of, ju, "dismiss", why="检验机构更正", paper=PDF)
    assert read_supervised(of, ju).edited == []
    step(of, ju, "reopen", why="又有新证据")
    (after,) = read_supervised(of, ju).edited
    assert (after.event, after.number) == ("reopen", cases(of)[0].number)


@pytest.mark.requirement("S1-13")
def test_the_same_words_for_many_firms_are_asked_about_and_a_case_is_not(chain):
    now = chain.clock()
    looks = [
        LookRow(now, "p", "a", "market", f"firm{n}", "page", "x", "日常", "", 1, now) for n in range(SAME)
    ]
    (found,) = vague(looks)
    assert (found.person, found.purpose, found.firms) == ("p", "日常", SAME)
    assert vague(looks[1:]) == []
    assert vague([replace(one, case_number="AJ1") for one in looks]) == []
