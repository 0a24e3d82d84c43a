"""The yearly assessment of a district against what was told: its figures, their rows, and what has none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.traced_chain import K1, TracedChain
from tests.builders.visits import (
    AGRI_CODE,
    BOTH,
    FIRM,
    filled,
    key,
    of_agriculture,
    opened,
    registered,
    signed,
)
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.errors import AreaForeign, MonthlyFormUnknown, MonthMalformed, RightMissing
from trace.parties import Actor
from trace.rules.assessment import assessment_form
from trace.store.lots.farms import add_grid_word
from trace.usecases.casework.look import list_looks_at
from trace.usecases.supervision.assessed import COUNTED
from trace.usecases.supervision.assessment import read_assessment, read_assessment_list
from trace.usecases.supervision.samples import freeze_summary

FARM = made.uscc(made.COOPERATIVE)
VILLAGE = "310151101201"
HERE = {"lat": "31.6", "lon": "121.4", "accuracy": "8", "at": "2026-10-10T10:00+08:00"}


@pytest.fixture
def chain(databases) -> TracedChain:
    clock = SteppingClock()
    with TestPlatform(databases.migrated("sqlite"), clock) as platform:
        chain = TracedChain(platform, clock)
        registered(chain)
        yield chain


def counts(transactions, actor, **asked) -> dict[str, tuple[int, int, str] | str]:
    """Item -> (part, whole, state), or why it has none."""
    return {
        one.item.counts: (len(one.found.ratio.part), len(one.found.ratio.whole), one.found.state)
        if one.found.ratio is not None
        else one.found.state
        for one in read_assessment(transactions, actor, **asked).items
        if one.item.counts
    }


@pytest.mark.requirement("S1-36")
def test_a_district_is_assessed_by_its_records_and_each_figure_opens_its_rows(chain) -> None:
    tx = chain.platform.transactions
    agri = of_agriculture(tx, "wang", "case-officer")
    farm = made.a_party(name="合作社", kind="cooperative", roles=["grower"], region=VILLAGE)
    chain.state(AGRI_CODE, "master.party", FARM, farm, "10 08:00")
    patrol = opened(tx, agri, "patrol", inspectors=BOTH[1:], forms={"agriculture": "daily-patrol"})
    filled(tx, agri, patrol, "agriculture", position=HERE)
    record = signed(chain, agri, patrol)
    seen = counts(tx, agri)
    assert seen["positioned"] == (1, 1, "")
    assert seen["gridded"] == (0, 1, ""), "its village has no officer"
    assert seen["measured"] == (1, 1, ""), "a cooperative belongs on the register whatever its area"
    assert seen["told"] == (0, 1, "") and seen["committed"] == (0, 1, ""), "the day of R37 is over"
    assert seen["quarterly"] == (0, 3, ""), "three quarters are over, the fourth is not owed yet"
    assert seen["monthly"] == (0, 0, ""), "no month is over since the mark was known"
    assert seen["yearly"] == (0, 1, "running")
    assert (seen["sheets"], seen["tested"], seen["summed"]) == ((0, 0, ""),) * 3
    with tx.begin("test") as opening:
        add_grid_word(
            opening.connection, (VILLAGE, "东村", "张网格员"), opening.now, "p", made.uscc(AGRI_CODE)
        )
    assert counts(tx, agri)["gridded"] == (1, 1, "")
    (line,) = read_assessment_list(tx, agri, "positioned", "part").lines
    assert (line.party, line.records) == (FIRM, (record,))
    assert list_looks_at(tx, FIRM)[0].what == "figure"

    chain.clock.advance(timedelta(days=60))
    visit = opened(tx, agri, "patrol", inspectors=BOTH[1:], forms={"agriculture": "green-yearly"})
    filled(tx, agri, visit, "agriculture")
    record = signed(chain, agri, visit)
    later = counts(tx, agri)
    assert later["yearly"] == (1, 1, "running")
    assert read_assessment_list(tx, agri, "yearly", "part").lines[0].records == (record,)
    assert later["positioned"] == (1, 2, "")
    made_in, waiting = read_assessment_list(tx, agri, "monthly", "whole").lines
    assert (made_in.label[:7], waiting.label[:7]) == ("2026-10", "2026-11")
    assert (len(made_in.records), waiting.records) == (1, ()), "a month without a patrol"
    assert later["monthly"] == (1, 2, "")
    assert later["quarterly"] == (0, 3, ""), "a visit to another firm is none to the farm"


def test_sheets_reports_and_summaries_are_counted_of_the_samples_of_agriculture(chain) -> None:
    tx = chain.platform.transactions
    agri = of_agriculture(tx, "wang", "case-officer")
    chain.packed_rice()
    whole = chain.state(AGRI_CODE, "oversight.sampling", K1, orders.a_sheet(K1), "18 10:00")
    chain.state(AGRI_CODE, "oversight.sampling", K1, orders.a_sampling(K1, sheetNo="XC-2"), "18 11:00")
    seen = counts(tx, agri)
    assert (seen["sheets"], seen["tested"], seen["summed"]) == ((1, 2, ""), (0, 0, ""), (0, 0, ""))
    assert read_assessment_list(tx, agri, "sheets", "part").lines[0].records == (whole,)
    chain.clock.advance(timedelta(days=30))
    seen = counts(tx, agri)
    assert seen["tested"] == (0, 2, ""), "ten days are over, no report came"
    assert seen["summed"] == (0, 1, "")
    freeze_summary(tx, agri, key(), "2026-10")
    assert counts(tx, agri)["summed"] == (1, 1, "")


def test_a_year_of_which_nobody_kept_the_register_has_no_figure_of_it(chain) -> None:
    tx = chain.platform.transactions
    agri = of_agriculture(tx, "wang", "case-officer")
    past = counts(tx, agri, year="2025")
    assert {past[name] for name in ("gridded", "told", "committed", "verified", "quarterly")} == {"not-kept"}
    assert past["yearly"] == (0, 0, ""), "the mark was not known then"


def test_a_wider_authority_names_a_district_and_nobody_reads_another_area(chain) -> None:
    tx = chain.platform.transactions
    city = of_agriculture(tx, "li", "case-officer", area="310000")
    assert read_assessment(tx, city, area="310151").area == "310151"
    for bad in ("320100", "31", "31015x"):
        with pytest.raises(AreaForeign):
            read_assessment(tx, city, area=bad)
    for year in ("2027", "26"):
        with pytest.raises(MonthMalformed):
            read_assessment(tx, city, year=year)
    for name, side in (("", "part"), ("positioned", "both"), ("no-such", "part")):
        with pytest.raises(MonthlyFormUnknown):
            read_assessment_list(tx, city, name, side)
    with pytest.raises(RightMissing):
        read_assessment(tx, Actor("firm", FIRM))


def test_every_item_is_counted_or_says_that_no_record_can() -> None:
    named = [one.counts for one in assessment_form().items if one.counts]
    assert sorted(named) == sorted(COUNTED)
    assert len(named) < len(assessment_form().items), "some have no record"
