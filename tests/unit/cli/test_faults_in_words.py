"""What goes wrong at the command line is said in words: paths, addresses, cells, columns."""

from __future__ import annotations

import resource
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.client.http import PlatformClient, Problem
from cli.main import greentrace
from cli.telling import place_of, told
from trace.exchange.draft import Draft, RowOrigin
from trace.exchange.workbook import CellError
from trace.wording import say

NOW = datetime(2026, 10, 1, tzinfo=UTC)


def test_a_template_is_written_and_a_missing_folder_is_named(tmp_path: Path) -> None:
    run = CliRunner().invoke(greentrace, ["template", str(tmp_path / "none" / "t.xlsx")])
    assert run.exit_code == 1
    assert "先建立它的文件夹" in run.output
    run = CliRunner().invoke(greentrace, ["template", str(tmp_path / "t.xlsx")])
    assert run.exit_code == 0
    assert (tmp_path / "t.xlsx").read_bytes()[:2] == b"PK"


def test_a_full_disk_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").symlink_to("/dev/full")
    run = CliRunner().invoke(greentrace, ["template", str(tmp_path / "t.xlsx")])
    assert (run.exit_code, "磁盘已满" in run.output) == (1, True)
    assert "No space" not in run.output


def test_a_key_that_cannot_be_written_leaves_no_file_in_the_way(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        run = CliRunner().invoke(greentrace, ["keygen", str(tmp_path / "firm.pem")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (run.exit_code, list(tmp_path.iterdir())) == (1, [])


@pytest.mark.parametrize(
    ("base", "said"), [("http://127.0.0.1:1", "没有应答"), ("trace.example.cn", "网址"), ("", "网址")]
)
def test_a_platform_that_is_not_there_is_said_without_a_stack(base: str, said: str) -> None:
    with pytest.raises(Problem) as failed:
        PlatformClient(base).post("/api/v1/statements", b"", "application/json")
    assert said in str(failed.value)
    assert "HTTPConnectionPool" not in str(failed.value)


@pytest.mark.parametrize(
    ("row", "column", "place"),
    [(0, "", "工作表“出货”"), (2, "", "出货 第 2 行"), (2, "D", "出货 第 2 行 D 列")],
)
def test_a_place_has_no_row_nought(row: int, column: str, place: str) -> None:
    assert place_of(CellError("出货", row, column, "x", {}), "zh-CN") == place
    assert place_of(CellError("", 0, "", "x", {}), "zh-CN") == ""


def test_members_of_a_problem_are_told_as_columns() -> None:
    draft = Draft("food.pack", "urn:lot:A:K1", NOW, {}, (), (), RowOrigin("包装赋码", (3,)), "k")
    problem = {"title": "格式不对", "detail": "$.data.netContent 与 $.data.label.product.name", "action": ""}
    assert told(draft, problem, "zh-CN") == "包装赋码 第 3 行: 格式不对 “净含量” 与 “产品名称”"


def test_an_empty_list_is_said_as_such() -> None:
    sentence = say("zh-CN", "problem.may-not-state.detail", roles=[], typ="food.pack")
    assert "持有角色 （无） 的密钥" in sentence
