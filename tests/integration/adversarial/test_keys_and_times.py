"""Stolen keys, weak keys, false dates and prepared blanks: refused by the log, or seen by the others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import facts as made
from tests.builders.offline_verifier import limits, verify_bundle
from tests.builders.signed_rice import K1, SignedRice
from tests.builders.signers import NOON, Registrar, Signer
from tests.clock import SteppingClock
from tests.servers.platform import LOT_KEY, TestPlatform
from tests.simulators.intruder import Intruder
from tests.simulators.witnesses import NAMES, log_key, policy_text, publish, trust
from trace.ledger.canonical import b64u
from trace.ledger.checkpoint import open_checkpoint
from trace.ledger.claims import Anchor
from trace.ledger.jwk import thumbprint
from trace.ledger.statement import label_digest
from trace.usecases.proof.assemble_bundle import BundleSettings, assemble_bundle

SETTINGS = BundleSettings(LOT_KEY, NAMES)
WEEK = timedelta(days=7)
LATE = limits(lateness={"farm.harvest": timedelta(hours=24)})
H1 = made.lot(made.COOPERATIVE, "H1")


def verdict_on(platform: TestPlatform, lot: str = H1, **how):
    bundle = assemble_bundle(platform.transactions, lot, "public", SETTINGS)
    return verify_bundle(bundle, trust(platform, policy_text(platform.transactions.clock)), **how)


def harvest_in(verdict):
    return next(one for one in verdict.statements if one.typ == "farm.harvest")


def test_a_stolen_key_is_refused_by_the_log_after_its_revocation_and_its_past_stands(
    platform, grower
) -> None:
    platform.log(grower.harvest("H1"))
    platform.log(platform.registrar.revoke(grower, reason="compromised"))
    (outcome,) = platform.accept(grower.harvest("H2"))
    assert (outcome.refusal.code, outcome.refusal.params["reason"]) == ("key-not-valid", "revoked")
    publish(platform)
    assert verdict_on(platform).ok


@pytest.mark.parametrize("again", [False, True])
def test_a_key_that_is_dated_back_takes_its_records_with_it_in_every_later_bundle(
    platform, grower, again
) -> None:
    """Also where the revocation that dates it back is not the first one."""
    platform.log(grower.harvest("H1"))
    publish(platform)
    assert verdict_on(platform).ok
    if again:
        platform.log(platform.registrar.revoke(grower))
    platform.log(platform.registrar.revoke(grower, reason="compromised", invalid_from=0))
    publish(platform)
    harvest = harvest_in(verdict_on(platform))
    assert [(one.code, one.reason) for one in harvest.steps if one.state == "failed"] == [
        ("key", "compromised")
    ]


def test_a_stolen_key_forced_into_the_log_is_refused_by_the_witness_and_found_by_the_auditor(
    platform, grower, watch
) -> None:
    platform.log(platform.registrar.revoke(grower, reason="compromised"))
    honest = watch.witness("agri", platform)
    assert not watch.publish(platform, [honest]).pending
    Intruder(platform).append(grower.harvest("H2"))
    published = watch.publish(platform, [honest])
    assert published.missing == (honest.verifier.name,)
    assert "key-not-valid" in str(published.problems[0])
    assert "signature-wrong" in watch.audit(platform)


LOW_ORDER = {
    "neutral": bytes([1, *[0] * 31]),
    "order 2": bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    "order 4": bytes(32),
    "order 8": bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
}


def _low_order(signer: Signer, point: bytes):
    """A registration of a low-order point, under which signatures hold that nobody made."""
    jwk = {"crv": "Ed25519", "kty": "OKP", "x": b64u(point)}
    return signer.registration() | {"jwk": jwk, "kid": thumbprint(jwk)}


@pytest.mark.parametrize("order", LOW_ORDER)
def test_a_low_order_key_is_refused_by_the_log(platform, grower, order) -> None:
    data = _low_order(Signer(made.MILL, "processor"), LOW_ORDER[order])
    (outcome,) = platform.accept(platform.registrar.state("party.key.register", made.uscc(made.MILL), data))
    assert outcome.refusal.code in {"registration-refused", "key-malformed"}, outcome
    assert platform.count("log_entry") == 2


def test_a_low_order_key_forced_into_the_log_is_refused_by_the_witness(platform, grower, watch) -> None:
    data = _low_order(Signer(made.MILL, "processor"), LOW_ORDER["order 2"])
    forced = platform.registrar.state("party.key.register", made.uscc(made.MILL), data)
    Intruder(platform).append(forced)
    honest = watch.witness("agri", platform)
    published = watch.publish(platform, [honest])
    assert published.missing == (honest.verifier.name,)
    assert "signature-wrong" in watch.audit(platform)


def test_a_record_dated_back_a_week_is_marked_by_the_log_and_late_for_every_verifier(
    platform, grower
) -> None:
    (receipt,) = platform.log(grower.harvest("H1", at=NOON - WEEK))
    assert "late-upload" in receipt.marks
    publish(platform)
    verdict = verdict_on(platform, limits=LATE)
    assert verdict.ok  # recorded, not refused; and shown
    late = harvest_in(verdict)
    assert late.lateness == "late"
    assert late.existed_by - (NOON - WEEK) >= WEEK


def test_a_platform_whose_clock_stands_a_week_back_is_belied_by_the_witnesses_times(
    database_url, clock
) -> None:
    """The log itself says "in time"; both witnesses, with clocks of their own, say when they first saw it."""
    true_time = SteppingClock()
    true_time.advance(timedelta(hours=6))
    clock.advance(timedelta(hours=6) - WEEK)
    with TestPlatform(database_url, clock) as platform:
        signer = Signer(made.COOPERATIVE, "grower")
        registrar, then = platform.registrar, NOON - WEEK
        platform.log(registrar.register(registrar, at=then), registrar.register(signer, at=then))
        (receipt,) = platform.log(signer.harvest("H1", at=then))
        assert receipt.marks == ()
        platform.transactions.clock = true_time  # the witnesses below sign with their own clocks
        publish(platform)
        verdict = verdict_on(platform, limits=LATE)
    assert harvest_in(verdict).lateness == "late"
    assert harvest_in(verdict).existed_by >= NOON


def test_a_blank_signed_in_advance_shows_its_old_anchor_to_the_verifier(platform, grower, clock) -> None:
    """Signed on the first day for an event five days later: no anchor can name a checkpoint of that day."""
    first = publish(platform)
    seen = open_checkpoint(first.note, log_key().verifier)
    event = NOON + timedelta(days=5)
    data = made.a_harvest(harvestedFrom=event.isoformat(), harvestedTo=event.isoformat())
    anchor = Anchor(seen.origin, seen.size, seen.root_text)
    blank = grower.state("farm.harvest", H1, data, at=event, anchor=anchor)
    (early,) = platform.accept(blank)
    assert early.refusal.code == "future-date"  # too soon, the log refuses it
    clock.advance(timedelta(days=5))
    platform.log(blank)
    publish(platform)
    shown = harvest_in(verdict_on(platform))
    assert shown.signed_after is not None
    assert event - shown.signed_after > timedelta(days=4)


def test_a_record_swapped_behind_a_printed_label_is_seen_by_the_verifier(platform, clock) -> None:
    """The label of a sold pack says which statement stood behind it: a second one about it does not match."""
    story = SignedRice(platform, clock)
    story.begin()
    story.short_chain()
    publish(platform)
    printed = story.statements["pack"]
    assert verdict_on(platform, K1, label=label_digest(printed.compact)).label == "matches"
    twin = printed.compact.rpartition(".")[0] + "." + "A" * 86
    for other in (story.statements["production"].compact, twin):
        verdict = verdict_on(platform, K1, label=label_digest(other))
        assert verdict.label == "differs"
        assert not verdict.ok


def test_a_forged_world_verifies_under_its_own_policy_only(platform, grower, databases, clock) -> None:
    platform.log(grower.harvest("H1"))
    publish(platform)
    url = databases.migrated("sqlite")
    forger = Registrar(made.LAB)
    with TestPlatform(url, clock, registrar=forger) as forged:
        alias = Signer(made.COOPERATIVE, "grower", stream="forged")
        forged.register(alias)
        forged.log(alias.harvest("H1"))
        publish(forged)
        bundle = assemble_bundle(forged.transactions, H1, "public", SETTINGS)
        text = policy_text(clock)
        assert verify_bundle(bundle, trust(forged, text)).ok
        # Even with the log's and both witnesses' keys stolen: the registrar of the policy did not sign.
        assert not verify_bundle(bundle, trust(platform, text)).ok
        assert not verify_bundle(bundle, None).ok  # no policy, no verdict
    databases.discard(url)
