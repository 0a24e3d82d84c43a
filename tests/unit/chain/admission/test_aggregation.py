"""Aggregation: items in cases, cases on pallets, nothing in two of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.admission import item_chain, refuses
from tests.builders.chain import Chain
from trace.chain.effects import ItemsPacked
from trace.errors import (
    AlreadyPacked,
    CodesNotAllocated,
    ContainerMalformed,
    FactMalformed,
    NotPacked,
    RangeOutside,
)
from trace.errors import food as refused

CASE, OTHER, PALLET, SHIP = (
    f"urn:sscc:{each}"
    for each in ("095212341000000010", "095212341000000027", "095212341000000034", "095212341000000041")
)


CASE, OTHER, PALLET, SHIP = (
    f"urn:sscc:{each}"
    for each in ("095212341000000010", "095212341000000027", "095212341000000034", "095212341000000041")
)


CASE, OTHER, PALLET, SHIP = (
    f"urn:sscc:{each}"
    for each in ("095212341000000010", "095212341000000027", "095212341000000034", "095212341000000041")
)


CASE, OTHER, PALLET, SHIP = (
    f"urn:sscc:{each}"
    for each in ("095212341000000010", "095212341000000027", "095212341000000034", "095212341000000041")
)


def put(chain: Chain, container: str, *items: tuple[int, int], inside: tuple[str, ...] = (), **changed: Any):
    lot = changed.pop("lot", made.lot(made.MILL, "K1"))
    parts = [{"lot": lot, "first": first, "count": count} for first, count in items]
    data = made.an_aggregation(container=container, items=parts, containers=list(inside), **changed)
    return chain.state("code.aggregate", data, sub=container)


def packed(chain: Chain) -> set[tuple[str, object, int]]:
    return {
        (each.container, each.first, each.count)
        if isinstance(each, ItemsPacked)
        else (each.container, each.inner, 0)
        for each in chain.known.packed.values()
    }


def test_items_go_into_cases_and_cases_onto_pallets():
    chain = item_chain()
    put(chain, CASE, (0, 24))
    put(chain, OTHER, (24, 12), (40, 12))
    put(chain, PALLET, inside=(CASE, OTHER))
    assert packed(chain) == {
        (CASE, 0, 24), (OTHER, 24, 12), (OTHER, 40, 12), (PALLET, CASE, 0), (PALLET, OTHER, 0),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("items", "inside", "refusal"),
    [
        (((23, 1),), (), AlreadyPacked),
        (((30, 5), (34, 2)), (), AlreadyPacked),
        ((), (CASE,), AlreadyPacked),
        ((), (OTHER,), AlreadyPacked),
        ((), (), ContainerMalformed),
        (((1599, 2),), (), RangeOutside),
    ],
)
def test_nothing_is_in_two_containers(items, inside, refusal):
    chain = item_chain()
    put(chain, CASE, (0, 24))
    put(chain, PALLET, inside=(CASE,))
    before = packed(chain)
    with pytest.raises(refusal):
        put(chain, OTHER, *items, inside=inside)
    assert packed(chain) == before


def test_a_pallet_never_stands_in_its_own_case():
    chain = item_chain()
    put(chain, PALLET, inside=(CASE,))
    put(chain, SHIP, inside=(PALLET,))
    for outer in (PALLET, SHIP):
        with pytest.raises(AlreadyPacked):
            put(chain, CASE, inside=(outer,))


def test_what_is_taken_out_leaves_the_rest_inside():
    chain = item_chain()
    put(chain, CASE, (0, 24))
    put(chain, CASE, (4, 2), (10, 1), action="remove")
    assert packed(chain) == {(CASE, 0, 4), (CASE, 6, 4), (CASE, 11, 13)}
    put(chain, OTHER, (4, 2))
    for wrong in ((4, 2), (3, 2), (100, 1)):
        with pytest.raises(NotPacked):
            put(chain, CASE, wrong, action="remove")
    put(chain, PALLET, inside=(CASE,))
    with pytest.raises(NotPacked):
        put(chain, SHIP, inside=(CASE,), action="remove")
    put(chain, PALLET, inside=(CASE,), action="remove")
    put(chain, SHIP, inside=(CASE,))


def test_what_is_taken_from_either_end_leaves_one_piece_or_none():
    chain = item_chain()
    put(chain, CASE, (0, 24))
    put(chain, CASE, (0, 4), action="remove")
    put(chain, CASE, (20, 4), action="remove")
    assert packed(chain) == {(CASE, 4, 16)}
    put(chain, CASE, (4, 16), action="remove")
    assert packed(chain) == set()


def test_only_the_holder_packs_and_only_what_has_codes():
    chain = item_chain()
    with pytest.raises(CodesNotAllocated):
        put(chain, CASE, (0, 1), lot=made.lot(made.MILL, "K2"))
    items = [{"lot": made.lot(made.MILL, "K1"), "first": 0, "count": 1}]
    refuses(
        chain, refused.LotNotHeld, "code.aggregate", made.an_aggregation(items=items), by=made.TOFU, sub=CASE
    )
    with pytest.raises(FactMalformed):
        put(chain, "urn:sscc:095212341000000011", (0, 1))


def test_a_strangers_word_about_a_container_binds_nobody():
    chain = item_chain()
    put(chain, CASE, (0, 24))
    data = made.an_aggregation(container=SHIP, items=[], containers=[CASE])
    chain.state("code.aggregate", data, sub=SHIP, by=made.TOFU)
    put(chain, PALLET, inside=(CASE,))
    with pytest.raises(NotPacked):
        put(chain, SHIP, inside=(CASE,), action="remove")
    put(chain, PALLET, inside=(CASE,), action="remove")
    assert packed(chain) == {(CASE, 0, 24), (SHIP, CASE, 0)}
