"""A member comes back in by a link of the head, who cannot act as the member by it: over HTTP."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest

from scanner_web import create_pages
from tests.builders.members import PASSWORD, Desk, add_member, signed_in
from tests.servers.door import Door
from trace.access.roles import OPERATOR
from trace.store.accounts.credentials import TOTP, add_credential

LINK = re.compile(r'value="https://id\.trace\.test(/invitation/[^"]+)"')
ANOTHER = "another long row of words"
SECRET = pyotp.random_base32()


@pytest.fixture
def door(tmp_path, database_url) -> Iterator[Door]:
    with Door(tmp_path, database_url, pages=create_pages) as opened:
        add_member(opened.platform.transactions, OPERATOR, ["head"], "wangmin")
        yield opened


def a_member(door: Door, *, app: bool) -> None:
    """li, with an authenticator app or without."""
    li = add_member(door.platform.transactions, OPERATOR, ["purchasing"], "li")
    if app:
        with door.platform.transactions.begin("test") as tx:
            state = {"offset": 0, "last": 0}
            add_credential(tx.connection, li, TOTP, SECRET, tx.now, state=state)


def offered(door: Door, lost: str) -> str:
    """What the head's page says after "let back in"."""
    head = signed_in(door.platform, door.client, "wangmin")
    (number,) = re.findall(r"/desk/people/(\w+)/back", head.get("/desk/people").text)
    return str(head.post(f"/desk/people/{number}/back", lost=lost).text)


def link_of(page: str) -> str:
    return str(LINK.search(page)[1])


def test_a_lost_password_is_replaced_and_the_second_step_still_asked_for(door: Door) -> None:
    a_member(door, app=True)
    link = link_of(offered(door, "password"))
    head = Desk(door.client)
    head.get(link)
    answer = head.post(link, password=ANOTHER)
    assert answer.headers["Location"].startswith("/sign-in/second"), "a head with the link is no further"
    assert head.get("/desk").status_code == 303
    assert head.get("/desk/account").status_code == 303
    assert Desk(door.client).get(link).status_code == 404
    head.get("/sign-in/second")
    code = pyotp.TOTP(SECRET).at(int(time.time()))
    assert head.post("/sign-in/second", code=code).status_code == 303
    told = head.get("/desk/account").text
    assert "开了恢复登录的链接" in told
    assert "（wangmin 办的）" in told


def test_who_has_nothing_but_a_password_is_let_back_in_after_a_day_and_can_object(door: Door) -> None:
    a_member(door, app=False)
    member = signed_in(door.platform, door.client, "li")
    page = offered(door, "password")
    assert "起才能用" in page
    link = link_of(page)
    assert member.get("/desk").status_code == 303, "a stolen phone is out at once"
    head = Desk(door.client)
    assert "起才能用" in head.get(link).text
    head.get("/sign-in")
    assert head.post(link, password=ANOTHER).status_code == 404
    member = signed_in(door.platform, door.client, "li")
    assert "有人在申请以您的身份登录" in member.get("/desk").text
    assert member.post("/desk/account/recovery/refuse").status_code == 303
    door.clock.advance(timedelta(hours=25))
    assert Desk(door.client).get(link).status_code == 404
    link = link_of(offered(door, "all"))
    door.clock.advance(timedelta(hours=25))
    anew = Desk(door.client)
    anew.get(link)
    for own in ("li", "rice 310151 on a hill", "瀛东米业（测试）的密码"):
        assert anew.post(link, password=own).status_code == 400, own
    assert anew.post(link, password=ANOTHER).status_code == 303
    assert anew.get("/desk").status_code == 200
    assert Desk(door.client).sign_in("li").status_code == 401, "the old way ended"


def test_a_lost_second_step_goes_and_the_password_stays(door: Door) -> None:
    a_member(door, app=True)
    page = offered(door, "second")
    assert LINK.search(page) is None, "a link would let the head in"
    assert "第二步已经去掉" in page
    seat = Desk(door.client)
    assert seat.sign_in("li").headers["Location"] == "/desk"
    assert "去掉了第二步验证" in seat.get("/desk/account").text


def test_a_link_for_a_lost_password_opens_nothing_once_the_second_step_is_gone(door: Door) -> None:
    a_member(door, app=True)
    link = link_of(offered(door, "password"))
    with door.platform.transactions.begin("test") as tx:
        tx.connection.exec_driver_sql("UPDATE credential SET ended_at = 1 WHERE kind = 'totp'")
    head = Desk(door.client)
    head.get(link)
    assert head.post(link, password=ANOTHER).status_code == 404
    assert Desk(door.client).sign_in("li", PASSWORD).status_code == 303, "nothing was changed"
