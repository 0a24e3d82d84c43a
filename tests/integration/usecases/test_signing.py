"""Keys asked for, held and used by people; batches from the drafts to the receipts."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

import pytest

from tests.builders import facts as made
from tests.builders.signers import Signer as Party
from tests.servers.platform import TestPlatform
from trace.access.roles import OPERATOR
from trace.errors import (
    AlreadyRecorded,
    ChallengeUnknown,
    HeldKeyUnknown,
    KeyNotValid,
    KeyRequestDecided,
    KeyRequestOwn,
    KeyRequestUnfit,
    KeyRequestUnknown,
    KeyUnknown,
    MasterKeyAbsent,
    MasterKeyUnfit,
    NotOfThisBatch,
    PersonNeeded,
    SigningBatchUnknown,
)
from trace.exchange.draft import Draft, RowOrigin
from trace.ledger.algorithms import PrivateKey
from trace.ledger.canonical import decode_object, encode
from trace.ledger.jwk import ES256
from trace.ledger.key_sealing import MasterKey
from trace.ledger.keys import registration_data
from trace.ledger.sealed import seal
from trace.ledger.statement import sign_statement
from trace.platform.master_key import FILE, TEXT, read_master_key, write_master_key
from trace.store.signing.keys import ACCEPTED, ASKED, REFUSED
from trace.usecases.accounts.key_files import ask_for_file_key
from trace.usecases.intake.check_drafts import draft_id
from trace.usecases.intake.receipt import Receipt, Refused
from trace.usecases.signing.batches import (
    Signer,
    for_signing,
    keep_batch,
    open_batch,
    own_stream,
    take_signed,
    waiting_batches,
)
from trace.usecases.signing.content import content_of
from trace.usecases.signing.held_keys import HeldSigning, held_keys, hold_key, make_held_key
from trace.usecases.signing.key_requests import (
    CHALLENGE,
    Holder,
    NewKey,
    accept_request,
    ask_for_key,
    draw_challenge,
    own_keys,
    refuse_request,
    revoke_key,
    waiting_requests,
    withdraw_request,
)

FARM = f"urn:uscc:{made.COOPERATIVE}"
WANG = Signer(FARM, "wang", OPERATOR, frozenset({"head"}))
ROLES = ("grower",)


@pytest.fixture
def platform(database_url, clock):
    clock.advance(timedelta(days=4, hours=14))
    with TestPlatform(database_url, clock) as running:
        running.register()
        yield running


def a_device(platform: TestPlatform, who: Signer, alg: str = ES256, **changed) -> NewKey:
    """What a browser sends of a new key."""
    return device_of(platform, who, PrivateKey.generate(alg), **changed)


def device_of(platform: TestPlatform, who: Signer, key: PrivateKey, **changed) -> NewKey:
    challenge = draw_challenge(platform.transactions, who)
    said = encode({"challenge": changed.get("challenge", challenge), "iss": who.iss, "kid": key.kid})
    streams = (own_stream(key.kid),)
    soon = datetime.fromisoformat("2026-10-05T00:00:00+00:00")
    proof = registration_data(
        key,
        who.iss,
        "x",
        roles=ROLES,
        streams=streams,
        custody="browser",
        valid_from=soon,
        valid_to=soon + timedelta(days=1),
    )["proof"]
    by = changed.get("by", key)
    return NewKey(key.public_jwk(), seal(said, by, CHALLENGE), str(proof), streams, "browser", "田头手机")


def registered(platform: TestPlatform, key: PrivateKey, who: Signer = WANG) -> str:
    """The key, asked for, accepted and registered by the registrar's own signature."""
    ask_for_key(platform.transactions, who, "（演示）合作社", ROLES, device_of(platform, who, key))
    return accepted(platform, key.kid)


def accepted(platform: TestPlatform, kid: str) -> str:
    registrar = platform.registrar
    bureau = Signer(registrar.iss, "officer")
    number = accept_request(platform.transactions, bureau, kid)
    (draft,) = open_batch(platform.transactions, registrar.iss, number).waiting
    content = draft.content
    platform.log(registrar.state(content["typ"], content["sub"], content["data"]))
    return kid


def harvest(batch: str = "H1", **changed) -> Draft:
    data = made.a_harvest(lot=made.lot(made.COOPERATIVE, batch), **changed)
    at = datetime.fromisoformat(data["harvestedTo"])
    return Draft("farm.harvest", data["lot"], at, data, (), (), RowOrigin("form", ()), batch)


def kept(platform: TestPlatform, *drafts: Draft, who: Signer = WANG) -> str:
    return keep_batch(platform.transactions, who.iss, who.person, "采收", [content_of(one) for one in drafts])


def signed_by(platform: TestPlatform, key: PrivateKey, number: str, who: Signer = WANG) -> list:
    work = for_signing(platform.transactions, who, number, key.kid)
    prev, found = None, []
    for one in work.drafts:
        claims = dict(decode_object(one.text.encode()))
        if prev is not None:
            claims["prev"] = prev
        statement = sign_statement(claims, key)
        prev = statement.statement_id
        found.append(statement)
    return found


def test_a_key_is_asked_for_accepted_and_signs_a_batch(platform) -> None:
    key = PrivateKey.generate(ES256)
    ask_for_key(platform.transactions, WANG, "（演示）合作社", ROLES, device_of(platform, WANG, key))
    assert [one.kid for one in waiting_requests(platform.transactions)] == [key.kid]
    assert [one.state for one in own_keys(platform.transactions, FARM)] == [ASKED]
    accepted(platform, key.kid)
    (own,) = own_keys(platform.transactions, FARM)
    assert (own.state, own.custody, own.request.label) == ("live", "browser", "田头手机")
    number = kept(platform, harvest("H1"), harvest("H2"))
    assert [(row.id, count) for row, count in waiting_batches(platform.transactions, FARM)] == [(number, 2)]
    outcomes = take_signed(
        platform.transactions, platform.acceptance, WANG, number, signed_by(platform, key, number)
    )
    assert all(isinstance(one, Receipt) for one in outcomes), outcomes
    batch = open_batch(platform.transactions, FARM, number)
    assert batch.waiting == ()
    assert {(one.kid, one.person) for one in batch.drafts} == {(key.kid, "wang")}
    assert waiting_batches(platform.transactions, FARM) == []


def test_a_proof_that_does_not_hold_registers_nothing(platform) -> None:
    ask = ask_for_key
    args = (WANG, "合作社", ROLES)
    with pytest.raises(KeyRequestUnfit):
        ask(platform.transactions, *args, a_device(platform, WANG, by=PrivateKey.generate(ES256)))
    with pytest.raises(ChallengeUnknown):
        ask(platform.transactions, *args, a_device(platform, WANG, challenge="A" * 43))
    other = Signer(FARM, "zhang", OPERATOR, frozenset({"head"}))
    with pytest.raises(ChallengeUnknown):
        ask(platform.transactions, *args, a_device(platform, other))
    good = a_device(platform, WANG)
    with pytest.raises(KeyRequestUnfit):
        ask(
            platform.transactions,
            WANG,
            "合作社",
            ROLES,
            NewKey(good.jwk, good.challenge, good.proof, ("desk",), "browser", "x"),
        )
    assert waiting_requests(platform.transactions) == []
    ask(platform.transactions, *args, good)
    with pytest.raises(ChallengeUnknown):
        ask(platform.transactions, *args, good)


def test_a_challenge_ends_after_ten_minutes(platform, clock) -> None:
    late = a_device(platform, WANG)
    clock.advance(timedelta(minutes=11))
    with pytest.raises(ChallengeUnknown):
        ask_for_key(platform.transactions, WANG, "合作社", ROLES, late)


def test_a_request_is_decided_once_and_withdrawn_by_its_own_firm_alone(platform) -> None:
    bureau = Signer(platform.registrar.iss, "officer")
    one = ask_for_key(platform.transactions, WANG, "合作社", ROLES, a_device(platform, WANG))
    with pytest.raises(KeyRequestUnknown):
        withdraw_request(platform.transactions, Signer("urn:uscc:x", "li"), one.kid)
    refuse_request(platform.transactions, bureau, one.kid, "角色不符")
    (own,) = own_keys(platform.transactions, FARM)
    assert (own.state, own.request.reason) == (REFUSED, "角色不符")
    with pytest.raises(KeyRequestDecided):
        accept_request(platform.transactions, bureau, one.kid)
    again = ask_for_key(platform.transactions, WANG, "合作社", ROLES, a_device(platform, WANG))
    with pytest.raises(KeyRequestOwn):  # also where who asks is a registrar
        accept_request(platform.transactions, Signer(platform.registrar.iss, WANG.person), again.kid)
    accept_request(platform.transactions, bureau, again.kid)
    assert own_keys(platform.transactions, FARM)[0].state == ACCEPTED


@pytest.mark.parametrize("roles", [("registrar",), ("grower", "lab"), ()])
def test_a_key_file_gives_itself_no_roles(platform, roles) -> None:
    """Its proof covers neither roles nor name: a registrar's click must not make a registrar."""
    of = Holder(FARM, "合作社", ROLES)
    with pytest.raises(KeyRequestUnfit):
        ask_for_file_key(platform.transactions, WANG, of, "x", file_of(PrivateKey.generate(), roles))
    ask_for_file_key(platform.transactions, WANG, of, "x", file_of(PrivateKey.generate(), ROLES))
    (one,) = waiting_requests(platform.transactions)
    assert (one.data["roles"], one.data["holder"]["name"]) == (list(ROLES), "合作社")


def file_of(key: PrivateKey, roles) -> dict:
    """What `enrol` printed, by the name of somebody else."""
    now = datetime.fromisoformat("2026-10-05T00:00:00+00:00")
    told = {"streams": ("*",), "custody": "file", "valid_from": now, "valid_to": now + timedelta(days=9)}
    return registration_data(key, FARM, "别家公司", roles=roles, **told)


def test_a_registered_key_is_not_asked_for_again(platform) -> None:
    key = PrivateKey.generate(ES256)
    registered(platform, key)
    with pytest.raises(AlreadyRecorded):
        ask_for_key(platform.transactions, WANG, "合作社", ROLES, device_of(platform, WANG, key))


def test_a_batch_is_its_firms_alone_and_takes_only_its_own_drafts(platform) -> None:
    key = PrivateKey.generate(ES256)
    registered(platform, key)
    number = kept(platform, harvest())
    with pytest.raises(SigningBatchUnknown):
        open_batch(platform.transactions, "urn:uscc:other", number)
    (statement,) = signed_by(platform, key, number)
    stranger = Party(made.COOPERATIVE, "grower")
    with pytest.raises(NotOfThisBatch):
        take_signed(platform.transactions, platform.acceptance, WANG, number, [stranger.harvest("X")])
    said = {**statement.claims.raw, "data": harvest(quantity=made.kg(1)).data}
    lie = sign_statement(said, key)
    with pytest.raises(NotOfThisBatch):  # by its own key, and not what the page showed
        take_signed(platform.transactions, platform.acceptance, WANG, number, [lie])
    with pytest.raises(KeyUnknown):
        for_signing(platform.transactions, WANG, number, "k" * 43)
    (first,) = take_signed(platform.transactions, platform.acceptance, WANG, number, [statement])
    (again,) = take_signed(platform.transactions, platform.acceptance, WANG, number, [statement])
    assert (first.index, first.statement_id) == (again.index, again.statement_id)


def test_the_same_draft_gives_the_same_bytes_and_the_rules_are_asked(platform) -> None:
    key = PrivateKey.generate(ES256)
    registered(platform, key)
    late = harvest("H9", harvestedTo="2026-10-01T17:00:00+08:00", harvestedFrom="2026-10-01T07:00:00+08:00")
    number = kept(platform, harvest(), late)
    texts = [
        [one.text for one in for_signing(platform.transactions, WANG, number, key.kid).drafts] for _ in "ab"
    ]
    assert texts[0] == texts[1]
    checks = open_batch(platform.transactions, FARM, number).checks
    assert "late-upload" in checks[1].marks


def test_a_held_key_signs_for_a_person_and_says_so(platform) -> None:
    master = MasterKey.from_text(MasterKey.new_text())
    one = make_held_key(platform.transactions, master, WANG, "合作社", ROLES, "平台代管")
    accepted(platform, one.kid)
    (own,) = own_keys(platform.transactions, FARM)
    assert own.custody == "server"
    assert held_keys(platform.transactions, FARM) == [one.kid]
    report = Draft(
        "lab.report",
        made.lot(made.COOPERATIVE, "H1"),
        datetime.fromisoformat("2026-10-05T18:30:00+08:00"),
        made.a_report(
            lot=made.lot(made.COOPERATIVE, "H1"),
            purpose="certificate",
            sampledAt="2026-10-05T17:10:00+08:00",
            testedAt="2026-10-05T18:00:00+08:00",
        ),
        (),
        (),
        RowOrigin("form", ()),
        "r",
    )
    data = made.a_certificate(basis="self_tested", report=draft_id(2), issuedAt="2026-10-05T19:00:00+08:00")
    certificate = Draft(
        "farm.certificate",
        data["lot"],
        datetime.fromisoformat(data["issuedAt"]),
        data,
        (),
        (),
        RowOrigin("form", ()),
        "c",
    )
    inputs = [{"stmt": draft_id(2), "log": "", "index": 0, "role": "report"}]
    contents = [content_of(harvest()), content_of(report), content_of(certificate, inputs=inputs)]
    number = keep_batch(platform.transactions, FARM, "wang", "采收", contents)
    shown = [one.jti for one in contents]
    drafts = for_signing(platform.transactions, WANG, number, one.kid).drafts
    assert all(each["log"] for each in drafts[2].claims["inputs"]), "readers of claims want a name of a log"
    signing = HeldSigning(platform.transactions, platform.acceptance, master)
    with pytest.raises(NotOfThisBatch):
        signing.sign(WANG, number, one.kid, shown[:1])
    outcomes = signing.sign(WANG, number, one.kid, shown)
    assert all(isinstance(each, Receipt) for each in outcomes), outcomes
    drafts = open_batch(platform.transactions, FARM, number).drafts
    assert [each.stmt is not None for each in drafts] == [True] * 3


def test_a_held_key_opens_for_nobody_else(platform) -> None:
    master = MasterKey.from_text(MasterKey.new_text())
    one = make_held_key(platform.transactions, master, WANG, "合作社", ROLES, "平台代管")
    accepted(platform, one.kid)
    content = content_of(harvest())
    number = keep_batch(platform.transactions, FARM, "wang", "采收", [content])
    who = {
        MasterKeyAbsent: (None, WANG),
        PersonNeeded: (master, Signer(FARM, "")),
        MasterKeyUnfit: (MasterKey.from_text(MasterKey.new_text()), WANG),
        HeldKeyUnknown: (master, Signer("urn:uscc:other", "li")),
    }
    for refusal, (key, signer) in who.items():
        with pytest.raises(refusal):
            HeldSigning(platform.transactions, platform.acceptance, key).sign(
                signer, number, one.kid, [content.jti]
            )
    assert open_batch(platform.transactions, FARM, number).waiting


def test_a_key_of_a_firms_own_is_never_taken_into_keeping(platform) -> None:
    master = MasterKey.from_text(MasterKey.new_text())
    key = PrivateKey.generate(ES256)
    registered(platform, key)
    with pytest.raises(HeldKeyUnknown):
        hold_key(platform.transactions, master, FARM, key)


def test_a_revoked_key_signs_nothing_more(platform) -> None:
    lost, other = PrivateKey.generate(ES256), PrivateKey.generate(ES256)
    registered(platform, lost)
    registered(platform, other)
    number = revoke_key(platform.transactions, WANG, lost.kid, "compromised", "停用")
    outcomes = take_signed(
        platform.transactions, platform.acceptance, WANG, number, signed_by(platform, other, number)
    )
    assert isinstance(outcomes[0], Receipt), outcomes
    later = kept(platform, harvest())
    with pytest.raises(KeyNotValid):
        for_signing(platform.transactions, WANG, later, lost.kid)
    states = {one.kid: one.state for one in own_keys(platform.transactions, FARM)}
    assert states == {lost.kid: "revoked", other.kid: "live"}


def test_what_would_be_refused_is_told_and_left_out(platform) -> None:
    key = PrivateKey.generate(ES256)
    registered(platform, key)
    number = kept(platform, harvest(harvestedTo="2027-10-05T17:00:00+08:00"), harvest("H2"))
    batch = open_batch(platform.transactions, FARM, number)
    assert list(batch.blocked) == [1]
    assert isinstance(batch.checks[0], Refused)
    (outcome,) = take_signed(
        platform.transactions, platform.acceptance, WANG, number, signed_by(platform, key, number)
    )
    assert isinstance(outcome, Receipt), outcome
    left = open_batch(platform.transactions, FARM, number)
    assert [one.place for one in left.waiting] == [1]
    assert left.signable == ()


def test_the_master_key_lies_outside_the_data_folder(tmp_path) -> None:
    data, outside = tmp_path / "data", tmp_path / "master.key"
    data.mkdir()
    write_master_key(outside, data)
    master = read_master_key(data, {FILE: str(outside)})
    key = PrivateKey.generate()
    again = read_master_key(data, {TEXT: outside.read_text().strip()})
    assert again.open(master.seal(key, FARM), key.kid, FARM).kid == key.kid
    assert read_master_key(data, {}) is None
    with pytest.raises(MasterKeyUnfit):
        again.open(master.seal(key, FARM), key.kid, "urn:uscc:other")
    inside = data / "master.key"
    with pytest.raises(MasterKeyUnfit):
        write_master_key(inside, data)
    for environment in ({FILE: str(inside)}, {TEXT: "short"}, {FILE: str(tmp_path / "absent")}):
        with pytest.raises(MasterKeyUnfit):
            read_master_key(data, environment)
    outside.chmod(0o644)
    if os.name == "posix":
        with pytest.raises(MasterKeyUnfit):
            read_master_key(data, {FILE: str(outside)})
