"""What receipts and hand-overs are by the words of both sides: their states, as values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from trace.frozen import quickly_made
from trace.ledger.pairing.amounts import NOT_COMPARABLE
from trace.ledger.pairing.naming import REFUSED
from trace.ledger.pairing.statements import Place

CONFIRMED: Final = "confirmed"
DISPUTED: Final = "disputed"
CLAIMED: Final = "claimed"
REFUSED_STATE: Final = REFUSED
PAPER: Final = "paper"
RETURNED: Final = "returned"
PAIRED: Final = frozenset({CONFIRMED, DISPUTED})
"""The states in which both sides name each other."""


@quickly_made
@dataclass(frozen=True, slots=True)
class Handed:
    """What a receipt is: cited by the id of its first version, like the hand-over.

    receipt      the receipt
    handover     the hand-over it is a pair with, or was (`lapsed`); of a returned one, what it returns
    state        confirmed | disputed | claimed | refused | withdrawn | through | paper | returned
    reason       why it is not confirmed; of a confirmed one that its amounts were not compared
    place        where the latest of the statements stands that complete the pair
    completed    the id of that statement
    lapsed       it would be a pair if no key had fallen
    denied_by    the statement that refuses or contradicts it
    possible     the lot that the receipt names beside the pair: its signer never withdrew that
    denied       both sides say that there was no such hand-over
    final        the sides that say that nothing more will come: shipper, receiver
    share        what of the hand-over it is, exactly; None where that cannot be said, or it is no pair
    """

    receipt: str
    handover: str | None
    state: str
    reason: str = ""
    place: Place | None = None
    completed: str | None = None
    lapsed: bool = False
    denied_by: str | None = None
    possible: str | None = None
    denied: bool = False
    final: tuple[str, ...] = ()
    share: Fraction | None = None

    def contested(self) -> Handed:
        """The same pair in a dispute that somebody opened, whatever else is wrong with it."""
        reason = DISPUTED if self.reason in {"", NOT_COMPARABLE} else self.reason
        return replace(self, state=DISPUTED, reason=reason)


@quickly_made
@dataclass(frozen=True, slots=True)
class Sent:
    """What a hand-over is: whom it names as far as that is open, and whether it stands.

    receiver   the party that holds it, or that it names in clear
    denied_by  the standing refusal of the party that it names
    withdrawn  its signer took it back
    """

    handover: str
    receiver: str | None
    denied_by: str | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Pairing:
    """What statements say together: of each receipt and of each hand-over, the earliest first."""

    receipts: tuple[Handed, ...]
    handovers: tuple[Sent, ...]
