"""The source of a case: who sent the clue and under which number, whose department and area it is."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.admission import refuses, second_edition
from tests.builders.chain import good_chain
from trace.chain.effects import RecordKept
from trace.errors import Refusal
from trace.errors.food import FactMalformed, FutureDate, LotUnknown, MayNotState
from trace.errors.orders import FirmOutsideArea

BY = {"by": made.BUREAU, "roles": ("regulator_market",), "sub": "urn:case:1"}
DAY = "2026-10-06"
K1 = made.lot(made.MILL, "K1")


@pytest.fixture
def chain():
    return second_edition(good_chain())


@pytest.mark.requirement("S2-24")
def test_a_source_is_kept_and_stands_on_no_time_line_of_goods(chain):
    for data in (
        orders.a_case(foundOn=DAY, lot=K1),
        orders.a_case(foundOn=DAY, source="inspection", authority=None, reference=None),
        orders.a_case(foundOn=DAY, source="public", authority=None, reference="TS2026-000001"),
    ):
        said = {name: value for name, value in data.items() if value is not None}
        effects = chain.state("oversight.case", said, **BY)
        assert [type(one) for one in effects.changes] == [RecordKept]


@pytest.mark.requirement("S2-24")
@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"authority": None}, FactMalformed),
        ({"reference": None}, FactMalformed),
        ({"purpose": "查"}, FactMalformed),
        ({"source": "rumour"}, FactMalformed),
        ({"foundOn": "2026-12-24"}, FutureDate),
        ({"department": "agriculture"}, MayNotState),
        ({"lot": made.lot(made.MILL, "NONE")}, LotUnknown),
        ({"lot": "K1"}, FactMalformed),
    ],
)
def test_what_does_not_say_whence_it_came_or_is_anothers_opens_nothing(
    chain, changed: dict[str, object], refusal: type[Refusal]
):
    data = orders.a_case(foundOn=DAY) | changed
    said = {name: value for name, value in data.items() if value is not None}
    refuses(chain, refusal, "oversight.case", said, **BY)


@pytest.mark.requirement("S2-24")
def test_a_firm_of_another_district_is_not_this_authoritys(chain):
    for party, region in ((made.BUREAU, "310151"), (made.MILL, "310114")):
        data = made.a_party(region=region)
        chain.state("master.party", data, by=made.BUREAU, roles=("registrar",), sub=made.uscc(party))
    refuses(chain, FirmOutsideArea, "oversight.case", orders.a_case(foundOn=DAY), **BY)
    data = made.a_party(region="310000")
    chain.state("master.party", data, by=made.BUREAU, roles=("registrar",), sub=made.uscc(made.BUREAU))
    chain.state("oversight.case", orders.a_case(foundOn=DAY), **BY)


def test_others_than_authorities_register_no_case(chain):
    refuses(chain, MayNotState, "oversight.case", orders.a_case(foundOn=DAY), by=made.MILL)
