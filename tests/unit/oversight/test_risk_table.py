"""The table of indicators that a risk grade is made by."""

from __future__ import annotations

import pytest

from trace.errors import VisitFormUnfit
from trace.oversight.register_entries import GRADE, PARTS, content_of
from trace.oversight.risk_table import RISK_GRADE, indicators_of, points_by, require_indicators
from trace.oversight.visits.forms import edited, lines_of
from trace.rules.forms import OURS, first_forms

TABLE = next(one for one in first_forms() if one.id == RISK_GRADE)


@pytest.mark.requirement("S0-15")
def test_the_table_has_22_indicators_in_three_parts_each_marked_as_to_be_verified() -> None:
    assert {part: len(items) for part, items in indicators_of(TABLE).items()} == {
        "static": 8, "dynamic": 9, "general": 5,
    }  # fmt: skip
    assert TABLE.origin == OURS and "待核实" in TABLE.note
    assert all("待核实" in one.zh and "to be verified" in one.en for one in TABLE.items)
    require_indicators(TABLE)


def test_points_come_from_the_table_with_their_data_and_what_is_left_open_is_none() -> None:
    typed = {"dynamic-sampling": (" 12 ", "SH-2026-J-1"), "static-scale": ("", ""), "unknown": ("5", "x")}
    points = points_by(TABLE, typed)
    assert points == [
        {"part": "dynamic", "indicator": "监督抽检（待核实）", "points": "12", "datum": "SH-2026-J-1"}
    ]
    named = {"version": 1, "sha256": "0" * 64}
    content = content_of(GRADE, {"grade": "B", "points": points, "table": named})
    assert (content["total"], content["table"]) == (12, named)


@pytest.mark.parametrize("line", ["scale | number | 规模 | scale", "static-scale | choice | 规模 | scale"])
def test_an_edited_table_has_numbers_of_its_parts_alone(line) -> None:
    with pytest.raises(VisitFormUnfit) as refused:
        require_indicators(edited(TABLE, f"{lines_of(TABLE)}\n{line.replace('scale |', 'more |', 1)}"))
    assert refused.value.params["line"] == len(TABLE.items) + 1
    assert set(PARTS) == {"static", "dynamic", "general"}
