"""What is asked of every fact: who may state it, of whose lot, when, and after which statements."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.admission import NOON, in_store, milling, refuses
from tests.builders.chain import FOOD_LOG, GROWER, Chain, Named, good_chain
from trace.chain.facts import parse_fact
from trace.errors import food as refused


def test_a_processor_does_not_state_a_harvest():
    refuses(Chain(), refused.MayNotState, "farm.harvest", made.a_harvest(), by=made.COOPERATIVE)


def test_a_lot_is_made_in_its_makers_name_only():
    refuses(Chain(), refused.ForeignNamespace, "farm.harvest", made.a_harvest(), by=made.MILL, roles=GROWER)


@pytest.mark.parametrize(
    ("member", "late"), [("occurredAt", timedelta(minutes=-6)), ("finishedAt", timedelta(minutes=30))]
)
def test_nothing_is_stated_before_it_happened(member, late):
    chain = in_store()
    at = "2026-10-12T17:00:00+08:00" if member == "occurredAt" else "2026-10-12T10:00:00+08:00"
    caught = refuses(chain, refused.FutureDate, "food.production", milling(), at=at, late=late)
    assert caught.params["member"] == ("occurredAt" if member == "occurredAt" else "finished_at")


def test_a_clock_that_is_a_little_ahead_is_tolerated():
    in_store().state("food.production", milling(), late=timedelta(minutes=-4))


def test_nothing_ends_before_it_began():
    swapped = milling(startedAt="2026-10-12T17:00:01+08:00")
    refuses(in_store(), refused.EndBeforeStart, "food.production", swapped)


def test_an_input_that_this_log_does_not_have_is_refused():
    named = [Named(made.statement_id("nowhere"), FOOD_LOG, 9)]
    refuses(in_store(), refused.InputUnknown, "food.production", milling(), inputs=named)


def test_an_input_elsewhere_than_said_is_refused():
    chain = in_store()
    entry = chain.entries[0].entry
    named = [Named(entry.statement_id, entry.origin, entry.index + 1)]
    refuses(chain, refused.InputUnknown, "food.production", milling(), inputs=named)


def test_a_party_gives_itself_no_role_that_its_key_lacks():
    chain = Chain()
    sub = made.uscc(made.MILL)
    refuses(chain, refused.MayNotState, "master.party", made.a_party(roles=["lab"]), sub=sub)
    chain.state("master.party", made.a_party(), sub=sub)
    assert sub in chain.known.parties


def test_the_first_bad_member_of_a_list_is_named():
    data = made.a_harvest(plots=[made.plot(1), "plot 2"])
    with pytest.raises(refused.FactMalformed) as caught:
        parse_fact("farm.harvest", data, data["lot"], NOON)
    assert caught.value.params["path"] == "$.data.plots[1]"


def test_only_a_bureau_gives_orders():
    chain = good_chain()
    data = {"matter": "案1", "lots": [made.lot(made.MILL, "K1")]}
    for by, roles in ((made.MILL, frozenset({"processor"})), (made.COOPERATIVE, GROWER)):
        refuses(chain, refused.MayNotState, "oversight.recall", data, by=by, roles=roles, sub="urn:case:1")
