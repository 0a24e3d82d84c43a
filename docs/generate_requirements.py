"""Write docs/requirements.md from docs/requirements.toml and the tests that name its numbers (`make docs`).

A requirement is met where a test names it, its user has a place to see it, and nothing of it lacks; in part
where something lacks; open where no test names it.
"""

from __future__ import annotations

import ast
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from trace.access import API, PAGES

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "docs" / "requirements.toml"
TARGET = ROOT / "docs" / "requirements.md"
WEIGHTS: Final = {"core": "★", "module": "☆", "peripheral": "·"}
MET, PART, OPEN = "met", "in part", "open"

HEAD: Final = """\
# Requirements

Made from `docs/requirements.toml` and the tests that name a number by `make docs`; edit those, not this.
★ core of the product, ☆ work of supervision, · served by a plain register or left out. **met**: a test names
it, its user has a place to see it, nothing lacks; **in part**: what lacks stands beside it; **open**: no test
names it.
"""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A sentence of a founding document as a requirement: where it is seen, and the tests that name it."""

    number: str
    weight: str
    text: str
    seen: tuple[str, ...]
    lacks: str
    tests: tuple[str, ...]

    @property
    def state(self) -> str:
        if not self.tests:
            return OPEN
        return PART if self.lacks else MET


def requirements() -> list[Requirement]:
    """Every requirement in the order of the documents; unknown fields are refused."""
    tests = named()
    rows = _source()["requirements"]
    return [_requirement(number, row, tests.get(number, ())) for number, row in rows.items()]


def named() -> dict[str, tuple[str, ...]]:
    """Number -> the tests that name it, as `folder/file.py::test`."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "mark.requirement" in text:
            where = path.relative_to(ROOT / "tests").as_posix()
            for test, number in _marks(ast.parse(text)):
                found.setdefault(number, []).append(f"{where}::{test}")
    return {number: tuple(each) for number, each in found.items()}


def faults(every: list[Requirement]) -> Iterator[str]:
    """What a row says and nothing bears out."""
    known = {one.number for one in every}
    yield from (f"{number}: a test names what is no requirement" for number in named() if number not in known)
    for one in every:
        if one.weight not in WEIGHTS:
            yield f"{one.number}: weight {one.weight!r}"
        if one.tests and not one.seen:
            yield f"{one.number}: nobody sees it"
        if not one.tests and (one.seen or one.lacks):
            yield f"{one.number}: no test names it"
        for place in one.seen:
            if place.startswith(("GET ", "POST ")) and place not in PAGES and place not in API:
                yield f"{one.number}: there is no {place}"


def page() -> str:
    """The whole page as text."""
    every = requirements()
    parts = [HEAD, "| | met | in part | open |", "|---|---|---|---|"]
    for weight, sign in WEIGHTS.items():
        states = Counter(one.state for one in every if one.weight == weight)
        parts.append(f"| {sign} {weight} | {states[MET]} | {states[PART]} | {states[OPEN]} |")
    for key, title in _source()["documents"].items():
        parts += ["", f"## {key}: {title}", "", "| number | | requirement | state | seen | tests |"]
        parts += ["|---|---|---|---|---|---|"]
        parts += [_line(one) for one in every if one.number.startswith(key)]
    return "\n".join(parts) + "\n"


def _line(one: Requirement) -> str:
    state = one.state + (f": {one.lacks}" if one.lacks else "")
    seen = ", ".join(f"`{place}`" for place in one.seen)
    tests = ", ".join(f"`{test}`" for test in one.tests[:3]) + (" …" if len(one.tests) > 3 else "")
    return f"| {one.number} | {WEIGHTS.get(one.weight, '?')} | {one.text} | {state} | {seen} | {tests} |"


def _requirement(number: str, row: Mapping[str, Any], tests: tuple[str, ...]) -> Requirement:
    seen = tuple(row.get("seen", ()))
    kept = {name: value for name, value in row.items() if name != "seen"}
    return Requirement(number, seen=seen, tests=tests, **{"lacks": "", **kept})


def _marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func).endswith("mark.requirement"):
                    yield from ((node.name, str(ast.literal_eval(each))) for each in mark.args)


def _source() -> dict[str, Any]:
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
