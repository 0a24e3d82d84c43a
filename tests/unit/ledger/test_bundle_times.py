"""Chains, anchors, lateness, labels and the freshness of bad news in a bundle."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.builders.ledgers import START, Signer
from tests.builders.offline_verifier import limits, verify_bundle
from tests.unit.ledger.conftest import BATCH, HOUR, PACK, World
from trace.ledger.bundle import StepState, TrustPolicy, Verdict, build_bundle
from trace.ledger.checkpoint import Checkpoint, add_signatures, cosign, sign_checkpoint
from trace.ledger.claims import Anchor, InputRef


def failed_codes(verdict: Verdict) -> list[str]:
    return [step.code for step in verdict.failures]


@pytest.fixture
def form(world: World) -> dict[str, Any]:
    return orjson.loads(orjson.dumps(build_bundle(world.bundle())))


def test_a_dropped_middle_record_shows_in_the_chain(world, form):
    extra = world.mill.state("food.split", BATCH, {}, START + 9 * HOUR)
    world.log.append(extra)
    last = world.mill.state("food.shipment", PACK, {}, START + 9 * HOUR)
    index = world.log.append(last)
    world.log.publish(START + 10 * HOUR)
    bundle = world.bundle()
    size = max(world.log.notes)
    forged = build_bundle(bundle)
    forged["statements"] = [*forged["statements"], world.log.entry(index, 0, size).as_dict()]  # type: ignore[misc]
    verdict = verify_bundle(forged, world.policy())
    step = next(step for step in verdict.statements[-1].steps if step.code == "chain")
    assert (step.state, step.reason) == (StepState.ABSENT, "no-neighbour")


def test_a_chain_with_another_predecessor_fails(world):
    world.mill.prev = world.log.statements[2].statement_id
    index = world.log.append(world.mill.state("food.shipment", PACK, {}, START + 9 * HOUR))
    world.log.publish(START + 10 * HOUR)
    form = build_bundle(world.bundle())
    entry = world.log.entry(index, 0, max(world.log.notes)).as_dict()
    form["statements"] = [*form["statements"], entry]  # type: ignore[misc]
    verdict = verify_bundle(form, world.policy())
    assert [(step.code, step.reason) for step in verdict.failures] == [("chain", "prev-differs")]


def test_two_records_at_one_place_of_a_chain_fail(world):
    world.mill.seq, world.mill.prev = 1, world.log.statements[2].statement_id
    index = world.log.append(world.mill.state("food.shipment", PACK, {"other": 1}, START + 9 * HOUR))
    world.log.publish(START + 10 * HOUR)
    form = build_bundle(world.bundle())
    entry = world.log.entry(index, 0, max(world.log.notes)).as_dict()
    form["statements"] = [*form["statements"], entry]  # type: ignore[misc]
    verdict = verify_bundle(form, world.policy())
    assert [(step.code, step.reason) for step in verdict.failures] == [("chain", "same-place-twice")]


def append_and_verify(world: World, statement) -> Verdict:
    index = world.log.append(statement)
    world.log.publish(START + 10 * HOUR)
    form = build_bundle(world.bundle())
    entry = world.log.entry(index, 0, max(world.log.notes)).as_dict()
    form["statements"] = [*form["statements"], entry]  # type: ignore[misc]
    return verify_bundle(form, world.policy(), limits=limits(lateness={"food.shipment": HOUR}))


def test_an_anchor_later_than_the_entry_fails(world):
    anchor = Anchor(world.log.origin, 99, "A" * 43 + "=")
    statement = world.mill.state("food.shipment", PACK, {}, START, anchor=anchor)
    verdict = append_and_verify(world, statement)
    assert [(step.code, step.reason) for step in verdict.failures] == [("anchor", "anchor-after-entry")]


def test_an_anchor_with_another_root_fails(world):
    anchor = Anchor(world.log.origin, 2, "A" * 43 + "=")
    statement = world.mill.state("food.shipment", PACK, {}, START, anchor=anchor)
    verdict = append_and_verify(world, statement)
    assert [(step.code, step.reason) for step in verdict.failures] == [("anchor", "anchor-differs")]


@pytest.mark.parametrize(
    ("origin", "size"), [("trace.test/food", 5), ("elsewhere.test/log", 5), ("trace.test/agri", 3)]
)
def test_an_anchor_that_the_bundle_cannot_prove_is_noted(world, origin, size):
    if origin == "trace.test/agri":
        world.farm_log.publish(START + 99 * HOUR)
        anchor = world.farm_log.anchor()
    else:
        anchor = Anchor(origin, size, "A" * 43 + "=")
    statement = world.mill.state("food.shipment", PACK, {}, START + 9 * HOUR, anchor=anchor)
    verdict = append_and_verify(world, statement)
    assert verdict.ok
    assert verdict.statements[-1].anchor == "unproved"


def test_back_dating_and_future_events_are_shown(world):
    late = append_and_verify(world, world.mill.state("food.shipment", PACK, {}, START - 24 * 7 * HOUR))
    assert late.ok
    assert (late.statements[-1].lateness, late.statements[-1].late_by) == ("late", (24 * 7 + 10) * 3600)
    future = append_and_verify(world, world.mill.state("food.shipment", PACK, {}, START + 11 * HOUR))
    assert future.statements[-1].lateness == "future"


def test_an_input_at_another_place_fails(world):
    ref = InputRef(world.log.statements[2].statement_id, world.log.origin, 0, "x")
    verdict = append_and_verify(
        world, world.mill.state("food.shipment", PACK, {}, START + 9 * HOUR, inputs=[ref])
    )
    assert [(step.code, step.reason) for step in verdict.failures] == [("inputs", "input-elsewhere")]


def test_a_key_registered_by_a_stranger_is_refused(world):
    stranger = Signer("urn:uscc:91310000MA1FL0LG7B", 9)
    index = world.log.register(world.mill, stranger, START + 9 * HOUR)
    world.log.publish(START + 10 * HOUR)
    form = build_bundle(world.bundle())
    form["statements"] = [  # type: ignore[misc]
        *form["statements"],
        world.log.entry(index, 0, max(world.log.notes)).as_dict(),
    ]
    verdict = verify_bundle(form, world.policy())
    assert [(step.code, step.reason) for step in verdict.failures] == [("key", "not-a-registrar")]


def test_without_witnesses_no_time_is_proved(world, form):
    form["policy"] = ""
    alone = (
        "\n".join(row for row in world.policy_text.split("\n") if row.startswith("log")) + "\nquorum none\n"
    )
    verdict = verify_bundle(form, TrustPolicy.parse([alone], f"{world.registrar.key.kid} x\n"))
    assert verdict.ok
    assert {one.existed_by for one in verdict.statements} == {None}
    assert {one.lateness for one in verdict.statements} == {"unknown"}


def with_times(world: World, *hours: int) -> dict[str, Any]:
    """The bundle, with the food log's checkpoints signed so many hours after the start, smallest first."""
    log = world.log
    for size, hour in zip(sorted(log.notes), hours, strict=True):
        checkpoint = Checkpoint(log.origin, size, log.roots[size])
        lines = [cosign(checkpoint.text(), START + hour * HOUR, one) for one in log.witnesses]
        log.notes[size] = add_signatures(sign_checkpoint(checkpoint, log.key), lines)
    return orjson.loads(orjson.dumps(build_bundle(world.bundle())))


def of_the_food_log(verdict: Verdict, world: World) -> dict[int, Any]:
    return {one.index: one for one in verdict.statements if one.origin == world.log.origin}


@pytest.mark.parametrize("back", [0, 4, 6])
def test_a_witness_whose_clock_was_set_back_dates_no_record_back(world, back):
    """Sizes 1, 2, 3, 4 and 6; the last two were signed after the clock had been set back."""
    honest = of_the_food_log(verify_bundle(with_times(world, 0, 1, 5, 7, 8), world.policy()), world)
    verdict = verify_bundle(with_times(world, 0, 1, 5, 7 - back, 8 - back), world.policy())
    step = next(one for one in verdict.steps if one.code == "consistency")
    found = of_the_food_log(verdict, world)
    assert verdict.ok
    assert (step.state, step.reason) == (
        (StepState.NOTED, "times-contradict") if back > 2 else (StepState.ABSENT, "no-checkpoint-before")
    )
    assert {index: one.existed_by for index, one in found.items() if index < 3} == {
        index: one.existed_by for index, one in honest.items() if index < 3
    }
    assert found[3].existed_by == START + max(5, 7 - back) * HOUR  # not before the tree without it
    if back:  # and what lies between two times that contradict each other is not claimed to be after either
        assert found[3].logged_after <= found[3].existed_by
        assert found[3].logged_after == START + min(5, 7 - back) * HOUR


def test_the_same_size_may_be_signed_again_at_any_time(world):
    form = with_times(world, 0, 1, 5, 7, 8)
    again = Checkpoint(world.log.origin, 4, world.log.roots[4])
    lines = [cosign(again.text(), START + 6 * HOUR, one) for one in world.log.witnesses]
    note = add_signatures(sign_checkpoint(again, world.log.key), lines)
    earlier = form["logs"][0]["earlier"]
    same = next(one for one in earlier if one["checkpoint"].split("\n")[1] == "4")
    earlier.insert(earlier.index(same) + 1, {**same, "checkpoint": note})
    verdict = verify_bundle(form, world.policy())
    assert verdict.ok
    assert {one.reason for one in verdict.steps if one.code == "consistency"} == {"no-checkpoint-before"}
    assert of_the_food_log(verdict, world)[3].existed_by == START + 6 * HOUR


def test_a_policy_inside_that_differs_is_noted_and_unused(world, form):
    form["policy"] = "quorum none\n"
    verdict = verify_bundle(form, world.policy())
    assert verdict.ok
    assert verdict.steps[0].reason == "bundle-policy-differs"


def test_a_recall_and_a_stale_status_are_shown(world, form):
    tag = orjson.loads(world.log.leaves[3])["b"]
    data = {"asOf": "2026-10-01T08:30:00Z", "log": world.log.origin, "size": 6, "recalled": [tag]}
    index = world.log.append(world.market.state("status.snapshot", "s", data, START + 9 * HOUR))
    world.log.publish(START + 10 * HOUR)
    size = max(world.log.notes)
    form = build_bundle(world.bundle())
    law = limits(status_age=2 * HOUR)
    stale = verify_bundle(form, world.policy(), None, START + 11 * HOUR, law)
    assert stale.ok
    assert stale.status.state == "stale"
    form["status"] = world.log.entry(index, 0, size).as_dict()
    recalled = verify_bundle(form, world.policy(), None, START + 11 * HOUR, law)
    assert recalled.ok
    assert recalled.status.state == "recalled"
    del form["status"]
    assert verify_bundle(form, world.policy()).status.state == "absent"


@pytest.mark.parametrize("as_of", ["yesterday", "2026-10-01T08:00:00", 7])
def test_a_snapshot_without_an_instant_fails(world, as_of):
    data = {"asOf": as_of, "log": world.log.origin, "size": 6, "recalled": []}
    index = world.log.append(world.market.state("status.snapshot", "s", data, START + 9 * HOUR))
    world.log.publish(START + 10 * HOUR)
    form = build_bundle(world.bundle())
    form["status"] = world.log.entry(index, 0, max(world.log.notes)).as_dict()
    assert failed_codes(verify_bundle(form, world.policy())) == ["status"]


def test_a_malformed_leaf_in_the_status_fails(world, form):
    form["status"]["leaf"] = "{}"
    assert failed_codes(verify_bundle(form, world.policy())) == ["status"]


SNAPSHOTS: list[tuple[dict[str, Any], str, str, str]] = [
    ({}, "market", "clear", ""),
    ({"recalled": ["A" * 22, "B" * 22]}, "market", "clear", ""),
    ({"recalled": ["B" * 22, "A" * 22]}, "market", "failed", "not-a-snapshot"),
    ({"recalled": ["A" * 22, "A" * 22]}, "market", "failed", "not-a-snapshot"),
    ({"recalled": ["A" * 21]}, "market", "failed", "not-a-snapshot"),
    ({"recalled": [7]}, "market", "failed", "not-a-snapshot"),
    ({"recalled": {}}, "market", "failed", "not-a-snapshot"),
    ({"log": "trace.test/agri"}, "market", "failed", "not-a-snapshot"),
    ({"size": 7}, "market", "failed", "not-a-snapshot"),
    ({"size": "6"}, "market", "failed", "not-a-snapshot"),
    ({"size": -1}, "market", "failed", "not-a-snapshot"),
    ({"size": True}, "market", "failed", "not-a-snapshot"),
    ({"asOf": "2026-10-01T08:00:00"}, "market", "failed", "not-a-snapshot"),
    ({"size": 3}, "market", "stale", "before-lot"),
    ({"size": 4}, "market", "clear", ""),
    ({"asOf": "2026-10-01T06:59:59+00:00"}, "market", "stale", "stale"),
    ({}, "mill", "failed", "not-a-snapshot"),
    ({}, "registrar", "clear", ""),
]
"""(what the snapshot says otherwise, who signs it, the status, the reason); the pack stands at index 3."""


def with_snapshot(world: World, changed: dict[str, Any], who: str) -> dict[str, Any]:
    """The bundle's form with a snapshot of somebody's at index 6."""
    data = {"asOf": "2026-10-01T08:00:00+00:00", "log": world.log.origin, "size": 6, "recalled": []}
    stated = getattr(world, who).state("status.snapshot", world.log.origin, data | changed, START + 9 * HOUR)
    index = world.log.append(stated)
    world.log.publish(START + 10 * HOUR)
    form: Any = build_bundle(world.bundle())
    form["status"] = world.log.entry(index, 0, max(world.log.notes)).as_dict()
    return dict(form)


@pytest.mark.parametrize(("changed", "who", "state", "reason"), SNAPSHOTS)
def test_a_snapshot_proves_absence_only_in_order_of_this_log_and_by_the_bureau(
    world, changed, who, state, reason
):
    form = with_snapshot(world, changed, who)
    verdict = verify_bundle(form, world.policy(), None, START + 9 * HOUR, limits(status_age=2 * HOUR))
    assert (verdict.status.state, verdict.steps[-1].reason) == (state, reason)
    assert verdict.ok == (state != "failed")
