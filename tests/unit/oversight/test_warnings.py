"""Warnings: what fires, what is not raised twice, and how often a rule was right."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from trace.chain.measured import is_detected
from trace.oversight.warnings import (
    DISMISSED,
    OPEN,
    TURNED,
    Detection,
    Fired,
    LotTested,
    of_clusters,
    of_detections,
    of_late,
    of_marks,
    precision,
    unseen,
)


def lots(failed: int, passed: int, *, area: str = "310151", product: str = "青菜", start: int = 0):
    return [
        LotTested(f"lot{start + n}", area, product, "毒死蜱", n < failed, f"r{start + n}", f"f{start + n}")
        for n in range(failed + passed)
    ]


def clusters(*cells):
    return list(of_clusters("W07", 3, Fraction(5, 100), [one for cell in cells for one in cell]))


@pytest.mark.requirement("S0-26")
def test_a_cluster_stands_out_by_an_exact_chance():
    (found,) = clusters(lots(4, 2), lots(1, 40, area="310113", start=100))
    assert found.subject == "310151/青菜/毒死蜱"
    assert found.records == ("r0", "r1", "r2", "r3")
    assert (found.figures["failed"], found.figures["of"], found.figures["elsewhere"]) == ("4", "6", "1/41")
    assert found.in_doubt


def test_three_failures_everywhere_alike_are_no_cluster():
    assert clusters(lots(3, 3), lots(3, 3, area="310113", start=100)) == []


def test_two_failures_are_too_few_whatever_their_chance():
    assert clusters(lots(2, 0), lots(0, 500, area="310113", start=100)) == []


def test_a_lot_tested_three_times_counts_once():
    twice = [*lots(1, 5), *lots(1, 0), *lots(1, 0)]
    assert clusters(twice, lots(0, 200, area="310113", start=100)) == []


def test_late_records_count_by_number_and_by_share():
    late = {"a": ["1"] * 6, "b": ["2"] * 4, "c": ["3"] * 6}
    found = of_late("W01", 5, Fraction(1, 5), late, {"a": 20, "b": 4, "c": 600}, "2026-10")
    assert [one.party for one in found] == ["a"]


def test_marks_of_a_month_are_one_warning():
    rows = [("a", "2026-10", "x"), ("a", "2026-10", "y"), ("a", "2026-09", "z"), ("a", "2026-10", "x")]
    assert [(one.subject, one.records) for one in of_marks("W05", rows)] == [
        ("2026-09", ("z",)),
        ("2026-10", ("x", "y")),
    ]


@pytest.mark.requirement("S0-26")
def test_what_was_decided_is_raised_again_for_new_records_alone():
    fired = Fired("W05", "a", "2026-10", ("x", "y"))
    assert list(unseen([fired], {fired.key: {"x", "y"}})) == []
    assert [one.records for one in unseen([fired], {fired.key: {"x"}})] == [("y",)]
    assert list(unseen([fired], {})) == [fired]


def test_of_two_decisions_nothing_is_known():
    (found,) = precision([("W05", TURNED), ("W05", DISMISSED), ("W05", OPEN)])
    assert (found.open, found.decided) == (1, 2)
    assert found.bounds == pytest.approx((0.0126, 0.9874), abs=1e-4)


def test_what_was_found_is_one_question_a_firm_and_substance():
    from_day = date(2003, 12, 30)
    found = [
        Detection(firm, name, "0.004 mg/kg", from_day, "农业部公告第322号", record)
        for firm, name, record in (("a", "甲胺磷", "r1"), ("a", "甲胺磷", "r2"), ("b", "甲胺磷", "r3"))
    ]
    first, second = of_detections("W11", found)
    assert (first.party, first.subject, first.records) == ("a", "甲胺磷", ("r1", "r2"))
    assert first.figures == {
        "value": "0.004 mg/kg", "forbidden-from": "2003-12-30", "notice": "农业部公告第322号", "records": "2",
    }  # fmt: skip
    assert (second.party, second.in_doubt) == ("b", True)


@pytest.mark.parametrize(
    ("value", "unit", "detected"),
    [
        ("0.004", "mg/kg", True),
        ("0.004 mg/kg", "mg/kg", True),
        ("3", None, True),
        (">0.05", "mg/kg", True),
        ("≥0.05 mg/kg", "mg/kg", True),
        ("4 μg/kg", "mg/kg", True),
        ("1.2×10³", "CFU/g", True),
        ("０.004", "mg/kg", True),
        ("0.004（超标）", "mg/kg", True),
        ("检出", None, True),
        ("阳性(+)", None, True),
        ("≤0.05", "mg/kg", False),
        ("小于0.05", "mg/kg", False),
        ("<0.005", "mg/kg", False),
        ("0.005L", "mg/L", False),
        ("0", "mg/kg", False),
        ("0.00", None, False),
        ("未检出", "mg/kg", False),
        ("ND", None, False),
        ("-0.1", None, False),
        ("", None, False),
    ],
)
def test_only_a_figure_above_zero_is_found(value, unit, detected):
    assert is_detected(value, unit) is detected
