"""What two sides said of the hand-overs behind lots: the statements that a pair rests on, for bundles."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy import Connection

from trace.chain.facts.corrections import CORRECTION
from trace.store.chain.effects import AMENDED
from trace.store.query import rows_where

_PAIR: Final = "claim.lapsed = 0 AND claim.state IN ('confirmed', 'disputed')"
_OF_LOTS: Final = (
    "SELECT claim.claimant, statement.stmt, handover.id, handover.stmt, handover.shipper, denial.stmt "  # noqa: S608
    "FROM claim JOIN statement ON statement.id = (claim.id & -256) "
    "LEFT JOIN statement AS denial ON denial.id = (claim.denied_by & -256) AND claim.state = 'refused' "
    f"LEFT JOIN handover ON handover.id = claim.handover AND {_PAIR} WHERE claim.lot {{among}}"
)
_PAIRED: Final = (
    "SELECT claim.claimant, statement.stmt FROM claim "  # noqa: S608
    "JOIN statement ON statement.id = (claim.id & -256) "
    f"WHERE {_PAIR} AND claim.handover {{among}}"
)
_ANSWERS: Final = (
    "SELECT statement.stmt, statement.iss FROM answer "
    "JOIN statement ON statement.id = (answer.id & -256) WHERE answer.about {among}"
)
_CORRECTIONS: Final = (
    "SELECT statement.stmt FROM answer JOIN statement ON statement.id = (answer.id & -256) "  # noqa: S608
    "JOIN statement AS stated ON stated.stmt = answer.about AND stated.iss = statement.iss "
    f"WHERE statement.typ = '{CORRECTION.typ}' AND answer.about {{among}}"
)

_SOURCES: Final = (
    f"SELECT made.stmt FROM claim JOIN handover ON handover.id = claim.handover AND {_PAIR} "  # noqa: S608
    "JOIN lot_statement ON lot_statement.lot = handover.from_lot "
    "JOIN statement AS made ON made.id = lot_statement.statement "
    f"WHERE lot_statement.role = '{AMENDED}' AND claim.lot {{among}} UNION "
    f"SELECT made.stmt FROM claim JOIN handover ON handover.id = claim.handover AND {_PAIR} "
    "JOIN statement AS made ON made.id = (handover.from_lot & -256) WHERE claim.lot {among}"
)


def read_sources(connection: Connection, lots: Collection[int]) -> set[str]:
    """The records of the lots that the goods of these pairs were taken from: what a piece of them holds."""
    return {stmt for (stmt,) in rows_where(connection, _SOURCES, lots, lots)}


def read_own_corrections(connection: Connection, statements: Collection[str]) -> set[str]:
    """What the signers of these statements corrected or took back, as far as hand-overs hang on it."""
    return {stmt for (stmt,) in rows_where(connection, _CORRECTIONS, statements)}


def read_handed(connection: Connection, lots: Collection[int]) -> set[str]:
    """The statements behind the receipts that made these lots, and nothing of who is only named.

    Of a pair: the hand-over, every receipt that holds it, and what the two sides said about them. Of a
    receipt without one: what its own signer said about it, and that the named side refused it.
    """
    found: set[str] = set()
    sides: set[str] = set()
    handovers: set[int] = set()
    for claimant, receipt, handover, sent, shipper, denial in rows_where(connection, _OF_LOTS, lots):
        found.add(receipt)
        sides.add(claimant)
        if denial is not None:
            found.add(denial)
        if handover is not None:
            found.add(sent)
            sides.add(shipper)
            handovers.add(handover)
    for claimant, receipt in rows_where(connection, _PAIRED, handovers):
        found.add(receipt)
        sides.add(claimant)
    return found | _answers(connection, found, sides)


def _answers(connection: Connection, about: Iterable[str], sides: Collection[str]) -> set[str]:
    """Corrections, confirmations and refusals by these parties, and what they said about those again."""
    found: set[str] = set()
    asked = set(about)
    while asked:
        said = {stmt for stmt, iss in rows_where(connection, _ANSWERS, asked) if iss in sides}
        asked = said - found
        found |= said
    return found
