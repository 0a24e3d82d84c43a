"""Goods by their names in events of other systems: whether an event speaks of a lot.

Such an event names goods in the spelling of its system, and what it says is of its signer's own goods. A name
that stands in it letter for letter is proved. A GS1 name may be spelled in many ways, which a verifier does
not read: that an event may mean it is doubt, neither proof nor fault (docs/record-format.md §10.3).
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from typing import Final

from trace.ledger.bundle.limits import Limits
from trace.ledger.statement import Statement

_OURS: Final = "urn:lot:"
_GS1: Final = "https://id.gs1.org/"
_POOL: Final = "ni:///sha-256;"


class Named(enum.IntEnum):
    """How far an event names a lot."""

    NOT = 0
    PERHAPS = 1
    SO = 2


def named_in_event(lot: str, statement: Statement, limits: Limits) -> Named:
    """Whether the statement holds an event of another system that names `lot` as goods of its signer."""
    claims = statement.claims
    if claims.typ != limits.event_typ or limits.pairs is None:
        return Named.NOT
    if lot.startswith(_OURS) and claims.iss not in limits.pairs.owners(lot):
        return Named.NOT
    if lot == _POOL + statement.statement_id:
        return Named.SO
    owner = claims.iss.rpartition(":")[2]
    name = lot.replace(f"#{statement.statement_id}", "", 1).replace(f"#{owner}", "", 1)
    # An event may be JSON text: names are looked for as they are written there.
    texts = texts_in(claims.data)
    if ":" in name and any(text == name or f'"{name}"' in text for text in texts):
        return Named.SO
    return Named.PERHAPS if name.startswith(_GS1) else Named.NOT


def texts_in(value: object) -> Iterator[str]:
    """All texts that stand in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)
