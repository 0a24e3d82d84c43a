"""The order of events: each act moves the demo's clock and goes in through a real interface."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from cli.client.http import Problem
from cli.demo import farm_scenes as farm
from cli.demo import food_scenes as food
from cli.demo import masters, soy_flour, tomatoes
from cli.demo.act import Act
from cli.demo.copied_code import copied_code
from cli.demo.faults import pull, pull_through_faults, report_to_city
from cli.demo.month_scenes import correct_month, farms_committed, letter_served, report_acts
from cli.demo.own_recall import recall
from cli.demo.packs import activation, commission
from cli.demo.rice_workbooks import Workbook, workbooks
from cli.demo.showing import print_labels
from cli.demo.stage import Stage
from cli.demo.world import world
from cli.importing import run_import
from cli.snapshot import issue
from trace.exchange.draft import Draft
from trace.exchange.workbook import write_template
from trace.labels.picture import MEDIA_TYPE

_NOT_YET = ("P1", "P2", "P3", "P4", "F2")
"""Whose licences are first told in October."""
_RICE = "子虚牌绿色大米 {}kg"


def acts() -> Iterator[Act]:
    """Stories 1 to 8 and 10 to 14 of the demo, in the order of the calendar."""
    books = workbooks()
    yield from _fields_and_deliveries(books)
    yield from _packs(books)
    yield from _afterwards()


def _fields_and_deliveries(books: Sequence[Workbook]) -> Iterator[Act]:
    yield Act("10-01 08:30", "登记主体、产品、许可与地块", _masters)
    yield Act("10-01 09:00", "农场补录本季农事", _diary)
    yield from report_acts()
    yield from _harvests()
    yield Act("10-07 08:40", "农场登记出库：H1、H2 送往子虚米业", _paddy_leaves)
    yield Act("10-07 09:00", "食品平台拉取农业平台数据（迟到、重复、断流）", _pull_with_faults)
    yield _import_act(books[0])
    yield Act("10-07 15:00", "进货记录上报市级平台（模拟）", _city_up)
    yield Act("10-08 08:30", "农场登记出库 H3，食品平台再次拉取", _late_paddy_leaves)
    yield from (_import_act(book) for book in books[1:3])
    yield Act("10-09 09:40", "家庭农场登记大豆出库，食品平台再次拉取", _soy_leaves)
    yield Act("10-09 09:50", "故事13：家庭农场送豆两车给黄粱面业，只登记了一车", soy_flour.leaves_the_farm)
    yield Act("10-09 11:30", "故事6：外省大豆仅有纸质合格证，买方送检", _soy)
    yield Act("10-10 17:10", "故事13：黄粱面业登记两车进货，一车无对应出库", _soy_arrives)
    yield Act("10-10 17:20", "当日记录上报市级平台（模拟）", _city_up)
    yield Act("10-10 17:30", "故事3：青菜 10-10 喷药，安全间隔期 7 天", _spray)


def _packs(books: Sequence[Workbook]) -> Iterator[Act]:
    yield Act("10-12 14:30", "故事13：三批豆粉检验、包装、赋码", soy_flour.becomes_flour)
    yield from (_import_act(book) for book in books[3:5])
    yield Act("10-13 11:00", "子虚米业打印 K1 的追溯码", print_labels)
    yield _import_act(books[5])
    yield Act("10-14 10:30", "市级平台停机，出货上报失败，自动重试", _city_down)
    yield Act("10-14 15:00", "超市与食堂签收", _received)
    yield Act("10-15 10:00", "故事3：10-15 采收，记录入链并标记，合格证被拦", _greens)
    yield Act("10-15 11:30", "故事11：番茄出库送往海市蜃楼，食品平台再次拉取", _tomatoes_leave)
    yield Act("10-15 14:40", "故事11：海市蜃楼收货并委托检测", tomatoes.arrive)
    yield from (_import_act(book) for book in books[6:8])
    yield Act("10-16 10:30", "故事4：超核准产量，申请激活被拦", _over_volume)
    yield Act("10-16 10:50", "故事12：一部分鲜番茄包装，保质期 7 天", tomatoes.fresh_ones)
    yield Act("10-17 10:10", "故事11：其余制成番茄酱，检验、包装、赋码", tomatoes.paste)


def _afterwards() -> Iterator[Act]:
    yield Act("10-17 19:00", "故事8：豆腐完工 31 小时后才上传", _late_tofu)
    yield Act("10-17 19:40", "故事5：标志许可 2026-09-19 到期，仍用标包装", _lapsed_mark)
    yield Act("10-18 09:30", "故事11：番茄酱送到超市，双方签名", tomatoes.sold)
    yield Act("10-20 18:00", "故事10：一件米在普陀被扫，40 分钟后在另一城市又被扫，并被投诉", copied_code)
    yield Act("10-21 10:00", "农业平台：农户告知书与承诺书", farms_committed)
    yield Act("10-21 11:00", "向太虚调味品发出责令整改通知书", letter_served)
    yield Act("10-21 15:00", "农业农村部门更正 9 月一次检查的记录，附件2 出第 2 版", correct_month)
    yield Act("10-22 16:30", "故事2：监督抽检镉 0.27 mg/kg，超限量 0.2", _bad_result)
    yield Act("10-23 10:00", "数字标签变更：子虚米业换了客服电话，签名登记", _label_change)
    yield Act("10-23 15:00", "故事13：黄粱面业复称，更正进货数量，两份记录对不上", soy_flour.weighed_again)
    yield Act("10-24 12:30", "故事14：黄粱面业召回一批漏标致敏物质的豆粉", recall)
    yield Act("10-24 16:30", "故事2：留样复验，R1 合格、R2 不合格", _retained)
    yield Act("10-24 17:00", "市级平台恢复，一键补报", _city_back)
    yield Act("10-24 17:05", "市场监管部门签发召回状态", _recall_status)
    yield Act("10-24 17:06", "上传产品与田块的示意图片", upload_pictures)


def _harvests() -> Iterator[Act]:
    rice = ("水稻", "演示粳1号")
    soy, late_rice = ("大豆", "演示豆1号"), ("水稻", "演示粳2号")
    scenes = (
        ("10-02 17:00", "F3", farm.SOY_LOT, farm.SOY, soy, "2400", ("10-02 08:00", "10-02 16:30")),
        ("10-03 17:00", "F3", farm.SECOND_SOY_LOT, farm.SOY, soy, "600", ("10-03 08:00", "10-03 16:00")),
        ("10-05 17:00", "F1", farm.H1, farm.RICE_1, rice, "16900", ("10-05 08:00", "10-05 16:30")),
        ("10-06 17:00", "F1", farm.H2, farm.RICE_2, rice, "18400", ("10-06 08:00", "10-06 16:30")),
        ("10-07 08:30", "F1", farm.H3, farm.RICE_3, late_rice, "5000", ("10-07 06:00", "10-07 08:00")),
    )
    for when, who, lot, plot, crop, weight, times in scenes:
        harvest = farm.harvest(who, lot, plot, *crop, weight, *times)
        number, what = f"C{lot[1:]}", str(harvest.data["productName"])
        yield Act(
            when, f"采收 {what} {harvest.sub.rsplit(':', 1)[1]}", _harvest_act(harvest, number, what, when)
        )


def _harvest_act(harvest: Draft, number: str, what: str, when: str) -> Callable[[Stage], str | None]:
    who = next(key for key, party in world().parties.items() if party["uscc"] in harvest.sub)

    def act(stage: Stage) -> None:
        desk = stage.desk(who, "agri")
        weight = str(harvest.data["quantity"]["value"])  # type: ignore[index]
        lot = harvest.sub.rsplit(":", 1)[1]
        desk.state([harvest, farm.certificate(who, lot, number, what, weight, when)])

    return act


def _masters(stage: Stage) -> None:
    firms = ("P1", "P2", "P3", "P4", "D1", "G1")
    stage.desk("G2", "agri").state(list(masters.parties("G2", (*farm_ids(), "G2"), "10-01 08:20")))
    for who in farm_ids():
        _state_shown(stage, who, "agri", list(masters.plots(who, "10-01 08:25")))
    stage.desk("G1", "food").state(list(masters.parties("G1", firms, "10-01 08:20")))
    stage.desk("G2", "food").state(list(masters.licences("G2", "10-01 08:25", _NOT_YET)))
    for who in ("P1", "P2", "P3", "P4"):
        _state_shown(stage, who, "food", list(masters.products(who, "10-01 08:28")))


def _state_shown(stage: Stage, who: str, platform: str, drafts: list[Draft]) -> None:
    """State what photographs are named by, and remember by which statement."""
    results = stage.desk(who, platform).state(drafts)
    stage.pictured |= {draft.sub: str(done["stmt"]) for draft, done in zip(drafts, results, strict=True)}


def upload_pictures(stage: Stage) -> None:
    """The drawn pictures of products and fields, to the platform whose pages show them."""
    for who in (*farm_ids(), "P1", "P2", "P3", "P4"):
        for of, content in masters.pictures(who):
            if of not in stage.pictured:  # a farm's own product, which no pack bears
                continue
            digest = hashlib.sha256(content).hexdigest()
            path = f"/api/v1/photos/{digest}?statement={stage.pictured[of]}"
            stage.client("food", who).put(path, content, MEDIA_TYPE)


def farm_ids() -> tuple[str, ...]:
    return tuple(key for key, party in world().parties.items() if party["role"] == "grower")


def _diary(stage: Stage) -> None:
    for who, entries in farm.diary().items():
        stage.desk(who, "agri").state(entries)


def _pull_with_faults(stage: Stage) -> str:
    """The simulator is told to be late, to repeat and to break off; the pull resumes where it was."""

    return pull_through_faults(stage)


def _import_act(book: Workbook) -> Act:
    def act(stage: Stage) -> str:
        path = stage.path / "files" / book.name
        fill(book, path)
        counts = run_import(stage.desk("P1", "food", "workbook"), path, "zh-CN", bar=False)
        return f"{counts['stated']} 条记录"

    told = f"{book.story}（{book.name}）" if book.story else f"子虚米业导入 {book.name}"
    return Act(book.imported_at, told, act)


def fill(book: Workbook, path: Path) -> None:
    """Write `book` into the template, as a clerk would: by the headers of its sheets."""
    write_template(path)
    file = openpyxl.load_workbook(path)
    for name, rows in book.sheets.items():
        sheet = file[name]
        headers = {
            str(cell.value).rstrip("*").strip(): cell.column
            for line in sheet.iter_rows(min_row=1, max_row=3)
            for cell in line
            if cell.value
        }
        for number, row in enumerate(rows, start=sheet.max_row + 1):
            for header, value in row.items():
                sheet.cell(row=number, column=headers[header], value=str(value))
    file.save(path)


def _paddy_leaves(stage: Stage) -> None:
    stage.desk("F1", "agri").state([
        farm.handed_over("F1", farm.H1, "稻谷", "16900", "P1", "10-07 08:35"),
        farm.handed_over("F1", farm.H2, "稻谷", "18400", "P1", "10-07 08:38"),
    ])  # fmt: skip


def _late_paddy_leaves(stage: Stage) -> str:
    stage.desk("F1", "agri").state([farm.handed_over("F1", farm.H3, "稻谷", "5000", "P1", "10-08 08:10")])
    return pull(stage)


def _soy_leaves(stage: Stage) -> str:
    sent = farm.handed_over("F3", farm.SOY_LOT, "大豆", "2400", "P2", "10-09 09:30")
    stage.desk("F3", "agri").state([sent])
    return pull(stage)


def _tomatoes_leave(stage: Stage) -> str:
    tomatoes.leave_the_farm(stage)
    return pull(stage)


def _soy_arrives(stage: Stage) -> str:
    return f"{pull(stage)}；{soy_flour.arrives(stage)}"


def _soy(stage: Stage) -> None:
    desk = stage.desk("P2", "food")
    received = [food.outside_soy(), food.local_soy(), food.water()]
    desk.handovers.take_up(received)
    desk.state(received)
    (asked,) = desk.state([commission("P2", food.OUTSIDE_SOY, "L1", "10-09 10:45")])
    stage.reach("10-10 16:00")
    stage.desk("L1", "food").state([food.buyers_test(str(asked["stmt"]))])


def _spray(stage: Stage) -> None:
    stage.desk("F2", "agri").state([farm.late_spray()])


def _greens(stage: Stage) -> str:
    desk = stage.desk("F2", "agri")
    greens = farm.harvest(
        "F2", farm.GREENS_LOT, farm.GREENS, "青菜", "演示青1号", "1200", "10-15 06:00", "10-15 09:00"
    )
    tomato = farm.harvest(
        "F2", farm.TOMATO_LOT, farm.TOMATO, "番茄", "演示红1号", "800", "10-15 06:00", "10-15 09:30"
    )
    desk.state([greens, tomato])
    desk.state([farm.certificate("F2", farm.TOMATO_LOT, "C20261015-2", "番茄", "800", "10-15 10:00")])
    return refused(
        desk.state, [farm.certificate("F2", farm.GREENS_LOT, "C20261015-1", "青菜", "1200", "10-15 10:00")]
    )


def _received(stage: Stage) -> str:
    """Both sign for what the mill's shipments in their inbox hand over to them."""
    taken_up = 0
    for who, received in {
        "D1": [
            food.rice_received("D1", "D20261014-1", "S20261014-1", _RICE.format(5), "6000", "10-14 14:00"),
            food.rice_received("D1", "D20261014-2", "S20261014-2", _RICE.format(10), "4000", "10-14 14:10"),
        ],
        "D2": [
            food.rice_received("D2", "D20261014-3", "C20261014-1", _RICE.format(10), "1600", "10-14 14:20")
        ],
    }.items():
        desk = stage.desk(who, "food")
        desk.handovers.take_up(received)
        desk.state(received)
        taken_up += len(desk.handovers.opened)
    return f"{taken_up} 批与供货方的出货对应"


def _over_volume(stage: Stage) -> str:
    wanted = activation("P1", "K3", "M20261015B", "R5", ("J20261015B", "M20261015B-1"), "10-16 10:30")
    return refused(stage.desk("P1", "food", "workbook").state, [wanted])


def _late_tofu(stage: Stage) -> None:
    stage.desk("P2", "food").state([food.tofu(), food.tofu_release()])


def _lapsed_mark(stage: Stage) -> str:
    desk = stage.desk("P2", "food")
    desk.state([food.tofu_pack()])
    wanted = activation("P2", food.TOFU_PACK, food.TOFU_BATCH, "T1", ("JT20261016", food.TOFU), "10-17 19:40")
    return refused(desk.state, [wanted])


def _bad_result(stage: Stage) -> None:
    stage.desk("L1", "food").state(food.sampled_result(_sampled(stage, food.SAMPLED)))


def _retained(stage: Stage) -> None:
    stage.desk("L1", "food").state(food.retained_results(_sampled(stage, food.RETAINED)))


def _sampled(stage: Stage, sheet: tuple[str, tuple[str, ...], str]) -> str:
    """The statement of the bureau that takes the samples of this sheet."""
    (result,) = stage.desk("G1", "food", "sampling").state([food.sampling(*sheet)])
    return str(result["stmt"])


def _label_change(stage: Stage) -> str:
    stated = food.label_change()
    stage.desk("P1", "food").state([stated])
    return f"{stated.data['from']} → {stated.data['to']}"


def _recall_status(stage: Stage) -> str:
    """What `./greentrace snapshot` does every hour, with the bureau's key and token."""
    told = issue(stage.desk("G1", "food"), stage.client("food", "regulator"), None, stage.now())
    return f"涉及 {told['count']} 个批次"


def _city_up(stage: Stage) -> str:
    return report_to_city(stage, outage=False)


def _city_down(stage: Stage) -> str:
    return report_to_city(stage, outage=True)


def _city_back(stage: Stage) -> str:
    return report_to_city(stage, outage=False, again=True)


def refused(state: Callable[[list[Draft]], Any], drafts: list[Draft]) -> str:
    """Try what a gate must block, and return its words; it is an error when it goes through."""
    try:
        state(drafts)
    except Problem as problem:
        return f"已拦下：{problem.document['title']}。{problem.document['detail']}"
    raise AssertionError(f"{drafts[0].typ} of {drafts[0].sub} should have been refused")
