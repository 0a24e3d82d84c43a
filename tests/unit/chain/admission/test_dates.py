"""Dates at the ends of the calendar: refused where they are stated, borne where they are logged."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.admission import in_store, milling, refuses
from tests.builders.chain import BUREAU, FOOD_LOG, Chain
from tests.builders.every_kind import STATED
from trace.calendar.shanghai import SHANGHAI_TIME, day_of, days_after, in_zone
from trace.chain.admission import Door
from trace.errors import Refusal
from trace.errors.food import DateOutOfReach, FutureDate, RecordUndecidable, SignedBeforehand
from trace.parties import PLATFORM

NOON = datetime(2026, 11, 28, 4, tzinfo=UTC)
MOMENTS = (
    *("0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00-23:59", "1899-12-31T00:00:00+08:00"),
    *("9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59+14:00", "2200-01-01T00:00:00+08:00"),
)
DAYS = ("0001-01-01", "1899-12-31", "2200-01-01", "9999-12-30", "9999-12-31")
_TIME = re.compile(r"\d{4}-\d\d-\d\d(T.*)?")


def _second_edition(chain: Chain) -> Chain:
    begun = {"log": FOOD_LOG, "edition": 2}
    chain.state("platform.edition", begun, sub=FOOD_LOG, roles={PLATFORM}, by=made.BUREAU)
    return chain


def _dated(data: Any) -> Iterator[tuple[Any, Any]]:
    """Where days and moments stand in a record."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        if isinstance(value, dict | list):
            yield from _dated(value)
        elif isinstance(value, str) and _TIME.fullmatch(value):
            yield data, key


def _refusal_of(chain: Chain, typ: str, data: dict[str, Any], **how: Any) -> Refusal | None:
    try:
        chain.state(typ, data, **how)
    except Refusal as refusal:
        return refusal
    return None


def _at_the_edges(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for number, (holder, key) in enumerate(_dated(data)):
        for edge in MOMENTS if "T" in holder[key] else DAYS:
            changed = copy.deepcopy(data)
            there, member = list(_dated(changed))[number]
            there[member] = edge
            yield changed


@pytest.mark.parametrize("typ", sorted(STATED))
@pytest.mark.parametrize("edition", [1, 2])
def test_no_date_of_any_kind_is_an_accident(typ: str, edition: int) -> None:
    sub, good = STATED[typ]
    roles = frozenset({"processor", "grower", "lab", "registrar", "regulator_market", "regulator_agri"})
    for data in _at_the_edges(good):
        for door in Door:
            chain = in_store() if edition == 1 else _second_edition(in_store())
            refusal = _refusal_of(
                chain, typ, data, at="2026-11-27T08:00:00+08:00", sub=sub, roles=roles, door=door
            )
            # What is logged or carried is refused by its form alone, never by a decision.
            assert refusal is None or door is Door.NEW or refusal.code == "fact-malformed"
            assert not isinstance(refusal, RecordUndecidable)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("member", ["occurredAt", "signedAt"])
def test_no_date_beside_the_facts_is_an_accident(moment: str, member: str) -> None:
    for door in Door:
        chain, times = _second_edition(in_store()), {"at": "2026-10-15T08:00:00+08:00", "signed": None}
        times["at" if member == "occurredAt" else "signed"] = moment
        refusal = _refusal_of(chain, "food.production", milling(), door=door, logged=NOON, **times)
        assert (refusal is not None) is (door is Door.NEW)
        if refusal is not None:
            assert (type(refusal), refusal.params["member"]) == (DateOutOfReach, member)


def test_a_date_out_of_reach_is_named_with_its_member() -> None:
    chain = _second_edition(in_store())
    refusal = refuses(chain, DateOutOfReach, "food.production", milling(productionDate="9999-01-01"))
    assert refusal.params == {"member": "productionDate", "value": 9999, "first": 1900, "last": 2199}


def test_what_has_no_end_may_say_so() -> None:
    chain = _second_edition(Chain())
    chain.state("master.licence", made.a_licence(validTo="9999-12-31"), roles=BUREAU)


def test_signatures_are_given_after_the_fact_and_before_the_log_s_clock() -> None:
    chain = _second_edition(in_store())
    early = refuses(chain, SignedBeforehand, "food.production", milling(), signed="2026-10-01T00:00:00+08:00")
    assert early.params["rule"] == "P42"
    late = refuses(chain, FutureDate, "food.production", milling(), signed="2026-12-31T00:00:00+08:00")
    assert late.params["member"] == "signedAt"
    chain.state("food.production", milling(), signed="2026-10-12T00:00:00+08:00")


def test_under_the_first_edition_a_signature_of_any_time_is_noted() -> None:
    effects = in_store().state("food.production", milling(), signed="2026-10-01T00:00:00+08:00")
    (noted,) = (mark for mark in effects.marks if mark.rule == "P25")
    assert noted.params["refusal"] == SignedBeforehand.code


class _Endless:
    """Rules whose terms no calendar holds."""

    def at(self, *_: object, **__: object) -> object:
        raise OverflowError


def test_what_nobody_foresaw_is_the_record_s_own_fault() -> None:
    chain = in_store()
    chain.rules = _Endless()  # type: ignore[assignment]  # a defect of ours, which is not the batch's
    refusal = refuses(chain, RecordUndecidable, "food.production", milling())
    assert refusal.params == {"reason": "OverflowError"}


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01"),
        (datetime(9999, 12, 31, 23, 59, tzinfo=UTC), "9999-12-31"),
        (datetime(2026, 10, 1, 20, tzinfo=UTC), "2026-10-02"),
    ],
)
def test_the_day_of_a_moment_is_one_of_the_calendar(moment: datetime, shown: str) -> None:
    assert day_of(moment) == shown
    assert in_zone(moment, SHANGHAI_TIME).tzinfo is SHANGHAI_TIME


def test_days_end_where_the_calendar_does() -> None:
    assert days_after(date(2026, 10, 1), 30) == date(2026, 10, 31)
    assert days_after(date(9999, 12, 1), 60) == date.max
    assert days_after(date(1, 1, 2), -60) == date.min
