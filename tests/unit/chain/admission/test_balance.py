"""R18, the mass balance: slips refused with their figures, or declared and marked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.admission import GAP, R1, in_store, milling, received, refuses
from trace.chain.effects import NewLink, NewLot
from trace.chain.pack_contents import content_of
from trace.errors import food as refused
from trace.quantities import Quantity

SLIPS = [
    (
        refused.ConsumedBeyondAvailable,
        {
            "inputs": [{"lot": made.lot(made.MILL, "R1"), "quantity": made.kg("17000"), "role": "main"}],
            "yieldOf": made.ABSENT,
        },
        ("17000 kg", "16900 kg"),
    ),
    (
        refused.OutputsExceedInputs,
        {"loss": {"quantity": made.kg("3401"), "reason": "稻壳"}},
        ("10201 kg", "10000 kg"),
    ),
    (
        refused.YieldOutOfRange,
        {"inputs": [{"lot": made.lot(made.MILL, "R1"), "quantity": made.kg("12000"), "role": "main"}]},
        ("56.67 %", "60–72 %"),
    ),
]


@pytest.mark.parametrize(("refusal", "changed", "figures"), SLIPS)
def test_a_probable_slip_is_refused_with_its_figures(refusal, changed, figures):
    caught = refuses(in_store(), refusal, "food.production", milling(**changed))
    assert caught.params["rule"] == "R18"
    assert (caught.params["value"], caught.params["limit"]) == figures


@pytest.mark.parametrize(("refusal", "changed", "figures"), SLIPS)
def test_a_declared_slip_enters_with_a_named_gap(refusal, changed, figures):
    chain = in_store()
    (mark,) = chain.state("food.production", milling(**changed, declared=GAP)).marks
    assert (mark.rule, mark.code, mark.declared) == ("R18", "gap", GAP[0]["reason"])
    assert (mark.params["value"], mark.params["limit"]) == figures
    assert mark.params["kind"] == refusal.code


def test_a_declaration_of_another_rule_does_not_help():
    declared = [{"rule": "R07", "reason": "磅秤故障，已复核"}]
    changed = {**SLIPS[1][1], "declared": declared}
    refuses(in_store(), refused.OutputsExceedInputs, "food.production", milling(**changed))


def test_one_lot_named_twice_is_summed():
    twice = [{"lot": made.lot(made.MILL, "R1"), "quantity": made.kg("8500"), "role": "main"}] * 2
    caught = refuses(in_store(), refused.ConsumedBeyondAvailable, "food.production", milling(inputs=twice))
    assert caught.params["value"] == "17000 kg"


def test_outputs_within_the_tolerance_pass():
    loss = {"quantity": made.kg("3400"), "reason": "稻壳"}
    assert not in_store().state("food.production", milling(loss=loss)).marks


def test_tonnes_and_kilograms_of_one_batch_add_up_exactly():
    chain = in_store()
    chain.farm("farm.harvest", made.a_harvest(lot=made.lot(made.COOPERATIVE, "H2")))
    second = {"lot": made.lot(made.MILL, "R2"), "supplierLot": made.lot(made.COOPERATIVE, "H2")}
    chain.state("food.receipt", made.a_receipt(**second))
    tonnes = {"lot": second["lot"], "quantity": {"value": "2.5", "unit": "t"}, "role": "main"}
    kilos = {"lot": R1, "quantity": made.kg("7500"), "role": "main"}
    chain.state("food.production", milling(inputs=[kilos, tonnes]))
    assert chain.lot("M20261012A").quantity == Quantity.of("10000", "kg")
    assert chain.lot("R2").available == Quantity.of("14400", "kg")


def test_a_lot_split_into_mass_and_pieces_is_not_shared_out():
    chain = in_store()
    pieces = {"value": "40", "unit": "袋"}
    halves = [
        {"lot": made.lot(made.MILL, batch), "productName": "稻谷", "quantity": quantity}
        for batch, quantity in (("R1-a", made.kg("500")), ("R1-b", pieces))
    ]
    data = made.a_split(input={"lot": R1, "quantity": made.kg("1000")}, outputs=halves)
    effects = chain.state("food.split", data)
    links = [change for change in effects.changes if isinstance(change, NewLink)]
    assert [link.taken for link in links] == [None, None]
    assert chain.lot("R1").available == Quantity.of("15900", "kg")


def test_a_lot_renamed_by_a_split_into_one_takes_all_of_the_input():
    chain = in_store()
    one = [{"lot": made.lot(made.MILL, "R1-a"), "productName": "稻谷", "quantity": made.kg("990")}]
    data = made.a_split(input={"lot": R1, "quantity": made.kg("1000")}, outputs=one)
    (link,) = [change for change in chain.state("food.split", data).changes if isinstance(change, NewLink)]
    assert (link.taken, link.given) == (Quantity.of("1000", "kg"), Quantity.of("990", "kg"))


def merging(*parts: tuple[str, dict[str, str]], into: dict[str, str]) -> dict[str, Any]:
    return made.a_merge(
        inputs=[{"lot": made.lot(made.MILL, batch), "quantity": quantity} for batch, quantity in parts],
        output={"lot": made.lot(made.MILL, "S1"), "productName": "稻谷", "quantity": into},
        loss=made.ABSENT,
    )


def test_tonnes_and_kilograms_merge_exactly():
    tonne = {"value": "1.5", "unit": "t"}
    chain = received(("A", tonne), ("B", made.kg("500")))
    effects = chain.state("food.merge", merging(("A", tonne), ("B", made.kg("500")), into=made.kg("2000")))
    given = [change.given for change in effects.changes if isinstance(change, NewLink)]
    assert given == [Quantity.of("1500", "kg"), Quantity.of("500", "kg")]
    again = merging(("A", made.kg("1")), into=made.kg("1"))
    again["output"]["lot"] = made.lot(made.MILL, "S2")
    with pytest.raises(refused.ConsumedBeyondAvailable):
        chain.state("food.merge", again)


def test_litres_and_kilograms_merge_without_a_sum():
    litres = {"value": "100", "unit": "L"}
    chain = received(("A", litres), ("B", made.kg("50")))
    effects = chain.state("food.merge", merging(("A", litres), ("B", made.kg("50")), into=made.kg("149")))
    assert [change.given for change in effects.changes if isinstance(change, NewLink)] == [None, None]
    (mark,) = effects.marks
    assert (mark.rule, mark.code, mark.gates) == ("P28", "not-comparable", ())
    assert mark.params["value"] == ["L", "kg"]


BAGS = {"value": "10", "unit": "袋"}


def mixed_batch(chain, kilos: str, **more):
    """10 bags and 100 kg into one batch."""
    inputs = [
        {"lot": made.lot(made.MILL, "A"), "quantity": BAGS, "role": "main"},
        {"lot": made.lot(made.MILL, "B"), "quantity": made.kg("100"), "role": "main"},
    ]
    outputs = [
        {
            "lot": made.lot(made.MILL, "P"),
            "productName": "大米",
            "quantity": made.kg(kilos),
            "kind": "product",
        }
    ]
    data = made.a_production(inputs=inputs, outputs=outputs, loss=made.ABSENT, yieldOf=made.ABSENT, **more)
    return chain.state("food.production", data)


@pytest.mark.parametrize("spec", ["25 kg/袋", "25公斤/袋", "２５kg／袋", "25000 g/袋", "50斤每袋"])
def test_bags_count_by_the_content_that_is_stated(spec):
    chain = received(("A", BAGS), ("B", made.kg("100")), spec=spec)
    effects = mixed_batch(chain, "350")
    assert not effects.marks
    batch = next(
        change for change in effects.changes if isinstance(change, NewLot) and change.kind == "batch"
    )
    assert batch.quantity == Quantity(Decimal(350), "kg")
    given = [change.given for change in effects.changes if isinstance(change, NewLink)][:2]
    assert [amount.to("kg") for amount in given] == [
        Quantity(Decimal(250), "kg"),
        Quantity(Decimal(100), "kg"),
    ]


def test_more_out_of_bags_than_they_hold_is_seen():
    chain = received(("A", BAGS), ("B", made.kg("100")), spec="25 kg/袋")
    with pytest.raises(refused.OutputsExceedInputs):
        mixed_batch(chain, "400")


@pytest.mark.parametrize("spec", ["散装", "25 kg/箱", "500 g×20/袋", "0 kg/袋", "25 Zz/袋", "999999999 t/袋"])
def test_bags_of_which_nobody_said_what_they_hold_are_marked(spec):
    chain = received(("A", BAGS), ("B", made.kg("100")), spec=spec)
    (mark,) = mixed_batch(chain, "400").marks
    assert (mark.code, mark.params["value"]) == ("not-comparable", ["kg", "袋"])


def test_packs_and_products_count_by_their_net_content():
    """Opened packs, received by the piece, go into a batch of a product whose bags are counted."""
    chain = received(("A", made.kg("1000")), ("B", made.kg("100")))
    product = made.a_product(spec="10 kg/袋")
    chain.state("master.product", product, sub="urn:gtin:09521234100010")
    pack = made.a_pack(
        lot=made.lot(made.MILL, "K"),
        fromLot=made.lot(made.MILL, "A"),
        quantity=made.kg("1000"),
        packs={"value": "200", "unit": "件"},
        netContent=made.kg("5"),
        lbNo=made.ABSENT,
    )
    chain.state("food.pack", pack)
    assert content_of(chain.lot("K").detail) == {"件": Quantity(Decimal(5), "kg")}
    effects = chain.state(
        "food.production",
        made.a_production(
            inputs=[{"lot": made.lot(made.MILL, "B"), "quantity": made.kg("100"), "role": "main"}],
            outputs=[
                {
                    "lot": made.lot(made.MILL, "P"),
                    "product": "urn:gtin:09521234100010",
                    "productName": "大米",
                    "quantity": {"value": "9", "unit": "袋"},
                    "kind": "product",
                }
            ],
            loss=made.ABSENT,
            yieldOf=made.ABSENT,
        ),
    )
    assert not [mark for mark in effects.marks if mark.rule == "P28"]
    assert chain.lot("M20261012A").available == Quantity(Decimal(10), "kg")


def test_a_split_into_other_units_shares_out_the_whole_input():
    chain = received(("S1", made.kg("3000")))
    outputs = [
        {"lot": made.lot(made.MILL, "a"), "productName": "稻谷", "quantity": made.kg("1000")},
        {"lot": made.lot(made.MILL, "b"), "productName": "稻谷", "quantity": {"value": "1", "unit": "t"}},
    ]
    split = made.a_split(
        input={"lot": made.lot(made.MILL, "S1"), "quantity": made.kg("2001")}, outputs=outputs
    )
    links = [change for change in chain.state("food.split", split).changes if isinstance(change, NewLink)]
    assert [link.taken for link in links] == [Quantity.of("1000.5", "kg")] * 2
    pieces = [{**outputs[0], "lot": made.lot(made.MILL, "c")}]
    pieces.append({**outputs[1], "lot": made.lot(made.MILL, "d"), "quantity": {"value": "3", "unit": "袋"}})
    left = {"lot": made.lot(made.MILL, "S1"), "quantity": made.kg("999")}
    links = [
        change
        for change in chain.state("food.split", {**split, "input": left, "outputs": pieces}).changes
        if isinstance(change, NewLink)
    ]
    assert [link.taken for link in links] == [None, None]


@pytest.mark.parametrize(
    ("process", "quantity"), [("turning_water_into_wine", "6900"), ("paddy_to_rice", "6900 袋")]
)
def test_a_yield_is_judged_only_where_it_can_be(process, quantity):
    chain = received(("R1", made.kg("10000")))
    value, _, unit = quantity.partition(" ")
    output = {
        "lot": made.lot(made.MILL, "RICE-A"),
        "productName": "大米",
        "quantity": {"value": value, "unit": unit or "kg"},
        "kind": "product",
    }
    inputs = [{"lot": made.lot(made.MILL, "R1"), "quantity": made.kg("9000"), "role": "main"}]
    data = made.a_production(inputs=inputs, outputs=[output], loss=made.ABSENT, yieldOf=process)
    assert not [mark for mark in chain.state("food.production", data).marks if mark.rule == "R18"]
