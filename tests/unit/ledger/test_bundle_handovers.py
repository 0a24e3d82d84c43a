"""Hand-overs in a bundle: what both verifiers make of each receipt, and what they show as origin."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.builders.handed_goods import TALES, HandedGoods
from tests.verifier.node import Case, judge
from trace.ledger.bundle import TrustPolicy, Verdict, verify_bundle
from trace.rules import load
from trace.usecases.log.trust import limits_of, script_limits

LIMITS = limits_of(load("demo"), HandedGoods.__post_init__.__globals__["START"].date())


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict[str, tuple[Verdict, dict[str, Any]]]:
    """name → (Python's verdict, the script's) of each tale."""
    cases, verdicts = [], []
    for one in TALES.values():
        goods = HandedGoods()
        one.tell(goods)
        form = goods.form()
        trust = TrustPolicy.parse([goods.policy], goods.registrars)
        verdicts.append(verify_bundle(form, trust, limits=LIMITS))
        cases.append(Case(form, (goods.policy,), goods.registrars, limits=script_limits(LIMITS)))
    _, answers = judge(cases, tmp_path_factory.mktemp("node"))
    return dict(zip(TALES, zip(verdicts, answers, strict=True), strict=True))


@pytest.mark.parametrize("name", list(TALES))
def test_each_receipt_is_what_both_sides_made_it(name, told):
    verdict, due = told[name][0], TALES[name]
    assert tuple((one.state, one.reason) for one in verdict.handovers) == due.receipts
    assert verdict.provenance == due.provenance
    assert tuple(one.typ for one in verdict.statements if one.apart) == due.apart
    assert tuple(step.code for step in verdict.failures) == due.failed


@pytest.mark.parametrize("name", list(TALES))
def test_the_script_says_the_same(name, told):
    python, script = told[name]
    due: Any = python.as_dict()
    for part in ("ok", "provenance", "handovers"):
        assert script[part] == due[part], part
    assert _steps(script["steps"]) == _steps(due["steps"])
    for ours, theirs in zip(script["statements"], due["statements"], strict=True):
        assert _steps(ours["steps"]) == _steps(theirs["steps"])
        assert ours["apart"] == theirs["apart"]


def _steps(steps: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(one["code"], one["state"], one.get("reason", "")) for one in steps]


def test_a_pair_existed_when_its_latest_statement_did(told):
    verdict = told["both sides name each other"][0]
    received = next(one for one in verdict.statements if one.typ == "food.receipt")
    (one,) = verdict.handovers
    assert one.existed_by == received.existed_by
    confirmed = told["the shipment comes later"][0]
    word = next(one for one in confirmed.statements if one.typ == "food.confirmation")
    assert confirmed.handovers[0].existed_by == word.existed_by


def test_what_a_fallen_key_never_signed_counts_for_nothing(tmp_path):
    """A void key's statement counts as void only with its signature: a forged one is not there at all."""
    goods = HandedGoods()
    TALES["the shipper's key is void"].tell(goods)
    form = goods.form()
    entry = next(one for one in form["statements"] if '"t":"food.shipment"' in one["leaf"])
    entry["jws"]["signature"] = "A" * 86
    trust = TrustPolicy.parse([goods.policy], goods.registrars)
    (one,) = verify_bundle(form, trust, limits=LIMITS).handovers
    assert (one.state, one.reason, one.handover) == ("claimed", "no-handover", None)
    _, (script,) = judge(
        [Case(form, (goods.policy,), goods.registrars, limits=script_limits(LIMITS))], tmp_path
    )
    assert script["handovers"] == [one.as_dict()]


def test_a_claim_is_noted_and_never_fails(told):
    for name in ("only the receiver says so", "a shipment to another, added by hand", "one source of two"):
        verdict = told[name][0]
        assert verdict.ok
        (step,) = [one for one in verdict.steps if one.code == "handovers"]
        assert (step.state, step.reason) == ("noted", "claimed")


def test_without_words_for_disputes_none_is_heard():
    goods = HandedGoods()
    TALES["in dispute by the receiver"].tell(goods)
    trust = TrustPolicy.parse([goods.policy], goods.registrars)
    (one,) = verify_bundle(goods.form(), trust, limits=replace(LIMITS, disputes=None)).handovers
    assert (one.state, one.reason) == ("confirmed", "")
