"""Hand-overs and claims as their parties ask for them: what is on its way to me, who claims my goods."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.chain.handover_effects import ClaimSet, HandoverSet
from trace.store.base import to_micros
from trace.store.bulk import select
from trace.store.chain import rows
from trace.store.chain.statements import STATEMENT, StatementRow
from trace.store.query import rows_where

Offered = tuple[HandoverSet, StatementRow]
Claimed = tuple[ClaimSet, StatementRow]

_HANDOVER: Final = rows.HANDOVER
_CLAIM: Final = rows.CLAIM
_HANDOVERS: Final = (
    f"SELECT {_HANDOVER.columns}, {STATEMENT.columns} FROM handover "  # noqa: S608 - columns of ours, as below
    "JOIN statement ON statement.id = handover.id WHERE handover.{by} {{among}} ORDER BY handover.id"
)
_CLAIMS: Final = (
    f"SELECT {_CLAIM.columns}, {STATEMENT.columns} FROM claim "  # noqa: S608
    "JOIN statement ON statement.id = claim.id WHERE {by} ORDER BY claim.id"
)
# A lot's urn carries its owner: what anybody claims of an owner lies in one span of the index.
_OF_OWNER: Final = {
    "sqlite": "claim.named_lot >= ? AND claim.named_lot < ?",
    "postgresql": "claim.named_lot ~>=~ ? AND claim.named_lot ~<~ ?",
}
_OPEN: Final = _HANDOVERS.replace(
    "handover.{by} {{among}}", "handover.state = 'open' AND handover.\"to\" = 'party'"
)
_RESTS: Final = _HANDOVERS.replace(
    "handover.{by} {{among}}",
    "handover.state = 'received' AND handover.\"to\" = 'party' AND handover.received < handover.quantity "
    "AND statement.occurred_at <= ? AND NOT EXISTS (SELECT 1 FROM claim WHERE claim.handover = handover.id "
    "AND (claim.complete = 1 OR claim.state = 'disputed')) "
    "AND NOT EXISTS (SELECT 1 FROM claim JOIN link ON link.id = claim.id WHERE claim.handover = handover.id "
    "AND link.state <> 'superseded' AND link.taken IS NULL)",
)
_UNCOMPARED: Final = (
    "SELECT claim.handover FROM claim JOIN link ON link.id = claim.id "
    "WHERE claim.handover {among} AND link.state <> 'superseded' AND link.taken IS NULL"
)
_ADDRESSEES: Final = (
    "SELECT handover.stmt, inbox.party FROM handover JOIN statement AS first ON first.stmt = handover.stmt "
    "LEFT JOIN statement AS newest ON newest.id = first.amended_by "
    "JOIN inbox ON inbox.stmt = COALESCE(newest.stmt, first.stmt) "
    "WHERE handover.state = 'open' AND handover.\"to\" = 'party' ORDER BY inbox.party"
)
_KEYS: Final = (
    "SELECT lot, 'urn:gtin:' || gtin || ':' || batch_no FROM pack WHERE lot {among} AND gtin IS NOT NULL"
)


def read_handovers(connection: Connection, by: str, values: Collection[object]) -> list[Offered]:
    """Hand-overs by `stmt`, `receiver`, `shipper` or `id`, each with its statement, in order of rows."""
    return [_offered(row) for row in rows_where(connection, _HANDOVERS.format(by=by), values)]


def read_claims(connection: Connection, by: str, values: Collection[object]) -> list[Claimed]:
    """Claims by `handover_stmt`, `handover`, `named_key`, `claimant` or `id`, each with its receipt."""
    return _claimed(rows_where(connection, _CLAIMS.format(by=f"claim.{by} {{among}}"), values))


def read_claims_on(connection: Connection, owner: str) -> list[Claimed]:
    """Claims that name a lot of `owner`, the owner id in its urn, whether that lot is known or not."""
    prefix = f"urn:lot:{owner}"
    where = _OF_OWNER[connection.dialect.name]
    return _claimed(select(connection, _CLAIMS.format(by=where), (f"{prefix}:", f"{prefix};")))


def list_waiting_claims(connection: Connection) -> list[Claimed]:
    """Every claim that nobody has answered; one through a third party waits for nobody."""
    return _claimed(
        select(connection, _CLAIMS.format(by="claim.state = 'claimed' AND claim.through = 0"), ())
    )


def list_open_handovers(connection: Connection) -> list[tuple[Offered, str | None]]:
    """Every hand-over to a party that nobody has received or refused, each with its addressee, as far as that
    stands in clear or was disclosed and not erased."""
    sent = [_offered(row) for row in select(connection, _OPEN, ())]
    disclosed = dict(map(tuple, select(connection, _ADDRESSEES, ())))
    return [(each, each[0].receiver or disclosed.get(each[0].stmt)) for each in sent]


def list_outstanding(connection: Connection, before: datetime) -> list[Offered]:
    """Hand-overs shipped until `before` of which a part was received, and nobody says that it is all; none of
    which nobody can say how much it was."""
    return [_offered(row) for row in select(connection, _RESTS, (to_micros(before),))]


def list_uncompared(connection: Connection, handovers: Collection[int]) -> set[int]:
    """Those of these hand-overs of which a receipt states an amount that nothing converts."""
    return {handover for (handover,) in rows_where(connection, _UNCOMPARED, handovers)}


def read_keys_of_packs(connection: Connection, lots: Iterable[int]) -> dict[str, int]:
    """What a receipt may name a pack by, GTIN and batch number -> lot."""
    return {key: lot for lot, key in rows_where(connection, _KEYS, list(lots))}


def _offered(row: Sequence[Any]) -> Offered:
    return _HANDOVER.read(row), STATEMENT.read(row, _HANDOVER.width)


def _claimed(found: Iterable[Sequence[Any]]) -> list[Claimed]:
    return [(_CLAIM.read(row), STATEMENT.read(row, _CLAIM.width)) for row in found]
