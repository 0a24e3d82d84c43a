"""The steps of a firm's recall with what they say, the replies to it, and goods of a firm to choose from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from trace.chain.facts.recall import NOTICE, RECALL, REPLY, STEPS
from trace.chain.order_effects import STANDING
from trace.store.bulk import select
from trace.store.chain.statements import STATEMENT, StatementRow
from trace.store.columns import json_value
from trace.store.query import rows_where

_TYPES: Final = ", ".join(f"'{kind.typ}'" for kind in (*STEPS, REPLY))
_SAID: Final = (
    f"SELECT answer.about, record.data, {STATEMENT.columns} FROM answer "  # noqa: S608 - columns of ours, below too
    "JOIN statement ON statement.id = (answer.id & -256) JOIN record ON record.id = statement.id "
    f"WHERE answer.about {{among}} AND statement.typ IN ({_TYPES}) ORDER BY statement.arrival"
)
_OF_RECALL: Final = f"SELECT {STATEMENT.columns} FROM statement WHERE stmt {{among}} AND typ = '{RECALL.typ}'"  # noqa: S608
# From the recalls that stand, which are few, to their notices, and of these to the ones for the party.
_NOTICES: Final = (
    f"SELECT told.stmt, answer.about, record.data, {STATEMENT.columns} FROM goods_order "  # noqa: S608
    "JOIN statement AS told ON told.id = goods_order.id JOIN answer ON answer.about = told.stmt "
    "JOIN statement ON statement.id = (answer.id & -256) JOIN record ON record.id = statement.id "
    "JOIN inbox ON inbox.stmt = statement.stmt AND inbox.party = ? "
    f"WHERE goods_order.kind = 'recall' AND goods_order.state = '{STANDING}' "
    f"AND told.typ = '{RECALL.typ}' AND statement.typ = '{NOTICE.typ}' "
    "ORDER BY statement.arrival DESC LIMIT ?"
)
_OWN_GOODS: Final = (
    "SELECT lot.urn FROM lot WHERE lot.holder = ? AND lot.kind <> 'consignment' ORDER BY lot.id DESC LIMIT ?"
)
_OWN_BATCH: Final = (
    "SELECT lot.urn FROM lot WHERE lot.batch_no = ? AND lot.holder = ? AND lot.kind <> 'consignment' "
    "ORDER BY lot.id DESC LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class StepSaid:
    """A step of a recall or a reply to it, as it was signed."""

    recall: str
    data: Mapping[str, Any]
    row: StatementRow


def read_said(connection: Connection, recalls: Iterable[str]) -> list[StepSaid]:
    """What was signed about these recalls, in order of arrival."""
    return [
        StepSaid(recall, json_value(data), STATEMENT.read(row))
        for recall, data, *row in rows_where(connection, _SAID, set(recalls))
    ]


def find_firm_recall(connection: Connection, statement: str) -> StatementRow | None:
    """The statement of a firm's recall, None for any other."""
    return next((STATEMENT.read(row) for row in rows_where(connection, _OF_RECALL, [statement])), None)


def list_notices_to(connection: Connection, party: str, most: int) -> list[StepSaid]:
    """The notices of recalls that stand which are addressed to the party, the newest first."""
    return [
        StepSaid(about, json_value(data), STATEMENT.read(row))
        for _, about, data, *row in select(connection, _NOTICES, (party, most))
    ]


def list_own_goods(connection: Connection, party: str, batch_no: str, most: int) -> list[str]:
    """Lots that the party holds, the newest first; those of a batch number where one is given."""
    if batch_no:
        return [urn for (urn,) in select(connection, _OWN_BATCH, (batch_no, party, most))]
    return [urn for (urn,) in select(connection, _OWN_GOODS, (party, most))]


def replies_by_lot(said: Collection[StepSaid]) -> dict[str, StepSaid]:
    """Lot of whoever answers -> its last word."""
    return {str(one.data["lot"]): one for one in said if one.row.typ == REPLY.typ}
