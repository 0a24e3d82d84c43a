"""Certificates at a visit: who asks, how each stands on a day, and whether it names the goods."""

from __future__ import annotations

from datetime import date

import pytest

from trace.oversight.visits.forms import digest_of
from trace.oversight.visits.verified import asks_beside, scope_of_goods, states_of, with_own
from trace.rules.forms import first_forms

FORMS = {one.id: one for one in first_forms()}
AGRI, MARKET, PATROL = FORMS["agriculture-7"], FORMS["market-12"], FORMS["daily-patrol"]
BOTH = ("market", "agriculture")


@pytest.mark.requirement("S1-24")
def test_one_part_of_a_visit_asks_beside_its_form() -> None:
    certified = {"certified": True, "farm": False}
    assert asks_beside(AGRI, BOTH, **certified)
    assert not asks_beside(MARKET, BOTH, **certified)
    assert not asks_beside(MARKET, ["market"], **certified), "no farm"
    assert asks_beside(MARKET, ["market"], certified=True, farm=True)
    assert not asks_beside(AGRI, BOTH, certified=False, farm=True)
    assert not asks_beside(PATROL, ["agriculture"], **certified), "its form has the item"
    assert with_own(PATROL) is PATROL
    asked = with_own(AGRI)
    assert [one.id for one in asked.items[len(AGRI.items) :]] == ["licence"]
    assert digest_of(AGRI) != digest_of(asked), "the hash that is signed is of the document's form alone"


def test_a_certificate_holds_from_its_first_day_to_its_last() -> None:
    said = {"status": "valid", "validFrom": "2026-01-01", "validTo": "2026-12-31"}
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
    assert [states_of(said, day) for day in days] == ["not-yet", "holds", "holds", "ended"]
    assert states_of({**said, "status": "cancelled"}, days[1]) == "cancelled"
    assert states_of({}, days[1]) == "unknown"


def test_another_name_of_goods_is_a_question() -> None:
    scopes = [("子虚牌绿色大米",), ("草莓", "")]
    told = [scope_of_goods(name, scopes) for name in ("草莓", "大米", "糯米")]
    assert told == ["named", "alike", "not-named"]
    assert scope_of_goods("草莓", []) == "not-named"
