"""The grid of supervision: villages as cells with one responsible officer, and what lies in none.

A plot lies in the cell of its village code (GB/T 2260 with town and village, 12 digits), or, where it states
a coarser code, in the one cell of that area that bears its village's name. A farm lies where its plots do,
one without plots where its own code of 12 digits says. Whatever says less lies in no cell: it is listed,
never taken for covered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from trace.rules import Rules

ALWAYS: Final = frozenset({"farm_enterprise", "cooperative", "family_farm"})
"""农产品生产企业, 合作社, 家庭农场: on the register however small."""
GROWERS: Final = "smallholder"
FARMS: Final = ALWAYS | {GROWERS}
_VILLAGE: Final = 12

KEPT: Final = "kept"
BY_AREA: Final = "by-area"
BELOW: Final = "below"
AREA_UNKNOWN: Final = "area-unknown"
NO_RULE: Final = "no-rule"
"""Why a farm is on the register, is not, or nobody can say: by kind, from so many mu, below them, its area is
not known, no rule of this place decides."""
OF_SCALE: Final = frozenset({KEPT, BY_AREA})
"""规模化生产主体: farms of which it is known that they belong on the register."""


@dataclass(frozen=True, slots=True)
class GridCell:
    """A village, whose officer has been responsible since that day; "" for nobody."""

    village: str
    name: str
    officer: str
    since: date


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot as its farm stated it; `mu` is None where no area is stated."""

    urn: str
    name: str
    region: str
    village: str
    mu: Decimal | None


@dataclass(frozen=True, slots=True)
class Farm:
    """A farm with its plots and the kinds of licences that it holds (green_mark, organic, …)."""

    party: str
    name: str
    kind: str
    region: str
    plots: tuple[Plot, ...] = ()
    certified: tuple[str, ...] = ()

    @property
    def mu(self) -> Decimal | None:
        """What its plots sum up to; None where one of them states no area, or there is none."""
        areas = [plot.mu for plot in self.plots]
        known = [area for area in areas if area is not None]
        return sum(known, Decimal(0)) if areas and len(known) == len(areas) else None


@dataclass(frozen=True, slots=True)
class FarmLine:
    """A farm of the register: why it is on it, the cells that it lies in, and its plots in none."""

    farm: Farm
    belongs: str
    cells: tuple[str, ...]
    outside: tuple[Plot, ...]

    @property
    def on_register(self) -> bool:
        """Whether it counts where gaps are counted: whoever is not known to be too small does."""
        return self.belongs != BELOW

    @property
    def covered(self) -> bool:
        return bool(self.cells) and not self.outside


def belongs(farm: Farm, rules: Rules, day: date) -> str:
    """Whether a farm has to be on the register (R40), with the reason."""
    rule = rules.find("R40", day)
    if rule is None:
        return NO_RULE
    if farm.kind in ALWAYS:
        return KEPT
    least, known = rule.number, farm.mu
    stated = sum((plot.mu for plot in farm.plots if plot.mu is not None), Decimal(0))
    if known is None:
        return BY_AREA if stated >= least else AREA_UNKNOWN
    return BY_AREA if known >= least else BELOW


def farm_lines(
    farms: Iterable[Farm], cells: Sequence[GridCell], rules: Rules, day: date
) -> tuple[FarmLine, ...]:
    """The farms with their cells, those that lie in none first, then by name."""
    by_code = {cell.village: cell for cell in cells if cell.officer}
    lines = [_line(farm, by_code, belongs(farm, rules, day)) for farm in farms]
    return tuple(sorted(lines, key=lambda one: (one.covered or not one.on_register, one.farm.name)))


def _line(farm: Farm, by_code: Mapping[str, GridCell], why: str) -> FarmLine:
    found = {plot: _cell(plot.region, plot.village, by_code) for plot in farm.plots}
    cells = {cell.village for cell in found.values() if cell is not None}
    if not farm.plots and (own := _cell(farm.region, "", by_code)) is not None:
        cells.add(own.village)
    outside = tuple(plot for plot, cell in found.items() if cell is None)
    return FarmLine(farm, why, tuple(sorted(cells)), outside)


def _cell(region: str, village: str, by_code: Mapping[str, GridCell]) -> GridCell | None:
    if len(region) == _VILLAGE:
        return by_code.get(region)
    if not village:
        return None
    area = region.rstrip("0") if len(region) > len("310151") else region
    named = [cell for code, cell in by_code.items() if cell.name == village and code.startswith(area)]
    return named[0] if len(named) == 1 else None
