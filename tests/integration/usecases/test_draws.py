"""A draw from the page to the log: committed to, drawn, computed again; another attempt shows."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.cases import BUREAU, OFFICER, somebody
from tests.builders.traced_chain import FARM, MILL, SHOP, TOFU_MAKER, TracedChain
from tests.builders.visits import registered
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.calendar.shanghai import SHANGHAI_TIME
from trace.errors import (
    DrawNotAsPlanned,
    DrawOmissionUnexplained,
    DrawPlanMalformed,
    NamedStatementUnknown,
    PurposeMissing,
    RightMissing,
)
from trace.oversight.draw import commitment, verify_draw
from trace.oversight.draws_in_log import require_in_log
from trace.parties import Actor
from trace.store.accounts.people import members_of, set_card
from trace.usecases.signing.batches import open_batch
from trace.usecases.supervision.check_plan import Room, take_over
from trace.usecases.supervision.draw_lists import draw_lists
from trace.usecases.supervision.draws import (
    Drawing,
    every_draw,
    list_draws,
    make_half,
    plan_of_draw,
    propose_draw,
    propose_end,
    propose_result,
    read_draw,
    result_hash,
)
from trace.usecases.supervision.published_draws import (
    list_published_draws,
    names_cards_alone,
    names_firms_alone,
    read_published_draw,
)

TYPED = {
    "title": "十月联合检查",
    "objects": f"{MILL}\n{TOFU_MAKER} {SHOP}",
    "take": "2",
    "inspectors-market": "31-001 31-002",
    "inspectors-agriculture": "32-001 32-002",
    "recused": f"31-001 {MILL}\n",
    **{f"commitment-{name}": commitment(bytes.fromhex(half)) for name, half in orders.HALVES.items()},
}


@pytest.fixture
def chain(database_url) -> TracedChain:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        yield TracedChain(platform, clock)


@pytest.fixture
def officer(chain) -> Actor:
    return somebody(chain.platform.transactions, "老周", OFFICER)


def drawing(actor: Actor) -> Drawing:
    return Drawing(actor, secrets.token_urlsafe(24), "双随机")


def signed(chain: TracedChain, address: str) -> str:
    """What was proposed, signed by the bureau; the id of the record."""
    number = address.rsplit("/", 1)[1]
    (draft,) = open_batch(chain.platform.transactions, BUREAU, number).drafts
    day = chain.clock().astimezone(SHANGHAI_TIME).strftime("%d %H:%M")
    return chain.state(made.BUREAU, draft.content["typ"], draft.content["sub"], draft.content["data"], day)


def committed(chain: TracedChain, officer: Actor, **changed: str) -> str:
    typed = {**TYPED, **changed}
    return signed(chain, propose_draw(chain.platform.transactions, drawing(officer), typed))


@pytest.mark.requirement("S1-03")
def test_a_draw_is_committed_to_made_and_computed_again_by_anybody(chain, officer):
    transactions = chain.platform.transactions
    draw = committed(chain, officer)
    assert read_draw(transactions, officer, draw)[1] is None
    signed(chain, propose_result(transactions, drawing(officer), draw, orders.HALVES))
    seen, result = read_draw(transactions, officer, draw)
    assert (seen.state, seen.attempts, len(result["drawn"])) == ("drawn", 1, 2)
    plan = verify_draw(result, seen.plan_hash)
    assert require_in_log(every_draw(transactions), plan.hash, result_hash(result)) == seen
    with pytest.raises(DrawNotAsPlanned):
        require_in_log(every_draw(transactions), plan.hash, "0" * 64)
    with pytest.raises(DrawNotAsPlanned):
        require_in_log(every_draw(transactions), "0" * 64, result_hash(result))
    with pytest.raises(DrawNotAsPlanned):  # made once, and no second time
        propose_result(transactions, drawing(officer), draw, orders.HALVES)


@pytest.mark.requirement("S1-03")
def test_everybody_reads_a_result_of_firms_by_codes_and_cards_alone(chain, officer):
    transactions = chain.platform.transactions
    registered(chain)
    draw = committed(chain, officer)
    before = read_published_draw(transactions, draw)
    assert (before.result, before.withheld, before.authority) == (None, False, "市场监管局 310000")
    signed(chain, propose_result(transactions, drawing(officer), draw, orders.HALVES))
    after = read_published_draw(transactions, draw)
    assert verify_draw(after.result, before.seen.plan_hash).title == TYPED["title"]
    assert list(after.names) == [MILL]
    assert [one.seen.statement for one in list_published_draws(transactions)] == [draw]
    with pytest.raises(NamedStatementUnknown):
        read_published_draw(transactions, "unknown")


@pytest.mark.requirement("S1-03")
def test_a_result_that_is_not_computed_here_is_told_as_what_it_is(chain, officer):
    transactions = chain.platform.transactions
    elsewhere = chain.state(made.BUREAU, "oversight.draw", "urn:draw:1", orders.a_draw(), "20 10:00")
    chain.state(made.BUREAU, "oversight.draw.result", "urn:draw:1", orders.a_drawn(elsewhere), "20 11:00")
    found = read_published_draw(transactions, elsewhere)
    assert (found.elsewhere, found.differs, found.result) == (True, False, None)
    assert read_draw(transactions, officer, elsewhere)[1] is None
    draw = committed(chain, officer)
    hashed = read_published_draw(transactions, draw).seen.plan_hash
    untrue = orders.a_drawn(draw, hashed)
    chain.state(made.BUREAU, "oversight.draw.result", "urn:draw:2", untrue, "21 11:00")
    found = read_published_draw(transactions, draw)
    assert (found.differs, found.elsewhere, len(found.result["drawn"])) == (True, False, 2)


def test_a_plan_that_names_others_than_firms_is_not_published():
    assert names_cards_alone({"inspectors": {"market": ["31011500123"], "agriculture": ["31N0150001"]}})
    for person in ("张三", "ZhangSan", "31010119900101123X"):
        assert not names_cards_alone({"inspectors": {"market": ["31011500123", person]}}), person
    assert names_firms_alone({"objects": [MILL, f"urn:uscc:{SHOP}"], "omitted": [{"object": FARM}]})
    for other in ("310101199001011234", "urn:party:someone", "某人"):
        assert not names_firms_alone({"objects": [MILL, other]})
        assert not names_firms_alone({"objects": [MILL], "omitted": [{"object": other, "reason": "x"}]})


@pytest.mark.requirement("S1-03", "S3-26")
def test_another_attempt_shows_and_so_does_what_was_given_up(chain, officer):
    transactions = chain.platform.transactions
    first = committed(chain, officer)
    other = {"market": "33" * 32, "agriculture": "22" * 32}
    with pytest.raises(DrawNotAsPlanned):
        propose_result(transactions, drawing(officer), first, other)
    with pytest.raises(PurposeMissing):
        propose_end(transactions, drawing(officer), first, "")
    signed(chain, propose_end(transactions, drawing(officer), first, "名单漏了一家"))
    second = committed(chain, officer, take="1", title="换个名目", objects=f"urn:uscc:{SHOP} {MILL}")
    with transactions.begin("test") as tx:
        assert plan_of_draw(tx, second)["title"] == "换个名目"
    newest, oldest = list_draws(transactions, officer)
    assert [(one.statement, one.state, one.attempt, one.attempts) for one in (newest, oldest)] == [
        (second, "open", 2, 2),
        (first, "ended", 1, 2),
    ]
    assert oldest.reason == "名单漏了一家"
    assert newest.shared == 2, "another title hides no repeat"
    committed(chain, officer, title="别处", objects=FARM, take="1", recused="")
    assert [one.attempts for one in list_draws(transactions, officer)] == [1, 2, 2]


@pytest.mark.parametrize(
    ("member", "text"),
    [
        ("take", "9"),
        ("objects", ""),
        ("recused", "31-001"),
        ("commitment-market", "x"),
        ("title", ""),
        ("inspectors-market", "31-001 张三"),
    ],
)
def test_a_plan_that_is_none_is_refused(chain, officer, member, text):
    with pytest.raises(DrawPlanMalformed):
        propose_draw(chain.platform.transactions, drawing(officer), {**TYPED, member: text})
    assert chain.platform.count("draw_plan") == 0


@pytest.mark.requirement("S1-03", "S0-15")
def test_a_firm_of_the_register_is_left_out_with_a_reason_alone(chain, officer):
    transactions = chain.platform.transactions
    registered(chain)
    mine = replace(officer, region="310151")
    take_over(transactions, mine, secrets.token_urlsafe(24), "2026", Room({"market": 1, "agriculture": 1}, 4))
    lists = draw_lists(transactions, mine)
    assert (lists.objects, lists.rest, lists.cards["market"]) == ([MILL], [], ())
    with transactions.begin("test") as tx:
        member = members_of(tx.connection, mine.party or "")[0]
        set_card(tx.connection, member.id, "31-009")
    assert draw_lists(transactions, mine).cards["market"] == ("31-009",), "cards that are registered"
    without = {**TYPED, "objects": f"{TOFU_MAKER} {SHOP}", "recused": ""}
    with pytest.raises(DrawOmissionUnexplained) as refused:
        propose_draw(transactions, drawing(mine), without)
    assert refused.value.params == {"count": 1, "objects": [MILL]}
    for typed in (f"{MILL}", f"{SHOP} 停产"):
        with pytest.raises(DrawPlanMalformed):
            propose_draw(transactions, drawing(mine), {**without, "omitted": typed})
    own = signed(chain, propose_draw(transactions, drawing(mine), {**without, "omitted": f"{MILL} 停产"}))
    rest = signed(chain, propose_draw(transactions, drawing(mine), {**without, "omitted-why": "只抽豆制品"}))
    with transactions.look() as tx:
        found = [plan_of_draw(tx, one)["omitted"] for one in (own, rest)]
    assert found == [[{"object": MILL, "reason": why}] for why in ("停产", "只抽豆制品")]


def test_firms_of_another_area_are_not_drawn_from(chain):
    registrar = chain.platform.registrar
    chain.platform.log(registrar.state("master.party", made.uscc(MILL), made.a_party(), at=chain.clock()))
    far = somebody(chain.platform.transactions, "远", OFFICER, area="440300")
    with pytest.raises(DrawPlanMalformed):
        propose_draw(chain.platform.transactions, drawing(far), TYPED)


def test_another_authority_neither_draws_nor_ends_it(chain, officer):
    transactions = chain.platform.transactions
    draw = committed(chain, officer)
    other = somebody(transactions, "邻", OFFICER, urn="urn:uscc:11310151XN0000CC98")
    with pytest.raises(NamedStatementUnknown):
        propose_result(transactions, drawing(other), draw, orders.HALVES)
    with pytest.raises(NamedStatementUnknown):
        read_draw(transactions, officer, "unknown")
    with pytest.raises(RightMissing):
        list_draws(transactions, Actor("firm", made.uscc(MILL)))


def test_a_half_is_what_it_commits_to():
    half, promised = make_half()
    assert commitment(bytes.fromhex(half)) == promised
