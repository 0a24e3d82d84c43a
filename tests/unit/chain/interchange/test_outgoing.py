from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import facts as build
from tests.builders import given, orders
from tests.builders.commitments import a_commitment
from tests.builders.every_kind import STATED
from trace.chain.effects import EntryRef, NewLink, NewLot
from trace.chain.facts import KINDS, parse_fact
from trace.chain.interchange import NAMESPACES, changes_of, event_of
from trace.epcis.documents import document_of, event_members, read_document, write_json
from trace.errors.epcis import EpcisMalformed

NOON = datetime(2026, 10, 20, 4, 0, tzinfo=UTC)
STATEMENT = build.statement_id("stated")
MILL = build.uscc(build.MILL)

SILENT = {
    "master.party": (build.a_party(), MILL),
    "master.place": (build.a_plot(), build.plot(1)),
    "correction": (build.a_correction(STATEMENT, build.a_harvest()), build.lot(build.COOPERATIVE, "H1")),
    "dispute.open": (build.a_dispute([STATEMENT]), build.lot(build.COOPERATIVE, "H1")),
    "food.confirmation": (given.a_confirmation(STATEMENT, STATEMENT), build.lot(build.MILL, "R1")),
    "food.refusal": (given.a_refusal(STATEMENT), build.lot(build.MILL, "R1")),
    "lab.commission": (orders.a_commission(build.lot(build.MILL, "K1")), build.lot(build.MILL, "K1")),
    "lab.alert": (orders.an_alert(), "urn:alert:1"),
    "farm.commitment": (a_commitment(), f"urn:commitment:{build.COOPERATIVE}:2026"),
    **{typ: (data, MILL) for typ, data in orders.EVERY.items() if typ.startswith("food.recall.")},
}
GOODS = {
    **{
        typ: (data, sub)
        for typ, (sub, data) in STATED.items()
        if typ.startswith(("farm.", "food.", "lab.", "code.")) and typ not in SILENT
    },
    "code.aggregate": (build.an_aggregation(), build.an_aggregation()["container"]),
    "food.recall": (orders.a_firm_recall(), build.lot(build.MILL, "K1")),
}


def subject(data: dict) -> str:
    found = data.get("lot") or data.get("batch") or (data.get("output") or data.get("input"))
    return found if isinstance(found, str) else found["lot"]


def fact_of(typ: str):
    data, sub = {**GOODS, **SILENT}[typ]
    return parse_fact(typ, data, sub or subject(data), NOON)


@pytest.mark.parametrize("typ", sorted(GOODS))
def test_every_fact_about_goods_is_an_epcis_event_that_others_can_read(typ):
    event = event_of(fact_of(typ), STATEMENT, MILL)
    again = read_document(write_json(document_of([event], NOON, NAMESPACES)))
    assert again.events == (event,)
    assert event.event_id == f"ni:///sha-256;{STATEMENT}"
    assert event.time.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("typ", "data"),
    [
        ("code.activate", build.an_activation(range={"first": 10, "count": 3})),
        ("code.void", build.a_void(range={"first": 10, "count": 3})),
    ],
)
def test_a_part_of_the_codes_is_as_many_pieces_with_their_counters(typ, data):
    event = event_of(parse_fact(typ, data, data["lot"], NOON), STATEMENT, MILL)
    (part,) = event.quantities
    assert (part.epc_class, part.quantity, part.uom) == (data["lot"], 3, None)
    assert event.other["greentrace:serials"] == {"first": 10, "count": 3}


@pytest.mark.parametrize("typ", sorted(SILENT))
def test_what_did_not_happen_to_goods_has_no_event(typ):
    assert event_of(fact_of(typ), STATEMENT, MILL) is None


def test_every_record_kind_is_decided_on():
    kinds = {typ for typ in KINDS if typ.startswith(("farm.", "food.", "lab.", "code."))}
    assert kinds == GOODS.keys() | {typ for typ in SILENT if typ.startswith(("farm.", "food.", "lab."))}


@pytest.mark.parametrize("typ", sorted(GOODS))
def test_buyers_suppliers_people_and_numbers_to_call_never_leave(typ):
    data, _ = GOODS[typ]
    text = write_json(event_members(event_of(fact_of(typ), STATEMENT, MILL)))
    private = ("receiver", "supplier", "contact", "operator", "vehicle", "reporter", "reviewer")
    assert "destination" not in text or typ == "food.receipt", "a receiver only where it is known and may be"
    for member, value in data.items():
        if member.startswith(private) and member != "supplierLot":
            spoken = value.removeprefix("urn:uscc:") if member == "supplier" else value
            named = text.replace(build.lot(build.COOPERATIVE, "H1"), "")
            assert spoken not in named, member


def lots_and_links(typ: str) -> tuple[set[str], set[tuple[str, str]]]:
    """What the exported event becomes at a platform that knows none of the mill's lots yet."""
    entry = EntryRef("log", 1, STATEMENT, MILL, NOON)
    changes = changes_of(event_of(fact_of(typ), STATEMENT, MILL), entry, {})
    names = {change.id: change.urn for change in changes if isinstance(change, NewLot)}
    links = {(names[link.from_lot], names[link.to_lot]) for link in changes if isinstance(link, NewLink)}
    return set(names.values()), links


def test_our_own_production_comes_back_with_the_same_lots_and_links():
    data, _ = GOODS["food.production"]
    batch = data["batch"]
    lots, links = lots_and_links("food.production")
    upper = {taken["lot"] for taken in data["inputs"]}
    lower = {made["lot"] for made in data["outputs"]}
    assert lots == {batch} | upper | lower
    assert links == {(lot, batch) for lot in upper} | {(batch, lot) for lot in lower}


@pytest.mark.parametrize("typ", ["food.merge", "food.split", "food.pack"])
def test_our_own_steps_come_back_connected_from_every_input_to_every_output(typ):
    data, _ = GOODS[typ]
    lots, links = lots_and_links(typ)
    ends = {end for link in links for end in link}
    assert subject(data) in lots
    assert lots == ends


@pytest.mark.parametrize(
    ("written", "offset"),
    [("2026-10-05T17:00:00+08:00", "+08:00"), ("2026-10-05T09:00:00Z", "+08:00"),
     ("2026-10-05T03:30:00-05:30", "-05:30")],
)  # fmt: skip
def test_the_zone_of_the_statement_is_the_zone_of_the_event(written, offset):
    made = parse_fact("farm.harvest", build.a_harvest(harvestedTo=written), *harvest())
    event = event_of(made, STATEMENT, MILL)
    assert (event.time, event.offset) == (datetime(2026, 10, 5, 9, 0, tzinfo=UTC), offset)


def test_amounts_keep_their_unit_and_their_digits():
    made = parse_fact("farm.harvest", build.a_harvest(quantity={"value": "3.50", "unit": "t"}), *harvest())
    (element,) = event_of(made, STATEMENT, MILL).quantities
    assert (str(element.quantity), element.uom) == ("3.50", "TNE")
    jin = parse_fact("farm.harvest", build.a_harvest(quantity={"value": "3", "unit": "斤"}), *harvest())
    (element,) = event_of(jin, STATEMENT, MILL).quantities
    assert (str(element.quantity), element.uom) == ("1.5", "KGM")
    bags = parse_fact("farm.harvest", build.a_harvest(quantity={"value": "3", "unit": "袋"}), *harvest())
    event = event_of(bags, STATEMENT, MILL)
    assert event.quantities[0].uom is None
    assert event.other["greentrace:units"] == {build.a_harvest()["lot"]: "袋"}


def harvest() -> tuple[str, datetime]:
    return build.a_harvest()["lot"], NOON


def test_a_lot_with_a_gs1_name_is_exported_under_it():
    name = "https://id.gs1.org/01/09521234100010/10/M20261012A"
    event = event_of(fact_of("food.pack"), STATEMENT, MILL, lambda lot: name if lot.endswith(":K1") else lot)
    assert event.output_quantities[0].epc_class == name


def test_a_kept_foreign_event_goes_out_as_it_came_in():
    event = event_of(fact_of("farm.harvest"), STATEMENT, MILL)
    kept = parse_fact("epcis.event", {"event": event_members_as_text(event)}, "urn:x:y", NOON)
    assert event_of(kept, "other", MILL) == event
    broken = replace(kept, event={"type": "ObjectEvent"})
    with pytest.raises(EpcisMalformed):
        event_of(broken, "other", MILL)


def event_members_as_text(event) -> dict:
    members = event_members(event)
    for element in members["quantityList"]:
        element["quantity"] = str(element["quantity"])
    return members


def test_a_recall_order_is_told_about_its_lots():
    data = {"matter": "召回", "lots": [build.lot(build.MILL, "K1")]}
    order = parse_fact("oversight.recall", data, build.lot(build.MILL, "K1"), NOON)
    event = event_of(order, STATEMENT, MILL)
    assert [element.epc_class for element in event.quantities] == data["lots"]


def test_a_matter_without_lots_is_no_event():
    fact = parse_fact("oversight.notice", {"matter": "案1"}, "urn:case:1", NOON)
    assert event_of(fact, STATEMENT, MILL) is None


@pytest.mark.parametrize("typ", ["farm.harvest", "food.merge", "food.production", "food.pack"])
def test_goods_lie_after_an_event_where_it_happened(typ):
    data, sub = GOODS[typ]
    place = f"urn:place:{build.MILL}-1"
    fact = parse_fact(typ, {**data, "place": place}, sub or subject(data), NOON)
    event = event_of(fact, STATEMENT, MILL)
    assert (event.read_point, event.biz_location) == (place, place)


def test_counting_units_without_a_code_are_kept_beside_the_count():
    boxes = {"value": "40", "unit": "箱"}
    data = build.a_split(
        input={"lot": build.lot(build.MILL, "S1"), "quantity": boxes},
        outputs=[{"lot": build.lot(build.MILL, "S2"), "productName": "米", "quantity": boxes}],
    )
    event = event_of(parse_fact("food.split", data, build.lot(build.MILL, "S1"), NOON), STATEMENT, MILL)
    assert event.other["greentrace:units"] == {build.lot(build.MILL, lot): "箱" for lot in ("S1", "S2")}


@pytest.mark.parametrize(
    ("manner", "action", "step", "disposition"),
    [
        ("destroyed", "DELETE", "destroying", "destroyed"),
        ("donated", "OBSERVE", "other", "disposed"),
        ("sampled", "OBSERVE", "sampling", "disposed"),
        ("expired", "OBSERVE", "other", "expired"),
    ],
)
def test_only_what_was_destroyed_is_no_more(manner, action, step, disposition):
    data = build.a_disposal(manner=manner)
    event = event_of(parse_fact("food.disposal", data, data["lot"], NOON), STATEMENT, MILL)
    assert (event.action, event.biz_step, event.disposition) == (action, step, disposition)
    (gone,) = event.quantities
    assert (str(gone.quantity), gone.uom) == ("200", "KGM")
