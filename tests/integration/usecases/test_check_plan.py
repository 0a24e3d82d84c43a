"""The plan of checks over what was signed: full checks, visits of the year, firms that left the register."""

from __future__ import annotations

import secrets

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.cases import OFFICER, somebody
from tests.builders.traced_chain import TracedChain
from tests.builders.visits import FIRM, of_market, registered
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.oversight.register_entries import GRADE
from trace.parties import Actor
from trace.store.casework.checks import CheckItem, add_check_items, check_items
from trace.store.transaction import Transactions
from trace.usecases.supervision.check_plan import Room, read_check_plan, take_over
from trace.usecases.supervision.end_checks import end_checks
from trace.usecases.supervision.enter_register import Entering, enter

ROOM = Room({"market": 2, "agriculture": 2}, 4)


@pytest.fixture
def chain(databases) -> TracedChain:
    clock = SteppingClock()
    with TestPlatform(databases.migrated("sqlite"), clock) as platform:
        chain = TracedChain(platform, clock)
        registered(chain)
        yield chain


def proposed(chain: TracedChain, actor: Actor) -> list[str]:
    page = read_check_plan(chain.platform.transactions, actor, "2026", ROOM)
    return [one.why for one in page.proposal.checks]


def grade_entered(of: Transactions, actor: Actor, grade: str) -> None:
    point = {"part": "dynamic", "indicator": "监督抽检", "points": "20", "datum": "SH-2026-J-1"}
    told = {"grade": grade, "points": [point]}
    form, day = secrets.token_urlsafe(24), "2026-10-01"
    enter(of, Entering(actor, form, FIRM, GRADE, told, day, "", "年度评级表", "年度评级"))


def visited(chain: TracedChain, kind: str, number: str, form: str = "market-12") -> None:
    list_ = {"name": form, "version": 1, "sha256": "a" * 64}
    data = orders.a_visit(matter=number, visit=kind, day="2026-10-20", checklist=list_)
    chain.state(made.BUREAU, "oversight.inspection", number, data, "20 10:00")


def licensed(chain: TracedChain, **changed: str) -> None:
    data = made.a_licence(**changed)
    sub = f"urn:licence:{data['number']}"
    chain.platform.log(chain.platform.registrar.state("master.licence", sub, data, at=chain.clock()))


@pytest.mark.requirement("S0-16", "S4-05", "S4-06")
def test_a_patrol_or_a_re_check_is_no_full_check_and_a_visit_of_the_year_is_not_planned_again(chain) -> None:
    of, market = chain.platform.transactions, of_market(chain.platform.transactions, "li")
    grade_entered(of, market, "C")
    assert sorted(proposed(chain, market)) == ["cadence", "full"]
    visited(chain, "recheck", "XC2026-00001")
    visited(chain, "patrol", "XC2026-00002", "daily-patrol")
    chain.state(made.BUREAU, "oversight.inspection", "X", orders.an_inspection(), "20 10:00")
    assert sorted(proposed(chain, market)) == ["cadence", "full"], "none of them is a full check"
    for _ in range(2):
        take_over(of, market, secrets.token_urlsafe(24), "2026", ROOM)
    visited(chain, "joint", "XC2026-00003")
    assert proposed(chain, market) == ["cadence"]
    take_over(of, market, secrets.token_urlsafe(24), "2026", ROOM)
    with of.look() as tx:
        items = check_items(tx.connection, 2026)
    assert sorted(one.why for one in items) == ["cadence", "full"], "the one that is left stands already"
    visited(chain, "unannounced", "XC2026-00004")
    assert proposed(chain, market) == []
    grade_entered(of, market, "D")
    assert proposed(chain, market) == ["cadence"]
    take_over(of, market, secrets.token_urlsafe(24), "2026", ROOM)
    with of.look() as tx:
        assert len(check_items(tx.connection, 2026)) == 3, "a worse grade asks for one more"


@pytest.mark.requirement("S0-15", "S0-16")
def test_items_of_a_firm_that_left_the_register_end_with_the_reason(chain) -> None:
    of = chain.platform.transactions
    market = somebody(of, "li", OFFICER, area="310151")
    take_over(of, market, "f" * 32, "2026", ROOM)
    with of.begin("test") as tx:
        (full,) = check_items(tx.connection, 2026)
        cause = {name: getattr(full, name) for name in CheckItem.__slots__} | {"number": "JC2026-1"}
        add_check_items(tx.connection, [CheckItem(**{**cause, "why": "cause"})])
    assert end_checks(of) == 0
    licensed(chain, validFrom="2026-12-20", validTo="2029-12-19")
    assert end_checks(of) == 0, "between two licences nobody has left"
    licensed(chain, status="cancelled")
    assert (end_checks(of), end_checks(of)) == (1, 0)
    page = read_check_plan(of, market, "2026", ROOM)
    stands = {
        one.item.why: (one.item.ended_by, one.item.ended_why) for one in page.items if one.item.ended_at
    }
    assert stands == {"full": ("", "cancelled")}, "a check for cause is still asked for"
    licensed(chain, status="valid")
    take_over(of, market, "g" * 32, "2026", ROOM)
    with of.look() as tx:
        assert [one.ended_at for one in check_items(tx.connection, 2026) if one.why == "full"] == [None]
