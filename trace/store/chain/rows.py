"""Row mappings of the food chain: what stands in its tables, as values of `trace.chain`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.chain.effects import (
    RESTATED,
    CertificateNoted,
    CodesChanged,
    DisposalNoted,
    EditionNoted,
    LicenceUsed,
    LinkSet,
    Mark,
    NewDispute,
    NewLink,
    NewLot,
    OperationNoted,
    PackNoted,
    PlotHarvested,
    RangeAllocated,
    RecordKept,
)
from trace.chain.handover_effects import Answered, ClaimSet, Formed, HandoverSet
from trace.chain.known_states import KnownLot
from trace.chain.loss_effects import Leaving
from trace.chain.noted import NOTED
from trace.chain.order_effects import OrderMade, Rested
from trace.chain.report_effects import ReportNoted
from trace.store.base import metadata
from trace.store.columns import json_text
from trace.store.mapping import Codec, RowMapping
from trace.store.query import rows_where
from trace.store.tables import food, handovers, orders

_DIGESTS: Final = Codec(decode=lambda text: tuple(map(tuple, orjson.loads(text))), encoded=(("", json_text),))
_WORDS: Final = Codec(decode=lambda text: tuple(text.split()), encoded=(("", " ".join),))

NEW_LOT: Final = RowMapping(
    food.lot,
    NewLot,
    written={"state": lambda _: "normal"},
    copied={"available": "quantity"},
)
RESTATED_LOT: Final = RowMapping(food.lot, NewLot, only=RESTATED)
KNOWN_LOT: Final = RowMapping(food.lot, KnownLot)
LINK: Final = RowMapping(food.link, NewLink)
MARK: Final = RowMapping(food.mark, Mark, codecs={"gates": _WORDS})
DISPUTE: Final = RowMapping(food.dispute, NewDispute, named={"values": "claimed"})
REPORT: Final = RowMapping(food.report, ReportNoted, named={"statement_id": "stmt"})
PACK: Final = RowMapping(
    food.pack, PackNoted, written={"platform_code": lambda new: new.data.get("platformCode")}
)
PLOT_HARVEST: Final = RowMapping(food.plot_harvest, PlotHarvested)
CODE_RANGE: Final = RowMapping(food.code_range, RangeAllocated)
CODE_INTERVAL: Final = RowMapping(food.code_interval, CodesChanged)
RECORD: Final = RowMapping(food.record, RecordKept)
EDITION: Final = RowMapping(
    food.edition, EditionNoted, named={"log": "origin", "index": "idx", "edition": "number"}
)
ORDER: Final = RowMapping(orders.goods_order, OrderMade)
RESTED: Final = RowMapping(orders.resting, Rested)
LICENCE_USED: Final = RowMapping(food.licence_packing, LicenceUsed)

LINK_SET: Final = RowMapping(food.link, LinkSet)
HANDOVER: Final = RowMapping(handovers.handover, HandoverSet, codecs={"sealed": _DIGESTS})
CLAIM: Final = RowMapping(handovers.claim, ClaimSet)
FORMER: Final = RowMapping(handovers.former, Formed)
ANSWER: Final = RowMapping(handovers.answer, Answered)

NOTED_ROWS: Final[dict[str, RowMapping[Any]]] = {
    table: RowMapping(metadata.tables[table], made) for table, made in NOTED.items()
}
"""Table -> the mapping of an effect that names it."""
OPERATION: Final[RowMapping[OperationNoted]] = NOTED_ROWS["operation"]
CERTIFICATE: Final[RowMapping[CertificateNoted]] = NOTED_ROWS["certificate"]
DISPOSAL: Final[RowMapping[DisposalNoted]] = NOTED_ROWS["disposal"]

ROW_MAPPINGS: Final[tuple[RowMapping[Any], ...]] = (
    NEW_LOT,
    LINK,
    MARK,
    DISPUTE,
    REPORT,
    PACK,
    PLOT_HARVEST,
    CODE_RANGE,
    CODE_INTERVAL,
    RECORD,
    EDITION,
    ANSWER,
    ORDER,
    *NOTED_ROWS.values(),
)
"""Those whose rows are inserted as they are: the writer, and what pages depend on, are views of them."""

LEAVING: Final = tuple(mapping.table.name for mapping in ROW_MAPPINGS if issubclass(mapping.made, Leaving))
"""The tables of what left lots without a link."""

SET_MAPPINGS: Final[tuple[RowMapping[Any], ...]] = (LINK_SET, HANDOVER, CLAIM, FORMER, RESTED)
"""Those of which the last row under a key stands: each change is the whole row."""


def read_urns(connection: Connection, lots: Iterable[int]) -> dict[int, str]:
    """Lot id -> urn."""
    return {
        row[0]: row[1] for row in rows_where(connection, "SELECT id, urn FROM lot WHERE id {among}", lots)
    }
