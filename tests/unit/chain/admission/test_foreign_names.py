"""Names of other systems: an order reaches what was made of such goods, whoever of the two came first."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import quote

import pytest

from tests.builders import facts as made
from tests.builders.admission import item_chain
from tests.builders.chain import good_chain
from tests.builders.foreign_names import (
    CASES,
    CURD,
    MADE,
    NAMES,
    RICE,
    SPREAD,
    cased,
    happen,
    milled,
    orders_on,
    recall,
    seen,
    tell,
)
from trace.chain.admission.marks_above import UNDER_ORDER, marks_above
from trace.chain.handover_effects import NAMED, Formed
from trace.chain.interchange.names import lot_name, meant_by, signers_name
from trace.chain.stored_marks import NOTHING_STORED, StoredMarks

K1 = made.lot(made.MILL, "K1")
OF_K1 = "https://id.gs1.org/01/09521234100010/10/M20261012A"
STRANGER = "91310000MA1FL0LX1X"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "sequence",
    ["made used ordered", "used made ordered", "ordered made used", "ordered used made", "used ordered made"],
)
def test_an_order_reaches_what_was_made_of_a_name_whoever_came_first(name, sequence):
    chain = good_chain()
    happen(chain, name, sequence)
    assert orders_on(chain) == [UNDER_ORDER]
    theirs = signers_name(lot_name(name, ""), made.uscc(made.TOFU))
    assert orders_on(chain, theirs if theirs in chain.known.lots else lot_name(name, "")) == [UNDER_ORDER]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("first", [made.MILL, made.TOFU])
def test_who_makes_goods_under_a_name_bears_nothing_of_others_who_state_it(name, first):
    """The mill makes them of good rice, the other of rice under recall."""
    chain = good_chain()
    own = made.lot(made.TOFU, "X1")
    chain.state("food.receipt", made.a_receipt(lot=own, supplierLot=made.ABSENT), by=made.TOFU)
    both = {made.MILL: milled(RICE, name), made.TOFU: milled(own, name)}
    for firm in (first, made.TOFU if first == made.MILL else made.MILL):
        tell(chain, firm, both[firm])
    recall(chain, own)
    of_mill = (
        lot_name(name, "") if first == made.MILL else signers_name(lot_name(name, ""), made.uscc(made.MILL))
    )
    assert chain.known.lots[of_mill].holder == made.uscc(made.MILL)
    assert orders_on(chain, of_mill) == []


@pytest.mark.parametrize(
    "stated", [seen(NAMES[0]), seen(NAMES[0], "ADD", "receiving"), seen(NAMES[0], step="shipping")]
)
@pytest.mark.parametrize("mill_first", [True, False])
def test_who_has_goods_that_it_did_not_make_has_them_of_others(stated, mill_first):
    chain = good_chain()
    steps = [(made.MILL, milled(RICE, NAMES[0])), (made.TOFU, stated)]
    for step in steps if mill_first else reversed(steps):
        tell(chain, *step)
    tell(chain, made.TOFU, milled(NAMES[0], MADE))
    recall(chain)
    assert orders_on(chain) == [UNDER_ORDER]


def test_own_goods_that_come_back_under_their_name_may_be_of_others():
    chain = good_chain()
    tell(chain, made.TOFU, seen(NAMES[0], "ADD", "commissioning"))
    tell(chain, made.TOFU, milled(NAMES[0], MADE))
    tell(chain, made.MILL, milled(RICE, NAMES[0]))
    recall(chain)
    assert orders_on(chain) == []
    tell(chain, made.TOFU, seen(NAMES[0], step="receiving"))
    assert orders_on(chain) == [UNDER_ORDER]


@pytest.mark.parametrize("mill_first", [True, False])
def test_who_says_only_what_came_out_of_a_process_has_it_of_who_says_what_went_in(mill_first):
    chain = good_chain()
    steps = [
        (made.MILL, milled(RICE, None, transformationID=NAMES[4])),
        (made.TOFU, milled(None, MADE, transformationID=NAMES[4])),
    ]
    for step in steps if mill_first else reversed(steps):
        tell(chain, *step)
    recall(chain)
    assert orders_on(chain) == [UNDER_ORDER]


@pytest.mark.parametrize("lot", [K1, RICE])
def test_goods_of_ours_are_meant_by_their_gtin_and_batch_number(lot):
    chain = good_chain()
    tell(chain, made.TOFU, milled(OF_K1, MADE))
    recall(chain, lot)
    assert orders_on(chain) == [UNDER_ORDER]


@pytest.mark.parametrize("mill_first", [True, False])
def test_a_receipt_that_names_a_gtin_and_a_batch_number_means_what_an_event_names_so(mill_first):
    chain = good_chain()
    named = {"product": "urn:gtin:09521234100034", "batchNo": "R/1", "supplierLot": made.ABSENT}
    own = made.lot(made.TOFU, "X1")
    steps = [
        lambda: tell(chain, made.MILL, milled(RICE, NAMES[1])),
        lambda: chain.state("food.receipt", made.a_receipt(lot=own, **named), by=made.TOFU),
    ]
    for step in steps if mill_first else reversed(steps):
        step()
    recall(chain)
    assert orders_on(chain, own) == [UNDER_ORDER]


@pytest.mark.parametrize(
    "batch", ["Ｍ20261012A", "М20261012А", "M2026 1012A", "M20261012A\u200b", "M20261012Α"]
)
@pytest.mark.parametrize("by_event", [False, True])
def test_a_batch_number_that_only_looks_like_that_of_a_pack_means_it(batch, by_event):
    chain, own = good_chain(), made.lot(made.TOFU, "X1")
    if by_event:
        tell(chain, made.TOFU, milled(OF_K1.replace("M20261012A", quote(batch)), MADE))
    else:
        named = {"product": "urn:gtin:09521234100010", "batchNo": batch, "supplierLot": made.ABSENT}
        chain.state("food.receipt", made.a_receipt(lot=own, **named), by=made.TOFU)
    recall(chain, K1)
    assert orders_on(chain, CURD if by_event else own) == [UNDER_ORDER]


@pytest.mark.parametrize("named", CASES)
@pytest.mark.parametrize(
    "sequence",
    ["cased used ordered", "used cased ordered", "ordered used cased"],
)
def test_a_case_of_ours_is_meant_by_its_number_and_so_is_the_pallet_that_it_stands_on(named, sequence):
    chain = item_chain()
    steps = {
        "cased": lambda: cased(chain),
        "used": lambda: tell(chain, made.TOFU, milled(CASES[named], MADE)),
        "ordered": lambda: recall(chain, K1),
    }
    for step in sequence.split():
        steps[step]()
    assert orders_on(chain) == [UNDER_ORDER]
    assert orders_on(chain, K1) == ["lot-recalled"]


def test_another_case_of_ours_is_not_meant():
    chain = item_chain()
    cased(chain)
    tell(chain, made.TOFU, milled("https://example.com/00/095212341000000027", MADE))
    recall(chain, K1)
    assert orders_on(chain) == []


def test_a_stranger_does_not_speak_for_a_registered_number_and_for_one_of_nobody_it_may():
    for name, codes in ((NAMES[1], []), (NAMES[0], [UNDER_ORDER])):
        chain = good_chain()
        own = made.lot(STRANGER, "X1")
        chain.state("food.receipt", made.a_receipt(lot=own, supplierLot=made.ABSENT), by=STRANGER)
        tell(chain, made.TOFU, milled(name, MADE))
        tell(chain, STRANGER, milled(own, name))
        recall(chain, own)
        assert orders_on(chain) == codes


def waiting(*claims: tuple[int, str]) -> StoredMarks:
    """What is stored: claims on names, of goods whose row has the number 7."""

    class Waiting(type(NOTHING_STORED)):
        def waiting(self, names: Collection[str]) -> list[tuple[int, str, int]]:
            return [(number, name, 7) for number, name in claims if name in names]

    return Waiting()


@pytest.mark.parametrize(
    "name", [RICE, "urn:gtin:09521234100010:M20261012A", str(meant_by(lot_name(NAMES[0], "")))]
)
def test_who_waits_in_the_tables_for_goods_has_them_of_the_batch_that_makes_them(name):
    chain = good_chain()
    tell(chain, made.MILL, milled(RICE, NAMES[0]))
    recall(chain)
    chain.known.stored = waiting((99, name), (99, "urn:lot:elsewhere:1"))
    (mark,) = (mark for _, mark in marks_above(chain.known, 7, SPREAD))
    assert (mark.code, mark.lot) == (UNDER_ORDER, 7)
    chain.known.formers[99] = Formed(99, 7, None, "urn:lot:other:1", "receive", None, NAMED)
    chain.known.stored = waiting((-99, name))
    assert marks_above(chain.known, 7, SPREAD) == []


def test_nobody_states_what_would_be_the_own_name_of_anothers_goods():
    chain = good_chain()
    name = "https://mill.example/batch"
    tell(chain, STRANGER, milled(signers_name(name, made.uscc(made.TOFU)), MADE))
    tell(chain, made.MILL, milled(RICE, name))
    tell(chain, made.TOFU, milled(name, "urn:uuid:9"))
    theirs = chain.known.lots[signers_name(name, made.uscc(made.TOFU))]
    assert theirs.holder == made.uscc(made.TOFU)
    assert chain.known.lots[f"{name}%23{made.TOFU}"].holder == made.uscc(STRANGER)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("https://id.gs1.org/01/09521234100034/10/R%2F1", "urn:gtin:09521234100034:R/1"),
        ("https://id.gs1.org/01/09521234100034/22/A/10/R1", "urn:gtin:09521234100034:R1"),
        ("https://id.gs1.org/01/04012345777771/21/7", "urn:gtin:04012345777771/21/7"),
        ("https://id.gs1.org/00/106141412345678908", "https://id.gs1.org/00/106141412345678908"),
        ("https://id.gs1.org/01/04012345777771#s", None),
    ],
)
def test_a_name_is_meant_by_its_gtin_and_batch_number_where_it_holds_them(name, key):
    assert meant_by(name) == key
