"""Bundles follow pairs and end at a claim; platform and both verifiers say the same of each receipt."""

from __future__ import annotations

import orjson
import pytest

from tests.builders import facts as made
from tests.builders.signed_rice import H1, K1, SUPPLIED, SignedRice, at
from tests.servers.platform import LOT_KEY, TestPlatform
from tests.simulators.witnesses import NAMES, policy_text, publish, trust
from tests.verifier.node import Case, judge
from trace.ledger.bundle import verify_bundle
from trace.usecases.log.trust import limits_of, script_limits
from trace.usecases.proof.assemble_bundle import BundleSettings, assemble_bundle
from trace.wording import say

SETTINGS = BundleSettings(LOT_KEY, NAMES)
STATES = "SELECT statement.stmt, claim.state FROM claim JOIN statement ON statement.id = (claim.id & -256)"


@pytest.fixture
def platform(database_url, clock):
    with TestPlatform(database_url, clock) as running:
        yield running


def judged(platform, clock, folder, lot=K1):
    """The bundle and what both verifiers say of it, which is the same."""
    publish(platform)
    bundle = assemble_bundle(platform.transactions, lot, "public", SETTINGS)
    policy = policy_text(clock)
    limits = limits_of(platform.transactions.rules, clock().date())
    verdict = verify_bundle(bundle, trust(platform, policy), limits=limits)
    assert verdict.ok, [(step.code, step.reason) for step in verdict.failures]
    registrars = f"{platform.registrar.key.kid} bureau\n"
    _, (script,) = judge([Case(bundle, (policy,), registrars, limits=script_limits(limits))], folder)
    due = orjson.loads(orjson.dumps(verdict.as_dict()))
    for part in ("ok", "provenance", "handovers"):
        assert script[part] == due[part]
    assert [one["apart"] for one in script["statements"]] == [one["apart"] for one in due["statements"]]
    return bundle, verdict


def states(platform):
    with platform.transactions.look() as tx:
        return dict(tx.connection.exec_driver_sql(STATES).all())


def said(verdict):
    return {one.receipt: one.state for one in verdict.handovers}


def test_the_bundle_of_a_pack_follows_the_pairs_of_both_its_sources(platform, clock, tmp_path):
    SignedRice(platform, clock).tell()
    _, verdict = judged(platform, clock, tmp_path)
    assert said(verdict) == states(platform)
    assert set(said(verdict).values()) == {"confirmed"}
    assert verdict.provenance == "confirmed"
    assert not any(one.apart for one in verdict.statements)
    assert {"farm.harvest", "food.shipment", "farm.certificate"} <= {one.typ for one in verdict.statements}


def claimed_chain(platform, clock):
    """The short chain of a mill that names a co-operative's harvest, which never sent it."""
    told = SignedRice(platform, clock)
    told.begin()
    harvest = made.a_harvest()
    told.log("H1", told.farm.state("farm.harvest", H1, harvest, at=at(str(harvest["harvestedTo"]))), "agri")
    receipt = made.a_receipt(supplierLot=H1)
    when = at(str(receipt["receivedAt"]))
    stated = told.mill.state(
        "food.receipt", receipt["lot"], receipt, at=when, conceal=SUPPLIED, inputs=[told.ref("H1")]
    )
    told.log("R1", stated)
    return told


def test_the_bundle_of_a_claim_ends_at_the_receipt_and_shows_nothing_of_the_named_supplier(
    platform, clock, tmp_path
):
    told = claimed_chain(platform, clock)
    bundle, verdict = judged(platform, clock, tmp_path, made.lot(made.MILL, "R1"))
    assert said(verdict) == states(platform) == {told.statements["R1"].statement_id: "claimed"}
    assert verdict.provenance == "none"
    shown = [one.iss for one in verdict.statements if one.shown]
    assert made.uscc(made.COOPERATIVE) not in shown
    harvest = told.statements["H1"].statement_id
    (hidden,) = [one for one in verdict.statements if not one.shown]
    assert hidden.statement_id == harvest
    assert told.statements["H1"].compact.split(".")[1] not in orjson.dumps(bundle).decode()
    (noted,) = [one for one in verdict.statements if one.typ == "food.receipt"]
    assert [(step.state, step.reason) for step in noted.steps if step.code == "inputs"] == [
        ("noted", "inputs-withheld")
    ]


def test_a_refused_claim_is_refused_in_its_bundle_and_told_in_the_same_words(platform, clock, tmp_path):
    told = claimed_chain(platform, clock)
    received, lot = told.statements["R1"].statement_id, made.lot(made.MILL, "R1")
    data, when = {"about": received, "reason": "not_mine"}, at("2026-10-07T08:00:00+08:00")
    told.log("refusal", told.farm.state("food.refusal", lot, data, at=when), "agri")
    _, verdict = judged(platform, clock, tmp_path, lot)
    assert said(verdict) == states(platform) == {received: "refused"}
    assert verdict.provenance == "none"
    assert told.statements["refusal"].statement_id in {one.statement_id for one in verdict.statements}
    words = [say("zh-CN", f"step.handovers.{state}") for state in ("claimed", "refused")]
    assert words[0] == words[1] == say("zh-CN", "scan.handover.claimed")


def test_what_the_two_sides_said_later_travels_with_the_pair(platform, clock, tmp_path):
    """A refusal after the pair is a dispute, here and in every verifier."""
    told = SignedRice(platform, clock).tell()
    received = told.statements["R1"].statement_id
    data = {"about": received, "reason": "not_mine"}
    when = at("2026-10-20T08:00:00+08:00")
    lot = made.lot(made.MILL, "R1")
    told.log("refusal", told.farm.state("food.refusal", lot, data, at=when), "agri")
    _, verdict = judged(platform, clock, tmp_path)
    assert said(verdict) == states(platform)
    assert said(verdict)[received] == "disputed"
