"""September of the demo: a district's two departments supervise three producers who may use the mark."""

from __future__ import annotations

from collections.abc import Iterator

import urllib3

from cli.demo import masters
from cli.demo.act import Act
from cli.demo.district_month import (
    Departments,
    close_case,
    commit,
    draw,
    enter_system,
    exchange,
    fill_part,
    handle_case,
    penalise,
    plan_checks,
    report,
    sample,
    serve_letter,
    set_up,
    sign_part,
    tell_entrants,
    tell_farms,
    visit,
)
from cli.demo.faults import hand_to_system, pull, report_to_city
from cli.demo.packs import SUPPLIER, activation, batch, lab_report, packed, sent
from cli.demo.people import SAID
from cli.demo.stage import Stage
from cli.demo.visitor import Fields, Files, Reply, Send, Visitor
from cli.demo.world import draft, kg, stamp, world

MONTH = "2026-09"
FIRMS = ("P5", "P6", "P7")
_RAW, _BATCH, _FLOUR, _PACK = "RY20260902", "Y20260903", "Y20260903-1", "KY1"
_RELEASE, _SENT = "JY20260903", "DY20260905"
_SHEET, _SAMPLE = "YP-2026-0914", "抽检样品"
_LEAD = {"name": "铅", "method": "GB 5009.12", "limit": "0.2", "unit": "mg/kg"}
_REASON = "农业农村部门更正一次检查的结论"
_HIGHLIGHTS = "（演示）首次由两部门随机抽取并联合检查，一批次不合格产品已召回结案"


def month_acts() -> Iterator[Act]:
    """The month, in the order of the calendar; its form and a late correction follow in October."""
    yield Act("09-01 08:30", "登记本区两部门与三家绿色食品标志使用企业", _masters)
    yield Act("09-02 09:00", "新入库企业逐家送达一次告知书", _entry_notices)
    yield Act("09-03 09:00", "评定风险等级，生成年度检查计划", _planned)
    yield Act("09-04 09:00", "两部门登记并确认联动协作机制", _mechanism)
    yield Act("09-05 10:00", "烟波粮食生产糯米粉，送往蓬莱学校食堂", _flour)
    yield Act("09-05 17:00", "糯米粉出货记录上报市级平台（模拟）", _uploaded)
    yield Act("09-07 09:00", "名录库登记扶摇炒货的智能追溯系统", _system)
    yield Act("09-08 09:00", "双随机：两部门各出一半种子，三家抽两家", _drawn)
    yield Act("09-10 14:00", "联合检查两家，两部门分别签名", _visits)
    yield Act("09-14 10:00", "监督抽样糯米粉，封样送检", _sampled)
    yield Act("09-21 16:00", "检验不合格，自动立案", _failed)
    yield Act("09-21 16:30", "核查处置：送达、封存、责令召回、通知收货方", _handled)
    yield Act("09-25 10:00", "行政处罚决定", _penalty)
    yield Act("09-28 10:00", "五项到位，复核人签名结案", _closed)
    yield Act("09-29 10:00", "处罚通报农业农村部门，对方签收；更正一字，仍是同一号", _told)
    yield Act("09-30 17:00", "处罚决定报送国家企业信用信息公示系统（模拟），取得回执", hand_to_system)


def report_acts() -> Iterator[Act]:
    """附件2 of the month, counted, reviewed, signed and sent; then its second revision."""
    yield Act("10-02 09:00", "报送 9 月的附件2", _first)


def correct_month(stage: Stage) -> str:
    """The agricultural department corrects a part of a visit: revision 2 says what differs."""
    both = _departments(stage)
    fill_part(both.agriculture, stage.kept["visit"], "agriculture", "投入品台账缺 2 天", "复核记录后补正")
    sign_part(both.agriculture, stage.kept["visit"])
    second = report(both, MONTH, _HIGHLIGHTS, _REASON)
    _note_pages(stage, second)
    return "第 2 版，发现问题企业数 1 → 2"


def _masters(stage: Stage) -> None:
    desk = stage.desk("G1", "food")
    desk.state(list(masters.parties("G1", (*FIRMS, "D2", "L1", "G3", "G4"), "09-01 08:20")))
    stage.desk("G2", "food").state(list(masters.licences("G2", "09-01 08:25", (*FIRMS, "L1"))))
    results = stage.desk("P5", "food").state(stated := list(masters.products("P5", "09-01 08:28")))
    stage.pictured |= {one.sub: str(done["stmt"]) for one, done in zip(stated, results, strict=True)}


def _entry_notices(stage: Stage) -> None:
    tell_entrants(_departments(stage).reviewer)


def _planned(stage: Stage) -> None:
    plan_checks(_departments(stage).officer, {_code(one): "B" for one in FIRMS})


def farms_committed(stage: Stage) -> str:
    """The agricultural platform: the year's notices to farms, and a farm's commitment with its plots."""
    told = _seated(stage, "agri", "demo-registrar")
    tell_farms(told, "2026-11-15")
    commit(_seated(stage, "agri", "demo-farm"))
    return f"告知书已送达，一家已承诺；{pull(stage)}"


def letter_served(stage: Stage) -> None:
    """A letter to a producer, which it has to answer."""
    text = "（演示）请核对出厂检验记录并书面答复"
    serve_letter(_departments(stage).reviewer, _code("P6"), "出厂检验记录不全", text, "2026-11-05")


def _flour(stage: Stage) -> None:
    desk, raw = stage.desk("P5", "food"), world().lot("P5", _RAW)
    data = {
        "lot": raw,
        "productName": "糯米",
        "spec": "50 kg/袋",
        "quantity": kg("1000"),
        "role": "ingredient",
        "supplierName": "（演示）桃花源粮行",
        "supplierAddress": "（演示）外省某地",
        "supplierContact": "000-00000099",
        "batchNo": "THY-0826",
        "productionDate": "2026-08-26",
        "shelfLife": {"value": 12, "unit": "month"},
        "receivedAt": stamp("09-02 09:00"),
        "proofs": [{"kind": "paper", "ref": "（演示）纸质合格证 0826"}],
    }
    desk.state([draft("P5", "food.receipt", raw, "09-02 09:00", data, private=SUPPLIER, makes=(raw,))])
    times = ("09-02 10:00", "09-02 15:00", "09-02 16:00")
    passed = {**_LEAD, "value": "0.03"}
    desk.state([lab_report("P5", "JR-RY", "P5", _RAW, "incoming", times, passed, "pass")])
    worked, tested = ("09-03 08:00", "09-03 12:00"), ("09-03 13:00", "09-03 15:00", "09-03 16:00")
    desk.state([batch("P5", _BATCH, {_RAW: "1000"}, (_FLOUR, "糯米粉", "960"), ("40", "清理、磨粉"), worked)])
    desk.state([lab_report("P5", _RELEASE, "P5", _FLOUR, "release", tested, passed, "pass")])
    amounts, dates = ("960", "1920"), ("2026-09-03", "2027-09-02")
    desk.state([
        packed("P5", _PACK, _FLOUR, "Y5", _BATCH, amounts, dates, _RELEASE, "09-04 09:00"),
        activation("P5", _PACK, _BATCH, "Y5", (_RELEASE, _FLOUR), "09-04 09:10"),
    ])  # fmt: skip
    desk.state([sent("P5", _SENT, _PACK, ("600", "1200"), "D2", _RELEASE, "09-05 08:00")])


def _mechanism(stage: Stage) -> None:
    set_up(_departments(stage), "（演示）两部门联动协作机制", "（演示）蓬市监联〔2026〕3号")


def _uploaded(stage: Stage) -> str:
    return report_to_city(stage, outage=False)


def _system(stage: Stage) -> None:
    enter_system(_departments(stage).officer, _code("P7"), "（演示）炒货生产追溯系统", "2026-09-07")


def _drawn(stage: Stage) -> str:
    firms = [_code(one) for one in FIRMS]
    page, drawn = draw(_departments(stage).officer, "9 月联合检查", firms, 2)
    stage.kept |= {"draw": page, "drawn": " ".join(drawn)}
    return "、".join(str(one["name"]) for one in world().parties.values() if one["uscc"] in drawn)


def _visits(stage: Stage) -> str:
    both, page = _departments(stage), stage.kept["draw"]
    first, second = stage.kept["drawn"].split()
    visit(both, first, "2026-09-10", page, {"market": "进货台账缺 3 天"})
    stage.kept["visit"] = visit(both, second, "2026-09-10", page, {})
    return "一家责令整改，一家符合"


def _sampled(stage: Stage) -> None:
    stage.kept[_SAMPLE] = sample(_departments(stage).officer, world().lot("P5", _PACK), _SHEET, "铅")


def _failed(stage: Stage) -> str:
    times, found = ("09-14 10:00", "09-18 10:00", "09-21 15:30"), {**_LEAD, "value": "0.31"}
    of = lab_report("L1", "L20260921-01", "P5", _PACK, "sampling", times, found, "fail", stage.kept[_SAMPLE])
    stage.desk("L1", "food").state([of])
    officer = _departments(stage).officer
    officer.open(f"/office/samples/{stage.kept[_SAMPLE]}")
    stage.kept["closed"] = officer.find(r"/office/cases/(AJ[0-9-]+)")
    return stage.kept["closed"]


def _handled(stage: Stage) -> None:
    handle_case(_departments(stage), stage.kept["closed"], "2026-09-24")


def _penalty(stage: Stage) -> None:
    number = "（演示）蓬市监处罚〔2026〕9号"
    penalise(_departments(stage).officer, stage.kept["closed"], number, ["warning", "fine"], "12345.60")


def _closed(stage: Stage) -> None:
    close_case(_departments(stage), stage.kept["closed"])


def _told(stage: Stage) -> None:
    words = ("（演示）行政处罚决定已送达，请关注原料产地", "（演示）行政处罚决定已送达，请关注原料基地")
    exchange(_departments(stage), *words)


def _first(stage: Stage) -> str:
    stage.kept["form"] = report(_departments(stage), MONTH, _HIGHLIGHTS)
    return "待 10 月 5 日前报送，已报送"


def _note_pages(stage: Stage, second: str) -> None:
    """Keep where a regulator finds the month."""
    kept, food, agri = stage.kept, stage.addresses["food"], stage.addresses["agri"]
    farm = f"/office/farms/{world().urn('F1')}"
    behind = {
        "month-register": "/office/register",
        "month-plan": "/office/check-plan",
        "month-draw": kept["draw"],
        "month-visit": f"/office/visits/{kept['visit']}",
        "month-sample": f"/office/samples/{kept[_SAMPLE]}",
        "month-case": f"/office/cases/{kept['closed']}",
        "month-messages": "/office/messages",
        "month-letters": "/office/letters",
        "month-entrants": "/office/entry-notices",
        "month-systems": "/office/systems",
        "month-first": f"/office/monthly/{kept['form']}",
        "month-second": f"/office/monthly/{second}",
    }
    stage.printed |= {name: food + path for name, path in behind.items()}
    stage.printed |= {"agri-commitments": f"{agri}/office/commitments", "agri-farm": agri + farm}
    stage.printed |= {"agri-commitment": f"{agri}/desk/commitment"}


def _departments(stage: Stage) -> Departments:
    """Who sits at the pages of the two departments."""
    return Departments(
        *(_seated(stage, "food", one) for one in ("demo-inspector", "demo-chief", "demo-fields"))
    )


def _seated(stage: Stage, platform: str, login: str) -> Visitor:
    """Somebody at the pages of a platform; signed in at first."""
    name = (platform, login)
    if name not in stage.visitors:
        stage.visitors[name] = Visitor(_browser(stage.addresses[platform]))
        stage.visitors[name].sign_in(login, (stage.path / SAID).read_text("utf-8"))
    return stage.visitors[name]


def _browser(address: str) -> Send:
    """A browser without scripts at a platform's pages."""
    pool, cookies = urllib3.PoolManager(retries=False, timeout=60), dict[str, str]()

    def send(method: str, path: str, fields: Fields, files: Files) -> Reply:
        posted: list[tuple[str, str | tuple[str, bytes]]] | None = None
        if method == "POST":
            posted = [*fields, *files.items()]
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        headers |= {"Origin": address} if posted is not None else {}
        answer = pool.request(method, address + path, fields=posted, headers=headers, redirect=False)
        for line in answer.headers.getlist("Set-Cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            cookies[name] = value
        return Reply(answer.status, answer.headers.get("Location", ""), answer.data.decode())

    return send


def _code(party: str) -> str:
    return str(world().parties[party]["uscc"])
