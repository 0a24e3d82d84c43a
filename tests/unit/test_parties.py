"""Parties, roles, and the table of who may state what."""

from __future__ import annotations

import pytest

from trace.errors.gs1 import NumberMalformed
from trace.parties import (
    PROCESSOR,
    REGULATOR_MARKET,
    REGULATORS,
    VISITOR,
    Actor,
    grants_of,
    lot_urn,
    parse_urn,
)


def test_a_firm_and_a_person_own_lots_by_the_end_of_their_urn() -> None:
    firm = parse_urn("urn:uscc:91310151XN0000442L")
    assert (firm.owner, firm.warnings) == ("91310151XN0000442L", ())
    person = parse_urn("urn:party:thy-jia.01")
    assert (person.owner, str(person)) == ("thy-jia.01", "urn:party:thy-jia.01")
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


def test_grants_are_roles_and_scopes() -> None:
    clerk = Actor.granted("t1", None, grants_of(["trace:all", "feed:read"], ["regulator_market"]))
    assert clerk == Actor("t1", None, frozenset({REGULATOR_MARKET}), frozenset({"trace:all", "feed:read"}))
    assert Actor.granted("t2", "urn:party:a", ()) == Actor("t2", "urn:party:a")


def test_an_actor_holds_what_its_token_says() -> None:
    clerk = Actor(
        "t1", "urn:uscc:91310151XN0000442L", frozenset({PROCESSOR}), frozenset({"statements:write"})
    )
    assert clerk.may("statements:write")
    assert not clerk.may("audit:read")
    assert clerk.acts_for("urn:uscc:91310151XN0000442L")
    assert not clerk.is_regulator
    assert Actor("t2", None, REGULATORS).is_regulator


def test_who_speaks_for_no_department_or_has_no_area_is_no_authority() -> None:
    scopes = frozenset({"trace:all"})
    assert Actor("t", None, REGULATORS, scopes, "CN").oversees
    assert Actor("t", None, REGULATORS, scopes, "310151").oversees
    assert not Actor("t", None, REGULATORS, scopes).oversees
    assert not Actor("t", None, frozenset({PROCESSOR}), scopes, "CN").oversees
    assert not Actor("t", None, frozenset(), scopes, "CN").oversees


def test_a_visitor_acts_for_nobody() -> None:
    assert not VISITOR.acts_for("urn:uscc:91310151XN0000442L")
    assert not VISITOR.scopes
