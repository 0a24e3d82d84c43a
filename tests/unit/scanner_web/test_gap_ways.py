"""Ways out of a gap: named where the page opens to whoever reads."""

from __future__ import annotations

from scanner_web.enterprise.gaps import WHERE, open_to
from tests.builders import facts as made
from trace.access.roles import LABORATORY, OPERATOR, rights_of
from trace.parties import Actor


def ways(role: str, kind: str) -> set[str]:
    return set(open_to(Actor("x", made.uscc(made.MILL), scopes=rights_of([role], kind))).values())


def test_a_way_is_offered_to_who_may_go_it() -> None:
    assert ways("production", OPERATOR) == set(WHERE.values())
    assert ways("safety-officer", OPERATOR) == set(WHERE.values()) - {"/desk/labels"}
    assert "/desk/inbox" not in ways("testing", LABORATORY)
