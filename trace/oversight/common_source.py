"""The common source of failing batches: what they share that passing ones do not, and how little that proves.

Lots that are above the very same tested batches cannot be told apart by records: they are one class. Of each
class it is said which cases and controls it reaches (coverage, specificity, lift), how often chance alone
would give as much (exact p, one-sided, and by Benjamini and Hochberg over the classes), and what a simple
likelihood makes of it beside the hypothesis that the source is not among the candidates.

None of it accuses. What goes into everything covers every case; controls that nobody drew at random prove
little; few controls prove nothing. So a class stands out only where chance, effect and number of controls all
say so, and with too few of either there is a list and no ranking.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import Final

from trace.oversight.exact import adjusted, as_many_by_chance

LEAST: Final = 3
"""Below so many cases, or so many controls, nothing is ranked."""
MOST_BY_CHANCE: Final = Fraction(1, 20)
LEAST_LIFT: Final = Fraction(3, 2)
_TRIED: Final = 20
"""So many classes are tried in every combination for the smallest set that covers all cases."""

STANDS_OUT: Final = "stands-out"
EVERYWHERE: Final = "everywhere"
UNDECIDED: Final = "undecided"

FEW_CASES: Final = "few-cases"
FEW_CONTROLS: Final = "few-controls"
NOT_RANDOM: Final = "controls-not-random"
NOT_INDEPENDENT: Final = "batches-share-lots"
ASSUMPTIONS: Final = "assumptions-change-it"
COMMON_USE: Final = "coverage-is-common-use"
INSEPARABLE: Final = "inseparable"
SEVERAL: Final = "several-needed"
UNCOVERED: Final = "cases-uncovered"

ZERO: Final = Fraction(0)
ONE: Final = Fraction(1)


@dataclass(frozen=True, slots=True)
class Belief:
    """What the likelihood assumes: a batch made of the source fails with chance `fails`, one without it with
    chance `strays`; the source is none of the candidates with chance `unknown`, else each lot alike."""

    fails: Fraction = Fraction(4, 5)
    strays: Fraction = Fraction(1, 50)
    unknown: Fraction = Fraction(1, 2)

    def likelihood(self, reached: int, cases: int, exposed: int, controls: int) -> Fraction:
        """Of `reached` among the cases and `exposed` among the controls."""
        return (
            self.fails**reached
            * self.strays ** (cases - reached)
            * (1 - self.fails) ** exposed
            * (1 - self.strays) ** (controls - exposed)
        )


@dataclass(frozen=True, slots=True)
class SourceClass:
    """Lots that are above the same tested batches; `cases`, `controls` and `exclusive` are places of those.

    `exclusive`: cases that no other class reaches. `p` is the chance of as many cases by drawing at random,
    `q` the same after Benjamini and Hochberg; `posterior` is of all its lots together, None where nothing is
    ranked.
    """

    lots: tuple[int, ...]
    cases: tuple[int, ...]
    controls: tuple[int, ...]
    coverage: Fraction
    specificity: Fraction | None
    lift: Fraction
    p: Fraction
    q: Fraction
    exclusive: tuple[int, ...]
    posterior: Fraction | None
    standing: str


@dataclass(frozen=True, slots=True)
class CommonSource:
    """The classes: ranked by their posterior, or in the order of their lots.

    `together` are places of the fewest classes that reach every case that any reaches; `unknown` is the
    posterior that the source is none of the candidates.
    """

    classes: tuple[SourceClass, ...]
    ranked: bool
    unknown: Fraction | None
    together: tuple[int, ...]
    uncovered: tuple[int, ...]
    caveats: tuple[str, ...]


@dataclass(slots=True)
class _Counted:
    """How many were tested, and the lots by the cases and controls (bits) below them."""

    cases: int
    controls: int
    lots: Mapping[tuple[int, int], list[int]] = field(default_factory=dict)


def with_own_results(above: Mapping[int, frozenset[int]]) -> dict[int, frozenset[int]]:
    """What lies above each tested batch, the batch itself where it went into another one that was tested.

    A batch that failed is in its own failure, one that passed has no more in it than its sources: its result
    counts for it as for what is above it. A batch that went into no other is no candidate.
    """
    used = frozenset[int]().union(*above.values())
    return {batch: lots | {batch} if batch in used else lots for batch, lots in above.items()}


def find_source(
    cases: Sequence[Collection[int]], controls: Sequence[Collection[int]], belief: Belief | None = None
) -> CommonSource:
    """The classes of the lots above the cases; each case and control is given by the lots above it."""
    counted = _Counted(len(cases), len(controls), _classes(cases, controls))
    keys = sorted(counted.lots, key=lambda key: counted.lots[key])
    ranked = counted.cases >= LEAST and counted.controls >= LEAST
    chances = [_chance(key, counted) for key in keys]
    posteriors, unknown = _posteriors(keys, counted, belief or Belief()) if ranked else ({}, None)
    rates, alone = adjusted(chances), _reached_once([key[0] for key in keys])
    found = [
        _class(key, counted, (p, q), posteriors.get(key), alone)
        for key, p, q in zip(keys, chances, rates, strict=True)
    ]
    if ranked:
        found.sort(key=lambda one: (-(one.posterior or ZERO), -one.coverage, one.lots))
    together = _together([_bits(one.cases) for one in found])
    reached = {place for one in found for place in one.cases}
    uncovered = tuple(place for place in range(counted.cases) if place not in reached)
    caveats = _caveats(found, counted, together, uncovered)
    return CommonSource(tuple(found), ranked, unknown, together, uncovered, caveats)


def _classes(
    cases: Sequence[Collection[int]], controls: Sequence[Collection[int]]
) -> dict[tuple[int, int], list[int]]:
    above: defaultdict[int, int] = defaultdict(int)
    passed: defaultdict[int, int] = defaultdict(int)
    for place, lots in enumerate(cases):
        for lot in lots:
            above[lot] |= 1 << place
    for place, lots in enumerate(controls):
        for lot in lots:
            if lot in above:
                passed[lot] |= 1 << place
    found: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for lot in sorted(above):
        found[above[lot], passed[lot]].append(lot)
    return dict(found)


def _class(
    key: tuple[int, int],
    counted: _Counted,
    chance: tuple[Fraction, Fraction],
    posterior: Fraction | None,
    alone: int,
) -> SourceClass:
    reached, exposed = key[0].bit_count(), key[1].bit_count()
    coverage = Fraction(reached, counted.cases)
    lift = coverage / Fraction(reached + exposed, counted.cases + counted.controls)
    return SourceClass(
        lots=tuple(counted.lots[key]),
        cases=_places(key[0]),
        controls=_places(key[1]),
        coverage=coverage,
        specificity=1 - Fraction(exposed, counted.controls) if counted.controls else None,
        lift=lift,
        p=chance[0],
        q=chance[1],
        exclusive=_places(key[0] & alone),
        posterior=posterior,
        standing=_standing(lift, chance[1], counted),
    )


def _reached_once(reached: Iterable[int]) -> int:
    """The cases (bits) that one class alone reaches."""
    once = more = 0
    for bits in reached:
        more |= once & bits
        once |= bits
    return once & ~more


def _standing(lift: Fraction, q: Fraction, counted: _Counted) -> str:
    if counted.controls and lift <= 1:
        return EVERYWHERE
    enough = counted.cases >= LEAST and counted.controls >= LEAST
    return STANDS_OUT if enough and q <= MOST_BY_CHANCE and lift >= LEAST_LIFT else UNDECIDED


def _chance(key: tuple[int, int], counted: _Counted) -> Fraction:
    """As many cases or more among as many batches, were they drawn without looking."""
    reached, drawn = key[0].bit_count(), key[0].bit_count() + key[1].bit_count()
    return as_many_by_chance(reached, drawn, counted.cases, counted.cases + counted.controls)


def _posteriors(
    keys: Sequence[tuple[int, int]], counted: _Counted, belief: Belief
) -> tuple[dict[tuple[int, int], Fraction], Fraction]:
    lots = sum(map(len, counted.lots.values()))
    weights = {
        key: belief.likelihood(key[0].bit_count(), counted.cases, key[1].bit_count(), counted.controls)
        * (1 - belief.unknown)
        * Fraction(len(counted.lots[key]), lots)
        for key in keys
    }
    unknown = belief.likelihood(0, counted.cases, 0, counted.controls) * (belief.unknown if lots else ONE)
    whole = sum(weights.values(), unknown)
    if not whole:
        return dict.fromkeys(keys, ZERO), ONE
    return {key: weight / whole for key, weight in weights.items()}, unknown / whole


def _together(reached: Sequence[int]) -> tuple[int, ...]:
    """Places of the fewest classes that reach all; exact for few different classes, else greedy."""
    every = 0
    for bits in reached:
        every |= bits
    first = {bits: at for at, bits in reversed(list(enumerate(reached)))}
    widest = sorted(
        at
        for bits, at in first.items()
        if not any(bits != other and bits | other == other for other in first)
    )
    if len(widest) > _TRIED:
        return _greedily(reached, widest, every)
    for count in range(len(widest) + 1):
        for some in combinations(widest, count):
            joined = 0
            for at in some:
                joined |= reached[at]
            if joined == every:
                return some
    return ()


def _greedily(reached: Sequence[int], widest: Sequence[int], every: int) -> tuple[int, ...]:
    chosen: list[int] = []
    left = every
    while left:
        best = max(widest, key=lambda at: ((reached[at] & left).bit_count(), -at))
        chosen.append(best)
        left &= ~reached[best]
    return tuple(sorted(chosen))


def _caveats(
    found: Sequence[SourceClass], counted: _Counted, together: Sequence[int], uncovered: Sequence[int]
) -> tuple[str, ...]:
    """What has to be read with the classes: some always, some because of what was found."""
    shared = any(len(one.cases) + len(one.controls) > 1 for one in found)
    said = {
        FEW_CASES: counted.cases < LEAST,
        FEW_CONTROLS: counted.controls < LEAST,
        NOT_RANDOM: counted.controls > 0,
        NOT_INDEPENDENT: shared,
        ASSUMPTIONS: True,
        COMMON_USE: any(one.standing == EVERYWHERE and one.coverage == 1 for one in found),
        INSEPARABLE: any(len(one.lots) > 1 for one in found),
        SEVERAL: len(together) > 1,
        UNCOVERED: bool(uncovered),
    }
    return tuple(code for code, holds in said.items() if holds)


def _bits(places: Sequence[int]) -> int:
    return sum(1 << place for place in places)


def _places(bits: int) -> tuple[int, ...]:
    return tuple(place for place in range(bits.bit_length()) if bits >> place & 1)
