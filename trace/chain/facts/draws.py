"""Facts of random draws (双随机): what is drawn from is committed to, then drawn, or given up with a reason.

A commitment names the hash of a plan and each department's commitment to its half of the seed; the result
shows the halves. One plan has one result: whoever wants another has to commit again, and that stays.
"""

from __future__ import annotations

from dataclasses import dataclass

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind, any_subject
from trace.chain.facts.reading import Shape, many, one_of, pattern, whole
from trace.chain.needs import Needs
from trace.parties import DEPARTMENTS, REGULATORS


@dataclass(frozen=True, slots=True)
class DepartmentSaid:
    """What a department says of its half of the seed: the commitment first, the half afterwards."""

    department: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawCommitted(Fact):
    """`objects` are drawn from, `take` of them are drawn; the lists are those of the plan with that hash."""

    matter: str
    plan_hash: str
    objects: int
    take: int
    commitments: tuple[DepartmentSaid, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawDone(Fact):
    """`result_hash`: SHA-256 of the canonical result, which anybody computes from the plan and the halves."""

    draw: str
    plan_hash: str
    halves: tuple[DepartmentSaid, ...]
    result_hash: str

    def needs(self) -> Needs:
        draw = frozenset((self.draw,))
        return Needs(statements=draw, records=draw)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawGivenUp(Fact):
    """A draw that is not made, and why."""

    draw: str
    reason: str

    def needs(self) -> Needs:
        draw = frozenset((self.draw,))
        return Needs(statements=draw, records=draw)


_hash = pattern(r"[0-9a-f]{64}", "64 hexadecimal digits")
_said = many(Shape(DepartmentSaid, {"department": one_of(*DEPARTMENTS), "value": _hash}), 1, 2)

DRAW = Kind(
    "oversight.draw",
    DrawCommitted,
    {
        "matter": urns.line,
        "planHash": _hash,
        "objects": whole(1, 10**6),
        "take": whole(1, 10**6),
        "commitments": _said,
    },
    subject=any_subject,
    stated_by=REGULATORS,
    agri=True,
    open_to_all=True,
)
RESULT = Kind(
    "oversight.draw.result",
    DrawDone,
    {"draw": urns.statement_id, "planHash": _hash, "halves": _said, "resultHash": _hash},
    subject=any_subject,
    stated_by=REGULATORS,
    agri=True,
    open_to_all=True,
)
GIVEN_UP = Kind(
    "oversight.draw.end",
    DrawGivenUp,
    {"draw": urns.statement_id, "reason": urns.reason},
    subject=any_subject,
    stated_by=REGULATORS,
    agri=True,
    open_to_all=True,
)
