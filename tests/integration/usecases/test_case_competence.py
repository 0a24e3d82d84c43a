"""Cases whose goods or firm lie elsewhere: assistance, hand-over and designation, each from a dated word."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.cases import HEAD, OFFICER, PDF, REVIEWER, accredit, cases, fail, history, somebody, step
from tests.builders.traced_chain import K1, MILL, TracedChain
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import AppendOnly, CaseOutOfArea, StepNotYours
from trace.oversight.casework.competence import HOME, JOINT, LEAD, LED
from trace.store.casework.deadlines import Counted, add_counted
from trace.usecases.casework.count_deadlines import count_deadlines
from trace.usecases.casework.find_in_area import find_in_area
from trace.usecases.casework.goods_of_case import goods_of_case
from trace.usecases.casework.list_cases import list_left, read_desk
from trace.usecases.casework.read_case import read_case

P, Q, CITY = "urn:uscc:91310151MA1FL4PP0P", "urn:uscc:91310120MA1FL4QQ0Q", "urn:uscc:91310000MA1FL4CC0C"


@pytest.fixture
def chain(database_url) -> TracedChain:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        accredit(chain)
        chain.packed_rice()
        seated(chain, "310151")
        fail(chain)
        yield chain


def seated(chain: TracedChain, region: str) -> None:
    """The mill states where it is registered."""
    party = made.a_party(region=region)
    registrar = chain.platform.registrar
    chain.platform.log(registrar.state("master.party", made.uscc(MILL), party, at=chain.clock()))


def offices(chain: TracedChain):
    tx = chain.platform.transactions
    return (
        somebody(tx, "甲", OFFICER, REVIEWER, HEAD, area="310151", urn=P),
        somebody(tx, "乙", OFFICER, REVIEWER, HEAD, area="310120", urn=Q),
        somebody(tx, "丙", OFFICER, REVIEWER, HEAD, area="310000", urn=CITY),
    )


@pytest.mark.requirement("S3-23", "S0-13")
def test_a_case_that_was_handed_over_stays_readable_as_it_stood(chain: TracedChain) -> None:
    tx, (mine, theirs, _) = chain.platform.transactions, offices(chain)
    number = cases(tx)[0].number
    step(tx, mine, "notify", paper=PDF)
    with pytest.raises(CaseOutOfArea):
        read_case(tx, theirs, number)
    step(tx, mine, "transfer", receiver=Q, evidence=[read_case(tx, mine, number).row.report])
    chain.clock.advance(timedelta(hours=1))
    step(tx, theirs, "receive-transfer", paper=PDF)
    chain.clock.advance(timedelta(hours=1))
    step(tx, theirs, "attach", paper=b"%PDF-1.7 of the new office")
    new = read_case(tx, theirs, number)
    assert (new.hold.part, new.row.area, len(new.papers)) == (LEAD, "310120", 2)
    old = read_case(tx, mine, number)
    assert (old.hold.part, list(old.choices), list(old.clocks)) == (LED, [], [])
    assert [one.event for one in old.events] == [one.event for one in history(tx, number)][:-1]
    assert len(old.papers) == 1, "what came later is the new office's"
    with pytest.raises(CaseOutOfArea):
        step(tx, mine, "note")
    assert [one.row.number for one in list_left(tx, mine)] == [number]
    assert not list_left(tx, theirs)
    assert not read_desk(tx, mine).cases
    assert find_in_area(tx, mine, number, "核对移送").cases
    assert [(one.part, one.area) for one in old.words] == [(LEAD, "310151"), (LEAD, "310120")]
    with pytest.raises(AppendOnly), tx.begin("test") as writing:
        writing.connection.exec_driver_sql("UPDATE case_competence SET area = ''")


def test_an_office_that_is_asked_assists_until_it_answers(chain: TracedChain) -> None:
    tx, (mine, theirs, _) = chain.platform.transactions, offices(chain)
    number = cases(tx)[0].number
    step(tx, mine, "investigate")
    step(tx, mine, "ask-assistance", receiver=Q, paper=PDF)
    (clock,) = [one for one in read_case(tx, theirs, number).clocks if one.duty == "assist"]
    assert (clock.rule.id, clock.rule.value, clock.state) == ("R70", "15", "running")
    seen = read_case(tx, theirs, number)
    assert (seen.hold.part, seen.joined) == (JOINT, frozenset({Q}))
    assert [one.row.number for one in read_desk(tx, theirs).open] == [number]
    assert K1 in goods_of_case(tx, seen.reader(theirs), seen.row).graph.boxes
    assert goods_of_case(tx, theirs, seen.row).unseen is not None, "by itself it does not see the goods"
    step(tx, theirs, "note", why="现场核查了两家门店")
    with pytest.raises(StepNotYours):
        step(tx, theirs, "submit")
    with pytest.raises(StepNotYours):
        step(tx, mine, "answer-assistance", paper=PDF)
    chain.clock.advance(timedelta(days=2))
    step(tx, theirs, "answer-assistance", paper=b"%PDF-1.7 the answer")
    (clock,) = [one for one in read_case(tx, mine, number).clocks if one.duty == "assist"]
    assert clock.state == "met"
    after = read_case(tx, theirs, number)
    assert (after.hold.part, after.joined) == (LED, frozenset())
    assert not read_desk(tx, theirs).cases


def test_a_superior_of_both_designates_where_the_receiver_objects(chain: TracedChain) -> None:
    tx, (mine, theirs, city) = chain.platform.transactions, offices(chain)
    number = cases(tx)[0].number
    step(tx, mine, "transfer", receiver=Q, paper=PDF)
    step(tx, theirs, "report-competence", paper=PDF)
    (clock,) = [one for one in read_case(tx, city, number).clocks if one.duty == "designate"]
    assert (clock.rule.text, clock.rule.unit) == ("7", "wd")
    with pytest.raises(StepNotYours):
        step(tx, theirs, "designate", receiver=P, paper=PDF)
    step(tx, city, "designate", receiver=P, paper=PDF)
    row = cases(tx)[0]
    assert (row.state, row.area, row.receiver, row.officer) == ("investigating", "310151", "", "")
    assert read_case(tx, mine, number).hold.part == LEAD


def test_a_firm_that_moves_is_read_by_its_new_office_and_led_by_the_old(chain: TracedChain) -> None:
    tx, (mine, theirs, _) = chain.platform.transactions, offices(chain)
    number = cases(tx)[0].number
    assert not read_case(tx, mine, number).seat_elsewhere
    chain.clock.advance(timedelta(days=30))
    seated(chain, "310120")
    seen = read_case(tx, mine, number)
    assert (seen.hold.part, seen.seat_elsewhere) == (LEAD, True)
    assert read_case(tx, theirs, number).hold.part == HOME
    with pytest.raises(CaseOutOfArea):
        step(tx, theirs, "note")


def test_a_limit_that_is_counted_again_keeps_its_old_end(chain: TracedChain) -> None:
    tx, (mine, _, _) = chain.platform.transactions, offices(chain)
    number = cases(tx)[0].number
    step(tx, mine, "notify", paper=PDF)
    assert count_deadlines(tx) == []
    assert count_deadlines(tx) == [], "nothing moved"
    seen = read_case(tx, mine, number)
    running = [one for one in seen.clocks if one.ends is not None and one.done is None]
    assert {one.duty for one in seen.counted} == {one.duty for one in running} != set()
    assert len(seen.counted) == len(running), "counted again it is not noted again"
    assert not any(seen.before(one) for one in running)
    assert not read_desk(tx, mine).moved
    step(tx, mine, "investigate")
    finish = next(one for one in read_case(tx, mine, number).clocks if one.duty == "finish")
    assert finish.ends is not None
    old = finish.ends.ends - timedelta(days=3)  # as a calendar without the announced days off had it
    with tx.begin("test") as writing:
        add_counted(
            writing.connection, Counted(number, "finish", finish.since, old, True, writing.now, "before")
        )
    (moved,) = count_deadlines(tx)
    assert (moved.duty, moved.ends) == ("finish", finish.ends.ends)
    assert [one.ends for one in read_case(tx, mine, number).before(finish)] == [old]
    assert [one.row.number for one in read_desk(tx, mine).moved] == [number]
    with pytest.raises(AppendOnly), tx.begin("test") as writing:
        writing.connection.exec_driver_sql("DELETE FROM case_deadline")
