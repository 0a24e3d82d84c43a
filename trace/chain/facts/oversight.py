"""Facts of oversight: samplings, orders on goods and their ends, notices, inspections, penalties.

Those that the first edition took as free maps have a form that later entries must fill in (`FormKind`); all
others are strict from the start. An order ends by the id of its statement, never by equal text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from trace.chain.facts import oversight_forms as forms
from trace.chain.facts import urns
from trace.chain.facts.base import Fact, FormFact, FormKind, Kind, any_subject, fits
from trace.chain.facts.code import LotSerials, lot_serials
from trace.chain.facts.reading import Reader, Shape, many, one_of, read_quantity, whole
from trace.chain.needs import Needs
from trace.parties import EVERY_SIDE, REGULATORS
from trace.quantities import Quantity

ESTABLISHED: Final = "established"
NOT_ESTABLISHED: Final = "not_established"


@dataclass(frozen=True, slots=True, kw_only=True)
class OversightRecorded(FormFact):
    """`serials`: item codes that a recall is about where it is not about all of their lots."""

    matter: str
    lots: tuple[str, ...] = ()
    serials: tuple[LotSerials, ...] = ()

    def needs(self) -> Needs:
        coded = frozenset(each.lot for each in self.serials)
        named = frozenset(getattr(self.form, "orders", ()))
        about = frozenset((self.form.about,) if hasattr(self.form, "about") else ())
        return Needs(
            lots=coded.union(self.lots),
            coded=coded,
            statements=named | about,
            records=named | about,
            amended=named,
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount of recalled goods, in the words of who recalled."""

    what: str
    quantity: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldsReleased(Fact):
    """`officers`: the numbers of their cards, where two have to sign for it."""

    orders: tuple[str, ...]
    reason: str | None = None
    officers: tuple[str, ...] = ()

    def needs(self) -> Needs:
        return ending(self.orders)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersWithdrawn(Fact):
    """Orders that should never have been: undone, and kept in the history."""

    orders: tuple[str, ...]
    reason: str

    def needs(self) -> Needs:
        return ending(self.orders)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallsCompleted(Fact):
    orders: tuple[str, ...]
    reason: str
    figures: tuple[Figure, ...]

    def needs(self) -> Needs:
        return ending(self.orders)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetestOrdered(Fact):
    """`lab`: the other laboratory, whose passed test of the same goods lifts the failure in `report`."""

    report: str
    lab: str
    reason: str | None = None

    def needs(self) -> Needs:
        report = frozenset((self.report,))
        return Needs(statements=report, amended=report)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnOrdered(Fact):
    """The one way on which held or recalled goods may travel: back, to the party `to`."""

    orders: tuple[str, ...]
    lots: tuple[str, ...]
    to: str

    def needs(self) -> Needs:
        orders = frozenset(self.orders)
        return Needs(lots=frozenset(self.lots), statements=orders, records=orders)


@dataclass(frozen=True, slots=True, kw_only=True)
class DestructionWitnessed(Fact):
    """The bureau saw the goods of a `food.disposal` destroyed."""

    orders: tuple[str, ...]
    disposal: str

    def needs(self) -> Needs:
        disposal, orders = frozenset((self.disposal,)), frozenset(self.orders)
        return Needs(statements=orders | disposal, records=orders, amended=disposal)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingMade(Fact):
    """What the bureau found out about a hand-over, a claim or a correction: it was so, or it was not."""

    about: str
    result: str
    reason: str

    def needs(self) -> Needs:
        about = frozenset((self.about,))
        return Needs(statements=about, amended=about, handovers=about, claims=about, formers=about)


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyRevoked(Fact):
    """A decision on a penalty that no longer stands, with the decision by which it fell and why."""

    penalty: str
    outcome: str
    document_no: str
    reason: str

    def needs(self) -> Needs:
        named = frozenset((self.penalty,))
        return Needs(statements=named, records=named)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormReported(Fact):
    """A form of figures that was frozen: which one, of which month and area, and the hash of its bytes.

    `replaces`: the hash of the revision before it. No figure stands in it: each is in the frozen document.
    """

    document: str
    month: str
    area: str
    revision: int
    sha256: str
    replaces: str | None = None


def ending(orders: tuple[str, ...]) -> Needs:
    """Orders that end: what they are, and what they made."""
    named = frozenset(orders)
    return Needs(statements=named, records=named, amended=named)


def _kind(
    name: str,
    form: Shape[Any],
    *,
    stated_by: frozenset[str] = REGULATORS,
    agrees: Callable[[Any], None] = fits,
    timeline: str | None = None,
    withheld: frozenset[str] = frozenset(),
    **more: Reader[Any],
) -> FormKind[OversightRecorded]:
    """A record of oversight that the first edition took as its matter and lots, whatever stood beside."""
    return FormKind(
        f"oversight.{name}",
        OversightRecorded,
        {"matter": urns.line},
        {"lots": many(urns.lot_urn), **more},
        form=form,
        stated_by=stated_by,
        agri=True,
        timeline=timeline,
        agrees=agrees,
        withheld=withheld,
    )


_CARDS: Final = frozenset({"officers", "accompanied"})
"""Whose cards these are can be looked up: a record with them is read by its parties and by authorities alone.
How many signed for it is judged at admission, so that they stand in clear."""

_figure = Shape(
    Figure,
    {
        "what": one_of("to_recall", "sealed", "recovered", "destroyed", "remedied", "sold"),
        "quantity": read_quantity,
    },
)
figures = many(_figure, 1, 20)

SAMPLING = _kind("sampling", forms.SAMPLING, agrees=forms.fills_sheet, timeline="sampling", withheld=_CARDS)
HOLD = _kind("hold", forms.HOLD, timeline="hold")
RECALL = _kind(
    "recall",
    forms.RECALL,
    agrees=forms.names_goods,
    timeline="recall",
    serials=many(lot_serials, high=200),
)
NOTICE = _kind("notice", forms.NOTICE, timeline="notice")
ACKNOWLEDGEMENT = _kind("acknowledgement", forms.ACKNOWLEDGEMENT, stated_by=EVERY_SIDE)
CLOSING = _kind("closing", forms.CLOSING, timeline="closing")
INSPECTION = _kind(
    "inspection", forms.INSPECTION, agrees=forms.tells_visit, timeline="inspection", withheld=_CARDS
)
PENALTY = _kind("penalty", forms.PENALTY, agrees=forms.states_sum)
RELEASE = Kind(
    "oversight.release",
    HoldsReleased,
    {"orders": forms.statement_ids},
    {"reason": urns.reason, "officers": forms.officers},
    subject=any_subject,
    stated_by=REGULATORS,
    agri=True,
    timeline="release",
    withheld=_CARDS,
)
WITHDRAWAL = Kind(
    "oversight.withdrawal",
    OrdersWithdrawn,
    {"orders": forms.statement_ids, "reason": urns.reason},
    subject=any_subject,
    stated_by=REGULATORS,
    agri=True,
    timeline="withdrawal",
)
COMPLETION = Kind(
    "oversight.completion",
    RecallsCompleted,
    {"orders": forms.statement_ids, "reason": urns.reason, "figures": figures},
    subject=any_subject,
    stated_by=REGULATORS,
    agri=True,
    timeline="completion",
)
RETEST = Kind(
    "oversight.retest",
    RetestOrdered,
    {"report": urns.statement_id, "lab": urns.party_urn},
    {"reason": urns.reason},
    subject=any_subject,
    stated_by=REGULATORS,
    agri=True,
    timeline="retest",
)
RETURN = Kind(
    "oversight.return",
    ReturnOrdered,
    {"orders": forms.statement_ids, "lots": forms.lots, "to": urns.party_urn},
    subject=any_subject,
    stated_by=REGULATORS,
    agri=True,
    timeline="return",
)
DESTRUCTION = Kind(
    "oversight.destruction",
    DestructionWitnessed,
    {"orders": forms.statement_ids, "disposal": urns.statement_id},
    subject=any_subject,
    stated_by=REGULATORS,
    agri=True,
    timeline="destruction",
)
FINDING = Kind(
    "oversight.finding",
    FindingMade,
    {
        "about": urns.statement_id,
        "result": one_of(ESTABLISHED, NOT_ESTABLISHED),
        "reason": urns.reason,
    },
    subject=any_subject,
    stated_by=REGULATORS,
    agri=True,
)
REVOCATION = Kind(
    "oversight.revocation",
    PenaltyRevoked,
    {
        "penalty": urns.statement_id,
        "outcome": one_of(*forms.FALLEN),
        "documentNo": urns.number,
        "reason": urns.reason,
    },
    subject=any_subject,
    stated_by=REGULATORS,
    agri=True,
    renamed={"documentNo": "document_no"},
)
REPORT = Kind(
    "oversight.report",
    FormReported,
    {
        "document": urns.line,
        "month": forms.month,
        "area": forms.area,
        "revision": whole(1, 999),
        "sha256": forms.frozen,
    },
    {"replaces": forms.frozen},
    subject=any_subject,
    stated_by=REGULATORS,
    agri=True,
)

OVERSIGHT: Final = (SAMPLING, HOLD, RECALL, NOTICE, ACKNOWLEDGEMENT, CLOSING, INSPECTION, PENALTY)
"""The kinds that the first edition knew, as free maps."""
ORDERING: Final = (RELEASE, WITHDRAWAL, COMPLETION, RETEST, RETURN, DESTRUCTION, FINDING)
"""The kinds that the second edition brought, strict from the start."""
