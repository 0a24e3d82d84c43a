"""A visit held to its draw: who was drawn goes, another with a reason, whoever stands aside never."""

from __future__ import annotations

import pytest

from trace.errors import InspectorNotDrawn, InspectorRecused, VisitNotDrawn
from trace.oversight.visits.drawn import drawn_firms, require_drawn
from trace.oversight.visits.makers import Inspector

RESULT = {
    "plan": {"recused": [{"inspector": "31-9", "object": "A"}, {"inspector": "31-1", "object": "B"}]},
    "drawn": [{"object": "A", "inspectors": {"market": "31-1", "agriculture": "32-1"}}],
}
A, B = "urn:uscc:A", "urn:uscc:B"


def going(*cards: str) -> list[Inspector]:
    return [Inspector(one, "agriculture" if one.startswith("32") else "market") for one in cards]


@pytest.mark.requirement("S1-03")
def test_who_was_drawn_goes() -> None:
    assert drawn_firms(RESULT) == {A: RESULT["drawn"][0]["inspectors"]}
    require_drawn(RESULT, A, going("31-1", "32-1"), "")
    require_drawn(RESULT, A, going("31-1"), "")


@pytest.mark.parametrize("cards", [("31-2", "32-1"), ("31-1", "31-2", "32-1"), ("31-2",)])
def test_others_go_with_a_reason_alone(cards) -> None:
    with pytest.raises(InspectorNotDrawn) as refused:
        require_drawn(RESULT, A, going(*cards), " ")
    assert refused.value.params["given"] == ["31-2"]
    require_drawn(RESULT, A, going(*cards), "病假")


def test_whoever_stands_aside_never_goes_and_a_firm_that_was_not_drawn_is_told() -> None:
    with pytest.raises(InspectorRecused) as refused:
        require_drawn(RESULT, A, going("31-9", "32-1"), "人手不足")
    assert refused.value.params["cards"] == ["31-9"]
    with pytest.raises(VisitNotDrawn):
        require_drawn(RESULT, B, going("31-1", "32-1"), "病假")
