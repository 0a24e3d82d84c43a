"""Forms of supervision: what a record of a bureau must say, member by member.

Sampling, inspection and penalty carry the number of their form: what a bureau fills in grows, and every form
stays readable. Officers stand by the number of their card and contacts by their function: no form has room
for the name of a natural person. Law: 食品安全法 §110; 食品召回管理办法 §9, §20; 食品安全抽样检验管理办法
§14; 食品生产经营监督检查管理办法 §23; 行政处罚法 §9.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from trace.chain.facts import urns
from trace.chain.facts.code import LotSerials, lot_serials
from trace.chain.facts.food import Proof, read_proof
from trace.chain.facts.reading import (
    Reader,
    Shape,
    Unfit,
    many,
    one_of,
    pattern,
    read_day,
    read_instant,
    several,
    whole,
)

LEVELS: Final = ("1", "2", "3")
"""一级, 二级, 三级: how bad it may be for who eats it (食品召回管理办法 §9)."""
_SUMS: Final = frozenset({"fine", "confiscation"})


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers for a recall: an office, never a person."""

    function: str
    phone: str


@dataclass(frozen=True, slots=True)
class HoldForm:
    """`until`: the day on which a hold of limited time ends (食品安全法实施条例 §61)."""

    matter: str
    reason: str
    lots: tuple[str, ...]
    until: date | None = None


@dataclass(frozen=True, slots=True)
class RecallForm:
    """`found_on`: the day on which the risk was found; the law of that day holds for the recall, and its
    hours run from `found_at` where that is stated."""

    matter: str
    level: str
    reason: str
    lots: tuple[str, ...] = ()
    serials: tuple[LotSerials, ...] = ()
    return_to: str | None = None
    contact: Contact | None = None
    advice: str | None = None
    found_on: date | None = None
    found_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClosingForm:
    """`orders`: the holds that end with the matter; `proofs`: what shows that it is settled."""

    matter: str
    orders: tuple[str, ...]
    proofs: tuple[Proof, ...]
    lots: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SamplingForm:
    """`sheet_no`: the number of the sampling sheet; `lab`: the laboratory that is to test."""

    form: int
    matter: str
    lots: tuple[str, ...]
    sheet_no: str
    officers: tuple[str, ...]
    lab: str | None = None
    items: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class InspectionForm:
    form: int
    matter: str
    party: str
    officers: tuple[str, ...]
    result: str
    findings: tuple[str, ...] = ()
    place: str | None = None
    lots: tuple[str, ...] = ()
    rectify_by: date | None = None


@dataclass(frozen=True, slots=True)
class PenaltyForm:
    """`amount`: yuan, as a decimal; `basis`: the clauses that were broken and applied."""

    form: int
    matter: str
    party: str
    document_no: str
    kinds: tuple[str, ...]
    basis: tuple[str, ...]
    amount: str | None = None
    lots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeForm:
    """`to`: the parties that are told; they acknowledge it."""

    matter: str
    to: tuple[str, ...]
    text: str
    lots: tuple[str, ...] = ()
    due_by: date | None = None


@dataclass(frozen=True, slots=True)
class AcknowledgementForm:
    """`about`: the notice or order that was received."""

    matter: str
    about: str
    lots: tuple[str, ...] = ()
    note: str | None = None


def names_goods(form: RecallForm) -> None:
    """A recall is of something: lots, or codes of some."""
    if not form.lots and not form.serials:
        raise Unfit("lots, or serials of some").under(".lots")


def states_sum(form: PenaltyForm) -> None:
    """Whoever has to pay is told how much; nobody else is."""
    pays = not _SUMS.isdisjoint(form.kinds)
    if pays and form.amount is None:
        raise Unfit("the amount of a fine or confiscation").under(".amount")
    if form.amount is not None and not pays:
        raise Unfit("no amount without fine or confiscation").under(".amount")


officers = several(pattern(r"[0-9A-Za-z][0-9A-Za-z.-]{3,29}", "number of an officer's card"), 2, 20)
lots = several(urns.lot_urn)
_maybe_lots = several(urns.lot_urn, 0)
_yuan = pattern(r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,2})?", "yuan as a decimal such as 5000.00")
_first = whole(1, 1)
phone = pattern(r"[+0-9][0-9 ()-]{2,29}", "telephone number")
contact = Shape(Contact, {"function": urns.name, "phone": phone})
statement_ids = several(urns.statement_id)

RECALLED: Final[dict[str, Reader[Any]]] = {"level": one_of(*LEVELS), "reason": urns.reason}
RECALL_TOLD: Final[dict[str, Reader[Any]]] = {
    "serials": many(lot_serials, high=200),
    "returnTo": urns.line,
    "contact": contact,
    "advice": urns.line,
    "foundOn": read_day,
    "foundAt": read_instant,
}
"""What whoever recalls may say besides, a bureau and a firm alike."""

HOLD: Final = Shape(HoldForm, {"matter": urns.line, "reason": urns.reason, "lots": lots}, {"until": read_day})
RECALL: Final = Shape(RecallForm, {"matter": urns.line, **RECALLED}, {"lots": _maybe_lots, **RECALL_TOLD})
CLOSING: Final = Shape(
    ClosingForm,
    {
        "matter": urns.line,
        "orders": several(urns.statement_id, 0),
        "proofs": many(read_proof, 1, 50),
    },
    {"lots": _maybe_lots, "reason": urns.reason},
)
SAMPLING: Final = Shape(
    SamplingForm,
    {
        "form": _first,
        "matter": urns.line,
        "lots": lots,
        "sheetNo": urns.number,
        "officers": officers,
    },
    {"lab": urns.party_urn, "items": several(urns.name, 0, 100), "note": urns.line},
)
INSPECTION: Final = Shape(
    InspectionForm,
    {
        "form": _first,
        "matter": urns.line,
        "party": urns.party_urn,
        "officers": officers,
        "result": one_of("conforms", "to_rectify", "fails"),
    },
    {
        "findings": many(urns.line, high=100),
        "place": urns.place_urn,
        "lots": _maybe_lots,
        "rectifyBy": read_day,
    },
)
PENALTY: Final = Shape(
    PenaltyForm,
    {
        "form": _first,
        "matter": urns.line,
        "party": urns.party_urn,
        "documentNo": urns.number,
        "kinds": several(
            one_of(
                "warning",
                "criticism",
                "fine",
                "confiscation",
                "licence_suspended",
                "grade_lowered",
                "licence_revoked",
                "business_restricted",
                "production_stopped",
                "closed_down",
                "occupation_restricted",
            )
        ),
        "basis": several(urns.line, 1, 20),
    },
    {"amount": _yuan, "lots": _maybe_lots},
)
NOTICE: Final = Shape(
    NoticeForm,
    {"matter": urns.line, "to": several(urns.party_urn, 1, 100), "text": urns.reason},
    {"lots": _maybe_lots, "dueBy": read_day},
)
ACKNOWLEDGEMENT: Final = Shape(
    AcknowledgementForm,
    {"matter": urns.line, "about": urns.statement_id},
    {"lots": _maybe_lots, "note": urns.line},
)
