"""Private members: what stands in clear of persons, buyers and exact places, and data without it.

A kind declares which (`RecordKind.private`, `coarse`). Since the second edition they are concealed, so that
they can be erased; what the first edition took in clear is masked for everybody but its parties.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from trace.chain.facts import KINDS
from trace.chain.facts.corrections import CORRECTION

_REPLACEMENT: Final = "replacement"
_OF_ANY: Final = frozenset().union(*(kind.private | kind.coarse for kind in KINDS.values()))
"""A correction does not name the kind that it amends: whatever is private in any is private in it."""


def exposed(typ: str, data: Mapping[str, object]) -> tuple[str, ...]:
    """The members of a statement of kind `typ` that stand in clear though they should not, by path."""
    if typ != CORRECTION.typ:
        return KINDS[typ].exposed(data) if typ in KINDS else ()
    return tuple(f"{_REPLACEMENT}.{member}" for member in sorted(_OF_ANY & _replaced(data).keys()))


def hidden(typ: str, data: Mapping[str, object]) -> tuple[str, ...]:
    """The members of a statement of kind `typ` that are not for everybody, by path."""
    return KINDS[typ].hidden(data) if typ in KINDS and typ != CORRECTION.typ else exposed(typ, data)


def masked(typ: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a statement without what it exposes."""
    if typ != CORRECTION.typ:
        return KINDS[typ].masked(data) if typ in KINDS else dict(data)
    kept = {name: value for name, value in _replaced(data).items() if name not in _OF_ANY}
    return {**data, **({_REPLACEMENT: kept} if _REPLACEMENT in data else {})}


def _replaced(data: Mapping[str, object]) -> Mapping[str, object]:
    found = data.get(_REPLACEMENT)
    return found if isinstance(found, Mapping) else {}
