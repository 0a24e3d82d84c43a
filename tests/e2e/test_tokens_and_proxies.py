"""Who may call, and for whom a proxy may speak."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from flask import Flask, request
from werkzeug.test import Client

from api.proxies import TrustedProxies
from cli.tokens import token as token_command
from tests.e2e.conftest import Parties
from tests.servers.door import Door
from trace.parties import ALL
from trace.usecases.accounts.tokens import Terms, authenticate, issue_token, revoke_tokens

WANTED = {
    ("POST", "/api/v1/statements"): "statements:write",
    ("POST", "/api/v1/drafts/check"): "statements:write",
    ("POST", "/api/v1/evidence"): "evidence:write",
    ("GET", "/api/v1/feed"): "feed:read",
    ("GET", "/log/tile/entries/000"): "log:entries",
    ("GET", "/log/keys"): "log:entries",
    ("GET", "/api/v1/lots/urn:lot:A:B/bundle?view=regulator"): "trace:all",
    ("GET", "/api/v1/lots/urn:lot:A:B/label"): "labels:print",
}
# Who states things may print their labels too; a token that only prints states nothing.
ALSO = {("GET", "/api/v1/lots/urn:lot:A:B/label"): "statements:write"}
DRAFT = {"typ": "farm.harvest", "sub": "urn:x", "occurredAt": "2026-10-01T12:00:00+08:00", "data": {}}
BODY = {"iss": "urn:uscc:A", "drafts": [DRAFT]}


def _ask(door: Door, verb: str, path: str, token: str):
    if verb == "GET":
        return door.get(path, token)
    return door.post(path, BODY, token, kind="application/json")


@pytest.mark.parametrize(("verb", "path"), WANTED)
def test_an_endpoint_opens_to_its_scope_and_to_no_other(door: Door, verb: str, path: str) -> None:
    scope = WANTED[verb, path]
    missing = _ask(door, verb, path, "")
    assert (missing.status_code, missing.json["code"]) == (401, "token-missing")
    assert missing.headers["WWW-Authenticate"].startswith("Bearer")
    unknown = _ask(door, verb, path, "gt_" + "x" * 43)
    assert (unknown.status_code, unknown.json["code"]) == (401, "token-unknown")
    also = ALSO.get((verb, path), scope)
    others = sorted(set(WANTED.values()) - {scope, also})
    wrong = _ask(door, verb, path, door.token("urn:uscc:A", *others))
    assert (wrong.status_code, wrong.json["code"]) == (403, "scope-missing")
    assert wrong.json["params"]["scope"] == scope
    roles = ["regulator_market"] if scope == ALL else []
    for opening in {scope, also}:
        token = door.token("urn:uscc:A", opening, roles=roles)
        assert _ask(door, verb, path, token).status_code not in {401, 403}


def test_a_revoked_token_opens_nothing_any_more(door: Door) -> None:
    token = issue_token(door.platform.transactions, "urn:uscc:A", "till", ["feed:read"])
    assert door.get("/api/v1/feed", token).status_code == 200
    assert revoke_tokens(door.platform.transactions, "urn:uscc:A", "till") == 1
    assert door.get("/api/v1/feed", token).json["code"] == "token-unknown"
    assert revoke_tokens(door.platform.transactions, "urn:uscc:A", "till") == 0


def test_a_token_that_has_ended_says_so_and_what_to_do(door: Door) -> None:
    token = issue_token(door.platform.transactions, "urn:uscc:A", "guest", ["feed:read"], terms=Terms(days=1))
    assert door.get("/api/v1/feed", token).status_code == 200
    door.clock.advance(timedelta(days=1))
    told = door.get("/api/v1/feed", token, Accept_Language="en")
    assert (told.status_code, told.json["code"]) == (401, "token-expired")
    assert told.json["params"] == {"until": "2026-10-02"}
    assert "greentrace token" in told.json["action"]


FIRM = ["--holder", "urn:uscc:91310151XN0000442L", "--scope", "trace:own"]
BUREAU = ["--holder", "urn:uscc:11310000002420633X", "--scope", "trace:all"]


def _issue(door: Door, *given: str) -> Result:
    return CliRunner().invoke(token_command, ["--data", str(door.path), *given])


@pytest.mark.parametrize(
    "given",
    [
        ["--holder", "nonsense", "--scope", "trace:own"],
        ["--holder", "urn:uscc:9131", "--scope", "trace:own"],
        ["--scope", "trace:own"],
        [*FIRM[:2], "--scope", "everything"],
        [*FIRM, "--role", "nonsense"],
        [*FIRM, "--scope", "trace:all"],
        [*FIRM, "--region", "310151"],
        [*FIRM, "--days", "0"],
        [*FIRM, "--days", "3660"],
        [*BUREAU, "--department", "market"],
        [*BUREAU[:2], "--scope", "complaints:read", "--department", "market"],
        [*BUREAU, "--department", "tax"],
        [*BUREAU, "--department", "market", "--region", "Shanghai"],
        [*BUREAU, "--department", "market", "--region", "31", "--role", "regulator_agri"],
    ],
)
def test_the_command_refuses_nonsense(door: Door, given: list[str]) -> None:
    ran = _issue(door, *given)
    assert ran.exit_code != 0
    assert "gt_" not in ran.output
    with door.platform.transactions.look() as tx:
        assert tx.connection.exec_driver_sql("SELECT label FROM api_token WHERE label = ''").all() == []


def test_the_command_gives_an_authority_its_department_and_area(door: Door) -> None:
    ran = _issue(door, *BUREAU, "--department", "agriculture", "--region", "310151", "--label", "desk")
    assert ran.exit_code == 0, ran.output
    found = authenticate(door.platform.transactions, ran.stdout.strip())
    assert (set(found.roles), found.region, found.oversees) == ({"regulator_agri"}, "310151", True)
    assert _issue(door, *FIRM, "--days", "20", "--label", "till").exit_code == 0
    assert "till：2026-10-21 到期" in _issue(door, "--ending").output
    assert "已撤销 1 个令牌" in _issue(door, *FIRM[:2], "--label", "till", "--revoke").output
    assert _issue(door, "--ending").output == ""


def test_a_wrong_check_character_is_told_and_taken(door: Door) -> None:
    ran = _issue(door, "--holder", "urn:uscc:91310151XN0000442A", "--scope", "trace:own")
    assert ran.exit_code == 0
    assert "校验码" in ran.stderr
    assert ran.stdout.startswith("gt_")


def test_a_token_does_not_make_a_signature(door: Door, parties: Parties) -> None:
    """The laboratory's token carries the farm's statement: who calls is not who states."""
    token = door.token(parties.lab.iss, "statements:write")
    answer = door.post("/api/v1/statements", parties.farm.harvest("H1").flattened(), token)
    assert answer.status_code == 201
    lot = door.get(f"/api/v1/lots/{answer.json and parties.farm.iss.replace('uscc', 'lot')}:H1").json
    assert lot["statement"]["stmt"] == answer.json["stmt"]


def test_no_token_is_kept_in_the_clear(door: Door) -> None:
    token = door.token("urn:uscc:A", "feed:read")
    with door.platform.transactions.look() as tx:
        rows = tx.connection.exec_driver_sql("SELECT * FROM api_token").fetchall()
    assert rows
    assert token not in str(rows)
    assert token.removeprefix("gt_") not in str(rows)


def _echo(*trusted: str) -> Client:
    app = Flask("echo")

    @app.get("/")
    def echo() -> dict[str, str | None]:
        return {"url": request.url, "from": request.remote_addr}

    return Client(TrustedProxies(app, trusted, "https://id.trace.test"))


FORWARDED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Prefix": "/evil",
    "Forwarded": "host=evil.example",
    "Host": "evil.example",
}


@pytest.mark.parametrize("trusted", [(), ("192.0.2.1",)])
def test_a_stranger_cannot_say_under_which_name_it_calls(trusted: tuple[str, ...]) -> None:
    told = _echo(*trusted).get("/", headers=FORWARDED, environ_base={"REMOTE_ADDR": "198.51.100.7"}).json
    assert told == {"url": "https://id.trace.test/", "from": "198.51.100.7"}


def test_a_trusted_proxy_speaks_for_its_callers() -> None:
    headers = {
        "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "shop.example",
    }  # fmt: skip
    told = _echo("127.0.0.1").get("/", headers=headers, environ_base={"REMOTE_ADDR": "127.0.0.1"}).json
    assert told == {"url": "https://shop.example/", "from": "203.0.113.9"}
