"""The rice mill's workbooks, one a working day (stories 1, 4 and 7): rows as a clerk types them.

Each is filled into the template that `./greentrace template` writes, and read by the real importer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cli.demo.farm_scenes import H1, H2, H3
from cli.demo.world import world

Row = Mapping[str, object]
RECEIPTS, PROCESS, TESTS, PACKING, SHIPPING = "进货查验", "投料与产出", "出厂检验", "包装赋码", "出货"
ITEM_CODED = frozenset({"K2"})


@dataclass(frozen=True, slots=True)
class Workbook:
    """One file: its name, when it is imported, and its rows by sheet."""

    name: str
    imported_at: str
    sheets: Mapping[str, Sequence[Row]]
    story: str = ""  # what it tells, where that is more than its name says


def workbooks() -> tuple[Workbook, ...]:
    """In the order in which the mill imports them."""
    return (
        Workbook("P1-进货-20261007.xlsx", "10-07 11:00", {RECEIPTS: [
            _paddy("R20261007-1", H1, "16900", "10-07 09:10"),
            _paddy("R20261007-2", H2, "18400", "10-07 10:20"),
        ]}),
        Workbook("P1-进货-20261008.xlsx", "10-08 09:30", {RECEIPTS: [
            _paddy("R20261008-1", H3, "5150", "10-08 08:40"),
        ]}, "故事7：采收记 5 000 kg，收货称得 5 150 kg，两份记录都留，立争议"),
        Workbook("P1-合并-20261008.xlsx", "10-08 19:00", {PROCESS: _silo()}),
        Workbook("P1-生产-20261012.xlsx", "10-12 18:30", {
            PROCESS: _milling("M20261012A", "10-12", "20000", "13600", "5600", "800"),
            TESTS: _release("J20261012A", "M20261012A-1", "10-12"),
        }),
        Workbook("P1-包装-20261013.xlsx", "10-13 10:30", {PACKING: [
            _packing("K1", "M20261012A", "R5", "8000", "1600", "10-13 09:00", "J20261012A", activate=True),
            _packing("K2", "M20261012A", "R10", "5600", "560", "10-13 10:00", "J20261012A", activate=True),
        ]}),
        Workbook("P1-出货-20261014.xlsx", "10-14 10:00", {SHIPPING: [
            _shipment("D20261014-1", "K1", "6000", "1200", "D1", "10-14 08:00", "J20261012A"),
            _shipment("D20261014-2", "K2", "4000", "400", "D1", "10-14 08:10", "J20261012A"),
            _shipment("D20261014-3", "K2", "1600", "160", "D2", "10-14 09:00", "J20261012A"),
        ]}),
        Workbook("P1-生产-20261015.xlsx", "10-15 18:30", {
            PROCESS: _milling("M20261015B", "10-15", "14594", "9924", "4086", "584"),
            TESTS: _release("J20261015B", "M20261015B-1", "10-15"),
        }),
        Workbook("P1-包装-20261016.xlsx", "10-16 10:00", {PACKING: [
            _packing("K3", "M20261015B", "R5", "9920", "1984", "10-16 09:00", "J20261015B", activate=False),
        ]}),
    )  # fmt: skip


def _paddy(lot: str, harvested: str, weight: str, when: str) -> Row:
    farm = world().parties["F1"]
    return {
        "批次号": lot,
        "物料名称": "稻谷",
        "类别": "原料",
        "规格": "散装",
        "数量": weight,
        "单位": "kg",
        "生产日期": f"2026-10-{harvested[7:9]}",
        "生产批号": harvested,
        "保质期": "12个月",
        "进货时间": f"2026-{when}",
        "供货者名称（保密）": farm["name"],
        "供货者地址（保密）": farm["address"],
        "供货者联系方式（保密）": farm["phone"],
        "供货者代码（保密）": farm["uscc"],
        "供货批次": f"{farm['uscc']}:{harvested}",
        "凭证种类": "合格证",
        "凭证编号": f"C{harvested[1:]}",
    }


def _silo() -> list[Row]:
    """R1 and R2 into silo 1: 35 300 kg, of which drying and cleaning take two per cent."""
    times = {"开始时间": "2026-10-08 10:00", "结束时间": "2026-10-08 18:00"}
    return [
        {
            "批次号": "S1",
            "工序": "合并",
            "类型": "投料",
            "物料批次": "R20261007-1",
            "数量": "16900",
            "单位": "kg",
            **times,
        },
        {"批次号": "S1", "类型": "投料", "物料批次": "R20261007-2", "数量": "18400", "单位": "kg"},
        {
            "批次号": "S1",
            "类型": "产出",
            "物料批次": "S1",
            "名称": "稻谷（1号筒仓）",
            "数量": "34594",
            "单位": "kg",
        },
        {"批次号": "S1", "类型": "损耗", "数量": "706", "单位": "kg", "损耗原因": "烘干、清理"},
    ]


def _milling(batch: str, day: str, paddy: str, rice: str, bran: str, loss: str) -> list[Row]:
    first = {
        "工序": "生产",
        "开始时间": f"2026-{day} 08:00",
        "结束时间": f"2026-{day} 16:00",
        "生产日期": f"2026-{day}",
        "得率核算": "稻谷出米",
    }
    return [
        {
            "批次号": batch,
            "类型": "投料",
            "用途": "主料",
            "物料批次": "S1",
            "数量": paddy,
            "单位": "kg",
            **first,
        },
        {
            "批次号": batch,
            "类型": "产出",
            "物料批次": f"{batch}-1",
            "名称": "大米",
            "数量": rice,
            "单位": "kg",
        },
        {
            "批次号": batch,
            "类型": "副产品",
            "物料批次": f"{batch}-2",
            "名称": "米糠",
            "数量": bran,
            "单位": "kg",
        },
        {"批次号": batch, "类型": "损耗", "数量": loss, "单位": "kg", "损耗原因": "砻糠、清理"},
    ]


def _release(number: str, lot: str, day: str) -> list[Row]:
    shared = {
        "报告编号": number,
        "批次": lot,
        "检验目的": "出厂检验",
        "采样时间": f"2026-{day} 16:10",
        "检验时间": f"2026-{day} 17:40",
        "结论": "合格",
        "检验依据": "GB/T 1354",
        "报告人（保密）": "（演示）甲",
        "审核人（保密）": "（演示）乙",
    }
    return [
        {
            **shared,
            "检验项目": "水分",
            "检验方法": "GB 5009.3",
            "限量": "15.5",
            "检出值": "14.2",
            "计量单位": "g/100 g",
            "单项判定": "合格",
        },
        {
            **shared,
            "检验项目": "碎米",
            "检验方法": "GB/T 5503",
            "限量": "15.0",
            "检出值": "8.6",
            "计量单位": "%",
            "单项判定": "合格",
        },
    ]


def _packing(
    lot: str, batch: str, product: str, used: str, packs: str, when: str, number: str, *, activate: bool
) -> Row:
    mill, goods = world().parties["P1"], world().products[product]
    row: dict[str, object] = {
        "包装批次": lot,
        "来源批次": f"{batch}-1",
        "商品条码或产品代码": goods["gtin"],
        "生产批号": batch,
        "用料数量": used,
        "用料单位": "kg",
        "件数": packs,
        "净含量": goods["netContent"]["value"],
        "净含量单位": "kg",
        "生产日期": f"2026-{batch[5:7]}-{batch[7:9]}",
        "到期日": f"2027-{batch[5:7]}-{int(batch[7:9]) - 1:02d}",
        "赋码层级": "一物一码" if lot in ITEM_CODED else "一批一码",
        "绿色食品产品编号": goods["lbNo"],
        "包装时间": f"2026-{when}",
        "企业名称": mill["name"],
        "企业地址": mill["address"],
        "企业联系方式": mill["phone"],
        "营业执照": mill["uscc"],
        "生产许可证": mill["scNo"],
        "配料": "、".join(goods["ingredients"]),
        "产品名称": goods["name"],
        "规格": goods["spec"],
        "执行标准": goods["standard"],
        "保质期": "12个月",
        "贮存条件": goods["storage"],
        "检验结论": "合格",
        "检验报告编号": number,
    }
    if activate:
        row["激活"] = "是"
    return row


def _shipment(lot: str, source: str, weight: str, packs: str, receiver: str, when: str, number: str) -> Row:
    to = world().parties[receiver]
    return {
        "出货批次": lot,
        "来源批次": source,
        "数量": weight,
        "单位": "kg",
        "件数": packs,
        "购货者名称（保密）": to["name"],
        "购货者地址（保密）": to["address"],
        "购货者联系方式（保密）": to["phone"],
        "购货者代码（保密）": to["uscc"],
        "检验合格证号": number,
        "出货时间": f"2026-{when}",
        "车辆（保密）": "演A·00001",
    }
