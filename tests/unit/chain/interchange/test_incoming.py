from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from trace.chain.chain_state import KnownLot
from trace.chain.effects import EntryRef, Interval, LotMentioned, LotTaken, NewLink, NewLot
from trace.chain.handover_effects import NAMED, Formed
from trace.chain.interchange import changes_of, names_in
from trace.chain.interchange.names import lot_name
from trace.chain.lineage.arcs import Arc, GraphInMemory
from trace.chain.lineage.closure import trace_down, trace_up
from trace.epcis.events import (
    AggregationEvent,
    AssociationEvent,
    Event,
    ObjectEvent,
    QuantityElement,
    TransactionEvent,
    TransformationEvent,
)
from trace.errors.epcis import EpcisForeignLot, EpcisMalformed
from trace.quantities import Quantity

NOON = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
MILL = "urn:uscc:91310000MA1FL0LX1X"
ENTRY = EntryRef("food.example/log", 7, "s" * 43, MILL, NOON + timedelta(hours=1))
PADDY = "urn:epc:class:lgtin:4012345.011111.4444"
PADDY_NAME = "https://id.gs1.org/01/04012345111118/10/4444"
PADDY_KEY = "urn:gtin:04012345111118:4444"
RICE = "https://example.com/p/01/04012345666663/10/R1"
RICE_NAME = "https://id.gs1.org/01/04012345666663/10/R1"


def kilograms(name: str, amount: str) -> QuantityElement:
    return QuantityElement(name, Decimal(amount), "KGM")


def milling(**changes) -> TransformationEvent:
    values = {
        "time": NOON,
        "offset": "+08:00",
        "biz_step": "creating_class_instance",
        "input_quantities": (kilograms(PADDY, "1000"),),
        "output_quantities": (kilograms(RICE, "650.5"),),
    }
    return TransformationEvent(**{**values, **changes})


def known_lot(number: int, urn: str, holder: str | None = MILL, unit: str = "kg") -> KnownLot:
    amount = Quantity(Decimal(5000), unit)
    return KnownLot(
        id=number, urn=urn, kind="material", product=None, product_name="稻谷", holder=holder, place=None,
        quantity=amount, available=amount, produced=Interval(None, None), batch_no="x", statement="t" * 43,
    )  # fmt: skip


def of_kind(changes, kind):
    return [change for change in changes if isinstance(change, kind)]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (PADDY, PADDY_NAME),
        (RICE, RICE_NAME),
        ("urn:epc:class:lgtin:4012345.011111.A%2F1", "https://id.gs1.org/01/04012345111118/10/A%2F1"),
        ("urn:epc:id:sgtin:0614141.107346.2018", "https://id.gs1.org/01/10614141073464/21/2018"),
        ("https://example.com/01/10614141073464/21/2018", "https://id.gs1.org/01/10614141073464/21/2018"),
        ("urn:epc:id:sscc:0614141.1234567890", "https://id.gs1.org/00/106141412345678908"),
        ("https://example.com/00/106141412345678908", "https://id.gs1.org/00/106141412345678908"),
        ("urn:lot:91310000MA1FL0LX1X:B1", "urn:lot:91310000MA1FL0LX1X:B1"),
        ("urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8", "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"),
        ("urn:epc:class:lgtin:nonsense", "urn:epc:class:lgtin:nonsense"),
        (
            "https://example.com/01/10614141073464/10/A/21/2018?x=1",
            "https://id.gs1.org/01/10614141073464/21/2018",
        ),
        ("https://example.com/01/04012345111118/10/A%2f1", "https://id.gs1.org/01/04012345111118/10/A%2F1"),
        ("https://example.com/01/news", "https://example.com/01/news"),
        ("https://example.com/anything", "https://example.com/anything"),
    ],
)
def test_every_spelling_of_a_lot_has_one_name(written, name):
    assert lot_name(written, "s1") == name


@pytest.mark.parametrize(
    "product", ["urn:epc:idpat:sgtin:4012345.066666.*", "https://id.gs1.org/01/04012345666663"]
)
def test_a_bare_product_does_not_connect_what_never_met(product):
    assert lot_name(product, "s1") != lot_name(product, "s2")


def test_a_foreign_transformation_becomes_a_batch_between_its_lots():
    changes = changes_of(milling(), ENTRY, {})
    pool, paddy, rice = sorted(of_kind(changes, NewLot), key=lambda lot: lot.id)
    assert [pool.kind, paddy.kind, rice.kind] == ["batch", "material", "product"]
    assert (paddy.urn, rice.urn) == (PADDY_NAME, RICE_NAME)
    assert paddy.quantity == Quantity(Decimal(1000), "kg")
    assert pool.detail["quantityUnknown"] is True
    into, out = of_kind(changes, NewLink)
    assert (into.from_lot, into.to_lot) == (paddy.id, pool.id)
    assert (out.from_lot, out.to_lot) == (pool.id, rice.id)
    assert out.given == Quantity(Decimal("650.5"), "kg")
    assert {paddy.holder, rice.holder, pool.holder} == {MILL}
    assert {into.state, out.state} == {"signed"}


def test_a_foreign_chain_is_traced_like_our_own():
    first = changes_of(milling(), ENTRY, {})
    rice = next(lot for lot in of_kind(first, NewLot) if lot.urn == RICE_NAME)
    packing = milling(
        time=NOON + timedelta(days=1),
        input_quantities=(kilograms("urn:epc:class:lgtin:4012345.066666.R1", "600"),),
        output_quantities=(QuantityElement("urn:epc:class:lgtin:4012345.077777.P1", Decimal(120)),),
    )
    later = EntryRef(ENTRY.origin, 8, "u" * 43, MILL, NOON + timedelta(days=1))
    assert RICE_NAME in names_in(packing, later.statement_id)  # the other spelling of the same lot
    second = changes_of(packing, later, {RICE_NAME: known_lot(rice.id, RICE_NAME)})
    links = of_kind([*first, *second], NewLink)
    graph = GraphInMemory(
        [Arc(link.id, link.from_lot, link.to_lot, link.kind, link.taken, link.given, link.departure,
             link.arrival, link.state, "s") for link in links]
    )  # fmt: skip
    names = {lot.id: lot.urn for lot in of_kind([*first, *second], NewLot)}
    start = next(number for number, name in names.items() if name == PADDY_NAME)
    end = next(number for number, name in names.items() if name.endswith("/10/P1"))
    assert end in trace_down(graph, [start]).lots
    assert start in trace_up(graph, [end]).lots


def test_a_known_lot_is_taken_from_and_mentioned_not_made_again():
    known = {PADDY_NAME: known_lot(42, PADDY_NAME)}
    changes = changes_of(milling(), ENTRY, known)
    assert LotTaken(42, Quantity(Decimal(1000), "kg")) in changes
    assert LotMentioned(42, "creating_class_instance") in changes
    assert PADDY_NAME not in {lot.urn for lot in of_kind(changes, NewLot)}


OTHER = "urn:party:other"


def named_in(changes) -> list[tuple[int, str, str]]:
    """(lot below, what it is said to be of, kind of link) of each mere name."""
    return [
        (one.below, one.above_name, one.kind)
        for one in changes
        if isinstance(one, Formed) and one.why == NAMED
    ]


def test_another_partys_lot_is_a_mere_name():
    theirs = "urn:lot:other:B1"
    changes = changes_of(
        milling(input_quantities=(kilograms(theirs, "10"),)), ENTRY, {theirs: known_lot(9, theirs, OTHER)}
    )
    pool, rice = of_kind(changes, NewLot)
    assert named_in(changes) == [(pool.id, theirs, "transform")]
    assert [(one.from_lot, one.to_lot, one.state) for one in of_kind(changes, NewLink)] == [
        (pool.id, rice.id, "signed")
    ]
    assert not of_kind(changes, LotMentioned) + of_kind(changes, LotTaken)


def test_a_lot_of_another_that_nobody_knows_yet_is_the_same_name():
    theirs = "urn:lot:other:B1"
    event = milling(input_quantities=(kilograms(theirs, "10"),))
    unknown, known = (changes_of(event, ENTRY, of) for of in ({}, {theirs: known_lot(9, theirs, OTHER)}))
    assert unknown == known


def test_nothing_is_said_of_what_another_has_or_keeps_in_a_container():
    theirs = "urn:lot:other:B1"
    known = {theirs: known_lot(9, theirs, OTHER)}
    made = changes_of(milling(output_quantities=(kilograms(theirs, "10"),)), ENTRY, known)
    assert {link.to_lot for link in of_kind(made, NewLink)} == {of_kind(made, NewLot)[0].id}
    packed = AggregationEvent(action="ADD", parent=theirs, children=(PADDY,), **WHEN)
    seen = ObjectEvent(action="OBSERVE", quantities=(kilograms(theirs, "1"),), **WHEN)
    sold = TransactionEvent(action="ADD", quantities=(kilograms(theirs, "1"),), **WHEN)
    assert [changes_of(one, ENTRY, known) for one in (packed, seen, sold)] == [(), (), ()]
    mine = AggregationEvent(action="ADD", parent=CRATE, children=(theirs,), **WHEN)
    changes = changes_of(mine, ENTRY, known)
    assert [(name, kind) for _, name, kind in named_in(changes)] == [(theirs, "pack")]
    assert of_kind(changes, NewLink) == []


def test_a_foreign_name_that_another_has_stated_stands_for_goods_of_each():
    known = {PADDY_NAME: known_lot(42, PADDY_NAME, OTHER)}
    changes = changes_of(milling(), ENTRY, known)
    own = PADDY_NAME + "#91310000MA1FL0LX1X"
    assert named_in(changes_of(milling(), ENTRY, {})) == named_in(changes)
    paddy = next(one for one in of_kind(changes, NewLot) if one.kind == "material")
    assert (paddy.urn, paddy.batch_no) == (own, "4444")
    assert named_in(changes) == [(paddy.id, PADDY_KEY, "receive")]
    assert {link.state for link in of_kind(changes, NewLink)} == {"signed"}
    assert not of_kind(changes, LotTaken) + of_kind(changes, LotMentioned)
    assert own in names_in(milling(), "s", MILL)
    again = changes_of(milling(), ENTRY, {**known, own: known_lot(43, own)})
    assert LotTaken(43, Quantity(Decimal(1000), "kg")) in again
    assert named_in(again) == []


@pytest.mark.parametrize("batch", ["urn:lot:other:B1", "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"])
def test_a_batch_of_another_party_is_not_extended(batch):
    known = {batch: known_lot(9, batch, OTHER)}
    links = of_kind(changes_of(milling(transformation_id=batch), ENTRY, known), NewLink)
    assert 9 not in {end for link in links for end in (link.from_lot, link.to_lot)}
    assert len(links) == 2


def test_nobody_creates_lots_in_anothers_namespace():
    own = milling(output_quantities=(kilograms("urn:lot:91310000MA1FL0LX1X:R9", "1"),))
    assert of_kind(changes_of(own, ENTRY, {}), NewLot)
    with pytest.raises(EpcisForeignLot):
        changes_of(milling(output_quantities=(kilograms("urn:lot:other:R9", "1"),)), ENTRY, {})
    with pytest.raises(EpcisForeignLot):
        changes_of(milling(transformation_id="urn:lot:"), ENTRY, {})


@pytest.mark.parametrize(
    "element",
    [
        QuantityElement(PADDY),
        QuantityElement(PADDY, Decimal(5), "LBR"),
        QuantityElement(PADDY, Decimal("0.12345678"), "KGM"),
    ],
)
def test_an_amount_that_we_cannot_hold_is_unknown_and_not_guessed(element):
    changes = changes_of(milling(input_quantities=(element,)), ENTRY, {})
    into = of_kind(changes, NewLink)[0]
    assert (into.taken, into.given) == (None, None)
    paddy = next(lot for lot in of_kind(changes, NewLot) if lot.urn == PADDY_NAME)
    assert paddy.detail["quantityUnknown"] is True


def test_packing_into_a_shipping_unit_links_contents_to_container():
    event = AggregationEvent(
        time=NOON, offset="+08:00", action="ADD", parent="urn:epc:id:sscc:0614141.1234567890",
        children=("urn:epc:id:sgtin:0614141.107346.2017", "urn:epc:id:sgtin:0614141.107346.2018"),
    )  # fmt: skip
    changes = changes_of(event, ENTRY, {})
    links = of_kind(changes, NewLink)
    assert len(links) == 2
    assert len({link.to_lot for link in links}) == 1
    assert links[0].given == Quantity(Decimal(1), "件")


def test_an_observation_makes_unknown_lots_and_mentions_known_ones():
    event = ObjectEvent(
        time=NOON,
        offset="+08:00",
        action="OBSERVE",
        biz_step="receiving",
        quantities=(kilograms(PADDY, "3"),),
    )
    made, claimed = changes_of(event, ENTRY, {})
    assert (made.kind, made.urn, made.named_key) == ("material", PADDY_NAME, PADDY_KEY)
    assert (claimed.below, claimed.above_name, claimed.why) == (made.id, PADDY_KEY, NAMED)
    assert changes_of(event, ENTRY, {PADDY_NAME: known_lot(42, PADDY_NAME)}) == (
        LotMentioned(42, "receiving"),
    )


def test_the_same_event_gives_the_same_changes():
    assert changes_of(milling(), ENTRY, {}) == changes_of(milling(), ENTRY, {})


def test_an_event_about_too_many_lots_is_refused():
    many = tuple(kilograms(f"urn:epc:class:lgtin:4012345.011111.{number}", "1") for number in range(300))
    with pytest.raises(EpcisMalformed):
        changes_of(milling(input_quantities=many), ENTRY, {})


CRATE = "urn:epc:id:sscc:0614141.1234567890"
CRATE_NAME = "https://id.gs1.org/00/106141412345678908"
WHEN = {"time": NOON, "offset": "+08:00"}


def test_a_sale_stands_on_the_time_line_of_known_lots_and_makes_none():
    sale = TransactionEvent(action="ADD", quantities=(kilograms(PADDY, "5"), kilograms(RICE, "1")), **WHEN)
    assert names_in(sale, "s") == {PADDY_NAME, RICE_NAME}
    changes = changes_of(sale, ENTRY, {PADDY_NAME: known_lot(1, PADDY_NAME)})
    assert changes == (LotMentioned(1, "TransactionEvent"),)


def test_a_lot_named_twice_in_one_event_is_mentioned_once():
    twice = TransactionEvent(action="ADD", quantities=(kilograms(PADDY, "5"), kilograms(PADDY, "6")), **WHEN)
    assert len(changes_of(twice, ENTRY, {PADDY_NAME: known_lot(1, PADDY_NAME)})) == 1


def test_association_and_unpacking_only_mention():
    bound = AssociationEvent(action="ADD", parent=CRATE, children=(PADDY,), **WHEN)
    opened = AggregationEvent(action="DELETE", parent=None, children=(PADDY,), **WHEN)
    assert names_in(bound, "s") == {CRATE_NAME, PADDY_NAME}
    assert names_in(opened, "s") == {PADDY_NAME}
    known = {PADDY_NAME: known_lot(1, PADDY_NAME)}
    for event in (bound, opened):
        assert changes_of(event, ENTRY, known) == (LotMentioned(1, event.type),)


def test_pieces_of_a_lot_kept_in_kilograms_leave_its_balance_alone():
    pieces = milling(input_quantities=(QuantityElement(PADDY, Decimal(3)),))
    changes = changes_of(pieces, ENTRY, {PADDY_NAME: known_lot(1, PADDY_NAME)})
    assert of_kind(changes, LotTaken) == []
    assert len(of_kind(changes, NewLink)) == 2


def test_an_event_of_no_kind_names_no_lot():
    assert names_in(Event(**WHEN), "s") == frozenset()
    assert changes_of(Event(**WHEN), ENTRY, {}) == ()
