"""Bundles follow pairs and end at a claim; platform and both verifiers say the same of each receipt."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from api.documents.status import RecallStatus
from cli.tables import trace_table
from tests.builders import facts as made
from tests.builders.documents import whole
from tests.builders.signed_rice import CONCEALED, H1, K1, SHIPPED, SHOP_LOT, SUPPLIED, SignedRice, at
from tests.builders.signers import Signer
from tests.builders.traced_chain import BUREAU
from tests.servers.platform import FOOD, LOT_KEY, TestPlatform
from tests.simulators.witnesses import NAMES, policy_text, publish, trust
from tests.verifier.earliest import judged_by_python, judged_by_script
from tests.verifier.node import Case, judge
from trace.ledger.bundle import verify_bundle
from trace.ledger.canonical import unb64u
from trace.parties import Actor
from trace.store.bulk import select
from trace.usecases.batch_page.recall_status import read_status
from trace.usecases.inbox.list_unanswered import list_unanswered
from trace.usecases.inbox.read_inbox import read_inbox
from trace.usecases.log.trust import limits_of, script_limits
from trace.usecases.lots.trace_lineage import trace_lineage
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


@pytest.mark.parametrize("view", ["public", "regulator"])
def test_the_first_verifiers_call_no_bundle_of_today_forged(platform, clock, tmp_path, view):
    """They are out there. What a record names of another firm is withheld, never missing, for them too."""
    told = SignedRice(platform, clock).tell()
    bureau = Signer("11310000002420633X", "regulator_market", stream="status")
    platform.register(bureau)
    publish(platform)
    bundles = [assemble_bundle(platform.transactions, K1, view, SETTINGS)]
    platform.log(bureau.state("status.snapshot", FOOD, snapshot_of(platform), at=clock()))
    publish(platform)
    bundles += [assemble_bundle(platform.transactions, one, view, SETTINGS) for one in (K1, H1, SHIPPED)]
    order = {"matter": "召回〔2026〕1号（演示）", "lots": [K1]}
    when = clock().replace(microsecond=0)
    platform.log(bureau.state("oversight.recall", "urn:case:1", order, at=when))
    platform.log(bureau.state("status.snapshot", FOOD, snapshot_of(platform), at=clock()))
    publish(platform)
    bundles.append(assemble_bundle(platform.transactions, K1, view, SETTINGS))
    assert told.statements["R1"].claims.inputs, "a record that names another firm's"
    answers = earliest(platform, clock, bundles, tmp_path)
    for said_of in zip(*answers, strict=True):
        for verdict in said_of:
            assert verdict["ok"], verdict["failures"] if "failures" in verdict else verdict["steps"]
    for verdicts in answers:
        assert [one["status"]["state"] for one in verdicts] == ["absent", *["clear"] * 3, "recalled"]


def test_to_the_first_verifiers_a_claim_is_withheld_and_not_missing(platform, clock, tmp_path):
    claimed_chain(platform, clock)
    publish(platform)
    bundle = assemble_bundle(platform.transactions, made.lot(made.MILL, "R1"), "public", SETTINGS)
    for verdicts in earliest(platform, clock, [bundle], tmp_path):
        (verdict,) = verdicts
        assert verdict["ok"]
        (receipt,) = [one for one in verdict["statements"] if one["typ"] == "food.receipt"]
        assert [step["state"] for step in receipt["steps"] if step["code"] == "inputs"] == ["noted"]
    torn = {**bundle, "statements": [one for one in bundle["statements"] if "jws" in one]}
    for verdicts in earliest(platform, clock, [torn], tmp_path):
        assert not verdicts[0]["ok"], "they would see what is left out"


def snapshot_of(platform):
    return {**RecallStatus().dump(read_status(platform.transactions, LOT_KEY))}


def earliest(platform, clock, bundles, folder):
    """What both verifiers of edition 1 say of these bundles."""
    limits = script_limits(limits_of(platform.transactions.rules, clock().date()))
    registrars = f"{platform.registrar.key.kid} bureau\n"
    now = clock().isoformat()
    cases = [Case(one, (policy_text(clock),), registrars, now=now, limits=limits) for one in bundles]
    return judged_by_python(cases, folder), judged_by_script(cases, folder)


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


def test_the_bundle_of_a_lapsed_pair_shows_nothing_of_what_the_shipper_took_it_from(platform, clock):
    told = SignedRice(platform, clock).tell()
    told.arrive(made.kg("6000"))
    shippers = {told.statements[name].claims.typ for name in ("shipment", "pack")}

    def kinds():
        publish(platform)
        bundle = assemble_bundle(platform.transactions, SHOP_LOT, "public", SETTINGS)
        payloads = [unb64u(one["jws"]["payload"]) for one in bundle["statements"] if "jws" in one]
        return {orjson.loads(payload)["typ"] for payload in payloads}

    assert shippers <= kinds()
    since = told.receipts["shipment"].index
    revoked = platform.registrar.revoke(told.mill, reason="compromised", at=clock(), invalid_from=since)
    platform.log(revoked)
    assert shippers.isdisjoint(kinds()), "no word of the shipper's counts, and its pack is not shown"


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


def amounts(platform):
    """What the link of the shop's receipt takes of what was sent, in millionths of kg."""
    text = (
        "SELECT link.taken, lot.available FROM claim JOIN link ON link.id = claim.id "
        "JOIN lot ON lot.id = link.from_lot JOIN lot AS below ON below.id = claim.lot WHERE below.urn = ?"
    )
    with platform.transactions.look() as tx:
        return tuple(select(tx.connection, text, (SHOP_LOT,))[0])


@pytest.mark.parametrize(
    ("quantity", "said", "state", "reason", "taken"),
    [
        ({"value": "1200", "unit": "件"}, {}, "confirmed", "", 6000),
        ({"value": "1300", "unit": "件"}, {}, "disputed", "receipts-exceed", 6500),
        ({"value": "6000", "unit": "kg"}, {}, "confirmed", "", 6000),
        ({"value": "100", "unit": "箱"}, {"spec": "60 kg/箱"}, "confirmed", "", 6000),
        ({"value": "100", "unit": "箱"}, {}, "confirmed", "not-comparable", None),
    ],
)
def test_platform_and_verifiers_say_the_same_of_amounts_in_unlike_units(
    platform, clock, tmp_path, quantity, said, state, reason, taken
):
    told = SignedRice(platform, clock).tell().arrive(quantity, **said)
    _, verdict = judged(platform, clock, tmp_path, SHOP_LOT)
    received = told.statements["S1"].statement_id
    (found,) = [one for one in verdict.handovers if one.receipt == received]
    assert (found.state, found.reason) == (state, reason)
    assert states(platform)[received] == state
    left = 6000 if taken is None else max(0, 6000 - taken)
    assert amounts(platform) == (None if taken is None else taken * 1_000_000, left * 1_000_000)
    (step,) = [one for one in verdict.steps if one.code == "handovers"]
    assert step.reason == ("not-comparable" if reason == "not-comparable" else "disputed" if reason else "")


def test_the_trace_and_the_inbox_say_which_amounts_were_not_compared(platform, clock):
    told = SignedRice(platform, clock).tell().arrive({"value": "100", "unit": "箱"})
    document = whole(trace_lineage(platform.transactions, SHOP_LOT, "upstream", BUREAU))
    said = {one["to"]: one.get("amounts") for one in document["links"]}
    assert said == dict.fromkeys(said) | {SHOP_LOT: "not-comparable"}
    assert "双方确认/数量未比较" in trace_table(document)
    assert "both confirmed/amounts not compared" in trace_table(document, "en")
    shop = Actor("shop", made.uscc(made.MARKET))
    (found,) = read_inbox(platform.transactions, shop).handovers
    assert (found.lot, found.amounts, str(found.received)) == (SHIPPED, "not-comparable", "0 kg")
    clock.advance(timedelta(days=30))
    outstanding = list_unanswered(platform.transactions, BUREAU).firms
    assert [one.kind for firm in outstanding for one in firm.waiting if one.lot == SHIPPED] == []
    assert told.statements["S1"].statement_id in states(platform)


def test_the_shippers_record_is_in_the_bundle_and_converts_what_neither_line_says(platform, clock, tmp_path):
    """The packs of K1 hold 5 kg: that is said by the record of K1 alone."""
    told = SignedRice(platform, clock)
    for step in (told.begin, told.harvests, told.receive, told.make, told.pack):
        step()
    when = at("2026-10-14T08:00:00+08:00")
    data = made.a_shipment(packs=made.ABSENT, releaseReport=told.receipts["report"].statement_id)
    told.log("shipment", told.mill.state("food.shipment", SHIPPED, data, at=when, conceal=CONCEALED))
    told.arrive({"value": "1201", "unit": "件"})
    _, verdict = judged(platform, clock, tmp_path, SHOP_LOT)
    assert said(verdict) == states(platform)
    assert amounts(platform)[0] == 6_005_000_000
    pack = told.statements["pack"]
    fewer = {"packs": {"value": "800", "unit": "件"}, "netContent": made.kg("10")}
    corrected = made.a_correction(pack.statement_id, {**pack.claims.data, **fewer})
    when = at("2026-10-15T08:00:00+08:00")
    told.log("correction", told.mill.state("correction", K1, corrected, at=when))
    _, verdict = judged(platform, clock, tmp_path, SHOP_LOT)
    assert said(verdict) == states(platform)
    assert said(verdict)[told.statements["S1"].statement_id] == "disputed"


def test_a_mistaken_unit_is_corrected_in_the_books_and_for_every_verifier(platform, clock, tmp_path):
    told = SignedRice(platform, clock).tell().arrive({"value": "6000", "unit": "桶"})
    _, verdict = judged(platform, clock, tmp_path, SHOP_LOT)
    received = told.statements["S1"]
    assert [one.reason for one in verdict.handovers if one.receipt == received.statement_id] == [
        "not-comparable"
    ]
    shop = Signer(made.MARKET, "retailer", stream="desk-2")
    told.platform.register(shop)
    plain = {name: value for name, value in received.claims.data.items() if not name.startswith("_sd")}
    data = {**plain, "quantity": made.kg("6000")}
    corrected = made.a_correction(received.statement_id, data)
    told.log("correction", shop.state("correction", SHOP_LOT, corrected, at=at("2026-10-15T08:00:00+08:00")))
    _, verdict = judged(platform, clock, tmp_path, SHOP_LOT)
    assert [one.reason for one in verdict.handovers if one.receipt == received.statement_id] == [""]
    text = "SELECT quantity, available, unit FROM lot WHERE urn = ?"
    with platform.transactions.look() as tx:
        assert tuple(select(tx.connection, text, (SHOP_LOT,))[0]) == (6_000_000_000, 6_000_000_000, "kg")
    assert amounts(platform) == (6_000_000_000, 0)
