"""A member of firm A asks by address for everything of firm B: each line of the table of access, each of B's
names in each place. The answer is what a name that never was gets, tells nothing of B and changes nothing.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import unquote, urlencode

import pytest
from werkzeug.test import TestResponse

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import PASSWORD, Desk, add_member, signed_in
from tests.builders.print_shop import Shop
from tests.builders.signed_rice import K1
from tests.conftest import ROOT
from tests.servers.door import UNSTATED, Door
from trace.access import API, PAGES
from trace.access.roles import OPERATOR
from trace.ledger.algorithms import PrivateKey
from trace.ledger.keys import registration_data
from trace.parties import FILES, OWN, PRINT, STATE, Actor
from trace.store.accounts.people import Organisation, add_organisation, members_of
from trace.store.accounts.sessions import list_sessions
from trace.store.signing.keys import list_requests
from trace.usecases.accounts.forms import keep_form, kept_forms
from trace.usecases.accounts.invite import invite, join
from trace.usecases.accounts.key_files import ask_for_file_key
from trace.usecases.accounts.sessions import Device
from trace.usecases.signing.batches import Signer, keep_batch
from trace.usecases.signing.content import Content
from trace.usecases.signing.key_requests import Holder
from trace.usecases.uploads.receive import Announced, announce, take_part
from trace.wording import say

B = "urn:uscc:91310151XN0000442L"
A = Organisation("urn:uscc:91310117XN0000776X", "甲公司", OPERATOR)
SECRET = "乙公司的秘密"
R9 = made.lot(made.MILL, "R9")
"""Goods that no shopper hears of."""
_RECEIVED = "SELECT max(stmt) FROM log_entry WHERE typ = 'food.receipt'"
_PART = re.compile(r"\{\w+\}")
BY_ITSELF = UNSTATED | {"sign_in_event", "session", "form_use", "counted_try", "job"}
"""What a request changes whatever becomes of it."""
SENT: dict[str, Any] = {
    "reason": "ceased", "note": "x", "password": PASSWORD, "role": "head", "lost": "password", "key": "x",
    "agreed": "yes", "shown": "x", "form": "csv", "printer": "x", "name": "x", "do": "keep", "handover": "x",
}  # fmt: skip


@dataclass
class Street:
    """Firm A's desk and token, and the names of what firm B has."""

    door: Door
    desk: Desk
    token: str
    names: dict[str, str] = field(default_factory=dict)
    form_token: str = ""
    owner: str = ""

    def shows_anybody(self, name: str) -> bool:
        return self.door.get(f"/api/v1/lots/{name}").status_code == 200

    def ask(self, line: str, path: str) -> TestResponse:
        with self.door.platform.transactions.begin("test") as tx:  # else it is told how often one may try
            tx.connection.exec_driver_sql("DELETE FROM counted_try")
        verb = line.partition(" ")[0]
        if line.partition(" ")[2].startswith(("/api/", "/log/")):
            bearer = {"Authorization": f"Bearer {self.token}"}
            return self.door.client.open(
                path, method=verb, json={} if verb != "GET" else None, headers=bearer
            )
        data = {**SENT, "_token": self.form_token, "_key": secrets.token_urlsafe(16)}
        return self.desk.client.open(
            path, method=verb, data=None if verb == "GET" else data, environ_overrides=self.desk.where
        )


@pytest.fixture(scope="module")
def street(tmp_path_factory, databases) -> Iterator[Street]:
    with Door(tmp_path_factory.mktemp("street"), databases.migrated("sqlite"), pages=create_pages) as door:
        transactions = door.platform.transactions
        shop = Shop(door)
        at = door.clock().replace(microsecond=0)
        received = made.a_receipt(lot=R9, quantity=made.kg("5"), receivedAt=at.isoformat())
        door.log(shop.story.mill.state("food.receipt", R9, received, at=at))
        owner = add_member(transactions, OPERATOR, ["head"], "owner-of-b")
        with transactions.begin("test") as tx:
            add_organisation(tx.connection, A, tx.now)
            token = invite(tx, A.urn, "intruder", ["head"], None)
        join(transactions, token, "intruder", PASSWORD, Device("192.0.2.1", "test"))
        signed_in(door.platform, door.client, "owner-of-b")
        names = names_of_b(door, owner) | {"run": shop.asked()["id"]}
        desk = signed_in(door.platform, door.client, "intruder")
        rights = door.token(A.urn, STATE, OWN, PRINT, FILES)
        yield Street(door, desk, rights, names, desk.fields()["_token"], owner)


def names_of_b(door: Door, owner: str) -> dict[str, str]:
    """One name of each kind of thing that firm B has."""
    transactions, body = door.platform.transactions, SECRET.encode()
    mill = Actor("mill", B, scopes=frozenset({STATE, OWN}))
    one = Announced(f"{SECRET}.csv", hashlib.sha256(body).hexdigest(), len(body), "csv")
    upload, _ = announce(transactions, mill, one)
    take_part(transactions, mill, upload.id, 0, body)
    key, now = PrivateKey.generate(), door.clock().replace(microsecond=0)
    data = registration_data(
        key, B, SECRET, roles=("processor",), streams=("erp",), custody="file", valid_from=now,
        valid_to=now.replace(year=now.year + 1),
    )  # fmt: skip
    ask_for_file_key(transactions, Signer(B, owner), Holder(B, SECRET, ("processor",)), SECRET, data)
    content = Content("food.storage", K1, now.isoformat(), {"note": SECRET}, {}, (), "1" * 22)
    batch = keep_batch(transactions, B, owner, SECRET, [content])
    keep_form(transactions, owner, "/desk/people", [("name", SECRET)])
    with transactions.begin("test") as tx:
        link = invite(tx, B, SECRET, ["warehouse"], owner)
        found = {
            "membership": members_of(tx.connection, B)[0].id,
            "session": list_sessions(tx.connection, owner)[0].id,
            "key": list_requests(tx.connection, B)[0].kid,
            "invitation": hashlib.sha256(link.encode()).hexdigest(),
            "statement": str(tx.connection.exec_driver_sql(_RECEIVED).scalar_one()),
        }
    return found | {
        "upload": upload.id, "batch": batch, "kept": kept_forms(transactions, owner)[0].id, "pack": K1,
        "lot": R9, "organisation": B,
    }  # fmt: skip


def never_was(name: str) -> str:
    """A name of the same form that nothing has."""
    if ":" in name:
        return f"{name[:-1]}{'7' if name[-1] != '7' else '8'}"
    drawn = hashlib.sha256(name.encode()).hexdigest()[: len(name)]
    return drawn.ljust(len(name), "0")


def addresses(line: str, name: str) -> str:
    return _PART.sub(name, line.partition(" ")[2].partition("?")[0])


def told(answer: TestResponse, name: str) -> tuple[int, str, str]:
    """What an answer says, without the name asked for and what every page draws anew."""
    text = re.sub(r'value="[^"]{22,}"|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|"id": ?"[^"]*"', "", answer.text)
    bare = re.sub("^urn:[a-z]+:", "", name)  # as refusals say it to people
    text = re.sub(f"(?:urn:[a-z]+:)?{re.escape(bare[:12])}[\\w:.-]*", "…", text)
    return answer.status_code, answer.headers.get("Location", "").replace(name, "…"), text


def assert_same(there: tuple[int, str, str], none: tuple[int, str, str], where: tuple[str, str]) -> None:
    assert there[:2] == none[:2], where
    unlike = [
        pair for pair in zip(there[2].splitlines(), none[2].splitlines(), strict=True) if len(set(pair)) > 1
    ]
    assert unlike == [], where


RECORD = "GET /desk/statements/{stmt}"
"""Where a statement stands in the log anybody may ask the log: the page tells that much and no more."""
PARTED = sorted(line for line, access in {**PAGES, **API}.items() if "{" in line and not access.public)


@pytest.mark.parametrize("line", PARTED)
def test_what_is_another_firms_is_as_if_it_never_was(street: Street, line: str) -> None:
    before = street.door.counts(BY_ITSELF)
    for kind, name in street.names.items():
        there = street.ask(line, addresses(line, name))
        none = street.ask(line, addresses(line, never_was(name)))
        if line == RECORD and kind == "statement":
            assert say("zh-CN", "work.record.place-only") in there.text, there.text[:400]
            assert (B in there.text, SECRET in there.text) == (False, False)
            continue
        if "/api/" in line and street.shows_anybody(name):  # that it is there is no secret
            assert min(there.status_code, none.status_code) >= 400 or is_nobodys(line), (line, kind)
        else:
            assert_same(told(there, name), told(none, never_was(name)), (line, kind))
        assert there.status_code not in {200, 201} or is_nobodys(line), (line, kind, there.text[:400])
        assert SECRET not in there.text, (line, kind)
    assert street.door.counts(BY_ITSELF) == before, line


def is_nobodys(line: str) -> bool:
    """What stands behind the parameter has no owner: forms, templates, ledgers of one's own rows, or a list
    that is empty for whoever asks about goods of others."""
    return bool(re.search(r"/(?:records|upload-templates|ledgers)/\{", line)) or line.endswith("/print-runs")


def test_the_owner_finds_what_the_others_ask_for(street: Street) -> None:
    """Else every name of the table above could be mistyped."""
    owner = signed_in(street.door.platform, street.door.client, "owner-of-b")
    for path in ("uploads/{upload}", "sign/{batch}", "labels/{pack}", "print-runs/{run}"):
        answer = owner.get(f"/desk/{path.format(**street.names)}")
        assert answer.status_code == 200, (path, answer.text)
    assert SECRET in owner.get("/desk/kept").text
    people = owner.get("/desk/people").text
    for kind in ("membership", "invitation"):
        assert street.names[kind] in people, kind
    assert street.names["key"] in owner.get("/desk/keys").text
    assert street.names["session"] in owner.get("/desk/account").text


def test_what_is_private_is_kept_by_nobody_on_the_way(street: Street) -> None:
    """Neither by a proxy, which would give it to the next who asks, nor by a browser after signing out."""
    desk = signed_in(street.door.platform, street.door.client, "owner-of-b")
    bearer = {"Authorization": f"Bearer {street.door.token(B, STATE, OWN, PRINT, FILES)}"}
    kept, told_to_one = {}, 0
    for line, access in {**PAGES, **API}.items():
        if not line.startswith("GET") or access.public:
            continue
        for thing in ("upload", "pack", "run") if "{" in line else ("pack",):
            path = addresses(line, street.names[thing])
            headers = bearer if path.startswith(("/api/", "/log/")) else {}
            client = street.door.client if headers else desk.client
            answer = client.get(path, headers=headers, environ_overrides=desk.where)
            told_to_one += answer.status_code == 200
            said = answer.headers.get("Cache-Control", "")
            if answer.status_code == 200 and not {"private", "no-store"} & set(said.split(", ")):
                kept[path] = said
    assert told_to_one > 60
    assert kept == {}


EYES = (
    "user", "person", "party", "organisation", "holder", "firm", "iss", "member", "membership", "actor", "by",
    "region", "district", "department", "as_of", "purpose",
)  # fmt: skip
READ = re.compile(r'request\.(?:args|values)\.get(?:list)?\("(\w+)"')


def test_no_parameter_says_whose_eyes_to_use(street: Street) -> None:
    """Each parameter that a page reads, and those that would name somebody."""
    pages = (ROOT / "scanner_web").rglob("*.py")
    read = {name for path in pages for name in READ.findall(path.read_text("utf-8"))} - {"lang"}
    assert {"size", "after", "from"} <= read
    owner = signed_in(street.door.platform, street.door.client, "owner-of-b")
    secrets_of_b = [SECRET, R9, *(street.names[one] for one in ("upload", "batch", "run", "key"))]
    for path in ("uploads", "sign", "kept"):
        assert SECRET in owner.get(f"/desk/{path}").text, (
            "else nothing would be seen by the owner's eyes either"
        )
    for line, access in {**PAGES, **API}.items():
        if not line.startswith(("GET /desk", "GET /api")) or access.public or "{" in line:
            continue
        path = addresses(line, "")
        for names, value in (({*read, *EYES}, B), (EYES, street.owner)):
            asked = street.ask(line, f"{path}?{urlencode(dict.fromkeys(sorted(names), value))}")
            told = unquote(asked.data.decode("utf-8", "replace"))
            assert [one for one in secrets_of_b if one in told] == [], (line, names, value)


def test_at_the_same_time_each_gets_the_own_answer(street: Street) -> None:
    """Eight browsers of two firms ask for the same pages in any order: nobody gets what another asked for."""
    paths = [f"/desk/{name}" for name in ("uploads", "sign", "kept", "people", "labels", "")]
    holding = {"/desk/uploads", "/desk/sign", "/desk/kept", "/desk/people"}
    desks = [
        (login, signed_in(street.door.platform, street.door.client, login))
        for login in ("owner-of-b", "intruder") * 4
    ]

    def ask(seat: int) -> list[tuple[str, str, bool]]:
        login, desk = desks[seat]
        order = Random(seat).sample(paths * 3, 3 * len(paths))
        return [(login, path, SECRET in desk.get(path.rstrip("/")).text) for path in order]

    with ThreadPoolExecutor(len(desks)) as pool:
        answers = [one for found in pool.map(ask, range(len(desks))) for one in found]
    assert {(login, path, seen) for login, path, seen in answers if path in holding} == {
        *(("owner-of-b", path, True) for path in holding),
        *(("intruder", path, False) for path in holding),
    }
    assert not any(seen for login, _, seen in answers if login == "intruder")


CHANGING = sorted(line for line, access in PAGES.items() if not line.startswith("GET") and not access.public)


@pytest.fixture(scope="module")
def seats(street: Street) -> dict[str, Desk]:
    """The owner of firm B at two browsers, and one whose session has ended by itself."""
    door = street.door
    made = {name: signed_in(door.platform, door.client, "owner-of-b") for name in ("here", "there", "late")}
    with door.platform.transactions.begin("test") as tx:
        late = list_sessions(tx.connection, street.owner)[0].id
        past = int(door.clock().timestamp() - 7_200) * 1_000_000
        ended = f"UPDATE session SET seen_at = {past}, created_at = {past} WHERE id = '{late}'"
        tx.connection.exec_driver_sql(ended)
    return made


@pytest.mark.parametrize("line", CHANGING)
def test_a_form_that_is_not_ours_changes_nothing(street: Street, seats: dict[str, Desk], line: str) -> None:
    """Without a token, with one of another browser, of another firm or drawn; on every page that changes."""
    before = street.door.counts(BY_ITSELF)
    forged = (None, "x" * 86, seats["there"].fields()["_token"], street.form_token)
    for token in forged:
        for name in {street.names["upload"], street.names["batch"], street.names["membership"], K1}:
            data = {**SENT, "_key": secrets.token_urlsafe(16), **({} if token is None else {"_token": token})}
            answer = seats["here"].client.open(
                addresses(line, name), method=line.split(maxsplit=1)[0], data=data
            )
            assert answer.status_code == 403, (line, answer.status_code)
    assert street.door.counts(BY_ITSELF) == before


@pytest.mark.parametrize("line", CHANGING)
def test_a_session_that_ended_changes_nothing(street: Street, seats: dict[str, Desk], line: str) -> None:
    """The form is good, its session over: what was filled in is kept for its owner, and nothing else done."""
    before = street.door.counts(BY_ITSELF | {"kept_form"})
    data = {**SENT, **seats["late"].fields(), "_key": secrets.token_urlsafe(16)}
    path = addresses(line, street.names["upload"])
    answer = seats["late"].client.open(path, method=line.split(maxsplit=1)[0], data=data)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in?next=")
    assert street.door.counts(BY_ITSELF | {"kept_form"}) == before
