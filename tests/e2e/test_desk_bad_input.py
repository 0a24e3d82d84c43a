"""What nobody's browser sends to the workspace: refused in words, never a failure of the server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanner_web import create_pages
from tests.builders.members import Desk, add_member, signed_in
from tests.servers.door import Door
from trace.access import PAGES
from trace.access.roles import AUTHORITY, OPERATOR
from trace.errors import RegisterEntryUnfit
from trace.exchange.tabular.mapping import Mapping
from trace.oversight.register_entries import content_of
from trace.store.uploads.mappings import SavedMapping, put_mapping

DIGEST = "0" * 64
SCRIPTED = {
    "/desk/uploads/announce": [
        5,
        {"bytes": "abc", "sha256": DIGEST},
        {"bytes": None, "sha256": DIGEST},
        {"bytes": -5, "sha256": DIGEST},
        {"bytes": True, "sha256": DIGEST},
        {"bytes": 3, "sha256": "x"},
    ],
    "/desk/keys/browser": [5, {"streams": 5}, {"streams": None}, {"roles": 7}, {"roles": None, "jwk": {}}],
    "/desk/sign/none/signed": [[], {"statements": 5}, {"statements": [5]}, {"statements": [None]}],
}


@pytest.fixture
def door(tmp_path, database_url) -> Iterator[Door]:
    with Door(tmp_path, database_url, pages=create_pages) as opened:
        opened.app.config["PROPAGATE_EXCEPTIONS"] = False
        yield opened


@pytest.fixture
def head(door: Door) -> Desk:
    add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
    return signed_in(door.platform, door.client, "wangmin")


@pytest.mark.parametrize("address", SCRIPTED)
def test_a_script_that_sends_something_else_is_refused(head: Desk, address: str) -> None:
    token = {"X-Form-Token": head.fields()["_token"]}
    for body in SCRIPTED[address]:
        answer = head.client.post(address, json=body, headers=token, environ_overrides=head.where)
        assert 400 <= answer.status_code < 500, (body, answer.text)


def test_every_page_says_its_verbs(head: Desk) -> None:
    for line in PAGES:
        verb, _, path = line.partition(" ")
        answer = head.client.options(path.replace("{", "").replace("}", ""), environ_overrides=head.where)
        assert (answer.status_code, verb in answer.headers["Allow"]) == (200, True), line


def test_a_file_is_read_by_no_mapping_of_another_firm(door: Door, head: Desk) -> None:
    """Nor by one that there is not: the work on it would fail again and again."""
    content = Mapping("进货查验", {}, 1, "", {}, frozenset())
    other, now = "urn:uscc:91310151XN0000L37C", door.clock()
    with door.platform.transactions.begin("test") as tx:
        put_mapping(tx.connection, SavedMapping("A" * 22, other, "x", 1, "x", "x", content, "x", now))
    token = {"X-Form-Token": head.fields()["_token"]}
    for named in ("A" * 22, "B" * 22):
        body = {"name": "a.csv", "sha256": DIGEST, "bytes": 3, "how": f"mapping:{named}"}
        answer = head.client.post(
            "/desk/uploads/announce", json=body, headers=token, environ_overrides=head.where
        )
        assert (answer.status_code, answer.json["code"]) == (400, "mapping-unfit")


LONG = "1" * 5_000
NUMBERS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("GET", f"/office/check-plan?year=2026{LONG}", {}),
    (
        "POST",
        "/office/duties",
        {"list": "task", "year": LONG, "unit": "科", "office": "科", "items": "x"},
    ),
    (
        "POST",
        "/office/analyses/ask/test-first",
        {"purpose": "试问", "sensitivity": LONG},
    ),
)
"""More digits than Python reads as a number."""


def test_a_number_of_thousands_of_digits_is_no_number(door: Door) -> None:
    add_member(door.platform.transactions, AUTHORITY, ["bureau-head"], "ju")
    bureau = signed_in(door.platform, door.client, "ju")
    for verb, address, filled in NUMBERS:
        bureau.get("/desk/account")
        answer = bureau.get(address) if verb == "GET" else bureau.post(address, **filled)
        assert answer.status_code < 500, address
    with pytest.raises(RegisterEntryUnfit):
        content_of("staff", {"officers": LONG, "directors": LONG})
