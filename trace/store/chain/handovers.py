"""The loader of hand-overs and claims for admission, by every name that one may have for the other.

A hand-over comes with the claims that it is paired with, a claim named by its receipt with its hand-over and
with those that name the same: whoever lets go of a hand-over may let another pair with it. A claim that names
no more than a lot pairs if the hand-over names its claimant, or by a side's answer, and is found by that:
what strangers claim is not read. Each question is asked by an index, and their number does not grow with the
batch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy import Connection

from trace.chain.chain_state import ChainState
from trace.chain.handover_effects import ClaimSet, HandoverSet
from trace.chain.needs import Needs
from trace.store.chain import rows
from trace.store.query import rows_where

_LOTS: Final = "(SELECT id FROM lot WHERE urn {among})"
_HANDOVERS: Final = f"SELECT {rows.HANDOVER.columns} FROM handover WHERE "  # noqa: S608 - columns of ours
_CLAIMS: Final = f"SELECT {rows.CLAIM.columns} FROM claim WHERE "  # noqa: S608
_BY_NAME: Final = " UNION ".join(
    _HANDOVERS + where for where in ("stmt {among}", f"lot IN {_LOTS}", f"from_lot IN {_LOTS}")
)
_BY_ID: Final = _HANDOVERS + "id {among}"
_PAIRED: Final = _CLAIMS + "handover {among}"
_NAMING: Final = " UNION ".join(
    _CLAIMS + where for where in ("handover_stmt {among}", "named_lot {among}", "named_key {among}")
)
_BY_RECEIVER: Final = _CLAIMS + "named_lot {among} AND claimant {among}"
_OF_LOTS: Final = _CLAIMS + "lot {among}"
_STATED: Final = "SELECT id FROM statement WHERE stmt {among}"
_OF_RECEIPTS: Final = f"{_CLAIMS}id IN ({_STATED})"
_FORMED: Final = (
    f"SELECT {rows.FORMER.columns} FROM statement "  # noqa: S608 - columns of ours, here and below
    "JOIN former ON former.id BETWEEN statement.id AND statement.id + 255 WHERE statement.stmt {among}"
)
_FORMED_LATER: Final = (
    f"SELECT {rows.FORMER.columns} FROM statement "  # noqa: S608
    "JOIN former ON former.id BETWEEN statement.amended_by AND statement.amended_by + 255 "
    "WHERE statement.stmt {among}"
)
_URNS: Final = "SELECT id, urn FROM lot WHERE id {among}"


def load_handovers(connection: Connection, needs: Needs, known: ChainState) -> None:
    """Fill in the hand-overs and claims that `needs` names."""
    claims = _claims(connection, _OF_RECEIPTS, needs.claims, known)
    held = {claim.handover for claim in claims if claim.handover is not None}
    handovers = _handovers(connection, _BY_ID, held, known)
    named = {name for one in claims for name in (one.handover_stmt, one.named_lot) if name is not None}
    handovers += _handovers(connection, _BY_NAME, needs.handovers | named, known, times=3)
    _claims(connection, _PAIRED, {one.id for one in handovers}, known)
    released = {one.stmt for one in handovers if one.id in held}
    _claims(connection, _NAMING, needs.claims | released, known, times=3)
    receivers = {one.receiver for one in handovers if one.receiver is not None}
    if receivers:
        lots = _urns_of(connection, handovers)
        found = rows_where(connection, _BY_RECEIVER, lots, receivers)
        for one in map(rows.CLAIM.read, found):
            known.add_claim(one)


def load_pairs_of(connection: Connection, lots: Collection[int], known: ChainState) -> set[int]:
    """The claims whose goods these lots are, with their hand-overs; returns the lots that these gave."""
    claims = _claims(connection, _OF_LOTS, lots, known)
    held = {claim.handover for claim in claims if claim.handover is not None}
    handovers = _handovers(connection, _BY_ID, held, known)
    return {lot for one in handovers for lot in (one.lot, one.from_lot)}


def load_formers(connection: Connection, needs: Needs, known: ChainState) -> None:
    """The links that these statements, or their newest corrections, took away."""
    for text in (_FORMED, _FORMED_LATER):
        for row in rows_where(connection, text, needs.formers):
            former = rows.FORMER.read(row)
            known.formers[former.id] = former


def _urns_of(connection: Connection, handovers: Iterable[HandoverSet]) -> set[str]:
    lots = {lot for one in handovers for lot in (one.lot, one.from_lot)}
    return {urn for _, urn in rows_where(connection, _URNS, lots)}


def _handovers(
    connection: Connection, text: str, names: Collection[object], known: ChainState, times: int = 1
) -> list[HandoverSet]:
    found = list(map(rows.HANDOVER.read, rows_where(connection, text, *[names] * times)))
    known.handovers.update({one.stmt: one for one in found})
    return found


def _claims(
    connection: Connection, text: str, names: Collection[object], known: ChainState, times: int = 1
) -> list[ClaimSet]:
    found = list(map(rows.CLAIM.read, rows_where(connection, text, *[names] * times)))
    for one in found:
        known.add_claim(one)
    return found
