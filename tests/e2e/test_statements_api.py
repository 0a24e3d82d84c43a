"""Stating over HTTP: one, a batch, the same again; receipts, proofs and heads."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import orjson

from api.publisher import publish
from api.waiting import places_of
from tests.builders import facts as made
from tests.builders.signers import NOON, Signer
from tests.e2e.conftest import Parties
from tests.patience import until
from tests.servers.door import Door
from trace.ledger.leaf import parse_leaf
from trace.ledger.proof import parse_proof
from trace.ledger.statement import parse_statement, verify_statement
from trace.usecases.log.read_log import log_progress


def test_one_statement_comes_back_with_its_receipt_place_and_proof(door: Door, parties: Parties) -> None:
    statement = parties.farm.harvest("H9")
    answer = door.state(statement)
    assert answer.status_code == 201, answer.text
    assert answer.json["stmt"] == statement.statement_id
    assert answer.json["state"] == "logged"
    assert answer.json["log"] == door.platform.origin
    assert answer.headers["Location"] == f"/api/v1/statements/{statement.statement_id}"

    assert "jws" not in door.get(answer.headers["Location"]).json, "the bytes are for those who see the lot"
    shown = door.get(answer.headers["Location"], door.token(parties.farm.iss, "trace:own"))
    assert shown.status_code == 200
    again = parse_statement(orjson.dumps(shown.json["jws"]))
    verify_statement(again, parties.farm.key.public_key())
    assert again.compact == statement.compact
    assert shown.json["index"] == answer.json["index"]

    proof = door.get(f"{answer.headers['Location']}.tlog-proof")
    assert proof.mimetype == "text/plain"
    assert answer.json["proof"]
    leaf = shown.json["leaf"].encode()
    assert parse_leaf(leaf).statement_id == statement.statement_id
    for text in (proof.text, answer.json["proof"]):
        checkpoint, times = parse_proof(text).verify(leaf, door.platform.trust.policies[0])
        assert checkpoint.size > shown.json["index"]
        assert len(times) == 2


def test_the_compact_form_is_taken_too(door: Door, parties: Parties) -> None:
    statement = parties.farm.harvest("H9")
    answer = door.post("/api/v1/statements", statement.compact.encode(), kind="application/jose")
    assert answer.status_code == 201, answer.text


def test_the_same_statement_again_gets_its_first_receipt(door: Door, parties: Parties) -> None:
    statement = parties.farm.harvest("H9")
    first = door.state(statement)
    before = door.counts()
    second = door.state(statement)
    assert second.status_code == 200
    assert second.json["state"] == "known"
    assert second.json["index"] == first.json["index"]
    assert door.counts() == before


def test_without_witnesses_a_statement_is_taken_and_its_proof_promised(door: Door, parties: Parties) -> None:
    _settled(door)
    door.silence()
    statement = parties.farm.harvest("H9")
    answer = door.state(statement)
    assert answer.status_code == 202
    assert "proof" not in answer.json
    pending = door.get(f"{answer.headers['Location']}.tlog-proof")
    assert pending.status_code == 503
    assert pending.json["code"] == "not-ready"
    assert int(pending.headers["Retry-After"]) > 0
    door.platform.cosigners = tuple(door.witnesses)
    publish(door.platform)
    assert door.get(f"{answer.headers['Location']}.tlog-proof").status_code == 200


def test_who_would_rather_not_wait_has_its_receipt_at_once(door: Door, parties: Parties) -> None:
    """Also who finds all waiting places taken; the record is cosigned all the same."""
    _settled(door)
    door.silence()
    answer = door.state(parties.farm.harvest("H1"), prefer="respond-async")
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (202, "respond-async")
    with ThreadPoolExecutor(4) as together:
        hurried = parties.farm.harvest("H2")
        waits = [together.submit(door.state, hurried, prefer="wait=10") for _ in range(2)]
        _taken(door)
        begun = time.monotonic()
        late = door.state(hurried, prefer="wait=10")
        assert time.monotonic() - begun < 10
        assert late.status_code == 202
        assert "Preference-Applied" not in late.headers
        assert late.json["index"] == 5
        door.platform.cosigners = tuple(door.witnesses)
        door.publisher.nudge()
        for wait in waits:
            assert wait.result().json["proof"]
            assert wait.result().headers["Preference-Applied"] == "wait=10"
    assert sorted(wait.result().status_code for wait in waits) == [200, 201]
    assert door.get(f"{late.headers['Location']}.tlog-proof").status_code == 200
    assert door.state(hurried, prefer="wait=0").json["proof"], "what is cosigned needs no waiting"


def test_a_batch_that_stands_or_falls_together_falls_whole(door: Door, parties: Parties) -> None:
    good = [parties.farm.harvest(f"H{number}") for number in range(3)]
    bad = Signer(made.COOPERATIVE, "grower", stream="desk-2").harvest("H8", quantity=made.kg("-1"))
    before = door.counts()
    answer = door.batch(*good, bad)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    cause = answer.json["results"][3]["problem"]
    assert {name: answer.json[name] for name in cause} == cause, "the problem is the one that let it fall"
    assert answer.json["instance"].startswith("urn:request:")
    assert answer.json["mode"] == "all"
    results = answer.json["results"]
    assert [one["position"] for one in results] == [1, 2, 3, 4]
    assert [one["problem"]["code"] for one in results[:3]] == ["group-refused"] * 3
    assert door.counts() == before
    assert door.batch(*good).status_code == 201


def test_each_of_a_batch_stands_alone_until_its_stream_stops(door: Door, parties: Parties) -> None:
    other = Signer(made.COOPERATIVE, "grower", stream="desk-2")
    door.register(other)
    first = parties.farm.harvest("H1")
    refused = parties.farm.harvest("H2", quantity=made.kg("0"))
    after = parties.farm.harvest("H3")
    elsewhere = other.harvest("H4")
    answer = door.batch(first, refused, after, elsewhere, mode="each")
    assert answer.status_code == 200
    results = answer.json["results"]
    assert "index" in results[0]
    assert results[1]["problem"]["status"] in {400, 422}
    assert results[2]["problem"]["code"] == "stream-stopped"
    assert "index" in results[3]
    own = door.token(parties.farm.iss, "statements:write")
    head = door.get(f"/api/v1/heads?iss={parties.farm.iss}&stream={parties.farm.stream}", own)
    answered = head.json
    assert answered.pop("now")
    assert answered == {
        "iss": parties.farm.iss,
        "stream": parties.farm.stream,
        "seq": 1,
        "stmt": first.statement_id,
    }


def test_a_stream_that_forks_is_a_conflict_that_names_what_is_due(door: Door, parties: Parties) -> None:
    first = parties.farm.harvest("H1")
    assert door.state(first).status_code == 201
    fork = Signer(made.COOPERATIVE, "grower").harvest("H2")
    answer = door.state(fork)
    assert answer.status_code == 409
    assert answer.json["params"]["seq"] == 2
    assert answer.json["params"]["prev"] == first.statement_id


def test_an_unknown_stream_stands_at_zero(door: Door) -> None:
    head = door.get(f"/api/v1/heads?iss={made.uscc(made.MILL)}&stream=none", door.tokens["writer"]).json
    assert head["seq"] == 0
    assert head["stmt"] is None


def test_a_stream_answers_to_its_own_party_alone(door: Door, parties: Parties) -> None:
    door.log(parties.farm.harvest("H1"))
    path = f"/api/v1/heads?iss={parties.farm.iss}&stream={parties.farm.stream}"
    assert door.get(path).status_code == 401
    for token in (door.tokens["writer"], door.token(parties.mill.iss, "trace:own")):
        refused = door.get(path, token)
        assert (refused.status_code, refused.json["code"]) == (403, "not-in-own-name")
        assert "seq" not in refused.json
    assert door.get(path, door.token(parties.farm.iss, "trace:own")).json["seq"] == 1


def test_drafts_are_tried_with_the_same_rules_and_nothing_is_kept(door: Door, parties: Parties) -> None:
    lot = made.lot(made.COOPERATIVE, "H5")
    times = {
        "harvestedFrom": (NOON - timedelta(hours=9)).isoformat(),
        "harvestedTo": (NOON - timedelta(hours=1)).isoformat(),
    }
    draft: dict[str, Any] = {
        "typ": "farm.harvest",
        "sub": lot,
        "occurredAt": NOON.isoformat(),
        "data": made.a_harvest(lot=lot, **times),
    }
    wrong = {**draft, "data": {**draft["data"], "quantity": made.kg("-5")}}
    before = door.counts()
    body = {"iss": parties.farm.iss, "drafts": [draft, draft, wrong]}
    foreign = door.post("/api/v1/drafts/check", body, kind="application/json")
    assert (foreign.status_code, foreign.json["code"]) == (403, "not-in-own-name")
    own = door.token(parties.farm.iss, "statements:write")
    answer = door.post("/api/v1/drafts/check", body, own, kind="application/json", Accept_Language="en")
    assert answer.status_code == 200, answer.text
    good, twice, bad = answer.json["results"]
    assert good["state"] == "draft"
    assert twice["problem"]["code"] == "lot-exists"
    assert bad["problem"]["status"] in {400, 422}
    assert door.counts() == before


def _settled(door: Door) -> None:
    log, witnesses = door.platform.transactions, door.platform.witnesses
    until(lambda: len(set(log_progress(log, witnesses)[:2])) == 1)


def _taken(door: Door) -> None:
    """Both places to wait in are taken."""

    def taken() -> bool:
        with places_of(door.app).place() as free:
            return not free

    until(taken)
