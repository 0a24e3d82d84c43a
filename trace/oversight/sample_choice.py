"""What to test first: the samples whose results say most about which suspect is the source.

A sample holds something of those suspects that are above it. Its result is worth the bits by which it is
expected to shorten the question; several are chosen one after the other, each for what the ones before it
leave open. A test is not perfect: one negative does not clear a strong suspect.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log2
from typing import Final

MOST: Final = 6
"""So many samples are chosen at once: their results have two to that power outcomes."""


_Groups = dict[tuple[bool, ...], dict[int, Fraction]]
"""Suspects with their chances, by which of the chosen samples hold something of them."""


@dataclass(frozen=True, slots=True)
class Assay:
    """How often a test finds what is there, and how often it finds nothing where nothing is."""

    sensitivity: Fraction = Fraction(9, 10)
    specificity: Fraction = Fraction(49, 50)


@dataclass(frozen=True, slots=True)
class Sample:
    """What can be tested, the suspects of which something is in it, and what a test of it costs."""

    name: str
    covers: frozenset[int]
    cost: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Choice:
    """A sample that was chosen: the chance of a positive result, its bits alone, and beside those before."""

    name: str
    positive: Fraction
    alone: float
    added: float


def choose_samples(
    samples: Sequence[Sample],
    suspicion: Mapping[int, Fraction],
    assay: Assay,
    most: int = MOST,
) -> tuple[Choice, ...]:
    """The samples to test, the first first; those that would add nothing are left out."""
    chosen: list[Choice] = []
    groups: _Groups = {(): dict(suspicion)}
    left, known = list(samples), 0.0
    while left and len(chosen) < min(most, MOST):
        worth = [(_joint(_split(groups, one), assay), one) for one in left]
        bits, best = max(
            worth, key=lambda pair: ((pair[0] - known) / float(pair[1].cost), -left.index(pair[1]))
        )
        if bits - known < 1e-9:
            break
        covered = _mass(suspicion, best)
        chosen.append(Choice(best.name, _positive(covered, assay), information(covered, assay), bits - known))
        groups, known = _split(groups, best), bits
        left.remove(best)
    return tuple(chosen)


def information(covered: Fraction, assay: Assay) -> float:
    """The bits that one test is expected to give, where the suspects that it covers have that chance."""
    return (
        _entropy(_positive(covered, assay))
        - float(covered) * _entropy(assay.sensitivity)
        - float(1 - covered) * _entropy(assay.specificity)
    )


def after_result(
    suspicion: Mapping[int, Fraction], sample: Sample, assay: Assay, *, positive: bool
) -> dict[int, Fraction]:
    """The suspicion once the result of a sample is known."""
    there = assay.sensitivity if positive else 1 - assay.sensitivity
    absent = 1 - assay.specificity if positive else assay.specificity
    weighed = {one: chance * (there if one in sample.covers else absent) for one, chance in suspicion.items()}
    whole = sum(weighed.values(), Fraction(0))
    return {one: weight / whole for one, weight in weighed.items()} if whole else dict(suspicion)


def _split(groups: _Groups, sample: Sample) -> _Groups:
    """The suspects by which of the chosen samples would hold something of them."""
    found: defaultdict[tuple[bool, ...], dict[int, Fraction]] = defaultdict(dict)
    for marks, group in groups.items():
        for one, chance in group.items():
            found[(*marks, one in sample.covers)][one] = chance
    return dict(found)


def _joint(groups: _Groups, assay: Assay) -> float:
    """The bits that the results of all samples together are expected to give."""
    outcomes: defaultdict[tuple[bool, ...], float] = defaultdict(float)
    noise = 0.0
    for marks, group in groups.items():
        mass = float(sum(group.values(), Fraction(0)))
        reached: dict[tuple[bool, ...], float] = {(): mass}
        for there in marks:
            yes = float(assay.sensitivity if there else 1 - assay.specificity)
            noise += mass * _entropy(assay.sensitivity if there else assay.specificity)
            reached = {
                (*before, result): part * (yes if result else 1 - yes)
                for before, part in reached.items()
                for result in (True, False)
            }
        for outcome, part in reached.items():
            outcomes[outcome] += part
    return sum(-part * log2(part) for part in outcomes.values() if part > 0) - noise


def _mass(suspicion: Mapping[int, Fraction], sample: Sample) -> Fraction:
    return sum((chance for one, chance in suspicion.items() if one in sample.covers), Fraction(0))


def _positive(covered: Fraction, assay: Assay) -> Fraction:
    return covered * assay.sensitivity + (1 - covered) * (1 - assay.specificity)


def _entropy(chance: Fraction) -> float:
    return sum(-float(one) * log2(one) for one in (chance, 1 - chance) if one > 0)
