"""Gaps and contradictions in a firm's records, each with the rule that saw it and what would clear it.

A gap is a question to the one firm whose word is missing. It closes when its answer comes as signed records:
asked again, the rules no longer find it. What one reading of the records explains is in doubt, and says so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from trace.rules import Rule

CLAIMED, UNANSWERED, NO_INPUTS = "receipt-without-shipment", "shipment-unanswered", "batch-without-inputs"
NO_SOURCE, NO_AMOUNT, LATE = "goods-without-source", "link-without-amount", "entered-late"
MARKED, DISPUTED = "marked", "disputed"
QUICK, EVEN, TWICE, SEEN_APART = (
    "arrived-too-soon",
    "figures-too-even",
    "firm-of-same-name",
    "code-seen-apart",
)
ODDITIES: Final = frozenset({QUICK, EVEN, TWICE, SEEN_APART})
"""What is only odd: each has an innocent reading, and is asked for that."""
RULES: Final[Mapping[str, str]] = {
    CLAIMED: "P61",
    UNANSWERED: "P62",
    NO_INPUTS: "P63",
    NO_SOURCE: "P64",
    NO_AMOUNT: "P65",
    LATE: "P66",
    QUICK: "P67",
    EVEN: "P68",
    TWICE: "P69",
    SEEN_APART: "P77",
}
"""Kind of gap -> the rule that sees it; marks name their own."""
CLEARS: Final[Mapping[str, str]] = {
    CLAIMED: "state-shipment-or-refuse",
    UNANSWERED: "state-receipt-or-refuse",
    NO_INPUTS: "correct-production",
    NO_SOURCE: "correct-source",
    NO_AMOUNT: "correct-amount",
    LATE: "say-why",
    MARKED: "correct-or-declare",
    DISPUTED: "settle",
    QUICK: "say-where",
    EVEN: "say-how-weighed",
    TWICE: "say-which-firm",
    SEEN_APART: "look-into-codes",
}
IN_DOUBT: Final = ODDITIES | {CLAIMED, LATE, DISPUTED}
"""Where the other side, or a late record, may be right: an accusation of nobody."""
SEVERITY: Final[Mapping[str, int]] = {
    MARKED: 3,
    NO_INPUTS: 3,
    NO_SOURCE: 3,
    DISPUTED: 2,
    UNANSWERED: 2,
    NO_AMOUNT: 2,
    CLAIMED: 1,
    LATE: 1,
    **dict.fromkeys(sorted(ODDITIES), 1),
}


@dataclass(frozen=True, slots=True)
class Gap:
    """A question to `firm` about `lot`; `records` fired it, `other` is the counterpart that it names."""

    kind: str
    rule: str
    firm: str
    lot: str
    records: tuple[str, ...]
    other: str = ""
    figures: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The same gap has the same key whenever it is asked for."""
        return "|".join((self.kind, self.rule, self.lot, *self.records[:1]))

    @property
    def clears(self) -> str:
        return CLEARS[self.kind]

    @property
    def in_doubt(self) -> bool:
        return self.kind in IN_DOUBT

    def as_dict(self) -> dict[str, Any]:
        """A line of the answer."""
        return {
            "key": self.key,
            "kind": self.kind,
            "rule": self.rule,
            "firm": self.firm,
            "lot": self.lot,
            "other": self.other or None,
            "records": list(self.records),
            "figures": dict(self.figures),
            "severity": SEVERITY[self.kind],
            "doubt": self.in_doubt,
            "clears": self.clears,
        }


def in_order(gaps: Collection[Gap]) -> list[Gap]:
    """The gravest first, then by kind, lot and record."""
    return sorted(gaps, key=lambda one: (-SEVERITY[one.kind], one.kind, one.lot, one.records))


def is_late(happened: int, logged: int, rule: Rule) -> bool:
    """Whether so many microseconds passed between what happened and its record."""
    return logged - happened > int(rule.duration.total_seconds()) * 1_000_000


def closed(asked: Collection[str], found: Collection[str]) -> list[str]:
    """The keys that were asked for and are found no longer."""
    return sorted(set(asked) - set(found))
