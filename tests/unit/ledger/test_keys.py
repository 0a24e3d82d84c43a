from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.builders.ledgers import REGISTRAR, START, Signer, a_key
from trace.errors import KeyMalformed, KeyNotValid, KeyUnknown, NotAuthentic, RegistrationRefused
from trace.ledger.canonical import b64u, encode
from trace.ledger.keybook import KeyBook
from trace.ledger.keys import (
    KeyEntry,
    Revocation,
    parse_registration,
    parse_revocation,
    registration_data,
    revocation_data,
)

MILL = "urn:uscc:91310000MA1FL0LG7A"
END = START + timedelta(days=365)


def data(number: int = 2, **changes: Any) -> dict[str, Any]:
    members: dict[str, Any] = {
        "roles": ["processor"],
        "streams": ["s1", "s2"],
        "custody": "file",
        "valid_from": START,
        "valid_to": END,
    }
    return registration_data(a_key(number), MILL, "某米厂", **(members | changes))


@pytest.fixture
def entry() -> KeyEntry:
    return parse_registration(data(), 5, "trace.test/food")


def test_a_registration_reads_back(entry):
    assert (entry.kid, entry.holder, entry.holder_name, entry.roles) == (
        a_key(2).kid,
        MILL,
        "某米厂",
        ("processor",),
    )
    assert (entry.streams, entry.custody, entry.registered_at) == (("s1", "s2"), "file", 5)
    more = data(assurance="实名", cert_sha256="00")
    assert parse_registration(more, 5, "o").kid == entry.kid
    del more["holder"]["name"]
    assert parse_registration(more, 5, "o").holder_name == ""


@pytest.mark.parametrize(
    ("index", "iss", "stream", "when", "reason"),
    [
        (5, MILL, "s1", None, "registered-later"),
        (4, MILL, "s1", None, "registered-later"),
        (10, MILL, "s1", None, "revoked"),
        (11, MILL, "s1", None, "revoked"),
        (8, MILL, "s1", None, "compromised"),
        (6, "urn:uscc:other", "s1", None, "other-holder"),
        (6, MILL, "s3", None, "stream-not-granted"),
        (6, MILL, "s1", START - timedelta(seconds=1), "not-yet-valid"),
        (6, MILL, "s1", END + timedelta(seconds=1), "expired"),
    ],
)
def test_validity_goes_by_log_position(entry, index, iss, stream, when, reason):
    revoked = replace(entry, revoked_at=10, revoke_reason="compromised", invalid_from=8)
    with pytest.raises(KeyNotValid) as refusal:
        revoked.check(index, iss, stream, when)
    assert refusal.value.params["reason"] == reason


def test_a_later_revocation_never_breaks_an_older_record(entry):
    revoked = entry.revoked(Revocation(entry.kid, "superseded", None), 10)
    revoked.check(9, MILL, "s1", END)
    replace(revoked, streams=("*",)).check(6, MILL, "any", START)


def test_the_first_revocation_stands_and_theft_reaches_further_back(entry):
    once = entry.revoked(Revocation(entry.kid, "superseded", None), 10)
    twice = once.revoked(Revocation(entry.kid, "compromised", 7), 12)
    assert (twice.revoked_at, twice.revoke_reason, twice.invalid_from) == (10, "superseded", 7)
    thrice = twice.revoked(Revocation(entry.kid, "compromised", 9), 13)
    assert thrice.invalid_from == 7


def resigned(members: dict[str, Any], alg: Any = "EdDSA", **changes: Any) -> dict[str, Any]:
    key = a_key(2)
    content = {"iss": MILL, "kid": key.kid, "streams": members["streams"], "v": 1} | changes
    head = b64u(encode({"alg": alg, "kid": key.kid, "typ": "trace+key-proof"}))
    signed = f"{head}.{b64u(encode(content))}"
    return members | {"proof": f"{signed}.{b64u(key.sign(signed.encode()))}"}


def broken_proof(**parts: str) -> dict[str, Any]:
    head, content, signature = data()["proof"].split(".")
    found = {"head": head, "content": content, "signature": signature} | parts
    return data() | {"proof": ".".join(found.values())}


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({}, "members"),
        (data() | {"extra": 1}, "members"),
        (data() | {"jwk": "x"}, "members"),
        (data() | {"holder": {"name": "x"}}, "members"),
        (data() | {"holder": {"iss": "", "name": "x"}}, "member"),
        (data() | {"kid": a_key(3).kid}, "kid-differs"),
        (data() | {"custody": "memory"}, "custody"),
        (data() | {"streams": []}, "member"),
        (data() | {"roles": [1]}, "member"),
        (data() | {"roles": "processor"}, "member"),
        (data() | {"validTo": "tomorrow"}, "member"),
        (data() | {"validTo": "2027-01-01T00:00:00"}, "member"),
        (data(valid_to=START), "validity"),
        (data() | {"streams": ["s9"]}, "proof-content"),
        (resigned(data(), iss="urn:uscc:other"), "proof-content"),
        (broken_proof(head=b64u(encode({"alg": "EdDSA"}))), "proof-header"),
        (resigned(data(), alg="Ed448"), "proof-header"),
        (resigned(data(), alg="ES256"), "proof-header"),
        (resigned(data(), alg=["Ed25519"]), "proof-header"),
        (broken_proof(head="!"), "proof-of-possession"),
        (broken_proof(signature=b64u(bytes(64))), "proof-of-possession"),
        (data() | {"proof": "a.b"}, "proof-of-possession"),
    ],
)
def test_registrations_that_do_not_hold_are_refused(members, reason):
    with pytest.raises(RegistrationRefused) as refusal:
        parse_registration(members, 5, "o")
    assert refusal.value.params["reason"] == reason


def test_a_proof_may_name_the_algorithm_as_rfc_9864_does():
    assert parse_registration(resigned(data(), alg="Ed25519"), 5, "o").alg == "EdDSA"


def test_a_key_of_low_order_cannot_be_registered():
    members = data() | {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": b64u(bytes(32))}}
    with pytest.raises(KeyMalformed, match="not-prime-order"):
        parse_registration(members, 5, "o")


def test_a_revocation_reads_back():
    assert parse_revocation(revocation_data("k", "ceased")) == Revocation("k", "ceased", None)
    found = parse_revocation(revocation_data("k", "compromised", invalid_from=3))
    assert found.invalid_from == 3


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"kid": "k", "reason": "bored"},
        {"kid": "k", "reason": "ceased", "x": 1},
        {"kid": "k", "reason": "ceased", "invalidFromIndex": -1},
        {"kid": "k", "reason": "ceased", "invalidFromIndex": True},
    ],
)
def test_revocations_that_do_not_hold_are_refused(members):
    with pytest.raises(RegistrationRefused):
        parse_revocation(members)


@pytest.fixture
def registrar() -> Signer:
    return Signer(REGISTRAR, 1)


@pytest.fixture
def book(registrar) -> KeyBook:
    made = KeyBook("o", {registrar.key.kid})
    own = registrar.state("party.key.register", REGISTRAR, own_data(registrar), START)
    take(made, own, 0)
    return made


def own_data(signer: Signer) -> dict[str, Any]:
    return registration_data(
        signer.key,
        signer.iss,
        "x",
        roles=["registrar"],
        streams=["*"],
        custody="file",
        valid_from=START,
        valid_to=END,
    )


def take(book: KeyBook, statement: Any, index: int) -> KeyEntry | None:
    entry = book.signer(statement, index, START)
    book.verify(statement, entry)
    return book.record(statement, index)


def test_a_registrar_enters_by_its_own_signature_and_registers_others(book, registrar):
    mill = Signer(MILL, 2)
    made = take(book, registrar.state("party.key.register", MILL, own_data(mill), START), 1)
    assert made == book.entries[mill.key.kid]
    assert take(book, mill.state("food.split", "l", {}, START), 2) is None
    tried = book.copy()
    take(tried, mill.state("party.key.revoke", MILL, revocation_data(mill.key.kid, "ceased"), START), 3)
    assert tried.entries[mill.key.kid].revoked_at == 3
    assert book.entries[mill.key.kid].revoked_at is None


def test_nobody_else_registers_or_revokes(book, registrar):
    mill, other = Signer(MILL, 2), Signer("urn:uscc:91310000MA1FL0LG7B", 3)
    for index, signer in enumerate((mill, other), 1):
        take(book, registrar.state("party.key.register", signer.iss, own_data(signer), START), index)
    with pytest.raises(RegistrationRefused, match="already-registered"):
        take(book, registrar.state("party.key.register", MILL, own_data(mill), START), 3)
    with pytest.raises(RegistrationRefused, match="not-a-registrar"):
        take(book, mill.state("party.key.register", MILL, own_data(Signer(MILL, 9)), START), 3)
    with pytest.raises(RegistrationRefused, match="not-the-holder"):
        take(book, mill.state("party.key.revoke", MILL, revocation_data(other.key.kid, "ceased"), START), 3)
    with pytest.raises(KeyUnknown):
        take(book, registrar.state("party.key.revoke", "x", revocation_data("k", "ceased"), START), 3)
    take(book, registrar.state("party.key.revoke", "x", revocation_data(mill.key.kid, "ceased"), START), 4)
    with pytest.raises(KeyNotValid, match="revoked"):
        take(book, mill.state("food.split", "l", {}, START), 5)


def test_strangers_are_unknown_even_when_they_introduce_themselves(book):
    stranger = Signer("urn:uscc:x", 8)
    with pytest.raises(KeyUnknown):
        take(book, stranger.state("party.key.register", "x", own_data(stranger), START), 1)
    with pytest.raises(KeyUnknown):
        take(book, stranger.state("food.split", "x", {}, START), 1)


def test_the_entry_must_be_the_signers(book, registrar):
    statement = Signer(MILL, 2).state("food.split", "x", {}, START)
    with pytest.raises(NotAuthentic):
        book.verify(statement, book.entries[registrar.key.kid])
