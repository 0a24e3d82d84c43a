"""The day's list of a firm: what stands on it leads to a page where it is done, and is gone once it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scanner_web import create_pages
from tests.builders.members import ORGANISATIONS, Desk, add_member, signed_in
from tests.servers.door import Door
from trace.access.roles import LABORATORY, OPERATOR
from trace.store.scans.scan_alerts import ScanAlert, put_alerts

CODE = "01/09521234100010/21/0ABCDEFGHJKM"


@pytest.fixture(scope="module")
def door(tmp_path_factory, databases) -> Iterator[Door]:
    with Door(tmp_path_factory.mktemp("day"), databases.migrated("sqlite"), pages=create_pages) as opened:
        add_member(opened.platform.transactions, OPERATOR, ["head"], "wangmin")
        add_member(opened.platform.transactions, LABORATORY, ["head"], "lab")
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
