"""The day's list of a firm: what stands on it leads to a page where it is done, and is gone once it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from scanner_web import create_pages
from tests.builders.members import ORGANISATIONS, Desk, add_member, signed_in
from tests.servers.door import Door
from trace.access.roles import AUTHORITY, LABORATORY, OPERATOR
from trace.store.scans.scan_alerts import ScanAlert, put_alerts

CODE = "01/09521234100010/21/0ABCDEFGHJKM"


@pytest.fixture(scope="module")
def door(tmp_path_factory, databases) -> Iterator[Door]:
    with Door(tmp_path_factory.mktemp("day"), databases.migrated("sqlite"), pages=create_pages) as opened:
        add_member(opened.platform.transactions, OPERATOR, ["head"], "wangmin")
        add_member(opened.platform.transactions, LABORATORY, ["head"], "lab")
        add_member(opened.platform.transactions, AUTHORITY, ["bureau-head"], "ju")
        yield opened


def desk(door: Door, login: str) -> Desk:
    return signed_in(door.platform, door.client, login)


def test_an_alert_about_scans_is_read_and_acknowledged_by_its_own_firm_alone(door) -> None:
    with door.platform.transactions.begin("test") as tx:
        firm = ORGANISATIONS[OPERATOR].urn
        alert = ScanAlert(CODE, None, firm, "copied", "suspected", ("impossible-travel",), 3.0, 7, tx.now)
        number = put_alerts(tx.connection, [alert])[0].id
    stranger = desk(door, "lab")
    assert CODE not in stranger.get("/desk/scan-alerts").text
    assert stranger.post(f"/desk/scan-alerts/{number}").status_code == 404
    seat = desk(door, "wangmin")
    assert 'href="/desk/scan-alerts"' in seat.get("/desk").text
    page = seat.get("/desk/scan-alerts").text
    assert "相隔很远的城市" in page, "why it was raised, in words"
    assert f'action="/desk/scan-alerts/{number}"' in page
    assert seat.post(f"/desk/scan-alerts/{number}").headers["Location"] == "/desk/scan-alerts"
    assert CODE not in seat.get("/desk/scan-alerts").text
    assert "/desk/scan-alerts" not in seat.get("/desk").text, "what is done is gone from the list"
    assert CODE in seat.get("/desk/scan-alerts?every=1&lang=en").text


def kept_by(door: Door, login: str, page: str, **filled: str) -> Desk:
    """A desk whose form is sent after its session had ended, signed in again, before what was kept of it."""
    seat = desk(door, login)
    seat.get(page)
    sent = {**seat.fields(), **filled}
    door.clock.advance(timedelta(hours=2))
    assert "kept=1" in seat.client.post(page, data=sent).headers["Location"]
    seat.sign_in(login)
    seat.get("/desk/kept")
    return seat


def kept_number(seat: Desk) -> str:
    return re.search(r'name="_kept" value="([^"]+)"', seat.page.text)[1]


def test_a_kept_form_is_gone_once_it_is_taken_and_not_before(door) -> None:
    seat = kept_by(door, "wangmin", "/desk/people", name="赵六", role="warehouse")
    number = kept_number(seat)
    refused = seat.post("/desk/people", name="赵六", role="none", _kept=number)
    assert refused.status_code == 400
    assert number in seat.get("/desk/kept").text, "what was refused still waits"
    stranger = desk(door, "lab")
    stranger.get("/desk/people")
    stranger.post("/desk/people", name="钱七", role="head", _kept=number)
    assert number in seat.get("/desk/kept").text, "nobody drops what another person filled in"
    assert seat.post("/desk/people", name="赵六", role="warehouse", _kept=number).status_code == 200
    assert number not in seat.get("/desk/kept").text
    assert "/desk/kept" not in seat.get("/desk").text


def test_what_an_officer_had_filled_in_is_kept_too(door) -> None:
    seat = kept_by(door, "ju", "/office/studies", kind="meeting", topic="时令蔬菜")
    assert 'value="时令蔬菜"' in seat.page.text
    assert 'action="/office/studies"' in seat.page.text


@pytest.mark.parametrize(("login", "script"), [("wangmin", "sign-zh-CN"), ("ju", "sign-office-zh-CN")])
def test_each_desk_has_the_script_that_says_what_is_signed_there(door, login: str, script: str) -> None:
    assert re.search(rf'src="/static/{script}\.[0-9a-f]{{16}}\.js"', desk(door, login).get("/desk/keys").text)
