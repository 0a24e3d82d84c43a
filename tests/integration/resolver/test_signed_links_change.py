"""What is signed follows what was recorded: recalls, keys, what is not registered; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.signed_links import DEFAULT, JWS, LINKSET, failed, fetched, judged, lister, tell_signed
from tests.builders.signed_rice import K1
from tests.builders.signers import Signer
from tests.servers.platform import TestPlatform
from tests.servers.resolving import HOST, ITEM, LOOSE, LOT, PLACE, PRODUCT, resolver_over, tell_with_links
from tests.simulators.witnesses import policy_text, publish, trust, witnesses
from trace.ledger.canonical import b64u
from trace.ledger.detached import read_header, sign_detached
from trace.usecases.resolver.sign_links import LinkSigner, SignedThing

SIGNED = (PRODUCT, LOT, ITEM, PLACE, f"/t/{LOOSE}")


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def story(platform, clock):
    return tell_signed(platform, clock)


@pytest.fixture
def web(story, platform, tmp_path):
    return resolver_over(platform, tmp_path, key=lister().key)


@pytest.fixture
def trusted(platform, clock):
    return trust(platform, policy_text(clock))


def test_every_registered_level_is_signed_and_verifies_from_the_policy_alone(web, trusted, clock):
    for path in SIGNED:
        levels = web.get(path, LINKSET, accept_language="").json["linkset"]
        for place, level in enumerate(levels):
            assert level[JWS][0]["type"] == "application/jose+json"
            verdict = judged(*fetched(web, path, place), trusted, clock)
            assert verdict.ok, (path, place, verdict.as_dict())
            assert verdict.state == "normal"
            codes = {step.code for step in verdict.steps}
            assert codes >= {"inclusion", "signature", "freshness", "subject", "links", "state"}
        assert web.get(f"{path}?linkType=gs1:jws").location == levels[0][JWS][0]["href"]


def test_a_recall_changes_what_is_signed(story, platform, web, trusted, clock):
    before, old = fetched(web, LOT)
    order = {"matter": "镉超标", "lots": [K1]}
    story.log("recall", platform.registrar.state("oversight.recall", K1, order, at=clock()))
    pending = web.get(before[JWS][0]["href"].removeprefix(HOST), "*/*")
    assert (pending.status, pending.json["code"]) == (503, "not-ready")  # not cosigned yet: no half proof
    publish(platform)
    level, form = fetched(web, LOT)
    assert level[DEFAULT][0]["title"] == "召回信息"
    verdict = judged(level, form, trusted, clock)
    assert (verdict.ok, verdict.state) == (True, "recalled")
    assert "oversight.recall" in {one.claims.typ for one in verdict.statements}
    assert failed(judged(level, old, trusted, clock)) == [("signature", "not-authentic")]
    item, item_form = fetched(web, ITEM)
    assert judged(item, item_form, trusted, clock).state == "recalled"


def test_without_a_key_in_force_there_is_no_signature(story, platform, web, tmp_path, clock):
    unsigned = resolver_over(platform, tmp_path)
    stranger = resolver_over(platform, tmp_path, key=Signer("X", "resolver").key)
    not_for_lists = resolver_over(platform, tmp_path, key=story.mill.key)
    for other in (unsigned, stranger, not_for_lists):
        assert JWS not in other.get(LOT, LINKSET).level(LOT)
        answered = other.get(f"/api/v1/signed-links{LOT}")
        assert (answered.status, answered.json["code"]) == (404, "signed-links-absent")
    platform.log(platform.registrar.revoke(lister(), at=clock()))
    assert JWS not in web.get(LOT, LINKSET).level(LOT)
    assert web.get(f"/api/v1/signed-links{LOT}").status == 404


def test_what_is_not_registered_is_not_signed(story, web, clock):
    for path in (f"{PRODUCT}/21/ZZZZZZZZZZZZ", f"{PRODUCT}/10/NEVER", "/t/ZZZZ-ZZZZ-ZZZZ"):
        assert JWS not in web.get(path, LINKSET).level(path)
        assert web.get(f"/api/v1/signed-links{path}").json["code"] == "signed-links-absent"
    assert web.get(f"/api/v1/signed-links{LOT}?level=5").status == 404
    assert web.get(f"/api/v1/signed-links{LOT}?level=x").status == 400
    assert web.get("/api/v1/signed-links/01/06901234567892").json["code"] == "key-unregistered"
    story.log("void", story.mill.state("code.void", K1, made.a_void(), at=clock()))
    assert web.get(f"/api/v1/signed-links{LOT}").status == 410


def test_a_batch_with_a_slash_is_signed_too(story, platform, web, trusted, clock):
    lot = made.lot(made.MILL, "K9")
    amounts = {"quantity": made.kg("500"), "packs": {"value": "100", "unit": "件"}}
    data = made.a_pack(batchNo="A/B", packedAt="2026-10-13T12:00:00+08:00", lot=lot, **amounts)
    story.log("K9", story.mill.state("food.pack", lot, data, at=clock()))
    publish(platform)
    verdict = judged(*fetched(web, f"{PRODUCT}/10/A%2FB"), trusted, clock)
    assert (verdict.ok, verdict.state) == (True, "inactive")


def test_a_platform_that_denies_a_recall_is_found_out(story, platform, web, trusted, clock):
    order = {"matter": "镉超标", "lots": [K1]}
    level, _ = fetched(web, LOT)
    story.log("recall", platform.registrar.state("oversight.recall", K1, order, at=clock()))
    publish(platform)
    names = [one.verifier.name for one in witnesses(clock)]
    signer = LinkSigner(platform.transactions, lister().key, names)
    thing = SignedThing("normal", (K1,), frozenset((made.uscc(made.MILL),)))
    verdict = judged(level, signer.sign(level, thing), trusted, clock)
    assert failed(verdict) == [("state", "recalled-in-the-log")]
    strange = SignedThing("fine", (made.lot(made.MILL, "K7"),), frozenset())
    assert ("state", "unknown-state") in failed(judged(level, signer.sign(level, strange), trusted, clock))


def test_keys_that_may_not_sign_lists_are_refused_by_the_verifier(story, platform, web, trusted, clock):
    level, _ = fetched(web, LOT)
    thing = SignedThing("normal", (K1,), frozenset((made.uscc(made.MILL),)))
    names = [one.verifier.name for one in witnesses(clock)]
    late = Signer(made.TOFU, "resolver", stream="late")
    platform.log(platform.registrar.register(late, valid_to=clock(), at=clock()))
    revoked = lister()
    clock.advance(timedelta(minutes=1))
    publish(platform)
    for signer, reason in ((story.mill, "not-a-key-for-lists"), (late, "expired")):
        form = LinkSigner(platform.transactions, signer.key, names).sign(level, thing)
        assert failed(judged(level, form, trusted, clock)) == [("signature", reason)]
    platform.log(platform.registrar.revoke(revoked, at=clock()))
    publish(platform)
    form = LinkSigner(platform.transactions, revoked.key, names).sign(level, thing)
    assert failed(judged(level, form, trusted, clock)) == [("signature", "revoked")]


def test_a_log_without_cosignatures_gives_no_signed_list(platform, clock, tmp_path):
    told = tell_with_links(platform, clock)
    platform.register(lister())
    web = resolver_over(platform, tmp_path, key=lister().key)
    assert JWS in web.get(LOT, LINKSET).level(LOT)
    assert web.get(f"/api/v1/signed-links{LOT}").status == 503
    assert told.receipts


@pytest.mark.parametrize("member", ["size", "root"])
def test_a_list_that_names_another_tree_than_its_proofs_is_refused(web, trusted, clock, member):
    """Signed with the right key: whoever holds it cannot claim a newer or another log."""
    level, form = fetched(web, LOT)
    log = read_header(form)["log"]
    other = {"size": log["size"] + 1} if member == "size" else {"root": b64u(bytes(32))}
    header = {name: value for name, value in read_header(form).items() if name not in {"alg", "kid"}}
    forged = {**form, **sign_detached(level, lister().key, {**header, "log": {**log, **other}})}
    verdict = judged(level, forged, trusted, clock)
    assert not verdict.ok
    assert ("inclusion", "another-checkpoint") in failed(verdict)
