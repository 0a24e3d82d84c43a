"""The clocks of a firm's recall, from its signed steps: one story on both sides of 1 December 2026."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.signed_rice import SignedRice
from tests.builders.signers import Signer
from tests.servers.platform import TestPlatform
from trace.parties import Actor
from trace.usecases.intake.replay_log import replay
from trace.usecases.lots.order_on_goods import OrderSeen, list_orders

K1 = made.lot(made.MILL, "K1")
MILL = Actor("mill", made.uscc(made.MILL))
BUREAU = Actor("bureau", made.uscc(made.BUREAU), frozenset({"regulator_market"}), region="CN")
OLD, NEW = "2026-11-30T10:00:00+08:00", "2026-12-01T10:00:00+08:00"
HOURS = {"plan": 20, "notice": 24, "announcement": 40}


@pytest.fixture
def story(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield SignedRice(running, clock).tell()


def recalled(story, found: str, *, level: str = "2", **told) -> str:
    """The mill recalls its rice five hours after it found the risk, and does what the start asks for."""
    begun = datetime.fromisoformat(found)
    data = orders.a_firm_recall(K1, level=level, **({"foundAt": found} | told))
    recall = said(story, "food.recall", data, begun + timedelta(hours=5))
    for step, hours in HOURS.items():
        stated = orders.a_step(step, recall)
        said(story, f"food.recall.{step}", stated, begun + timedelta(hours=hours))
    return recall


def said(story, typ, data, at) -> str:
    stated = story.mill.state(typ, K1, data, at=at)
    return story.log(stated.statement_id, stated).statement_id


def clocks(story, recall: str, reader: Actor = MILL) -> dict[str, tuple[str, str, str | None]]:
    seen = list_orders(story.platform.transactions, K1, reader)
    (order,) = (one for one in seen.orders if isinstance(one, OrderSeen) and one.order == recall)
    moments = [at for one in order.clocks for at in (one.since, one.ends, one.done) if at is not None]
    assert {at.utcoffset() for at in moments} <= {timedelta(0)}, "moments are told in UTC"
    return {one.step: (one.limit, one.state, str(one.last_day)) for one in order.clocks}


def test_one_story_under_both_texts(story):
    older, newer = recalled(story, OLD), recalled(story, NEW)
    assert clocks(story, older) == {
        "start": ("48 h", "met", "2026-12-02"),
        "finish": ("20 wd", "running", "2026-12-30"),
    }
    assert clocks(story, newer) == {
        "start": ("36 h", "late", "2026-12-02"),
        "finish": ("20 d", "running", "2026-12-22"),
        "progress": ("5 d", "waived", "None"),
    }
    assert clocks(story, newer, BUREAU) == clocks(story, newer)
    ended = orders.a_step("completion", newer)
    said(story, "food.recall.completion", ended, datetime.fromisoformat(NEW) + timedelta(days=9))
    assert clocks(story, newer)["finish"] == ("20 d", "met", "2026-12-22")
    assert clocks(story, older)["finish"][1] == "running"
    assert replay(story.platform.transactions).equal


def test_the_law_is_that_of_the_day_of_finding_and_not_of_the_recall(story):
    """Found on 30 November, recalled on 1 December."""
    late = recalled(story, OLD, foundAt=made.ABSENT, foundOn="2026-11-30")
    assert clocks(story, late)["start"][0] == "48 h"
    assert clocks(story, late)["start"][2] == "2026-12-02"


def test_a_recall_without_a_day_of_finding_counts_from_itself(story):
    plain = recalled(story, NEW, foundAt=made.ABSENT)
    assert clocks(story, plain)["start"] == ("36 h", "met", "2026-12-03")


def test_an_order_of_the_bureau_has_no_clock_of_the_firm(story):
    bureau = Signer(made.BUREAU, "regulator_market")
    story.platform.register(bureau)
    stated = bureau.state("oversight.recall", "urn:case:1", orders.a_recall(K1), at=story.clock())
    order = story.log(stated.statement_id, stated).statement_id
    assert clocks(story, order) == {}
