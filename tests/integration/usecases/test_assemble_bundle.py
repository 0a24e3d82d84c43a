"""The bundle of a lot proves itself: verified by the real verifier, and small."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest

from cli.verdict_lines import verdict_lines
from tests.builders.offline_verifier import verify_bundle
from tests.builders.signed_rice import H1, K1, SHIPPED, SignedRice
from tests.servers.platform import LOT_KEY, TestPlatform
from tests.simulators.witnesses import NAMES, policy_text, publish, trust
from trace.chain.facts import KINDS
from trace.errors import BundleMalformed, CheckpointPending, UnknownLot
from trace.ledger.bundle import parse_bundle
from trace.ledger.canonical import b64u
from trace.ledger.leaf import lot_secret
from trace.ledger.statement import label_digest, parse_statement
from trace.usecases.log.trust import limits_of
from trace.usecases.proof.assemble_bundle import BundleSettings, assemble_bundle

SETTINGS = BundleSettings(LOT_KEY, NAMES)


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


@pytest.fixture
def story(platform, clock):
    """Story 1, with a checkpoint after every part of it."""
    told = SignedRice(platform, clock)
    for step in (told.begin, told.harvests, told.receive, told.make, told.pack, told.sell):
        step()
        publish(platform)
    return told


def verdict_on(bundle, platform, clock, **how):
    return verify_bundle(bundle, trust(platform, policy_text(clock)), **how)


def test_the_bundle_of_a_pack_is_verified_by_the_offline_verifier(story, platform, clock):
    bundle = assemble_bundle(platform.transactions, K1, "public", SETTINGS)
    label = label_digest(story.statements["pack"].compact)
    verdict = verdict_on(bundle, platform, clock, label=label)
    assert verdict.ok, orjson.dumps(verdict.as_dict(), option=orjson.OPT_INDENT_2).decode()
    assert {one.typ for one in verdict.statements} >= {
        "party.key.register",
        "farm.harvest",
        "farm.certificate",
        "food.receipt",
        "food.merge",
        "food.production",
        "lab.report",
        "food.pack",
        "master.licence",
        "master.product",
    }


def test_a_bundle_without_room_for_every_source_says_where_it_stops(story, platform, clock):
    whole = assemble_bundle(platform.transactions, K1, "regulator", SETTINGS)
    assert "leftOut" not in whole
    for settings in (replace(SETTINGS, most=2), replace(SETTINGS, room=len(whole["statements"]) - 1)):
        bundle = assemble_bundle(platform.transactions, K1, "regulator", settings)
        assert 0 < len(bundle["statements"]) < len(whole["statements"])
        assert bundle["leftOut"] >= 1
        verdict = verdict_on(bundle, platform, clock)
        assert verdict.ok, verdict.failures
        (note,) = [one for one in verdict.steps if one.reason == "left-out"]
        assert (note.state, note.detail) == ("noted", {"lots": bundle["leftOut"]})
        told = verdict_lines(dict(verdict.as_dict()), "zh-CN", bundle)
        assert any("不完整" in line for line in told), told
    for wrong in (0, -1, True, "2"):
        with pytest.raises(BundleMalformed):
            parse_bundle(whole | {"leftOut": wrong})


def test_the_public_view_names_no_supplier_and_the_regulator_sees_what_is_held(story, platform):
    public = orjson.dumps(assemble_bundle(platform.transactions, K1, "public", SETTINGS)).decode()
    assert "disclosures" not in public
    full = assemble_bundle(platform.transactions, K1, "regulator", SETTINGS)
    receipts = [one for one in full["statements"] if "header" in one["jws"]]
    assert len(receipts) == 4, "what the farm sent, what the mill received"
    assert len(receipts[0]["jws"]["header"]["disclosures"]) == 4


def test_both_views_of_a_foreign_statement_and_of_the_regulator_verify(story, platform, clock):
    for lot, view in ((K1, "regulator"), (H1, "public")):
        bundle = assemble_bundle(platform.transactions, lot, view, SETTINGS)
        assert verdict_on(bundle, platform, clock).ok


def test_the_bundle_of_what_a_batch_became_is_of_that_lot(story, platform, clock):
    """No record that makes them has them as its subject; reports about them bear their own tag."""
    law = limits_of(platform.transactions.rules, clock().date())
    stated: Any = parse_statement(story.statements["production"].compact).claims.data
    for lot in [one["lot"] for one in stated["outputs"]]:
        for view in ("public", "regulator"):
            bundle = assemble_bundle(platform.transactions, lot, view, SETTINGS)
            assert bundle["lotSecret"] == b64u(lot_secret(LOT_KEY, lot))
            verdict = verdict_on(bundle, platform, clock, limits=law)
            assert verdict.ok, (lot, view, verdict.failures)
            assert not verdict_on(bundle | {"lot": lot + "x"}, platform, clock, limits=law).ok


def test_every_statement_with_a_time_limit_brings_its_own_first_checkpoint(story, platform, clock):
    bundle = assemble_bundle(platform.transactions, K1, "public", SETTINGS)
    verdict = verdict_on(bundle, platform, clock)
    harvest = next(one for one in verdict.statements if one.sub == H1 and one.typ == "farm.harvest")
    pack = next(one for one in verdict.statements if one.typ == "food.pack")
    assert harvest.existed_by < pack.existed_by - timedelta(days=6)
    assert "before" not in bundle["logs"][0], "nothing was cosigned before the first key"


def test_an_honest_shipper_is_on_time_however_much_later_the_bundle_is_asked_for(story, platform, clock):
    """Every kind with a limit brings its first checkpoint, the shipment too."""
    clock.advance(timedelta(days=11))
    publish(platform)
    bundle = assemble_bundle(platform.transactions, SHIPPED, "public", SETTINGS)
    law = limits_of(platform.transactions.rules, clock().date())
    verdict = verdict_on(bundle, platform, clock, limits=law)
    found = {one.typ: one.lateness for one in verdict.statements if one.typ in law.lateness}
    assert found["food.shipment"] == "on_time"
    assert {typ for typ, kind in KINDS.items() if kind.timed} == set(law.lateness)


def test_a_tampered_bundle_fails(story, platform, clock):
    bundle = assemble_bundle(platform.transactions, K1, "public", SETTINGS)
    for change in ("payload", "index", "proof", "leaf", "lotSecret"):
        forged = copy.deepcopy(bundle)
        entry = forged["statements"][-1]
        if change == "payload":
            entry["jws"]["payload"] = forged["statements"][-2]["jws"]["payload"]
        elif change == "index":
            entry["index"] -= 1
        elif change == "proof":
            entry["proof"] = entry["proof"][1:]
        elif change == "leaf":
            entry["leaf"] = forged["statements"][-2]["leaf"]
        else:
            forged["lotSecret"] = "A" * 22
        assert not verdict_on(forged, platform, clock).ok, change


def test_a_bundle_of_seven_statements_and_their_registrar_fits_into_seventeen_kilobytes(platform, clock):
    story = SignedRice(platform, clock)
    clock.advance(timedelta(hours=6))
    platform.register(story.farm, story.mill)
    story.short_chain()
    publish(platform)
    bundle = assemble_bundle(platform.transactions, K1, "public", SETTINGS)
    assert verdict_on(bundle, platform, clock).ok
    assert len(bundle["statements"]) == 8
    assert len(orjson.dumps(bundle)) <= 17 * 1024


def test_without_both_witnesses_the_bundle_is_pending(platform, clock):
    SignedRice(platform, clock).tell()
    with pytest.raises(CheckpointPending):
        assemble_bundle(platform.transactions, K1, "public", SETTINGS)
    publish(platform, NAMES[:1])
    with pytest.raises(CheckpointPending):
        assemble_bundle(platform.transactions, K1, "public", SETTINGS)
    publish(platform)
    assert assemble_bundle(platform.transactions, K1, "public", SETTINGS)["lot"] == K1


def test_an_unknown_lot_has_no_bundle(platform):
    with pytest.raises(UnknownLot):
        assemble_bundle(platform.transactions, K1, "public", SETTINGS)
