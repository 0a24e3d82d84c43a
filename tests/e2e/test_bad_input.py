"""Bad input over HTTP: refused whole, with a problem that says what to do, and nothing stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.builders import facts as made
from tests.builders.signers import NOON, Signer
from tests.e2e.conftest import Parties
from tests.servers.databases import Databases
from tests.servers.door import JOSE, LINES, Door
from trace.ledger.canonical import b64u, encode
from trace.ledger.claims import new_claims
from trace.ledger.statement import Statement, sign_statement

MEMBERS = {"type", "title", "status", "detail", "action", "code", "params", "instance"}
Case = Callable[[Door, Parties], bytes]


def _raw(statement: Statement) -> bytes:
    return orjson.dumps(statement.flattened())


def _claims(signer: Signer, **changed: Any) -> dict[str, Any]:
    lot = made.lot(signer.code, "H9")
    times = {
        "harvestedFrom": (NOON - timedelta(hours=9)).isoformat(),
        "harvestedTo": (NOON - timedelta(hours=1)).isoformat(),
    }
    raw = new_claims(
        "farm.harvest",
        signer.iss,
        signer.stream,
        seq=1,
        prev=None,
        sub=lot,
        occurred_at=NOON,
        signed_at=NOON,
        data=made.a_harvest(lot=lot, **times),
    )
    return {**raw, **changed}


def _of_lot(signer: Signer, lot: str) -> dict[str, Any]:
    claims = _claims(signer, sub=lot)
    return {**claims, "data": {**claims["data"], "lot": lot}}


def _signed(signer: Signer, claims: dict[str, Any]) -> bytes:
    return _raw(sign_statement(claims, signer.key))


def _by_hand(signer: Signer, payload: bytes) -> bytes:
    """A JWS over any bytes at all, rightly signed: what a careless client would send."""
    protected = sign_statement(_claims(signer), signer.key).flattened()["protected"]
    signature = signer.key.sign(f"{protected}.{b64u(payload)}".encode())
    return orjson.dumps({"protected": protected, "payload": b64u(payload), "signature": b64u(signature)})


def _tampered(door: Door, parties: Parties) -> bytes:
    form = dict(parties.farm.harvest("H9").flattened())
    payload = encode(_claims(parties.farm, sub=made.lot(made.COOPERATIVE, "H8")))
    return orjson.dumps({**form, "payload": b64u(payload)})


def _revoked(door: Door, parties: Parties) -> bytes:
    door.log(door.registrar.revoke(parties.farm, reason="compromised"))
    return _raw(parties.farm.harvest("H9"))


def _not_held(door: Door, parties: Parties) -> bytes:
    """The mill mixes lots that still belong to the farm."""
    stated = parties.farm.harvest("H1")
    door.log(stated)
    merge = made.a_merge(
        inputs=[{"lot": made.lot(made.COOPERATIVE, "H1"), "quantity": made.kg("10")}],
        output={"lot": made.lot(made.MILL, "S1"), "productName": "稻谷", "quantity": made.kg("10")},
        loss=made.ABSENT,
        startedAt=(NOON - timedelta(minutes=30)).isoformat(),
        finishedAt=NOON.isoformat(),
    )
    return _raw(parties.mill.state("food.merge", made.lot(made.MILL, "S1"), merge))


def _of_itself(door: Door, parties: Parties) -> bytes:
    lot = made.lot(made.MILL, "S1")
    moment = NOON.isoformat()
    merge = made.a_merge(
        inputs=[{"lot": lot, "quantity": made.kg("10")}],
        output={"lot": lot, "productName": "稻谷", "quantity": made.kg("10")},
        loss=made.ABSENT,
        startedAt=moment,
        finishedAt=moment,
    )
    return _raw(parties.mill.state("food.merge", lot, merge))


def _wrong_gtin(door: Door, parties: Parties) -> bytes:
    return _raw(
        parties.mill.state("master.product", "urn:gtin:09521234100011", made.a_product(gtin="9521234100011"))
    )


def _future(door: Door, parties: Parties) -> bytes:
    return _raw(parties.farm.harvest("H9", at=NOON + timedelta(days=30)))


def _with_data(**changed: Any) -> Case:
    return lambda door, parties: _raw(parties.farm.harvest("H9", **changed))


def _payload(change: Callable[[bytes], bytes]) -> Case:
    return lambda door, parties: _by_hand(parties.farm, change(encode(_claims(parties.farm))))


CASES: dict[str, tuple[Case, int, str]] = {
    "truncated JSON": (lambda d, p: _raw(p.farm.harvest("H9"))[:-40], 400, "statement-malformed"),
    "no JSON at all": (lambda d, p: b"\x00\xff\xfe garbage", 400, "statement-malformed"),
    "an array": (lambda d, p: b"[1,2,3]", 400, "statement-malformed"),
    "deeply nested": (lambda d, p: b"[" * 50_000, 400, "statement-malformed"),
    "empty": (lambda d, p: b"  \n", 400, "empty-body"),
    "oversized": (lambda d, p: b"{" + b" " * 140_000 + b"}", 413, "body-too-large"),
    "wrong types": (_with_data(quantity={"value": 16900, "unit": "kg"}), 400, "fact-malformed"),
    "quantity in words": (_with_data(quantity=made.kg("many")), 400, "fact-malformed"),
    "unknown member": (_with_data(colour="green"), 400, "fact-malformed"),
    "negative quantity": (_with_data(quantity=made.kg("-1")), 400, "quantity-not-positive"),
    "unknown unit": (_with_data(quantity={"value": "1", "unit": "handful"}), 400, "fact-malformed"),
    "unknown kind": (
        lambda d, p: _signed(p.farm, _claims(p.farm, typ="farm.dance")), 400, "kind-unknown",
    ),
    "wrong GTIN check digit": (_wrong_gtin, 400, "fact-malformed"),
    "unknown key": (
        lambda d, p: _raw(Signer("91310113XN0000557R", "grower").harvest("H9")), 422, "key-unknown",
    ),
    "revoked key": (_revoked, 422, "key-not-valid"),
    "wrong signature": (_tampered, 422, "not-authentic"),
    "another firm's name": (
        lambda d, p: _signed(p.farm, _claims(p.farm, iss=p.mill.iss)), 422, "key-not-valid",
    ),
    "another firm's namespace": (
        lambda d, p: _signed(p.farm, _of_lot(p.farm, made.lot(made.MILL, "H9"))),
        403, "foreign-namespace",
    ),
    "another firm's lot": (_not_held, 403, "lot-not-held"),
    "a lot made of itself": (_of_itself, 409, "lot-of-itself"),
    "the future": (_future, 422, "future-date"),
    "duplicate keys": (
        _payload(lambda raw: raw.replace(b'"typ":', b'"typ":"farm.harvest","typ":', 1)), 422, "not-canonical",
    ),
    "a float": (_payload(lambda raw: raw.replace(b'"seq":1', b'"seq":1.0', 1)), 422, "not-canonical"),
    "not NFC": (
        _payload(lambda raw: raw.replace("稻谷".encode(), "e\u0301".encode(), 1)), 422, "not-canonical",
    ),
    "not UTF-8": (_payload(lambda raw: raw.replace("稻谷".encode(), b"\xff\xfe", 1)), 422, "not-canonical"),
    "spaces between": (_payload(lambda raw: raw.replace(b",", b", ", 1)), 422, "not-canonical"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_refused_and_nothing_is_stored(door: Door, parties: Parties, name: str) -> None:
    case, status, code = CASES[name]
    body = case(door, parties)
    before = door.counts()
    answer = door.post("/api/v1/statements", body, Accept_Language="en")
    assert door.counts() == before
    assert (answer.status_code, answer.json["code"]) == (status, code), answer.text
    _is_a_problem(answer, "en")


def _is_a_problem(answer: Any, language: str) -> None:
    assert answer.mimetype == "application/problem+json"
    assert set(answer.json) >= MEMBERS
    assert answer.json["status"] == answer.status_code
    assert answer.json["type"] == f"/problems/{answer.json['code']}"
    assert answer.json["instance"] == f"urn:request:{answer.headers['X-Request-Id']}"
    assert answer.headers["Content-Language"] == language
    for part in ("title", "detail", "action"):
        assert answer.json[part]
        assert "{" not in answer.json[part]
    assert "Traceback" not in answer.text


def test_a_problem_speaks_both_languages_and_has_a_page(door: Door) -> None:
    seen = {}
    for asked, language in (("", "zh-CN"), ("en-GB,en;q=0.9", "en"), ("fr", "zh-CN")):
        answer = door.get("/api/v1/lots/urn:lot:A:nothing", Accept_Language=asked)
        assert answer.status_code == 404
        assert answer.json["code"] == "unknown-lot"
        _is_a_problem(answer, language)
        seen[language] = answer.json["title"]
        page = door.get(answer.json["type"], Accept_Language=asked)
        assert page.status_code == 200
        assert answer.json["title"] in page.text
    assert seen["zh-CN"] != seen["en"]
    nowhere = door.get("/problems/no-such-thing")
    assert (nowhere.status_code, nowhere.json["code"]) == (404, "no-such-page")


def test_the_callers_request_id_is_kept_when_it_is_one(door: Door) -> None:
    assert door.get("/healthz", X_Request_Id="order-20261001").headers["X-Request-Id"] == "order-20261001"
    made_up = door.get("/healthz", X_Request_Id="a b\u00e9<script>").headers["X-Request-Id"]
    assert "<" not in made_up
    assert len(made_up) == 36


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_another_media_type_is_not_read(door: Door, parties: Parties, kind: str) -> None:
    before = door.counts()
    answer = door.post("/api/v1/statements", _raw(parties.farm.harvest("H9")), kind=kind)
    assert (answer.status_code, answer.json["code"]) == (415, "media-type-unsupported")
    assert door.counts() == before


def test_a_batch_over_its_limits_is_not_read(door: Door) -> None:
    before = door.counts()
    answer = door.post("/api/v1/statements", b"{}\n" * 6_000_000, kind=LINES)
    assert (answer.status_code, answer.json["code"]) in {(413, "body-too-large"), (413, "too-large")}
    many = door.post("/api/v1/statements", b"{}\n" * 2_001, kind=LINES)
    assert (many.status_code, many.json["code"]) == (413, "group-too-large")
    assert door.counts() == before


@pytest.mark.parametrize("mode", ["all", "each"])
def test_a_batch_that_breaks_off_after_a_whole_line_is_refused_whole(
    door: Door, parties: Parties, mode: str
) -> None:
    lines = [orjson.dumps(parties.farm.harvest(f"H{number}").flattened()) for number in range(3)]
    whole = b"\n".join(lines)
    arrived = b"\n".join(lines[:2]) + b"\n"
    before = door.counts()
    answer = door.client.post(
        f"/api/v1/statements?mode={mode}",
        data=arrived,
        content_type=LINES,
        headers={"Authorization": f"Bearer {door.tokens['writer']}"},
        environ_overrides={"CONTENT_LENGTH": str(len(whole))},
    )
    assert answer.status_code in {400, 408}, answer.text
    assert answer.json["code"] in {"request-incomplete", "request-refused"}
    assert door.counts() == before


def test_a_batch_of_anything_names_each_position(door: Door, parties: Parties) -> None:
    good = parties.farm.harvest("H1")
    answer = door.batch(b"{]", good, b"7", mode="each")
    assert answer.status_code == 200
    results = answer.json["results"]
    assert [one["position"] for one in results] == [1, 2, 3]
    assert results[0]["problem"]["code"] == "statement-malformed"
    assert results[1]["state"] == "logged"
    assert results[2]["problem"]["code"] == "statement-malformed"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/drafts/check", {"iss": "urn:uscc:A", "drafts": []}),
        ("/api/v1/drafts/check", {"iss": 7, "drafts": [{}]}),
        ("/api/v1/drafts/check", {"iss": "urn:uscc:A", "drafts": [], "more": 1}),
        ("/api/v1/statements?mode=some", {}),
        ("/api/v1/statements?colour=green", {}),
    ],
)
def test_shapes_are_told_with_pointers(door: Door, path: str, body: dict[str, Any]) -> None:
    answer = door.post(path, body, kind="application/json" if "drafts" in path else JOSE)
    assert (answer.status_code, answer.json["code"]) == (400, "shape")
    assert all(one["pointer"].startswith("#") and one["detail"] for one in answer.json["errors"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/lots/%00", 400),
        ("/api/v1/lots/" + "x" * 5_000, 404),
        ("/api/v1/lots/urn:lot:A:B/upstream?maxLots=0", 400),
        ("/api/v1/lots/urn:lot:A:B/upstream?maxLots=x", 400),
        ("/api/v1/lots/urn:lot:A:B/bundle?view=everything", 400),
        ("/api/v1/statements/nothing", 404),
        ("/api/v1/statements/%F0%9F%8C%BE.tlog-proof", 404),
        ("/api/v1/keys/nothing", 404),
        ("/api/v1/heads", 400),
        ("/log/tile/0/000", 404),
        ("/log/tile/0/x999/000", 404),
        ("/log/tile/99/000", 404),
        ("/log/tile/0/../../etc/passwd", 404),
        ("/no/such/page", 404),
        ("/api/v1/nothing", 404),
    ],
)
def test_odd_addresses_are_problems_too(door: Door, path: str, status: int) -> None:
    answer = door.get(path, door.tokens["writer"])
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.json["title"]


def test_another_method_is_told_which_are_allowed(door: Door) -> None:
    answer = door.client.delete("/api/v1/statements")
    assert (answer.status_code, answer.json["code"]) == (405, "method-not-allowed")
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b"{", b'{"format":"trace-bundle/1"}', b"null", b'{"a":1e999}']
)
def test_evidence_that_is_none_is_refused(door: Door, body: bytes) -> None:
    token = door.token("urn:uscc:A", "evidence:write")
    before = door.counts()
    answer = door.post("/api/v1/evidence", body, token, kind="application/json")
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.json["code"]
    assert door.counts() == before
    verdict = door.post("/api/v1/verify", body, "", kind="application/json")
    assert verdict.status_code < 500


def test_an_unexpected_failure_tells_its_number_and_nothing_else(
    tmp_path: Path, databases: Databases, caplog: pytest.LogCaptureFixture
) -> None:
    with Door(tmp_path, databases.migrated("sqlite")) as door:
        with door.platform.transactions.begin("test") as tx:
            tx.connection.exec_driver_sql("DROP TABLE chain_head")
        writer = door.token("urn:uscc:A", "statements:write")
        answer = door.get("/api/v1/heads?iss=urn:uscc:A&stream=s", writer)
        assert answer.status_code in {500, 503}
        assert "chain_head" not in answer.text
        assert "Traceback" not in answer.text
        assert answer.json["instance"].startswith("urn:request:")
