"""Hazards by code: which a test is of, and that every one has its severity."""

from __future__ import annotations

import pytest

from trace.rules.hazards import SEVERITIES, hazard_of, hazards


@pytest.mark.requirement("S3-30")
@pytest.mark.parametrize(
    ("test", "code"),
    [
        *(("镉", "C5"), ("铅（以Pb计）", "C5"), ("沙门氏菌", "B1"), ("黄曲霉毒素B1", "C6")),
        *(("甲基对硫磷", "C2"), ("脱氢乙酸 2 g/kg（铅 0.2", "C7"), ("某新指标", "")),
    ],
)
def test_a_test_is_coded_by_its_name_and_an_unknown_one_by_none(test: str, code: str) -> None:
    found = hazard_of(test)
    assert (found.code if found is not None else "") == code


def test_every_hazard_has_a_severity_and_no_name_stands_twice() -> None:
    assert {one.severity for one in hazards().values()} == set(SEVERITIES)
    names = [item for one in hazards().values() for item in one.items]
    assert len(names) == len(set(names))
