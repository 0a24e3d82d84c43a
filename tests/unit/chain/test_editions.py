"""What an edition refuses is told completely: the table of its doors is held against the decisions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

import trace.errors
from tests.architecture.project_files import ROOT
from trace.chain.admission.numbers import REFUSALS
from trace.chain.editions import DOORS, NEWEST, SECOND, edition_at
from trace.errors import Refusal
from trace.wording import say

# A call with `since=SECOND` that does not name its refusal, as it is written -> what it refuses.
TOLD_ELSEWHERE = {
    "fact.unfit": ("fact-malformed",),
    "refused": ("character-refused",),
    "refusal": ("date-out-of-reach",),
    "_refusal(standing, fact.lot, gtin)": tuple(one.code for one in REFUSALS.values()),
    "_refusal(worst.code, lot.urn, str(worst.params.get('gtin', '')))": (),
    "_not_after": ("future-date",),
    "_in_order": ("end-before-start",),
    "EndBeforeStart": ("end-before-start",),
    "_order_lot": ("lot-unknown",),
    "receipt.door": ("handover-not-opened",),
    "supervision.door": ("order-unknown", "not-addressed"),
}


def written() -> Iterator[str]:
    """What the calls with `since=SECOND` refuse, by class or as it is written there."""
    for path in sorted((ROOT / "trace" / "chain" / "admission").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            since = [one.value for one in node.keywords if one.arg == "since"]
            if not since or ast.unparse(since[0]) != "SECOND":
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            if name == "door":
                yield f"{path.stem}.door"
            elif name not in {"refuse", "keep_out"}:
                yield name
            elif isinstance(node.args[0], ast.Call) and isinstance(node.args[0].func, ast.Name):
                named = node.args[0].func.id
                yield ast.unparse(node.args[0]) if named.startswith("_") else named
            else:
                yield ast.unparse(node.args[0])


def codes_of(told: str) -> tuple[str, ...]:
    if told in TOLD_ELSEWHERE:
        return TOLD_ELSEWHERE[told]
    one = getattr(trace.errors, told, None)
    assert isinstance(one, type), f"{told}: say in this test what it refuses"
    assert issubclass(one, Refusal)
    return (one.code,)


def test_every_door_of_the_second_edition_is_told() -> None:
    # What is asked of disclosures has no line of its own: no row may hang on them. Which test of another
    # packing closes a gate is known where the mark is, not where the refusal is raised.
    found = {code for told in written() for code in codes_of(told)} | {"private-in-clear", "batch-failed"}
    assert found == set(DOORS[SECOND])
    assert len(DOORS[SECOND]) == len(set(DOORS[SECOND]))


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_door_has_words(lang: str) -> None:
    for code in DOORS[SECOND]:
        assert say(lang, f"problem.{code}.title")


def test_every_edition_but_the_first_has_doors() -> None:
    assert set(DOORS) == set(range(SECOND, NEWEST + 1))


def test_an_edition_counts_behind_its_entry() -> None:
    begun = ((5, 2), (9, 3))
    assert [edition_at(begun, index) for index in (0, 5, 6, 9, 10)] == [1, 1, 2, 2, 3]
