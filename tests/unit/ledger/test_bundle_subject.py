"""Whose bundle it is: a lot that a record makes is proven by that record, and no other lot passes for it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.builders.handed_goods import FARM, MILL, STRANGER, HandedGoods, lot
from tests.builders.ledgers import PLATFORM_KEY, REGISTRAR, START
from tests.verifier.node import Case, judge
from trace.ledger.bundle import TrustPolicy, Verdict, verify_bundle
from trace.ledger.canonical import b64u
from trace.ledger.leaf import lot_secret, lot_tag, parse_leaf
from trace.rules import load
from trace.usecases.log.trust import limits_of, script_limits

LIMITS = limits_of(load("demo"), START.date())
BATCH, RICE, BRAN, ANEW = (lot(MILL, name) for name in ("M1", "RICE", "BRAN", "ANEW"))
SUBJECT = "no-statement-about-the-lot"


def produce(goods: HandedGoods, *made: str, iss: str = MILL) -> str:
    outputs = [{"lot": one} for one in made]
    data = {"batch": lot(iss, "M1"), "inputs": [{"lot": lot(iss, "R1")}], "outputs": outputs}
    return goods.state(iss, "food.production", lot(iss, "M1"), data)


def split(goods: HandedGoods) -> None:
    data = {"input": {"lot": lot(MILL, "R1")}, "outputs": [{"lot": RICE}, {"lot": BRAN}]}
    goods.state(MILL, "food.split", lot(MILL, "R1"), data)


def correct(goods: HandedGoods, lots: list[str], iss: str = MILL) -> None:
    amended = produce(goods, RICE)
    data = {"batch": BATCH, "outputs": [{"lot": one} for one in lots]}
    goods.state(iss, "correction", BATCH, {"amends": amended, "reason": "x", "replacement": data})


def void(goods: HandedGoods) -> None:
    produce(goods, RICE)
    goods.void(MILL, 0)


def as_output(made: str) -> str:
    """The tag of what the batch gives by the batch's own secret."""
    return lot_tag(lot_secret(PLATFORM_KEY, BATCH), made)


def listed(goods: HandedGoods, *tags: str, size: int | None = None, **said: Any) -> None:
    """A batch without a record about what it gives, and a recall list that tells of outputs."""
    produce(goods, RICE, BRAN)
    said = {"outputs": True, **said}
    grown = len(goods.food.statements) if size is None else size
    time = "2026-10-01T00:00:00+00:00"
    data = {"asOf": time, "log": goods.food.origin, "recalled": sorted(tags), "size": grown, **said}
    goods.state(REGISTRAR, "status.snapshot", goods.food.origin, data)


def production_of(form: dict[str, Any]) -> dict[str, Any]:
    (made,) = [one for one in form["statements"] if '"t":"food.production"' in one["leaf"]]
    found: dict[str, Any] = made
    return found


def status(goods: HandedGoods, *recalled: str, size: int | None = None) -> None:
    tags = sorted(lot_tag(lot_secret(PLATFORM_KEY, one), one) for one in recalled)
    said = {"asOf": "2026-10-01T00:00:00+00:00", "log": goods.food.origin, "recalled": tags}
    grown = len(goods.food.statements) if size is None else size
    goods.state(REGISTRAR, "status.snapshot", goods.food.origin, said | {"size": grown})


def known(goods: HandedGoods, *recalled: str, tested: bool = True, size: int | None = None) -> None:
    produce(goods, RICE)
    if tested:
        goods.state(MILL, "food.release", RICE, {"lot": RICE})
    status(goods, *recalled, size=size)


@dataclass(frozen=True)
class Asked:
    """What is logged, the lot that the bundle says it is of, and what both verifiers must say of it."""

    tell: Callable[[HandedGoods], object]
    lot: str
    failed: tuple[tuple[str, str], ...] = ()
    status: str = "absent"
    doubted: bool = False
    change: Callable[[dict[str, Any]], object] = lambda form: None


NOT_IT = (("subject", SUBJECT),)
OF_ANOTHER = (("issuer", "lot-of-another"), *NOT_IT)


GS1 = "https://id.gs1.org/01/04012345666663/10/R1"
OWN_NAME, STRANGERS_NAME = (f"{GS1}#{party.rpartition(':')[2]}" for party in (MILL, STRANGER))


def event(goods: HandedGoods, *named: str, text: bool = False, iss: str = MILL) -> str:
    """A transformation in another system; its statement."""
    said: dict[str, Any] = {
        "type": "TransformationEvent",
        "inputQuantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.011111.4444", "uom": "KGM"}],
        "outputQuantityList": [{"epcClass": one, "uom": "KGM"} for one in named],
    }
    data = {"event": json.dumps(said) if text else said}
    return goods.state(iss, "epcis.event", "urn:record:1", data)


def own_pool(form: dict[str, Any]) -> None:
    """The bundle is of the batch that its event makes."""
    made = next(one for one in form["statements"] if '"t":"epcis.event"' in one["leaf"])
    form["lot"] = f"ni:///sha-256;{parse_leaf(made['leaf'].encode()).statement_id}"


def swap_secret(form: dict[str, Any]) -> None:
    form["lotSecret"] = b64u(bytes(16))


def swap_payload(form: dict[str, Any]) -> None:
    made = next(one for one in form["statements"] if '"t":"food.production"' in one["leaf"])
    twin = next(one for one in form["statements"] if '"t":"food.receipt"' in one["leaf"])
    made["jws"]["payload"] = twin["jws"]["payload"]


CASES = {
    "the product of a batch": Asked(lambda goods: produce(goods, RICE), RICE),
    "a by-product beside it": Asked(lambda goods: produce(goods, RICE, BRAN), BRAN),
    "the first of a lot that was split": Asked(split, RICE),
    "the second of a lot that was split": Asked(split, BRAN),
    "a lot that a correction states anew": Asked(lambda goods: correct(goods, [ANEW]), ANEW),
    "the batch itself": Asked(lambda goods: produce(goods, RICE), BATCH),
    # another lot's bundle under this lot's name
    "a lot that nothing makes": Asked(lambda goods: produce(goods, RICE), BRAN, NOT_IT),
    "a lot that was only taken": Asked(lambda goods: produce(goods, RICE), lot(MILL, "R1"), NOT_IT),
    "a lot that was only split up": Asked(
        lambda goods: goods.state(MILL, "food.split", BATCH, {"input": {"lot": RICE}, "outputs": []}),
        RICE,
        NOT_IT,
    ),
    "a lot that a receipt names as bought": Asked(
        lambda goods: goods.receive(None, supplierLot=lot(FARM, "H9")), lot(FARM, "H9"), NOT_IT
    ),
    "a lot that an authority names": Asked(
        lambda goods: goods.state(REGISTRAR, "food.production", "urn:case:1", {"lots": [RICE]}),
        RICE,
        (("issuer", "role-not-granted"), *NOT_IT),
    ),
    "a lot in a member of another kind": Asked(
        lambda goods: goods.state(MILL, "food.release", BATCH, {"outputs": [{"lot": RICE}]}), RICE, NOT_IT
    ),
    "made by who does not own it": Asked(lambda goods: produce(goods, RICE, iss=STRANGER), RICE, OF_ANOTHER),
    "made anew by who does not own it": Asked(
        lambda goods: correct(goods, [ANEW], iss=STRANGER), ANEW, OF_ANOTHER
    ),
    "a lot inside another's name": Asked(lambda goods: produce(goods, RICE + "x"), RICE, NOT_IT),
    "made under a key that fell": Asked(void, RICE, (("key", "compromised"), *NOT_IT)),
    "a payload that was swapped": Asked(
        lambda goods: (goods.receive(None), produce(goods, RICE)),
        RICE,
        (("signature", "not-authentic"), *NOT_IT),
        change=swap_payload,
    ),
    # goods that an event of another system names
    "named in an event, letter for letter": Asked(lambda goods: event(goods, GS1), GS1),
    "named in an event's text": Asked(lambda goods: event(goods, GS1, text=True), GS1),
    "named beside another's of that name": Asked(lambda goods: event(goods, GS1), OWN_NAME),
    "a name of another system": Asked(lambda goods: event(goods, "urn:uuid:374d95fc"), "urn:uuid:374d95fc"),
    "the batch of an event": Asked(event, RICE, change=own_pool),
    "an own lot in an event": Asked(lambda goods: event(goods, RICE), RICE),
    "a lot of another in an event": Asked(lambda goods: event(goods, RICE, iss=STRANGER), RICE, NOT_IT),
    "spelled otherwise in an event": Asked(
        lambda goods: event(goods, "urn:epc:class:lgtin:4012345.066666.R1"), GS1, doubted=True
    ),
    "named beside a stranger's of that name": Asked(
        lambda goods: event(goods, GS1), STRANGERS_NAME, doubted=True
    ),
    "another system's name in no event": Asked(
        lambda goods: event(goods, "urn:uuid:1"), "urn:uuid:374d95fc", NOT_IT
    ),
    "a part of a name in an event": Asked(lambda goods: event(goods, "urn:uuid:12"), "urn:uuid:1", NOT_IT),
    "a word in an event": Asked(event, "KGM", NOT_IT),
    "a GS1 name and no event": Asked(lambda goods: produce(goods, RICE), GS1, NOT_IT),
    # what a recall list says of it
    "in no list, its tag proved": Asked(known, RICE, status="clear"),
    "in no list, its tag not proved": Asked(
        lambda goods: known(goods, tested=False), RICE, status="incomplete"
    ),
    "in the list, its tag not proved": Asked(
        lambda goods: known(goods, RICE, tested=False), RICE, status="recalled"
    ),
    "in the list, its secret swapped": Asked(
        lambda goods: known(goods, RICE, tested=False), RICE, status="incomplete", change=swap_secret
    ),
    "in no list of outputs": Asked(listed, RICE, status="clear"),
    "in no list of outputs, the batch's secret not handed over": Asked(
        listed, RICE, status="incomplete", change=lambda form: production_of(form).pop("secret")
    ),
    "in no list of outputs, another secret handed over as the batch's": Asked(
        listed,
        RICE,
        failed=(("lot-tag", "lot-tag-differs"), *NOT_IT),
        status="incomplete",
        change=lambda form: production_of(form).update(secret=b64u(bytes(16))),
    ),
    "in a list that tells of no outputs": Asked(
        lambda goods: listed(goods, outputs=False), RICE, status="incomplete"
    ),
    "in a list that says 1 of outputs": Asked(
        lambda goods: listed(goods, outputs=1), RICE, status="incomplete"
    ),
    "in the list of outputs": Asked(lambda goods: listed(goods, as_output(RICE)), RICE, status="recalled"),
    "in the list of outputs, its own secret swapped": Asked(
        lambda goods: listed(goods, as_output(RICE)),
        RICE,
        status="recalled",
        change=swap_secret,
    ),
    "what came of the same batch in the list": Asked(
        lambda goods: listed(goods, as_output(BRAN)), RICE, status="clear"
    ),
    "a list of outputs from before it was made": Asked(
        lambda goods: listed(goods, size=1), RICE, status="stale"
    ),
    "a list from before it was made": Asked(lambda goods: known(goods, size=1), RICE, status="stale"),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict[str, tuple[Verdict, dict[str, Any]]]:
    """name → (Python's verdict, the script's), of one run of the script."""
    cases, verdicts = [], []
    for one in CASES.values():
        goods = HandedGoods()
        one.tell(goods)
        form = copy.deepcopy(goods.form())
        form |= {"lot": one.lot, "lotSecret": b64u(lot_secret(PLATFORM_KEY, one.lot))}
        one.change(form)
        verdicts.append(
            verify_bundle(form, TrustPolicy.parse([goods.policy], goods.registrars), limits=LIMITS)
        )
        cases.append(Case(form, (goods.policy,), goods.registrars, limits=script_limits(LIMITS)))
    _, answers = judge(cases, tmp_path_factory.mktemp("node"))
    return dict(zip(CASES, zip(verdicts, answers, strict=True), strict=True))


@pytest.mark.parametrize("name", list(CASES))
def test_a_bundle_is_of_the_lot_that_its_records_make(name, told):
    verdict, due = told[name][0], CASES[name]
    assert verdict.ok == (not due.failed), verdict.failures
    assert sorted((step.code, step.reason) for step in verdict.failures) == sorted(due.failed)
    assert verdict.status.state == due.status
    (step,) = [one for one in verdict.steps if one.code == "subject"]
    assert (step.reason == "unproved") == due.doubted


@pytest.mark.parametrize("name", list(CASES))
def test_the_script_says_the_same_of_the_lot(name, told):
    python, script = told[name]
    due: Any = python.as_dict()
    assert (script["ok"], script["status"]) == (due["ok"], due["status"])
    for ours, theirs in [
        (script, due),
        *zip(script["statements"], due["statements"], strict=True),
    ]:
        assert _steps(ours["steps"]) == _steps(theirs["steps"])


def _steps(steps: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(one["code"], one["state"], one.get("reason", "")) for one in steps]


def test_without_the_words_of_the_trade_only_the_subject_of_a_record_counts():
    goods = HandedGoods()
    produce(goods, RICE)
    form = goods.form() | {"lot": RICE}
    trust = TrustPolicy.parse([goods.policy], goods.registrars)
    verdict = verify_bundle(form, trust, limits=replace(LIMITS, pairs=None))
    assert [step.code for step in verdict.failures] == ["subject"]
