"""Master data, disputes and oversight: what stands, what ends, and for which lots."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.admission import NOON, activation, in_store, order, refuses
from tests.builders.chain import BUREAU, Chain, good_chain
from trace.chain.effects import (
    LinkSet,
    LotMentioned,
    LotState,
    MarkCleared,
    RecordKept,
)
from trace.chain.facts import parse_fact
from trace.errors import food as refused


def test_a_dispute_marks_the_links_until_a_party_settles_it():
    chain = in_store()
    about = [chain.entries[2].entry.statement_id, chain.entries[1].entry.statement_id]
    opened = chain.farm("dispute.open", made.a_dispute(about), sub=made.lot(made.MILL, "R1"))
    assert [change.state for change in opened.changes if isinstance(change, LinkSet)] == ["disputed"]
    settlement = made.a_settlement(opened.entry.statement_id)
    refuses(chain, refused.NotAPartyToDispute, "dispute.settle", settlement, by=made.TOFU)
    chain.state("dispute.settle", settlement)
    assert chain.known.disputes, "one side alone settles nothing"
    chain.farm("dispute.settle", settlement)
    assert {link.state for link in chain.known.links.values()} == {"signed"}
    refuses(chain, refused.DisputeUnknown, "dispute.settle", settlement)


def test_a_settled_receipt_keeps_the_marks_that_are_not_of_the_dispute():
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest(quantity=made.kg("9000")))
    opened = chain.receive(made.a_receipt(spec=made.ABSENT), sent=made.kg("9000"))
    assert sorted(code for _, code in chain.marks("R1")) == ["purchase-record-incomplete", "receipt-differs"]
    for state in (chain.state, chain.farm):
        state("dispute.settle", made.a_settlement(opened.entry.statement_id))
    assert chain.marks("R1") == [("R03", "purchase-record-incomplete")]


def test_a_dispute_about_master_data_touches_no_lot():
    chain = good_chain()
    about = chain.entries[0].entry.statement_id
    by: dict[str, Any] = {"by": made.BUREAU, "roles": BUREAU}
    opened = chain.state("dispute.open", made.a_dispute([about]), sub="urn:x", **by)
    (dispute,) = chain.known.disputes.values()
    assert dispute.lot is None
    settled = chain.state(
        "dispute.settle", made.a_settlement(opened.entry.statement_id), by=made.BUREAU, roles=BUREAU
    )
    assert not [change for change in settled.changes if isinstance(change, LotMentioned)]
    assert not chain.known.disputes


def test_of_two_open_disputes_only_the_settled_one_ends():
    chain = good_chain()
    statements = [entry.entry.statement_id for entry in chain.entries[1:3]]
    first, second = (
        chain.farm("dispute.open", made.a_dispute([one]), sub="urn:x").entry.statement_id
        for one in statements
    )
    chain.farm("dispute.settle", made.a_settlement(second), sub="urn:x")
    assert list(chain.known.disputes) == [first]


def test_an_order_without_lots_is_kept_for_its_matter():
    fact = parse_fact("oversight.notice", orders.a_notice(), "urn:case:1", NOON)
    assert fact.needs().lots == frozenset()
    effects = Chain().state("oversight.notice", orders.a_notice(), by=made.BUREAU, roles=BUREAU)
    assert len(effects.changes) == 1


def test_places_and_products_are_kept_as_last_stated_by_each():
    chain, mill = Chain(), made.uscc(made.MILL)
    chain.state("master.place", made.a_plot(), by=made.BUREAU, roles=BUREAU, sub=made.plot(1))
    chain.state("master.product", made.a_product(), sub=made.RICE)
    chain.state("master.product", made.a_product(name="改名大米"), sub=made.RICE)
    assert chain.known.master.place(made.plot(1), mill)["name"] == "一号田"
    assert chain.known.master.product(made.RICE, mill)["name"] == "改名大米"
    assert len(chain.known.master.stated[made.RICE]) == 1


@pytest.mark.parametrize("first", [made.MILL, made.TOFU])
def test_who_was_first_to_state_a_place_gains_nothing_by_it(first):
    chain = Chain()
    for one in sorted((made.MILL, made.TOFU), key=lambda one: one != first):
        chain.state("master.place", made.a_plot(name=f"{one}的田"), by=one, sub="urn:place:mill-1")
    for one in (made.MILL, made.TOFU):
        assert chain.known.master.place("urn:place:mill-1", made.uscc(one))["name"] == f"{one}的田"
    assert chain.known.master.place("urn:place:mill-1", made.uscc(made.MARKET)) == {}, (
        "nobody else sees either"
    )
    chain.state("master.place", made.a_plot(), by=made.BUREAU, roles=BUREAU, sub="urn:place:mill-1")
    assert chain.known.master.place("urn:place:mill-1", made.uscc(made.MILL))["name"] == "一号田"


def test_hosts_that_an_operator_stated_before_the_rule_allow_nothing():
    chain = Chain()
    hosts = {"field": "hosts", "to": ["www.mill.example"]}
    chain.state("link.change", hosts, sub=made.uscc(made.MILL), at="2026-09-20T08:00:00+08:00")
    assert chain.known.book.hosts == {}


def test_a_dispute_names_statements_that_exist():
    with pytest.raises(refused.NamedStatementUnknown):
        Chain().state("dispute.open", made.a_dispute([made.statement_id("nowhere")]), sub="urn:x")


def test_oversight_stands_on_the_time_line_of_its_lots():
    chain = good_chain()
    data = {"matter": "监督抽检", "lots": [made.lot(made.MILL, "K1"), made.lot(made.MILL, "NONE")]}
    effects = chain.state("oversight.sampling", data, by=made.BUREAU, roles=BUREAU)
    assert effects.changes[0] == LotMentioned(chain.lot("K1").id, "oversight.sampling")
    assert isinstance(effects.changes[1], RecordKept)


def test_a_closed_matter_lifts_its_own_hold_and_no_other():
    chain = good_chain()
    order(chain, "oversight.hold", "K2", matter="案1")
    order(chain, "oversight.hold", "K2", matter="案2")
    first = order(chain, "oversight.closing", "K2", matter="案1")
    assert [change for change in first.changes if isinstance(change, LotState)] == []
    assert chain.lot("K2").state == "locked"
    refuses(chain, refused.GateClosed, "code.activate", activation(chain))
    order(chain, "oversight.closing", "K2", matter="案2")
    assert (chain.lot("K2").state, chain.marks("K2")) == ("normal", [])
    chain.state("code.activate", activation(chain), at="2026-10-16T08:00:00+08:00")


def test_recalled_goods_stay_recalled_when_the_matter_closes():
    chain = good_chain()
    order(chain, "oversight.hold", "K1")
    order(chain, "oversight.recall", "K1")
    again = order(chain, "oversight.hold", "K1", matter="案2")
    assert [change for change in again.changes if isinstance(change, LotState)] == []
    closed = order(chain, "oversight.closing", "K1")
    assert len([change for change in closed.changes if isinstance(change, MarkCleared)]) == 1
    assert chain.lot("K1").state == "recalled"
    assert ("P05", "lot-recalled") in chain.marks("K1")


def test_a_self_stated_name_is_none():
    chain, mill = Chain(), made.uscc(made.MILL)
    chain.state("master.party", made.a_party(name="天下第一米"), sub=mill)
    assert "name" not in chain.known.parties[mill]
    chain.state("master.party", made.a_party(), by=made.BUREAU, roles=BUREAU, sub=mill)
    chain.state("master.party", made.a_party(name="天下第一米", address="新址"), sub=mill)
    assert chain.known.parties[mill]["name"] == made.a_party()["name"]
    assert chain.known.parties[mill]["address"] == "新址"
