"""The register of producers of green food: who is on it on a day, and each change with its reason."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.oversight.register import LicenceSaid, changes_of, register_on

MILL, FARM = "urn:uscc:mill", "urn:uscc:farm"


def said(number: str = "LB-1", **changed: object) -> LicenceSaid:
    fields: dict[str, object] = {
        "urn": f"urn:licence:{number}",
        "number": number,
        "holder": MILL,
        "products": ("大米",),
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 12, 31),
        "cancelled": False,
        "output": None,
        "gf_code": None,
        "known_on": date(2026, 1, 10),
        "statement": f"{number} said",
    }
    return LicenceSaid(**{**fields, **changed})  # type: ignore[arg-type]


def told(first: date, last: date, *every: LicenceSaid) -> list[tuple[str, str, str, str, str]]:
    return [
        (one.day.isoformat(), one.holder[9:], one.what, one.number, one.reason)
        for one in changes_of(first, last, every)
    ]


YEAR = date(2026, 1, 1), date(2027, 6, 30)


@pytest.mark.requirement("S0-15")
def test_a_producer_is_on_it_while_a_licence_holds_and_every_change_has_its_day():
    renewed = said(valid_from=date(2027, 1, 1), valid_to=date(2027, 3, 31), known_on=date(2027, 1, 5))
    assert told(*YEAR, said(), renewed) == [
        ("2026-01-10", "mill", "entered", "", ""),
        ("2026-01-10", "mill", "licensed", "LB-1", ""),
        ("2027-01-01", "mill", "left", "", "expired"),
        ("2027-01-01", "mill", "ended", "LB-1", "expired"),
        ("2027-01-05", "mill", "entered", "", ""),
        ("2027-01-05", "mill", "licensed", "LB-1", ""),
        ("2027-04-01", "mill", "left", "", "expired"),
        ("2027-04-01", "mill", "ended", "LB-1", "expired"),
    ]


def test_a_licence_that_is_cancelled_is_not_said_to_have_expired():
    gone = said(cancelled=True, known_on=date(2026, 5, 2), statement="cancelled")
    changes = changes_of(*YEAR, [said(), gone])
    assert [(one.what, one.reason, one.statement) for one in changes[-2:]] == [
        ("left", "cancelled", "cancelled"),
        ("ended", "cancelled", "cancelled"),
    ]


def test_a_second_licence_keeps_the_producer_on_it():
    other = said("LB-2", valid_to=date(2026, 6, 30))
    assert [one for one in told(*YEAR, said(), other) if one[0] == "2026-07-01"] == [
        ("2026-07-01", "mill", "ended", "LB-2", "expired")
    ]
    (producer,) = register_on(date(2026, 7, 1), [said(), other])
    assert [one.number for one in producer.licences] == ["LB-1"]


def test_a_licence_passed_to_another_takes_one_off_and_puts_the_other_on():
    passed = said(holder=FARM, known_on=date(2026, 4, 1))
    assert told(date(2026, 4, 1), date(2026, 4, 1), said(), passed) == [
        ("2026-04-01", "farm", "entered", "", ""),
        ("2026-04-01", "farm", "licensed", "LB-1", ""),
        ("2026-04-01", "mill", "left", "", "cancelled"),
        ("2026-04-01", "mill", "ended", "LB-1", "cancelled"),
    ]


def test_another_product_is_a_change_and_the_same_again_is_none():
    more = said(products=("大米", "糯米"), known_on=date(2026, 3, 1))
    again = said(products=("大米", "糯米"), known_on=date(2026, 3, 5), statement="again")
    assert told(date(2026, 2, 1), date(2026, 12, 1), said(), more, again) == [
        ("2026-03-01", "mill", "changed", "LB-1", "")
    ]


def test_what_is_known_later_changes_no_earlier_day():
    late = said("LB-9", holder=FARM, valid_from=date(2025, 1, 1), known_on=date(2026, 8, 1))
    assert [one.holder for one in register_on(date(2026, 7, 31), [said(), late])] == [MILL]
    assert [one.holder for one in register_on(date(2026, 8, 1), [said(), late])] == [FARM, MILL]
    assert ("2026-08-01", "farm", "entered", "", "") in told(*YEAR, said(), late)


def test_the_last_day_of_time_has_no_day_after():
    assert told(*YEAR, said(valid_to=date.max))[-1][2] == "licensed"


DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))
SAID = st.builds(
    said,
    number=st.sampled_from(["LB-1", "LB-2", "LB-3"]),
    holder=st.sampled_from([MILL, FARM]),
    products=st.sampled_from([("大米",), ("糯米",)]),
    valid_from=DAYS,
    valid_to=DAYS,
    cancelled=st.booleans(),
    known_on=DAYS,
)


@given(st.lists(SAID, max_size=8))
def test_changes_lead_from_the_register_of_one_day_to_that_of_any_other(every):
    every.sort(key=lambda one: one.known_on)
    first, last = date(2025, 12, 31), date(2026, 3, 3)
    changes = changes_of(first, last, every)
    on: set[str] = set()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for _, day in pairwise(days):
        for one in changes:
            if one.day == day and one.what == "entered":
                assert one.holder not in on
                on.add(one.holder)
            elif one.day == day and one.what == "left":
                on.remove(one.holder)
        assert {one.holder for one in register_on(day, every)} == on, day
