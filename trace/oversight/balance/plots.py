"""Plot yield: harvests against what the area of their plots can yield of the crop.

A harvest of several plots counts against all of them together: plots are grouped as harvests join them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Harvest:
    """A harvest lot of a crop from plots, in millionths of a kilogram."""

    lot: str
    crop: str
    plots: tuple[str, ...]
    amount: int
    record: str


@dataclass(frozen=True, slots=True)
class Field:
    """Plots that harvests join, of one crop. `area` is None where that of some plot is not known."""

    crop: str
    plots: tuple[str, ...]
    harvested: int
    area: Fraction | None
    harvests: tuple[Harvest, ...]

    def beyond(self, a_mu: int) -> Fraction | None:
        """What was harvested beyond `a_mu` millionths of a kilogram on each 亩."""
        return None if self.area is None else self.harvested - self.area * a_mu


def fields_of(harvests: Sequence[Harvest], areas: Mapping[str, Fraction]) -> list[Field]:
    """The groups of plots, each crop by itself."""
    by_crop: defaultdict[str, list[Harvest]] = defaultdict(list)
    for harvest in harvests:
        if harvest.plots:
            by_crop[harvest.crop].append(harvest)
    return [
        _field(crop, plots, [one for one in of_crop if one.plots[0] in plots], areas)
        for crop, of_crop in sorted(by_crop.items())
        for plots in _joined(one.plots for one in of_crop)
    ]


def _field(crop: str, plots: set[str], harvests: Sequence[Harvest], areas: Mapping[str, Fraction]) -> Field:
    known = [areas[plot] for plot in sorted(plots) if plot in areas]
    area = sum(known, Fraction(0)) if len(known) == len(plots) else None
    harvested = sum(one.amount for one in harvests)
    return Field(crop, tuple(sorted(plots)), harvested, area, tuple(harvests))


def _joined(groups: Iterable[tuple[str, ...]]) -> list[set[str]]:
    """Sets of plots, those that share one as one."""
    found: list[set[str]] = []
    for group in groups:
        touching = [one for one in found if not one.isdisjoint(group)]
        found = [one for one in found if one not in touching]
        found.append(set(group).union(*touching))
    return sorted(found, key=min)
