"""The licence of the mark: its dates (R12) and the output left under it (R15)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import facts as made
from tests.builders.admission import received
from tests.builders.chain import BUREAU, good_chain
from trace.chain.admission.licence import licence_year
from trace.quantities import Quantity


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (None, "unknown"),
        ({"status": "cancelled"}, "cancelled"),
        ({"holder": made.uscc(made.TOFU)}, "other-holder"),
        ({"validTo": "2026-09-30"}, "outside-dates"),
    ],
)
@pytest.mark.requirement("S0-06", "S0-12")
def test_r12_says_why_the_mark_may_not_be_used(changed, reason):
    chain = received(("R1", made.kg("8000")))
    if changed is not None:
        licence = made.a_licence(approvedOutput=made.ABSENT, packedBefore=made.ABSENT, **changed)
        chain.state("master.licence", licence, by=made.BUREAU, roles=BUREAU)
    (mark,) = chain.state("food.pack", made.a_pack(fromLot=made.lot(made.MILL, "R1"))).marks
    assert (mark.rule, mark.code, mark.params["reason"]) == ("R12", "mark-licence-lapsed", reason)


@pytest.mark.parametrize(
    ("first", "day", "year"),
    [
        (date(2024, 5, 20), date(2026, 10, 13), date(2026, 5, 20)),
        (date(2024, 5, 20), date(2026, 5, 19), date(2025, 5, 20)),
        (date(2024, 5, 20), date(2026, 5, 20), date(2026, 5, 20)),
        (date(2024, 2, 29), date(2026, 3, 1), date(2026, 3, 1)),
        (date(2024, 2, 29), date(2026, 2, 28), date(2025, 3, 1)),
    ],
)
def test_a_licence_year_begins_on_the_anniversary(first, day, year):
    assert licence_year(first, day) == year


def test_the_opening_balance_counts_in_its_own_year_only():
    chain = received(("R1", made.kg("60000")))
    licence = made.a_licence(validFrom="2024-10-10", validTo="2027-10-09", openingAt="2026-10-01")
    chain.state("master.licence", licence, by=made.BUREAU, roles=BUREAU)
    packed = {"quantity": made.kg("30000"), "packs": {"value": "6000", "unit": "件"}}
    pack = made.a_pack(fromLot=made.lot(made.MILL, "R1"), **packed)
    assert not chain.state("food.pack", pack).marks


def test_a_corrected_pack_gives_back_what_it_used_of_the_licence():
    chain = good_chain()
    packed = next(one for one in chain.entries if one.typ == "food.pack").entry.statement_id
    (before,) = chain.known.used.values()
    without = made.a_pack(lbNo=made.ABSENT, packedAt="2026-10-13T12:00:00+08:00")
    chain.state("correction", made.a_correction(packed, without), sub=made.lot(made.MILL, "K1"))
    (after,) = chain.known.used.values()
    assert before - after == Quantity.of("8000", "kg")
    pack = chain.lot("K1").pack
    assert pack is not None
    assert pack.state == "active"
