"""Samples, penalties, measures of an area and period: each act once, where it was done, with its record."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.cases import BUREAU, FAILED, OFFICER, accredit, somebody
from tests.builders.traced_chain import K1, LAB, MILL, TracedChain, october
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import RightMissing
from trace.parties import Actor
from trace.usecases.ledgers.period import Period
from trace.usecases.supervision.acts_of_period import acts_of_area, read_acts

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def chain(database_url) -> TracedChain:
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        chain = TracedChain(platform, clock)
        accredit(chain)
        chain.packed_rice()
        yield chain


@pytest.mark.requirement("S1-32", "S2-21", "S3-01")
def test_acts_are_listed_with_their_records_in_the_period_of_their_day(chain):
    sheet = orders.a_sheet(K1, accompanied="31011500125")
    sampled = chain.state(made.BUREAU, "oversight.sampling", K1, sheet, "18 10:00")
    when = october("20 10:00").isoformat()
    report = made.a_report(
        lot=K1, purpose="sampling", sampledAt=when, testedAt=when, items=FAILED, conclusion="fail",
        basis=sampled, reportNo="SH-2026-J-1",
    )  # fmt: skip
    tested = chain.state(LAB, "lab.report", K1, report, "20 10:00")
    held = chain.state(
        made.BUREAU, "oversight.hold", "urn:case:1", orders.a_hold(K1, until="2026-11-20"), "21 09:00"
    )
    fined = chain.state(made.BUREAU, "oversight.penalty", "urn:case:1", orders.a_penalty(), "22 09:00")
    officer = somebody(chain.platform.transactions, "老周", OFFICER)
    acts = read_acts(chain.platform.transactions, officer, OCTOBER)
    (sample,) = acts.samples
    assert (sample.record, sample.number, sample.plan) == (sampled, "YP20261018-001", "annual")
    assert (sample.department, sample.party, sample.day) == ("market", made.uscc(MILL), date(2026, 10, 18))
    assert (sample.result, sample.report, sample.result_day) == ("fail", tested, date(2026, 10, 20))
    (penalty,) = acts.penalties
    assert (penalty.record, penalty.amount, penalty.party) == (fined, Decimal("50000.00"), made.uscc(MILL))
    (measure,) = acts.measures
    assert (measure.record, measure.state, measure.until) == (held, "standing", date(2026, 11, 20))
    assert measure.parties == (made.uscc(MILL),)
    after = read_acts(chain.platform.transactions, officer, NOVEMBER)
    assert (after.samples, after.penalties, after.measures) == ((), (), ())


def test_an_act_counts_where_its_authority_is(chain):
    chain.state(made.BUREAU, "oversight.penalty", "urn:case:1", orders.a_penalty(), "22 09:00")
    somebody(chain.platform.transactions, "老周", OFFICER, area="310151")
    with chain.platform.transactions.look() as tx:
        found = {
            area: [one.authority for one in acts_of_area(tx.connection, area, OCTOBER).penalties]
            for area in ("310151", "31", "310115", "CN")
        }
    assert found == {"310151": [BUREAU], "31": [BUREAU], "310115": [], "CN": [BUREAU]}


def test_what_a_city_did_is_no_district_s(chain):
    chain.state(made.BUREAU, "oversight.penalty", "urn:case:1", orders.a_penalty(), "22 09:00")
    somebody(chain.platform.transactions, "老周", OFFICER)
    with chain.platform.transactions.look() as tx:
        assert acts_of_area(tx.connection, "310151", OCTOBER).penalties == ()


def test_only_an_authority_reads_them(chain):
    with pytest.raises(RightMissing):
        read_acts(chain.platform.transactions, Actor("firm", made.uscc(MILL)), OCTOBER)
