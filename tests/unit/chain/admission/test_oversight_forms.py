"""The forms of supervision at the door: of the second edition, of the first, and of another log."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.chain import BUREAU, FOOD_LOG, Chain, good_chain
from trace.chain.admission import Door
from trace.errors.food import FactMalformed

FREE = {
    "oversight.penalty": {"matter": "处罚", "amount": "abc"},
    "oversight.inspection": {"matter": "检查", "officers": ["31011500123"], "result": "conforms"},
    "oversight.closing": {"matter": "案1", "orders": []},
    "oversight.hold": {"matter": "案1", "lots": [made.lot(made.MILL, "K2")]},
}


def second_edition() -> Chain:
    chain = good_chain()
    begun = {"log": FOOD_LOG, "edition": 2}
    chain.state("platform.edition", begun, by=made.BUREAU, roles=BUREAU | {"platform"}, sub=FOOD_LOG)
    return chain


def told(chain: Chain, typ: str, door: Door = Door.NEW):
    return chain.state(typ, FREE[typ], by=made.BUREAU, roles=BUREAU, sub="urn:case:1", door=door)


@pytest.mark.parametrize("typ", sorted(FREE))
def test_what_is_not_filled_in_is_refused_since_the_second_edition(typ):
    with pytest.raises(FactMalformed):
        told(second_edition(), typ)


@pytest.mark.parametrize("typ", sorted(FREE))
def test_the_first_edition_takes_free_maps_and_notes_it(typ):
    (mark,) = [mark for mark in told(good_chain(), typ).marks if mark.rule == "P25"]
    assert mark.params["refusal"] == "fact-malformed"


def test_an_order_that_another_log_took_acts_though_it_is_badly_filled_in():
    chain = second_edition()
    effects = told(chain, "oversight.hold", Door.CARRIED)
    assert {mark.code for mark in effects.marks} == {"lot-held", "admitted-under-edition-2"}
    assert chain.lot("K2").state == "locked"


@pytest.mark.parametrize("typ", sorted(typ for typ in orders.EVERY if typ.startswith("oversight.p")))
def test_a_form_that_is_filled_in_enters(typ):
    chain = second_edition()
    data = orders.EVERY[typ]
    assert chain.state(typ, data, by=made.BUREAU, roles=BUREAU, sub="urn:case:1").marks == ()
