"""People of organisations for tests: made by the use cases that pages call, signed in through a client."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from trace.access.roles import AUTHORITY, LABORATORY, OPERATOR, PLATFORM
from trace.platform.opening import Platform
from trace.store.accounts.people import Organisation, add_organisation, find_organisation
from trace.store.transaction import Transactions
from trace.usecases.accounts.invite import invite, join
from trace.usecases.accounts.sessions import Device

PASSWORD = "a long river of plain words"
ORGANISATIONS = {
    OPERATOR: Organisation("urn:uscc:91310151XN0000442L", "瀛东米业（测试）", OPERATOR),
    LABORATORY: Organisation("urn:uscc:91310151XN0000L37C", "检测公司（测试）", LABORATORY),
    AUTHORITY: Organisation("urn:uscc:11310151XN0000BB42", "市监局（测试）", AUTHORITY, "market", "310151"),
    PLATFORM: Organisation("urn:uscc:12310151XN0000PF0X", "平台运营（测试）", PLATFORM),
}
_TOKEN = re.compile(r'name="_token" value="([^"]+)"')
_KEY = re.compile(r'name="_key" value="([^"]+)"')


def add_member(transactions: Transactions, kind: str, roles: Sequence[str], login: str) -> str:
    """A member of the organisation of that kind with these roles; the number of the person."""
    of = ORGANISATIONS[kind]
    with transactions.begin("test") as tx:
        if find_organisation(tx.connection, of.urn) is None:
            add_organisation(tx.connection, of, tx.now)
        token = invite(tx, of.urn, login, roles, None)
    return join(transactions, token, login, PASSWORD, Device("192.0.2.1", "test")).person


class Desk:
    """A browser without scripts: keeps cookies, and fills in the hidden fields of the page that it sees."""

    def __init__(self, client: FlaskClient, address: str = "192.0.2.9") -> None:
        self.client = client
        self.where = {"REMOTE_ADDR": address}
        self.page: TestResponse | None = None

    def get(self, path: str) -> TestResponse:
        self.page = self.client.get(path, environ_overrides=self.where)
        return self.page

    def fields(self) -> dict[str, str]:
        """The hidden fields of the first form of the page being seen."""
        token, key = _TOKEN.search(self.page.text), _KEY.search(self.page.text)
        assert token is not None, self.page.text
        assert key is not None
        return {"_token": token[1], "_key": key[1]}

    def post(self, path: str, **filled: object) -> TestResponse:
        """Send the form of the page being seen."""
        data = {**self.fields(), **filled}
        answer = self.client.post(path, data=data, environ_overrides=self.where)
        if answer.status_code not in {302, 303}:
            self.page = answer
        return answer

    def sign_in(self, login: str, password: str = PASSWORD, **more: str) -> TestResponse:
        self.get("/sign-in")
        return self.post("/sign-in", login=login, password=password, **more)


def signed_in(platform: Platform, client: FlaskClient, login: str) -> Desk:
    """A desk at which somebody sits."""
    desk = Desk(client)
    answer = desk.sign_in(login)
    assert answer.status_code == 303, answer.text
    desk.get("/desk/account")
    return desk
