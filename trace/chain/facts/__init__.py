"""The record kinds as frozen values: `parse_fact` is the only way from signed JSON into the domain.

Members, types and formats are checked strictly here; whether a fact may enter is
decided by `trace.chain.admission`. `KINDS` holds the one declaration of each kind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from trace.chain.facts import (
    cases,
    code,
    commitment,
    control,
    corrections,
    disputes,
    draws,
    duties,
    editions,
    events,
    exchange,
    farm,
    food,
    goods,
    handovers,
    keys,
    label,
    laboratory,
    link,
    master,
    oversight,
    recall,
    releases,
    snapshot,
)
from trace.chain.facts.base import Declaration, Fact, RecordKind
from trace.chain.facts.code import (
    CodesActivated,
    CodesAggregated,
    CodesVoided,
    LotSerials,
    SerialRange,
    Serials,
)
from trace.chain.facts.corrections import Corrected
from trace.chain.facts.disputes import DisputeOpened, DisputeSettled
from trace.chain.facts.editions import EditionBegun
from trace.chain.facts.events import EpcisEventKept
from trace.chain.facts.farm import CertificateIssued, FarmInput, LotHarvested, OperationDone
from trace.chain.facts.food import (
    BatchProduced,
    Loss,
    LotsMerged,
    LotSplit,
    MaterialReceived,
    Output,
    Proof,
    ShelfLife,
    Taken,
)
from trace.chain.facts.goods import (
    GoodsDisposed,
    GoodsPacked,
    GoodsShipped,
    Label,
    ReportIssued,
    TestItem,
)
from trace.chain.facts.handovers import HandoverOpened, HandoverRefused, ReceiptConfirmed
from trace.chain.facts.keys import KeyRegistered, KeyRevoked
from trace.chain.facts.label import LabelChanged
from trace.chain.facts.laboratory import TestCommissioned
from trace.chain.facts.link import LinkChanged
from trace.chain.facts.master import LicenceStated, PartyStated, PlaceStated, ProductStated
from trace.chain.facts.oversight import OversightRecorded
from trace.chain.facts.recall import FirmRecalled
from trace.chain.facts.releases import VerifierReleased
from trace.chain.facts.snapshot import StatusSnapshot
from trace.errors.food import KindUnknown

_SUBJECTS: Final = (
    master,
    farm,
    food,
    laboratory,
    goods,
    code,
    handovers,
    label,
    link,
    corrections,
    disputes,
    keys,
    snapshot,
    releases,
    editions,
    events,
    recall,
    oversight,
    exchange,
    cases,
    draws,
    duties,
    control,
    commitment,
)
"""In the order in which a batch's steps follow each other, as the kinds in each do."""


def _in_order() -> Iterator[RecordKind[Any]]:
    """Every kind that is declared, where its subject stands or behind the kind that it names."""
    declared = dict.fromkeys(
        kind for subject in _SUBJECTS for kind in vars(subject).values() if isinstance(kind, RecordKind)
    )
    behind = {kind.behind: kind for kind in declared if kind.behind is not None}
    for kind in declared:
        if kind.behind is None:
            yield kind
            while (following := behind.get(kind.typ)) is not None:
                yield (kind := following)


KINDS: Final[Mapping[str, RecordKind[Any]]] = MappingProxyType({kind.typ: kind for kind in _in_order()})
"""Type string -> declaration, in the order in which a batch's steps follow each other."""


def parse_fact(typ: str, data: Mapping[str, object], sub: str, occurred_at: datetime) -> Fact:
    """The fact that a statement of kind `typ` states.

    Raises `KindUnknown`, `FactMalformed` (path such as `$.data.inputs[3].quantity`, expected) or
    `QuantityNotPositive` (path).
    """
    kind = KINDS.get(typ)
    if kind is None:
        raise KindUnknown(typ=typ[:80])
    fact: Fact = kind(data, sub, occurred_at)
    return fact


def may_state(typ: str, roles: Collection[str]) -> bool:
    """Whether a key with these roles may sign this record kind; an unknown kind nobody may."""
    kind = KINDS.get(typ)
    return kind is not None and not kind.stated_by.isdisjoint(roles)


__all__ = [
    "KINDS",
    "BatchProduced",
    "CertificateIssued",
    "CodesActivated",
    "CodesAggregated",
    "CodesVoided",
    "Corrected",
    "Declaration",
    "DisputeOpened",
    "DisputeSettled",
    "EditionBegun",
    "EpcisEventKept",
    "Fact",
    "FarmInput",
    "FirmRecalled",
    "GoodsDisposed",
    "GoodsPacked",
    "GoodsShipped",
    "HandoverOpened",
    "HandoverRefused",
    "KeyRegistered",
    "KeyRevoked",
    "Label",
    "LabelChanged",
    "LicenceStated",
    "LinkChanged",
    "Loss",
    "LotHarvested",
    "LotSerials",
    "LotSplit",
    "LotsMerged",
    "MaterialReceived",
    "OperationDone",
    "Output",
    "OversightRecorded",
    "PartyStated",
    "PlaceStated",
    "ProductStated",
    "Proof",
    "ReceiptConfirmed",
    "RecordKind",
    "ReportIssued",
    "SerialRange",
    "Serials",
    "ShelfLife",
    "StatusSnapshot",
    "Taken",
    "TestCommissioned",
    "TestItem",
    "VerifierReleased",
    "may_state",
    "parse_fact",
]
