"""The month of supervision that the demo leaves: every printed page opens, 附件2 says what its story says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from api.application import create_api
from cli.demo.people import FARMS, SAID
from cli.demo.visitor import Fields, Files, Reply, Send, Visitor
from scanner_web import create_pages
from tests.e2e.conftest import Demo
from trace.platform.opening import open_platform
from trace.rules.monthly_form import monthly_form

ON_FARMS = {"农户告知书与承诺书", "农户档案", "农户自己的承诺书"}
UPLOADED = "上海市食品安全信息追溯平台已上传追溯信息企业数（家）/上传品追溯信息种数（个）"
FIRST = {
    "获得绿色食品标志使用权食品生产企业数（家）": "3",  # P5, P6, P7; P1 is stated in October
    "获得绿色食品标志产品数（个）/实现包装追溯二维码产品数（个）": "3 / 1",  # the flour is coded
    "已建立食品生产智能化追溯体系企业数（家）": "1",  # P7's
    UPLOADED: "1 / 1",  # the flour's shipment
    "是否建立联动协作机制": "是",  # entered by one department, confirmed by the other
    "开展风险信息交流次数（次）": "1",  # the penalty, revised once
    "开展综合检查企业数（家次）": "2",  # two of three were drawn
    "发现问题企业数（家）": "1",
    "责令整改企业数（家）": "1",
    "行政处罚企业数（家）": "1",
    "其中：警告企业数（家）": "1",
    "罚款企业数（家）": "1",
    "罚没款金额（万元）": "1.23456",
    "责令停产停业企业数（家）": "0",
    "行刑衔接案件数（件）": "0",
    "撤销绿色食品标志使用权企业数（家）": "0",
}
"""Row -> what the story of September makes of it, counted by hand."""
MOVED = {"发现问题企业数（家）": "2", "责令整改企业数（家）": "2"}


@pytest.fixture(scope="module")
def told(demo: Demo) -> dict[str, tuple[str, str]]:
    """What a line names -> who opens it, and its path."""
    lines = re.findall(
        r"^    ([^（：\n]+)(?:（(demo-[a-z]+)）)?：http://[^/]+(\S+) \(", demo.output, re.MULTILINE
    )
    return {what: (login or "demo-inspector", path) for what, login, path in lines}


@pytest.fixture(scope="module")
def visitors(demo: Demo) -> Iterator[dict[str, Visitor]]:
    password = (demo.data / SAID).read_text("utf-8")
    food, agri = open_platform(demo.data), open_platform(demo.data / FARMS)
    found = {}
    for platform, logins in ((food, ("demo-inspector",)), (agri, ("demo-registrar", "demo-farm"))):
        app = create_api(platform, pages=create_pages)
        for login in logins:
            found[login] = Visitor(_at(app.test_client()))
            found[login].sign_in(login, password)
    yield found
    food.close()
    agri.close()


def _at(client: FlaskClient) -> Send:
    def send(method: str, path: str, fields: Fields, files: Files) -> Reply:
        data = MultiDict([*fields, *((name, (BytesIO(body), of)) for name, (of, body) in files.items())])
        how = {"data": data} if method == "POST" else {}
        answer = client.open(path, method=method, **how)
        return Reply(answer.status_code, answer.headers.get("Location", ""), answer.text)

    return send


def test_every_page_of_the_month_opens_and_shows_its_story(told, visitors) -> None:
    shown = {
        "名录库": "炒货生产追溯系统",
        "年度检查计划": "扶摇炒货",
        "双随机抽取": "抽取结果",
        "联合检查，结论更正过": "投入品台账缺 2 天",
        "不合格样品": "AJ2026-00001",
        "已结案的案件": "已结案",
        "部门间风险信息": "行政处罚决定已送达",
        "监管文书": "出厂检验记录不全",
        "入库告知书": "太虚调味品",
        "外部系统": "SIM-",  # a receipt of the simulator that plays one of them
        "附件2 第 1 版": "2026-09",
        "附件2 第 2 版，附差异": "农业农村部门更正一次检查的结论",
        "农户告知书与承诺书": "乌有乡稻米",
        "农户档案": "水稻一号田",
        "农户自己的承诺书": "演示粳1号",
    }
    assert set(told) == set(shown)
    for what, words in shown.items():
        login, path = told[what]
        assert words in visitors[login].open(path), what
    login, path = told["已结案的案件"]
    assert 'id="sources"' not in visitors[login].open(path), "no plot is known: no heading for plots"


def _cells(page: str) -> dict[str, str]:
    found = {}
    for row in monthly_form().rows:
        line = page.split(f'<th scope="row">{row.zh}</th>', 1)[1].split("</tr>", 1)[0]
        text = re.sub(r'<span class="vh">.*?</span>|<[^>]+>', " ", line)
        found[row.zh] = " / ".join(part.strip() for part in text.split(" / "))
    return {name: found[name] for name in FIRST}


def test_the_form_of_the_month_and_its_revision_say_what_the_story_says(told, visitors) -> None:
    reader = visitors["demo-inspector"]
    assert _cells(reader.open(told["附件2 第 1 版"][1])) == FIRST
    second = reader.open(told["附件2 第 2 版，附差异"][1])
    assert _cells(second) == FIRST | MOVED
    for name in ("visits", "penalised", "exchanges"):
        assert (
            reader.open(f"{told['附件2 第 2 版，附差异'][1]}/figures/{name}").count('<th scope="row">') >= 1
        )
