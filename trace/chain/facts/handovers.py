"""Facts of hand-overs between parties: how a receipt names one, and what either side answers to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind
from trace.chain.facts.reading import Reader, Shape, Unfit, one_of, pattern, text_of
from trace.chain.needs import Needs
from trace.parties import OPERATORS

TO_PARTY: Final = "party"
TO_OUTSIDE: Final = "outside"
TO_CONSUMERS: Final = "consumers"
addressed = one_of(TO_PARTY, TO_OUTSIDE, TO_CONSUMERS)
"""Whom goods are handed to: a party (concealed), somebody on no platform, or shoppers at a place."""

salt: Final[Reader[str]] = pattern(r"[A-Za-z0-9_-]{21}[AQgw]", "salt (22 base64url characters)")


def only_true(value: object) -> bool:
    """A member that says yes by being there."""
    if value is not True:
        raise Unfit("true, or no such member")
    return True


@dataclass(frozen=True, slots=True)
class HandoverOpened:
    """The hand-over that a receipt names, by its first version, and the salt that opens it to its signer."""

    stmt: str
    salt: str


opened = Shape(HandoverOpened, {"stmt": urns.statement_id, "salt": salt})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptConfirmed(Fact):
    """One side joins a receipt to a hand-over; `complete`: nothing more will come, or was sent."""

    receipt: str
    handover: str
    salt: str | None = None
    complete: bool = False

    def needs(self) -> Needs:
        named = frozenset((self.receipt, self.handover))
        return Needs(statements=named, claims=named, handovers=named, lots=frozenset((self.sub,)))


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRefused(Fact):
    """The named side says that it has nothing to do with a receipt, or with a hand-over."""

    about: str
    reason: str
    salt: str | None = None
    note: str | None = None

    def needs(self) -> Needs:
        named = frozenset((self.about,))
        return Needs(statements=named, claims=named, handovers=named, lots=frozenset((self.sub,)))


CONFIRMATION = Kind(
    "food.confirmation",
    ReceiptConfirmed,
    {"receipt": urns.statement_id, "handover": urns.statement_id},
    {"salt": salt, "complete": only_true},
    subject=urns.lot_urn,
    stated_by=OPERATORS,
    correctable=True,
    agri=True,
    timeline="confirmation",
)
REFUSAL = Kind(
    "food.refusal",
    HandoverRefused,
    {
        "about": urns.statement_id,
        "reason": one_of("not_mine", "not_received", "wrong_goods", "wrong_receiver"),
    },
    {"salt": salt, "note": text_of(1, 500)},
    subject=urns.lot_urn,
    stated_by=OPERATORS,
    correctable=True,
    agri=True,
)
