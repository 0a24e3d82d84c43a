"""The scope of a recall: where goods went by both sides' word, or may have gone by one's, and how much.

Word and amount are two things: that goods left is certain by the shipper's word, who has them by both or by
an authority's; how much may be between bounds in either case. Every hand-over of the goods has at least one
line, so that nothing that was sent is left out of a sum.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from trace.chain.handover_effects import NAMED, ClaimSet, Formed, HandoverSet
from trace.quantities import Quantity, total

CONFIRMED: Final = "confirmed"
OUTSIDE: Final = "outside"
UNANSWERED: Final = "unanswered"
CLAIMED: Final = "claimed"
THROUGH: Final = "through"
DENIED: Final = "denied"
CORRECTED: Final = "corrected"
WITHDRAWN: Final = "withdrawn"
COLUMNS: Final = (CONFIRMED, OUTSIDE, UNANSWERED, CLAIMED, THROUGH, DENIED, CORRECTED, WITHDRAWN)
"""Columns of a scope, each line in one of them."""
BOTH_DENIED: Final = "both-denied"
"""No column: both sides deny it. It is shown and not counted."""
_PARTY: Final = "party"
_NOTHING: Final = Fraction(0)
_PAIRED: Final = frozenset({"confirmed", "disputed"})
_ESTABLISHED: Final = "established"
_NOT_ESTABLISHED: Final = "not_established"


@dataclass(frozen=True, slots=True)
class ScopeLine:
    """Goods that went, or may have gone, from `above` to `below` (lots; None where no lot is known).

    `certain`: by both sides' word or an authority's, or where the receiver is no party of a platform by the
    shipper's. Between `low` and `high` was handed over; None where amounts cannot be compared.
    """

    column: str
    certain: bool
    above: int | None
    below: int | None
    low: Quantity | None
    high: Quantity | None
    shipper: str | None = None
    receiver: str | None = None
    row: int = 0
    """The row that says so: of the claim, else of the hand-over or the former link."""
    handover: int | None = None

    @property
    def counts(self) -> bool:
        return self.column != BOTH_DENIED


Taken = Mapping[int, Quantity | None]
"""Claim -> what it is of what was sent, in a unit that compares with that."""
_UNCONVERTED: Final[Taken] = {}


def lines_of(
    handover: HandoverSet,
    claims: Sequence[ClaimSet],
    taken: Taken = _UNCONVERTED,
    *,
    certain: bool,
    denied: bool = False,
) -> Iterator[ScopeLine]:
    """The lines of what was sent: its pairs, and the rest that nobody has acknowledged.

    `claims` are those paired with it, lapsed ones too, `taken` what each is of what was sent. `certain`: the
    goods are surely concerned. `denied`: the receiver denies as well what the shipper took back.
    """
    if handover.found == _NOT_ESTABLISHED:
        return
    pairs = [
        one for one in claims if one.state in _PAIRED and not one.lapsed and one.found != _NOT_ESTABLISHED
    ]
    for claim in pairs:
        low, high = _paired(handover, claim, taken)
        line = _line(handover, CONFIRMED, low=low, high=high, certain=certain)
        yield replace(line, below=claim.lot, receiver=claim.claimant, row=claim.id)
    rest = outstanding(handover, pairs, taken)
    if handover.state == WITHDRAWN:
        column = BOTH_DENIED if denied else WITHDRAWN
        yield _line(handover, column, low=_none(handover.quantity), high=handover.quantity, certain=False)
    elif handover.to != _PARTY:
        yield _line(handover, OUTSIDE, low=handover.quantity, high=handover.quantity, certain=certain)
    elif rest is None or rest.value > 0:
        column = DENIED if handover.state == "unaccepted" else UNANSWERED
        low = None if rest is None else _none(rest)
        yield _line(handover, column, low=low, high=rest, certain=False)


def claim_line(claim: ClaimSet, above: int, shipper: str | None) -> ScopeLine:
    """The line of a claim that no pair bears out, or no longer."""
    column = THROUGH if claim.through else DENIED if claim.state == "refused" else CLAIMED
    return ScopeLine(
        column,
        claim.found == _ESTABLISHED,
        above,
        claim.lot,
        _none(claim.quantity),
        claim.quantity,
        shipper,
        claim.claimant,
        claim.id,
        claim.handover,
    )


def former_line(former: Formed, above: int | None, holder: str | None) -> ScopeLine:
    """The line of a link that stands no longer, to the lot that `holder` holds."""
    if former.ended_by is not None:
        column = BOTH_DENIED
    elif former.why == NAMED:
        column = CLAIMED
    else:
        column = WITHDRAWN if former.why == WITHDRAWN else CORRECTED
    low = None if former.quantity is None else _none(former.quantity)
    certain = former.found == _ESTABLISHED and former.ended_by is None
    return ScopeLine(
        column, certain, above, former.below, low, former.quantity, receiver=holder, row=former.id
    )


def outstanding(
    handover: HandoverSet, pairs: Collection[ClaimSet], taken: Taken = _UNCONVERTED
) -> Quantity | None:
    """What nobody has acknowledged of what was sent, never below zero; None where units do not compare."""
    sent = handover.quantity
    if any(one.complete for one in pairs):
        return _none(sent)
    received = [_received(sent, one, taken) for one in pairs]
    known = [one for one in received if one is not None]
    if len(known) < len(received):
        return None
    rest = sent - total(known, sent.unit)
    return rest if rest.value > 0 else _none(sent)


def _received(sent: Quantity, claim: ClaimSet, taken: Taken) -> Quantity | None:
    """What a pair brought in a unit that compares with what was sent."""
    return claim.quantity if claim.quantity.dimension == sent.dimension else taken.get(claim.id)


def _paired(handover: HandoverSet, claim: ClaimSet, taken: Taken) -> tuple[Quantity | None, Quantity | None]:
    """What the two agree on, or the span between what either says."""
    if claim.state != "disputed":
        return claim.quantity, claim.quantity
    sent, received = handover.quantity, _received(handover.quantity, claim, taken)
    if received is None:
        return None, None
    return (received, sent) if received < sent else (sent, received)


def _line(
    handover: HandoverSet, column: str, *, low: Quantity | None, high: Quantity | None, certain: bool
) -> ScopeLine:
    return ScopeLine(
        column,
        certain,
        handover.from_lot,
        handover.lot,
        low,
        high,
        handover.shipper,
        handover.receiver,
        handover.id,
        handover.id,
    )


def _none(like: Quantity) -> Quantity:
    return Quantity.zero(like.unit)


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of a shipper in one unit: all that it sent, what of it stands in which column, what came back.

    `recovered`: returned, or handed back by a pair. `disposed`: what the shipper still had and disposed of;
    `witnessed` the part of it that a bureau saw.
    """

    shipper: str
    sent: Quantity
    columns: dict[str, Quantity]
    recovered: Quantity
    disposed: Quantity
    witnessed: Quantity


@dataclass(frozen=True, slots=True)
class _Named:
    """Sums by name, in the unit of the first amount that was met."""

    unit: str
    amounts: dict[str, Fraction] = field(default_factory=dict)


class Summing:
    """The sums of a scope, as its lines pass by: of each amount nothing is kept but the sum."""

    def __init__(self) -> None:
        self._amounts: dict[tuple[str, str], _Named] = {}

    def sent(self, handover: HandoverSet) -> None:
        """What left stays sent, whoever answers; what was taken back was never sent."""
        if handover.state != WITHDRAWN and handover.found != _NOT_ESTABLISHED:
            self._add(handover.shipper, "sent", handover.quantity)

    def line(self, line: ScopeLine) -> None:
        if line.counts and line.shipper is not None and line.high is not None:
            self._add(line.shipper, line.column, line.high)

    def recovered(self, party: str, amount: Quantity) -> None:
        self._add(party, "recovered", amount)

    def disposed(self, party: str, amount: Quantity, *, witnessed: bool) -> None:
        self._add(party, "disposed", amount)
        if witnessed:
            self._add(party, "witnessed", amount)

    def done(self) -> Iterable[Sums]:
        """By shipper and dimension."""
        for (shipper, _), named in sorted(self._amounts.items()):
            sums = {name: Quantity.exactly(amount, named.unit) for name, amount in named.amounts.items()}
            zero = Quantity.zero(named.unit)
            yield Sums(
                shipper,
                sums.get("sent", zero),
                {column: sums[column] for column in COLUMNS if column in sums},
                sums.get("recovered", zero),
                sums.get("disposed", zero),
                sums.get("witnessed", zero),
            )

    def _add(self, party: str, name: str, amount: Quantity) -> None:
        key = party, amount.dimension
        of = self._amounts.get(key)
        if of is None:
            of = self._amounts[key] = _Named(amount.unit)
        of.amounts[name] = of.amounts.get(name, _NOTHING) + amount.amount_in(of.unit)
