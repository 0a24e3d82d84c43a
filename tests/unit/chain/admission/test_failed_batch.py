"""A packing that failed closes the gates of its production batch, and opens them when that is lifted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.admission import activation, refuses, second_edition
from tests.builders.chain import BUREAU, Chain, good_chain
from trace.chain.admission.packings_known import KnownPackings
from trace.chain.lineage.arcs import FAR
from trace.chain.lineage.packings import NO_PACKINGS, Packing, packings_beside
from trace.errors import food as refused

K1, K2, RICE = (made.lot(made.MILL, batch) for batch in ("K1", "K2", "RICE-A"))
CADMIUM = [{"name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}]
SENT_BEFORE = [{"rule": rule, "reason": "收到结果前已装车发出"} for rule in ("R05", "R18", "R04")]


def begun(edition: int = 2) -> Chain:
    chain = good_chain()
    return second_edition(chain) if edition > 1 else chain


def fail(chain: Chain, lot: str = K1) -> str:
    data = made.a_report(lot=lot, purpose="sampling", items=CADMIUM, conclusion="fail", reportNo="R-9")
    return chain.state("lab.report", data).entry.statement_id


def shipped(chain: Chain, source: str = K2, **changed: Any) -> dict[str, Any]:
    report = chain.lot("RICE-A").reports[0].statement_id
    kilos = {"quantity": made.kg("100"), "releaseReport": report, "packs": made.ABSENT}
    return made.a_shipment(**{"lot": made.lot(made.MILL, "X9"), "fromLot": source, **kilos, **changed})


def test_another_packing_of_a_failed_batch_is_not_switched_on_and_says_why():
    chain = begun()
    fail(chain)
    caught = refuses(chain, refused.BatchFailed, "code.activate", activation(chain))
    said = {name: caught.params[name] for name in ("rule", "of", "lot", "mark", "value")}
    assert said == {"rule": "R05", "of": K2, "lot": K1, "mark": "failed-report", "value": "镉 0.27 mg/kg"}
    assert caught.params["clause"]


@pytest.mark.parametrize("source", [K2, RICE])
def test_goods_of_a_failed_batch_leave_only_with_a_declaration(source):
    chain = begun()
    fail(chain)
    data = shipped(chain, source, declared=SENT_BEFORE[1:])
    caught = refuses(chain, refused.ShippedOfFailedBatch, "food.shipment", data)
    assert (caught.params["of"], caught.params["lot"]) == (source, K1)
    marks = chain.state("food.shipment", {**data, "declared": SENT_BEFORE}).marks
    assert [mark.params["lot"] for mark in marks if mark.code == "shipped-through-gate"] == [K1]


def test_the_first_edition_lets_goods_of_a_failed_batch_leave_and_marks_nothing():
    chain = begun(edition=1)
    fail(chain)
    marks = chain.state("food.shipment", shipped(chain, declared=SENT_BEFORE[1:])).marks
    assert "shipped-through-gate" not in {mark.code for mark in marks}


def test_nobody_is_given_what_is_of_a_failed_batch_and_it_may_be_destroyed():
    chain = begun()
    fail(chain)
    gone = {"lot": K2, "quantity": made.kg("10")}
    given = made.a_disposal(**gone, manner="donated")
    refuses(chain, refused.ShippedOfFailedBatch, "food.disposal", given, clear=True)
    chain.state("food.disposal", made.a_disposal(**gone))


def test_what_is_lifted_or_was_not_so_opens_the_gates_of_the_whole_batch():
    chain = begun()
    failed = fail(chain)
    again = made.a_report(lot=K1, purpose="sampling", reportNo="R-9")
    chain.state("correction", made.a_correction(failed, again), sub=K1)
    refuses(chain, refused.BatchFailed, "code.activate", activation(chain))  # by its author's word alone
    finding = {"about": failed, "result": "not_established", "reason": "核对原始记录，抄写错误"}
    chain.state("oversight.finding", finding, by=made.BUREAU, roles=BUREAU, sub="urn:case:1")
    chain.state("code.activate", activation(chain), at="2026-10-16T08:00:00+08:00")


def test_in_the_first_edition_it_is_taken_and_noted():
    chain = begun(edition=1)
    fail(chain)
    effects = chain.state("code.activate", activation(chain), at="2026-10-16T08:00:00+08:00")
    assert [mark.params["refusal"] for mark in effects.marks] == ["batch-failed"]


@pytest.mark.parametrize("failing", ["by-product", "pack of the by-product", "another batch"])
def test_other_goods_of_the_batch_close_nothing(failing):
    chain = begun()
    bran, packed, other = (made.lot(made.MILL, name) for name in ("BRAN", "K9", "RICE-B"))
    made_of = {"lot": made.lot(made.MILL, "S1"), "quantity": made.kg("400"), "role": "main"}
    kinds = {bran: "by_product", other: "product"}
    outputs = [
        {"lot": lot, "productName": "米糠", "quantity": made.kg("200"), "kind": kind}
        for lot, kind in kinds.items()
    ]
    again = {"batch": made.lot(made.MILL, "M9"), "inputs": [made_of], "outputs": outputs}
    chain.state("food.production", made.a_production(**again, loss=made.ABSENT, yieldOf=made.ABSENT))
    pack = {"lot": packed, "fromLot": bran, "quantity": made.kg("100"), "lbNo": made.ABSENT}
    chain.state("food.pack", made.a_pack(**pack, packs={"value": "20", "unit": "件"}, batchNo="M9"))
    fail(chain, {"by-product": bran, "pack of the by-product": packed, "another batch": other}[failing])
    chain.state("code.activate", activation(chain), at="2026-10-16T08:00:00+08:00")
    chain.state("food.shipment", shipped(chain, lot=made.lot(made.MILL, "X8")))
    untested = [{"rule": rule, "reason": "未经检验"} for rule in ("R04", "R05")]
    beside = shipped(chain, other, lot=made.lot(made.MILL, "X9"), declared=untested)
    effects = chain.state("food.shipment", beside)
    through = [mark.params["lot"] for mark in effects.marks if mark.code == "shipped-through-gate"]
    assert through == ([other] if failing == "another batch" else [])


def test_only_the_makers_own_packings_of_the_same_goods_stand_beside_each_other():
    def packing(lot: int, urn: str, *goods: str) -> Packing:
        return Packing(lot, urn, dict.fromkeys(goods, FAR))

    failed = packing(1, "urn:lot:A:K1", "urn:lot:A:P1", "urn:lot:B:S1")
    others = [
        packing(2, "urn:lot:A:K2", "urn:lot:A:P1"),
        packing(3, "urn:lot:A:P1", "urn:lot:A:M1"),
        packing(4, "urn:lot:A:K3", "urn:lot:B:S1"),
        packing(5, "urn:lot:B:K4", "urn:lot:A:P1"),
        packing(6, "urn:lot:A:K5", "urn:lot:A:P2"),
        failed,
    ]
    assert packings_beside([failed], others) == {2: {1: FAR}, 3: {1: FAR}}
    until = Packing(2, "urn:lot:A:K2", {"urn:lot:A:P1": 5, "urn:lot:A:P2": FAR})
    assert packings_beside([failed], [until]) == {2: {1: 5}}


def test_where_nothing_is_stored_no_packing_is():
    assert NO_PACKINGS.among([1]) == NO_PACKINGS.failed(9) == NO_PACKINGS.made_of(["x"], 9) == []
    assert NO_PACKINGS.failed_of(["x"]) == []
    assert NO_PACKINGS.stated(["x"]) == {}


def test_goods_split_off_a_product_are_of_its_batch_and_split_paddy_is_of_none():
    chain = begun()
    parts = [
        {"lot": made.lot(made.MILL, name), "productName": "大米", "quantity": made.kg("50")} for name in "AB"
    ]
    for upper, first in ((RICE, "A"), (made.lot(made.MILL, "S1"), "C")):
        named = [{**part, "lot": part["lot"] + first} for part in parts]
        data = made.a_split(
            input={"lot": upper, "quantity": made.kg("100")},
            outputs=named,
            loss=made.ABSENT,
            startedAt="2026-10-14T08:00:00+08:00",
            finishedAt="2026-10-14T09:00:00+08:00",
            declared=SENT_BEFORE[1:],
        )
        chain.state("food.split", data)
    known = KnownPackings(chain.known)
    found = {one.urn for one in known.among([lot.id for lot in chain.known.lots.values()])}
    split = {made.lot(made.MILL, name) for name in ("AA", "BA")}
    assert found == {K1, K2, RICE} | split


class Crowded:
    """What is stored, where more packings were made of any goods than are read."""

    def __init__(self) -> None:
        self.packings = self

    def made_of(self, _urns: object, _most: int) -> None:
        return None


def test_where_more_packings_are_stored_than_are_read_none_are_named():
    known = begun().known
    known.stored = Crowded()
    assert KnownPackings(known).made_of([RICE], 1) is None
