"""What counts towards a campaign, what lies outside, and what is in doubt."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from trace.oversight.campaigns import Aim, Done, doubts_of

AIM = Aim("310151", "processor", "大米", date(2026, 10, 1), date(2026, 10, 31))
DONE = Done(date(2026, 10, 1), "310151101", ["processor", "lab"], ["崇明大米"], all_goods=True)


@pytest.mark.parametrize(
    ("changed", "doubts"),
    [
        ({}, ()),
        ({"day": date(2026, 10, 31)}, ()),
        ({"day": date(2026, 9, 30)}, None),
        ({"day": date(2026, 11, 1)}, None),
        ({"area": "310116"}, None),
        ({"area": ""}, ("area",)),
        ({"area": "31"}, ("area",)),
        ({"trades": ["retailer"]}, None),
        ({"trades": ["lab"]}, ("trade",)),
        ({"goods": ["面粉"]}, None),
        ({"goods": ["面粉"], "all_goods": False}, ("goods",)),
        ({"goods": []}, ("goods",)),
        ({"signed": False}, ("signature",)),
        ({"area": "", "trades": [], "goods": [], "signed": False}, ("area", "trade", "goods", "signature")),
        ({"area": "", "trades": ["caterer"]}, None),
    ],
)
def test_what_is_not_known_is_doubt_and_what_lies_outside_is_none(changed, doubts):
    assert doubts_of(AIM, replace(DONE, **changed)) == doubts


def test_a_campaign_of_the_country_any_trade_and_goods_asks_for_its_days_alone():
    wide = replace(AIM, area="", trade="", goods="")
    assert doubts_of(wide, replace(DONE, area="", trades=[], goods=[])) == ()
    assert doubts_of(wide, replace(DONE, day=date(2026, 11, 1))) is None
