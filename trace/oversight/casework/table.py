"""The procedure of a case as one table: from, event, to, role, guard, evidence needed, rule of its deadline.

Nothing else says what may follow what: cases are moved by it, docs/cases.md is printed from it, and a test
tries every state with every event. An event without an exit from a state is refused there and says so.
Sources: 食品安全抽样检验管理办法 §29–46; 食品召回管理办法; 农产品质量安全法 §51; 行政处罚程序规定
§14, §16, §18, §45, §64.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from trace.chain.facts.cases import SOURCES

OPENED: Final = "opened"
NOTIFIED: Final = "notified"
OBJECTED: Final = "objected"
RETESTING: Final = "retesting"
INVESTIGATING: Final = "investigating"
RECTIFYING: Final = "rectifying"
REVIEWING: Final = "reviewing"
TRANSFERRING: Final = "transferring"
REFERRED: Final = "referred"
CLOSED: Final = "closed"
OVERTURNED: Final = "overturned"
DISMISSED: Final = "dismissed"
JOINED: Final = "joined"
STATES: Final = (
    *(OPENED, NOTIFIED, OBJECTED, RETESTING, INVESTIGATING, RECTIFYING, REVIEWING, TRANSFERRING, REFERRED),
    *(CLOSED, OVERTURNED, DISMISSED, JOINED),
)
"""待受理, 已送达, 异议受理, 复检中, 核查处置, 责令整改, 结案审核, 移送中, 移送公安; 已结案, 复检合格终止,
不予立案, 并案."""
ENDED: Final = frozenset({CLOSED, OVERTURNED, DISMISSED, JOINED})
"""No clock of a case that ended runs on."""
WORKED_ON: Final = tuple(state for state in STATES if state not in ENDED)
_IN_HAND: Final = (OPENED, NOTIFIED, INVESTIGATING)

LOG: Final = "log"
"""What the signed record itself moves, in the transaction that takes it."""
FIRM: Final = "firm"
"""Whose goods they are: it acts on a page of its own."""
OFFICER: Final = "case-officer"
ENFORCER: Final = "enforcer"
OFFICERS: Final = (OFFICER, ENFORCER)
"""Who works on a case: an officer of all families, or of enforcement alone."""
REVIEWER: Final = "case-reviewer"
HEAD: Final = "bureau-head"
WORKING: Final = (*OFFICERS, REVIEWER, HEAD)
"""Everybody who works on cases."""
_ABOVE: Final = (REVIEWER, HEAD)

PAPER: Final = "paper"
RECORD: Final = "record"
"""An attached paper, by its digest; a signed record, by its id."""
EVIDENCE: Final = (PAPER, RECORD)

PROOFS: Final = ("control_ok", "cause_ok", "rectify_ok", "penalty_ok", "publish_ok")
"""产品控制, 原因排查, 整改, 行政处罚, 信息公开到位: what R27 asks for."""
PROOFS_RULE: Final = "R27"
WORDED: Final[Mapping[str, tuple[str, ...]]] = {"CN-31": PROOFS[:1], "CN-51": PROOFS[:1]}
"""Jurisdiction of R27 -> the proofs that its text calls by a name of its own."""


SOURCED: Final = frozenset(SOURCES)
"""What a case began with where no failing test did: there is no result to deliver or object to."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row: in each state of `sources`, `event` by one of `roles` leads to `to` ("" stays where it is).

    `guards` have to hold, `evidence` is one of the sorts to be named, `deadline` the rule whose limit begins
    with it. `clock` says which words (`when`) pick that rule.
    """

    sources: tuple[str, ...]
    event: str
    to: str
    roles: tuple[str, ...]
    guards: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    deadline: str = ""
    when: Mapping[str, str] | None = None


TABLE: Final = (
    Step((OPENED,), "notify", NOTIFIED, OFFICERS, ("of-result",), EVIDENCE, "R31"),
    Step((NOTIFIED, INVESTIGATING), "object", OBJECTED, OFFICERS, ("of-result", "in-window"), (PAPER,), "R65",
         {"step": "accept"}),
    Step((NOTIFIED, INVESTIGATING), "objection-filed", OBJECTED, (FIRM,), ("of-result", "in-window"), (),
         "R65", {"step": "accept"}),
    Step((OBJECTED,), "accept-objection", "", OFFICERS, (), (PAPER,), "R66", {"step": "decide_process"}),
    Step((OBJECTED,), "reject-objection", INVESTIGATING, _ABOVE, (), (PAPER,)),
    Step((OBJECTED,), "objection-unfounded", INVESTIGATING, _ABOVE, (), (PAPER,)),
    Step((OBJECTED, RETESTING), "objection-withdrawn", INVESTIGATING, OFFICERS, (), (PAPER,)),
    Step((OBJECTED,), "retest-ordered", RETESTING, (LOG,), (), (RECORD,), "R65", {"step": "result"}),
    # A laboratory that is late or declines leaves the case to another; what it reports after all counts.
    Step((RETESTING,), "retest-overdue", OBJECTED, OFFICERS, ("retest-late",)),
    Step((RETESTING,), "retest-declined", OBJECTED, OFFICERS, (), (PAPER,)),
    Step((RETESTING, OBJECTED), "retest-failed", INVESTIGATING, (LOG,), (), (RECORD,)),
    Step((RETESTING, OBJECTED), "retest-passed", OVERTURNED, (LOG,), (), (RECORD,)),
    Step((OPENED, NOTIFIED), "investigate", INVESTIGATING, OFFICERS, (), (), "R26"),
    Step((INVESTIGATING,), "order-rectification", RECTIFYING, OFFICERS, (), EVIDENCE),
    Step((RECTIFYING,), "rectified", INVESTIGATING, OFFICERS, (), EVIDENCE),
    Step((INVESTIGATING,), "submit", REVIEWING, OFFICERS, ("five-proofs",)),
    Step((REVIEWING,), "legal-review", "", _ABOVE, ("other-person",), (PAPER,)),
    Step((REVIEWING,), "return", INVESTIGATING, _ABOVE),
    Step((REVIEWING,), "prepare-closing", "", _ABOVE, ("other-person", "five-proofs", "legally-reviewed")),
    Step((REVIEWING,), "closing-signed", CLOSED, (LOG,), ("five-proofs", "legally-reviewed"), (RECORD,)),
    Step((CLOSED, DISMISSED, OVERTURNED), "reopen", INVESTIGATING, (HEAD,), (), (), "R26"),
    Step((OPENED,), "dismiss", DISMISSED, _ABOVE, (), EVIDENCE),
    Step((OPENED, NOTIFIED, OBJECTED, RETESTING, INVESTIGATING), "result-corrected", OVERTURNED, (HEAD,),
         ("of-result",),
         (RECORD,)),
    Step(_IN_HAND, "transfer", TRANSFERRING, _ABOVE, ("named-receiver",), (PAPER,)),
    Step((TRANSFERRING,), "receive-transfer", INVESTIGATING, WORKING, ("is-receiver",), (PAPER,), "R26"),
    Step((TRANSFERRING,), "refuse-transfer", INVESTIGATING, WORKING, ("is-receiver",)),
    Step((INVESTIGATING, REVIEWING), "refer-criminal", REFERRED, (HEAD,), (), (PAPER,)),
    Step((REFERRED,), "returned-by-police", INVESTIGATING, (HEAD,), (), (PAPER,)),
    Step((TRANSFERRING,), "report-competence", "", _ABOVE, ("is-receiver",), (PAPER,), "R70",
         {"step": "designate"}),
    Step((TRANSFERRING,), "designate", INVESTIGATING, (HEAD,), ("is-above", "named-receiver"), (PAPER,),
         "R26"),
    Step(_IN_HAND, "join", JOINED, _ABOVE, ("named-case",)),
    Step((JOINED,), "split", INVESTIGATING, _ABOVE),
    # Steps that leave a case where it is.
    Step(WORKED_ON, "assign", "", _ABOVE, ("named-person",)),
    Step(WORKED_ON, "take", "", WORKING),
    Step(WORKED_ON, "note", "", WORKING),
    Step(WORKED_ON, "attach", "", WORKING, (), (PAPER,)),
    Step(WORKED_ON, "defence", "", OFFICERS, (), (PAPER,)),
    Step(WORKED_ON, "interview", "", OFFICERS, (), (PAPER,)),
    Step((*_IN_HAND, OBJECTED, RECTIFYING), "ask-assistance", "", _ABOVE, ("named-receiver",), (PAPER,),
         "R70", {"step": "assist"}),
    Step(WORKED_ON, "answer-assistance", "", WORKING, ("is-joint",), (PAPER,)),
    Step(WORKED_ON, "prove", "", OFFICERS, ("named-proof",), EVIDENCE),
    Step((NOTIFIED, INVESTIGATING, RECTIFYING, REVIEWING), "propose-publication", "", OFFICERS),
    Step((NOTIFIED, INVESTIGATING, RECTIFYING, REVIEWING), "publish", "", _ABOVE,
         ("proposed", "other-person-proposed")),
    Step((OPENED, NOTIFIED, OBJECTED, INVESTIGATING, RECTIFYING), "prepare-hold", "", OFFICERS),
    Step((OBJECTED,), "prepare-retest", "", OFFICERS, ("other-laboratory", "retest-allowed")),
    Step((OPENED, NOTIFIED, INVESTIGATING), "prepare-sampling", "", OFFICERS, ("not-sampled-above",)),
    Step((NOTIFIED, INVESTIGATING, RECTIFYING), "prepare-recall", "", OFFICERS),
    Step((NOTIFIED, INVESTIGATING, RECTIFYING), "prepare-notice", "", OFFICERS),
    Step((NOTIFIED, INVESTIGATING, RECTIFYING), "prepare-notices", "", OFFICERS),
    Step((INVESTIGATING, RECTIFYING, REVIEWING), "prepare-penalty", "", OFFICERS),
    Step((NOTIFIED, INVESTIGATING, RECTIFYING), "told", "", OFFICERS, ("named-consignee",)),
    Step(STATES, "act-signed", "", (LOG,), (), (RECORD,)),
    Step(STATES, "further-result", "", (LOG,), (), (RECORD,)),
)  # fmt: skip
"""The procedure. What the log moves needs no person: the signature is the person's act."""

EVENTS: Final = tuple(dict.fromkeys(row.event for row in TABLE))


def step_of(state: str, event: str) -> Step | None:
    """The row of an event in a state; None where there is none."""
    return next((row for row in TABLE if row.event == event and state in row.sources), None)


def steps_from(state: str, roles: frozenset[str]) -> tuple[Step, ...]:
    """What somebody with these roles may do with a case in that state, guards apart."""
    return tuple(row for row in TABLE if state in row.sources and not roles.isdisjoint(row.roles))


def allows(state: str, event: str, roles: frozenset[str]) -> bool:
    """Whether somebody with these roles may take that step in that state, guards apart."""
    row = step_of(state, event)
    return row is not None and not roles.isdisjoint(row.roles)
