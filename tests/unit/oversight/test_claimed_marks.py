"""Claimed numbers of the mark against what the certifier signed: what is not known is a question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from trace.oversight.claimed_marks import (
    ENDED,
    HOLDS,
    OF_ANOTHER,
    QUESTIONED,
    UNCLAIMED,
    UNKNOWN,
    claimed_mark,
)
from trace.oversight.register import LicenceSaid

DAY = date(2026, 10, 20)
MAKER = "urn:uscc:A"
SAID = LicenceSaid(
    "urn:licence:LB-01-26010112345A", "LB-01-26010112345A", MAKER, ("大米",), date(2026, 1, 1),
    date(2028, 12, 31), cancelled=False, output=None, gf_code=None, known_on=date(2026, 1, 1), statement="s",
)  # fmt: skip
LATER = replace(SAID, known_on=date(2026, 10, 21))


@pytest.mark.requirement("S0-12")
@pytest.mark.parametrize(
    ("number", "sides", "said", "standing"),
    [
        ("", (), [SAID], UNCLAIMED),
        ("LB-01-26010112345A", {MAKER}, [SAID], HOLDS),
        ("lb 01 26010112345a", (), [SAID], HOLDS),
        ("LB-01-26010112345A", {MAKER, "urn:uscc:B"}, [SAID], HOLDS),  # made for it by another
        ("LB-01-26010112345A", {"urn:uscc:B"}, [SAID], OF_ANOTHER),
        ("LB-01-26010112345A", {MAKER}, [SAID, replace(SAID, cancelled=True)], ENDED),
        ("LB-01-26010112345A", {MAKER}, [replace(SAID, valid_to=date(2026, 10, 19))], ENDED),
        ("LB-01-26010112345A", {MAKER}, [LATER], HOLDS),  # signed after the check of what held on its day
        ("LB-01-26010112345A", {MAKER}, [LATER, replace(LATER, cancelled=True)], HOLDS),
        ("LB-01-26010112345A", {MAKER}, [SAID, replace(LATER, cancelled=True)], HOLDS),
        ("LB-99-00000000000A", {MAKER}, [SAID], UNKNOWN),
    ],
)
def test_a_claimed_number_stands_as_the_certifier_signed_and_else_is_unknown(number, sides, said, standing):
    found = claimed_mark(number, sides, DAY, said)
    assert found.standing == standing
    assert (standing in QUESTIONED) == (standing not in {UNCLAIMED, HOLDS})
