"""The declarations of the record kinds: complete, consistent, and the only place that names a kind."""

from __future__ import annotations

import ast
from dataclasses import fields
from importlib import import_module
from pkgutil import iter_modules

import pytest

from tests.architecture.project_files import ROOT, python_files
from trace.chain import facts
from trace.chain.admission import DECIDE
from trace.chain.facts import KINDS, RecordKind, may_state
from trace.chain.facts.corrections import CORRECTION
from trace.parties import (
    GROWER,
    LAB,
    PLATFORM,
    PROCESSOR,
    REGISTRAR,
    REGULATOR_AGRI,
    REGULATOR_MARKET,
    RETAILER,
    ROLES,
    WITNESS,
)

LEDGER_MAY_NAME = {"correction", "party.key.register", "party.key.revoke"}


def test_every_kind_has_somebody_who_may_state_it():
    assert all(kind.stated_by and kind.stated_by <= ROLES for kind in KINDS.values())


def test_whatever_is_declared_is_a_kind():
    modules = [import_module(f"{facts.__name__}.{found.name}") for found in iter_modules(facts.__path__)]
    values = [value for module in modules for value in vars(module).values()]
    assert {kind for kind in values if isinstance(kind, RecordKind)} == set(KINDS.values())


def test_every_kind_is_decided_on_and_nothing_else_is():
    assert set(DECIDE) == set(KINDS) - {CORRECTION.typ}  # it decides by the kind that it amends


@pytest.mark.parametrize("typ", sorted(KINDS))
def test_a_declaration_names_attributes_that_its_fact_has(typ):
    kind = KINDS[typ]
    known = {field.name for field in fields(kind.made)}
    assert {*(kind.span or ()), *([kind.over_at] if kind.over_at else [])} <= known


def test_what_has_a_row_of_its_own_can_be_corrected():
    assert all(kind.correctable for kind in KINDS.values() if kind.noted_as is not None)


def test_steps_of_the_time_line_have_words_of_their_own():
    steps = [kind.timeline for kind in KINDS.values() if kind.timeline is not None]
    assert len(steps) == len(set(steps))


def _literals(path):
    """String constants that name a kind, docstrings and keyword-free prose apart."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and node.value in KINDS:
            yield node.value, node.lineno


def test_no_kind_is_named_where_the_declaration_could_be_asked():
    """Literals stand in the declarations, in what builds drafts from foreign forms, and in the table of who
    signs what; nowhere else."""
    may = ("trace/chain/facts/", "trace/exchange/", "cli/demo/", "trace/access/record_kinds.py")
    found = [
        f"{path}:{line} {literal}"
        for path in python_files("trace", "api", "scanner_web", "cli")
        if not path.as_posix().startswith(may)
        for literal, line in _literals(path)
        if literal != "correction"  # an everyday word too: of the time line, of what ended a dispute
        and not (path.as_posix().startswith("trace/ledger/") and literal in LEDGER_MAY_NAME)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("kind", "role", "allowed"),
    [
        ("farm.harvest", GROWER, True),
        ("farm.harvest", PROCESSOR, False),
        ("farm.operation", RETAILER, False),
        ("farm.certificate", PROCESSOR, True),
        ("food.receipt", RETAILER, True),
        ("food.pack", LAB, False),
        ("lab.report", LAB, True),
        ("lab.report", RETAILER, False),
        ("master.licence", PROCESSOR, False),
        ("master.licence", REGULATOR_AGRI, True),
        ("party.key.register", PLATFORM, False),
        ("party.key.register", REGISTRAR, True),
        ("party.key.revoke", GROWER, True),
        ("oversight.recall", PROCESSOR, False),
        ("oversight.recall", REGULATOR_MARKET, True),
        ("oversight.something_new", REGULATOR_AGRI, False),
        ("oversight.something_new", PLATFORM, False),
        ("status.snapshot", REGULATOR_AGRI, False),
        ("food.unheard_of", REGULATOR_MARKET, False),
    ],
)
def test_a_role_may_state_its_own_kinds_only(kind: str, role: str, *, allowed: bool) -> None:
    assert may_state(kind, [role]) is allowed


def test_the_platform_and_the_witnesses_never_state_food() -> None:
    food = [kind for kind in KINDS if kind.startswith(("food.", "farm.", "lab.", "code."))]
    assert len(food) > 10
    assert not [kind for kind in food if may_state(kind, [PLATFORM, WITNESS, REGISTRAR])]


def test_several_roles_add_up_and_none_may_nothing() -> None:
    assert may_state("farm.harvest", [PROCESSOR, GROWER])
    assert not [kind for kind in KINDS if may_state(kind, [])]
