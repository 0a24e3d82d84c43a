"""Common source and choice of samples against the worked oracles c and g."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from trace.oversight.common_source import Belief, find_source
from trace.oversight.sample_choice import Assay, Sample, after_result, information

pytestmark = pytest.mark.vectors

BELOW = {"L1": {1, 2, 3}, "L2": {1, 2, 3, 4, 5, 6}, "L3": {1, 4}, "L4": {2, 3, 5}}
NAMES = dict(enumerate(BELOW))
PERFECT = Assay(Fraction(1), Fraction(1))


@pytest.fixture(scope="module")
def worked(vectors):
    return json.loads((vectors / "trace/worked/expected.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def found():
    above = [[lot for lot, name in NAMES.items() if batch in BELOW[name]] for batch in range(1, 7)]
    return find_source(above[:3], above[3:], Belief(unknown=Fraction(0)))


def rounded(number) -> float:
    return float(round(number, 6))


def test_the_worked_classes_have_their_figures(worked, found):
    for one in found.classes:
        (lot,) = one.lots
        stated = worked[f"c.{NAMES[lot]}"]
        assert (len(one.cases), len(one.controls)) == (stated["cases"], stated["controls"])
        figures = {
            "coverage": one.coverage,
            "specificity": one.specificity,
            "lift": one.lift,
            "fisher_p": one.p,
        }
        assert {name: str(value) for name, value in figures.items()} == {
            name: stated[name] for name in figures
        }
        assert rounded(one.posterior) == worked[f"c.posterior_{NAMES[lot]}"]


def test_the_worked_samples_are_worth_their_bits(worked):
    suspicion = dict.fromkeys(range(4), Fraction(1, 4))
    for name, count in (("T1", 2), ("T2", 3), ("T3", 1)):
        covered = sum((suspicion[one] for one in range(count)), Fraction(0))
        bits = [round(information(covered, assay), 6) for assay in (PERFECT, Assay())]
        assert bits == worked[f"g.eig_{name}"]


def test_one_negative_does_not_clear_the_worked_suspect(worked, found):
    suspicion = {one.lots[0]: one.posterior for one in found.classes}
    after = after_result(suspicion, Sample("L1", frozenset({0})), Assay(), positive=False)
    assert {NAMES[lot]: rounded(chance) for lot, chance in after.items()} == worked[
        "g.posterior_after_L1_negative"
    ]
