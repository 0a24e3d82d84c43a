from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import orjson
import pytest

from tests.builders.ledgers import PLATFORM_KEY, START, Signer
from tests.builders.offline_verifier import limits, verify_bundle
from tests.unit.ledger.conftest import BATCH, HOUR, PACK, World
from trace.errors import BundleMalformed
from trace.ledger.bundle import StepState, TrustPolicy, Verdict, build_bundle, is_demo_origin, parse_bundle
from trace.ledger.leaf import lot_secret
from trace.ledger.statement import label_digest


def failed_codes(verdict: Verdict) -> list[str]:
    return [step.code for step in verdict.failures]


@pytest.fixture
def form(world: World) -> dict[str, Any]:
    return orjson.loads(orjson.dumps(build_bundle(world.bundle())))


def test_a_whole_bundle_over_two_logs_verifies(world, form):
    label = "https://trace.test/01/06901234567892/10/L1?v=" + label_digest(world.log.statements[3].compact)
    law = limits(
        lateness={"food.production": 2 * HOUR, "food.pack": timedelta(minutes=1)}, status_age=2 * HOUR
    )
    verdict = verify_bundle(form, world.policy(), label, START + 9 * HOUR, law)
    assert verdict.ok, verdict.failures
    assert (verdict.label, verdict.status.state, verdict.demo_clock) == ("matches", "clear", False)
    made = verdict.statements[5]
    assert made.sub == BATCH
    assert (made.existed_by, made.logged_after, made.signed_after) == (
        START + 5 * HOUR,
        START + HOUR,
        START + HOUR,
    )
    assert (made.lateness, made.late_by, made.anchor, made.custody) == ("on_time", 3600, "proved", "file")
    assert verdict.statements[6].lateness == "late"
    assert verdict.statements[2].lateness == "no_limit"
    assert verdict.as_dict()["ok"] is True
    assert orjson.dumps(verdict.as_dict())


def test_steps_are_numbered_in_the_normative_order(world, form):
    verdict = verify_bundle(form, world.policy())
    for result in verdict.statements:
        numbers = [step.number for step in result.steps]
        assert numbers == sorted(numbers)
    assert [step.number for step in verdict.steps] == [1, 2, 3, 17, 18, 19]


def test_without_a_trusted_policy_nothing_is_verified(form):
    verdict = verify_bundle(form, None)
    assert not verdict.ok
    assert [(step.code, step.reason) for step in verdict.failures] == [("policy", "no-trusted-policy")]


def test_a_wholly_forged_but_consistent_bundle_fails(world, form):
    other = TrustPolicy.parse(
        [world.policy_text.replace("both\nquorum both", "both\nquorum both")], f"{'A' * 42}E someone\n"
    )
    verdict = verify_bundle(form, other)
    assert not verdict.ok
    assert set(failed_codes(verdict)) >= {"key"}
    stranger = Signer("urn:uscc:X", 77)
    foreign = TrustPolicy.parse(["quorum none\n"], f"{stranger.key.kid} stranger\n")
    verdict = verify_bundle(form, foreign)
    assert [(step.code, step.reason) for step in verdict.failures] == [("checkpoints", "unknown-log")]


def test_a_view_without_disclosures_verifies_equally(world, form):
    whole = verify_bundle(form, world.policy())
    for entry in form["statements"]:
        entry["jws"].pop("header", None)
    verdict = verify_bundle(form, world.policy())
    assert verdict.ok
    shown = [(one.statement_id, one.existed_by, one.ok) for one in verdict.statements]
    assert shown == [(one.statement_id, one.existed_by, one.ok) for one in whole.statements]
    assert verdict.statements[5].withheld > whole.statements[5].withheld


def test_a_withheld_input_shows_as_withheld(world, form):
    del form["statements"][2]["jws"]
    verdict = verify_bundle(form, world.policy())
    assert verdict.ok
    assert not verdict.statements[2].shown
    step = next(step for step in verdict.statements[5].steps if step.code == "inputs")
    assert (step.state, step.reason) == (StepState.NOTED, "inputs-withheld")


def b64_flip(text: str) -> str:
    return ("B" if text[0] != "B" else "C") + text[1:]


def tamper_payload(form, world):
    entry = form["statements"][6]["jws"]
    entry["payload"] = form["statements"][5]["jws"]["payload"]


def tamper_signature(form, world):
    form["statements"][6]["jws"]["signature"] = form["statements"][5]["jws"]["signature"]


def tamper_index(form, world):
    form["statements"][6]["index"] = 4


def tamper_proof(form, world):
    form["statements"][6]["proof"][0] = form["statements"][6]["proof"][1]


def tamper_leaf_typ(form, world):
    form["statements"][6]["leaf"] = form["statements"][6]["leaf"].replace("food.pack", "food.rack")


def tamper_leaf_form(form, world):
    form["statements"][6]["leaf"] += " "


def tamper_lot_secret(form, world):
    form["statements"][6]["secret"] = "A" * 22


def tamper_disclosure(form, world):
    header = form["statements"][5]["jws"]["header"]
    header["disclosures"][0] = form["statements"][2]["jws"]["header"]["disclosures"][0]


def tamper_input(form, world):
    del form["statements"][2]


def drop_registration(form, world):
    del form["statements"][4]


def swap_checkpoint(form, world):
    form["logs"][0]["checkpoint"] = form["logs"][0]["earlier"][0]["checkpoint"]


def drop_witness(form, world):
    lines = form["logs"][0]["checkpoint"].split("\n")
    del lines[-2]
    form["logs"][0]["checkpoint"] = "\n".join(lines)


def drop_log_signature(form, world):
    lines = form["logs"][0]["checkpoint"].split("\n")
    del lines[4]
    form["logs"][0]["checkpoint"] = "\n".join(lines)


def tamper_consistency(form, world):
    form["logs"][0]["earlier"][1]["consistency"] = form["logs"][0]["earlier"][2]["consistency"]


def mix_logs(form, world):
    form["logs"][1]["earlier"][0]["checkpoint"] = form["logs"][0]["earlier"][0]["checkpoint"]


def repeat_log(form, world):
    form["logs"][1] = copy.deepcopy(form["logs"][0])


def tamper_header(form, world):
    form["statements"][6]["jws"]["protected"] = b64_flip(form["statements"][6]["jws"]["protected"])


def tamper_canonical(form, world):
    form["statements"][6]["jws"]["payload"] = "e30K"


def before_covers(form, world):
    newest = max(world.log.notes)
    form["logs"][0]["before"] = world.log.notes[4]
    form["logs"][0]["consistency"] = world.bundle().as_dict()["logs"][0]["earlier"][3]["consistency"]
    assert newest == 6


def tamper_status(form, world):
    form["status"] = copy.deepcopy(form["statements"][6])


def break_status(form, world):
    form["status"]["proof"] = []


def hide_status(form, world):
    del form["status"]["jws"]


def other_lot(form, world):
    form["lot"] = "urn:lot:other:1"


def input_elsewhere(form, world):
    form["statements"][5]["index"] = 3


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (tamper_payload, "signature"),
        (tamper_signature, "signature"),
        (tamper_index, "inclusion"),
        (tamper_proof, "inclusion"),
        (tamper_leaf_typ, "leaf"),
        (tamper_leaf_form, "leaf"),
        (tamper_lot_secret, "lot-tag"),
        (tamper_disclosure, "disclosures"),
        (tamper_input, "inputs"),
        (drop_registration, "key"),
        (swap_checkpoint, "consistency"),
        (drop_witness, "checkpoints"),
        (drop_log_signature, "checkpoints"),
        (tamper_consistency, "consistency"),
        (mix_logs, "consistency"),
        (repeat_log, "checkpoints"),
        (tamper_header, "header"),
        (tamper_canonical, "canonical"),
        (before_covers, "bracket"),
        (tamper_status, "status"),
        (break_status, "status"),
        (hide_status, "status"),
        (other_lot, "subject"),
        (input_elsewhere, "inclusion"),
    ],
)
def test_each_mutation_fails_at_its_step(world, form, tamper, code):
    assert verify_bundle(form, world.policy()).ok
    tamper(form, world)
    verdict = verify_bundle(form, world.policy())
    assert not verdict.ok
    assert code in failed_codes(verdict), verdict.failures


def test_an_entry_without_its_lot_secret_is_not_compared(world, form):
    for entry in form["statements"]:
        entry.pop("secret")
    verdict = verify_bundle(form, world.policy())
    assert verdict.ok
    states = {step.state for one in verdict.statements for step in one.steps if step.code == "lot-tag"}
    assert states == {StepState.PASSED, StepState.ABSENT}


def test_a_checkpoint_before_all_entries_bounds_the_time(world):
    bundle = world.bundle(status=False)
    form = build_bundle(bundle)
    form["logs"][0] = world.evidence(world.log, before=2).as_dict()  # type: ignore[index]
    verdict = verify_bundle(form, world.policy())
    assert "bracket" in failed_codes(verdict)
    form["logs"][1]["before"] = "not a note"  # type: ignore[index, call-overload]
    form["logs"][1]["consistency"] = []  # type: ignore[index, call-overload]
    assert "checkpoints" in failed_codes(verify_bundle(form, world.policy()))


def test_every_log_with_a_checkpoint_before_passes_consistency(world):
    form = build_bundle(world.bundle(status=False))
    size = max(world.log.notes)
    form["logs"] = [world.evidence(world.log, before=2).as_dict()]
    form["lotSecret"] = "A" * 22
    form["statements"] = [world.log.entry(index, 0, size).as_dict() for index in (2, 3)]
    verdict = verify_bundle(form, world.policy())
    step = next(step for step in verdict.steps if step.code == "consistency")
    assert step.state is StepState.PASSED


def test_reading_a_bundle_gives_it_back(world, form):
    assert parse_bundle(form) == world.bundle()
    assert parse_bundle(form).as_dict() == form


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("format", "trace-bundle/2"),
        ("view", "private"),
        ("view", 1),
        ("lot", None),
        ("lot", "\ud800"),
        ("lotSecret", "A"),
        ("lotSecret", "AAAA"),
        ("statements", []),
        ("statements", {}),
        ("statements", [1]),
        ("statements", [{}]),
        ("logs", []),
        ("logs", [{"checkpoint": "x", "before": "y"}]),
        ("logs", [{"checkpoint": "x", "earlier": [{"checkpoint": "x"}]}]),
        ("logs", [{"checkpoint": "x", "earlier": [3]}]),
        ("logs", [{"checkpoint": "x", "before": "y", "consistency": ["no"]}]),
        ("status", []),
        ("tsa", [1]),
        ("policy", 1),
        ("unknown", 1),
    ],
)
def test_what_is_no_bundle_is_refused(world, form, member, value):
    form[member] = value
    with pytest.raises(BundleMalformed):
        verify_bundle(form, world.policy())


@pytest.mark.parametrize(
    ("member", "value"),
    [("log", 2), ("log", "0"), ("index", -1), ("index", True), ("proof", "x"), ("jws", "a.b.c")],
)
def test_what_is_no_entry_is_refused(world, form, member, value):
    form["statements"][0][member] = value
    with pytest.raises(BundleMalformed):
        verify_bundle(form, world.policy())


def test_a_withheld_entry_of_a_log_with_one_checkpoint_reads_back(world, form):
    for entry in form["statements"]:
        entry.pop("jws")
        entry.pop("secret")
    form["logs"] = [{"checkpoint": log["checkpoint"]} for log in form["logs"]]
    assert parse_bundle(form).as_dict() == form
    newest = world.evidence(world.log, before=2)
    assert newest.as_dict()["before"] == world.log.notes[2]


def test_extra_evidence_is_carried(world):
    form = build_bundle(world.bundle())
    form["tsa"] = ["AAAA"]
    assert parse_bundle(form).as_dict()["tsa"] == ["AAAA"]


def test_a_demo_clock_is_declared_in_the_origin():
    assert is_demo_origin("trace.test/food/demo-clock")
    assert not is_demo_origin("trace.test/demo-clocks")


def test_the_lot_secret_is_the_same_on_replay():
    assert lot_secret(PLATFORM_KEY, PACK) == lot_secret(PLATFORM_KEY, PACK)
