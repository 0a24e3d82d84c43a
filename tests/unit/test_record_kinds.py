"""The table of which role signs which kinds of records, against the roles and kinds that there are."""

from __future__ import annotations

import pytest

from trace.access.record_kinds import EVERY, SIGNED, TWO_PERSONS, may_sign, signers_of, wants_two
from trace.access.rights import APPLICATIONS, CASES, INSPECT, SAMPLE, SIGN
from trace.access.roles import AUTHORITY, LABORATORY, OPERATOR, PLATFORM, ROLES, roles_for
from trace.chain.facts import KINDS
from trace.chain.facts.corrections import CORRECTION
from trace.oversight.casework.table import ENFORCER, OFFICER, TABLE
from trace.parties import LAB, OPERATORS

KEYS = {"party.key.register", "party.key.revoke"}


def test_every_role_of_every_kind_of_organisation_stands_in_the_table() -> None:
    assert {kind: set(roles) for kind, roles in SIGNED.items()} == {
        kind: set(roles_for(kind)) for kind in SIGNED
    }
    assert set(SIGNED) == {OPERATOR, LABORATORY, AUTHORITY, PLATFORM}


def test_it_names_kinds_that_there_are() -> None:
    known = {*KINDS, *KEYS}
    for roles in SIGNED.values():
        for kinds in roles.values():
            for one in kinds - {EVERY}:
                assert one in known or any(typ.startswith(one.removesuffix("*")) for typ in known), one


@pytest.mark.parametrize("of_kind", list(SIGNED))
def test_who_signs_anything_has_the_right_to(of_kind: str) -> None:
    for role, kinds in SIGNED[of_kind].items():
        rights = ROLES[role].rights
        if SIGN in rights or APPLICATIONS in rights:
            assert kinds, f"{role} opens the page of signing and signs nothing"


def test_every_kind_of_a_firm_is_signed_by_its_head_and_none_by_who_has_no_role() -> None:
    for typ, kind in KINDS.items():
        if kind.stated_by & OPERATORS:
            assert may_sign(["head"], OPERATOR, typ), typ
        assert not may_sign([], OPERATOR, typ)
        assert not may_sign(["head"], "", typ)


def test_what_a_laboratory_states_is_released_by_another_than_prepared_it() -> None:
    assert KINDS["lab.report"].stated_by >= {LAB}
    assert signers_of(LABORATORY, "lab.report") == ("release",)
    assert wants_two(LABORATORY, "lab.report")
    assert not wants_two(OPERATOR, "lab.report")
    assert set(TWO_PERSONS) == {LABORATORY}


def test_a_kind_that_a_role_does_not_have_is_refused_to_it() -> None:
    assert may_sign(["farm-records"], OPERATOR, "farm.harvest")
    assert not may_sign(["farm-records"], OPERATOR, "food.receipt")
    assert not may_sign(["warehouse"], OPERATOR, CORRECTION.typ), "a correction counts as what it corrects"
    assert may_sign(["farm-records", "purchasing"], OPERATOR, "food.receipt"), "roles add up"
    assert not may_sign(["purchasing"], LABORATORY, "food.receipt")


@pytest.mark.requirement("S1-05")
def test_an_authority_has_three_families_of_roles_and_each_signs_its_own_alone() -> None:
    families = {
        "inspector": ("oversight.inspection", INSPECT),
        "sampler": ("oversight.sampling", SAMPLE),
        "enforcer": ("oversight.penalty", CASES),
    }
    kinds = {kind for kind, _ in families.values()}
    for role, (kind, right) in families.items():
        cause = {"oversight.sampling"} if role == "enforcer" else set()
        signed = {typ for typ in kinds if may_sign([role], AUTHORITY, typ)}
        assert signed == {kind} | cause, "who handles a case samples for its cause too"
        assert ROLES[role].rights & {INSPECT, SAMPLE, CASES} == {right}
    for whole in ("case-officer", "case-reviewer", "bureau-head"):
        assert ROLES[whole].rights >= {INSPECT, SAMPLE, CASES}, "accounts of before keep what they could do"
        assert all(may_sign([whole], AUTHORITY, typ) for typ in kinds)
    assert "oversight.*" not in SIGNED[AUTHORITY]["enforcer"]


@pytest.mark.requirement("S1-05")
def test_cases_are_opened_by_officers_of_enforcement_and_closed_by_who_is_above() -> None:
    officers, enforcers = ({one.event for one in TABLE if role in one.roles} for role in (OFFICER, ENFORCER))
    assert enforcers == officers and enforcers
    assert not {one.event for one in TABLE if {"inspector", "sampler"} & {*one.roles}}
