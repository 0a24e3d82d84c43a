"""Whose a case is on any day: dated words, and what each office may do because of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from trace.oversight.casework.competence import (
    ENDED,
    HOME,
    JOINT,
    JOINT_STEPS,
    LEAD,
    LED,
    Beyond,
    Hold,
    Office,
    Word,
    hold_of,
    lead_at,
    offices_beyond,
)
from trace.oversight.casework.table import EVENTS, TABLE

MAY, JUNE, JULY = (datetime(2026, month, 1, tzinfo=UTC) for month in (5, 6, 7))
P = Office("urn:uscc:P", ("market",), "310151")
Q = Office("urn:uscc:Q", ("market",), "310120")
CITY = Office("urn:uscc:C", ("market",), "31")
FARMS = Office("urn:uscc:F", ("agriculture",), "310151")
BEGUN = Word(MAY, LEAD, "market", "310151")
MOVED = Word(JUNE, LEAD, "market", "310120")
ASKED = Word(JUNE, JOINT, "market", "310120", Q.authority)
ANSWERED = Word(JULY, ENDED, "market", "310120", Q.authority)


@pytest.mark.parametrize(
    ("words", "office", "hold"),
    [
        ([BEGUN], P, Hold(LEAD)),
        ([BEGUN], CITY, Hold(LEAD)),
        ([BEGUN], Q, None),
        ([BEGUN], FARMS, None),
        ([BEGUN, MOVED], Q, Hold(LEAD)),
        ([BEGUN, MOVED], P, Hold(LED, JUNE)),
        ([BEGUN, MOVED], CITY, Hold(LEAD)),
        ([BEGUN, MOVED, Word(JULY, LEAD, "market", "310151")], P, Hold(LEAD)),
        ([BEGUN, ASKED], P, Hold(LEAD)),
        ([BEGUN, ASKED], Q, Hold(JOINT)),
        ([BEGUN, ASKED, ANSWERED], Q, Hold(LED, JULY)),
        ([BEGUN, ASKED, ANSWERED, Word(JULY, JOINT, "market", "310120", Q.authority)], Q, Hold(JOINT)),
        ([BEGUN, Word(JUNE, LEAD, "agriculture", "310151")], FARMS, Hold(LEAD)),
        ([BEGUN, Word(JUNE, LEAD, "agriculture", "310151")], P, Hold(LED, JUNE)),
        ([Word(MAY, LEAD, "market", "")], Q, Hold(LEAD)),
    ],
)  # fmt: skip
def test_what_an_office_may_follows_from_dated_words(words, office, hold) -> None:
    assert hold_of(words, office) == hold
    assert hold is None or hold.acts == (hold.part in {LEAD, JOINT})


@pytest.mark.requirement("S3-23")
def test_a_firm_that_moves_takes_no_case_along_and_its_new_office_reads() -> None:
    moved = frozenset({"310120"})
    assert hold_of([BEGUN], P, moved) == Hold(LEAD)
    assert hold_of([BEGUN], Q, moved) == Hold(HOME)
    assert not Hold(HOME).acts
    assert hold_of([BEGUN], Q, frozenset()) is None, "a firm whose seat nobody knows opens no case to anybody"
    assert hold_of([BEGUN], FARMS, moved) is None


def test_on_every_day_one_office_leads() -> None:
    words = [BEGUN, ASKED, MOVED, ANSWERED]
    led = [lead_at(words, MAY + timedelta(days=day)) for day in range(90)]
    assert {one.area if one else "" for one in led} == {"310151", "310120"}
    assert lead_at(words, JUNE) == MOVED
    assert lead_at(words, MAY - timedelta(seconds=1)) is None


def test_who_assists_decides_nothing() -> None:
    assert set(EVENTS) > JOINT_STEPS
    assert all(not row.to for row in TABLE if row.event in JOINT_STEPS), "none of them moves a case"


def test_offices_are_named_where_goods_lie_outside_the_area_of_the_lead() -> None:
    offices = [
        ("q", "Q", "310120"),
        ("t", "T", "310120101"),
        ("c", "C", "31"),
        ("z", "Z", "3301"),
        ("n", "N", ""),
    ]
    lying = ["310120", "310120101", "310120101", "310151100", "31", "330106", "320100", ""]
    found = offices_beyond("310151", lying, offices, ())
    assert found == [Beyond("t", "T", 2), Beyond("q", "Q", 1), Beyond("z", "Z", 1)]
    assert offices_beyond("310151", lying, offices, {"t", "z"}) == [Beyond("q", "Q", 1)]
    assert offices_beyond("", lying, offices, ()) == []
