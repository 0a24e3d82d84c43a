"""Item codes: allocated with a pack, in order; switched on behind the gates; withdrawn; recalled."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.admission import asked, item_chain, refuses, serials
from tests.builders.chain import BUREAU, Chain, a_ten_kilo_pack, good_chain
from trace.chain.effects import (
    CodesChanged,
    PackState,
    RangeAllocated,
)
from trace.codes.intervals import Interval
from trace.codes.ranges import CodeRange, Standing
from trace.codes.serials import gtin_scope
from trace.errors import (
    CodesNotAllocated,
    CodesWithdrawn,
    FactMalformed,
    PlatformCodeTaken,
    RangeExhausted,
    RangeFixed,
    RangeOutOfTurn,
    RangeOutside,
)
from trace.errors import food as refused


def test_a_batch_code_is_withdrawn_whole():
    chain = good_chain()
    refuses(chain, CodesNotAllocated, "code.void", made.a_void(range={"first": 0, "count": 10}))
    whole = chain.state("code.void", made.a_void())
    assert PackState(chain.lot("K1").id, "void") in whole.changes
    refuses(chain, refused.LotNotHeld, "code.void", made.a_void(), by=made.TOFU)


RICE = gtin_scope("9521234100010")


def codes(chain: Chain) -> CodeRange:
    return chain.known.codes[chain.lot("K1").id]


def test_a_pack_is_allocated_the_next_counters_of_its_gtin():
    chain = good_chain(codeLevel="item", serials=serials(0, 1600))
    lot = chain.lot("K1").id
    (allocated,) = [
        each for told in chain.entries for each in told.changes if isinstance(each, RangeAllocated)
    ]
    assert (allocated.lot, allocated.scope, allocated.epoch) == (lot, RICE, "0")
    assert codes(chain).interval == Interval(0, 1600)
    assert chain.known.counters == {(RICE, "0"): 1600}


@pytest.mark.parametrize(("first", "due"), [(1, 0), (2**49, 0)])
def test_serials_out_of_turn_are_refused_with_the_counter_that_is_due(first, due):
    with pytest.raises(RangeOutOfTurn) as caught:
        good_chain(serials=serials(first, 10))
    assert caught.value.params["due"] == due


def test_two_packs_never_share_a_code():
    chain = good_chain(codeLevel="item", serials=serials(0, 1600))
    again = a_ten_kilo_pack(
        lot=made.lot(made.MILL, "K3"), quantity=made.kg("10"), packs={"value": "1", "unit": "件"},
        gtin="9521234100010", serials=serials(1599, 1), declared=[{"rule": "R18", "reason": "零头，秤不准"}],
    )  # fmt: skip
    refusal = refuses(chain, RangeOutOfTurn, "food.pack", again)
    assert refusal.params["due"] == 1600
    chain.state("food.pack", {**again, "serials": serials(1600, 1)})
    assert chain.known.counters[RICE, "0"] == 1601
    chain.state("food.pack", {**again, "lot": made.lot(made.MILL, "K4"), "serials": serials(0, 1, "1")})
    assert chain.known.counters[RICE, "1"] == 1


def test_counters_end():
    chain = Chain()
    chain.known.counters[RICE, "0"] = 2**50 - 5
    for told in good_chain().told[:-5]:
        chain.known.apply(told.effects)
    refuses(chain, RangeExhausted, "food.pack", made.a_pack(serials=serials(2**50 - 5, 6)))


@pytest.mark.parametrize("wrong", [serials(0, 0), serials(-1, 5), serials(0, 10**9 + 1), serials(0, 5, "U")])
def test_a_range_that_cannot_be_is_malformed(wrong):
    with pytest.raises(FactMalformed):
        good_chain(serials=wrong)


def act(chain: Chain, first: int | None = None, count: int = 1, **changed: Any) -> dict[str, Any]:
    part = {} if first is None else {"range": {"first": first, "count": count}}
    report = chain.lot("RICE-A").reports[0].statement_id
    return made.an_activation(report=report, codeLevel="item", **part, **changed)


def test_all_codes_go_live_but_the_void_one():
    chain = item_chain()
    effects = chain.state("code.activate", act(chain))
    (change,) = [each for each in effects.changes if isinstance(each, CodesChanged)]
    assert (change.standing, change.first, change.count) == ("active", 0, 1600)
    assert [codes(chain).standing(each) for each in (6, 7, 8)] == ["active", "void", "active"]


def test_a_part_goes_live_and_the_rest_waits():
    chain = item_chain()
    before = codes(chain).standing(11)  # the chain's own activation was of the whole lot
    assert before is Standing.ACTIVE
    fresh = good_chain(codeLevel="item", serials=serials(0, 1600))
    fresh.known.codes[fresh.lot("K1").id] = CodeRange(RICE, "0", Interval(0, 1600), "x")
    fresh.state("code.activate", act(fresh, 10, 5))
    assert [codes(fresh).standing(each) for each in (9, 10, 14, 15)] == [
        "allocated", "active", "active", "allocated",
    ]  # fmt: skip


def test_void_codes_never_come_back_and_others_of_the_range_do():
    chain = item_chain()
    refuses(chain, CodesWithdrawn, "code.activate", act(chain, 0, 8))
    refuses(chain, RangeOutside, "code.activate", act(chain, 1599, 2))
    chain.state("code.activate", act(chain, 8, 2))
    whole = chain.state("code.void", made.a_void())
    assert PackState(chain.lot("K1").id, "void") in whole.changes
    refuses(chain, CodesWithdrawn, "code.activate", act(chain))


def test_voiding_the_last_codes_voids_the_pack():
    chain = item_chain()
    first = chain.state("code.void", made.a_void(range={"first": 0, "count": 1000}))
    assert not [each for each in first.changes if isinstance(each, PackState)]
    last = chain.state("code.void", made.a_void(range={"first": 1000, "count": 600}))
    assert [each.state for each in last.changes if isinstance(each, PackState)] == ["void"]


def test_codes_wait_for_the_gates_like_a_batch_code():
    chain = item_chain()
    failed = made.a_report(lot=made.lot(made.MILL, "K1"), purpose="sampling", conclusion="fail")
    chain.state("lab.report", asked(chain, failed), by=made.LAB, roles=frozenset({"lab"}))
    refuses(chain, refused.FailedTestStands, "code.activate", act(chain, 20, 5))


def test_a_recall_may_name_codes_of_a_lot_that_it_leaves_alone_otherwise():
    chain = item_chain()
    part = [{"lot": made.lot(made.MILL, "K1"), "first": 100, "count": 20}]
    order = {"matter": "案3", "serials": part}
    chain.state("oversight.recall", order, by=made.BUREAU, roles=BUREAU, sub="urn:case:3")
    assert [codes(chain).standing(each) for each in (99, 100, 119, 120)] == [
        "active", "recalled", "recalled", "active",
    ]  # fmt: skip
    assert chain.lot("K1").state == "normal"
    for wrong, refusal in (
        ({"lot": made.lot(made.MILL, "K2"), "first": 0, "count": 1}, CodesNotAllocated),
        ({"lot": made.lot(made.MILL, "K1"), "first": 1599, "count": 2}, RangeOutside),
        ({"lot": made.lot(made.MILL, "NONE"), "first": 0, "count": 1}, refused.LotUnknown),
    ):
        data = {"matter": "案4", "serials": [wrong]}
        refuses(chain, refusal, "oversight.recall", data, by=made.BUREAU, roles=BUREAU, sub="urn:case:4")


def test_a_correction_leaves_printed_codes_where_they_are():
    chain = good_chain(codeLevel="item", serials=serials(0, 1600))
    packed = next(told for told in chain.told if told.claims.typ == "food.pack")
    stated, lot = packed.claims.data, made.lot(made.MILL, "K1")
    for changed in (
        {"serials": serials(0, 1601)},
        {"serials": serials(0, 1600, "1")},
        {"gtin": "9521234100027"},
        {"gtin": "9521234100027", "serials": made.ABSENT},
    ):
        restated = {name: value for name, value in {**stated, **changed}.items() if value is not made.ABSENT}
        wrong = made.a_correction(packed.entry.statement_id, restated)
        refuses(chain, RangeFixed, "correction", wrong, sub=lot)
    right = made.a_correction(packed.entry.statement_id, {**stated, "batchNo": "M20261012A-1"})
    chain.state("correction", right, sub=lot)
    assert codes(chain).interval == Interval(0, 1600)


def test_a_platform_code_names_one_lot():
    chain = good_chain()
    chain.state("code.activate", act(chain, platformCode="0123-4567-89AB"))
    chain.state("code.activate", act(chain, platformCode="0123-4567-89AB"))
    other = act(chain, lot=made.lot(made.MILL, "K2"), gtin=made.ABSENT, platformCode="0123-4567-89AB")
    refuses(chain, PlatformCodeTaken, "code.activate", other)
    with pytest.raises(FactMalformed):
        chain.state("code.activate", act(chain, platformCode="0123-4567-89AU"))


def test_only_a_packed_lot_has_codes_to_activate():
    chain = good_chain()
    report = chain.lot("RICE-A").reports[0].statement_id
    with pytest.raises(refused.LotNotHeld):
        chain.state("code.activate", made.an_activation(lot=made.lot(made.MILL, "RICE-A"), report=report))
