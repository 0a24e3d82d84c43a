"""A pack with a mark number is of a product that the licence names, or is to be checked."""

from __future__ import annotations

import pytest

from tests.builders import facts as made
from tests.builders.chain import BUREAU, Chain, good_chain
from trace.rules import load

GAP = [{"rule": "R18", "reason": "尾料另行包装"}]
MARK = ("R16", "product-outside-licence")


def packed(licensed: list[str], name: str | None) -> Chain:
    """The good chain, packed once more under a licence for these products and a label of this name."""
    chain = good_chain(load())
    chain.state(
        "master.licence",
        made.a_licence(productNames=licensed),
        by=made.BUREAU,
        roles=BUREAU,
        at="2026-10-13T09:00:00+08:00",
    )
    label = {**made.a_pack()["label"]}
    label["product"] = {**label["product"], "name": name} if name else {"spec": "5 kg"}
    again = {
        "lot": made.lot(made.MILL, "K9"),
        "batchNo": "M20261013Z",
        "packedAt": "2026-10-13T12:30:00+08:00",
    }
    data = made.a_pack(label=label, **again)
    counted = {"quantity": made.kg("50"), "packs": {"value": "10", "unit": "袋"}, "declared": GAP}
    chain.state("food.pack", {**data, **counted})
    return chain


@pytest.mark.parametrize(
    ("licensed", "name", "found"),
    [
        (["子虚牌绿色大米"], "子虚牌绿色大米", False),
        (["子虚牌 绿色大米"], "子虚牌绿色大米（5kg）", False),
        (["大米"], "子虚牌绿色大米", False),
        (["镜花牌青菜", "子虚牌绿色大米"], "子虚牌绿色大米", False),
        (["镜花牌青菜"], "子虚牌绿色大米", True),
        (["镜花牌青菜", "镜花牌番茄"], "子虚牌绿色糯米", True),
        ([], "子虚牌绿色大米", False),
        (["镜花牌青菜"], None, False),
    ],
)
def test_a_name_that_the_licence_does_not_have_is_marked(licensed, name, found):
    chain = packed(licensed, name)
    assert (MARK in chain.marks("K9", made.MILL)) is found
    if found:
        mark = next(each for each in chain.known.lots[made.lot(made.MILL, "K9")].marks if each.rule == "R16")
        assert mark.gates == ()
        assert mark.params["limit"] == licensed
        assert str(mark.params["clause"]).endswith("（待核实）")


def test_the_name_of_the_registered_product_counts_too():
    chain = good_chain(load())
    assert MARK not in chain.marks("K1", made.MILL)
