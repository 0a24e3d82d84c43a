"""Sampling: the officer that R47 wants, and clocks of both departments, as pure decisions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from trace.errors import SamplingOfficerMissing
from trace.oversight.official_acts import Sample
from trace.oversight.sampling import is_overdue, require_officer, sample_clocks
from trace.rules import load

TAKEN = datetime(2026, 10, 18, 2, tzinfo=UTC)


@pytest.mark.requirement("S3-04")
@pytest.mark.requirement("S3-41", "S3-14", "S2-19")
@pytest.mark.parametrize("goods", ["produce", "imported_cold_chain"])
def test_goods_that_the_rule_names_are_sampled_with_an_officer(goods):
    sichuan, day = load("CN-51"), date(2026, 10, 18)
    with pytest.raises(SamplingOfficerMissing) as caught:
        require_officer(sichuan, day, goods, "")
    assert caught.value.params["clause"] == sichuan.at("R47", day).cited
    require_officer(sichuan, day, goods, "31011500125")
    require_officer(sichuan, day, "other", "")


def test_a_place_without_the_rule_asks_for_nobody():
    require_officer(load("CN-31"), date(2026, 10, 18), "produce", "")


def sample(**changed: object) -> Sample:
    members: dict[str, object] = {
        "number": "YP-1", "record": "r", "plan": "annual", "department": "agriculture", "authority": "a",
        "area": "310151", "party": "p", "products": (), "lots": (), "items": (), "day": date(2026, 10, 18),
        "taken_at": TAKEN,
    }  # fmt: skip
    return Sample(**{**members, **changed})  # type: ignore[arg-type]


@pytest.mark.requirement("S1-29")
def test_an_agricultural_sample_has_ten_days_from_its_sampling():
    rules = load("CN-31")
    (clock,) = sample_clocks(rules, sample(), (), TAKEN + timedelta(days=9))
    assert (clock.rule.id, clock.state, clock.ends.last_day) == ("R29", "running", date(2026, 10, 28))
    late = sample_clocks(rules, sample(), (), TAKEN + timedelta(days=11))
    assert is_overdue(late)
    (met,) = sample_clocks(rules, sample(result="pass", result_at=TAKEN + timedelta(days=11)), (), TAKEN)
    assert met.state == "late"
