"""The fact of a foreign EPCIS 2.0 event, kept word for word; `trace.epcis` judges it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trace.chain.facts.base import KeptFact, OpenKind
from trace.chain.facts.reading import any_object
from trace.parties import LAB, OPERATORS, PLATFORM


@dataclass(frozen=True, slots=True, kw_only=True)
class EpcisEventKept(KeptFact):
    event: Mapping[str, object]


EPCIS_EVENT = OpenKind(
    "epcis.event",
    EpcisEventKept,
    {"event": any_object},
    stated_by=OPERATORS | {LAB, PLATFORM},
)
