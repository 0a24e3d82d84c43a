"""Signing in with an account elsewhere: linked while signed in, never made, and off unless it is set."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask

from api.application import create_api
from scanner_web import create_pages
from tests.builders.members import PASSWORD, Desk, add_member, signed_in
from tests.servers.door import Door
from tests.simulators.identity_provider import CLIENT, identity_provider
from trace.access.roles import OPERATOR
from trace.store.accounts.credentials import TOTP, add_credential, end_credential
from trace.store.accounts.people import find_login

BACK = "/sign-in/provider/back"


@pytest.fixture(scope="module")
def served(tmp_path_factory, databases):
    with (
        identity_provider() as provider,
        Door(tmp_path_factory.mktemp("desk"), databases.migrated("sqlite"), pages=create_pages) as door,
    ):
        add_member(door.platform.transactions, OPERATOR, ["head"], "wangmin")
        add_member(door.platform.transactions, OPERATOR, ["purchasing"], "li")
        yield door, provider


@pytest.fixture
def app(served) -> Flask:
    door, provider = served
    told = {"issuer": provider.issuer, "client": CLIENT, "name": "区政务账号"}
    door.platform.folder = replace(door.platform.folder, oidc=told)
    return create_api(door.platform, pages=create_pages)


def back(desk: Desk, said: dict[str, str]):
    return desk.client.get(BACK, query_string=said, environ_overrides=desk.where)


def link(served, app: Flask, login: str, subject: str, password: str = PASSWORD) -> tuple[Desk, object]:
    door, provider = served
    desk = signed_in(door.platform, app.test_client(), login)
    desk.get("/desk/account")
    page = desk.post("/desk/account/provider", password=password)
    if page.status_code != 200:
        return desk, page
    address = re.search(rf'href="({re.escape(provider.issuer)}[^"]+)"', page.text)[1].replace("&amp;", "&")
    return desk, back(desk, provider.let_in(address, subject))


def enter(served, app: Flask, subject: str) -> tuple[Desk, object, dict[str, str]]:
    _, provider = served
    visitor = Desk(app.test_client())
    said = provider.let_in(visitor.get("/sign-in/provider").headers["Location"], subject)
    return visitor, back(visitor, said), said


def test_nobody_gets_in_or_an_account_who_is_not_linked(served, app) -> None:
    assert "用区政务账号登录" in Desk(app.test_client()).get("/sign-in").text
    visitor, answer, _ = enter(served, app, "stranger")
    assert (answer.status_code, "没有关联" in answer.text) == (401, True)
    assert visitor.get("/desk").status_code == 303


def test_linked_while_signed_in_one_signs_in_by_it_until_unlinked(served, app) -> None:
    desk, refused = link(served, app, "wangmin", "wang-7", password="not her password")
    assert refused.status_code == 403
    desk, linked = link(served, app, "wangmin", "wang-7")
    assert (linked.status_code, linked.headers["Location"]) == (303, "/desk/account")
    assert "已关联" in desk.get("/desk/account").text
    visitor, entered, said = enter(served, app, "wang-7")
    assert (entered.status_code, entered.headers["Location"]) == (303, "/desk")
    assert visitor.get("/desk/people").status_code == 200
    assert back(visitor, said).status_code == 401, "an answer is good once"
    _, taken = link(served, app, "li", "wang-7")
    assert taken.status_code == 409, "one account there is one person here"
    desk.get("/desk/account")
    assert desk.post("/desk/account/provider/remove", password=PASSWORD).status_code == 303
    assert enter(served, app, "wang-7")[1].status_code == 401


def test_a_second_step_that_one_has_here_is_asked_for(served, app) -> None:
    link(served, app, "li", "li-2")
    transactions = served[0].platform.transactions
    with transactions.begin("test") as tx:
        who = find_login(tx.connection, "li")
        number = add_credential(tx.connection, who.id, TOTP, "secret", tx.now)
    visitor, entered, _ = enter(served, app, "li-2")
    assert entered.headers["Location"].startswith("/sign-in/second")
    assert visitor.get("/desk").status_code == 303
    with transactions.begin("test") as tx:
        end_credential(tx.connection, number, tx.now)


def test_an_answer_begun_in_another_browser_lets_nobody_in_and_links_nothing(served, app) -> None:
    door, provider = served
    link(served, app, "li", "li-3")
    thief = Desk(app.test_client())
    said = provider.let_in(thief.get("/sign-in/provider").headers["Location"], "thief")
    victim = signed_in(door.platform, app.test_client(), "wangmin")
    assert back(victim, said).status_code == 401
    assert "没有关联" in victim.get("/desk/account").text
    assert back(Desk(app.test_client()), said).status_code == 401


def test_without_a_setting_there_is_no_such_way_in(served) -> None:
    door, _ = served
    door.platform.folder = replace(door.platform.folder, oidc={})
    visitor = Desk(create_api(door.platform, pages=create_pages).test_client())
    assert "/sign-in/provider" not in visitor.get("/sign-in").text
    assert visitor.get("/sign-in/provider").status_code == 404
    assert visitor.get(f"{BACK}?state=x&code=y").status_code == 404
