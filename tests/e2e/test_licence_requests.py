"""Licences on the desk: a firm asks, the authority confirms by its signature or says why not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import ORGANISATIONS, Desk, add_member, signed_in
from tests.builders.signers import Signer
from tests.servers.door import Door
from trace.access.roles import AUTHORITY, OPERATOR
from trace.ledger.key_sealing import MasterKey
from trace.usecases.signing.held_keys import hold_key

SAID = {
    "kind": "green_mark", "number": "LB-03-24050999001A", "validFrom": "2026-01-01", "validTo": "2028-12-31",
    "productNames": "绿色大米、绿色小麦", "approvedOutput": "100", "note": "绿色食品公告",
}  # fmt: skip


@pytest.fixture
def door(tmp_path, database_url) -> Iterator[Door]:
    with Door(tmp_path, database_url, pages=create_pages) as opened:
        add_member(opened.platform.transactions, OPERATOR, ["head"], "wangmin")
        add_member(opened.platform.transactions, AUTHORITY, ["registrar"], "guqing")
        opened.register()
        opened.clock.advance(timedelta(days=1))
        yield opened


def sit(door: Door, login: str) -> Desk:
    return signed_in(door.platform, door.client, login)


def hold(door: Door) -> str:
    """The registrar's key, in the keeping of the service."""
    door.platform.master_key = MasterKey(bytes(range(32)))
    kept = Signer(door.registrar.iss.rpartition(":")[2], "registrar", stream="desk-2")
    door.log(door.registrar.register(kept, custody="server"))
    hold_key(door.platform.transactions, door.platform.master_key, door.registrar.iss, kept.key)
    return kept.key.kid


def ask(desk: Desk, **changed: str) -> int:
    desk.get("/desk/licences")
    return desk.post("/desk/licences", **{**SAID, **changed}).status_code


def test_a_licence_counts_once_the_authority_signed_it(door: Door) -> None:
    assert ORGANISATIONS[AUTHORITY].urn == door.registrar.iss
    kid, firm = hold(door), sit(door, "wangmin")
    assert ask(firm) == 303
    assert "等待核对" in firm.get("/desk/licences").text
    assert SAID["number"] not in firm.get("/desk/master").text, "asked for is not given"
    officer = sit(door, "guqing")
    page = officer.get("/desk/licence-requests").text
    for said in (SAID["number"], made.uscc("91310151XN0000442L"), "绿色小麦", "100 t"):
        assert said in page, said
    where = re.search(r'action="(/desk/licence-requests/[^"]+/confirm)"', page)[1]
    batch = officer.post(where).headers["Location"]
    shown = re.search(r'name="shown" value="([^"]+)"', officer.get(batch).text)[1]
    assert officer.post(f"{batch}/held", agreed="yes", key=kid, shown=shown).status_code == 303
    officer.get("/desk/licence-requests")
    again = officer.post(where)
    assert again.status_code == 409
    firm = sit(door, "wangmin")
    assert SAID["number"] in firm.get("/desk/master").text
    assert "已同意" in firm.get("/desk/licences").text


def test_a_refusal_says_why(door: Door) -> None:
    firm = sit(door, "wangmin")
    assert ask(firm) == 303
    officer = sit(door, "guqing")
    where = re.search(
        r'action="(/desk/licence-requests/[^"]+/refuse)"', officer.get("/desk/licence-requests").text
    )[1]
    assert officer.post(where, reason="无").status_code == 400
    officer.get("/desk/licence-requests")
    assert officer.post(where, reason="公告里没有这个编号").status_code == 303
    assert "公告里没有这个编号" in sit(door, "wangmin").get("/desk/licences").text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"number": ""}, "编号"),
        ({"validTo": "2025-01-01"}, "有效期止"),
        ({"validFrom": "soon"}, "有效期起"),
        ({"kind": "licence to cook"}, "种类"),
        ({"approvedOutput": "many"}, "核准产量"),
    ],
)
def test_what_does_not_read_names_its_field(door: Door, changed: dict[str, str], field: str) -> None:
    desk = sit(door, "wangmin")
    assert ask(desk, **changed) == 400
    assert field in re.search(r'role="alert".*?</section>', desk.page.text, re.DOTALL)[0]
