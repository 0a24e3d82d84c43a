"""Corrections and withdrawals: of which statements, and which of them took links of lots away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection

from trace.chain.handover_effects import NAMED
from trace.ledger.pairing.statements import CORRECTION
from trace.store.columns import moment
from trace.store.query import rows_where

_ANSWERS: Final = (
    "SELECT answer.about, statement.stmt, statement.iss, statement.arrival, statement.logged_at FROM answer "  # noqa: S608
    f"JOIN statement ON statement.id = (answer.id & -256) AND statement.typ = '{CORRECTION}' "
    "WHERE answer.about {among} ORDER BY statement.arrival"
)
# Of a statement that was amended at all, which is rare: `amended_by` names the newest alone.
_PERHAPS: Final = (
    "SELECT first.stmt, later.stmt, later.iss, later.arrival, later.logged_at FROM statement AS first "  # noqa: S608
    "JOIN statement AS later ON later.iss = first.iss AND later.sub = first.sub "
    f"AND later.typ = '{CORRECTION}' WHERE first.amended_by IS NOT NULL AND first.stmt {{among}} "
    "ORDER BY later.arrival"
)
_TOOK: Final = (
    "SELECT statement.stmt FROM former JOIN statement ON statement.id = (former.id & -256) "  # noqa: S608
    f"WHERE former.why <> '{NAMED}' AND former.{{end}} {{{{among}}}}"
)


class Amendment(NamedTuple):
    """A correction or withdrawal of the statement `about`."""

    about: str
    stmt: str
    iss: str
    arrival: int
    logged_at: datetime | None


def amendments_of(
    connection: Connection, statements: Collection[str], *, handovers: bool = False
) -> list[Amendment]:
    """What corrects or withdraws these statements, in order of arrival; what that is about says itself.

    By issuer and subject, so that it may be about another one of the same; of `handovers`, exactly.
    """
    found = rows_where(connection, _ANSWERS if handovers else _PERHAPS, statements)
    return [Amendment(about, stmt, iss, arrival, moment(at)) for about, stmt, iss, arrival, at in found]


def amendments_on(connection: Connection, lots: Collection[int]) -> set[str]:
    """The statements that took links to or from these lots away."""
    ends = ("above", "below")
    return {stmt for end in ends for (stmt,) in rows_where(connection, _TOOK.format(end=end), lots)}
