"""Food scenes: what the tofu maker, the laboratory and the receivers state (stories 2, 5, 6 and 8)."""

from __future__ import annotations

from cli.demo.farm_scenes import SOY_LOT
from cli.demo.packs import SUPPLIER, goods_received, lab_report, packed, received
from cli.demo.world import draft, kg, made_from, stamp, world
from trace.exchange.draft import Draft

OUTSIDE_SOY, LOCAL_SOY, WATER = "RS20261009-1", "RS20261009-2", "RW20261009"
NEW_PHONE = "000-00000044"
TOFU_BATCH, TOFU, OKARA, TOFU_PACK = "T20261016", "T20261016-1", "T20261016-2", "KT1"


def outside_soy() -> Draft:
    """Story 6: soy from outside the city, with a paper certificate only."""
    urn = world().lot("P2", OUTSIDE_SOY)
    data = {
        "lot": urn,
        "productName": "大豆",
        "spec": "50 kg/袋",
        "quantity": kg("3000"),
        "role": "ingredient",
        "supplierName": "（演示）桃花源粮行",
        "supplierAddress": "（演示）外省某地",
        "supplierContact": "000-00000099",
        "batchNo": "THY-0928",
        "productionDate": "2026-09-28",
        "shelfLife": {"value": 12, "unit": "month"},
        "receivedAt": stamp("10-09 09:00"),
        "proofs": [{"kind": "paper", "ref": "（演示）纸质合格证 0928"}],
    }
    return draft("P2", "food.receipt", urn, "10-09 09:00", data, private=SUPPLIER, makes=(urn,))


def local_soy() -> Draft:
    """Soy from the family farm, whose signed harvest came over from the agricultural platform."""
    return received("P2", LOCAL_SOY, "大豆", "2400", "F3", SOY_LOT, "C20261002-1", "10-09 10:00")


def water() -> Draft:
    urn = world().lot("P2", WATER)
    data = {
        "lot": urn,
        "productName": "生产用水",
        "spec": "自来水",
        "quantity": kg("20000"),
        "role": "ingredient",
        "supplierName": "（演示）水厂",
        "supplierAddress": "（演示）宝山区",
        "supplierContact": "000-00000098",
        "batchNo": "W202610",
        "productionDate": "2026-10-09",
        "shelfLife": {"value": 1, "unit": "month"},
        "receivedAt": stamp("10-09 10:30"),
        "proofs": [{"kind": "report", "ref": "（演示）水质检测 202610"}],
    }
    return draft("P2", "food.receipt", urn, "10-09 10:30", data, private=SUPPLIER, makes=(urn,))


def cadmium(value: str) -> dict[str, str]:
    return {"name": "镉（以 Cd 计）", "method": "GB 5009.15", "limit": "0.2", "value": value, "unit": "mg/kg"}


def buyers_test(asked: str) -> Draft:
    """Story 6: what has no digital proof is tested by the buyer before it is used."""
    item = {"name": "黄曲霉毒素 B1", "method": "GB 5009.22", "limit": "5.0", "value": "0.5", "unit": "µg/kg"}
    times = ("10-09 11:00", "10-10 15:00", "10-10 16:00")
    return lab_report("L1", "L20261010-01", "P2", OUTSIDE_SOY, "incoming", times, item, "pass", asked)


def tofu() -> Draft:
    """Story 8: made on 10-16, stated 31 hours after it was finished."""
    batch = world().lot("P2", TOFU_BATCH)
    inputs = {OUTSIDE_SOY: ("300", "main"), LOCAL_SOY: ("100", "main"), WATER: ("900", "auxiliary")}
    made = (world().lot("P2", TOFU), world().lot("P2", OKARA))
    data = {
        "batch": batch,
        "inputs": [
            {"lot": world().lot("P2", lot), "quantity": kg(weight), "role": role}
            for lot, (weight, role) in inputs.items()
        ],
        "outputs": [
            {
                "lot": made[0],
                "productName": "老豆腐",
                "product": world().product("T1"),
                "quantity": kg("1000"),
                "kind": "product",
            },
            {"lot": made[1], "productName": "豆渣", "quantity": kg("250"), "kind": "by_product"},
        ],
        "loss": {"quantity": kg("50"), "reason": "黄浆水"},
        "startedAt": stamp("10-16 06:00"),
        "finishedAt": stamp("10-16 12:00"),
        "productionDate": "2026-10-16",
    }
    refs = tuple(made_from(world().lot("P2", lot), "raw") for lot in inputs)
    return draft("P2", "food.production", batch, "10-16 12:00", data, refs=refs, makes=(batch, *made))


def tofu_release() -> Draft:
    item = {"name": "大肠菌群", "method": "GB 4789.3", "limit": "100", "value": "10", "unit": "CFU/g"}
    times = ("10-16 12:30", "10-17 18:00", "10-17 18:30")
    return lab_report("P2", "JT20261016", "P2", TOFU, "release", times, item, "pass")


def tofu_pack() -> Draft:
    """Story 5: packed with the green mark, whose licence ended on 2026-09-19."""
    amounts, dates = ("1000", "2500"), ("2026-10-16", "2026-10-22")
    return packed("P2", TOFU_PACK, TOFU, "T1", TOFU_BATCH, amounts, dates, "JT20261016", "10-17 19:30")


def rice_received(who: str, consignment: str, lot: str, name: str, weight: str, when: str) -> Draft:
    """A receiver signs for a consignment of the rice mill."""
    facts = (name, weight, "M20261012A", "2026-10-12")
    return goods_received(who, lot, "P1", consignment, facts, "J20261012A", when)


def sampling(sheet: str, lots: tuple[str, ...], when: str) -> Draft:
    """The bureau takes samples; the laboratory's report names this order."""
    data = {
        "form": 1,
        "matter": "（演示）监督抽检 2026-10",
        "lots": [world().lot("P1", lot) for lot in lots],
        "sheetNo": sheet,
        "officers": ["31019900001", "31019900002"],
        "lab": world().urn("L1"),
        "items": ["镉（以 Cd 计）"],
    }
    return draft("G1", "oversight.sampling", f"urn:case:{sheet}", when, data)


SAMPLED = ("XC-DEMO-1", ("K1",), "10-20 10:00")
RETAINED = ("XC-DEMO-2", ("R20261007-1", "R20261007-2"), "10-23 09:00")


def sampled_result(basis: str) -> tuple[Draft, ...]:
    """Story 2: sampling finds cadmium in K1."""
    times = ("10-20 10:00", "10-22 15:00", "10-22 16:00")
    item = cadmium("0.27")
    return (lab_report("L1", "L20261022-01", "P1", "K1", "sampling", times, item, "fail", basis),)


def retained_results(basis: str) -> tuple[Draft, ...]:
    """Story 2: of the retained paddy, R1 passes and R2 fails."""
    times = ("10-23 09:00", "10-24 15:00", "10-24 16:00")
    one, two = ("L20261024-01", "P1", "R20261007-1"), ("L20261024-02", "P1", "R20261007-2")
    return (
        lab_report("L1", *one, "retained", times, cadmium("0.11"), "pass", basis),
        lab_report("L1", *two, "retained", times, cadmium("0.43"), "fail", basis),
    )


def label_change() -> Draft:
    """The mill's number on the digital label of K1 changes; the pack record stays as it was signed."""
    urn, maker = world().lot("P1", "K1"), world().parties["P1"]
    data = {
        "field": "enterprise.contact",
        "from": maker["phone"],
        "to": NEW_PHONE,
        "reason": "（演示）客服电话变更",
        "by": "（演示）戊",
    }
    return draft("P1", "label.change", urn, "10-23 10:00", data, private=("by",))
