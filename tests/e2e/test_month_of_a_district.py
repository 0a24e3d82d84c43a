"""A month of a district through its pages and ports, and 附件2 cell by cell with the figures of the story."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from werkzeug.datastructures import MultiDict

from cli.demo.district_month import (
    Departments,
    close_case,
    draw,
    enter_system,
    exchange,
    fill_part,
    handle_case,
    penalise,
    plan_checks,
    report,
    sample,
    sign_part,
    visit,
)
from cli.demo.visitor import Fields, Files, NotOnPage, Reply, Send, Visitor
from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.cases import FAILED, accredit
from tests.builders.members import PASSWORD, add_member
from tests.builders.monthly import AGRI, Month
from tests.builders.signers import Signer
from tests.builders.traced_chain import K1, LAB, MILL, SHOP, TOFU_MAKER, TracedChain, october
from tests.servers.door import Door
from trace.access.roles import AUTHORITY
from trace.ledger.key_sealing import MasterKey
from trace.parties import REGULATOR_AGRI, REGULATOR_MARKET
from trace.rules.monthly_form import monthly_form
from trace.store.accounts.people import Organisation, add_organisation
from trace.usecases.accounts.invite import invite, join
from trace.usecases.accounts.sessions import Device
from trace.usecases.signing.held_keys import hold_key

THIRD = "91310151XN0000TF3P"
FIRMS = (MILL, TOFU_MAKER, THIRD)
MONTH = "2026-10"


def at_pages(door: Door) -> Send:
    """A browser of the platform behind a door."""
    client = door.app.test_client()

    def send(method: str, path: str, fields: Fields, files: Files) -> Reply:
        data = MultiDict([*fields, *((name, (BytesIO(body), of)) for name, (of, body) in files.items())])
        how = {"data": data, "content_type": "multipart/form-data"} if method == "POST" else {}
        answer = client.open(path, method=method, **how)
        return Reply(answer.status_code, answer.headers.get("Location", ""), answer.text)

    return send


@dataclass
class Told:
    """What the story left: the hashes of both revisions, and who reads them."""

    reader: Visitor
    revisions: list[str] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)
    carried_out: str = ""


def _until(door: Door, at: datetime) -> None:
    door.clock.advance(max(at - door.clock(), timedelta()))


def _seat(door: Door, chain: TracedChain) -> Departments:
    """People of both departments, and for each a key that the service holds."""
    transactions = door.platform.transactions
    add_member(transactions, AUTHORITY, ["case-officer"], "chenban")
    add_member(transactions, AUTHORITY, ["case-reviewer", "bureau-head"], "chufu")
    with transactions.begin("test") as tx:
        of = Organisation(made.uscc(AGRI), "农业农村委（测试）", AUTHORITY, "agriculture", "310151")
        add_organisation(tx.connection, of, tx.now)
        token = invite(tx, of.urn, "nongwei", ["bureau-head"], None)
    join(transactions, token, "nongwei", PASSWORD, Device("192.0.2.1", "test"))
    door.platform.master_key = MasterKey(bytes(range(32)))
    for code, role in ((made.BUREAU, REGULATOR_MARKET), (AGRI, REGULATOR_AGRI)):
        kept = Signer(code, role, stream="desk-2")
        door.log(door.registrar.register(kept, custody="server"))
        hold_key(transactions, door.platform.master_key, kept.iss, kept.key)
    desks = [Visitor(at_pages(door)) for _ in range(3)]
    for desk, login in zip(desks, ("chenban", "chufu", "nongwei"), strict=True):
        desk.sign_in(login, PASSWORD)
    return Departments(*desks)


@pytest.fixture(scope="module")
def told(tmp_path_factory, databases) -> Iterator[Told]:
    """October: told once, read by each test."""
    with Door(tmp_path_factory.mktemp("month"), databases.migrated("sqlite"), pages=create_pages) as door:
        chain = TracedChain(door, door.clock)
        month = Month(chain)
        accredit(chain)
        for code, number in zip(FIRMS, (made.RICE_MARK, "LB-02-26100002", "LB-04-26100003"), strict=True):
            month.firm(code)
            month.mark(code, number)
        passed = chain.packed_rice()
        sent = chain.ship("D1", 2000, K1, to=SHOP, report=passed)
        chain.receive("S1", 2000, sent, by=SHOP, at="15 09:00", role="goods")
        both = _seat(door, chain)
        story = Told(both.officer)
        _story(door, chain, both, story)
        yield story


def _story(door: Door, chain: TracedChain, both: Departments, story: Told) -> None:
    enter_system(both.officer, TOFU_MAKER, "生产追溯系统", "2026-10-08")
    plan_checks(both.officer, dict.fromkeys(FIRMS, "B"))
    page, drawn = draw(both.officer, "十月联合检查", FIRMS, 2)
    assert len(drawn) == 2 and set(drawn) < set(FIRMS)
    first, second = drawn
    day = door.clock().date().isoformat()
    visit(both, first, day, page, {"market": "台账缺 3 天", "agriculture": ""})
    later = visit(both, second, day, page, {})
    story.carried_out = both.officer.open("/office/carried-out")
    story.visited = drawn
    record = sample(both.officer, K1, "YP-2026-1", "镉")
    _until(door, october("22 10:00"))
    when = october("21 10:00").isoformat()
    tested = made.a_report(
        lot=K1, purpose="sampling", sampledAt=when, testedAt=when, items=FAILED, conclusion="fail",
        basis=record, reportNo="SH-2026-J-1",
    )  # fmt: skip
    chain.state(LAB, "lab.report", K1, tested, "22 10:30")
    both.officer.open(f"/office/samples/{record}")
    case = both.officer.find(r"/office/cases/(AJ[0-9-]+)")
    handle_case(both, case, "2026-10-25")
    penalise(both.officer, case, "沪市监处罚〔2026〕17号", ["warning", "fine"], "12345.60")
    close_case(both, case)
    assert "已结案" in both.officer.open(f"/office/cases/{case}")
    exchange(both, "处罚决定已送达", "处罚决定已送达，请关注原料基地")
    _until(door, october("31 23:00") + timedelta(days=2))
    story.revisions.append(report(both, MONTH, "首月联合检查"))
    _until(door, october("31 23:00") + timedelta(days=6))
    fill_part(both.agriculture, later, "agriculture", "投入品台账缺 2 天", "复核记录后补正")
    sign_part(both.agriculture, later)
    story.revisions.append(report(both, MONTH, "首月联合检查", "农业农村部门更正一次检查的结论"))


STORY: dict[str, tuple[str, ...]] = {
    "获得绿色食品标志使用权食品生产企业数（家）": ("3",),  # three firms, one licence each
    "获得绿色食品标志产品数（个）/实现包装追溯二维码产品数（个）": (
        "3",
        "0",
    ),  # the rice has codes, without the mark
    "已建立食品生产智能化追溯体系企业数（家）": ("1",),  # the tofu maker's
    "上海市食品安全信息追溯平台已上传追溯信息企业数（家）/上传品追溯信息种数（个）": ("0", "0"),
    "其中：生产纳入本市追溯目录产品企业数（家）": ("暂无数据来源",),
    "是否建立联动协作机制": ("否",),
    "是否建立风险交流机制": ("否",),
    "开展风险信息交流次数（次）": ("1",),  # of the penalty; its acknowledgement is none
    "联合开展宣传培训次数（次）": ("0",),
    "开展综合检查企业数（家次）": ("2",),  # both firms that were drawn, by both departments
    "发现问题企业数（家）": ("1",),
    "责令整改企业数（家）": ("1",),
    "行政处罚企业数（家）": ("1",),
    "其中：警告企业数（家）": ("1",),
    "罚款企业数（家）": ("1",),
    "罚没款金额（万元）": (str(Decimal("12345.60") / 10_000),),
    "责令停产停业企业数（家）": ("0",),
    "行刑衔接案件数（件）": ("0",),
    "撤销绿色食品标志使用权企业数（家）": ("0",),
}
"""Row of the form -> what the story above makes of it, counted by hand."""


def cells(reader: Visitor, key: str) -> dict[str, tuple[str, ...]]:
    """Row -> its cells, as the page shows them."""
    page = reader.open(f"/office/monthly/{key}")
    found = {}
    for row in monthly_form().rows:
        line = page.split(f'<th scope="row">{row.zh}</th>', 1)[1].split("</tr>", 1)[0]
        shown = re.sub(r'<span class="vh">.*?</span>|<[^>]+>', " ", line)
        found[row.zh] = tuple(part.strip() for part in shown.split(" / "))
    return found


def test_each_cell_of_the_form_is_what_the_month_says(told: Told) -> None:
    assert cells(told.reader, told.revisions[0]) == STORY


def test_what_was_done_with_the_form_is_told_in_its_order(told: Told) -> None:
    done = told.reader.open(f"/office/monthly/{told.revisions[0]}").split('class="history"', 1)[1]
    assert re.findall(r"<li>\s*<b>([^<]+)</b>", done)[-2:] == ["已签名，待报送", "已报送"]


def test_a_late_correction_moves_its_cells_and_leaves_what_was_sent(told: Told) -> None:
    first, second = told.revisions
    moved = {"发现问题企业数（家）": ("2",), "责令整改企业数（家）": ("2",)}
    assert cells(told.reader, second) == STORY | moved
    assert cells(told.reader, first) == STORY, "what was sent stays as it was"
    differs = told.reader.open(f"/office/monthly/{second}").split('id="changes"', 1)[1].split("</section>")[0]
    assert "农业农村部门更正一次检查的结论" in differs
    rows = [re.sub(r"<[^>]+>", "|", row) for row in differs.split("</tr>")[1:]]
    numbers = [re.findall(r"\|([0-9]+)\b", row)[:3] for row in rows if "|" in row and "综合检查" in row]
    assert ["1", "2", "1"] in numbers, "one firm found before, two after, one of them added"
    assert len(numbers) == 3, "the visits (whose records differ), the firms found, the firms ordered"


def test_the_lists_behind_the_cells_name_whom_the_story_names(told: Told) -> None:
    def opened(place: int, name: str) -> str:
        return told.reader.open(f"/office/monthly/{told.revisions[place]}/figures/{name}")

    assert [code in opened(0, "found") for code in told.visited] == [True, False]
    assert [code in opened(1, "found") for code in told.visited] == [True, True]
    assert MILL in opened(0, "penalised")
    assert opened(0, "visits").count('<th scope="row">') == 2


def test_a_figure_cannot_be_typed(told: Told) -> None:
    told.reader.open("/office/monthly")
    with pytest.raises(NotOnPage):
        told.reader.fill("/office/monthly", {"month": MONTH, "visits": "9"})


def test_a_joint_visit_carries_out_the_item_of_its_firm(told: Told) -> None:
    tasks = told.carried_out.split('id="data"', maxsplit=1)[0]
    table = tasks.split("<tbody>", 1)[1].split("</tbody>", maxsplit=1)[0]
    counts = [int(one) for one in re.findall(r"<td[^>]*>(\d+)</td>", table)]
    assert (sum(counts[1::3]), sum(counts[2::3])) == (2, 2), "visited, and with a result"
    assert len(re.findall(r'href="/office/visits/[0-9A-Z]', tasks)) >= 2
