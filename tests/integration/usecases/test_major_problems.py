"""Major problems (R24) from signed records, where the profile has the rule."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders.cases import FAILED, accredit, cases, fail
from tests.builders.traced_chain import LAB, P1, TracedChain
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform


@pytest.mark.requirement("S3-08")
def test_official_failures_that_stand_make_a_major_problem_and_no_others(database_url) -> None:
    """R24 where its profile is chosen: the maker's own failing test and a lifted one count for nothing."""
    clock = SteppingClock()
    with TestPlatform(database_url, clock, profile="CN-51") as platform:
        chain = TracedChain(platform, clock)
        accredit(chain)
        chain.packed_rice()
        packs = [chain.pack(f"K{number}", 200, P1, at="14 12:00") for number in range(2, 7)]
        own = made.a_report(lot=packs[0], reportNo="OWN-1", items=FAILED, conclusion="fail")
        chain.state(made.MILL, "lab.report", packs[0], own, "16 10:00")
        wrong = fail(chain, packs[1], at="19 10:00", reportNo="J-1")
        finding = {"about": wrong, "result": "not_established", "reason": "样品编号登记错误"}
        corrected = made.a_correction(wrong, made.a_report(lot=packs[1], purpose="sampling", reportNo="J-1"))
        chain.state(LAB, "correction", packs[1], corrected, "19 12:00")
        chain.state(made.BUREAU, "oversight.finding", "urn:case:1", finding, "19 13:00")
        for number, pack in enumerate(packs[2:]):
            fail(chain, pack, at="20 10:00", reportNo=f"J-{number + 2}")
        found = {row.lot: row.major for row in cases(platform.transactions)}
    assert [found[pack] for pack in packs] == [(), (), (), (), ("lots",)]
