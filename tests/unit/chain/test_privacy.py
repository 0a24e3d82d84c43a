"""Private members: which they are, where they are refused, and data without them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import facts as made
from tests.builders.chain import BUREAU, FOOD_LOG, GROWER, LABORATORY, Chain
from trace.chain.facts import KINDS
from trace.chain.privacy import exposed, masked
from trace.errors.privacy import PrivateInClear

PLACE = {"name": "一号田", "kind": "plot", "region": "310151"}


def of_edition(number: int) -> Chain:
    chain = Chain(conceals=False)
    if number > 1:
        begun = {"log": FOOD_LOG, "edition": number}
        chain.state("platform.edition", begun, by=made.BUREAU, roles=BUREAU | {"platform"}, sub=FOOD_LOG)
    return chain


STATED: list[tuple[str, dict[str, Any], dict[str, Any], tuple[str, ...]]] = [
    ("master.place", {**PLACE, "grid": "51R-1"}, {"roles": GROWER, "sub": made.plot(1)}, ("grid",)),
    ("master.place", {**PLACE, "areaMu": "28.6"}, {"roles": GROWER, "sub": made.plot(1)}, ("areaMu",)),
    (
        "master.party",
        made.a_party(contact="138-0000", legalPerson="某某"),
        {"by": made.BUREAU, "roles": BUREAU, "sub": made.uscc(made.MILL)},
        ("contact", "legalPerson"),
    ),
    (
        "food.receipt",
        made.a_receipt(supplierLot=made.ABSENT),
        {},
        ("supplierAddress", "supplierContact", "supplierName"),
    ),
]


@pytest.mark.parametrize(("typ", "data", "how", "members"), STATED)
def test_what_is_private_is_refused_in_clear_since_the_second_edition(typ, data, how, members) -> None:
    with pytest.raises(PrivateInClear) as told:
        of_edition(2).state(typ, data, **how)
    assert told.value.params == {"typ": typ, "members": list(members)}
    effects = of_edition(1).state(typ, data, **how)
    assert not [mark for mark in effects.marks if mark.rule == "P25"]
    concealing = of_edition(2)
    concealing.conceals = True
    concealing.state(typ, data, **how)


def test_a_correction_is_asked_like_what_it_amends() -> None:
    chain = of_edition(2)
    chain.conceals = True
    report = {"roles": LABORATORY, "by": made.LAB}
    chain.state("food.receipt", made.a_receipt(supplierLot=made.ABSENT))
    lot = made.lot(made.MILL, "R1")
    first = chain.state("lab.report", made.a_report(lot=lot), **report)
    chain.conceals = False
    wrong = made.a_correction(first.entry.statement_id, made.a_report(lot=lot, reviewer="某某"))
    with pytest.raises(PrivateInClear) as told:
        chain.state("correction", wrong, sub=lot, **report)
    assert told.value.params == {"typ": "lab.report", "members": ["reviewer"]}
    assert exposed("correction", wrong) == ("replacement.reviewer",)
    assert "reviewer" not in masked("correction", wrong)["replacement"]
    assert masked("correction", wrong)["amends"] == wrong["amends"]


def test_masked_data_lack_what_is_exposed_and_nothing_else() -> None:
    place = {**PLACE, "areaMu": "28.6", "grid": "51R-1", "sketch": [[0, 0]]}
    assert exposed("master.place", place) == ("areaMu", "grid")
    assert masked("master.place", place) == {**PLACE, "sketch": [[0, 0]]}
    assert masked("master.place", {**PLACE, "areaMu": "28"})["areaMu"] == "28"
    assert exposed("unknown.kind", {"receiver": "x"}) == ()
    assert masked("unknown.kind", {"receiver": "x"}) == {"receiver": "x"}
    assert exposed("correction", {"withdraws": True}) == ()
    assert masked("correction", {"withdraws": True}) == {"withdraws": True}


def test_a_buyer_is_private_wherever_goods_are_handed_over() -> None:
    names = set().union(*(kind.private for kind in KINDS.values()))
    assert names >= {"receiver", "receiverName", "receiverAddress", "receiverContact", "buyer"}


def test_no_member_that_must_be_stated_is_private() -> None:
    assert [typ for typ, kind in KINDS.items() if (kind.private | kind.coarse) & kind.needed.keys()] == []
