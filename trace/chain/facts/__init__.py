"""The record kinds as frozen values: `parse_fact` is the only way from signed JSON into the domain.

Members, types and formats are checked strictly (architecture.md §6, ring 2); whether a fact may enter is
decided by `trace.chain.admission`. `KINDS` is the one table of kinds: type string -> constructor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from trace.chain.facts import code, farm, food, goods, label, master, record, snapshot
from trace.chain.facts.base import Declaration, Fact, Kind
from trace.chain.facts.code import (
    CodesActivated,
    CodesAggregated,
    CodesVoided,
    LotSerials,
    SerialRange,
    Serials,
)
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
    GoodsPacked,
    GoodsShipped,
    Label,
    ReportIssued,
    TestItem,
)
from trace.chain.facts.label import LabelChanged
from trace.chain.facts.master import LicenceStated, PartyStated, PlaceStated, ProductStated
from trace.chain.facts.record import (
    Corrected,
    DisputeOpened,
    DisputeSettled,
    EpcisEventKept,
    KeyRegistered,
    KeyRevoked,
    LinkChanged,
    OpenKind,
    OversightRecorded,
    VerifierReleased,
)
from trace.chain.facts.snapshot import StatusSnapshot
from trace.errors.food import KindUnknown

Constructor = Callable[[Mapping[str, object], str, datetime], Fact]

OVERSIGHT: Final = (
    "oversight.sampling",
    "oversight.hold",
    "oversight.recall",
    "oversight.notice",
    "oversight.acknowledgement",
    "oversight.closing",
    "oversight.inspection",
    "oversight.penalty",
)
_ALL: Final[tuple[Kind[Any] | OpenKind, ...]] = (
    master.PARTY,
    master.PLACE,
    master.PRODUCT,
    master.LICENCE,
    farm.OPERATION,
    farm.HARVEST,
    farm.CERTIFICATE,
    goods.REPORT,
    food.RECEIPT,
    food.MERGE,
    food.SPLIT,
    food.PRODUCTION,
    goods.PACK,
    code.ACTIVATE,
    code.VOID,
    code.AGGREGATE,
    goods.SHIPMENT,
    record.CORRECTION,
    record.DISPUTE_OPEN,
    record.DISPUTE_SETTLE,
    record.KEY_REGISTER,
    record.KEY_REVOKE,
    snapshot.SNAPSHOT,
    record.VERIFIER_RELEASE,
    record.LINK_CHANGE,
    label.LABEL_CHANGE,
    record.EPCIS_EVENT,
    *(record.oversight_kind(typ) for typ in OVERSIGHT),
)
KINDS: Final[Mapping[str, Kind[Any] | OpenKind]] = MappingProxyType({kind.typ: kind for kind in _ALL})


def parse_fact(typ: str, data: Mapping[str, object], sub: str, occurred_at: datetime) -> Fact:
    """The fact that a statement of kind `typ` states.

    Raises `KindUnknown`, `FactMalformed` (path such as `$.data.inputs[3].quantity`, expected) or
    `QuantityNotPositive` (path).
    """
    constructor = KINDS.get(typ)
    if constructor is None:
        raise KindUnknown(typ=typ[:80])
    return constructor(data, sub, occurred_at)


__all__ = [
    "KINDS",
    "OVERSIGHT",
    "BatchProduced",
    "CertificateIssued",
    "CodesActivated",
    "CodesAggregated",
    "CodesVoided",
    "Constructor",
    "Corrected",
    "Declaration",
    "DisputeOpened",
    "DisputeSettled",
    "EpcisEventKept",
    "Fact",
    "FarmInput",
    "GoodsPacked",
    "GoodsShipped",
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
    "ReportIssued",
    "SerialRange",
    "Serials",
    "ShelfLife",
    "StatusSnapshot",
    "Taken",
    "TestItem",
    "VerifierReleased",
    "parse_fact",
]
