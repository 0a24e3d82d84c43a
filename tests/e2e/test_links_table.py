"""Organisations manage their links: a table in, each row a signed change; the API tells what stands."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from cli.main import greentrace
from tests.builders import facts as made
from tests.builders.signed_rice import SignedRice
from tests.builders.signers import Signer
from tests.servers.door import Door
from tests.servers.resolving import GTIN, OPERATOR, a_link
from tests.servers.served import serving
from trace.exchange.links import LINK_FORM, csv_template, read_links

MILL, RICE = made.uscc(made.MILL), f"urn:gtin:{GTIN}"
HEADERS = [one.header for one in LINK_FORM.columns]
ROW = {
    "商品": GTIN,
    "名称": "recipe-zh",
    "链接类型": "gs1:recipeInfo",
    "网址": "https://www.mill.example/zh/recipe",
    "标题": "米饭做法",
    "格式": "text/html",
    "语言": "zh-CN",
    "变更时间": "2026-10-01 15:00",
}
END = {"商品": GTIN, "名称": "recipe-zh", "操作": "取消", "变更时间": "2026-10-01 15:30"}


def table(folder: Path, *rows: dict[str, Any], name: str = "links.csv") -> Path:
    """A table as an office program writes it, CSV or XLSX by its name."""
    path = folder / name
    lines = [[row.get(header, "") for header in HEADERS] for row in rows]
    if path.suffix == ".csv":
        made_text = io.StringIO()
        csv.writer(made_text).writerows([HEADERS, *lines])
        path.write_bytes(made_text.getvalue().encode("gb18030"))
        return path
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = LINK_FORM.name
    for line in [HEADERS, *lines]:
        sheet.append(line)
    book.save(path)
    return path


@pytest.fixture
def mill(door: Door) -> SignedRice:
    """The mill's product is stated, and the platform allows it one host."""
    story = SignedRice(door, door.clock)
    story.begin()
    operator = Signer(OPERATOR, "platform")
    door.register(operator)
    hosts = {"field": "hosts", "to": ["www.mill.example"]}
    story.log("hosts", operator.state("link.change", MILL, hosts, at=door.clock().replace(microsecond=0)))
    door.clock.advance(timedelta(hours=2))
    return story


@pytest.fixture
def run(door: Door, mill: SignedRice, tmp_path: Path) -> Iterator[Any]:
    """`./greentrace import links FILE` as the mill's clerk."""
    (tmp_path / "mill.pem").write_bytes(mill.mill.key.to_pem())
    token = door.token(MILL, "statements:write")
    with serving(door.app) as address:

        def command(file: Path, *more: str) -> Result:
            given = [
                "--key", str(tmp_path / "mill.pem"), "--iss", MILL, "--server", address, "--token", token,
                "--clock", str(door.path / "clock"), "--stream", "links",
            ]  # fmt: skip
            return CliRunner().invoke(greentrace, ["import", "links", str(file), *given, *more])

        yield command


def listed(door: Door, subject: str | None = None, token: str | None = None) -> Any:
    path = "/api/v1/links" + (f"?subject={subject}" if subject else "")
    answered = door.get(path, token if token is not None else door.token(MILL, "statements:write"))
    assert answered.status_code == 200, answered.text
    return answered.json


@pytest.mark.parametrize("name", ["links.csv", "links.xlsx"])
def test_each_row_becomes_a_signed_change_once(door: Door, run: Any, tmp_path: Path, name: str) -> None:
    english = {
        **ROW,
        "名称": "recipe-en",
        "网址": "https://www.mill.example/en",
        "标题": "Rice",
        "语言": "en",
    }
    file = table(tmp_path, ROW, english, END, name=name)
    done = run(file)
    assert done.exit_code == 0, done.output
    again = run(file)
    assert again.exit_code == 0, again.output
    found = listed(door, RICE)
    assert [(each["field"], each["shown"]) for each in found["links"]] == [("recipe-en", True)]
    assert found["hosts"] == ["www.mill.example"]
    history = [(each["field"], each["to"] is None, each["signedBy"]["custody"]) for each in found["history"]]
    assert history == [
        ("recipe-zh", False, "file"),
        ("recipe-en", False, "file"),
        ("recipe-zh", True, "file"),
    ]
    assert found["history"][0]["statedAt"].startswith("2026-10-01T07:00:00")
    statement = door.get(f"/api/v1/statements/{found['history'][0]['statement']}")
    assert statement.status_code == 200


@pytest.mark.parametrize(
    ("changed", "column", "code"),
    [
        ({"网址": "http://www.mill.example/"}, "G", "fact-malformed"),
        ({"链接类型": "gs1:nosuch"}, "F", "fact-malformed"),
        ({"链接类型": "gs1:jws"}, "F", "link-type-reserved"),
        ({"标题": "Rice"}, "H", "link-title-language"),
        ({"语言": "zh-Hans"}, "J", "fact-malformed"),
        ({"格式": "html"}, "I", "fact-malformed"),
        ({"网址": ""}, "G", "cell-missing"),
        ({"名称": ""}, "D", "cell-missing"),
        ({"商品": ""}, "A", "cell-missing"),
        ({"批次": "K1"}, "B", "cell-not-wanted"),
        ({"操作": "改"}, "E", "cell-choice-unknown"),
        ({"操作": "取消"}, "F", "cell-not-wanted"),
        ({"变更时间": "2026-10-01"}, "L", "cell-time-missing"),
        ({"商品": "09521234100011"}, "A", "check-digit-wrong"),
    ],
)
def test_a_fault_refuses_the_whole_file_with_row_and_column(
    tmp_path: Path, changed: dict[str, str], column: str, code: str
) -> None:
    drafts, errors = read_links(table(tmp_path, {**ROW, "名称": "ok"}, {**ROW, **changed}), MILL)
    assert drafts == ()
    assert (errors[0].row, errors[0].column, errors[0].code) == (3, column, code)


def test_a_row_twice_a_table_of_something_else_and_too_many_rows_are_refused(tmp_path: Path) -> None:
    _, errors = read_links(table(tmp_path, ROW, ROW), MILL)
    assert [each.code for each in errors] == ["row-repeated"]
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    assert "header-unknown" in {each.code for each in read_links(other, MILL)[1]}
    other.write_text("")
    assert [each.code for each in read_links(other, MILL)[1]] == ["sheets-missing"]


def test_the_platform_tells_what_it_would_refuse_before_anything_is_signed(
    door: Door, run: Any, tmp_path: Path
) -> None:
    rows = [ROW, {**ROW, "名称": "away", "网址": "https://evil.example/"}, {**ROW, "商品": "09521234300014"}]
    before = door.counts()
    refused = run(table(tmp_path, *rows))
    assert refused.exit_code == 1
    assert "evil.example" in refused.output
    assert "urn:gtin:09521234300014" in refused.output
    assert "3" in refused.output
    assert door.counts() == before


def test_the_workbook_command_is_as_it_was(run: Any, tmp_path: Path) -> None:
    told = CliRunner().invoke(greentrace, ["import", str(tmp_path / "nothing.xlsx")])
    assert told.exit_code == 2
    assert "nothing.xlsx" in told.output
    assert "links" in CliRunner().invoke(greentrace, ["import", "--help"]).output


def test_links_are_told_to_their_owner_and_to_auditors(door: Door, mill: SignedRice) -> None:
    assert door.get("/api/v1/links").status_code == 401
    data = {"field": "home", "to": a_link("gs1:homepage", "/", "子虚米业")}
    mill.log("home", mill.mill.state("link.change", RICE, data, at=door.clock().replace(microsecond=0)))
    assert [each["field"] for each in listed(door)["links"]] == ["home"]
    assert "history" not in listed(door)
    stranger = door.token(made.uscc(made.TOFU), "statements:write")
    assert listed(door, RICE, stranger) == {"subject": RICE, "links": [], "hosts": [], "history": []}
    assert [each["field"] for each in listed(door, RICE, door.regulator())["links"]] == ["home"]
    hosts = listed(door, MILL)
    assert (hosts["links"], [each["field"] for each in hosts["history"]]) == ([], ["hosts"])


def test_a_link_that_is_no_longer_given_out_says_why(door: Door, mill: SignedRice) -> None:
    now = door.clock().replace(microsecond=0)
    data = {"field": "home", "to": a_link("gs1:homepage", "/", "子虚米业")}
    mill.log("home", mill.mill.state("link.change", RICE, data, at=now))
    operator = Signer(OPERATOR, "platform", stream="desk-2")
    door.register(operator)
    none = {"field": "hosts", "to": []}
    mill.log("none", operator.state("link.change", MILL, none, at=now))
    (link,) = listed(door)["links"]
    assert (link["shown"], link["reason"]) == (False, "host-or-form")
    restated = mill.platform.registrar.state("master.product", RICE, made.a_product(), at=now)
    mill.log("restated", restated)
    assert listed(door)["links"][0]["reason"] == "host-or-form", "an authority's word takes no product away"


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_template_downloads_and_reads_back_empty(
    door: Door, mill: SignedRice, tmp_path: Path, form: str
) -> None:
    answered = door.get(f"/api/v1/links/template?form={form}")
    assert answered.status_code == 200
    assert f"links.{form}" in answered.headers["Content-Disposition"]
    downloaded = tmp_path / f"down.{form}"
    downloaded.write_bytes(answered.data)
    assert read_links(downloaded, MILL) == ((), ())
    told = CliRunner().invoke(greentrace, ["template", str(tmp_path / f"own.{form}"), "--links"])
    assert told.exit_code == 0
    assert read_links(tmp_path / f"own.{form}", MILL) == ((), ())
    assert csv_template().decode("utf-8-sig").count("\n") == 2


@pytest.mark.slow
@pytest.mark.unmeasured
def test_five_thousand_rows_go_in_at_once(door: Door, mill: SignedRice, run: Any, tmp_path: Path) -> None:
    rows: Sequence[dict[str, str]] = [
        {**ROW, "名称": f"r{number}", "网址": f"https://www.mill.example/{number}"} for number in range(5_000)
    ]
    file = table(tmp_path, *rows, name="many.xlsx")
    begun = time.process_time()  # client and platform are both in here
    done = run(file)
    spent = time.process_time() - begun
    assert done.exit_code == 0, done.output[-2000:]
    assert len(listed(door)["links"]) == 5_000
    assert spent < 60, f"{spent:.1f} processor seconds"
    more = table(tmp_path, *rows, *({**ROW, "名称": one} for one in "xy"), name="more.xlsx")
    assert run(more).exit_code == 1
