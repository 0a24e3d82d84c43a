"""Lists of duties: kept, and a commitment holds to one of each sort of the own authority, unit and year."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.admission import refuses
from tests.builders.chain import BUREAU, Chain, good_chain
from trace.chain.facts.duties import LISTS
from trace.errors import orders as wrong
from trace.errors.food import MayNotState

BY: dict[str, Any] = {"by": made.BUREAU, "roles": BUREAU, "sub": "urn:duties:x:2026"}


def listed(chain: Chain, name: str, **changed: Any) -> str:
    return chain.state("oversight.duties", orders.a_duty_list(name, **changed), **BY).entry.statement_id


@pytest.mark.requirement("S2-14")
def test_a_commitment_is_to_the_three_lists_of_its_unit_and_year():
    chain = good_chain()
    three = [listed(chain, name) for name in LISTS]
    twice = listed(chain, "task")
    elsewhere = listed(chain, "supervision", unit="流通科")
    of = "oversight.duties.commitment"
    refuses(chain, wrong.OrderOfOtherKind, of, orders.a_duty_commitment([*three[:2], twice]), **BY)
    refuses(chain, wrong.OrderOfOtherKind, of, orders.a_duty_commitment([*three[:2], elsewhere]), **BY)
    others = BY | {"by": made.LAB}
    theirs = chain.state("oversight.duties", orders.a_duty_list("supervision"), **others).entry.statement_id
    refuses(chain, wrong.NotYourOrder, of, orders.a_duty_commitment([*three[:2], theirs]), **BY)
    nowhere = made.statement_id("nowhere")
    refuses(chain, wrong.OrderUnknown, of, orders.a_duty_commitment([*three[:2], nowhere]), **BY)
    refuses(chain, MayNotState, of, orders.a_duty_commitment(three), by=made.MILL)
    (kept,) = chain.state(of, orders.a_duty_commitment(three), **BY).changes
    assert kept.data["lists"] == three
