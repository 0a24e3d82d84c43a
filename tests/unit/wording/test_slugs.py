"""No refusal shows a bare slug inside a sentence: each that the code gives has words, in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.conftest import ROOT
from tests.unit.wording.test_wording import REFUSALS
from trace.exchange.workbook import FORMS
from trace.oversight import joint_work, seizures, warnings
from trace.store.risk import kept as risk_rows
from trace.store.systems import received
from trace.usecases.supervision import risk_lists
from trace.wording import LOCALES, has, say

PARAMS = {"reason", "part"}
SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
LOT_UNKNOWN = say("zh-CN", "problem.lot-unknown.title")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def slugs_given() -> Iterator[tuple[str, str, str]]:
    """(refusal, param, slug) of every `Refusal(reason="…")` in the code, conditional ones included."""
    codes = {refusal.__name__: refusal.code for refusal in REFUSALS}
    for top in ("trace", "api", "cli", "scanner_web"):
        for path in (ROOT / top).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if not any(f"{param}=" in text for param in PARAMS):
                continue
            for call in ast.walk(ast.parse(text)):
                name = getattr(getattr(call, "func", None), "id", "")
                if isinstance(call, ast.Call) and name in codes:
                    yield from ((codes[name], *each) for each in _slugs_of(call))


def _slugs_of(call: ast.Call) -> Iterator[tuple[str, str]]:
    for each in call.keywords:
        if each.arg not in PARAMS:
            continue
        texts = (one.value for one in ast.walk(each.value) if isinstance(one, ast.Constant))
        yield from ((each.arg, text) for text in texts if isinstance(text, str) and SLUG.fullmatch(text))


@cache
def given() -> list[tuple[str, str, str]]:
    """Read when a test asks: every worker loads this module, one runs it."""
    return sorted(set(slugs_given()))


def test_the_code_gives_many_slugs_and_they_are_found():
    assert len(given()) > 150
    assert ("bundle-malformed", "reason", "not-json") in given()
    assert ("not-ready", "part", "witnesses") in given()


@pytest.mark.parametrize("locale", LOCALES)
def test_no_sentence_of_a_refusal_shows_a_bare_slug(locale):
    bare = []
    for code, param, slug in given():
        for part in ("title", "detail", "action"):
            key = f"problem.{code}.{part}"
            if not has(locale, key):
                continue
            empty, full = say(locale, key, **{param: "\0"}), say(locale, key, **{param: slug})
            if "\0" in empty and full == empty.replace("\0", slug):
                bare.append((code, param, slug))
    assert not bare


def test_what_a_member_should_be_is_said_in_chinese():
    """Each constant that a reader of facts gives (`Unfit`, `pattern`); what holds figures stays as it is."""
    wanted: set[str] = set()
    for path in (ROOT / "trace" / "chain" / "facts").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(call, "func", None), "id", "")
            if isinstance(call, ast.Call) and name in {"Unfit", "pattern"}:
                texts = (one.value for one in call.args[-1:] if isinstance(one, ast.Constant))
                wanted |= {text for text in texts if isinstance(text, str)}
    assert {"this member", "no such member", "date YYYY-MM-DD"} <= wanted
    assert [text for text in wanted if not has("zh-CN", f"expected.{text}")] == []
    assert "此项必填" in say(
        "zh-CN", "problem.fact-malformed.detail", typ="x", path="$.y", expected="this member"
    )


@pytest.mark.parametrize(
    ("code", "params", "words"),
    [
        ("bundle-malformed", {"reason": "not-json"}, "不是 JSON 文本"),
        ("not-ready", {"part": "witnesses"}, "见证"),
        ("not-ready", {"part": "storage"}, "存储空间"),
        ("not-ready", {"part": "database"}, "数据库"),
        ("code-not-active", {"state": "inactive", "gates": ["code", "release"]}, "未启用"),
        ("group-refused", {"position": 1, "reason": "lot-unknown"}, LOT_UNKNOWN),
    ],
)
def test_known_slugs_are_chinese_in_chinese_sentences(code, params, words):
    told = say("zh-CN", f"problem.{code}.detail", **params)
    assert words in told
    assert not any(str(value) in told for value in params.values() if isinstance(value, str))


def test_what_is_no_slug_stays_as_it_is():
    assert "别的原因" in say("zh-CN", "problem.bundle-malformed.detail", reason="别的原因")
    assert CHINESE.search(say("zh-CN", "slug.not-json"))


@pytest.mark.parametrize("locale", LOCALES)
def test_every_column_of_a_single_record_is_named_and_explained(locale):
    """The sheet 更正 has no form of its own: a record is corrected where it is shown."""
    columns = [column for form in FORMS if form.name != "更正" for column in form.columns]
    wanted = {f"work.records.column.{one.header}" for one in columns}
    wanted |= {f"work.records.hint.{one.hint}" for one in columns if one.hint}
    assert [key for key in sorted(wanted) if not has(locale, key)] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_where_a_thing_stands_is_said_in_words(locale):
    """Somebody else did it meanwhile: joint work, a seizure, a warning, a notice, a task or a matter."""
    joint, kept = joint_work.STATES, (risk_rows.DRAFT, risk_rows.RELEASED, risk_rows.ENDED)
    for state in (*joint, *kept, seizures.STANDING, risk_lists.DONE, warnings.TURNED, received.ANSWERED):
        told = say(locale, "problem.risk-moved.detail", state=state)
        assert has(locale, f"risk-state.{state}") and f"“{say(locale, f'risk-state.{state}')}”" in told
