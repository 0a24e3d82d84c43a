"""The table of access, every scope and role tried on every line of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from api.access import TABLE, lines_of, require_lines
from docs.generate_access import TARGET, page
from tests.builders import facts as made
from tests.servers.door import Door
from trace.parties import (
    ALL,
    COUNTRY,
    PROCESSOR,
    REGULATOR_AGRI,
    REGULATOR_MARKET,
    REGULATORS,
    SCOPES,
)

LOT = made.lot(made.MILL, "K1")
FILLED = {
    "{lot}": LOT,
    "{stmt}": "A" * 43,
    "{sscc}": "095212341000000010",
    "{run}": "7e45f5950c90763fd18c0cb58eb75dcc",
    "{upload}": "A" * 22,
    "{number}": "1",
    "{sha256}": "0" * 64,
    "{kid}": "none",
    "{code}": "01/09521234100010",
    "entries/{path}": "entries/000",
    "{level}/{path}": "0/000",
}
MINE = made.uscc(made.MILL)
QUERIES = {
    "GET /api/v1/heads": f"?iss={MINE}&stream=desk-1",
    "GET /api/v1/code-ranges/next": "?count=1",
    "PUT /api/v1/files/{sha256}": f"?report={'A' * 43}",
}
BODIES = {
    "POST /api/v1/complaints/{number}/state": {"state": "answered", "answer": "已换货"},
    "POST /api/v1/drafts/check": {
        "iss": MINE,
        "drafts": [
            {"typ": "master.place", "sub": "urn:x", "occurredAt": "2026-10-01T12:00:00+08:00", "data": {}}
        ],
    },
    "POST /api/v1/scan-alerts/{number}/finding": {"finding": "harmless"},
}
AT_THE_DOOR = {"token-missing", "token-unknown", "scope-missing"}
ROLES = ((), (PROCESSOR,), (REGULATOR_MARKET,), (REGULATOR_AGRI,))
REGIONS = ("", COUNTRY)


def code_of(door: Door, line: str, token: str) -> str:
    """The code of the problem that the door answers, "" where it opens."""
    verb, _, route = line.partition(" ")
    plain, _, more = route.partition("?")
    for part, value in FILLED.items():
        plain = plain.replace(part, value)
    query = QUERIES.get(line, f"?{more}" if "=" in more else "")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = door.client.open(plain + query, method=verb, json=BODIES.get(line), headers=headers)
    assert answer.status_code < 500 or answer.status_code == 503, (line, answer.text)
    code = (answer.json or {}).get("code", "") if answer.mimetype == "application/problem+json" else ""
    assert (code in AT_THE_DOOR) <= (answer.status_code in {401, 403})
    return code if code in AT_THE_DOOR else ""


@pytest.fixture(scope="module")
def asked(tmp_path_factory, databases) -> Iterator[Door]:
    with Door(tmp_path_factory.mktemp("access"), databases.migrated("sqlite")) as opened:
        yield opened


@pytest.fixture(scope="module")
def tokens(asked: Door) -> dict[tuple[str, tuple[str, ...], str], str]:
    return {
        (scope, roles, region): asked.token(MINE, scope, roles=roles, region=region)
        for scope in SCOPES
        for roles in ROLES
        for region in REGIONS
    }


def telling(line: str) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Who tells what a line asks for: every scope in an authority's hand, and every hand with each scope that
    the line names. The rest of the grid lacks two things at once."""
    for scope in SCOPES:
        for roles in ROLES:
            for region in REGIONS:
                whole = region != "" and not REGULATORS.isdisjoint(roles)
                if whole or scope in TABLE[line].scopes:
                    yield scope, roles, region


def opens_as_the_table_says(asked: Door, tokens, line: str, whose) -> None:
    access = TABLE[line]
    for scope, roles, region in whose:
        authority = region != "" and not REGULATORS.isdisjoint(roles)
        speaks = authority and not access.departments.isdisjoint(roles)
        fits = scope in access.scopes and (scope != ALL or authority) and (not access.departments or speaks)
        expected = "" if fits or access.public else "scope-missing"
        assert code_of(asked, line, tokens[scope, roles, region]) == expected, (scope, roles, region)


@pytest.mark.parametrize("line", TABLE)
def test_a_line_opens_to_its_scopes_and_departments_alone(asked: Door, tokens, line: str) -> None:
    access = TABLE[line]
    assert code_of(asked, line, "") == ("" if access.public else "token-missing")
    unknown = code_of(asked, line, "gt_" + "x" * 43)
    assert unknown == ("token-unknown" if access.scopes else ""), "nobody is a stranger by a slip unawares"
    opens_as_the_table_says(asked, tokens, line, telling(line))


@pytest.mark.soak
@pytest.mark.parametrize("line", TABLE)
def test_no_other_token_opens_a_line(asked: Door, tokens, line: str) -> None:
    opens_as_the_table_says(asked, tokens, line, tokens)


def test_what_an_authoritys_token_lacks_is_said(asked: Door, tokens) -> None:
    def lacking(path: str, *named: object) -> str:
        answer = asked.get(path, tokens[named])
        return str(answer.json["params"]["scope"])

    assert lacking("/api/v1/status", ALL, (), COUNTRY) == "role:regulator_market"
    assert lacking("/api/v1/status", ALL, (REGULATOR_AGRI,), COUNTRY) == "role:regulator_market"
    assert lacking("/api/v1/status", ALL, (REGULATOR_MARKET,), "") == "region"
    assert lacking("/api/v1/test-wishes", "complaints:read", (REGULATOR_AGRI,), "") == "region"
    assert lacking("/api/v1/status", "trace:own", (REGULATOR_MARKET,), COUNTRY) == ALL


@pytest.mark.parametrize("roles", ROLES)
@pytest.mark.parametrize("region", REGIONS)
def test_the_sight_of_an_authority_takes_department_and_area(asked: Door, tokens, roles, region) -> None:
    """Whoever lacks one of them sees of another's lot what everybody sees, and of a list nothing."""
    foreign = asked.token(made.uscc(made.TOFU), ALL, roles=roles, region=region)
    authority = region != "" and not REGULATORS.isdisjoint(roles)
    bundle = asked.get(f"/api/v1/lots/{LOT}/bundle?view=regulator", foreign)
    assert (bundle.status_code == 403) != authority
    alerts = asked.get("/api/v1/scan-alerts", foreign)
    assert (alerts.status_code == 200) == authority


@pytest.mark.parametrize("scope", SCOPES)
def test_every_scope_opens_something(scope: str) -> None:
    assert any(scope in line.scopes for line in TABLE.values())


def test_the_table_has_the_routes_that_are_served_and_no_others(asked: Door) -> None:
    assert set(lines_of(asked.app)) == {line.partition("?")[0] for line in TABLE}


def test_a_route_without_a_line_is_not_served() -> None:
    app = Flask("test")
    app.add_url_rule("/api/v1/forgotten/<path:lot>", view_func=lambda lot: lot)
    with pytest.raises(TypeError, match=r"GET /api/v1/forgotten/\{lot\}"):
        require_lines(lines_of(app))


def test_the_interface_description_says_what_a_call_needs(asked: Door) -> None:
    document = asked.get("/api/openapi.json").json
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for line, access in TABLE.items():
        verb, _, path = line.partition(" ")
        if "?" not in path:
            said = document["paths"][path][verb.lower()]["security"]
            assert [name for one in said for name in one.get("token", ())] == list(access.scopes)
            assert ({} in said) == access.public


def test_a_token_of_the_wrong_scope_sees_what_everybody_sees(asked: Door, tokens) -> None:
    """A label printer's token opens labels, and nothing else of its holder."""
    for scope in set(SCOPES) - {"statements:write", "trace:own", ALL}:
        assert asked.get(f"/api/v1/lots/{LOT}/events", tokens[scope, (), ""]).status_code == 404


def test_the_page_is_what_the_table_says() -> None:
    assert TARGET.read_text(encoding="utf-8") == page(), "make docs"
