"""Signing in, and what a form must carry: over HTTP, without scripts."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from cli.demo.people import accounts, farm_accounts
from scanner_web import create_pages
from tests.builders.members import ORGANISATIONS, PASSWORD, Desk, add_member, signed_in
from tests.servers.door import Door
from trace.access.roles import AUTHORITY, OPERATOR, PLATFORM, ROLES
from trace.errors import DemoOnly, LastHead
from trace.store.accounts.people import Person, end_membership, hold_organisation, members_of
from trace.usecases.accounts.demo import add_demo_accounts
from trace.usecases.accounts.forget import forget_old_accounts_data
from trace.usecases.accounts.people import list_staff, remove_member
from trace.usecases.accounts.sessions import SignedIn, actor_of, find_session

LINK = re.compile(r'value="https://id\.trace\.test(/invitation/[^"]+)"')


@pytest.fixture
def door(tmp_path, database_url) -> Iterator[Door]:
    with Door(tmp_path, database_url, pages=create_pages) as opened:
        add_member(opened.platform.transactions, OPERATOR, ["head"], "wangmin")
        add_member(opened.platform.transactions, OPERATOR, ["purchasing"], "li")
        yield opened


def desk(door: Door, login: str) -> Desk:
    return signed_in(door.platform, door.client, login)


def test_one_signs_in_and_out(door: Door) -> None:
    visitor = Desk(door.client)
    away = visitor.get("/desk?lang=en")
    assert away.status_code == 303
    assert away.headers["Location"] == "/sign-in?next=/desk?lang%3Den".replace("/desk?", "%2Fdesk%3F")
    entered = visitor.sign_in("  WangMin ", next="/desk/people")
    assert (entered.status_code, entered.headers["Location"]) == (303, "/desk/people")
    cookie = next(one for one in entered.headers.getlist("Set-Cookie") if "session" in one)
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert visitor.get("/desk/people").status_code == 200
    assert visitor.post("/sign-out").headers["Location"] == "/sign-in?out=1"
    assert visitor.get("/desk").status_code == 303


def test_over_tls_the_cookie_is_bound_to_the_host(door: Door) -> None:
    client = door.client
    page = client.get("/sign-in", base_url="https://id.trace.test")
    token = re.search(r'name="_token" value="([^"]+)"', page.text)[1]
    data = {"_token": token, "login": "li", "password": PASSWORD}
    entered = client.post("/sign-in", data=data, base_url="https://id.trace.test")
    cookie = next(one for one in entered.headers.getlist("Set-Cookie") if "session" in one)
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_an_unknown_name_is_answered_as_a_wrong_password(door: Door) -> None:
    answers = [Desk(door.client).sign_in(login, "not the password") for login in ("wangmin", "nobody-here")]
    assert [one.status_code for one in answers] == [401, 401]
    plain = [re.sub(r'value="[^"]*"', "", one.text).replace("wangmin", "nobody-here") for one in answers]
    assert plain[0] == plain[1]


def test_tries_lock_out_who_tries_and_nobody_else(door: Door) -> None:
    """Wrong passwords from many addresses, then the owner from another."""
    for number in range(1, 4):
        guesser = Desk(door.client, f"198.51.100.{number}")
        codes = [guesser.sign_in("wangmin", f"guess {n} of many").status_code for n in range(7)]
        assert codes == [401] * 5 + [429] * 2
        assert guesser.sign_in("wangmin").status_code == 429, "the right password is no way around"
    assert Desk(door.client, "192.0.2.77").sign_in("wangmin").status_code == 303


def test_a_sign_in_makes_a_session_that_the_browser_did_not_bring(door: Door) -> None:
    first = desk(door, "li")
    before = first.client.get_cookie("greentrace-session").value
    first.sign_in("li")
    after = first.client.get_cookie("greentrace-session").value
    assert before != after
    assert find_session(door.platform.transactions, before) is None
    assert find_session(door.platform.transactions, after).person.login == "li"


@pytest.mark.parametrize("hours", [(1.1,), (0.9,) * 14])
def test_a_session_ends_idle_or_old(door: Door, hours: tuple[float, ...]) -> None:
    seat = desk(door, "li")
    for each in hours:
        door.clock.advance(timedelta(hours=each))
        last = seat.get("/desk")
    assert last.status_code == 303


def test_an_owner_sees_and_ends_sessions(door: Door) -> None:
    here, there = desk(door, "li"), desk(door, "li")
    other = re.search(r"/desk/account/sessions/(\w+)/end", here.get("/desk/account").text)[0]
    stranger = desk(door, "wangmin")
    stranger.get("/desk/account")
    stranger.post(other)
    assert there.get("/desk").status_code == 200, "nobody ends another's session by its number"
    here.get("/desk/account")
    assert here.post(other).status_code == 303
    assert there.get("/desk").status_code == 303
    assert here.get("/desk").status_code == 200


def test_a_form_without_our_token_does_nothing(door: Door) -> None:
    seat, other = desk(door, "wangmin"), desk(door, "li")
    other.get("/desk/account")
    seat.get("/desk/people")
    good = seat.fields()
    filled = {"name": "赵六", "role": "warehouse"}
    for forged in ({}, {**good, "_token": "x" * 86}, {**good, "_token": other.fields()["_token"]}):
        assert seat.client.post("/desk/people", data={**forged, **filled}).status_code == 403
    foreign = seat.client.post(
        "/desk/people", data={**good, **filled}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == 403
    signed = find_session(door.platform.transactions, seat.client.get_cookie("greentrace-session").value)
    assert list_staff(door.platform.transactions, signed).invitations == []


def test_a_form_sent_five_times_invites_once(door: Door) -> None:
    seat = desk(door, "wangmin")
    seat.get("/desk/people")
    sent = {**seat.fields(), "name": "赵六", "role": ["warehouse", "production"]}
    refused = seat.client.post("/desk/people", data={**sent, "role": ["case-officer"]})
    assert refused.status_code == 400, "and a refused form is not spent"
    answers = [seat.client.post("/desk/people", data=sent) for _ in range(5)]
    assert {one.status_code for one in answers} == {200}
    assert len({LINK.search(one.text)[1] for one in answers}) == 1
    assert answers[-1].text.count("撤回") == 1


def test_an_invitation_is_followed_once(door: Door) -> None:
    seat = desk(door, "wangmin")
    seat.get("/desk/people")
    link = LINK.search(seat.post("/desk/people", name="赵六", role="warehouse").text)[1]
    new = Desk(door.client)
    new.get(link)
    assert "瀛东米业" in new.page.text
    assert new.post(link, login="li", password=PASSWORD).status_code == 409
    assert new.post(link, login="zhao 6", password=PASSWORD).status_code == 400
    assert new.post(link, login="zhao6", password="zhao6zhao6").status_code == 400
    assert new.post(link, login="zhao6", password=PASSWORD).status_code == 303
    assert "仓库" in new.get("/desk").text
    assert Desk(door.client).get(link).status_code == 404
    door.clock.advance(timedelta(minutes=1))
    seat.get("/desk/people")
    late = LINK.search(seat.post("/desk/people", name="钱七", role="warehouse").text)[1]
    door.clock.advance(timedelta(days=7, minutes=1))
    assert Desk(door.client).get(late).status_code == 404


def test_a_head_changes_roles_and_removes_but_not_the_last_head(door: Door) -> None:
    head, member = desk(door, "wangmin"), desk(door, "li")
    page = head.get("/desk/people").text
    mine, theirs = re.findall(r"/desk/people/(\w+)/roles", page)
    assert head.post(f"/desk/people/{mine}/roles", role="purchasing").status_code == 409
    assert head.post(f"/desk/people/{mine}/remove").status_code == 409
    assert head.post(f"/desk/people/{theirs}/roles", role="warehouse").status_code == 303
    assert "仓库" in member.get("/desk").text
    head.get("/desk/people")
    assert head.post(f"/desk/people/{theirs}/remove").status_code == 303
    assert "不属于任何单位" in member.get("/desk").text
    assert member.get("/desk/people").status_code == 403


@pytest.mark.requirement("S1-20")
def test_a_bureaus_head_makes_no_registrar(door: Door) -> None:
    """Neither by changing roles nor by inviting; a registrar among the heads passes it on."""
    add_member(door.platform.transactions, AUTHORITY, ["bureau-head"], "weiju")
    add_member(door.platform.transactions, AUTHORITY, ["bureau-head", "registrar"], "guqing")
    head, registrar = desk(door, "weiju"), desk(door, "guqing")
    for number in re.findall(r"/desk/people/(\w+)/roles", head.get("/desk/people").text):
        answer = head.post(f"/desk/people/{number}/roles", role=["bureau-head", "registrar"])
        assert answer.status_code in {303, 403}, "what somebody has already stays"
        head.get("/desk/people")
    assert head.post("/desk/people", name="赵六", role="registrar").status_code == 403
    assert head.get("/desk/applications").status_code == 403
    registrar.get("/desk/people")
    assert "/invitation/" in registrar.post("/desk/people", name="赵六", role="registrar").text


def test_of_two_heads_who_remove_each_other_one_stays(door: Door) -> None:
    """PostgreSQL would let each of them see the other still there."""
    add_member(door.platform.transactions, OPERATOR, ["head"], "zhao6")
    urn = ORGANISATIONS[OPERATOR].urn
    with door.platform.transactions.look() as tx:
        first, second = [one for one in members_of(tx.connection, urn) if "head" in one.roles]
    refused = []

    def leave() -> None:
        who = Person(first.person, first.login, first.name, demo=False)
        signed = SignedIn("", who, first, (first,), actor_of(who, first))
        try:
            remove_member(door.platform.transactions, signed, second.id)
        except LastHead:
            refused.append(second.id)

    thread = threading.Thread(target=leave)
    with door.platform.transactions.begin("test") as tx:  # the second removes the first, not done yet
        hold_organisation(tx.connection, urn)
        end_membership(tx.connection, first.id, second.person, tx.now)
        thread.start()
        thread.join(0.5)
    thread.join()
    assert refused == [second.id]


@pytest.mark.parametrize(("act", "role"), [("remove", {}), ("roles", {"role": "warehouse"})])
def test_links_end_with_the_head_who_made_them(door: Door, act: str, role: dict[str, str]) -> None:
    """Else who has to go invites itself before."""
    add_member(door.platform.transactions, OPERATOR, ["head"], "zhao6")
    leaving, staying = desk(door, "zhao6"), desk(door, "wangmin")
    leaving.get("/desk/people")
    link = LINK.search(leaving.post("/desk/people", name="自己", role="head").text)[1]
    assert Desk(door.client).get(link).status_code == 200
    with door.platform.transactions.look() as tx:
        (number,) = [
            one.id for one in members_of(tx.connection, ORGANISATIONS[OPERATOR].urn) if one.login == "zhao6"
        ]
    staying.get("/desk/people")
    assert staying.post(f"/desk/people/{number}/{act}", **role).status_code == 303
    assert Desk(door.client).get(link).status_code == 404


def test_no_head_reaches_into_another_organisation(door: Door) -> None:
    add_member(door.platform.transactions, PLATFORM, ["administrator"], "admin")
    page = desk(door, "wangmin").get("/desk/people").text
    admin = desk(door, "admin")
    for number in re.findall(r"/desk/people/(\w+)/roles", page):
        for act in ("roles", "remove", "back"):
            admin.get("/desk/people")
            assert admin.post(f"/desk/people/{number}/{act}", role="administrator").status_code == 404


def test_the_platform_lets_a_head_back_in_after_a_day_and_the_head_can_object(door: Door) -> None:
    add_member(door.platform.transactions, PLATFORM, ["administrator"], "admin")
    admin = desk(door, "admin")
    page = admin.get("/desk/organisations").text
    section = page[page.index(ORGANISATIONS[OPERATOR].name) :]
    way = re.search(r"/desk/organisations/heads/\w+/back", section)[0]
    link = LINK.search(admin.post(way).text)[1]
    owner = desk(door, "wangmin")
    assert "有人在申请以您的身份登录" in owner.get("/desk").text
    early = Desk(door.client)
    assert "起才能用" in early.get(link).text
    door.clock.advance(timedelta(hours=24, minutes=1))
    owner = desk(door, "wangmin")
    owner.get("/desk")
    assert owner.post("/desk/account/recovery/refuse").status_code == 303
    assert Desk(door.client).get(link).status_code == 404


def test_what_was_filled_in_when_the_session_ended_waits_for_its_owner(door: Door) -> None:
    seat = desk(door, "wangmin")
    seat.get("/desk/people")
    sent = {**seat.fields(), "name": "赵六", "role": ["warehouse", "production"]}
    door.clock.advance(timedelta(hours=2))
    away = seat.client.post("/desk/people", data=sent)
    assert away.status_code == 303
    assert "kept=1" in away.headers["Location"]
    other = desk(door, "li")
    assert "赵六" not in other.get("/desk/kept").text
    seat.sign_in("wangmin")
    kept = seat.get("/desk/kept").text
    assert kept.count('name="role"') == 2
    done = seat.post("/desk/people", name="赵六", role=["warehouse", "production"])
    assert LINK.search(done.text)
    secret = {**seat.fields(), "name": "x", "password": "mine"}
    door.clock.advance(timedelta(hours=2))
    assert "kept=1" not in seat.client.post("/desk/people", data=secret).headers["Location"]


def test_a_form_of_one_organisation_does_nothing_for_another(door: Door) -> None:
    """Two tabs: in the second the person has gone on for another organisation."""
    seat = desk(door, "wangmin")
    seat.get("/desk/people")
    sent = {**seat.fields(), "name": "赵六", "role": "administrator"}
    _join_platform(door, seat)
    seat.get("/desk/account")
    assert seat.post("/desk/account/organisation", membership=_other(seat)).status_code == 303
    assert seat.client.post("/desk/people", data=sent).status_code == 403


def _join_platform(door: Door, seat: Desk) -> None:
    from trace.store.accounts.people import add_membership, find_login

    add_member(door.platform.transactions, PLATFORM, ["administrator"], "admin")
    with door.platform.transactions.begin("test") as tx:
        who = find_login(tx.connection, "wangmin")
        add_membership(tx.connection, who.id, ORGANISATIONS[PLATFORM].urn, ["administrator"], None, tx.now)


def _other(seat: Desk) -> str:
    return re.search(r'name="membership" value="(\w+)"', seat.page.text)[1]


def test_where_one_goes_after_signing_in_is_a_page_of_ours(door: Door) -> None:
    for wanted in ("https://evil.example/desk", "//evil.example", "/desk\\evil", "/deskevil", "/privacy"):
        assert Desk(door.client).sign_in("li", next=wanted).headers["Location"] == "/desk"


def test_an_account_of_a_demo_signs_in_in_a_demo_alone(door: Door) -> None:
    with door.platform.transactions.begin("test") as tx:
        tx.connection.exec_driver_sql("UPDATE person SET demo = 1 WHERE login = 'li'")
    assert Desk(door.client).sign_in("li").status_code == 303, "this log is a demo's"
    door.platform.transactions.origin = "trace.test/food"
    assert Desk(door.client).sign_in("li").status_code == 403
    assert Desk(door.client).sign_in("wangmin").status_code == 303


def test_accounts_of_a_demo_are_made_in_a_demo_alone(door: Door) -> None:
    transactions = door.platform.transactions
    add_demo_accounts(transactions, accounts(), PASSWORD)
    add_demo_accounts(transactions, accounts(), PASSWORD)  # again: nothing doubled
    for one in accounts():
        assert (
            Desk(door.client, f"192.0.2.{100 + accounts().index(one)}").sign_in(one.login).status_code == 303
        )
    given = {role for one in (*accounts(), *farm_accounts()) for role in one.roles}
    assert given == set(ROLES), "an account for each role"
    transactions.origin = "trace.test/food"
    with pytest.raises(DemoOnly):
        add_demo_accounts(transactions, accounts(), PASSWORD)


def test_what_accounts_leave_behind_ends(door: Door) -> None:
    seat = desk(door, "wangmin")
    seat.get("/desk/people")
    seat.post("/desk/people", name="赵六", role="warehouse")
    door.clock.advance(timedelta(days=3, hours=1))
    fresh = desk(door, "li")
    assert forget_old_accounts_data(door.platform.transactions) == 1, "the key of the form"
    assert fresh.get("/desk").status_code == 200
    door.clock.advance(timedelta(days=373))
    forget_old_accounts_data(door.platform.transactions)
    counts = door.counts()
    emptied = ("session", "sign_in_event", "invitation", "form_use", "kept_form")
    assert {name: counts[name] for name in emptied} == dict.fromkeys(emptied, 0)
    assert (counts["person"], counts["membership"], counts["credential"]) == (2, 2, 2)


def test_the_page_of_notices_says_what_cannot_be_switched_off(tmp_path, databases) -> None:
    with Door(tmp_path, databases.migrated("sqlite"), pages=create_pages) as door:
        add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
        head = desk(door, "wangmin")
        page = head.get("/desk/notice-settings").text
        assert "召回、主管部门等您办的文书不能关" in page
        assert "本平台没有接邮件服务器" in page
        assert re.findall(r'value="(\w+)" checked disabled', page) == ["recall", "authority"]
        assert head.post("/desk/notice-settings/address", address="x").status_code == 400
        head.get("/desk/notice-settings")
        assert head.post("/desk/notice-settings/address", address="a@b.example").status_code == 303
        assert "发到 a@b.example 的 8 位验证码" in head.get("/desk/notice-settings").text
        assert "还可以试 4 次" in head.post("/desk/notice-settings/code", sent="1").text
        assert head.post("/desk/notice-settings", way="mail", pace="at-once", kind="stock").status_code == 303
        page = head.get("/desk/notice-settings?lang=en").text
        assert set(re.findall(r'name="kind" value="(\w+)" checked', page)) == {"recall", "authority", "stock"}
