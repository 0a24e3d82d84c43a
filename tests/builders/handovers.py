"""Hand-made rows of hand-overs, claims and links that were taken away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.builders.effects import kg
from trace.chain.effects import Interval, LinkSet
from trace.chain.handover_effects import ClaimSet, Formed, HandoverSet

SHIPPER, RECEIVER = "urn:uscc:S", "urn:uscc:R"
_WHEN = Interval(None, None)


def handover(row: int, stmt: str, lot: int, from_lot: int, **more: Any) -> HandoverSet:
    """400 kg that left for a concealed receiver."""
    made = HandoverSet(
        row, stmt, SHIPPER, lot, from_lot, "party", None, (("d",),), kg("400"), kg("0"), "open"
    )
    return replace(made, **more)


def claim(row: int, lot: int, **more: Any) -> ClaimSet:
    """A receipt of 400 kg that names nothing yet."""
    made = ClaimSet(row, lot, RECEIVER, None, None, None, False, False, kg("400"), "claimed")
    return replace(made, **more)


def pair_link(row: int, above: int, below: int, state: str = "signed") -> LinkSet:
    return LinkSet(row, above, below, "receive", kg("400"), kg("400"), _WHEN, _WHEN, state)


def former(row: int, below: int, above: int | None, name: str | None = None, **more: Any) -> Formed:
    """A link that a correction took away."""
    return replace(Formed(row, below, above, name, "transform", kg("400"), "corrected"), **more)
