"""Story 1 of the demo as hand-made effects: two harvests, a silo, two batches, one shipped.

H1 16 900 kg and H2 18 400 kg are received, merged in a silo (34 594 kg after 2 % loss), milled twice; batch
A is packed and shipped to a receiver that only its disclosures name, batch B is packed and stays.
"""

from __future__ import annotations

from datetime import date

from tests.builders.effects import EffectsOf, kg
from trace.chain import effects as made
from trace.chain.effects import Effects
from trace.chain.report_effects import ReportNoted

FARM_LOG, FOOD_LOG = "agri.example/log", "food.example/log"
F1, P1, L1, D1 = "urn:uscc:93310151XN00001190", "urn:uscc:91310151XN0000442L", "urn:uscc:L", "urn:uscc:D"
PLOTS = ("urn:place:310151999299-0001", "urn:place:310151999299-0002")
GTIN = "09521234100010"
PRODUCT = f"urn:gtin:{GTIN}"
LICENCE = "urn:licence:LB-03-24050999001A"


def lot(owner: str, batch: str) -> str:
    return f"urn:lot:{owner.removeprefix('urn:uscc:')}:{batch}"


H1, H2 = lot(F1, "H1"), lot(F1, "H2")
SILO, MILLED_A, MILLED_B = lot(P1, "S1"), lot(P1, "M20261012A"), lot(P1, "M20261015B")
K1, KB, SHIPPED = lot(P1, "K1"), lot(P1, "KB"), lot(P1, "C1")


def rice_story() -> list[Effects]:
    story: list[Effects] = []

    def says(origin: str, index: int, typ: str, iss: str) -> EffectsOf:
        return EffectsOf(origin, index, typ, iss)

    def done(one: EffectsOf, sub: str) -> None:
        story.append(one.done(sub))

    farm = says(FARM_LOG, 0, "master.party", F1)
    farm.keep(
        made.MasterStated(
            farm.next_id(), "party", F1, {"name": "（演示）乌有乡稻米专业合作社", "region": "310151"}
        ),
        *(
            made.MasterStated(
                farm.next_id(), "place", plot, {"name": "田", "kind": "plot", "region": "310151999299"}
            )
            for plot in PLOTS
        ),
    )
    done(farm, F1)
    firm = says(FOOD_LOG, 0, "master.party", P1)
    firm.keep(
        made.MasterStated(
            firm.next_id(),
            "party",
            P1,
            {
                "name": "（演示）子虚米业有限公司",
                "region": "310151",
                "address": "崇明区某路1号",
                "scNo": "SC1",
            },
        ),
        made.MasterStated(firm.next_id(), "party", L1, {"name": "（演示）水月检测", "region": "310104"}),
        made.MasterStated(
            firm.next_id(),
            "product",
            PRODUCT,
            {"name": "子虚牌绿色大米", "spec": "5kg", "lbNo": "LB-03-24050999001A"},
        ),
        made.MasterStated(
            firm.next_id(),
            "licence",
            LICENCE,
            {
                "kind": "green_mark",
                "number": "LB-03-24050999001A",
                "holder": P1,
                "productNames": ["子虚牌绿色大米"],
                "validFrom": "2024-05-01",
                "validTo": "2027-05-01",
                "status": "valid",
            },
        ),
    )
    done(firm, P1)

    harvests = []
    for number, (plot, amount) in enumerate(zip(PLOTS, ("16900", "18400"), strict=True), start=1):
        one = says(FARM_LOG, number, "farm.harvest", F1)
        urn = lot(F1, f"H{number}")
        harvests.append(one.lot(urn, kg(amount), "harvest", {"plots": [plot], "crop": "水稻"}))
        one.keep(made.PlotHarvested(plot, harvests[-1], date(2026, 10, 5)))
        done(one, urn)
    sown = says(FARM_LOG, 3, "farm.operation", F1)
    sown.keep(
        made.OperationNoted(
            sown.next_id(),
            PLOTS[0],
            "fertilise",
            None,
            date(2026, 6, 1),
            None,
            None,
            {"operation": "fertilise"},
        )
    )
    done(sown, PLOTS[0])
    certified = says(FARM_LOG, 4, "farm.certificate", F1)
    certified.keep(
        made.CertificateNoted(
            certified.next_id(),
            harvests[0],
            "HGZ-1",
            {"certNo": "HGZ-1", "basis": "controlled", "origin": "崇明"},
        ),
        made.LotMentioned(harvests[0], "certificate"),
    )
    done(certified, H1)

    received = []
    for number, (above, amount) in enumerate(zip(harvests, ("16900", "18400"), strict=True), start=1):
        one = says(FOOD_LOG, number, "food.receipt", P1)
        urn = lot(P1, f"R{number}")
        received.append(one.lot(urn, kg(amount), "material"))
        one.link(above, received[-1], kg(amount), kg(amount), "receive")
        one.keep(made.LotTaken(above, kg(amount)))
        done(one, urn)

    merge = says(FOOD_LOG, 3, "food.merge", P1)
    silo = merge.lot(SILO, kg("34594"), "merged", {"loss": {"value": "706", "unit": "kg"}})
    for above, amount in zip(received, ("16900", "18400"), strict=True):
        merge.link(above, silo, kg(amount), kg(amount), "merge")
        merge.keep(made.LotTaken(above, kg(amount)))
    done(merge, SILO)

    story += milling(silo, 4, MILLED_A, ("20000", "13600"), K1)
    story += milling(silo, 8, MILLED_B, ("14594", "9924"), KB)
    return story


def milling(silo: int, index: int, batch: str, amounts: tuple[str, str], code: str) -> list[Effects]:
    """One batch from the silo: made, tested and packed; K1 is shipped, KB exceeds the approved output."""
    taken, got = amounts
    story: list[Effects] = []

    def says(origin: str, number: int, typ: str, iss: str) -> EffectsOf:
        return EffectsOf(origin, number, typ, iss)

    def done(one: EffectsOf, sub: str) -> None:
        story.append(one.done(sub))

    milled = says(FOOD_LOG, index, "food.production", P1)
    pool = milled.lot(batch, kg(taken), "batch")
    rice = milled.lot(f"{batch}-rice", kg(got), "product")
    milled.link(silo, pool, kg(taken), kg(taken), "transform")
    milled.link(pool, rice, kg(got), kg(got), "transform")
    milled.keep(made.LotTaken(silo, kg(taken)), made.LotTaken(pool, kg(got)))
    done(milled, batch)
    tested = says(FOOD_LOG, index + 1, "lab.report", L1)
    tested.keep(
        ReportNoted(
            tested.next_id(),
            rice,
            f"J-{index}",
            "release",
            "pass",
            tested.entry.statement_id,
            {
                "reportNo": f"J-{index}",
                "conclusion": "pass",
                "items": [{"name": "镉", "value": "0.1", "verdict": "pass"}],
            },
        ),
        made.LotMentioned(rice, "report"),
    )
    done(tested, f"{batch}-rice")
    packed = says(FOOD_LOG, index + 2, "food.pack", P1)
    pack = packed.lot(code, kg(got), "pack")
    packed.link(rice, pack, kg(got), kg(got), "pack")
    packed.keep(
        made.LotTaken(rice, kg(got)),
        made.PackNoted(
            packed.next_id(), pack, PRODUCT, GTIN, batch.rpartition(":")[2], "batch", "active", PACK_DATA
        ),
    )
    if code == KB:
        packed.keep(
            made.Mark(packed.next_id(), "R15", "over-approved-output", pack, ("code",), {"value": "101.5 t"})
        )
    done(packed, code)
    if code == K1:
        shipped = says(FOOD_LOG, index + 3, "food.shipment", P1)
        away = shipped.lot(SHIPPED, kg("6000"), "consignment", holder=None)
        shipped.link(pack, away, kg("6000"), kg("6000"), "ship")
        shipped.keep(made.LotTaken(pack, kg("6000")), made.LotMentioned(pack, "shipment"))
        done(shipped, SHIPPED)
    return story


PACK_DATA = {
    "lot": K1,
    "productionDate": "2026-10-12",
    "expiryDate": "2027-10-11",
    "batchNo": "M20261012A",
    "lbNo": "LB-03-24050999001A",
    "netContent": {"value": "5", "unit": "kg"},
    "label": {
        "enterprise": {
            "name": "（演示）子虚米业有限公司",
            "address": "崇明区某路1号",
            "contact": "000-00000004",
            "businessLicence": "91310151XN0000442L",
            "scNo": "SC10131015199019",
        },
        "ingredients": ["稻谷"],
        "additives": [],
        "product": {
            "name": "子虚牌绿色大米",
            "spec": "5kg",
            "standard": "NY/T 419",
            "shelfLife": "12个月",
            "storage": "阴凉干燥",
        },
        "release": {"conclusion": "合格"},
    },
}
