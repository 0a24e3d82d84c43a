"""Risk grades on the day's list: set each year, looked at again after a penalty, never called late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.traced_chain import MILL, TracedChain
from tests.builders.visits import FIRM, key, of_agriculture, of_market, registered
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.usecases.duties.of_authority import duties_of_authority
from trace.usecases.supervision.enter_register import Entering, enter


@pytest.mark.requirement("S0-15")
def test_a_grade_waits_each_year_and_after_a_penalty_until_it_is_entered_anew(database_url) -> None:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        registered(chain)
        tx = platform.transactions
        market, agri = of_market(tx, "li"), of_agriculture(tx, "wang", "case-officer")

        def waits(actor=market) -> dict[str, tuple[str, int]]:
            found = {one.slug: (one.state, one.count) for one in duties_of_authority(tx, actor)}
            return {slug: said for slug, said in found.items() if slug.startswith("grades")}

        def grade() -> None:
            point = {"part": "dynamic", "indicator": "监督抽检", "points": "20", "datum": "SH-2026-J-1"}
            given = {"grade": "B", "points": [point]}
            facts = (clock().date().isoformat(), "", "评级表", "年度评级")
            enter(tx, Entering(market, key(), FIRM, "risk_grade", given, *facts))

        assert waits() == {"grades-of-year": ("open", 1)}
        assert waits(agri) == {}, "it is the market department that grades"
        grade()
        assert waits() == {}
        clock.advance(timedelta(days=2))
        penalty = orders.a_penalty(party=made.uscc(MILL))
        chain.state(made.BUREAU, "oversight.penalty", "urn:case:1", penalty, "03 08:00")
        assert waits() == {"grades-touched": ("open", 1)}
        grade()
        assert waits() == {}
        clock.advance(timedelta(days=120))
        assert waits() == {"grades-of-year": ("open", 1)}
