"""Visits that come from a draw: held to it, refused unlike it, signed with its name, seen on its page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.traced_chain import MILL, SHOP, TOFU_MAKER, TracedChain
from tests.builders.visits import (
    AGRI_CARD,
    FIRM,
    MARKET_CARD,
    filled,
    key,
    of_agriculture,
    of_market,
    opened,
    registered,
    rows,
    sign_waiting,
    signed,
)
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import (
    DrawUnnamed,
    InspectorNotDrawn,
    InspectorRecused,
    NamedStatementUnknown,
    VisitNotDrawn,
)
from trace.ledger.statement import parse_statement
from trace.oversight.draw import commitment
from trace.oversight.visits.makers import Inspector
from trace.store.log.entries import find_entries
from trace.usecases.supervision.draws import Drawing, propose_draw, propose_result
from trace.usecases.visits.from_draw import visits_drawn
from trace.usecases.visits.read_visit import read_visit
from trace.usecases.visits.step_visit import DROP, REPLACE, Step, step_visit

ASIDE, OTHER = "31011500999", "31011500555"
TYPED = {
    "title": "十月联合检查",
    "objects": f"{MILL} {TOFU_MAKER} {SHOP}",
    "take": "3",
    "inspectors-market": f"{MARKET_CARD} {ASIDE} {OTHER}",
    "inspectors-agriculture": AGRI_CARD,
    "recused": f"{ASIDE} {MILL}\n{OTHER} {MILL}",
    **{f"commitment-{name}": commitment(bytes.fromhex(half)) for name, half in orders.HALVES.items()},
}


def who(card: str) -> tuple[Inspector, Inspector]:
    return Inspector(card, "market"), Inspector(AGRI_CARD, "agriculture")


@pytest.mark.requirement("S1-03", "S3-26")
def test_a_visit_of_a_draw_names_it_and_is_made_by_who_was_drawn(databases) -> None:
    clock = SteppingClock()
    with TestPlatform(databases.migrated("sqlite"), clock) as platform:
        chain, of = TracedChain(platform, clock), platform.transactions
        registered(chain)
        market, _ = of_market(of, "li"), of_agriculture(of, "wang", "case-officer")
        drawing = Drawing(market, key(), "双随机")
        draw = sign_waiting(chain, made.BUREAU, propose_draw(of, drawing, TYPED))
        assert opened(of, market), "nothing is drawn yet"
        with pytest.raises(VisitNotDrawn):
            opened(of, market, draw=draw)
        result = propose_result(of, replace(drawing, form=key()), draw, orders.HALVES)
        sign_waiting(chain, made.BUREAU, result)
        before = rows(of)
        with pytest.raises(DrawUnnamed) as unnamed:
            opened(of, market)
        assert unnamed.value.params["cards"] == [AGRI_CARD, MARKET_CARD]
        with pytest.raises(InspectorNotDrawn):
            opened(of, market, draw=draw, inspectors=who("31011500777"))
        with pytest.raises(InspectorRecused):
            opened(of, market, draw=draw, inspectors=who(ASIDE), draw_why="病假")
        with pytest.raises(NamedStatementUnknown):
            opened(of, market, draw="unknown")
        assert (rows(of), visits_drawn(of, market, draw)) == (before, {})
        other = opened(of, market, draw_why="另有专项")
        assert read_visit(of, market, other).events[0].detail["drawWhy"] == "另有专项"
        replaced = opened(of, market, draw=draw, inspectors=who("31011500777"), draw_why="病假")
        assert visits_drawn(of, market, draw)[FIRM].why == "病假"
        drop = Step(DROP, 1, "改期")
        step_visit(of, market, key(), replaced, drop)
        with pytest.raises(DrawUnnamed):
            opened(of, market)
        number = opened(of, market, draw=draw)
        assert (visits_drawn(of, market, draw)[FIRM].number, opened(of, market) > number) == (number, True)
        with pytest.raises(InspectorRecused):
            step_visit(of, market, key(), number, Step(REPLACE, 1, "病假", MARKET_CARD, ASIDE))
        filled(of, market, number, "market")
        record = signed(chain, market, number)
        with of.look() as tx:
            said = parse_statement(find_entries(tx.connection, {record})[record].jws).claims.data
        assert (said["draw"], len(said["items"])) == (draw, 12)
