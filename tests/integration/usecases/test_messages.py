"""Messages between the two departments of a district: written, signed, acknowledged, answered, counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.traced_chain import MILL, TracedChain
from tests.builders.two_bureaus import (
    AGRI,
    DISTRICT,
    agriculture,
    key,
    market,
    signed,
)
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.chain.facts.exchange import LICENCE_CHANGE, PENALTY, TYPES
from trace.errors import (
    CounterpartMissing,
    MessageSentBefore,
    PaperUnknown,
    RightMissing,
    RiskItemUnknown,
    RiskMoved,
    RiskUnfit,
)
from trace.parties import Actor
from trace.store.bulk import select
from trace.usecases.ledgers.period import Period
from trace.usecases.records.read_record import read_record
from trace.usecases.supervision.exchanged import exchanged_in_area
from trace.usecases.supervision.messages import Replying, Writing, read_exchange, reply, write_message
from trace.usecases.supervision.read_form import read_live
from trace.usecases.supervision.untold import read_messages

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture
def chain(database_url) -> TracedChain:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        yield TracedChain(platform, clock)


def writing(actor: Actor, typ: str, **changed) -> Writing:
    given = {
        "actor": actor,
        "form": key(),
        "title": "风险信息",
        "type": typ,
        "party": made.uscc(MILL),
        "text": "处罚决定已送达，请核对标志使用情况",
        **changed,
    }
    return Writing(**given)


def counted(chain: TracedChain, area: str = DISTRICT, period: Period = OCTOBER):
    with chain.platform.transactions.look() as tx:
        return exchanged_in_area(tx.connection, area, period)


def send(chain: TracedChain, actor: Actor, code: str, typ: str) -> str:
    return signed(chain, code, write_message(chain.platform.transactions, writing(actor, typ)))


@pytest.mark.requirement("S0-21")
@pytest.mark.requirement("S0-47")
def test_messages_of_five_types_are_signed_acknowledged_and_counted(chain):
    ours, theirs = market(chain), agriculture(chain)
    stated = {typ: send(chain, ours, made.BUREAU, typ) for typ in TYPES}
    found = counted(chain)
    assert found.by_type == {typ: (stmt,) for typ, stmt in stated.items()}
    assert (len(found.messages), found.clues, found.acknowledged) == (5, (), ())
    waiting = read_exchange(chain.platform.transactions, theirs).waiting
    assert {one.sent.statement for one in waiting} == set(stated.values())
    said = Replying(theirs, key(), "签收", stated[PENALTY], "风险信息")
    signed(chain, AGRI, reply(chain.platform.transactions, said))
    assert counted(chain).acknowledged == (stated[PENALTY],)
    with pytest.raises(RiskItemUnknown):  # twice is no second acknowledgement
        reply(chain.platform.transactions, Replying(theirs, key(), "签收", stated[PENALTY], "风险信息"))


@pytest.mark.requirement("S0-21")
def test_what_a_message_is_about_is_read_by_its_two_sides_alone(chain):
    ours, theirs = market(chain), agriculture(chain)
    stmt = send(chain, ours, made.BUREAU, LICENCE_CHANGE)
    for actor in (ours, theirs):
        (shown,) = read_exchange(chain.platform.transactions, actor).shown
        assert (shown.sent.statement, shown.party) == (stmt, made.uscc(MILL))
        assert shown.text.startswith("处罚决定")
    with chain.platform.transactions.look() as tx:
        (row,) = select(tx.connection, "SELECT data FROM record WHERE data LIKE ?", ("%licence_change%",))
    assert made.MILL not in row[0] and "处罚决定" not in row[0]


@pytest.mark.requirement("S0-09")
def test_what_nobody_has_told_yet_names_the_firm(chain):
    ours, _ = market(chain), agriculture(chain)
    mill = {"name": "（演示）子虚米业有限公司", "kind": "company", "roles": ["processor"], "region": DISTRICT}
    chain.state(made.BUREAU, "master.party", made.uscc(MILL), mill, "14 10:00")
    chain.state(made.BUREAU, "oversight.penalty", "urn:case:1", orders.a_penalty(), "15 10:00")
    exchange, untold = read_messages(chain.platform.transactions, ours)
    assert [exchange.names.get(one.party) for one in untold] == [mill["name"]]


@pytest.mark.requirement("S0-09")
def test_a_clue_goes_both_ways_and_is_answered_in_its_limit(chain):
    ours, theirs = market(chain), agriculture(chain)
    out = send(chain, ours, made.BUREAU, "clue")
    back = send(chain, theirs, AGRI, "clue")
    assert set(counted(chain).clues) == {out, back}
    assert counted(chain).messages == ()
    said = Replying(theirs, key(), "反馈", out, "线索", "case", "已立案，案号另行告知")
    signed(chain, AGRI, reply(chain.platform.transactions, said))
    by_stmt = {one.sent.statement: one for one in read_exchange(chain.platform.transactions, ours).shown}
    assert [one.result for one in by_stmt[out].sent.answers] == ["case"]
    assert by_stmt[back].mine_to_answer and not by_stmt[back].overdue(chain.clock())
    assert by_stmt[back].overdue(chain.clock() + timedelta(days=30))
    assert not by_stmt[out].overdue(chain.clock() + timedelta(days=30))


@pytest.mark.requirement("S0-47")
def test_a_month_counts_what_its_log_took_in(chain):
    ours, _ = market(chain), agriculture(chain)
    sent = send(chain, ours, made.BUREAU, PENALTY)
    send(chain, ours, made.BUREAU, "clue")
    figure = read_live(chain.platform.transactions, ours, "2026-10").frozen.figures["exchanges"]
    assert (figure.number, [line.records for line in figure.lines]) == (1, [(sent,)])
    assert len(counted(chain).messages) == 1
    assert counted(chain, period=Period(date(2026, 9, 1), date(2026, 9, 30))).messages == ()
    assert len(counted(chain, "310000").messages) == 1
    assert counted(chain, "310113").messages == ()


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"typ": "rumour"}, RiskUnfit),
        ({"text": " "}, RiskUnfit),
        ({"party": ""}, RiskUnfit),
        ({"about": ("nowhere",)}, PaperUnknown),
    ],
)
def test_a_message_that_says_too_little_is_not_kept(chain, changed, refusal):
    ours, _ = market(chain), agriculture(chain)
    with pytest.raises(refusal):
        write_message(chain.platform.transactions, writing(ours, **{"typ": PENALTY, **changed}))
    assert chain.platform.count("signing_batch") == 0


def test_without_the_other_department_of_the_district_nothing_is_written(chain):
    ours, _ = market(chain), agriculture(chain, area="310113")
    with pytest.raises(CounterpartMissing):
        write_message(chain.platform.transactions, writing(ours, PENALTY))
    stranger = Actor("x", made.uscc(MILL), frozenset(), frozenset(), "", "x")
    with pytest.raises(RightMissing):
        write_message(chain.platform.transactions, writing(stranger, PENALTY))


def test_only_whom_it_is_for_replies(chain):
    ours, theirs = market(chain), agriculture(chain)
    stmt = send(chain, ours, made.BUREAU, "clue")
    mine = Replying(ours, key(), "反馈", stmt, "线索", "case", "已立案")
    with pytest.raises(RiskItemUnknown):
        reply(chain.platform.transactions, mine)
    with pytest.raises(RiskUnfit):
        reply(chain.platform.transactions, Replying(theirs, key(), "反馈", stmt, "线索", "case", ""))


def revise(chain: TracedChain, actor: Actor, stmt: str, **changed) -> str:
    return write_message(chain.platform.transactions, writing(actor, PENALTY, replaces=stmt, **changed))


def acknowledge(chain: TracedChain, actor: Actor, stmt: str) -> str:
    return reply(chain.platform.transactions, Replying(actor, key(), "签收", stmt, "风险信息"))


@pytest.mark.requirement("S0-21")
def test_a_message_corrected_in_one_word_is_the_second_revision_of_its_number_and_counts_once(chain):
    ours, theirs = market(chain), agriculture(chain)
    send(chain, ours, made.BUREAU, LICENCE_CHANGE)
    send(chain, ours, made.BUREAU, "clue")
    first = send(chain, ours, made.BUREAU, PENALTY)
    before = signed(chain, AGRI, acknowledge(chain, theirs, first))
    with pytest.raises(MessageSentBefore) as again:
        revise(chain, ours, first)
    assert again.value.params == {"year": 2026, "number": 2}
    with pytest.raises(MessageSentBefore):  # nor as if it were new
        write_message(chain.platform.transactions, writing(ours, PENALTY))
    second = signed(chain, made.BUREAU, revise(chain, ours, first, text="处罚决定已公示，请核对标志使用情况"))

    assert counted(chain).by_type[PENALTY] == (first,)
    assert (len(counted(chain).messages), counted(chain).acknowledged) == (2, ())
    shown = read_exchange(chain.platform.transactions, theirs).waiting[0]
    assert (shown.sent.statement, shown.sent.reference) == (second, "2026-2/2")
    ((revision, changed),) = shown.changes
    assert revision.statement == second
    assert [(one.member, one.pieces[1:3]) for one in changed] == [
        ("text", (("removed", "送达"), ("added", "公示")))
    ]
    assert [one.statement for one in shown.sent.first.acknowledged] == [before]
    with pytest.raises(RiskMoved):  # the receipt of what is no longer the last word
        acknowledge(chain, theirs, first)
    with pytest.raises(RiskMoved):
        revise(chain, ours, first, text="另一个人同时改的")
    receipt = signed(chain, AGRI, acknowledge(chain, theirs, second))
    said = read_record(chain.platform.transactions, receipt, theirs).version.said
    assert (said.data["about"], said.data["matter"]) == (second, "风险信息 2026-2/2")
    assert counted(chain).acknowledged == (first,)

    old = read_record(chain.platform.transactions, first, theirs)
    assert [one.place.stmt for one in old.corrections] == [second]
    assert read_record(chain.platform.transactions, second, theirs).amends == first


def test_a_revised_clue_keeps_its_answer_and_is_acknowledged_anew(chain):
    ours, theirs = market(chain), agriculture(chain)
    first = send(chain, ours, made.BUREAU, "clue")
    said = Replying(theirs, key(), "反馈", first, "线索", "case", "已立案")
    signed(chain, AGRI, reply(chain.platform.transactions, said))
    second = signed(chain, made.BUREAU, write_message(
        chain.platform.transactions, writing(ours, "clue", replaces=first, text="标志已停用，仍在使用"),
    ))  # fmt: skip
    (shown,) = read_exchange(chain.platform.transactions, theirs).shown
    assert [one.result for one in shown.sent.answers] == ["case"]
    assert (shown.mine_to_acknowledge, shown.mine_to_answer) == (True, False)
    with pytest.raises(RiskItemUnknown):  # a clue does not become a message
        revise(chain, ours, second, text="标志已停用，仍在使用。")
