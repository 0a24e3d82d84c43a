"""Facts of disputes: opened about statements, settled with an outcome."""

from __future__ import annotations

from dataclasses import dataclass

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind, any_subject
from trace.chain.facts.reading import many
from trace.chain.needs import Needs
from trace.parties import EVERY_SIDE


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOpened(Fact):
    about: tuple[str, ...]
    field: str
    claimed: str
    other: str
    reason: str

    def needs(self) -> Needs:
        about = frozenset(self.about)
        return Needs(statements=about, amended=about, disputed=about, claims=about, handovers=about)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeSettled(Fact):
    """`dispute` is the statement that opened it: a dispute.open, or the receipt that differed."""

    dispute: str
    outcome: str
    reason: str

    def needs(self) -> Needs:
        opener = frozenset((self.dispute,))
        return Needs(disputes=opener, statements=opener, claims=opener, handovers=opener)


DISPUTE_OPEN = Kind(
    "dispute.open",
    DisputeOpened,
    {
        "about": many(urns.statement_id, 1, 20),
        "field": urns.name,
        "claimed": urns.line,
        "other": urns.line,
        "reason": urns.line,
    },
    subject=any_subject,
    stated_by=EVERY_SIDE,
    agri=True,
    timeline="dispute",
)
DISPUTE_SETTLE = Kind(
    "dispute.settle",
    DisputeSettled,
    {"dispute": urns.statement_id, "outcome": urns.line, "reason": urns.line},
    subject=any_subject,
    stated_by=EVERY_SIDE,
    agri=True,
    timeline="settlement",
)
