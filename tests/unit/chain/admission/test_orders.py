"""Orders on goods: who gives them, how each ends, and that no act of their own lets goods out of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders import orders
from tests.builders.admission import activation, item_chain, milling, refuses
from tests.builders.chain import BUREAU, FOOD_LOG, Chain, good_chain
from trace.chain.admission import Door
from trace.chain.effects import LotState
from trace.errors import food as refused
from trace.errors import orders as wrong
from trace.parties import OPERATORS

K1, K2, R1, RICE = (made.lot(made.MILL, batch) for batch in ("K1", "K2", "R1", "RICE-A"))
OTHER = "11310115XN0000CC31"
SHOP = "91310115XN0000DD4Q"


def ordered(chain: Chain, typ: str, data: dict[str, Any], by: str = made.BUREAU, **how: Any) -> str:
    """The id of a bureau's statement."""
    stated = chain.state(typ, data, by=by, roles=BUREAU, sub="urn:case:1", **how)
    return stated.entry.statement_id


def refused_to(chain: Chain, refusal: type, typ: str, data: dict[str, Any], by: str = made.BUREAU) -> Any:
    return refuses(chain, refusal, typ, data, by=by, roles=BUREAU, sub="urn:case:1")


def recalled(chain: Chain, *lots: str, **changed: Any) -> str:
    return ordered(chain, "oversight.recall", orders.a_recall(*lots or (K1,), **changed))


def held(chain: Chain, *lots: str, **changed: Any) -> str:
    return ordered(chain, "oversight.hold", orders.a_hold(*lots or (K1,), **changed))


def second_edition(chain: Chain) -> Chain:
    begun = {"log": FOOD_LOG, "edition": 2}
    chain.state("platform.edition", begun, by=made.BUREAU, roles=BUREAU | {"platform"}, sub=FOOD_LOG)
    return chain


def state_of(chain: Chain, batch: str) -> tuple[str, list[str]]:
    return chain.lot(batch).state, [code for _, code in chain.marks(batch)]


def test_a_hold_is_released_by_its_statement_and_no_other_with_it():
    chain = good_chain()
    first, second = held(chain), held(chain)  # of one matter, with equal words
    ordered(chain, "oversight.release", {"orders": [first]})
    assert state_of(chain, "K1") == ("locked", ["lot-held"])
    ordered(chain, "oversight.release", {"orders": [second]})
    assert state_of(chain, "K1") == ("normal", [])


def test_a_hold_ends_once():
    chain = good_chain()
    order = held(chain)
    ordered(chain, "oversight.release", {"orders": [order]})
    refused_to(chain, wrong.OrderOver, "oversight.release", {"orders": [order]})


def test_only_the_bureau_that_ordered_ends_its_order():
    chain = good_chain()
    hold, recall = held(chain), recalled(chain, K2)
    for typ, data in (
        ("oversight.release", {"orders": [hold]}),
        ("oversight.withdrawal", orders.a_withdrawal(recall)),
        ("oversight.completion", orders.a_completion(recall)),
        ("oversight.closing", orders.a_closing(hold)),
    ):
        refusal = wrong.NotYourOrder
        refused_to(second_edition(chain) if typ == "oversight.release" else chain, refusal, typ, data, OTHER)


def test_what_is_no_order_and_what_does_not_exist_ends_nothing():
    chain = good_chain()
    recall = recalled(chain)
    refused_to(chain, wrong.OrderUnknown, "oversight.release", {"orders": [made.statement_id("nowhere")]})
    refused_to(chain, wrong.OrderOfOtherKind, "oversight.release", {"orders": [recall]})
    refused_to(chain, wrong.OrderOfOtherKind, "oversight.completion", orders.a_completion(held(chain)))


def test_a_release_names_as_many_officers_as_the_rule_wants():
    chain = good_chain()
    order = held(chain)
    (rule,) = chain.rules._by_id["P30"]
    assert rule.number == 1
    by_id = {**chain.rules._by_id, "P30": (replace(rule, value="2"),)}
    chain.rules = replace(chain.rules, _by_id=by_id, _cache={})
    refused_to(chain, wrong.OfficersMissing, "oversight.release", {"orders": [order]})
    ordered(chain, "oversight.release", {"orders": [order], "officers": orders.OFFICERS})
    assert state_of(chain, "K1") == ("normal", [])


def test_a_withdrawn_recall_is_as_if_it_had_never_been():
    chain = good_chain()
    order = recalled(chain, K1, K2)
    ordered(chain, "oversight.withdrawal", orders.a_withdrawal(order))
    assert {state_of(chain, batch)[0] for batch in ("K1", "K2")} == {"normal"}
    assert chain.marks("K1") == []
    chain.state("code.activate", activation(chain), at="2026-10-16T08:00:00+08:00")


def test_what_another_order_holds_stays_held():
    chain = good_chain()
    hold, recall = held(chain), recalled(chain)
    ordered(chain, "oversight.withdrawal", orders.a_withdrawal(recall))
    assert state_of(chain, "K1") == ("locked", ["lot-held"])
    ordered(chain, "oversight.withdrawal", orders.a_withdrawal(hold))
    assert state_of(chain, "K1") == ("normal", [])


def test_goods_that_a_correction_took_back_are_that_again_when_the_recall_goes():
    chain = good_chain()
    lot = chain.lot("K2")
    chain.known.put(chain.known.lots, lot.urn, lot.changed({"state": "withdrawn"}))
    first, second = recalled(chain, K2), recalled(chain, K2)
    ordered(chain, "oversight.withdrawal", orders.a_withdrawal(first))
    assert chain.lot("K2").state == "recalled"
    ordered(chain, "oversight.withdrawal", orders.a_withdrawal(second))
    assert chain.lot("K2").state == "withdrawn"


def test_a_completed_recall_keeps_gates_and_warning_and_may_still_have_been_a_mistake():
    chain = good_chain()
    order = recalled(chain, K2)
    done = chain.state(
        "oversight.completion", orders.a_completion(order), by=made.BUREAU, roles=BUREAU, sub="urn:case:1"
    )
    assert [change for change in done.changes if isinstance(change, LotState)] == []
    assert state_of(chain, "K2") == ("recalled", ["lot-recalled"])
    refuses(chain, refused.GateClosed, "code.activate", activation(chain))
    refused_to(chain, wrong.OrderOver, "oversight.completion", orders.a_completion(order))
    ordered(chain, "oversight.withdrawal", orders.a_withdrawal(order))
    assert state_of(chain, "K2") == ("normal", [])


def test_a_recall_of_codes_is_withdrawn_with_its_codes():
    chain = item_chain()
    part = {"lot": K1, "first": 20, "count": 10}
    order = recalled(chain, lots=made.ABSENT, serials=[part])
    lot = chain.lot("K1").id
    assert chain.known.codes[lot].standing(25).value == "recalled"
    ordered(chain, "oversight.withdrawal", orders.a_withdrawal(order))
    assert chain.known.codes[lot].standing(25).value == "active"


def test_a_closing_ends_the_holds_it_names_and_no_recall():
    chain = good_chain()
    mine, kept = held(chain), held(chain)
    recall = recalled(chain, K2)
    ordered(chain, "oversight.closing", orders.a_closing(mine, lots=[K1, made.lot(made.MILL, "NONE")]))
    assert state_of(chain, "K1") == ("locked", ["lot-held"])
    refused_to(chain, wrong.OrderOfOtherKind, "oversight.closing", orders.a_closing(recall))
    refused_to(chain, wrong.NotYourOrder, "oversight.closing", orders.a_closing(kept, matter="案9"))


def test_a_closing_of_the_first_edition_ends_holds_of_its_matter_and_bureau():
    chain = good_chain()
    free = {"matter": "案1", "lots": [K1, made.lot(made.MILL, "NONE")]}
    held(chain)
    ordered(chain, "oversight.closing", free, OTHER)
    assert state_of(chain, "K1") == ("locked", ["lot-held"])
    ordered(chain, "oversight.closing", free)
    assert state_of(chain, "K1") == ("normal", [])


def test_since_the_second_edition_an_order_names_goods_that_exist():
    chain = second_edition(good_chain())
    data = orders.a_hold(K1, made.lot(made.MILL, "NONE"))
    refused_to(chain, refused.LotUnknown, "oversight.hold", data)
    ordered(chain, "oversight.hold", data, door=Door.CARRIED)
    assert state_of(chain, "K1")[0] == "locked"


# Acts ---------------------------------------------------------------------------------------------

DECLARED = [{"rule": "P05", "reason": "监管部门书面同意复称"}]
FROM_PACK = {"fromLot": K2, "lot": made.lot(made.MILL, "K9"), "quantity": made.kg("10")}
PART = {"lot": K2, "quantity": made.kg("10")}
OUT = {"lot": made.lot(made.MILL, "OUT"), "productName": "大米", "quantity": made.kg("10")}
NEW = {"startedAt": "2026-10-14T08:00:00+08:00", "finishedAt": "2026-10-14T09:00:00+08:00"}
ACTS = {
    "food.pack": made.a_pack(**FROM_PACK, packs={"value": "2", "unit": "件"}),
    "food.merge": made.a_merge(inputs=[PART], output=OUT, loss=made.ABSENT, **NEW),
    "food.split": made.a_split(input=PART, outputs=[OUT], **NEW),
    "food.production": milling(
        batch=made.lot(made.MILL, "M9"),
        inputs=[{**PART, "role": "main"}],
        outputs=[{**OUT, "kind": "product"}],
        loss=made.ABSENT,
        yieldOf=made.ABSENT,
        productionDate="2026-10-14",
        **NEW,
    ),
    "food.disposal": made.a_disposal(lot=K2, quantity=made.kg("10"), manner="donated"),
}


@pytest.mark.parametrize("typ", sorted(ACTS))
def test_goods_made_of_recalled_ones_are_used_only_with_a_declaration(typ):
    chain = good_chain()
    ordered(chain, "oversight.recall", orders.a_recall(R1))
    refusal = refuses(chain, refused.HeldLotUsed, typ, ACTS[typ])
    assert refusal.params["lot"] == R1
    effects = chain.state(typ, {**ACTS[typ], "declared": DECLARED})
    assert [mark.code for mark in effects.marks if mark.rule == "P05"] == ["held-lot-used"]


def test_what_holds_for_several_inputs_is_declared_once():
    chain = good_chain()
    ordered(chain, "oversight.recall", orders.a_recall(R1))
    inputs = [{**PART, "lot": lot} for lot in (K1, K2)]
    output = {**OUT, "quantity": made.kg("20")}
    data = made.a_merge(inputs=inputs, output=output, loss=made.ABSENT, declared=DECLARED, **NEW)
    (mark,) = [mark for mark in chain.state("food.merge", data).marks if mark.rule == "P05"]
    assert mark.params["lot"] == R1


@pytest.mark.parametrize("typ", sorted(ACTS))
def test_without_an_order_the_same_act_is_free(typ):
    assert [mark.rule for mark in good_chain().state(typ, ACTS[typ]).marks if mark.rule == "P05"] == []


# Firms --------------------------------------------------------------------------------------------


def firm_recall(chain: Chain, data: dict[str, Any], by: str = made.MILL) -> str:
    return chain.state("food.recall", data, by=by, roles=OPERATORS, sub="urn:case:1").entry.statement_id


def test_a_firm_recalls_its_own_goods_with_all_that_an_order_does():
    chain = good_chain()
    order = firm_recall(chain, orders.a_firm_recall(K1, K2))
    assert state_of(chain, "K1") == ("recalled", ["lot-recalled"])
    refuses(chain, refused.GateClosed, "code.activate", activation(chain))
    for step in ("plan", "notice", "announcement", "progress", "completion"):
        data = orders.a_step(step, order)
        refusal = wrong.NotYourRecall
        refuses(chain, refusal, f"food.recall.{step}", data, by=made.TOFU, roles=OPERATORS, sub="urn:case:1")
        chain.state(f"food.recall.{step}", data, sub="urn:case:1")
    assert state_of(chain, "K1") == ("recalled", ["lot-recalled"])


def test_a_step_belongs_to_a_firm_s_recall():
    chain = good_chain()
    data = orders.a_step("plan", recalled(chain))
    refuses(chain, wrong.OrderOfOtherKind, "food.recall.plan", data, sub="urn:case:1")


def test_whoever_has_the_goods_answers_for_its_own_lot_alone():
    chain = good_chain()
    order = firm_recall(chain, orders.a_firm_recall(K1))
    chain.state("food.recall.reply", orders.a_reply(order), sub=K1)
    assert state_of(chain, "K1") == ("recalled", ["lot-recalled"])
    how = {"by": SHOP, "roles": OPERATORS, "sub": K1}
    refuses(chain, refused.LotNotHeld, "food.recall.reply", orders.a_reply(order), **how)
    ordered = good_chain()
    refuses(ordered, wrong.OrderOfOtherKind, "food.recall.reply", orders.a_reply(recalled(ordered)), sub=K1)


def test_a_firm_recalls_codes_of_its_own():
    chain = item_chain()
    part = {"lot": K1, "first": 20, "count": 10}
    firm_recall(chain, orders.a_firm_recall(K2, serials=[part]))
    assert chain.known.codes[chain.lot("K1").id].standing(25).value == "recalled"


def test_nobody_recalls_the_goods_of_others():
    chain = good_chain()
    for data in (orders.a_firm_recall(K1), orders.a_firm_recall(made.lot(made.TOFU, "NONE"))):
        refusal = refused.LotUnknown if "NONE" in data["lots"][0] else wrong.RecallForeign
        how = {"by": SHOP, "roles": OPERATORS, "sub": "urn:case:1"}
        refuses(chain, refusal, "food.recall", data, **how)


def test_a_bureau_withdraws_a_firm_s_recall_and_the_firm_does_not():
    chain = good_chain()
    order = firm_recall(chain, orders.a_firm_recall(K1))
    data = orders.a_withdrawal(order)
    refuses(chain, refused.MayNotState, "oversight.withdrawal", data, sub="urn:case:1")
    ordered(chain, "oversight.withdrawal", data, OTHER)
    assert state_of(chain, "K1") == ("normal", [])


@pytest.mark.parametrize(
    ("area", "may"), [("310000", True), ("310151", True), ("310115", False), ("42", False)]
)
def test_it_is_a_bureau_of_the_firm_s_area(area, may):
    chain = good_chain()
    for party, region in ((made.MILL, "310151"), (OTHER, area)):
        chain.known.parties[made.uscc(party)] = {"region": region}
    data = orders.a_withdrawal(firm_recall(chain, orders.a_firm_recall(K1)))
    if may:
        ordered(chain, "oversight.withdrawal", data, OTHER)
    else:
        refused_to(chain, wrong.NotYourOrder, "oversight.withdrawal", data, OTHER)


@pytest.mark.parametrize("typ", ["food.production", "food.split", "food.merge", "food.pack"])
def test_the_principal_that_a_maker_names_recalls_what_was_made_for_it(typ):
    chain = good_chain()
    data = {**ACTS[typ], "principal": made.uscc(SHOP)}
    chain.state(typ, data)
    named = "K9" if typ == "food.pack" else "OUT"
    firm_recall(chain, orders.a_firm_recall(made.lot(made.MILL, named)), by=SHOP)
    assert chain.lot(named).state == "recalled"


def test_packs_of_what_was_made_for_a_principal_are_its_own_too():
    chain = good_chain()
    chain.state("food.split", {**ACTS["food.split"], "principal": made.uscc(SHOP)})
    pack = {**ACTS["food.pack"], "fromLot": OUT["lot"], "packedAt": "2026-10-14T12:00:00+08:00"}
    chain.state("food.pack", pack)
    firm_recall(chain, orders.a_firm_recall(made.lot(made.MILL, "K9")), by=SHOP)
    assert chain.lot("K9").state == "recalled"


PREFIXES = [({}, True), ({"number": "9521"}, False), ({"number": "6901"}, False)]
PREFIXES += [({"status": "cancelled"}, False), ({"kind": "cma"}, False), ({"validTo": "2026-01-01"}, False)]
PREFIXES += [({"number": "GS1-1"}, False)]


@pytest.mark.parametrize(("changed", "may"), PREFIXES)
def test_whose_prefix_is_on_the_packs_recalls_them(changed, may):
    chain = good_chain()
    prefix = orders.an_accreditation(
        **{"kind": "gs1_prefix", "number": "9521234100", "holder": made.uscc(SHOP), **changed}
    )
    chain.state("master.licence", prefix, by=made.BUREAU, roles=BUREAU)
    data = orders.a_firm_recall(K1)
    if may:
        firm_recall(chain, data, by=SHOP)
        assert chain.lot("K1").state == "recalled"
    else:
        how = {"by": SHOP, "roles": OPERATORS, "sub": "urn:case:1"}
        refuses(chain, wrong.RecallForeign, "food.recall", data, **how)


def test_goods_without_a_gtin_have_no_prefix():
    chain = good_chain()
    how = {"by": SHOP, "roles": OPERATORS, "sub": "urn:case:1"}
    refuses(chain, wrong.RecallForeign, "food.recall", orders.a_firm_recall(RICE), **how)
