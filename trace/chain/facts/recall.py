"""Facts of a firm's own recall: it stops its goods, plans, tells whom it must, and reports how far it is.

Law: 食品召回管理办法 §8 (who recalls; where goods are made to order, the principal does), §9 (levels), §12
(plan), §13 (notice), §14 (announcement), §17 (whoever has the goods co-operates), §24 (reports).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from trace.chain.facts import oversight_forms as forms
from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind, any_subject
from trace.chain.facts.code import LotSerials
from trace.chain.facts.handovers import only_true
from trace.chain.facts.oversight import Figure, figures
from trace.chain.facts.oversight_forms import Contact
from trace.chain.facts.reading import Reader, one_of, read_day, read_quantity, several
from trace.chain.needs import Needs
from trace.parties import OPERATORS
from trace.quantities import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmRecalled(Fact):
    """A firm's recall of its own goods, or as principal of those that were made to its order."""

    lots: tuple[str, ...]
    level: str
    reason: str
    serials: tuple[LotSerials, ...] = ()
    return_to: str | None = None
    contact: Contact | None = None
    advice: str | None = None
    found_on: date | None = None
    found_at: datetime | None = None
    matter: str | None = None

    def needs(self) -> Needs:
        coded = frozenset(each.lot for each in self.serials)
        return Needs(lots=coded.union(self.lots), coded=coded)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallStep(Fact):
    """A step of a recall; `recall` is the statement that it belongs to."""

    recall: str

    def needs(self) -> Needs:
        recall = frozenset((self.recall,))
        return Needs(statements=recall, records=recall)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallPlanned(RecallStep):
    """`regions`: where the goods went (GB/T 2260)."""

    measures: str
    finish_by: date
    figures: tuple[Figure, ...]
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiversNotified(RecallStep):
    """`to` stands concealed or not at all where it would name a buyer."""

    text: str
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallAnnounced(RecallStep):
    """`published_at`: where the public reads it: a website, a paper, the wall of a shop."""

    text: str
    published_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallProgressed(RecallStep):
    figures: tuple[Figure, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallEnded(RecallStep):
    """The firm's duties are done, as it says; the warning stays on what was recalled."""

    figures: tuple[Figure, ...]
    reason: str
    treatment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallAnswered(RecallStep):
    """What somebody did with recalled goods that came to it, by its own lot of them: absent is nothing, and
    while it is `counting` nothing is final. The rest is what it cannot account for."""

    lot: str
    received: Quantity | None = None
    sealed: Quantity | None = None
    sold: Quantity | None = None
    returned: Quantity | None = None
    destroyed: Quantity | None = None
    counting: bool = False
    note: str | None = None

    def needs(self) -> Needs:
        recall = frozenset((self.recall,))
        return Needs(statements=recall, records=recall, lots=frozenset((self.lot,)))


def _step(name: str, made: type[Any], needed: dict[str, Reader[Any]], **optional: Reader[Any]) -> Kind[Any]:
    return Kind(
        f"food.recall.{name}",
        made,
        {"recall": urns.statement_id, **needed},
        optional,
        subject=any_subject,
        stated_by=OPERATORS,
    )


RECALL = Kind(
    "food.recall",
    FirmRecalled,
    {"lots": forms.lots, **forms.RECALLED},
    {**forms.RECALL_TOLD, "matter": urns.line},
    subject=any_subject,
    stated_by=OPERATORS,
    open_to_all=True,
    timeline="own-recall",
)
PLAN = _step(
    "plan",
    RecallPlanned,
    {"measures": urns.reason, "finishBy": read_day, "figures": figures},
    regions=several(urns.region_code, 0),
)
NOTICE = _step("notice", ReceiversNotified, {"text": urns.reason}, to=several(urns.party_urn, 0))
ANNOUNCEMENT = _step("announcement", RecallAnnounced, {"text": urns.reason, "publishedAt": urns.line})
PROGRESS = _step("progress", RecallProgressed, {"figures": figures}, note=urns.line)
COMPLETION = _step(
    "completion",
    RecallEnded,
    {
        "figures": figures,
        "reason": urns.reason,
        "treatment": one_of("destroyed", "rendered_harmless", "remedied", "returned", "mixed"),
    },
)
REPLY = Kind(
    "food.recall.reply",
    RecallAnswered,
    {"recall": urns.statement_id, "lot": urns.lot_urn},
    {
        **dict.fromkeys(("received", "sealed", "sold", "returned", "destroyed"), read_quantity),
        "counting": only_true,
        "note": urns.line,
    },
    subject=any_subject,
    stated_by=OPERATORS,
    withheld=frozenset({"received", "sealed", "sold", "returned", "destroyed", "counting", "note"}),
)

STEPS: Final = (PLAN, NOTICE, ANNOUNCEMENT, PROGRESS, COMPLETION)
