"""Step 18: the address on a pack names one record and one code, or the label fails."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.ledgers import START
from tests.builders.offline_verifier import limits, verify_bundle
from tests.unit.ledger.conftest import HOUR, PACK, World
from trace.ledger.bundle import StepState, Verdict, build_bundle
from trace.ledger.bundle.label import ABSENT, DIFFERS, MATCHES, UNBOUND
from trace.ledger.statement import label_digest
from trace.usecases.log.trust import LABEL_KEYS

RIGHT = "right"
"""Stands for the digest of the pack record."""
LABELS: list[tuple[str, str, str, str]] = [
    ("/01/06901234567892/10/L%2F1?v=", RIGHT, MATCHES, ""),
    ("/page/01/6901234567892/10/L%2f1?m=elder&v=", RIGHT, MATCHES, ""),
    ("/01/06901234567892?v=", RIGHT, MATCHES, ""),
    ("", RIGHT, MATCHES, ""),
    ("/01/06901234567892/21/7K3M9QX2TB4D?v=", RIGHT, MATCHES, "code-unbound"),
    ("/01/06901234567892/10/L%2F1/21/7K3M9QX2TB4D?v=", RIGHT, MATCHES, "code-unbound"),
    ("/01/06901234567892/235/X?v=", RIGHT, MATCHES, "code-unbound"),
    ("/t/7K3M-9QX2-TB4D?v=", RIGHT, MATCHES, "code-unbound"),
    ("/01/06901234567892/10/L%2F1", "", UNBOUND, "no-digest"),
    ("/01/06901234567892/10/L%2F1?V=", RIGHT, UNBOUND, "no-digest"),
    ("/01/06901234567892/10/L%2F1??v=", RIGHT, UNBOUND, "no-digest"),
    ("/01/06901234567892/10/L%2F1#?v=", RIGHT, UNBOUND, "no-digest"),
    ("/01/06901234567892/10/L%2F1?v", "", UNBOUND, "digest-malformed"),
    ("/01/06901234567892/10/L%2F1?v=", "", UNBOUND, "digest-malformed"),
    ("/01/06901234567892/10/L%2F1?v=", "AAAA", UNBOUND, "digest-malformed"),
    ("/01/06901234567892/10/L%2F1?v=%FF&v=", RIGHT, UNBOUND, "digest-malformed"),
    ("/01/06901234567892/10/L%2F1?v=", "A" * 22, DIFFERS, "label-differs"),
    ("", "A" * 22, DIFFERS, "label-differs"),
    ("/01/06901234567892/10/L%2F2?v=", RIGHT, DIFFERS, "other-code"),
    ("/01/06901234567892/10/L/1?v=", RIGHT, DIFFERS, "other-code"),
    ("/01/06901234567893/10/L%2F1?v=", RIGHT, DIFFERS, "other-code"),
    ("/01/06901234567893/21/7K3M9QX2TB4D?v=", RIGHT, DIFFERS, "other-code"),
    ("/01/06901234567892/10/L%2?v=", RIGHT, DIFFERS, "other-code"),
    ("/01/06901234567892/10/%FF?v=", RIGHT, DIFFERS, "other-code"),
    ("/01/06901234567892/10?v=", RIGHT, DIFFERS, "other-code"),
    ("/?v=", RIGHT, DIFFERS, "other-code"),
    ("/01/?v=", RIGHT, DIFFERS, "other-code"),
]
"""(path and query up to the digest, digest, what the label says, reason)."""


def address(path: str, digest: str) -> str:
    """The scanned text: the digest alone where there is no path."""
    return f"https://trace.test{path}{digest}" if path else digest


def judged(world: World, form: dict[str, Any], label: str | None) -> Verdict:
    return verify_bundle(form, world.policy(), label, START + 9 * HOUR, limits(label_keys=LABEL_KEYS))


def reason_of(verdict: Verdict) -> str:
    return next(step.reason for step in verdict.steps if step.code == "label")


@pytest.mark.parametrize(("path", "digest", "found", "reason"), LABELS)
def test_a_label_names_one_record_and_one_code(world, path, digest, found, reason):
    given = label_digest(world.log.statements[3].compact) if digest == RIGHT else digest
    verdict = judged(world, build_bundle(world.bundle()), address(path, given))
    assert (verdict.label, reason_of(verdict)) == (found, reason)
    assert verdict.ok == (found == MATCHES)
    noted = [step.state for step in verdict.steps if step.code == "label"] == [StepState.NOTED]
    assert noted == (reason == "code-unbound")


@pytest.mark.parametrize(
    ("label", "found"),
    [(None, ABSENT), ("", UNBOUND), ("nonsense", UNBOUND), ("http://[x?v=" + "A" * 22, DIFFERS)],
)
def test_no_label_is_absent_and_any_other_text_is_one(world, label, found):
    verdict = judged(world, build_bundle(world.bundle()), label)
    assert verdict.label == found
    assert verdict.ok == (label is None)


def test_without_keys_the_digest_alone_is_compared(world):
    label = "https://t.test/x?v=" + label_digest(world.log.statements[3].compact)
    assert verify_bundle(build_bundle(world.bundle()), world.policy(), label).label == MATCHES


def with_statement(world: World, data: dict[str, Any], typ: str, who: str = "mill") -> tuple[Any, Any]:
    """(form, statement) of the world in which somebody states one more thing about the pack."""
    signer = getattr(world, who)
    stated = signer.state(typ, PACK, data, START + 9 * HOUR)
    index = world.log.append(stated)
    world.log.publish(START + 10 * HOUR)
    size = max(world.log.notes)
    form: Any = build_bundle(world.bundle())
    form["statements"].append(world.log.entry(index, 0, size).as_dict())
    return form, stated


def correction_of(pack: Any) -> dict[str, Any]:
    anew = {"packs": {"value": "500", "unit": "件"}, "gtin": "6901234567892", "batchNo": "L2"}
    return {"amends": pack.statement_id, "reason": "批号写错", "replacement": anew}


def test_a_correction_is_a_record_too_and_binds_its_own_batch_number(world):
    pack = world.log.statements[3]
    form, corrected = with_statement(world, correction_of(pack), "correction")
    for batch, one in (("L%2F1", pack), ("L2", corrected)):
        label = address(f"/01/06901234567892/10/{batch}?v=", label_digest(one.compact))
        assert judged(world, form, label).label == MATCHES
    crossed = address("/01/06901234567892/10/L2?v=", label_digest(pack.compact))
    assert reason_of(judged(world, form, crossed)) == "other-code"


NO_CORRECTIONS: list[dict[str, Any]] = [
    {"amends": "A" * 43, "reason": "x", "replacement": {}},
    {"amends": 1, "reason": "x", "replacement": {}},
    {"reason": "x"},
]


@pytest.mark.parametrize("data", NO_CORRECTIONS)
def test_a_correction_of_something_else_is_no_record_of_the_label(world, data):
    form, stated = with_statement(world, data, "correction")
    assert reason_of(judged(world, form, label_digest(stated.compact))) == "label-differs"


def test_a_correction_without_a_whole_record_is_no_record_of_the_label(world):
    data = {"amends": world.log.statements[3].statement_id, "reason": "x", "replacement": "nothing"}
    form, stated = with_statement(world, data, "correction")
    assert reason_of(judged(world, form, label_digest(stated.compact))) == "label-differs"


def test_a_correction_by_somebody_else_is_no_record_of_the_label(world):
    data = {"amends": world.log.statements[3].statement_id, "reason": "x", "replacement": {}}
    form, stated = with_statement(world, data, "correction", who="market")
    assert reason_of(judged(world, form, label_digest(stated.compact))) == "label-differs"


def test_a_platform_code_is_bound_where_its_activation_is_in_the_bundle(world):
    form, _ = with_statement(world, {"platformCode": "7K3M9QX2TB4D"}, "code.activate")
    digest = label_digest(world.log.statements[3].compact)
    right = judged(world, form, address("/t/7K3M-9QX2-TB4D?v=", digest))
    wrong = judged(world, form, address("/t/7K3M-9QX2-TB4E?v=", digest))
    assert (right.label, reason_of(right)) == (MATCHES, "")
    assert (wrong.label, reason_of(wrong)) == (DIFFERS, "other-code")
