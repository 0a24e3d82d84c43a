"""The fact of a foreign EPCIS 2.0 event, kept word for word; `trace.epcis` judges it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from trace.chain.facts.base import KeptFact, OpenKind
from trace.chain.facts.reading import Unfit
from trace.parties import LAB, OPERATORS, PLATFORM


@dataclass(frozen=True, slots=True, kw_only=True)
class EpcisEventKept(KeptFact):
    event: Mapping[str, object]


def _event(value: object) -> Mapping[str, Any]:
    """An event as members, or as its JSON text: signed members know no colon in names and no fractions."""
    expected = "an event as an object, or as its JSON text"
    if type(value) is str:
        try:
            value = json.loads(value, parse_float=Decimal, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise Unfit(expected) from None
    if type(value) is not dict:
        raise Unfit(expected)
    return value


def _no_constant(name: str) -> object:
    raise ValueError(name)


EPCIS_EVENT = OpenKind(
    "epcis.event",
    EpcisEventKept,
    {"event": _event},
    stated_by=OPERATORS | {LAB, PLATFORM},
)
