"""A firm that moves to another district counts once a month: where it was registered at the end of it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.builders import facts as made
from tests.builders.cases import OFFICER, somebody
from tests.builders.monthly import Month, agriculture
from tests.builders.traced_chain import MILL, TOFU_MAKER, TracedChain
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.parties import Actor
from trace.usecases.supervision.read_form import read_live

FORMER, PRESENT = "310151", "310116"


@pytest.fixture
def month(database_url):
    clock = SteppingClock()
    with TestPlatform(database_url, clock) as platform:
        told = Month(TracedChain(platform, clock))
        agriculture(platform.transactions)
        told.firm(MILL, FORMER)
        told.mark(MILL, made.RICE_MARK)
        yield told


def producers(month: Month, of: str = "2026-10") -> Mapping[str, object]:
    """District -> how many producers its form counts."""
    transactions = month.platform.transactions
    officers: dict[str, Actor] = {
        one: somebody(transactions, one, OFFICER, area=one) for one in (FORMER, PRESENT)
    }
    return {
        district: read_live(transactions, officer, of).frozen.figures["producers"].number
        for district, officer in officers.items()
    }


def test_a_form_that_is_made_late_counts_a_firm_where_it_was_then(month):
    month.over()
    assert producers(month) == {FORMER: 1, PRESENT: 0}
    month.firm(MILL, PRESENT)
    assert producers(month) == {FORMER: 1, PRESENT: 0}, "it moved when October was over"
    month.over("2026-12-02")
    assert producers(month) == {FORMER: 1, PRESENT: 0}
    assert producers(month, "2026-11") == {FORMER: 0, PRESENT: 1}


def test_a_firm_that_moved_within_the_month_counts_where_it_ended(month):
    month.over("2026-10-20")
    month.firm(MILL, PRESENT)
    month.over()
    assert producers(month) == {FORMER: 0, PRESENT: 1}


def test_of_whom_nothing_was_said_before_the_first_that_was_said_counts(month):
    month.mark(TOFU_MAKER, "LB-02-26100002")
    month.over()
    assert producers(month) == {FORMER: 1, PRESENT: 0}, "it has no district yet"
    month.firm(TOFU_MAKER, FORMER)
    month.firm(TOFU_MAKER, PRESENT)
    assert producers(month) == {FORMER: 2, PRESENT: 0}
