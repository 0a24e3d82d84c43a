"""`./greentrace draw`, as two departments and a member of the public use it."""

from __future__ import annotations

import re
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from cli.main import greentrace

LISTS = {
    "title": "第四季度联合检查",
    "objects": ["甲厂", "乙厂", "丙厂", "丁厂"],
    "take": 2,
    "inspectors": {"market": ["张一", "张二"], "agriculture": ["李一"]},
    "recused": [{"inspector": "张一", "object": "乙厂"}],
}


def run(*words: object, lang: str = "zh-CN") -> Result:
    return CliRunner().invoke(greentrace, ["--lang", lang, "draw", *map(str, words)])


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    """A folder with a draw that was carried through, and the hash that was published."""
    (tmp_path / "lists.json").write_bytes(orjson.dumps(LISTS))
    halves = []
    for name in LISTS["inspectors"]:
        made = run("half", tmp_path / f"{name}.half")
        assert made.exit_code == 0
        digits = re.search("[0-9a-f]{64}", made.output)[0]
        halves += ["--half", f"{name}={digits}"]
    frozen = run("commit", tmp_path / "lists.json", *halves, "--out", tmp_path / "plan.json")
    assert frozen.exit_code == 0, frozen.output
    (tmp_path / "published").write_text(frozen.output.strip()[-64:])
    done = run("run", tmp_path / "plan.json", *_files(tmp_path), "--out", tmp_path / "drawn.json")
    assert done.exit_code == 0, done.output
    return tmp_path


def _files(folder: Path) -> list[str]:
    return [part for name in LISTS["inspectors"] for part in ("--half", f"{name}={folder / f'{name}.half'}")]


@pytest.mark.requirement("S1-03")
def test_a_result_is_drawn_again_by_anybody(drawn):
    published = (drawn / "published").read_text()
    held = run("verify", drawn / "drawn.json", "--published", published)
    assert held.exit_code == 0
    assert "完全相同（2 家" in held.output
    alone = run("verify", drawn / "drawn.json", lang="en")
    assert alone.exit_code == 0
    assert "No published hash was given" in alone.output


def test_a_result_that_was_changed_is_refused(drawn):
    result = orjson.loads((drawn / "drawn.json").read_bytes())
    result["drawn"][0]["object"], result["standIns"][0] = result["standIns"][0], result["drawn"][0]["object"]
    (drawn / "other.json").write_bytes(orjson.dumps(result))
    refused = run("verify", drawn / "other.json")
    assert refused.exit_code == 1
    assert "与公布的方案不符" in refused.output


def test_a_second_run_is_no_other_result_and_overwrites_nothing(drawn):
    before = (drawn / "drawn.json").read_bytes()
    again = run("run", drawn / "plan.json", *_files(drawn), "--out", drawn / "drawn.json")
    assert again.exit_code == 1
    assert "一次抽取只有一个结果" in again.output
    assert run("run", drawn / "plan.json", *_files(drawn), "--out", drawn / "second.json").exit_code == 0
    assert (drawn / "second.json").read_bytes() == before == (drawn / "drawn.json").read_bytes()


def test_another_half_is_refused_and_writes_nothing(drawn):
    assert run("half", drawn / "new.half").exit_code == 0
    files = [*_files(drawn)[:-1], f"agriculture={drawn / 'new.half'}"]
    refused = run("run", drawn / "plan.json", *files, "--out", drawn / "x.json")
    assert refused.exit_code == 1
    assert "农业农村部门的种子" in refused.output and "[draw-not-as-planned]" in refused.output
    assert not (drawn / "x.json").exists()


@pytest.mark.parametrize("content", [b"[]", b"{", b"\xff\xfe", b""])
def test_files_that_are_none_are_told(tmp_path, content):
    path = tmp_path / "odd.json"
    path.write_bytes(content)
    refused = run("verify", path, lang="en")
    assert refused.exit_code == 1
    assert "must be a JSON object" in refused.output
    half = run("run", path, "--half", f"market={path}", "--out", tmp_path / "x")
    assert half.exit_code == 1


def test_halves_that_are_none_are_told(drawn):
    bad = drawn / "bad.half"
    bad.write_text("not hexadecimal")
    told = run("run", drawn / "plan.json", "--half", f"market={bad}", "--out", drawn / "y")
    assert "64 位十六进制" in told.output
    assert "部门=值" in run("run", drawn / "plan.json", "--half", "market", "--out", drawn / "y").output
