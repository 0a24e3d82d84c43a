"""What a trace tells besides its lots and links: what time excluded, and under which assumptions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from trace.chain.lineage.exclusion import Exclusion
from trace.usecases.lots.lineage_parts import LotParts


def excluded_by_name(parts: LotParts, excluded: Iterable[Exclusion]) -> tuple[Mapping[str, object], ...]:
    """The exclusions with the urns of their lots, as far as those are known."""
    gone = list(excluded)
    named = parts.urns(sorted({lot for one in gone for lot in (one.lot, one.at, one.via) if lot is not None}))
    return tuple(one.as_dict() | _named(one, named) for one in gone)


def _named(one: Exclusion, named: Mapping[int, str]) -> dict[str, object]:
    lots = {"lot": one.lot, "at": one.at, "via": one.via}
    return {name: None if lot is None else named.get(lot, str(lot)) for name, lot in lots.items()}


def assumed_by_name(
    parts: LotParts, assumptions: Mapping[str, Any], kill_steps: Collection[int]
) -> dict[str, Any]:
    """The assumptions with the urns of the lots whose treatment ends the hazard."""
    return {**assumptions, "killSteps": sorted(parts.urns(sorted(kill_steps)).values())}
