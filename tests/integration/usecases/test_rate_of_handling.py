"""The rate of handling on the scorecard: a case counts once it is due, not from the day it is opened."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.cases import OFFICER, accredit, fail, somebody
from tests.builders.traced_chain import TracedChain
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.usecases.supervision.scorecard import read_score_list


@pytest.mark.requirement("S4-09")
def test_the_rate_of_handling_is_of_the_cases_that_are_due(database_url) -> None:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        accredit(chain)
        chain.packed_rice()
        party = made.a_party(region="310151000")
        platform.log(platform.registrar.state("master.party", made.uscc(made.MILL), party, at=clock()))
        fail(chain)
        officer = somebody(platform.transactions, "陈办", OFFICER)

        def handled() -> tuple[int, int]:
            ratio = read_score_list(platform.transactions, officer, "process", "whole", "2026").score.ratio
            return len(ratio.part), len(ratio.whole)

        assert handled() == (0, 0), "there is time yet"
        clock.advance(timedelta(days=91))
        assert handled() == (0, 1)
