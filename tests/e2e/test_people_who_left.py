"""What somebody who left still has: tokens, keys in browsers, keys asked for; over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import orjson
import pytest

from scanner_web import create_pages
from tests.builders import facts as made
from tests.builders.members import ORGANISATIONS, add_member, signed_in
from tests.builders.signers import Signer as Party
from tests.servers.door import Door
from trace.access.roles import AUTHORITY, OPERATOR
from trace.errors import KeyNotValid, KeyRequestDecided, SchemaOutdated
from trace.ledger.algorithms import PrivateKey
from trace.ledger.keys import registration_data
from trace.ledger.statement import Statement
from trace.store.signing.keys import ACCEPTED, decide_request, find_request
from trace.usecases.signing.batches import Signer, open_batch, own_stream, usable_key, waiting_batches
from trace.usecases.signing.key_requests import accept_request, note_request, own_keys

MILL = ORGANISATIONS[OPERATOR].urn
CODE = MILL.rsplit(":", 1)[1]
BUREAU = ORGANISATIONS[AUTHORITY].urn
OFFICER = Signer(BUREAU, "officer")


@pytest.fixture
def door(tmp_path, database_url) -> Iterator[Door]:
    with Door(tmp_path, database_url, pages=create_pages) as opened:
        add_member(opened.platform.transactions, OPERATOR, ["head"], "wangmin")
        opened.register()
        yield opened


def application(door: Door, key: PrivateKey, custody: str) -> dict:
    now = door.clock().replace(microsecond=0)
    return registration_data(
        key, MILL, "米业", roles=("processor",), streams=(own_stream(key.kid),), custody=custody,
        valid_from=now, valid_to=now + timedelta(days=365),
    )  # fmt: skip


def asked(door: Door, who: str, custody: str = "browser") -> PrivateKey:
    """A key that this person asked to have registered."""
    key = PrivateKey.generate()
    with door.platform.transactions.begin("test") as tx:
        note_request(tx, Signer(MILL, who), custody, application(door, key, custody))
    return key


def registered(door: Door, key: PrivateKey) -> PrivateKey:
    """The registrar's acceptance, signed."""
    number = accept_request(door.platform.transactions, OFFICER, key.kid)
    (draft,) = open_batch(door.platform.transactions, BUREAU, number).waiting
    door.log(door.registrar.state(draft.content["typ"], draft.content["sub"], draft.content["data"]))
    return key


def states(door: Door) -> dict[str, str]:
    return {one.kid: one.state for one in own_keys(door.platform.transactions, MILL)}


def receipts(door: Door, key: PrivateKey, *names: str) -> list[Statement]:
    """Statements by a key, in the order of its chain."""
    party = Party(CODE, stream=own_stream(key.kid))
    party.key = key
    at = door.clock().replace(microsecond=0) - timedelta(hours=1)
    told = {"quantity": made.kg("5"), "receivedAt": at.isoformat()}
    lots = [made.lot(CODE, name) for name in names]
    return [party.state("food.receipt", lot, made.a_receipt(lot=lot, **told), at=at) for lot in lots]


def act_on(door: Door, login: str, act: str, **filled: object) -> str:
    """What the head does about a member on the page; where it leads."""
    head = signed_in(door.platform, door.client, "wangmin")
    page = head.get("/desk/people").text
    part = page[page.index(f'<span class="dim">{login}</span>') :]
    answer = head.post(re.search(rf"/desk/people/\w+/{act}", part)[0], **filled)
    return str(answer.headers.get("Location", answer.text))


def test_nothing_is_taken_from_the_browser_key_of_who_left(door: Door) -> None:
    li = add_member(door.platform.transactions, OPERATOR, ["production"], "li")
    others, key = (registered(door, asked(door, who)) for who in ("another", li))
    before, kept_back = receipts(door, key, "A-1", "A-2")
    assert door.state(before).status_code == 201
    way = act_on(door, "li", "remove")
    assert re.fullmatch(r"/desk/sign/[\w-]+", way), "the revocation is what comes next"
    assert states(door) == {key.kid: "stopped", others.kid: "live"}
    counts = door.counts()
    refused = door.state(kept_back)
    assert refused.status_code == 422
    assert (refused.json["code"], "stopped" in refused.text) == ("key-not-valid", True)
    assert door.counts() == counts
    assert door.state(before).json["state"] == "known", "what it signed before stands"
    assert door.state(receipts(door, others, "B-1")[0]).status_code == 201
    with door.platform.transactions.look() as tx, pytest.raises(KeyNotValid):
        usable_key(tx, MILL, key.kid)
    (draft,) = open_batch(door.platform.transactions, MILL, way.rsplit("/", 1)[1]).waiting
    assert draft.content["data"] == {"kid": key.kid, "reason": "ceased"}
    assert "人已离开" in signed_in(door.platform, door.client, "wangmin").get("/desk/keys").text


def test_what_was_asked_for_is_not_registered_for_who_left(door: Door) -> None:
    li = add_member(door.platform.transactions, OPERATOR, ["production"], "li")
    waits, accepted = asked(door, li), asked(door, li)
    accept_request(door.platform.transactions, OFFICER, accepted.kid)
    assert act_on(door, "li", "remove") == "/desk/people", "no key of theirs counts"
    assert set(states(door).values()) == {"withdrawn"}
    assert waiting_batches(door.platform.transactions, BUREAU) == [], "nothing left for the registrar to sign"
    with pytest.raises(KeyRequestDecided):
        accept_request(door.platform.transactions, OFFICER, waits.kid)


def test_the_token_of_who_left_opens_nothing(door: Door) -> None:
    add_member(door.platform.transactions, OPERATOR, ["head"], "li")
    shown = []
    for login in ("wangmin", "li"):
        desk = signed_in(door.platform, door.client, login)
        desk.get("/desk/keys")
        data = application(door, PrivateKey.generate(), "file")
        page = desk.post("/desk/keys/file", label="ERP", application=orjson.dumps(data).decode())
        shown.append(re.search(r"gt_[\w-]{43}", page.text)[0])
    assert [door.get("/api/v1/uploads", one).status_code for one in shown] == [200, 200]
    act_on(door, "li", "remove")
    assert [door.get("/api/v1/uploads", one).status_code for one in shown] == [200, 401]


def test_tokens_and_keys_end_with_the_right_to_them(door: Door) -> None:
    """A head who becomes a clerk keeps no program's token; only of a laboratory does anybody sign no more."""
    li = add_member(door.platform.transactions, OPERATOR, ["head"], "li")
    key = registered(door, asked(door, li))
    desk = signed_in(door.platform, door.client, "li")
    desk.get("/desk/keys")
    data = orjson.dumps(application(door, PrivateKey.generate(), "file")).decode()
    token = re.search(r"gt_[\w-]{43}", desk.post("/desk/keys/file", label="ERP", application=data).text)[0]
    assert act_on(door, "li", "roles", role=["warehouse"]) == "/desk/people"
    assert door.get("/api/v1/uploads", token).status_code == 401
    assert states(door)[key.kid] == "live", "who works in the warehouse signs"


def test_an_acceptance_that_broke_off_is_made_whole(door: Door) -> None:
    """As it was left behind by an older release: accepted, and nothing there to sign."""
    key = asked(door, "li")
    with door.platform.transactions.begin("test") as tx:
        assert decide_request(tx.connection, key.kid, ACCEPTED, "officer", tx.now, "")
    registered(door, key)
    assert states(door) == {key.kid: "live"}
    with pytest.raises(KeyRequestDecided):
        accept_request(door.platform.transactions, OFFICER, key.kid)


def test_an_acceptance_and_what_is_to_be_signed_are_one(door: Door) -> None:
    """The batch cannot be kept: then nothing was accepted either."""
    key = asked(door, "li")
    rename(door, "signing_batch", "gone_for_a_moment")
    with pytest.raises(SchemaOutdated):
        accept_request(door.platform.transactions, OFFICER, key.kid)
    rename(door, "gone_for_a_moment", "signing_batch")
    with door.platform.transactions.look() as tx:
        assert find_request(tx.connection, key.kid).state == "asked"
    registered(door, key)


def rename(door: Door, table: str, to: str) -> None:
    with door.platform.transactions.begin("test") as tx:
        tx.connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {to}")
