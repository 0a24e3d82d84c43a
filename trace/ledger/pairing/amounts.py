"""Amounts of a pair: what came as a share of what was sent, in the first dimension that both sides give.

A side gives what its line states (`quantity`, then `packs`), and after that what counted pieces hold: by its
own line, else by the shipper's record of the lot that the goods were taken from, else by the other side's
line. What nobody states is not guessed: such a pair is not compared.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import Final

from trace.ledger.pairing.statements import Contents, Measured, PairNames, Signed, documents_of

_STATED: Final = ("quantity", "packs")
_LOT: Final = "lot"

EXCEEDS: Final = "receipts-exceed"
SHORT: Final = "delivery-short"
NOT_COMPARABLE: Final = "not-comparable"
"""Why a confirmed pair says nothing of amounts: the two sides give them in no common dimension."""


def reason_of(shares: Collection[Fraction | None], tolerance: Fraction, *, final: bool) -> str:
    """What is wrong with the sum of a hand-over's receipts; nothing is missing of it unless it is `final`.

    Too much is too much whatever those are that cannot be compared.
    """
    known = [share for share in shares if share is not None]
    total, more = sum(known, Fraction(0)), 1 + tolerance
    if total > more:
        return EXCEEDS
    return SHORT if final and len(known) == len(shares) and total * more < 1 else ""


def plain_share(
    receipt: Mapping[str, object], handover: Mapping[str, object], names: PairNames
) -> Fraction | None:
    """The share where both lines state it in one dimension: as `share_of`, without looking at any content."""
    came, sent = (names.measure(data.get(_STATED[0])) for data in (receipt, handover))
    alike = came is not None and sent is not None and came[0] == sent[0] and sent[1] > 0
    return came[1] / sent[1] if alike and came is not None and sent is not None else None


def share_of(
    receipt: Mapping[str, object], handover: Mapping[str, object], record: Contents, names: PairNames
) -> Fraction | None:
    """What the receipt's line is of what the hand-over's says; None where no dimension is common to both.

    `record` is what the shipper's record of the goods says that a piece holds.
    """
    below, above = names.content(receipt), names.content(handover)
    came = amounts_of(receipt, (below, record, above), names)
    for dimension, sent in amounts_of(handover, (above, record, below), names).items():
        if dimension in came and sent > 0:
            return came[dimension] / sent
    return None


def amounts_of(
    data: Mapping[str, object], contents: Iterable[Contents], names: PairNames
) -> dict[str, Fraction]:
    """What a line states or gives by content, each dimension once, the stated ones first."""
    several = tuple(contents)
    found: dict[str, Fraction] = {}
    waiting = [names.measure(data.get(member)) for member in _STATED]
    while waiting:
        amount = waiting.pop(0)
        if amount is None or amount[0] in found:
            continue
        dimension, many = amount
        found[dimension] = many
        holds: Measured | None = next((one[dimension] for one in several if dimension in one), None)
        if holds is not None:
            waiting.append((holds[0], holds[1] * many))
    return found


def recorded(statements: Collection[Signed], names: PairNames) -> dict[str, Contents]:
    """Lot urn -> what a piece of it holds, by its owner's record: the earliest one, as corrected."""
    documents = documents_of(statements, names.recorded)
    found: dict[str, Contents] = {}
    for one in documents.values():  # in the order of their places
        lot = one.stated.text(_LOT)
        if lot is not None and one.iss in names.owners(lot):
            found.setdefault(lot, names.content(one.stated.data))
    return found
