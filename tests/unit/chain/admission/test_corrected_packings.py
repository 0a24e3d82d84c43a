"""Nobody takes packings out of the reach of a failed test by stating anew of which goods they are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.admission import (
    GAP,
    activation,
    in_store,
    milling,
    milling_of_silo,
    refuses,
    second_edition,
)
from tests.builders.chain import GROWER, Chain, good_chain, moment_of
from trace.chain.lineage.arcs import FAR
from trace.chain.lineage.packings import Packing, Stated, drawn, formerly, packing_of, stated_of
from trace.errors import food as refused

K1, K2, K3, OTHER = (made.lot(made.MILL, batch) for batch in ("K1", "K2", "K3", "RICE-C"))
BATCH, RICE, TWIN = (made.lot(made.MILL, batch) for batch in ("M20261012A", "RICE-A", "RICE-T"))
CADMIUM = [{"name": "镉", "limit": "0.2", "value": "0.27", "unit": "mg/kg", "verdict": "fail"}]
BETWEEN = "2026-10-13T20:00:00+08:00"
LATE = "2026-10-16T08:00:00+08:00"


SPARE = {
    "lot": made.lot(made.MILL, "K3"),
    "quantity": made.kg("50"),
    "packs": {"value": "10", "unit": "件"},
    "batchNo": "M3",
    "packedAt": "2026-10-13T13:30:00+08:00",
    "declared": GAP,
}


@pytest.fixture
def chain() -> Chain:
    """K1, K2 and K3 of one batch, and rice of another one to move them to."""
    chain = good_chain()
    more = {"lot": OTHER, "productName": "大米", "quantity": made.kg("9300"), "kind": "product"}
    paddy = {"lot": made.lot(made.MILL, "S1"), "quantity": made.kg("14000"), "role": "main"}
    chain.state("food.production", milling_of_silo() | {"inputs": [paddy], "outputs": [more]})
    chain.state("food.pack", made.a_pack(**SPARE))
    return second_edition(chain)


def fail(
    chain: Chain, lot: str = K1, at: str = "2026-10-14T10:00:00+08:00", sampled: str | None = None
) -> None:
    """A test, of a sample that was drawn just then where nothing else is said."""
    found = {"items": CADMIUM, "conclusion": "fail", "reportNo": "R-9", "sampledAt": sampled or at}
    found["testedAt"] = at
    chain.state("lab.report", made.a_report(lot=lot, purpose="sampling", **found))


def first_of(chain: Chain, typ: str, lot: str) -> Any:
    return next(
        told for told in chain.told if told.claims.typ == typ and told.claims.data.get("lot", BATCH) == lot
    )


def correct(chain: Chain, typ: str, of: str, at: str | None = None, **changed: Any) -> None:
    """State the record of a pack, or of the batch, anew."""
    told = first_of(chain, typ, of)
    replacement = {**told.claims.data, **changed}
    data = made.a_correction(told.entry.statement_id, replacement)
    chain.state("correction", data, sub=told.claims.sub, at=at or moment_of("correction", data))


def withdraw(chain: Chain, typ: str, lot: str) -> None:
    told = first_of(chain, typ, lot)
    data = {"amends": told.entry.statement_id, "reason": "并未包装", "withdraws": True}
    chain.state("correction", data, sub=told.claims.sub)


def sent_through(chain: Chain, source: str) -> set[object]:
    """Ship some of these goods, declared as untested: the lots whose failed tests that goes against."""
    lot = made.lot(made.MILL, f"X{len(chain.entries)}")
    gap = [{"rule": rule, "reason": "收到结果前已装车发出"} for rule in ("R04", "R05", "R18")]
    kilos = {"quantity": made.kg("10"), "packs": made.ABSENT}
    data = made.a_shipment(lot=lot, fromLot=source, declared=gap, **kilos)
    marks = chain.state("food.shipment", data).marks
    return {mark.params["lot"] for mark in marks if mark.code == "shipped-through-gate"}


def is_barred(chain: Chain, pack: str = K2, by: str = K1) -> None:
    caught = refuses(chain, refused.BatchFailed, "code.activate", activation(chain, pack[-2:]), at=LATE)
    assert (caught.params["of"], caught.params["lot"]) == (pack, by)
    certificate = made.a_certificate(lot=pack, quantity=made.kg("10"), issuedAt=LATE)
    caught = refuses(chain, refused.BatchFailed, "farm.certificate", certificate, roles=GROWER)
    assert (caught.params["of"], caught.params["lot"], caught.params["gate"]) == (pack, by, "certificate")
    assert sent_through(chain, pack) == {by}


def is_open(chain: Chain, pack: str = K2) -> None:
    chain.state("code.activate", activation(chain, pack[-2:]), at=LATE)


def test_a_failed_pack_that_is_stated_of_other_goods_still_bars_the_packs_beside_it(chain):
    fail(chain)
    is_barred(chain)
    correct(chain, "food.pack", K1, fromLot=OTHER)
    is_barred(chain)
    correct(chain, "food.pack", K1, fromLot=OTHER, batchNo="M9")
    is_barred(chain)
    assert [one["until"] for one in chain.lot("K1").detail["formerly"]] == [1792024200000000]


def test_a_pack_beside_a_failed_one_is_not_freed_by_stating_it_of_other_goods(chain):
    fail(chain)
    correct(chain, "food.pack", K2, fromLot=OTHER)
    is_barred(chain)


def test_a_failed_pack_that_was_never_packed_after_all_still_bars(chain):
    fail(chain, K3)
    withdraw(chain, "food.pack", K3)
    is_barred(chain, by=K3)


def test_what_is_drawn_after_the_correction_is_of_the_goods_as_they_are_stated_then(chain):
    correct(chain, "food.pack", K1, at=BETWEEN, fromLot=OTHER)
    fail(chain, sampled="2026-10-14T06:00:00+08:00")
    is_open(chain)
    assert sent_through(chain, K2) == set()
    assert sent_through(chain, OTHER) == {K1}


@pytest.mark.parametrize("corrected", [K1, K2])
def test_no_correction_between_the_sampling_and_the_result_frees_what_was_of_the_batch_then(chain, corrected):
    """Neither of the failed pack nor of the one beside it; what it is stated to be now is barred as well."""
    correct(chain, "food.pack", corrected, at=BETWEEN, fromLot=OTHER)
    fail(chain, sampled="2026-10-13T19:59:59+08:00")
    is_barred(chain)
    assert sent_through(chain, OTHER) == ({K1} if corrected == K1 else set())


def test_the_sample_of_a_test_was_drawn_when_its_mark_says_so_and_never_after_the_test():
    assert drawn({"sampledAt": "1970-01-01T08:00:00.000007+08:00"}, 9) == 7
    assert drawn({"sampledAt": "1970-01-01T08:00:00.000011+08:00"}, 9) == 9
    assert drawn({}, 9) == 9


def twins(*lots: str) -> dict[str, Any]:
    """Products of one batch."""
    rice = {"productName": "大米", "quantity": made.kg("3400"), "kind": "product"}
    return milling(outputs=[{"lot": lot, **rice} for lot in lots], declared=GAP)


def test_a_failed_product_that_was_never_made_after_all_still_bars_its_twin():
    chain = in_store()
    chain.state("food.production", twins(RICE, TWIN))
    fail(chain, RICE)
    correct(chain, "food.production", BATCH, **twins(TWIN))
    assert chain.lot("RICE-A").state == "withdrawn"
    assert sent_through(chain, TWIN) == {RICE}


def test_what_was_split_off_a_pack_is_of_the_goods_that_the_pack_is_stated_of_later(chain):
    rice = {"productName": "大米", "quantity": made.kg("50")}
    parts = [{"lot": made.lot(made.MILL, f"K1-{n}"), **rice} for n in "AB"]
    taken = {"input": {"lot": K1, "quantity": made.kg("100")}, "outputs": parts, "loss": made.ABSENT}
    times = {"startedAt": "2026-10-14T08:00:00+08:00", "finishedAt": "2026-10-14T09:00:00+08:00"}
    chain.state("food.split", made.a_split(**taken, **times, declared=GAP))
    correct(chain, "food.pack", K1, fromLot=OTHER)
    fail(chain, made.lot(made.MILL, "K1-A"), at="2026-10-17T10:00:00+08:00")
    assert sent_through(chain, OTHER) == {made.lot(made.MILL, "K1-A")}


def test_what_lots_were_stated_of_is_kept_once_with_the_last_moment():
    stood = Stated("pack", ((("P1",), FAR), (("P2",), 5)))
    assert formerly(stood, stated_of("pack", {"goods": ["P1"]}), 9) == [{"goods": ["P2"], "until": 5}]
    assert formerly(stood, stated_of("pack", {"goods": ["P2"]}), 9) == [
        {"goods": ["P2"], "until": 5},
        {"goods": ["P1"], "until": 9},
    ]
    again = Stated("pack", ((("P2",), FAR), (("P2",), 5)))
    assert formerly(again, stated_of("pack", {}), 9) == [{"goods": ["P2"], "until": 9}]
    assert formerly(Stated("batch", ((("P1",), FAR),)), stated_of("batch", {}), 9) == []


def test_goods_that_were_of_no_batch_once_are_a_packing_for_as_long_as_they_were():
    above = {"bran": Stated("by_product", (((), FAR),)), "rice": stated_of("product", {"goods": ["m"]})}
    of_bran = Stated("pack", ((("bran",), FAR), (("rice",), 5)))
    assert packing_of(1, "k", of_bran, above) == Packing(1, "k", {"rice": 5, "m": 5}, 5)
    assert packing_of(1, "k", Stated("pack", ((("bran",), FAR),)), above) is None
