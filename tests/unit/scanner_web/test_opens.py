"""Links of the workspaces: offered where the table of access opens the page to the reader."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import Flask, g

from scanner_web.frame.door import opens
from trace.access.rights import CASES, INSPECT
from trace.parties import REGULATOR_MARKET, Actor


@pytest.mark.parametrize(
    ("right", "opened"),
    [
        (INSPECT, {"/office/visits/XC1": True, "/office/warnings": False, "/office/cases/AJ1": False}),
        (CASES, {"/office/visits/XC1": True, "/office/warnings": True, "/office/cases/AJ1": True}),
    ],
)
def test_a_page_that_the_roles_do_not_open_is_no_link(right: str, opened: dict[str, bool]) -> None:
    app = Flask("office")
    for rule in ("/office/visits/<string:number>", "/office/warnings", "/office/cases/<string:number>"):
        app.add_url_rule(rule, rule, lambda **_: "")
    with app.test_request_context("/office/visits/XC1"):
        assert not any(opens(path) for path in opened), "nobody is signed in"
        g.signed_in = SimpleNamespace(
            actor=Actor(
                "t",
                "urn:uscc:11310151XN0000BB42",
                frozenset({REGULATOR_MARKET}),
                frozenset({right}),
                "310151",
            )
        )
        assert {path: opens(path) for path in opened} == opened
        assert not opens("/office/elsewhere")
