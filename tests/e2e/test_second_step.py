"""The second step of signing in, over HTTP, and with a virtual authenticator in a browser."""

from __future__ import annotations

import hmac
import html
import re
import threading
import time
from collections.abc import Iterator

import orjson
import pyotp
import pytest
from werkzeug.serving import make_server

from scanner_web import create_pages
from tests.builders.members import PASSWORD, Desk, add_member, signed_in
from tests.servers.door import Door
from trace.access.roles import OPERATOR
from trace.ledger.canonical import b64u
from trace.ledger.key_sealing import MasterKey
from trace.usecases.accounts.app_secrets import seal_kept_secrets
from trace.usecases.accounts.sessions import find_pending

SECRET = re.compile(r'class="secret">([A-Z2-7]{32})<')
CODES = re.compile(r'class="mono secret">([a-z2-7-]{19})<')


@pytest.fixture
def door(tmp_path, database_url) -> Iterator[Door]:
    with Door(tmp_path, database_url, pages=create_pages) as opened:
        add_member(opened.platform.transactions, OPERATOR, ["head"], "wangmin")
        yield opened


def with_app(door: Door) -> tuple[Desk, pyotp.TOTP, list[str]]:
    """A desk whose owner has an authenticator app, and its recovery codes."""
    desk = signed_in(door.platform, door.client, "wangmin")
    app = pyotp.TOTP(SECRET.search(desk.get("/desk/account/app").text)[1])
    key = re.search(
        r'action="/sign-out".*?<form method="post" class="card pad">(.*?)</form>', desk.page.text, re.DOTALL
    )
    fields = dict(re.findall(r'name="(_\w+)" value="([^"]*)"', key[1]))
    filled = {**fields, "code": app.at(int(time.time()) - 30)}
    wrong = desk.client.post("/desk/account/app", data={**filled, "password": "not mine at all"})
    assert wrong.status_code == 403
    assert SECRET.search(wrong.text)[1] == app.secret, "a slip does not make a new secret"
    done = desk.client.post("/desk/account/app", data={**filled, "password": PASSWORD})
    assert done.status_code == 200, done.text
    return desk, app, CODES.findall(done.text)


def test_an_app_is_the_second_step_and_a_code_is_good_once(door: Door) -> None:
    _, app, codes = with_app(door)
    assert len(codes) == 8
    seat = Desk(door.client)
    half = seat.sign_in("wangmin", next="/desk/people")
    assert half.headers["Location"].startswith("/sign-in/second?next=")
    assert seat.get("/desk").status_code == 303, "half signed in is not signed in"
    seat.get("/sign-in/second")
    assert seat.post("/sign-in/second", code="000000").status_code == 401
    now = app.at(int(time.time()))
    entered = seat.post("/sign-in/second", code=now, next="/desk/people")
    assert (entered.status_code, entered.headers["Location"]) == (303, "/desk/people")
    assert seat.get("/desk/people").status_code == 200
    again = Desk(door.client, "192.0.2.10")
    again.sign_in("wangmin")
    again.get("/sign-in/second")
    assert again.post("/sign-in/second", code=now).status_code == 401, "used"
    assert "时间不准" in again.post("/sign-in/second", code=app.at(int(time.time()) - 300)).text
    ahead = again.post("/sign-in/second", code=app.at(int(time.time()) + 300)).text
    assert "时间不准" not in ahead, "a guess that will be right is not told from others"


def test_a_recovery_code_lets_in_once(door: Door) -> None:
    desk, _, codes = with_app(door)
    for number, expected in ((0, 303), (0, 401), (1, 303)):
        seat = Desk(door.client)
        seat.sign_in("wangmin")
        seat.get("/sign-in/second")
        assert seat.post("/sign-in/second", code=codes[number].upper()).status_code == expected
    assert "还剩 6 个" in desk.get("/desk/account").text
    assert "用了一个备用码" in desk.page.text


@pytest.mark.parametrize("kind", ["app", "paper"])
def test_a_code_sent_by_many_at_once_is_good_once(door: Door, kind: str) -> None:
    """PostgreSQL lets all of them read before the first has written."""
    _, app, codes = with_app(door)
    code = app.at(int(time.time())) if kind == "app" else codes[0]
    seats = [Desk(door.client, f"192.0.2.{number}") for number in range(20, 26)]
    for seat in seats:
        seat.sign_in("wangmin")
        seat.get("/sign-in/second")
    together, answers = threading.Barrier(len(seats)), []

    def go(seat: Desk) -> None:
        together.wait()
        answers.append(seat.post("/sign-in/second", code=code).status_code)

    threads = [threading.Thread(target=go, args=(seat,)) for seat in seats]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(answers) == [303, *[401] * 5]


def test_guesses_at_a_code_are_slowed(door: Door) -> None:
    with_app(door)
    seat = Desk(door.client)
    seat.sign_in("wangmin")
    seat.get("/sign-in/second")
    answers = [seat.post("/sign-in/second", code=f"{n:06d}").status_code for n in range(7)]
    assert answers == [401] * 5 + [429] * 2


def test_half_signed_in_leaves_no_form_for_the_owner_to_send(door: Door) -> None:
    """The token of a form follows from the cookie, which who has the password alone has too."""
    desk, _, _ = with_app(door)
    seat = Desk(door.client)
    seat.sign_in("wangmin")
    cookie = next(one.value for one in seat.client._cookies.values() if one.key.endswith("session"))
    member = find_pending(door.platform.transactions, cookie).membership.id
    pad = bytes(32)
    token = b64u(pad + hmac.digest(cookie.encode(), f"form {member}".encode(), "sha256"))
    away = seat.client.post("/desk/people", data={"_token": token, "name": "赵六", "role": "head"})
    assert "kept=1" not in away.headers["Location"]
    assert "赵六" not in desk.get("/desk/kept").text


def test_guesses_from_many_addresses_are_slowed_too(door: Door) -> None:
    with_app(door)
    answers = []
    for number in range(12):
        seat = Desk(door.client, f"2001:db8:0:{number:x}::1")
        seat.sign_in("wangmin")
        seat.get("/sign-in/second")
        answers.append(seat.post("/sign-in/second", code="000000").status_code)
    assert answers == [401] * 10 + [429] * 2


def test_who_finds_an_open_browser_tries_few_passwords(door: Door) -> None:
    desk = signed_in(door.platform, door.client, "wangmin")
    answers = []
    for number in range(12):
        desk.get("/desk/account")
        answers.append(desk.post("/desk/account/codes", password=f"guess number {number}").status_code)
    assert answers == [403] * 10 + [429] * 2


def test_the_second_step_is_taken_away_with_ones_password_alone(door: Door) -> None:
    desk, _, _ = with_app(door)
    way = re.search(r"/desk/account/second/\w+/remove", desk.get("/desk/account").text)[0]
    assert desk.post(way, password="not mine at all").status_code == 403
    desk.get("/desk/account")
    assert desk.post(way, password=PASSWORD).status_code == 303
    assert Desk(door.client).sign_in("wangmin").headers["Location"] == "/desk"


def test_a_new_password_ends_every_other_session(door: Door) -> None:
    desk, other = (signed_in(door.platform, door.client, "wangmin") for _ in range(2))
    desk.get("/desk/account")
    for own in ("short", "rice 310151 on a hill"):
        assert desk.post("/desk/account/password", password=PASSWORD, new=own).status_code == 400, own
    desk.get("/desk/account")
    changed = desk.post("/desk/account/password", password=PASSWORD, new="seven cranes in a bamboo grove")
    assert changed.status_code == 303
    assert desk.get("/desk").status_code == 200
    assert other.get("/desk").status_code == 303
    assert Desk(door.client).sign_in("wangmin").status_code == 401


def test_a_new_password_leaves_the_second_steps_that_are_not_ticked(door: Door) -> None:
    """Else what a stranger added would go on working: its owner sees it, and ends it with the password."""
    desk, _, _ = with_app(door)
    page = desk.get("/desk/account").text
    (app,) = set(re.findall(r'name="without" value="(\w+)"', page))
    new, newer = "seven cranes in a bamboo grove", "nine herons under a willow bank"
    assert desk.post("/desk/account/password", password=PASSWORD, new=new).status_code == 303
    assert f'value="{app}"' in desk.get("/desk/account").text
    assert Desk(door.client).sign_in("wangmin", new).headers["Location"].startswith("/sign-in/second")
    desk.get("/desk/account")
    stranger = ["0" * len(app), app]
    assert desk.post("/desk/account/password", password=new, new=newer, without=stranger).status_code == 303
    page = desk.get("/desk/account").text
    assert 'name="without"' not in page
    assert "去掉了第二步验证" in page
    assert Desk(door.client).sign_in("wangmin", newer).headers["Location"] == "/desk"


def test_passkeys_belong_to_the_platforms_own_name(door: Door) -> None:
    """Behind a proxy that hands any Host on, a page of another name must get no challenge of ours."""
    made, asked = {}, {}
    for base in ("https://id.trace.test", "https://evil.test", "http://id.trace.test"):
        client = door.app.test_client()  # what stands behind the proxy
        page = client.get("/sign-in", base_url=base)
        token = re.search(r'name="_token" value="([^"]+)"', page.text)[1]
        data = {"_token": token, "login": "wangmin", "password": PASSWORD}
        assert client.post("/sign-in", data=data, base_url=base).status_code == 303
        page = client.get("/desk/account/passkey", base_url=base, environ_overrides={"HTTP_HOST": base[8:]})
        found = re.search(r'data-options="([^"]+)"', page.text)
        made[base] = found and orjson.loads(html.unescape(found[1]))["rp"]["id"]
        asked[base] = "通行密钥只在平台自己的网址下能用" in page.text
    assert made["https://id.trace.test"] == "id.trace.test"
    assert (made["https://evil.test"], asked["https://evil.test"]) == (None, True)


def test_an_apps_secret_lies_sealed_where_there_is_a_master_key(door: Door) -> None:
    _, app, codes = with_app(door)
    assert app.secret in secrets_of(door), "as it was before there was one"
    door.platform.master_key = MasterKey.from_text(MasterKey.new_text())
    assert seal_kept_secrets(door.platform.transactions, door.platform.master_key) == 1
    assert app.secret not in secrets_of(door)
    for code in (app.at(int(time.time())), app.at(int(time.time()) + 30)):
        seat = Desk(door.client)
        assert seat.sign_in("wangmin").headers["Location"] == "/sign-in/second?next=%2Fdesk"
        seat.get("/sign-in/second")
        if seat.post("/sign-in/second", code=code).status_code == 303:
            break
    assert seat.get("/desk").status_code == 200
    door.platform.master_key = None
    late = Desk(door.client)
    late.sign_in("wangmin")
    late.get("/sign-in/second")
    assert late.post("/sign-in/second", code=app.at(int(time.time()) + 60)).status_code == 409
    late.get("/sign-in/second")
    assert late.post("/sign-in/second", code=codes[0]).status_code == 303, "a recovery code opens without it"


def secrets_of(door: Door) -> str:
    with door.platform.transactions.look() as tx:
        return str(tx.connection.exec_driver_sql("SELECT secret FROM credential WHERE kind = 'totp'").all())


def test_a_new_app_is_sealed_at_once(door: Door) -> None:
    door.platform.master_key = MasterKey.from_text(MasterKey.new_text())
    _, app, _ = with_app(door)
    assert app.secret not in secrets_of(door)


@pytest.mark.browser
def test_a_passkey_is_made_and_used_in_a_browser(tmp_path, databases, chromium) -> None:
    """Chromium's virtual authenticator; a passkey of one host answers at no other."""
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
        server = make_server("127.0.0.1", 0, door.app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = door.platform.public_url = f"http://localhost:{server.port}"
        context = chromium.new_context(locale="zh-CN")
        page = context.new_page()
        try:
            authenticator = _authenticator(context, page)
            _enter(page, base)
            page.wait_for_url(f"{base}/desk")
            page.goto(f"{base}/desk/account/passkey")
            page.fill("#label", "王敏的手机")
            page.fill("#password", PASSWORD)
            page.click("[data-passkey] .pri")
            page.wait_for_selector(".mono.secret")
            assert page.locator(".mono.secret").count() == 8
            page.click('form[action="/sign-out"] button')
            _enter(page, base)
            page.wait_for_url(f"{base}/sign-in/second**")
            page.click("[data-passkey] .pri")
            page.wait_for_url(f"{base}/desk")
            page.click('form[action="/sign-out"] button')
            authenticator.send("WebAuthn.setUserVerified", authenticator.user | {"isUserVerified": False})
            authenticator.send("WebAuthn.clearCredentials", authenticator.user)
            _enter(page, base)
            page.click("[data-passkey] .pri")
            page.wait_for_selector("[data-passkey] .err:not([hidden])")
            page.goto(f"http://127.0.0.1:{server.port}/sign-in")
            _enter(page, f"http://127.0.0.1:{server.port}")
            page.wait_for_selector("#code")
            assert page.locator("[data-passkey]").count() == 0, "no passkey is offered at a bare address"
        finally:
            context.close()
            server.shutdown()


def _enter(page, base: str) -> None:
    page.goto(f"{base}/sign-in")
    page.fill("#login", "wangmin")
    page.fill("#password", PASSWORD)
    page.click("button.pri")


def _authenticator(context, page):
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    session.user = {"authenticatorId": made["authenticatorId"]}
    return session
