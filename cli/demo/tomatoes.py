"""Stories 11 and 12: tomatoes whose hand-overs all stand confirmed; of their packs one is past its date."""

from __future__ import annotations

from cli.demo.farm_scenes import TOMATO_LOT, handed_over
from cli.demo.masters import PICTURED_REPORT, report_photos
from cli.demo.packs import (
    activation,
    batch,
    commission,
    goods_received,
    lab_report,
    packed,
    received,
    sent,
)
from cli.demo.showing import print_link
from cli.demo.stage import Stage
from cli.demo.world import world

PASTE, FRESH = "KV1", "KV2"
_DELIVERED, _BATCH, _MADE = "RV20261015", "V20261016", "V20261016-1"
_CERTIFICATE, _TEST = "C20261015-2", "L20261016-01"


def _residue(value: str) -> dict[str, str]:
    return {"name": "吡虫啉", "method": "GB 23200.113", "limit": "1", "value": value, "unit": "mg/kg"}


def leave_the_farm(stage: Stage) -> None:
    sent_on = handed_over("F2", TOMATO_LOT, "番茄", "800", "P3", "10-15 11:00")
    stage.desk("F2", "agri").state([sent_on])


def arrive(stage: Stage) -> str:
    """The factory takes the delivery up from its inbox and asks a laboratory to test it."""
    desk = stage.desk("P3", "food")
    delivery = received(
        "P3", _DELIVERED, "番茄", "800", "F2", TOMATO_LOT, _CERTIFICATE, "10-15 14:00", degrees=("11", "13.5")
    )
    desk.handovers.take_up([delivery])
    desk.state([delivery])
    (asked,) = desk.state([commission("P3", _DELIVERED, "L1", "10-15 14:30")])
    stage.kept[_TEST] = str(asked["stmt"])
    return f"{len(desk.handovers.opened)} 批与供货方的出库对应"


def fresh_ones(stage: Stage) -> None:
    """The laboratory answers; a quarter is packed as it came, good for seven days."""
    times = ("10-15 15:00", "10-16 09:00", "10-16 09:30")
    asked = stage.kept[_TEST]
    passed = lab_report("L1", _TEST, "P3", _DELIVERED, "incoming", times, _residue("0.02"), "pass", asked)
    stage.desk("L1", "food").state([passed])
    times = ("10-16 10:00", "10-16 10:20", "10-16 10:30")
    desk = stage.desk("P3", "food")
    desk.state(
        [lab_report("P3", "JV20261016-2", "P3", _DELIVERED, "release", times, _residue("0.02"), "pass")]
    )
    amounts, dates = ("200", "400"), ("2026-10-16", "2026-10-23")
    desk.state([
        packed("P3", FRESH, _DELIVERED, "V4", "F20261016", amounts, dates, "JV20261016-2", "10-16 10:40"),
        activation("P3", FRESH, "F20261016", "V4", ("JV20261016-2", _DELIVERED), "10-16 10:45"),
    ])  # fmt: skip
    print_link(stage, "P3", FRESH)


def paste(stage: Stage) -> str:
    """The rest becomes paste, tested and packed in the order of a working day."""
    desk = stage.desk("P3", "food")
    loss, times = ("360", "去皮、浓缩蒸发"), ("10-16 11:00", "10-16 17:00")
    desk.state([batch("P3", _BATCH, {_DELIVERED: "600"}, (_MADE, "番茄酱", "240"), loss, times)])
    tested = ("10-16 17:30", "10-17 09:00", "10-17 09:30")
    report = lab_report(
        "P3",
        PICTURED_REPORT,
        "P3",
        _MADE,
        "release",
        tested,
        _residue("0.03"),
        "pass",
        photos=report_photos(),
    )
    (issued,) = desk.state([report])
    stage.pictured[PICTURED_REPORT] = str(issued["stmt"])
    amounts, dates = ("240", "1200"), ("2026-10-16", "2027-10-15")
    desk.state([
        packed("P3", PASTE, _MADE, "V3", _BATCH, amounts, dates, PICTURED_REPORT, "10-17 10:00"),
        activation("P3", PASTE, _BATCH, "V3", (PICTURED_REPORT, _MADE), "10-17 10:05"),
    ])  # fmt: skip
    return print_link(stage, "P3", PASTE)


def sold(stage: Stage) -> None:
    """To the supermarket, which takes it up from its inbox."""
    mill, shop = stage.desk("P3", "food"), stage.desk("D1", "food")
    mill.state([sent("P3", "DV20261018", PASTE, ("240", "1200"), "D1", PICTURED_REPORT, "10-18 09:00")])
    stage.reach("10-18 14:30")
    facts = (str(world().products["V3"]["name"]), "240", _BATCH, "2026-10-16")
    taken = goods_received("D1", "SV20261018", "P3", "DV20261018", facts, PICTURED_REPORT, "10-18 14:00")
    shop.handovers.take_up([taken])
    shop.state([taken])
