"""Facts of a firm's own control of its food safety: each day, each week, each month, by a form in force.

A record is named by its firm, kind and first day, so that the last of one period stands and all are kept.
Law: 食品生产经营企业落实食品安全主体责任监督管理规定 (2025 总局令97号) §12–14.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind, any_subject
from trace.chain.facts.reading import Shape, many, one_of, pattern, read_day, whole
from trace.parties import OPERATORS

SIGNERS: Final = ("safety_officer", "safety_director", "head")
"""食品安全员, 食品安全总监, 主要负责人: as what somebody signs; a name stands nowhere."""
RESULTS: Final = ("ok", "problem", "not_applicable")


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """An item of the form: what was found, and of a problem what it was and what was done about it."""

    item: str
    result: str
    problem: str | None = None
    handling: str | None = None


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """A point of the firm's list of risks: what may go wrong, what is done against it, and how often."""

    point: str
    measure: str
    often: str | None = None


@dataclass(frozen=True, slots=True)
class CheckedRisk:
    """The point of that number on the list, as a day found it."""

    number: int
    result: str
    problem: str | None = None
    handling: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerChecked(Fact):
    """行业互查: what one firm saw at another, by its own word; the other is no party to it, and reads it."""

    party: str
    day: date
    result: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RisksListed(Fact):
    """The list of risks (食品安全风险管控清单) that each day is checked by; the last one stands."""

    risks: tuple[RiskPoint, ...]
    signed_as: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlDone(Fact):
    """`form`: the day since which the form is in force that was filled in. `first_day` to `last_day` is what
    it is about. That nothing was found is recorded too (零风险报告)."""

    form: date
    first_day: date
    last_day: date
    signed_as: str
    items: tuple[CheckedItem, ...] = ()
    summary: str | None = None
    tasks: str | None = None
    risk_list: str | None = None
    risks: tuple[CheckedRisk, ...] = ()


_item = Shape(
    CheckedItem,
    {"item": pattern(r"[a-z][a-z-]{1,40}", "item of the form"), "result": one_of(*RESULTS)},
    {"problem": urns.line, "handling": urns.line},
)


_risk = Shape(
    CheckedRisk,
    {"number": whole(1, 60), "result": one_of(*RESULTS)},
    {"problem": urns.line, "handling": urns.line},
)
_point = Shape(RiskPoint, {"point": urns.line, "measure": urns.line}, {"often": urns.line})


def _kind(name: str) -> Kind[ControlDone]:
    return Kind(
        f"firm.control.{name}",
        ControlDone,
        {"form": read_day, "firstDay": read_day, "lastDay": read_day, "signedAs": one_of(*SIGNERS)},
        {
            "items": many(_item, high=60),
            "summary": urns.reason,
            "tasks": urns.reason,
            "riskList": urns.statement_id,
            "risks": many(_risk, high=60),
        },
        subject=any_subject,
        stated_by=OPERATORS,
        agri=True,
        withheld=frozenset({"items", "summary", "tasks", "risks"}),
    )


DAILY = _kind("daily")
WEEKLY = _kind("weekly")
MONTHLY = _kind("monthly")
RISKS = Kind(
    "firm.risks",
    RisksListed,
    {"risks": many(_point, 1, 60), "signedAs": one_of(*SIGNERS[1:])},
    subject=any_subject,
    stated_by=OPERATORS,
    agri=True,
    withheld=frozenset({"risks"}),
)
PEER_CHECK = Kind(
    "firm.peer.check",
    PeerChecked,
    {"party": urns.party_urn, "day": read_day, "result": one_of(*RESULTS[:2]), "text": urns.reason},
    subject=any_subject,
    stated_by=OPERATORS,
    agri=True,
    withheld=frozenset({"party", "result", "text"}),
)
CONTROLS: Final = {"daily": DAILY, "weekly": WEEKLY, "monthly": MONTHLY}
"""Period -> its kind."""


def control_name(party: str, period: str, first: date) -> str:
    """The subject of a party's record of the period that begins on that day."""
    return f"urn:control:{urns.owner_of(party)}:{period}:{first.isoformat()}"


def peer_check_name(checker: str, checked: str, day: date) -> str:
    """The subject of what one firm saw at another on a day."""
    return f"urn:peer-check:{urns.owner_of(checker)}:{urns.owner_of(checked)}:{day.isoformat()}"


def risks_name(party: str) -> str:
    """The subject of a party's list of risks."""
    return f"urn:risks:{urns.owner_of(party)}"
