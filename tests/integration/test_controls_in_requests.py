"""Control characters in requests: every route of the application refuses them in words, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator

import orjson
import pytest

from api.application import create_api
from scanner_web import create_pages
from tests.builders import facts as made
from tests.servers.databases import Databases
from tests.servers.door import Door
from trace.errors import ControlCharacter

# NUL, controls of both blocks, a lone surrogate, what is no UTF-8, numbers beyond all columns.
ODD = ("%00", "a%00b", "%01", "%C2%9F", "%7F", "%ED%A0%80", "%FF", "%0D%0A", "9" * 22, str(2**63), "-1")
REFUSED = ("%00", "a%00b", "%01", "%C2%9F", "%7F")
_PART = re.compile(r"<[^>]+>")
QUERIES = (
    *(
        "batch",
        "c",
        "code",
        "number",
        "day",
        "picked",
        "v",
        "lang",
        "stream",
        "iss",
        "lot",
        "cursor",
        "after",
    ),
    *("limit", "linkType", "serial", "state", "before", "subject", "gtin", "view", "counterpart", "since"),
    *("start", "end", "killSteps", "report", "form", "size", "mode", "level", "new", "wish"),
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def door(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, databases: Databases
) -> Iterator[Door]:
    with Door(tmp_path_factory.mktemp(request.param), databases.migrated(request.param)) as opened:
        opened.app = create_api(opened.platform, pages=create_pages)
        opened.tokens["all"] = opened.token(
            made.uscc(made.BUREAU),
            *("trace:all", "labels:print", "statements:write", "log:entries"),
            roles=["regulator_market"],
        )
        yield opened


def asked(door: Door, method: str, address: str, **sent: object) -> int:
    answer = door.client.open(
        address, method=method, headers={"Authorization": f"Bearer {door.tokens['all']}"}, **sent
    )
    return int(answer.status_code)


def test_no_route_fails_at_an_odd_character_in_its_address(door: Door) -> None:
    tried = 0
    for rule in door.app.url_map.iter_rules():
        if not rule.arguments:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "DELETE"}):
            for odd in ODD:
                status = asked(door, method, _PART.sub(lambda _, odd=odd: odd, rule.rule))
                least = 400 if odd in REFUSED else 200
                assert least <= status < 500, (method, rule.rule, odd, status)
                tried += 1
    assert tried > 400


def test_no_route_fails_at_an_odd_character_in_its_query(door: Door) -> None:
    for rule in door.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        path = _PART.sub("1", rule.rule)
        for odd in ODD:
            status = asked(door, "GET", f"{path}?" + "&".join(f"{name}={odd}" for name in QUERIES))
            assert (400 if odd in REFUSED else 200) <= status < 500, (path, odd, status)


def test_the_refusal_names_what_holds_the_character(door: Door) -> None:
    answer = door.get("/api/v1/lots/urn:lot:A:B?view=x%00", door.tokens["all"])
    assert (answer.status_code, answer.json["code"]) == (400, ControlCharacter.code)
    assert "view" in answer.json["detail"]
    assert "U+0000" in answer.json["detail"]


def test_a_page_refuses_as_a_page(door: Door) -> None:
    answer = door.client.get("/01/09521234100010/10/A%00", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (400, "text/html")


@pytest.mark.parametrize(
    ("address", "body", "member"),
    [
        ("/api/v1/lots/urn:lot:A:B/print-runs", {"form": "csv", "printer": "a\0"}, "printer"),
        ("/api/v1/drafts/check", {"iss": "x", "drafts": [{"typ": "\x01"}]}, "drafts[0].typ"),
        ("/api/v1/inbox/note", {"note": "\x9f"}, "note"),
    ],
)
def test_a_control_in_a_body_is_named_by_its_member(
    door: Door, address: str, body: object, member: str
) -> None:
    rules = {rule.rule for rule in door.app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert any(re.fullmatch(re.sub(r"<[^>]+>", ".+", each), address) for each in rules), address
    sent = {"data": orjson.dumps(body), "content_type": "application/json"}
    token = {"Authorization": f"Bearer {door.tokens['all']}"}
    answer = door.client.post(address, headers=token, **sent)
    assert (answer.status_code, answer.json["code"]) == (400, ControlCharacter.code), answer.text
    assert f"“{member}”" in answer.json["detail"]


def test_pasted_line_breaks_and_separators_of_elements_pass(door: Door) -> None:
    typed = "/t?c=01095212341000101%30M1%1D21ABC%0D%0A"
    assert door.client.get(typed, headers={"Accept": "text/html"}).status_code != 400 or "控制" not in (
        door.client.get(typed, headers={"Accept": "text/html"}).text
    )
