"""Scans over HTTP: what counts, what never does, who may count, who is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from api.proxies import TrustedProxies
from tests.builders import facts as made
from tests.builders.signed_rice import K1
from tests.clock import SteppingClock
from tests.servers.databases import Databases
from tests.servers.scanned_items import CODE, FORM, GTIN, OURS, PHONE, SCRIPT, SERIAL, Served, scanned_items
from tests.servers.served import RING
from trace.codes.devices import DeviceNames
from trace.codes.hidden import hidden_code
from trace.codes.serials import gtin_scope
from trace.usecases.accounts.tokens import Terms, issue_token


@pytest.fixture
def served(tmp_path: Path, databases: Databases, clock: SteppingClock) -> Iterator[Served]:
    with scanned_items(tmp_path, databases, clock) as found:
        yield found


def post(client: FlaskClient, code: str = CODE, **headers: str):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/scans", data={"code": code}, headers={**SCRIPT, **named})


@pytest.mark.parametrize("path", [f"/{CODE}", f"/page/{CODE}", "/scans"])
@pytest.mark.parametrize("verb", ["get", "head", "options"])
def test_asking_for_a_page_never_counts(served: Served, verb: str, path: str) -> None:
    for headers in ({"User-Agent": PHONE}, {"User-Agent": PHONE, "Purpose": "prefetch"}):
        getattr(served.client(), verb)(path, headers=headers)
    assert served.state().count == 0


def test_a_telephone_counts_once_in_ten_minutes(served: Served) -> None:
    client = served.client()
    first = post(client)
    assert (first.status_code, first.data) == (204, b"")
    assert first.headers["Cache-Control"] == "no-store"
    post(client)
    served.clock.advance(timedelta(minutes=11))
    post(client)
    post(served.client(), User_Agent=f"{PHONE} other")
    assert served.state().count == 3


def test_the_cookie_is_marked_unreadable_and_for_counting_only(served: Served) -> None:
    cookie = post(served.client()).headers["Set-Cookie"]
    assert cookie.startswith("scan=")
    for part in ("HttpOnly", "SameSite=Lax", "Path=/scans", "Max-Age=7776000"):
        assert part in cookie
    assert "Secure" not in cookie
    safe = served.client().post("/scans", base_url="https://localhost", data={"code": CODE}, headers=SCRIPT)
    assert "Secure" in safe.headers["Set-Cookie"]


def test_a_made_up_cookie_is_nobodys(served: Served) -> None:
    client = served.client()
    client.set_cookie("scan", "A" * 38, path="/scans")
    assert post(client).headers["Set-Cookie"].split(";")[0] != f"scan={'A' * 38}"


def test_who_throws_cookies_away_counts_once_from_one_place(served: Served) -> None:
    for _ in range(30):
        post(served.client())
    assert served.state().count == 1


def test_one_address_brings_three_new_telephones_a_day(served: Served) -> None:
    for number in range(30):
        post(served.client(), User_Agent=f"{PHONE} {number}")
    served.clock.advance(timedelta(hours=25))
    post(served.client(), User_Agent=f"{PHONE} again")
    assert served.state().count == 4
    with served.under.transactions.look() as tx:
        assert tx.connection.exec_driver_sql("SELECT count(DISTINCT device) FROM scan").scalar_one() == 4


def test_cookies_that_were_collected_at_other_codes_are_no_more_telephones(served: Served) -> None:
    names = DeviceNames(served.app.extensions["greentrace"].lot_key)
    for number in range(30):
        client = served.client()
        client.set_cookie("scan", names.cookie_of(names.new_device()), path="/scans")
        post(client, User_Agent=f"{PHONE} {number}")
    with served.under.transactions.look() as tx:
        assert tx.connection.exec_driver_sql("SELECT count(DISTINCT device) FROM scan").scalar_one() <= 3


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
        {"Origin": "https://evil.example"},
    ],
)
def test_another_site_cannot_count(served: Served, headers: dict[str, str]) -> None:
    answer = served.client().post(
        "/scans", data={"code": CODE}, headers={"User-Agent": PHONE, "Accept": "text/html", **headers}
    )
    assert answer.status_code == 403
    assert "scan=" not in answer.headers.get("Set-Cookie", "")
    assert served.state().count == 0


@pytest.mark.parametrize("origin", [{"Origin": OURS}, {"Origin": "null"}, {}])
def test_an_older_browser_counts_and_opens_a_panel(served: Served, origin: dict[str, str]) -> None:
    """Without Sec-Fetch-Site; `Origin` is null or absent because our pages send no referrer."""
    headers = {"User-Agent": PHONE, "Accept": "application/json", **origin}
    digits = hidden_code(RING, gtin_scope(GTIN), SERIAL)
    page = {"User-Agent": PHONE, "Accept": "text/html", **origin}
    opened = served.client().post("/scans/hidden", data={"code": CODE, "hidden": digits}, headers=page)
    assert "首次核对" in opened.text
    assert served.client().post("/scans", data={"code": CODE}, headers=headers).status_code == 204
    assert served.state().count == 1


@pytest.mark.parametrize("model", ["CUBOT X19", "CUBOT_NOTE_S", "CUBOT", "U-Bot"])
def test_a_telephone_that_is_called_a_bot_is_counted(served: Served, model: str) -> None:
    agent = f"Mozilla/5.0 (Linux; Android 9; {model} Build/PPR1) AppleWebKit/537.36 Chrome/120 Mobile"
    post(served.client(), User_Agent=agent)
    assert served.state().count == 1


@pytest.mark.parametrize(
    "agent",
    ["", "Googlebot/2.1", "WeChatBot preview", "facebookexternalhit/1.1", "curl/8.5", "python-requests/2"],
)
def test_a_program_is_answered_and_not_counted(served: Served, agent: str) -> None:
    answer = post(served.client(), User_Agent=agent)
    assert answer.status_code == 204
    assert "Set-Cookie" not in answer.headers
    assert served.state().count == 0


@pytest.mark.parametrize("name", ["Purpose", "Sec_Purpose", "X_Moz"])
def test_loading_ahead_is_not_counted(served: Served, name: str) -> None:
    post(served.client(), **{name: "prefetch;prerender"})
    assert served.state().count == 0


def test_a_button_counts_where_no_script_runs(served: Served) -> None:
    answer = served.client().post("/scans", data={"code": CODE}, headers=FORM)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/{CODE}#scans")
    assert served.state().count == 1


@pytest.mark.parametrize(
    "code",
    ["", "x", f"01/{GTIN}/21/{'0' * 12}", f"01/{GTIN}", "t/0000-0000-0000", "../../etc/passwd", "01/" * 90],
)
def test_a_code_that_was_never_issued_is_refused(served: Served, code: str) -> None:
    assert post(served.client(), code).status_code == 404
    served.counter.stop()
    assert served.under.count("scan_tally") == 0


def test_a_large_body_is_refused_unread(served: Served) -> None:
    answer = served.client().post("/scans", data={"code": CODE, "more": "x" * 600}, headers=SCRIPT)
    assert answer.status_code == 413


def test_the_city_is_believed_from_the_proxy_alone(served: Served) -> None:
    framed = TrustedProxies(served.app, ["127.0.0.9"], OURS)
    for address, counter in (("127.0.0.9", 41), ("127.0.0.1", 42)):
        serial = RING.key("0", gtin_scope(GTIN)).serial(counter)
        headers = {**SCRIPT, "X-Client-Region": "310107"}
        answer = Client(framed).post(
            "/scans",
            data={"code": f"01/{GTIN}/21/{serial}"},
            headers=headers,
            environ_base={"REMOTE_ADDR": address},
        )
        assert answer.status_code == 204
    other = RING.key("0", gtin_scope(GTIN)).serial(42)
    assert served.state().first_region == "310100"
    assert served.state(f"01/{GTIN}/21/{other}").first_region is None


def test_nothing_that_came_with_the_request_is_kept(served: Served) -> None:
    address = "203.0.113.77"
    served.client().post(
        "/scans",
        data={"code": CODE},
        headers={**SCRIPT, "X-Client-Region": "310107"},
        environ_base={"REMOTE_ADDR": address},
    )
    assert served.state().count == 1
    with served.under.transactions.look() as tx:
        (row,) = tx.connection.exec_driver_sql("SELECT code, region, device FROM scan").all()
    assert (row[0], row[1]) == (CODE, "310100")
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", row[2])
    assert address not in str(row)


def test_story_10_reaches_the_firm_and_the_regulator(served: Served) -> None:
    """Putuo, then Wuhan forty minutes later."""
    post(served.client(), X_Client_Region="310107")
    served.clock.advance(timedelta(minutes=40))
    post(served.client(), X_Client_Region="420102")
    assert served.state().suspicion in {"watch", "suspected"}
    platform = served.app.extensions["greentrace"]
    mill, other = made.uscc(made.MILL), "urn:uscc:91310000MA1K35UY6N"
    own = issue_token(platform.transactions, mill, "desk", ["statements:write"])
    foreign = issue_token(platform.transactions, other, "desk", ["statements:write"])
    bureau = issue_token(
        platform.transactions, "urn:uscc:BUREAU", "desk", ["trace:all"], ["regulator_market"], Terms("CN")
    )
    client = served.client()

    def listed(token: str, query: str = ""):
        answer = client.get(f"/api/v1/scan-alerts{query}", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200
        return answer.json["alerts"]

    (alert,) = listed(own)
    assert (alert["code"], alert["lot"], alert["kind"], alert["holder"]) == (CODE, K1, "copied", mill)
    assert alert["reasons"] == ["impossible-travel"]
    assert listed(bureau) == [alert]
    assert listed(foreign) == []
    assert client.get("/api/v1/scan-alerts").status_code == 401
    path = f"/api/v1/scan-alerts/{alert['id']}/acknowledgement"
    assert client.post(path).status_code == 401
    assert client.post(path, headers={"Authorization": f"Bearer {foreign}"}).status_code == 404
    assert (
        client.post(
            "/api/v1/scan-alerts/5/acknowledgement", headers={"Authorization": f"Bearer {bureau}"}
        ).json["code"]
        == "scan-alert-unknown"
    )
    seen = client.post(path, headers={"Authorization": f"Bearer {own}"}).json
    assert (seen["acknowledgedBy"], bool(seen["acknowledgedAt"])) == (mill, True)
    again = client.post(path, headers={"Authorization": f"Bearer {bureau}"}).json
    assert again == seen
    assert listed(bureau, "?unread=true") == []
    assert [one["id"] for one in listed(bureau)] == [alert["id"]]


def test_an_authority_finds_out_and_the_notice_goes(served: Served) -> None:
    for number, region in enumerate(("310107", "420102", "510104", "440103")):
        post(served.client(), X_Client_Region=region, User_Agent=f"{PHONE} {number}")
    assert served.state().suspicion == "suspected"
    platform = served.app.extensions["greentrace"]
    own = issue_token(platform.transactions, made.uscc(made.MILL), "desk", ["statements:write"])
    bureau = issue_token(
        platform.transactions, "urn:uscc:BUREAU", "desk", ["trace:all"], ["regulator_market"], Terms("CN")
    )
    client = served.client()

    def asked(verb: str, path: str, token: str, **body: str):
        headers = {"Authorization": f"Bearer {token}"}
        return getattr(client, verb)(f"/api/v1/scan-alerts{path}", headers=headers, json=body or None)

    (alert,) = asked("get", "", bureau).json["alerts"]
    path = f"/{alert['id']}/finding"
    assert asked("post", path, own, finding="harmless").status_code == 403
    assert asked("post", path, bureau, finding="nonsense").status_code == 400
    assert asked("post", "/5/finding", bureau, finding="harmless").status_code == 404
    assert asked("post", path, bureau, finding="confirmed").json["finding"] == "confirmed"
    assert served.state().suspicion == "suspected"
    found = asked("post", path, bureau, finding="harmless").json
    assert (found["finding"], found["foundBy"], bool(found["foundAt"])) == (
        "harmless",
        "urn:uscc:BUREAU",
        True,
    )
    state = served.state()
    assert (state.suspicion, state.reasons, state.count) == ("none", (), 4)


def test_alerts_come_in_pages(served: Served) -> None:
    for number in range(3):
        code = f"01/{GTIN}/21/{RING.key('0', gtin_scope(GTIN)).serial(number)}"
        post(served.client(), code, X_Client_Region="310107")
        post(served.client(), code, X_Client_Region="420102")
    served.counter.stop()
    platform = served.app.extensions["greentrace"]
    token = issue_token(
        platform.transactions, "urn:uscc:BUREAU", "desk", ["trace:all"], ["regulator_market"], Terms("CN")
    )
    found, after = [], "0"
    while after:
        answer = served.client().get(
            f"/api/v1/scan-alerts?limit=2&after={after}", headers={"Authorization": f"Bearer {token}"}
        )
        found += [one["id"] for one in answer.json["alerts"]]
        after = answer.json["next"]
    assert len(found) == len(set(found)) == 3


def test_metrics_say_what_became_of_scans(served: Served) -> None:
    client = served.client()
    post(client)
    post(client)
    served.counter.stop()
    text = client.get("/metrics").text
    assert 'greentrace_scans_total{end="counted"} 1.0' in text
    assert 'greentrace_scans_total{end="repeated"} 1.0' in text
    assert 'greentrace_scans_total{end="dropped"} 0.0' in text
    assert "greentrace_scan_alerts_total 0.0" in text
