"""Frauds by name, and who sees each: the verifier of a bundle or a witness."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders.ledgers import START, MemoryLog, Signer
from tests.builders.offline_verifier import limits, verify_bundle
from tests.unit.ledger.conftest import BATCH, HOUR, PACK, World, make_world
from trace.errors import ChainConflict, ProofInvalid
from trace.ledger.bundle import Verdict, build_bundle
from trace.ledger.checkpoint import Checkpoint, add_signatures, cosign, sign_checkpoint
from trace.ledger.claims import Anchor
from trace.ledger.merkle import consistency_proof
from trace.ledger.semantic import SemanticState, check_entries
from trace.ledger.statement import Statement, label_digest
from trace.ledger.witness import SeenTree, check_add_checkpoint, encode_add_checkpoint


def failures(verdict: Verdict) -> set[tuple[str, str]]:
    return {(step.code, step.reason) for step in verdict.failures}


def verified_with(world: World, statement: Statement, **lateness: timedelta) -> Verdict:
    """The bundle with one more entry of the food log."""
    index = world.log.append(statement)
    world.log.publish(START + 10 * HOUR)
    bundle = world.bundle()
    form = build_bundle(bundle)
    entry = world.log.entry(index, 0, max(world.log.notes)).as_dict()
    form["statements"] = [*form["statements"], entry]  # type: ignore[misc]
    return verify_bundle(form, world.policy(), limits=limits(lateness=lateness))


def test_a_wholly_forged_world_verifies_only_under_its_own_policy(world):
    forged = make_world(secret=10_000)
    form = build_bundle(forged.bundle())
    assert verify_bundle(form, forged.policy()).ok
    assert form["policy"] == forged.policy_text
    verdict = verify_bundle(form, world.policy())
    assert not verdict.ok
    assert failures(verdict) == {("checkpoints", "log-signature")}


def test_a_platform_with_its_own_key_but_forged_witnesses_fails(world):
    forged = make_world(secret=10_000)
    note = sign_checkpoint(forged.log.checkpoint(), world.log.key)
    lines = [cosign(forged.log.checkpoint().text(), START, one) for one in forged.log.witnesses]
    form = build_bundle(forged.bundle())
    form["logs"][0] = {"checkpoint": add_signatures(note, lines)}  # type: ignore[index]
    assert failures(verify_bundle(form, world.policy())) == {("checkpoints", "witnesses")}


def test_one_colluding_witness_is_not_enough(world):
    fork = Checkpoint(world.log.origin, 9, b"f" * 32)
    note = sign_checkpoint(fork, world.log.key)
    note = add_signatures(note, [cosign(fork.text(), START, world.log.witnesses[0])])
    form = build_bundle(world.bundle())
    form["logs"][0] = {"checkpoint": note}  # type: ignore[index]
    assert failures(verify_bundle(form, world.policy())) == {("checkpoints", "witnesses")}


def test_a_stolen_key_signs_nothing_after_its_revocation(world):
    data = {"kid": world.mill.key.kid, "reason": "compromised"}
    index = world.log.append(world.registrar.state("party.key.revoke", world.mill.iss, data, START))
    stolen = world.mill.state("food.shipment", PACK, {}, START + 9 * HOUR)
    at = world.log.append(stolen)
    world.log.publish(START + 10 * HOUR)
    form = build_bundle(world.bundle())
    size = max(world.log.notes)
    entries = [world.log.entry(index, 0, size).as_dict(), world.log.entry(at, 0, size).as_dict()]
    form["statements"] = [*form["statements"], *entries]  # type: ignore[misc]
    verdict = verify_bundle(form, world.policy())
    assert failures(verdict) == {("key", "revoked")}
    assert all(one.ok for one in verdict.statements[:-1])  # the past stands


def test_a_signature_cannot_claim_another_holder(world):
    thief = Signer("urn:uscc:91310115MA1H7T3L0X", 2, "x")
    verdict = verified_with(world, thief.state("food.shipment", PACK, {}, START))
    assert failures(verdict) == {("key", "other-holder")}


def test_back_dating_by_a_week_is_late_without_trusting_anybody(world):
    statement = world.mill.state("food.shipment", PACK, {}, START - timedelta(days=7))
    verdict = verified_with(world, statement, **{"food.shipment": HOUR})
    assert verdict.ok
    assert verdict.statements[-1].lateness == "late"


def test_a_blank_signed_in_advance_cannot_prove_that_it_was_signed_after_the_event(world):
    size, event = 2, START + 9 * HOUR
    anchor = Anchor(
        world.log.origin, size, Checkpoint(world.log.origin, size, world.log.roots[size]).root_text
    )
    blank = world.mill.state("food.shipment", PACK, {}, event, anchor=anchor)
    signed_after = verified_with(world, blank).statements[-1].signed_after
    assert signed_after is not None
    assert signed_after < event


def test_the_record_behind_a_printed_label_cannot_be_swapped(world):
    printed = label_digest(world.log.statements[3].compact)
    other = world.mill.state("food.pack", PACK, {"packs": "other"}, START + 9 * HOUR)
    index = world.log.append(other)
    world.log.publish(START + 10 * HOUR)
    form = build_bundle(world.bundle())
    size = max(world.log.notes)
    entries = form["statements"]
    replaced = world.log.entry(index, 0, size).as_dict()
    form["statements"] = [*entries[:6], replaced, *entries[7:]]  # type: ignore[index, misc]
    verdict = verify_bundle(form, world.policy(), printed)
    assert verdict.label == "differs"
    assert ("label", "label-differs") in failures(verdict)
    assert verify_bundle(form, world.policy(), label_digest(other.compact)).label == "matches"


def test_a_restored_backup_that_signs_on_is_stopped_by_every_witness(world):
    old = Checkpoint(world.log.origin, 4, b"b" * 32)
    seen = {world.log.origin: SeenTree(6, world.log.roots[6])}
    body = encode_add_checkpoint(4, [], sign_checkpoint(old, world.log.key))
    decision = check_add_checkpoint(body, seen, {world.log.origin: world.log.key.verifier})
    assert (decision.status, decision.body) == (409, "6\n")


def semantic(world: World) -> SemanticState:
    return SemanticState(world.log.origin, frozenset({world.registrar.key.kid}))


def bodies(world: World) -> dict[int, object]:
    return {at: one.flattened() for at, one in enumerate(world.log.statements)}


@pytest.mark.parametrize("fraud", ["edited", "deleted", "reordered"])
def test_a_witness_sees_rows_edited_deleted_or_reordered(world, fraud):
    leaves = list(world.log.leaves)
    if fraud == "edited":
        leaves[3] = leaves[3].replace(b"food.pack", b"food.rack")
    elif fraud == "deleted":
        del leaves[3]
    else:
        leaves[2], leaves[3] = leaves[3], leaves[2]
    check_entries(semantic(world), world.log.leaves, bodies(world), world.log.checkpoint(), START)  # type: ignore[arg-type]
    with pytest.raises(ProofInvalid):
        check_entries(semantic(world), leaves, bodies(world), world.log.checkpoint(), START)  # type: ignore[arg-type]


def test_a_witness_sees_one_statement_of_a_chain_left_out(world):
    gap = MemoryLog(world.log.origin, 100, world.log.witnesses)
    for index in (0, 1, 3):
        gap.append_leaf(world.log.leaves[index], world.log.statements[index])
    with pytest.raises(ChainConflict):
        check_entries(semantic(world), gap.leaves, bodies(world), gap.checkpoint(), START)  # type: ignore[arg-type]


def test_a_rewritten_history_has_no_consistency_proof(world):
    other = MemoryLog(world.log.origin, 100, world.log.witnesses)
    for index, leaf in enumerate(world.log.leaves):
        other.append_leaf(leaf if index != 2 else b"{}", world.log.statements[index])
    proof = tuple(consistency_proof(4, 6, other.hashes()))
    body = encode_add_checkpoint(4, proof, sign_checkpoint(other.checkpoint(), world.log.key))
    seen = {world.log.origin: SeenTree(4, world.log.roots[4])}
    logs = {world.log.origin: world.log.key.verifier}
    assert check_add_checkpoint(body, seen, logs).status == 422


def test_a_statement_cannot_be_moved_to_another_lot(world):
    form = build_bundle(world.bundle())
    form["lot"] = BATCH
    assert ("lot-tag", "lot-tag-differs") not in failures(verify_bundle(form, world.policy()))
    for entry in form["statements"]:  # type: ignore[union-attr]
        entry.pop("secret", None)  # type: ignore[union-attr]
    assert ("lot-tag", "lot-tag-differs") in failures(verify_bundle(form, world.policy()))
