"""Campaigns: planned within one's area, counted from records with their doubts, closed with a result."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.cases import OFFICER, accredit, fail, somebody
from tests.builders.traced_chain import K1, MILL, TracedChain, october
from tests.builders.two_bureaus import agriculture, key, market
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import RiskItemUnknown, RiskMoved, RiskOutOfArea, RiskUnfit
from trace.usecases.supervision.campaigns import (
    CampaignCounted,
    close_campaign,
    plan_campaign,
    read_campaign,
    read_campaigns,
)

TYPED = {
    "title": "秋季大米专项整治", "place": "", "trade": "processor", "goods": "大米", "since": "2026-10-18",
    "until": "2026-11-15", "items": "标签、出厂检验", "reason": "投诉集中", "visits": "2", "samples": "5",
}  # fmt: skip


@pytest.fixture
def chain(database_url) -> Iterator[TracedChain]:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        accredit(chain)
        chain.packed_rice()
        yield chain


def counts(seen: CampaignCounted) -> dict[str, tuple[int, int]]:
    return {kind: (sure, doubtful) for kind, sure, doubtful, _ in seen.figures}


@pytest.mark.requirement("S3-44")
def test_a_campaign_is_counted_from_records_and_closed_with_its_result(chain):
    of, ju, wei = chain.platform.transactions, market(chain), agriculture(chain)
    far = somebody(of, "远方", OFFICER, area="310116", urn="urn:uscc:11310116XN0000BB42")
    city = somebody(of, "市局", OFFICER, area="310000", urn="urn:uscc:11310000XN0000CC31")

    def plan(**changed: str) -> str:
        return plan_campaign(of, ju, key(), {**TYPED, **changed}).rpartition("/")[2]

    def read(number: str, actor=ju) -> CampaignCounted:
        return read_campaign(of, actor, number)

    before = chain.state(made.BUREAU, "oversight.inspection", "节前检查", orders.an_inspection(), "17 10:00")
    visit = chain.state(made.BUREAU, "oversight.inspection", "日常检查", orders.an_inspection(), "18 10:00")
    failing = fail(chain, K1, "20 10:00")
    chain.clock.advance(october("22 09:00") - chain.clock())
    rice, any_goods = plan(), plan(goods="", title="秋季加工企业整治")
    assert (rice, any_goods) == ("ZX310151-2026-001", "ZX310151-2026-002")
    assert counts(read(any_goods)) == dict.fromkeys(("visits", "samples", "cases"), (0, 1))
    (doubtful,) = read(any_goods).doubtful("visits")
    assert doubtful.doubts == ("area",), "the mill has not said where it is"
    chain.state(MILL, "master.party", made.uscc(MILL), made.a_party(), "22 10:00")
    assert counts(read(any_goods)) == dict.fromkeys(("visits", "samples", "cases"), (1, 0))
    (one,) = read(any_goods).sure("visits")
    assert one.records == (visit,) != (before,), "that of the day before its season is none"
    (told,) = read(rice).doubtful("visits")
    assert told.doubts == ("goods",), "no licence of the mill names rice, and a visit names no goods"
    (sample,) = read(rice).sure("samples")
    assert (sample.about, sample.opens) == ("大米", True)
    (case,) = read(rice).sure("cases")
    assert (case.about, case.records, case.opens) == ("大米", (failing,), True)
    assert not read(rice, wei).sure("cases")[0].opens, "a case of the other department is counted, not opened"
    for other in ({"trade": "caterer"}, {"goods": "猪肉"}, {"since": "2026-10-25"}):
        assert counts(read(plan(**other)))["cases"] == (0, 0), other
    town = read(plan(place="310151101", goods=""))
    assert town.doubtful("cases")[0].doubts == ("area",), "of the mill the district is known, not the town"
    assert counts(read(any_goods, city)) == counts(read(any_goods)), "counted in the district's area"
    assert read_campaigns(of, far).rows == []
    with pytest.raises(RiskItemUnknown):
        read(rice, far)
    with pytest.raises(RiskOutOfArea):
        close_campaign(of, wei, key(), rice, "已全部完成")
    with pytest.raises(RiskUnfit):
        close_campaign(of, ju, key(), rice, " ")
    close_campaign(of, ju, key(), any_goods, "检查一家，责令改正")
    chain.state(made.BUREAU, "oversight.inspection", "日常检查", orders.an_inspection(), "24 10:00")
    chain.clock.advance(october("25 09:00") - chain.clock())
    closed = read(any_goods)
    assert (closed.row.result, counts(closed)["visits"]) == ("检查一家，责令改正", (1, 0)), "none after it"
    assert len(read(rice).doubtful("visits")) == 2, "one that still runs goes on"
    with pytest.raises(RiskMoved):
        close_campaign(of, ju, key(), any_goods, "再办一次")
    assert {(row.number, read_campaigns(of, ju).closes(row)) for row in read_campaigns(of, ju).rows} >= {
        (rice, True), (any_goods, False),
    }  # fmt: skip
    assert not any(read_campaigns(of, wei).closes(row) for row in read_campaigns(of, wei).rows)
    for wanted, changed in (
        ("title", {"title": " "}),
        ("items", {"items": ""}),
        ("reason", {"reason": "因"}),
        ("trade", {"trade": "lab"}),
        ("area-code", {"place": "99"}),
        ("area-code", {"place": "310199"}),
        ("season-first", {"since": "0202-10-18"}),
        ("season-last", {"until": "2062-11-15"}),
        ("season-last", {"until": "2026-10-17"}),
        ("visits", {"visits": "-1"}),
        ("samples", {"samples": "99999"}),
    ):
        with pytest.raises(RiskUnfit) as refused:
            plan(**changed)
        assert refused.value.params["wanted"] == wanted
    for place in ("310116", "310000"):
        with pytest.raises(RiskOutOfArea):
            plan(place=place)
