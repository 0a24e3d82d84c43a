"""The decision of each record kind (step 4 of admission), named beside the function that takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeVar

from trace.chain.admission.decision import Decision
from trace.chain.facts import RecordKind

Decide = Callable[[Decision, Any], None]
_Decided = TypeVar("_Decided", bound=Decide)
_BY_KIND: dict[str, Decide] = {}
DECIDE: Final[Mapping[str, Decide]] = MappingProxyType(_BY_KIND)
"""Kind -> its own decision; `correction` decides by the kind that it amends."""


def decides(*kinds: RecordKind[Any]) -> Callable[[_Decided], _Decided]:
    """The decision of these kinds is the function below."""

    def named(decision: _Decided) -> _Decided:
        _BY_KIND.update((kind.typ, decision) for kind in kinds)
        return decision

    return named
