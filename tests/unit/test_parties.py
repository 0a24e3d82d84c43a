"""Parties, roles, and the table of who may state what."""

from __future__ import annotations

import pytest

from trace.errors.gs1 import NumberMalformed
from trace.parties import (
    GROWER,
    LAB,
    MAY_STATE,
    PLATFORM,
    PROCESSOR,
    REGISTRAR,
    REGULATOR_AGRI,
    REGULATOR_MARKET,
    REGULATORS,
    RETAILER,
    ROLES,
    VISITOR,
    WITNESS,
    Actor,
    lot_urn,
    may_state,
    parse_urn,
)

KINDS = [
    "farm.operation",
    "farm.harvest",
    "farm.certificate",
    "food.receipt",
    "food.merge",
    "food.split",
    "food.production",
    "food.pack",
    "food.shipment",
    "lab.report",
    "correction",
    "dispute.open",
    "dispute.settle",
    "master.party",
    "master.place",
    "master.product",
    "master.licence",
    "code.activate",
    "code.void",
    "code.aggregate",
    "link.change",
    "label.change",
    "party.key.register",
    "party.key.revoke",
    "status.snapshot",
    "verifier.release",
    "epcis.event",
]


def test_every_record_kind_of_the_contract_has_someone_who_may_state_it() -> None:
    assert set(KINDS) <= set(MAY_STATE)
    assert all(roles and roles <= ROLES for roles in MAY_STATE.values())


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
        ("oversight.something_new", REGULATOR_AGRI, True),
        ("oversight.something_new", PLATFORM, False),
        ("status.snapshot", REGULATOR_AGRI, False),
        ("food.unheard_of", REGULATOR_MARKET, False),
    ],
)
def test_a_role_may_state_its_own_kinds_only(kind: str, role: str, *, allowed: bool) -> None:
    assert may_state(kind, [role]) is allowed


def test_the_platform_and_the_witnesses_never_state_food() -> None:
    food = [kind for kind in MAY_STATE if kind.startswith(("food.", "farm.", "lab.", "code."))]
    assert len(food) > 10
    assert not [kind for kind in food if may_state(kind, [PLATFORM, WITNESS, REGISTRAR])]


def test_several_roles_add_up_and_none_may_nothing() -> None:
    assert may_state("farm.harvest", [PROCESSOR, GROWER])
    assert not [kind for kind in MAY_STATE if may_state(kind, [])]


def test_a_firm_and_a_person_have_their_own_kind_of_urn() -> None:
    firm = parse_urn("urn:uscc:91310151XN0000442L")
    assert (firm.owner, firm.is_natural_person, firm.warnings) == ("91310151XN0000442L", False, ())
    person = parse_urn("urn:party:thy-jia.01")
    assert (person.owner, person.is_natural_person, str(person)) == (
        "thy-jia.01",
        True,
        "urn:party:thy-jia.01",
    )
    assert lot_urn("urn:uscc:91310151XN0000442L", "M20261012A") == "urn:lot:91310151XN0000442L:M20261012A"
    assert parse_urn("urn:uscc:91350211M0000XUF46").warnings


@pytest.mark.parametrize(
    "text",
    [
        "",
        "91310151XN0000442L",
        "urn:uscc:1",
        "urn:party:",
        "urn:party:张三",
        "urn:party:a b",
        "urn:party:a\n",
    ],
)
def test_anything_else_is_no_party(text: str) -> None:
    with pytest.raises(NumberMalformed):
        parse_urn(text)


def test_an_actor_holds_what_its_token_says() -> None:
    clerk = Actor(
        "t1", "urn:uscc:91310151XN0000442L", frozenset({PROCESSOR}), frozenset({"statements:write"})
    )
    assert clerk.may("statements:write")
    assert not clerk.may("audit:read")
    assert clerk.acts_for("urn:uscc:91310151XN0000442L")
    assert not clerk.is_regulator
    assert Actor("t2", None, REGULATORS).is_regulator
    assert not VISITOR.acts_for("urn:uscc:91310151XN0000442L")
    assert not VISITOR.scopes
