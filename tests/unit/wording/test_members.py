"""No refusal names a field as the code does: each that the code gives has words, in both languages.

A name is followed from where a refusal is raised to where it is written: through arguments of functions of
the same module, and through pairs that a loop goes over.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from tests.conftest import ROOT
from tests.unit.wording.test_wording import REFUSALS
from trace.errors import ActUnfit
from trace.wording import DEFAULT, say

PARAMS = {"member", "members", "field", "wanted", "lacks", "missing"}
WRITTEN_BY_PROGRAMS = {
    "bundle-malformed", "control-character", "epcis-malformed", "key-malformed", "leaf-malformed",
    "private-member-in-clear", "registration-refused", "statement-malformed", "token-unfit",
}  # fmt: skip
"""Their reader wrote the JSON, or typed the option, and looks for the member by its name there."""
NAME = re.compile(r"[A-Za-z][\w.]*")
CODES = {refusal.__name__: refusal.code for refusal in REFUSALS}


@dataclass
class Module:
    """The functions of a module with what each is called with."""

    tree: ast.Module

    @cached_property
    def functions(self) -> list[ast.FunctionDef]:
        return [one for one in ast.walk(self.tree) if isinstance(one, ast.FunctionDef)]

    def names(self) -> Iterator[tuple[str, str, str]]:
        """(code, param, name) of every refusal that is made here with a name of a field."""
        for of in self.functions:
            for call in ast.walk(of):
                code = CODES.get(_called(call))
                if code is not None and isinstance(call, ast.Call):
                    for one in call.keywords:
                        if one.arg in PARAMS:
                            texts = self.texts(one.value, of, set())
                            yield from ((code, one.arg, text) for text in texts)

    def texts(self, value: ast.expr, of: ast.FunctionDef, seen: set[tuple[str, str]]) -> Iterator[str]:
        """What a value may be, as far as it is written in this module."""
        if isinstance(value, ast.Constant):
            yield from [value.value] if isinstance(value.value, str) and NAME.fullmatch(value.value) else []
        elif isinstance(value, ast.List | ast.Tuple):
            for one in value.elts:
                yield from self.texts(one, of, seen)
        elif isinstance(value, ast.IfExp):
            yield from self.texts(value.body, of, seen)
            yield from self.texts(value.orelse, of, seen)
        elif isinstance(value, ast.Starred):
            yield from self.texts(value.value, of, seen)
        elif isinstance(value, ast.Name) and (of.name, value.id) not in seen:
            seen.add((of.name, value.id))
            yield from self._of_loops(value.id, of, seen)
            yield from self._of_callers(value.id, of, seen)

    def _of_loops(self, name: str, of: ast.FunctionDef, seen: set[tuple[str, str]]) -> Iterator[str]:
        assigned = {
            one.targets[0].id: one.value
            for one in ast.walk(of)
            if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
        }
        for loop in ast.walk(of):
            if not isinstance(loop, ast.For | ast.comprehension):
                continue
            over = loop.iter if not isinstance(loop.iter, ast.Name) else assigned.get(loop.iter.id)
            targets = loop.target.elts if isinstance(loop.target, ast.Tuple) else [loop.target]
            named = [getattr(one, "id", "") for one in targets]
            if name in named and isinstance(over, ast.Tuple | ast.List):
                for row in over.elts:
                    pair = row.elts if isinstance(row, ast.Tuple) else [row]
                    yield from self.texts(pair[named.index(name)], of, seen)

    def _of_callers(self, name: str, of: ast.FunctionDef, seen: set[tuple[str, str]]) -> Iterator[str]:
        params = [one.arg for one in of.args.args]
        if name not in params:
            return
        place = params.index(name)
        for caller in self.functions:
            for call in ast.walk(caller):
                if isinstance(call, ast.Call) and _called(call) == of.name:
                    given = next((one.value for one in call.keywords if one.arg == name), None)
                    given = call.args[place] if given is None and place < len(call.args) else given
                    if given is not None:
                        yield from self.texts(given, caller, seen)


def _called(call: ast.AST) -> str:
    return str(getattr(getattr(call, "func", None), "id", ""))


def names_given() -> Iterator[tuple[str, str, str]]:
    for top in ("trace", "api", "cli", "scanner_web"):
        for path in (ROOT / top).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if any(param + "=" in text for param in PARAMS):
                yield from Module(ast.parse(text)).names()


@cache
def given() -> list[tuple[str, str, str]]:
    """Read when a test asks: every worker loads this module, one runs it."""
    return sorted(one for one in set(names_given()) if one[0] not in WRITTEN_BY_PROGRAMS)


def test_names_are_followed_to_where_they_are_written():
    assert len(given()) > 80
    assert ("register-entry-unfit", "member", "directors") in given(), "through two functions"
    assert ("plan-item-unfit", "member", "signal") in given(), "through a loop over pairs"
    assert ("plan-item-unfit", "member", "quarter") in given(), "through a comprehension and a function"
    assert ("sheet-incomplete", "members", "takenAt") in given()


def test_no_sentence_of_a_refusal_names_a_field_as_the_code_does():
    """In Chinese, where no word is written as the code writes it; English has the same keys."""
    bare = []
    for code, param, name in given():
        for part in ("title", "detail", "action"):
            key = f"problem.{code}.{part}"
            empty = say(DEFAULT, key, **{param: "\0"})
            if "\0" in empty and say(DEFAULT, key, **{param: name}) == empty.replace("\0", name):
                bare.append((code, param, name))
    assert bare == []


def test_a_member_of_a_draw_and_of_a_record_is_a_word_also_within_another():
    assert "“市场监管部门的种子”" in say(
        DEFAULT, "problem.draw-not-as-planned.detail", member="halves.market"
    )
    assert "“事项、对象名单”" in say(
        DEFAULT, "problem.draw-plan-malformed.detail", member=["title", "objects"]
    )
    answered = ActUnfit.at("notify", "$.data.dueBy")
    assert "“答复期限”" in say(DEFAULT, "problem.act-unfit.detail", **answered.params)
