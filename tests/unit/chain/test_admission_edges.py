"""The corners of admission: mixed units, other years of the law, records that only pass through."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.admission import refuses
from tests.builders.chain import BUREAU, LABORATORY, Chain, good_chain
from trace.chain.admission.licence import licence_year
from trace.chain.effects import LotMentioned, LotState, NewLink, RecordKept, RecordSuperseded
from trace.chain.facts import parse_fact
from trace.chain.needs import Needs
from trace.errors import food as refused
from trace.quantities import Quantity


def received(*lots: tuple[str, dict[str, str]]) -> Chain:
    chain = Chain()
    for batch, quantity in lots:
        receipt = made.a_receipt(lot=made.lot(made.MILL, batch), quantity=quantity, supplierLot=made.ABSENT)
        chain.state("food.receipt", receipt)
    return chain


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
    assert not effects.marks


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


def test_under_the_old_form_an_unknown_basis_is_marked_not_refused():
    chain = Chain()
    old = {"harvestedFrom": "2025-10-05T07:00:00+08:00", "harvestedTo": "2025-10-05T17:00:00+08:00"}
    chain.farm("farm.harvest", made.a_harvest(**old))
    certificate = made.a_certificate(issuedAt="2025-10-05T18:00:00+08:00")
    assert not chain.farm("farm.certificate", {**certificate, "basis": "self_commitment"}).marks
    (mark,) = chain.farm("farm.certificate", {**certificate, "basis": "hearsay", "certNo": "C-2"}).marks
    assert (mark.rule, mark.gates, mark.params["value"]) == ("R10", (), "hearsay")
    (before,) = [
        one
        for one in chain.farm(
            "farm.certificate", {**certificate, "basis": "x", "issuedAt": "2021-10-01T08:00:00+08:00"}
        ).changes
        if isinstance(one, LotMentioned)
    ]
    assert before.role == "certificate"


@pytest.mark.parametrize("used", ["2026-10-20", "2026-09-28"])
def test_an_operation_after_the_harvest_or_long_before_it_does_not_mark_it(used):
    chain = Chain()
    chain.farm("farm.operation", made.an_operation(usedOn="2026-09-01", input=made.ABSENT))
    chain.farm("farm.operation", made.an_operation(usedOn=used))
    data = made.a_harvest()
    assert not chain.farm("farm.harvest", data, at="2026-10-05T17:00:00+08:00").marks


def test_only_a_packed_lot_has_codes_to_activate():
    chain = good_chain()
    report = chain.lot("RICE-A").reports[0].statement_id
    with pytest.raises(refused.LotNotHeld):
        chain.state("code.activate", made.an_activation(lot=made.lot(made.MILL, "RICE-A"), report=report))


def test_before_the_guideline_a_bare_label_is_no_matter():
    chain = Chain()
    receipt = made.a_receipt(receivedAt="2024-01-05T08:00:00+08:00", supplierLot=made.ABSENT)
    chain.state("food.receipt", receipt)
    pack = made.a_pack(
        fromLot=made.lot(made.MILL, "R1"), lbNo=made.ABSENT, label={}, packedAt="2024-01-06T08:00:00+08:00"
    )
    assert not chain.state("food.pack", pack).marks


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (None, "unknown"),
        ({"status": "cancelled"}, "cancelled"),
        ({"holder": made.uscc(made.TOFU)}, "other-holder"),
        ({"validTo": "2026-09-30"}, "outside-dates"),
    ],
)
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


def test_the_suppliers_own_certificate_vouches_for_the_goods():
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    chain.farm("farm.certificate", made.a_certificate())
    chain.state("food.receipt", made.a_receipt(proofs=[]))
    assert chain.marks("R1") == []


def test_places_and_products_are_kept_as_last_stated():
    chain = Chain()
    chain.state("master.place", made.a_plot(), by=made.BUREAU, roles=BUREAU, sub=made.plot(1))
    chain.state("master.product", made.a_product(), sub=made.RICE)
    chain.state("master.product", made.a_product(name="改名大米"), sub=made.RICE)
    assert chain.known.places[made.plot(1)]["name"] == "一号田"
    assert chain.known.products[made.RICE]["name"] == "改名大米"


@pytest.mark.parametrize(
    ("typ", "sub", "data"),
    [("master.product", made.RICE, made.a_product()), ("master.place", "urn:place:mill-1", made.a_plot())],
)
def test_what_one_party_stated_another_does_not_restate(typ, sub, data):
    chain = Chain()
    chain.state(typ, data, sub=sub)
    refusal = refuses(chain, refused.MasterForeign, typ, data, by=made.TOFU, sub=sub)
    assert (refusal.params["owner"], refusal.params["rule"]) == (made.uscc(made.MILL), "P19")
    chain.state(typ, data, by=made.BUREAU, roles=BUREAU, sub=sub)
    refuses(chain, refused.MasterForeign, typ, data, sub=sub)


def test_what_the_log_took_before_the_rule_stays_taken():
    chain = Chain()
    early = {"at": "2026-09-20T08:00:00+08:00", "sub": made.RICE}
    chain.state("master.product", made.a_product(), **early)
    chain.state("master.product", made.a_product(name="改名大米"), by=made.TOFU, **early)
    assert chain.known.products[made.RICE]["name"] == "改名大米"


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


def test_a_corrected_certificate_and_report_take_the_place_of_the_first():
    chain = Chain()
    chain.farm("farm.harvest", made.a_harvest())
    sub = made.lot(made.COOPERATIVE, "H1")
    first = chain.farm("farm.certificate", made.a_certificate()).entry.statement_id
    chain.farm("correction", made.a_correction(first, made.a_certificate(origin="上海市奉贤区")), sub=sub)
    assert [one.data["origin"] for one in chain.lot("H1", made.COOPERATIVE).certificates] == ["上海市奉贤区"]
    report = made.a_report(lot=sub, purpose="certificate", conclusion="fail")
    wrong = chain.state("lab.report", report, by=made.LAB, roles=LABORATORY).entry.statement_id
    assert chain.marks("H1", made.COOPERATIVE) == [("R05", "failed-report")]
    right = made.a_correction(wrong, {**report, "conclusion": "pass"})
    effects = chain.state("correction", right, by=made.LAB, roles=LABORATORY, sub=sub)
    assert [change.kind for change in effects.changes if isinstance(change, RecordSuperseded)] == ["report"]
    assert chain.marks("H1", made.COOPERATIVE) == []
    assert [one.conclusion for one in chain.lot("H1", made.COOPERATIVE).reports] == ["pass"]


def test_a_correction_keeps_the_subject():
    chain = Chain()
    first = chain.farm("farm.harvest", made.a_harvest()).entry.statement_id
    with pytest.raises(refused.NotCorrectable):
        chain.farm("correction", made.a_correction(first, made.a_harvest()), sub=made.plot(1))


def test_an_unused_output_may_be_dropped_and_is_withdrawn():
    chain = good_chain()
    milled = next(one for one in chain.entries if one.typ == "food.production").entry.statement_id
    outputs = made.a_production()["outputs"][:1]
    dropped = made.a_correction(milled, made.a_production(outputs=outputs))
    chain.state("correction", dropped, sub=made.lot(made.MILL, "M20261012A"))
    bran = chain.lot("BRAN-A")
    assert bran.state == "withdrawn"
    assert LotState(bran.id, "withdrawn") in chain.entries[-1].changes


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


def test_needs_add_up():
    fact = parse_fact("food.receipt", made.a_receipt(), made.lot(made.MILL, "R1"), chain_time())
    other = Needs(lots=frozenset({"x"}))
    assert (fact.needs() | other) == Needs.all_of([fact.needs(), other])


def chain_time():
    return good_chain().entries[0].occurred_at


def test_the_needs_of_a_correction_name_all_that_the_replacement_speaks_of():
    data = made.a_correction(made.statement_id("x"), made.a_pack(_sd=["q" * 43]))
    needs = parse_fact("correction", data, "x", chain_time()).needs()
    assert f"urn:licence:{made.RICE_MARK}" in needs.licences
    assert needs.products == {made.RICE}
    assert needs.lots == {made.lot(made.MILL, "K1"), made.lot(made.MILL, "RICE-A")}
    assert needs.amended == needs.disputes == {made.statement_id("x")}
