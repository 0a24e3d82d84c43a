"""A firm's oddities as a regulator sees them: its warnings, gaps and excesses, each with its records.

Whoever looks says what for, and the firm sees it. Nothing is kept as a request to the firm by looking: asking
is another act. What one reading of the records explains is shown as doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trace.errors import RightMissing
from trace.oversight.balance.excess import Excess
from trace.oversight.data_checks import digest_of_rows
from trace.oversight.gaps import Gap
from trace.parties import ALL, Actor
from trace.store.analyses.documents import known_until
from trace.store.base import to_micros
from trace.store.casework.asked import firm_names
from trace.store.risk.warnings import WarningRow, warnings_about
from trace.store.transaction import Transactions, Tx
from trace.usecases.balance.firm_balance import FirmBalance
from trace.usecases.balance.mass_balance import require_recorded_firm
from trace.usecases.casework.look import Purpose, Seen, note_looks
from trace.usecases.gaps.find_gaps import gaps_of
from trace.usecases.supervision.find_warnings import YEAR

SEEN: Final = "oddities"


@dataclass(frozen=True, slots=True)
class Oddities:
    """What is odd about a firm's records, and since when nothing later is known."""

    firm: str
    name: str
    warnings: Sequence[WarningRow]
    gaps: Sequence[Gap]
    excesses: Sequence[Excess]
    as_of: datetime

    @property
    def rows(self) -> tuple[str, ...]:
        """A name for each, the same whenever it is asked for: what a check of data was of."""
        subjects = (" ".join((one.level, *map(str, one.subject.values()))) for one in self.excesses)
        return (*(one.number for one in self.warnings), *subjects, *(one.key for one in self.gaps))

    @property
    def digest(self) -> str:
        """The hash of these rows."""
        return digest_of_rows(self.rows)


def read_oddities(transactions: Transactions, actor: Actor, firm: str, purpose: str) -> Oddities:
    """The oddities of a firm of the caller's area, written as a look before anything is shown.

    Raises `PurposeMissing`, `FirmOutOfSight`, `RightMissing`.
    """
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    why = Purpose(purpose)
    why.required()
    with transactions.begin(actor.subject) as tx:
        found = oddities_of(tx, actor, firm)
        note_looks(tx, actor, [firm], Seen("page", SEEN, len(found.rows)), why)
    return found


def oddities_of(tx: Tx, actor: Actor, firm: str) -> Oddities:
    """The oddities of a firm as they are now, within a transaction; raises `FirmOutOfSight`."""
    require_recorded_firm(tx, actor, firm)
    known = known_until(tx.connection, tx.origin, tx.now)
    gaps = gaps_of(tx, firm, known.as_of)
    since, until = to_micros(tx.now - YEAR), to_micros(tx.now)
    excesses = FirmBalance(tx.connection, firm, since, until, tx.rules).excesses
    warnings = warnings_about(tx.connection, firm)
    name = firm_names(tx.connection, [firm]).get(firm, firm)
    return Oddities(firm, name, warnings, gaps, excesses, known.as_of)
