"""What a maker states from a delivery to the pack: receipts, batches, tests, packs, dispatch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cli.demo.world import draft, kg, made_from, report, stamp, world
from trace.chain.facts.temperature import CELSIUS
from trace.exchange.draft import Draft, Reference

SUPPLIER = ("supplier", "supplierName", "supplierAddress", "supplierContact")
SIGNERS = ("reporter", "reviewer")
RECEIVER = ("receiver", "receiverName", "receiverAddress", "receiverContact")


def received(
    who: str, lot: str, what: str, weight: str, farm: str, harvested: str, certificate: str, when: str,
    *, degrees: tuple[str, str] | None = None,
) -> Draft:  # fmt: skip
    """A buyer's receipt of a farm's harvest, which names the farm and the harvested lot.

    `degrees`: the lowest and the highest temperature that was read as the goods came in.
    """
    urn, seller = world().lot(who, lot), world().parties[farm]
    data: dict[str, object] = {
        "lot": urn,
        "productName": what,
        "spec": "散装",
        "quantity": kg(weight),
        "role": "ingredient",
        "supplierLot": world().lot(farm, harvested),
        "supplier": world().urn(farm),
        "supplierName": seller["name"],
        "supplierAddress": seller["address"],
        "supplierContact": seller["phone"],
        "batchNo": harvested,
        "productionDate": f"2026-{harvested[5:7]}-{harvested[7:9]}",
        "shelfLife": {"value": 12, "unit": "month"},
        "receivedAt": stamp(when),
        "proofs": [{"kind": "certificate", "ref": certificate}],
    }
    if degrees is not None:
        data["temperature"] = {"min": degrees[0], "max": degrees[1], "unit": CELSIUS}
    return draft(
        who, "food.receipt", urn, when, data,
        refs=(made_from(world().lot(farm, harvested), "raw"),), private=SUPPLIER, makes=(urn,),
    )  # fmt: skip


def batch(
    who: str, name: str, inputs: Mapping[str, str], output: tuple[str, str, str], loss: tuple[str, str],
    times: tuple[str, str],
) -> Draft:  # fmt: skip
    """One production batch with one product; `output` is its lot, its name and its weight."""
    urn, (lot, what, weight) = world().lot(who, name), output
    made = world().lot(who, lot)
    data = {
        "batch": urn,
        "inputs": [
            {"lot": world().lot(who, one), "quantity": kg(used), "role": "main"}
            for one, used in inputs.items()
        ],
        "outputs": [{"lot": made, "productName": what, "quantity": kg(weight), "kind": "product"}],
        "loss": {"quantity": kg(loss[0]), "reason": loss[1]},
        "startedAt": stamp(times[0]),
        "finishedAt": stamp(times[1]),
        "productionDate": f"2026-{times[0][:5]}",
    }
    refs = tuple(made_from(world().lot(who, one), "raw") for one in inputs)
    return draft(who, "food.production", urn, times[1], data, refs=refs, makes=(urn, made))


def lab_report(
    who: str, number: str, owner: str, lot: str, purpose: str, times: tuple[str, str, str],
    item: Mapping[str, str], passed: str, basis: str | None = None, photos: Sequence[Mapping[str, str]] = (),
) -> Draft:  # fmt: skip
    """One report with one item; `times` are sampled, tested and issued, `basis` who asked for it, `photos`
    what it names."""
    urn = world().lot(owner, lot)
    data: dict[str, object] = {
        "reportNo": number,
        "lot": urn,
        "purpose": purpose,
        "sampledAt": stamp(times[0]),
        "testedAt": stamp(times[1]),
        "items": [{**item, "verdict": passed}],
        "conclusion": passed,
        "standard": "GB 2762",
        "reporter": "（演示）丙",
        "reviewer": "（演示）丁",
    }
    if "cma" in world().parties[who]:
        data["cma"] = world().parties[who]["cma"]
    if passed == "fail":
        data["hazard"] = "ordinary"
    if basis is not None:
        data["basis"] = basis
    if photos:
        data["photos"] = [dict(one) for one in photos]
    return draft(who, "lab.report", urn, times[2], data, refs=(made_from(urn, "subject"),), private=SIGNERS)


def commission(who: str, lot: str, lab: str, when: str) -> Draft:
    """The holder of a lot asks a laboratory to test it: only so a pass of the laboratory counts for it."""
    urn = world().lot(who, lot)
    return draft(who, "lab.commission", urn, when, {"lot": urn, "lab": world().urn(lab)})


def packed(
    who: str, lot: str, source: str, product: str, batch_no: str, amounts: tuple[str, str],
    dates: tuple[str, str], number: str, when: str,
) -> Draft:  # fmt: skip
    """A pack under one batch code; `amounts` are mass and number of packs, `number` its release report."""
    urn, goods = world().lot(who, lot), world().products[product]
    maker, made = world().parties[who], world().lot(who, source)
    life = goods["shelfLife"]
    unit = {"day": "天", "month": "个月"}[life["unit"]]
    data: dict[str, object] = {
        "lot": urn,
        "fromLot": made,
        "product": world().product(product),
        "gtin": world().gtin(product),
        "batchNo": batch_no,
        "quantity": kg(amounts[0]),
        "packs": {"value": amounts[1], "unit": "件"},
        "netContent": goods["netContent"],
        "productionDate": dates[0],
        "expiryDate": dates[1],
        "codeLevel": "batch",
        "packedAt": stamp(when),
        "label": {
            "enterprise": {
                "name": maker["name"],
                "address": maker["address"],
                "contact": maker["phone"],
                "businessLicence": maker["uscc"],
                "scNo": maker["scNo"],
            },
            "ingredients": goods["ingredients"],
            "additives": goods.get("additives", []),
            "product": {
                "name": goods["name"],
                "spec": goods["spec"],
                "standard": goods["standard"],
                "shelfLife": f"{life['value']}{unit}",
                "storage": goods["storage"],
            },
            "release": {"conclusion": "合格"},
        },
    }
    if "lbNo" in goods:
        data["lbNo"] = goods["lbNo"]
    refs = (made_from(made, "wip"), report(number, made, ("label", "release", "report")))
    return draft(who, "food.pack", urn, when, data, refs=refs, makes=(urn,))


def activation(who: str, lot: str, batch_no: str, product: str, proof: tuple[str, str], when: str) -> Draft:
    """Ask for a batch code to go live; `proof` is the release report's number and its lot."""
    urn = world().lot(who, lot)
    data = {"lot": urn, "codeLevel": "batch", "gtin": world().gtin(product), "batchNo": batch_no}
    number, released = proof
    refs = (made_from(urn, "subject"), report(number, world().lot(who, released), ("report",)))
    return draft(who, "code.activate", urn, when, data, refs=refs)


def sent(who: str, lot: str, source: str, amounts: tuple[str, str], to: str, number: str, when: str) -> Draft:
    """A maker's dispatch of packs; `number` is the release report that goes with them."""
    urn, goods, buyer = world().lot(who, lot), world().lot(who, source), world().parties[to]
    data: dict[str, object] = {
        "lot": urn,
        "fromLot": goods,
        "quantity": kg(amounts[0]),
        "packs": {"value": amounts[1], "unit": "件"},
        "shippedAt": stamp(when),
        "to": "party",
        "receiver": world().urn(to),
        "receiverName": buyer["name"],
        "receiverAddress": buyer["address"],
        "receiverContact": buyer["phone"],
    }
    refs: tuple[Reference, ...] = (made_from(goods, "goods"), report(number, goods, ("releaseReport",)))
    return draft(who, "food.shipment", urn, when, data, refs=refs, private=RECEIVER, makes=(urn,))


def goods_received(
    who: str, lot: str, maker: str, consignment: str, facts: tuple[str, str, str, str], number: str, when: str
) -> Draft:
    """A buyer signs for packs; `facts` are their name, mass, batch number and day of production."""
    urn, seller = world().lot(who, lot), world().parties[maker]
    name, weight, batch_no, made_on = facts
    data = {
        "lot": urn,
        "productName": name,
        "quantity": kg(weight),
        "role": "goods",
        "spec": "袋装",
        "supplierLot": world().lot(maker, consignment),
        "supplier": world().urn(maker),
        "supplierName": seller["name"],
        "supplierAddress": seller["address"],
        "supplierContact": seller["phone"],
        "batchNo": batch_no,
        "productionDate": made_on,
        "shelfLife": {"value": 12, "unit": "month"},
        "receivedAt": stamp(when),
        "proofs": [{"kind": "report", "ref": number}],
    }
    return draft(
        who, "food.receipt", urn, when, data,
        refs=(made_from(world().lot(maker, consignment), "goods"),), private=SUPPLIER, makes=(urn,),
    )  # fmt: skip
