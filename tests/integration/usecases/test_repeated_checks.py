"""What a higher authority checked is not checked again below it within three months, but for cause (R44)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders.cases import OFFICER, somebody
from tests.builders.traced_chain import TracedChain
from tests.builders.visits import (
    AGRI_CARD,
    BOTH,
    answers,
    filled,
    of_agriculture,
    of_market,
    opened,
    registered,
    rows,
    signed,
)
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import CheckedAbove
from trace.oversight.visits.answers import Answer
from trace.oversight.visits.makers import Inspector
from trace.usecases.visits.read_visit import read_visit

ALONE = (BOTH[0], Inspector("31011500777", "market"))
DISTRICT = "urn:uscc:11310151XN0000CC98"


@pytest.mark.requirement("S0-16")
def test_a_lower_authority_does_not_check_the_same_items_again_without_cause(databases) -> None:
    clock = SteppingClock()
    with TestPlatform(databases.migrated("sqlite"), clock) as platform:
        chain, of = TracedChain(platform, clock), platform.transactions
        registered(chain)
        city = of_market(of, "shi", area="310000")
        lower = somebody(of, "qu", OFFICER, area="310151", urn=DISTRICT)
        flying = {"kind": "flying", "inspectors": ALONE, "plan": "", "cause": "双随机抽查"}
        number = opened(of, city, **flying)
        seen = [Answer("market-check-1", "na"), *answers("market-12")[1:]]
        filled(of, city, number, "market", answers=seen)
        signed(chain, city, number)
        before = rows(of)
        with pytest.raises(CheckedAbove) as refused:
            opened(of, lower, **flying)
        assert rows(of) == before
        again = refused.value.params["items"]
        assert len(again) == 11, "what did not apply was not checked"
        assert all("market-check" not in one for one in again), "items are named in words"
        with pytest.raises(CheckedAbove):
            opened(of, lower, **{**flying, "follows": number})
        assert opened(of, city, **flying), "its own visit keeps nobody away"
        suspected = opened(of, lower, **flying, again="举报涉嫌使用回收原料")
        assert read_visit(of, lower, suspected).events[0].detail["again"] == "举报涉嫌使用回收原料"
        assert opened(of, lower, **{**flying, "kind": "system"}), "other items are checked"
        assert opened(of, lower, **{**flying, "kind": "recheck", "follows": suspected})
        patrol = {"kind": "patrol", "inspectors": (Inspector(AGRI_CARD, "agriculture"),)}
        above = replace(of_agriculture(of, "wei", "case-officer", area="310000"), region="31")
        number = opened(of, above, **patrol)
        filled(of, above, number, "agriculture", answers=answers("daily-patrol"))
        signed(chain, above, number)
        town = replace(above, region="310151", party="urn:uscc:11310151XN0000NW17")
        assert opened(of, town, **patrol), "how often patrols are made is a rule of its own"
        clock.advance(timedelta(days=93))
        assert opened(of, lower, **flying)
