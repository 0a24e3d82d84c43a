"""Where a visit was filled in, against its plot; and how an order to rectify stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from trace.errors import VisitAnswerUnfit
from trace.oversight.visits.orders import (
    ANSWER,
    NOT_RECTIFIED,
    RECHECK,
    RECTIFIED,
    Past,
    formed_at,
    is_late,
    order_state,
    publication_due,
)
from trace.oversight.visits.position import Fix, kept, place, read_fix
from trace.rules import load

AT = datetime(2026, 10, 20, 2, tzinfo=UTC)
PLOT = [("121.4000", "31.6000"), ("121.4010", "31.6000"), ("121.4010", "31.6010"), ("121.4000", "31.6010")]
"""About 95 m by 111 m."""


def fix(lat: float = 31.6005, lon: float = 121.4005, accuracy: float = 10.0, **changed: object) -> Fix:
    return Fix(lat, lon, accuracy, **{"at": AT, **changed})


def placed(one: Fix | None, outline: object = PLOT) -> tuple[str, int | None]:
    said = place(one, outline, AT + timedelta(minutes=1))
    return said.state, said.metres


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (fix(), ("at", 0)),
        (fix(lat=31.6013), ("at", 33)),  # within what its paths are
        (fix(lat=31.6013, accuracy=30.0), ("rough", 33)),
        (fix(lat=31.6200), ("away", 2113)),
        (fix(lat=31.6200, accuracy=3000.0), ("rough", 2113)),  # the first fix of a cold receiver
        (fix(at=AT - timedelta(hours=1)), ("stale", None)),
        (fix(at=AT + timedelta(hours=1)), ("stale", None)),
        (fix(datum="GCJ02"), ("other-datum", None)),
        (None, ("none", None)),
    ],
)
@pytest.mark.requirement("S1-06")
def test_at_the_plot_is_said_only_where_distance_and_accuracy_fit(one, said) -> None:
    assert placed(one) == said


def test_without_an_outline_nothing_is_compared() -> None:
    assert placed(fix(), ()) == ("no-plot", None)


GIVEN = {"lat": "31.6005", "lon": "121.4005", "accuracy": "10", "at": "2026-10-20T10:00:00+08:00"}


def test_a_stated_position_is_read_strictly_and_kept_as_it_was_stated() -> None:
    assert read_fix(GIVEN) == fix(at=datetime.fromisoformat(GIVEN["at"]))
    assert read_fix({"why": "没有信号"}) is None
    assert kept({**GIVEN, "why": " 没有信号 ", "x": "y"}) == {**GIVEN, "why": "没有信号"}


@pytest.mark.parametrize(
    "changed",
    [{"lat": "91"}, {"lon": ""}, {"lon": "181"}, {"accuracy": ""}, {"accuracy": "-1"}, {"accuracy": "inf"},
     {"lat": "nan"}, {"at": "2026-10-20T10:00:00"}, {"at": "now"}, {"datum": "BD09"}],
)  # fmt: skip
def test_what_is_no_position_is_refused(changed) -> None:
    with pytest.raises(VisitAnswerUnfit):
        read_fix({**GIVEN, **changed})


def test_an_order_stands_by_the_last_answer_and_recheck_of_its_department() -> None:
    due = date(2026, 10, 20)
    answered = Past(ANSWER, AT)
    found = Past(RECHECK, AT, "market", NOT_RECTIFIED)
    settled = Past(RECHECK, AT, "market", RECTIFIED)
    assert order_state("market", None, [answered], due) == ""
    assert order_state("market", due, [], due) == "due"
    assert order_state("market", due, [], due + timedelta(days=1)) == "overdue"
    assert order_state("market", due, [answered], due + timedelta(days=9)) == "answered"
    assert order_state("market", due, [answered, found], due) == "due"
    assert order_state("market", due, [answered, found, settled], due) == "settled"
    assert order_state("agriculture", due, [settled], due) == "due"


def test_a_result_is_published_within_twenty_working_days() -> None:
    ends = publication_due(load(), AT)
    assert ends is not None
    assert (ends.counting, ends.last_day) == ("working", date(2026, 11, 17))
    assert publication_due(load(), datetime(2001, 1, 1, tzinfo=UTC)) is None


def test_a_correction_gives_no_new_time_to_publish() -> None:
    market, agri, corrected = (AT + timedelta(days=days) for days in (0, 2, 30))
    signed = [("market", market), ("agriculture", agri), ("market", corrected)]
    assert formed_at(signed) == agri
    assert formed_at([]) is None


def test_a_result_is_late_when_its_last_day_is_over_and_days_off_are_known() -> None:
    due = publication_due(load(), AT)
    assert due is not None
    assert not is_late(due, due.ends - timedelta(seconds=1))
    assert is_late(due, due.ends)
    assert not is_late(replace(due, provisional=True), due.ends)
    assert not is_late(None, due.ends)
