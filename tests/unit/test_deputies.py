"""What may be lent, what a deputy signs, and whose word a deputy's is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from trace.access.rights import KEYS, PEOPLE, SIGN
from trace.access.roles import AUTHORITY, LABORATORY, OPERATOR, PLATFORM, lendable, lent_rights
from trace.errors import OtherPersonNeeded
from trace.oversight.casework.decide import INSTEAD, Act, Past, Standing, decide
from trace.oversight.casework.table import TABLE
from trace.parties import Actor, Lent
from trace.usecases.signing.batches import OTHER, ROLE, Signer

AWAY = Lent("away", "甲", frozenset({"release"}))


def test_members_keys_and_the_registrars_role_are_not_lent() -> None:
    assert lendable(["head", "quality", "case-officer"], OPERATOR) == ("head", "quality")
    assert lendable(["registrar", "bureau-head"], AUTHORITY) == ("bureau-head",)
    assert lendable(["administrator", "registrar"], PLATFORM) == ()
    assert SIGN in lent_rights(["head"], OPERATOR)
    assert not lent_rights(["head"], OPERATOR) & {PEOPLE, KEYS}


def test_an_own_role_makes_an_own_act() -> None:
    actor = Actor("person:b", person="b", duties=frozenset({"quality", "release"}), lent=(AWAY,))
    assert actor.own_duties == {"quality"}
    assert actor.instead_of(lambda roles: "quality" in roles) is None
    assert actor.instead_of(lambda roles: "release" in roles) == AWAY
    assert actor.duties_but_of("away") == {"quality"}


def test_a_deputy_signs_what_the_giver_signs_and_nothing_about_keys() -> None:
    head = Lent("away", "甲", frozenset({"head"}))
    deputy = Signer("urn:uscc:x", "b", OPERATOR, frozenset({"warehouse"}), (head,))
    assert deputy.withheld("food.recall", "b") == ""
    assert deputy.instead_of("food.recall") == head
    assert deputy.instead_of("food.receipt") is None
    assert deputy.withheld("party.key.revoke", "b") == ROLE


@pytest.mark.parametrize(("prepared_by", "withheld"), [("away", OTHER), ("b", OTHER), ("c", "")])
def test_a_deputy_releases_nothing_that_the_giver_prepared(prepared_by: str, withheld: str) -> None:
    deputy = Signer("urn:uscc:x", "b", LABORATORY, frozenset({"testing"}), (AWAY,))
    assert deputy.withheld("lab.report", prepared_by) == withheld


@pytest.mark.parametrize(
    ("past", "person", "instead_of", "refused"),
    [
        (Past("submit", "a", ""), "b", "a", True),
        (Past("submit", "b", "", {INSTEAD: "a"}), "a", "", True),
        (Past("submit", "b", "", {INSTEAD: "a"}), "c", "a", True),
        (Past("submit", "a", ""), "b", "", False),
        (Past("submit", "a", ""), "b", "c", False),
    ],
)
def test_a_review_through_a_deputy_is_no_second_person(past, person, instead_of, refused) -> None:
    row = next(one for one in TABLE if "other-person" in one.guards)
    act = Act(row.event, person, frozenset(row.roles), "why it is so", ("x",), {}, instead_of)
    standing = Standing(row.sources[0], datetime(2026, 1, 1, tzinfo=UTC), past=(past,))
    if refused:
        with pytest.raises(OtherPersonNeeded):
            decide(standing, act)
    else:
        decide(standing, act)
