"""Effects of hand-overs: the whole row of a hand-over, of a claim, and of a link that was taken away.

Each is a row as it stands from now on: whatever was under its id before is gone, and the last one in order of
arrival wins. What a pair says of the lot graph is a link of its own (`trace.chain.effects.LinkSet`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trace.frozen import quickly_made
from trace.ledger.pairing import Signed
from trace.quantities import Quantity


@quickly_made
@dataclass(frozen=True, slots=True)
class HandoverSet:
    """A hand-over: what left, by whose word, and what became of it. `id` derives from its first version."""

    id: int
    stmt: str  # its first version
    shipper: str
    lot: int  # the consignment
    from_lot: int
    to: str  # party | outside | consumers
    receiver: str | None  # None until it is paired, unless it stands in clear
    sealed: tuple[tuple[str, ...], ...]  # the digests of each version, in order
    quantity: Quantity
    received: Quantity  # the sum of its pairs, in the same unit; may exceed `quantity`
    state: str  # open | delivered | received | unaccepted | withdrawn
    found: str | None = None  # an authority's finding: established | not_established


@quickly_made
@dataclass(frozen=True, slots=True)
class ClaimSet:
    """A receipt as a claim on somebody's goods. `id` derives from its first version; so does its link's."""

    id: int
    lot: int  # of the claimant
    claimant: str
    handover_stmt: str | None  # the hand-over it names, by its first version, whether known or not
    named_lot: str | None  # urn of the supplier's lot, whether known or not
    named_key: str | None
    through: bool
    complete: bool  # the receiver says that nothing more will come
    quantity: Quantity
    state: str  # claimed | confirmed | disputed | refused | superseded | withdrawn
    handover: int | None = None  # the hand-over that it is paired with
    paired_by: int | None = None  # the statement that completed the pair
    denied_by: int | None = None  # the other side's refusal
    lapsed: bool = False
    found: str | None = None


NAMED: Final = "named"
"""Why of a link that never was one: an event of somebody else's system names another's goods."""


@dataclass(frozen=True, slots=True)
class Formed:
    """A link that a correction or withdrawal took away: its goods stay possible, orders act through it.

    `id` belongs to the statement that took it away. `above` is a lot of ours, `above_name` anything else: a
    plot, a lot that is not known here, a name of another system.
    """

    id: int
    below: int
    above: int | None
    above_name: str | None
    kind: str  # of the link that it was
    quantity: Quantity | None
    why: str  # corrected | withdrawn | named
    ended_by: int | None = None  # the statement after which it counts no longer
    found: str | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class Answered:
    """A statement answers another: it corrects, confirms, refuses, settles or follows what `about` says."""

    id: int
    about: str


@quickly_made
@dataclass(frozen=True, slots=True)
class WordKept:
    """What a hand-over may hang on, as signed, and the key that signed it: for the batch's memory alone."""

    signed: Signed
    kid: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """Both sides or a bureau have settled what these statements differed in: for the batch's memory alone."""

    statements: tuple[str, ...]
