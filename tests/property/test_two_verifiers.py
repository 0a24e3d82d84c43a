"""The verifier in Python and the one in the shopper's browser judge every odd record alike, step by step."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tests import soak
from tests.builders.alien_records import AlienLog, texts_of
from tests.builders.ledgers import START
from tests.builders.oddities import as_text
from tests.verifier.node import Case, judge
from trace.errors import BundleMalformed
from trace.ledger.bundle import TrustPolicy, Verdict, read_bundle, verify_bundle
from trace.rules import load
from trace.usecases.log.trust import limits_of, script_limits

pytestmark = pytest.mark.unmeasured

RECORDS, TEXTS = 100, 3
"""Odd records in a bundle, and odd texts of another."""
BUNDLES = 100
PIECE = 10

LIMITS = limits_of(load("demo"), START.date())
AS_DATA = script_limits(LIMITS)

Told = list[tuple[str, str]]


def told(verdict: dict[str, Any]) -> dict[str, Any]:
    """What both verifiers say, in one form."""
    if "refused" in verdict:
        return {"refused": verdict["refused"]}
    return {
        "ok": verdict["ok"],
        "label": verdict["label"],
        "status": verdict["status"],
        "provenance": verdict["provenance"],
        "handovers": verdict["handovers"],
        "steps": _steps(verdict),
        "statements": [
            {
                **{name: one[name] for name in _COMPARED},
                "steps": _steps(one),
            }
            for one in verdict["statements"]
        ],
    }


_COMPARED = (
    "stmt",
    "index",
    "log",
    "shown",
    "typ",
    "iss",
    "sub",
    "existedBy",
    "lateness",
    "anchor",
    "withheld",
    "apart",
)


def _steps(of: dict[str, Any]) -> Told:
    return [(step["code"], step["state"]) for step in of["steps"]]


def by_python(text: str, trust: TrustPolicy) -> dict[str, Any]:
    try:
        verdict: Verdict = verify_bundle(
            read_bundle(text.encode("utf-8", "surrogatepass")), trust, limits=LIMITS
        )
    except BundleMalformed as refusal:
        return {"refused": refusal.code}
    return verdict.as_dict()


def differences(seed: int, folder: Path, pieces: Iterable[int]) -> tuple[Counter[str], list[str]]:
    """How the steps ended, and each difference between the verifiers with the record that it is about."""
    ended: Counter[str] = Counter()
    found: list[str] = []
    for piece in pieces:
        cases, verdicts, texts = [], [], []
        for number in range(piece * PIECE, (piece + 1) * PIECE):
            log = AlienLog(seed * 1_000_003 + number)
            for _ in range(RECORDS):
                log.add_odd()
            log.add_odd_status()
            trust = TrustPolicy.parse([log.policy], log.registrars)
            forms = [_text_of(log)]
            for again in range(TEXTS):
                small = AlienLog(seed * 7_000_003 + TEXTS * number + again)
                small.add_odd_status()
                forms += islice(texts_of(small, random.Random(number)), 2)
            for text in forms:
                texts.append(text)
                verdicts.append(told(by_python(text, trust)))
                cases.append(Case(text, (log.policy,), log.registrars, limits=AS_DATA))
        _, answers = judge(cases, folder)
        for text, python, script in zip(texts, verdicts, map(told, answers), strict=True):
            ended.update(_ends(python))
            if python != script:
                found.append(_difference(text, python, script))
    return ended, found


def _text_of(log: AlienLog) -> str:
    return as_text(log.form())


def _ends(verdict: dict[str, Any]) -> list[str]:
    if "refused" in verdict:
        return ["bundle refused"]
    steps = [step for one in verdict["statements"] for step in one["steps"][-1:]]
    return [f"{code} {state}" for code, state in steps]


def _difference(text: str, python: dict[str, Any], script: dict[str, Any]) -> str:
    if python.keys() != script.keys():
        return f"python {str(python)[:200]}\nscript {str(script)[:200]}\n{text[:3000]}"
    for one, other in zip(python.get("statements", ()), script.get("statements", ()), strict=True):
        if one != other:
            entry = read_bundle(text)["statements"][python["statements"].index(one)]  # type: ignore[index]
            parts = {name: (one[name], other[name]) for name in one if one[name] != other[name]}
            return f"{parts}\n{entry}"
    return f"{ {name: (python[name], script[name]) for name in python if python[name] != script[name]} }"


def test_ten_thousand_odd_records_are_judged_alike(tmp_path):
    ended, found = differences(20261128, tmp_path, range(BUNDLES // PIECE))
    assert found == []
    # The oddities reach most of the steps, and some records hold.
    assert {
        "header failed",
        "canonical failed",
        "key failed",
        "disclosures failed",
        "leaf failed",
    } <= ended.keys()
    assert ended["issuer passed"] > 500


@pytest.mark.soak
def test_a_hundred_thousand_odd_records_are_judged_alike(tmp_path):
    pieces = soak.tried("odd records", range(10 * BUNDLES // PIECE), each=PIECE * RECORDS)
    ended, found = differences(soak.seed(7), tmp_path, pieces)
    soak.tell(f"{ended.total():,} odd records: {dict(ended.most_common())}")
    assert found == []
