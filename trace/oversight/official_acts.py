"""Official acts of a period as rows of figures: samples with their results, penalties, measures on goods.

Nothing here counts. Each row bears the id of its record, so that whoever counts opens the figure into its
records. A sample by form 1 says neither whose goods it is of nor under which plan it was taken: the maker of
the goods stands for the first, and nothing for the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.oversight import HOLD, PENALTY, REVOCATION, SAMPLING

KINDS: Final = (SAMPLING.typ, PENALTY.typ, HOLD.typ)


@dataclass(frozen=True, slots=True)
class ActSaid:
    """A signed act as it was stated. `state`: of an order on goods, whether it stands; "" for other acts."""

    statement: str
    typ: str
    authority: str
    at: datetime
    data: Mapping[str, Any]
    logged_at: datetime
    state: str = ""


@dataclass(frozen=True, slots=True)
class ResultSaid:
    """A test of a lot, and the record that asked for it ("" where it names none)."""

    statement: str
    lot: str
    basis: str
    number: str
    conclusion: str
    at: datetime
    known_at: datetime


@dataclass(frozen=True, slots=True)
class LotSaid:
    """What a sampled lot is, and who made it."""

    maker: str
    product: str


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority: the department that it speaks for, and its area."""

    department: str
    area: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample taken. `result`: pass, fail, or "" while there is none; a failing test of several decides.

    `result_at`: when its report was logged, by which its limit counts. `data`: the sheet as it was signed.
    """

    number: str
    record: str
    plan: str
    department: str
    authority: str
    area: str
    party: str
    products: tuple[str, ...]
    lots: tuple[str, ...]
    items: tuple[str, ...]
    day: date
    lab: str = ""
    result: str = ""
    report: str = ""
    result_day: date | None = None
    result_at: datetime | None = None
    taken_at: datetime | None = None
    plan_item: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Penalty:
    """A penalty. `amount`: yuan, None where nothing has to be paid; `fallen`: how it fell, if it did."""

    record: str
    department: str
    authority: str
    area: str
    party: str
    document_no: str
    kinds: tuple[str, ...]
    basis: tuple[str, ...]
    amount: Decimal | None
    day: date
    fallen: Fallen | None = None


@dataclass(frozen=True, slots=True)
class Fallen:
    """That a decision on a penalty no longer stands. `how`: revoked, unlawful or void."""

    record: str
    how: str
    document_no: str
    day: date
    why: str
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Measure:
    """Goods held by order (查封、扣押). `until`: the day on which the order says that it ends."""

    record: str
    department: str
    authority: str
    area: str
    matter: str
    reason: str
    lots: tuple[str, ...]
    parties: tuple[str, ...]
    day: date
    until: date | None
    state: str


@dataclass(frozen=True, slots=True)
class OfficialActs:
    """The acts of an area and period, each list in order of day and record."""

    samples: tuple[Sample, ...] = ()
    penalties: tuple[Penalty, ...] = ()
    measures: tuple[Measure, ...] = ()


def official_acts(
    said: Iterable[ActSaid],
    results: Iterable[ResultSaid],
    lots: Mapping[str, LotSaid],
    authorities: Mapping[str, Authority],
    fallen: Mapping[str, Fallen] | None = None,
) -> OfficialActs:
    """The acts as rows; one by an authority that is not in `authorities` is left out.

    `fallen`: penalty -> how it fell.
    """
    answered: dict[str, list[ResultSaid]] = {}
    for one in results:
        answered.setdefault(one.basis, []).append(one)
    samples, penalties, measures = [], [], []
    for act in sorted(said, key=lambda one: (one.at, one.statement)):
        by = authorities.get(act.authority)
        if by is None:
            continue
        if act.typ == SAMPLING.typ:
            samples.append(_sample(act, by, answered.get(act.statement, ()), lots))
        elif act.typ == PENALTY.typ:
            penalties.append(replace(_penalty(act, by), fallen=(fallen or {}).get(act.statement)))
        elif act.typ == HOLD.typ:
            measures.append(_measure(act, by, lots))
    return OfficialActs(tuple(samples), tuple(penalties), tuple(measures))


def fallen_penalties(said: Iterable[ActSaid]) -> dict[str, Fallen]:
    """Penalty -> how it fell, of the revocations that were said; the first of a penalty counts."""
    found: dict[str, Fallen] = {}
    for act in said:
        if act.typ == REVOCATION.typ:
            told = Fallen(
                act.statement, _text(act.data, "outcome"), _text(act.data, "documentNo"),
                day_in_shanghai(act.at), _text(act.data, "reason"), act.logged_at,
            )  # fmt: skip
            found.setdefault(_text(act.data, "penalty"), told)
    return found


def _sample(
    act: ActSaid, by: Authority, results: Sequence[ResultSaid], lots: Mapping[str, LotSaid]
) -> Sample:
    data, named = act.data, _texts(act.data, "lots")
    known = [lots[one] for one in named if one in lots]
    makers = [one.maker for one in known]
    sampled = [one for one in results if one.lot in named]
    decisive = min(sampled, key=lambda one: (one.conclusion != "fail", one.at), default=None)
    return Sample(
        number=_text(data, "sampleNo") or _text(data, "sheetNo"),
        record=act.statement,
        plan=_text(data, "plan"),
        department=by.department,
        authority=act.authority,
        area=by.area,
        party=_text(data, "party") or next(iter(makers), ""),
        products=tuple(dict.fromkeys(one.product for one in known)),
        lots=named,
        items=_texts(data, "items"),
        day=day_in_shanghai(act.at),
        lab=_text(data, "lab"),
        result=decisive.conclusion if decisive else "",
        report=decisive.statement if decisive else "",
        result_day=day_in_shanghai(decisive.at) if decisive else None,
        result_at=decisive.known_at if decisive else None,
        taken_at=act.at,
        plan_item=_text(data, "planItem"),
        data=data,
    )


def _penalty(act: ActSaid, by: Authority) -> Penalty:
    amount = _text(act.data, "amount")
    return Penalty(
        record=act.statement,
        department=by.department,
        authority=act.authority,
        area=by.area,
        party=_text(act.data, "party"),
        document_no=_text(act.data, "documentNo"),
        kinds=_texts(act.data, "kinds"),
        basis=_texts(act.data, "basis"),
        amount=_decimal(amount),
        day=day_in_shanghai(act.at),
    )


def _measure(act: ActSaid, by: Authority, lots: Mapping[str, LotSaid]) -> Measure:
    named = _texts(act.data, "lots")
    return Measure(
        record=act.statement,
        department=by.department,
        authority=act.authority,
        area=by.area,
        matter=_text(act.data, "matter"),
        reason=_text(act.data, "reason"),
        lots=named,
        parties=tuple(dict.fromkeys(lots[one].maker for one in named if one in lots)),
        day=day_in_shanghai(act.at),
        until=_day(_text(act.data, "until")),
        state=act.state,
    )


def _text(data: Mapping[str, Any], member: str) -> str:
    """A member of what may be a free map of the first edition."""
    value = data.get(member)
    return value if isinstance(value, str) else ""


def _texts(data: Mapping[str, Any], member: str) -> tuple[str, ...]:
    value = data.get(member)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list | tuple) else ()


def _decimal(text: str) -> Decimal | None:
    try:
        amount = Decimal(text) if text else None
    except ArithmeticError:
        return None
    return amount if amount is not None and amount.is_finite() else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
