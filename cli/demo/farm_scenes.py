"""Farm scenes: stories 1, 3, 6 and 7 as far as the agricultural platform sees them."""

from __future__ import annotations

from collections.abc import Mapping

from cli.demo.world import draft, kg, made_from, plot_urn, stamp, world
from trace.exchange.draft import Draft

RICE_1, RICE_2, RICE_3 = "310151999299-0001", "310151999299-0002", "310151999299-0003"
GREENS, TOMATO, SOY = "310120999201-0001", "310120999201-0002", "310116999202-0001"
H1, H2, H3 = "H20261005-1", "H20261006-1", "H20261007-1"
GREENS_LOT, TOMATO_LOT = "H20261015-1", "H20261015-2"
SOY_LOT, SECOND_SOY_LOT = "H20261002-1", "H20261003-1"


def work(
    who: str,
    plot: str,
    crop: str,
    what: str,
    day: str,
    applied: Mapping[str, object] | None = None,
    target: str = "",
) -> Draft:
    """One entry of a field diary, with the label snapshot of what was applied."""
    data: dict[str, object] = {
        "plot": plot_urn(plot),
        "crop": crop,
        "operation": what,
        "usedOn": day,
        "operator": "（演示）农户甲",
    }
    if applied is not None:
        data["input"] = applied
    if target:
        data["target"] = target
    return draft(who, "farm.operation", plot_urn(plot), f"{day} 10:00", data, private=("operator",))


def sprayed(name: str, substance: str, reg_no: str, days: int, dose: str) -> dict[str, object]:
    return {
        "name": name,
        "substance": substance,
        "regNo": reg_no,
        "source": "（演示）农资门店",
        "dose": dose,
        "method": "喷雾",
        "phiDays": days,
        "labelSnapshot": f"（演示标签）{name}，安全间隔期 {days} 天",
    }


def harvest(
    who: str, lot: str, plot: str, crop: str, variety: str, weight: str, begun: str, ended: str
) -> Draft:
    urn = world().lot(who, lot)
    data = {
        "lot": urn,
        "productName": "稻谷" if crop == "水稻" else crop,
        "crop": crop,
        "variety": variety,
        "plots": [plot_urn(plot)],
        "quantity": kg(weight),
        "harvestedFrom": stamp(begun),
        "harvestedTo": stamp(ended),
        "place": plot_urn(plot),
    }
    return draft(who, "farm.harvest", urn, ended, data, makes=(urn,))


def certificate(who: str, lot: str, number: str, what: str, weight: str, when: str) -> Draft:
    """承诺达标合格证, 样式一 (producer), on the ground that quality control meets the requirements."""
    urn = world().lot(who, lot)
    party = world().parties[who]
    data = {
        "certNo": number,
        "lot": urn,
        "productName": what,
        "quantity": kg(weight),
        "origin": party["address"],
        "basis": "controlled",
        "style": "producer",
        "issuedAt": stamp(when),
        "contact": party["phone"],
    }
    return draft(
        who, "farm.certificate", urn, when, data, refs=(made_from(urn, "subject"),), private=("contact",)
    )


def consignment(source: str) -> str:
    """The batch number under which a harvest leaves the farm."""
    return f"D{source[1:]}"


def handed_over(who: str, source: str, what: str, weight: str, receiver: str, when: str) -> Draft:
    """出库: the farm hands a harvest over to its buyer, who alone can open that it is meant."""
    urn, harvested = world().lot(who, consignment(source)), world().lot(who, source)
    data = {
        "lot": urn,
        "fromLot": harvested,
        "quantity": kg(weight),
        "shippedAt": stamp(when),
        "to": "party",
        "receiver": world().urn(receiver),
        "declared": [{"rule": "R05", "reason": f"初级农产品{what}，凭承诺达标合格证出库"}],
    }
    return draft(
        who, "food.shipment", urn, when, data,
        refs=(made_from(harvested, "goods"),), private=("receiver",), makes=(urn,),
    )  # fmt: skip


def diary() -> dict[str, list[Draft]]:
    """The season's work by farm, entered when the platform opens."""
    fungicide = sprayed("（演示）井冈霉素水剂", "井冈霉素", "PD20139901", 14, "150 毫升/亩")
    insecticide = sprayed("（演示）吡虫啉可湿性粉剂", "吡虫啉", "PD20139902", 7, "20 克/亩")
    manure = {
        "name": "（演示）商品有机肥",
        "regNo": "农肥(2019)准字9901号",
        "source": "（演示）农资门店",
        "dose": "300 千克/亩",
        "method": "撒施",
    }
    rice = [
        entry
        for plot in (RICE_1, RICE_2, RICE_3)
        for entry in (
            work("F1", plot, "水稻", "fertilise", "2026-05-28", manure),
            work("F1", plot, "水稻", "transplant", "2026-06-10"),
            work("F1", plot, "水稻", "spray", "2026-08-25", fungicide, "纹枯病"),
        )
    ]
    return {
        "F1": rice,
        "F2": [work("F2", TOMATO, "番茄", "spray", "2026-09-20", insecticide, "蚜虫")],
        "F3": [work("F3", SOY, "大豆", "sow", "2026-06-15")],
    }


def late_spray() -> Draft:
    """Story 3: sprayed on 10-10 under a label of seven days."""
    applied = sprayed("（演示）吡虫啉可湿性粉剂", "吡虫啉", "PD20139902", 7, "20 克/亩")
    return work("F2", GREENS, "青菜", "spray", "2026-10-10", applied, "蚜虫")
