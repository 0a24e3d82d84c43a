"""Two valid signatures over the same bytes: one record, one receipt."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.signers import NOON, Signer
from tests.servers.door import Door
from tests.servers.platform import TestPlatform
from trace.errors import ChainConflict
from trace.ledger.algorithms import PrivateKey
from trace.ledger.canonical import b64u, encode
from trace.ledger.jwk import ES256
from trace.ledger.statement import Statement, parse_statement
from trace.usecases.intake.receipt import KNOWN, LOGGED, Receipt, Refused


@pytest.fixture
def platform(database_url, clock):
    clock.advance(timedelta(hours=6))
    with TestPlatform(database_url, clock) as running:
        yield running


def phone(stream: str = "phone") -> Signer:
    signer = Signer(made.COOPERATIVE, "grower", stream=stream)
    signer.key = PrivateKey.generate(ES256)
    return signer


def signed_again(statement: Statement, key: PrivateKey, prev: tuple[str, str] = ("", "")) -> Statement:
    """The same claims (with another `prev`, where one is given) under another signature of the same key."""
    before, after = prev
    payload = statement.payload.replace(before.encode(), after.encode()) if before else statement.payload
    header = encode({"alg": key.alg, "kid": key.kid, "typ": "trace+sd-jwt"})
    signed = f"{b64u(header)}.{b64u(payload)}"
    return parse_statement(f"{signed}.{b64u(key.sign(signed.encode()))}")


def test_another_signature_over_the_same_bytes_gets_the_first_receipt(platform) -> None:
    grower = phone()
    platform.register(grower)
    first = grower.harvest("H1")
    second = signed_again(first, grower.key)
    assert second.statement_id != first.statement_id
    (one,) = platform.log(first)
    (again,) = platform.log(second)
    assert (again.statement_id, again.index, again.state) == (one.statement_id, one.index, KNOWN)
    grower.prev = first.statement_id
    (after,) = platform.log(grower.harvest("H2"))
    assert after.index == one.index + 1


def test_ten_at_once_make_one_record(platform) -> None:
    grower = phone()
    platform.register(grower)
    first = grower.harvest("H1")
    before = platform.count("log_entry")
    each = [signed_again(first, grower.key) for _ in range(10)]
    with ThreadPoolExecutor(10) as pool:
        outcomes = [outcome for (outcome,) in pool.map(platform.accept, each)]
    assert all(isinstance(one, Receipt) for one in outcomes)
    assert len({(one.statement_id, one.index) for one in outcomes}) == 1
    assert sorted(one.state for one in outcomes) == [KNOWN] * 9 + [LOGGED]
    assert platform.count("log_entry") == before + 1


def test_a_whole_chain_signed_again_is_recognised(platform) -> None:
    grower = phone()
    platform.register(grower)
    first, next_one = grower.harvest("H1"), grower.harvest("H2")
    receipts = platform.log(first, next_one)
    anew = signed_again(first, grower.key)
    anew_next = signed_again(next_one, grower.key, prev=(first.statement_id, anew.statement_id))
    for whole in (True, False):
        again = platform.accept(anew, anew_next, each=whole)
        assert [(one.statement_id, one.index) for one in again] == [
            (one.statement_id, one.index) for one in receipts
        ]


def test_other_claims_or_another_key_at_that_number_are_a_conflict(platform) -> None:
    grower, other = phone(), phone()
    platform.register(grower, other)
    first = grower.harvest("H1")
    platform.log(first)
    changed = other.harvest("H1", at=NOON + timedelta(minutes=1))
    same_claims_other_key = signed_again(first, other.key)
    for one in (changed, same_claims_other_key):
        (refused,) = platform.accept(one)
        assert isinstance(refused, Refused)
        assert type(refused.refusal) is ChainConflict


def test_a_retry_over_http_gets_the_same_receipt(tmp_path, databases) -> None:
    with Door(tmp_path, databases.migrated("sqlite")) as door:
        grower = phone()
        door.register(grower)
        first = grower.harvest("H1", at=door.clock().replace(microsecond=0))
        answers = [door.state(one) for one in (first, signed_again(first, grower.key))]
        said = [{name: one.json[name] for name in ("stmt", "index", "log")} for one in answers]
        assert said[0] == said[1]
        assert answers[1].json["state"] == KNOWN
