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
PENALTY_KINDS: Final = (
    *("warning", "criticism", "fine", "confiscation", "licence_suspended", "grade_lowered"),
    *("licence_revoked", "business_restricted", "production_stopped", "closed_down", "occupation_restricted"),
)
"""What a decision on a penalty may impose."""
FALLEN: Final = ("revoked", "unlawful", "void")
"""撤销, 确认违法, 确认无效: how a decision on a penalty falls (市场监督管理行政处罚信息公示规定 §11)."""
_SUMS: Final = frozenset({"fine", "confiscation"})
SAMPLED_UNDER: Final = ("annual", "follow_up", "special", "monitoring", "enforcement")
"""What sent the sampler: 年度计划, 跟踪抽检, 专项抽检, 风险监测; or 监督抽查 for cause, without a plan."""
GOODS: Final = ("produce", "imported_cold_chain", "other")
"""食用农产品, 进口冷链食品, 其他: what rule R47 asks."""
_SHEET: Final = ("party", "sample_no", "place", "medication", "photos", "goods", "seal", "plan")
"""What form 2 cannot do without: the five of the sheet (主体, 样品用药, 抽样地块, 现场图片, 检测项目), the
number of the sample, its seal, and why it was taken."""
RESULTS: Final = ("conforms", "to_rectify", "fails")
JOINT: Final = "joint"
PATROL: Final = "patrol"
VISITS: Final = (JOINT, PATROL, "flying", "system", "special", "unannounced", "recheck")
"""联合检查, 日常巡查, 飞行检查, 体系检查, 专项检查, “四不两直”, 复查."""
SIGNATURES: Final = ("signed", "refused", "paper")
"""How who was visited confirmed it: here, not at all (with a witness), or on a sheet of paper."""
PLACED: Final = ("none", "no-plot", "other-datum", "stale", "rough", "at", "away")
"""No fix; nothing to compare with; of another datum, not compared; too old; too rough to tell; at the plot;
away from it."""
COMPARED: Final = frozenset({"rough", "at", "away"})
_LONG_OFF: Final = 100 * 366 * 86_400
FARTHEST: Final = 20_100_000
"""Metres: half around the Earth."""
_WITH_PLACE: Final = ("captured_at", "clock_offset", "placed", "metres", "accuracy")
_WITH_VISIT: Final = ("visit", "day", "checklist", "answers", "signature")


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
    """`sheet_no`: the number of the sampling sheet; `lab`: the laboratory that is to test.

    Form 2 says besides whose goods they are, where they were taken and what they were treated with, its
    photographs by digest, and the sample's own number and seal. `accompanied`: the card of the officer who
    went with the samplers. `cause`: why, where no plan or a plan of another authority asked for it.
    """

    form: int
    matter: str
    lots: tuple[str, ...]
    sheet_no: str
    officers: tuple[str, ...]
    lab: str | None = None
    items: tuple[str, ...] = ()
    note: str | None = None
    party: str | None = None
    sample_no: str | None = None
    place: str | None = None
    medication: str | None = None
    photos: tuple[str, ...] = ()
    goods: str | None = None
    seal: str | None = None
    plan: str | None = None
    plan_item: str | None = None
    accompanied: str | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Checklist:
    """The form that a visit was made by: its name, its version, and the hash of its text."""

    name: str
    version: int
    sha256: str


@dataclass(frozen=True, slots=True)
class InspectionForm:
    """Since form 2 it says what sort of visit it was, when, by which checklist, and how it was signed.

    `matter`: the number of the visit; `answers`: the hash of what was filled in; `items`: those of the
    checklist that were looked at, which a lower authority does not soon check again; `draw`: the draw that
    the visit comes from; `replaces`: the record of the same visit that this one mends, with its `reason`.
    `captured_at`: when it was filled in, as the device stated it; `clock_offset`: by how many seconds the
    device's clock was behind when it sent; `placed`: where it was filled in against the plot, with `metres`
    from its outline and the `accuracy` of the fix. The coordinates themselves are in no record.
    """

    form: int
    matter: str
    party: str
    officers: tuple[str, ...]
    result: str
    findings: tuple[str, ...] = ()
    place: str | None = None
    lots: tuple[str, ...] = ()
    rectify_by: date | None = None
    visit: str | None = None
    day: date | None = None
    checklist: Checklist | None = None
    answers: str | None = None
    signature: str | None = None
    items: tuple[str, ...] = ()
    draw: str | None = None
    replaces: str | None = None
    reason: str | None = None
    captured_at: datetime | None = None
    clock_offset: int | None = None
    placed: str | None = None
    metres: int | None = None
    accuracy: int | None = None


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


def fills_sheet(form: SamplingForm) -> None:
    """Form 2 is filled in whole; form 1 has none of it."""
    if form.form == 1:
        more = [name for name in (*_SHEET, "plan_item", "accompanied", "cause") if getattr(form, name)]
        if more:
            raise Unfit("no such member").under("." + camel(more[0]))
        return
    if not form.items:
        raise Unfit("this member").under(".items")
    for name in _SHEET:
        if not getattr(form, name):
            raise Unfit("this member").under("." + camel(name))


def camel(name: str) -> str:
    """`sample_no` -> `sampleNo`."""
    first, *rest = name.split("_")
    return first + "".join(one.capitalize() for one in rest)


card = pattern(r"[0-9A-Za-z][0-9A-Za-z.-]{3,29}", "number of an officer's card")
_TWO: Final = 2
officers = several(card, _TWO, 20)


def _tells_place(form: InspectionForm) -> None:
    """Form 2 may say when and where it was filled in; a distance is of a fix that was compared."""
    if form.form == 1 and any(getattr(form, name) is not None for name in _WITH_PLACE):
        raise Unfit("form 2, where it says when and where it was filled in").under(".form")
    if form.metres is not None and form.placed not in COMPARED:
        raise Unfit("a fix that was compared with a plot").under(".metres")


def tells_visit(form: InspectionForm) -> None:
    """Form 2 tells the visit whole, form 1 nothing of it; one person alone makes a patrol, nothing else."""
    _tells_place(form)
    for member in _WITH_VISIT:
        if (getattr(form, member) is None) == (form.form > 1):
            raise Unfit("what form 2 has, and form 1 has not").under(f".{member}")
    for member in ("items", "draw"):
        if getattr(form, member) and form.form == 1:
            raise Unfit("no such member").under(f".{member}")
    if (form.replaces is None) != (form.reason is None):
        raise Unfit("a reason, where a record is replaced").under(".reason")
    if form.replaces is not None and form.form == 1:
        raise Unfit("form 2, where a record is replaced").under(".replaces")
    if len(form.officers) < _TWO and form.visit != PATROL:
        raise Unfit("two officers").under(".officers")


lots = several(urns.lot_urn)
_maybe_lots = several(urns.lot_urn, 0)
_yuan = pattern(r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,2})?", "yuan as a decimal such as 5000.00")
_first = whole(1, 1)
phone = pattern(r"[+0-9][0-9 ()-]{2,29}", "telephone number")
month = pattern(r"20[0-9]{2}-(?:0[1-9]|1[0-2])", "month YYYY-MM")
area = pattern(r"CN|[1-9][0-9](?:[0-9]{2}){0,2}", "area: CN, or 2, 4 or 6 digits of GB/T 2260")
frozen = pattern(r"[0-9a-f]{64}", "SHA-256 in hex")
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
        "form": whole(1, 2),
        "matter": urns.line,
        "lots": lots,
        "sheetNo": urns.number,
        "officers": officers,
    },
    {
        "lab": urns.party_urn,
        "items": several(urns.name, 0, 100),
        "note": urns.line,
        "party": urns.party_urn,
        "sampleNo": urns.number,
        "place": urns.line,
        "medication": urns.line,
        "photos": several(urns.digest, 0, 20),
        "goods": one_of(*GOODS),
        "seal": urns.number,
        "plan": one_of(*SAMPLED_UNDER),
        "planItem": urns.number,
        "accompanied": card,
        "cause": urns.line,
    },
)
_checklist = Shape(Checklist, {"name": urns.number, "version": whole(1, 9999), "sha256": urns.digest})
INSPECTION: Final = Shape(
    InspectionForm,
    {
        "form": whole(1, 2),
        "matter": urns.line,
        "party": urns.party_urn,
        "officers": several(card, 1, 20),
        "result": one_of(*RESULTS),
    },
    {
        "findings": many(urns.line, high=100),
        "place": urns.place_urn,
        "lots": _maybe_lots,
        "rectifyBy": read_day,
        "visit": one_of(*VISITS),
        "day": read_day,
        "checklist": _checklist,
        "answers": urns.digest,
        "signature": one_of(*SIGNATURES),
        "items": several(urns.name, 0, 200),
        "draw": urns.statement_id,
        "replaces": urns.statement_id,
        "reason": urns.reason,
        "capturedAt": read_instant,
        "clockOffset": whole(-_LONG_OFF, _LONG_OFF),
        "placed": one_of(*PLACED),
        "metres": whole(0, FARTHEST),
        "accuracy": whole(0, FARTHEST),
    },
)
PENALTY: Final = Shape(
    PenaltyForm,
    {
        "form": _first,
        "matter": urns.line,
        "party": urns.party_urn,
        "documentNo": urns.number,
        "kinds": several(one_of(*PENALTY_KINDS)),
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
