"""Which kinds of records each role signs, by the kind of organisation: the one table of it.

What is not in it is refused, whatever the organisation's keys may state. A correction counts as the kind that
it corrects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from trace.access.roles import AUTHORITY, LABORATORY, OPERATOR, PLATFORM

EVERY: Final = "*"
"""Whoever leads the firm signs whatever its keys may state."""

_RECEIVING: Final = ("food.receipt", "food.confirmation", "food.refusal")
_CODES: Final = ("code.activate", "code.void", "code.aggregate")
_MAKING: Final = ("food.merge", "food.split", "food.production", "food.pack", "food.disposal")
_FARMING: Final = ("farm.operation", "farm.harvest", "farm.certificate")
"""Not `farm.commitment`: whoever answers for the farm makes its promises."""
_DISPUTES: Final = ("dispute.open", "dispute.settle")
_RECALLING: Final = (
    "food.recall",
    *(f"food.recall.{step}" for step in ("plan", "notice", "announcement", "progress", "completion")),
)
_RECALLED: Final = "food.recall.reply"
_KEYS: Final = "party.key."
_REGISTERING: Final = ("party.key.register", "party.key.revoke", "master.party", "master.licence")
_OVERSEEING: Final = ("oversight.*", "master.licence", "master.place", *_DISPUTES)

_ENFORCING: Final = (
    *(
        f"oversight.{kind}"
        for kind in (
            *("hold", "recall", "release", "withdrawal", "completion", "closing", "penalty", "revocation"),
            *("notice", "acknowledgement", "sampling", "retest", "return", "destruction", "finding"),
            *("message", "clue", "response", "case"),
        )
    ),
    *_DISPUTES,
)
"""What cases lead to: a sample taken for cause too, and no visit."""
_VISITING: Final = ("oversight.inspection", "oversight.draw", "oversight.draw.result", "oversight.draw.end")

SIGNED: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    OPERATOR: {
        "head": frozenset({EVERY}),
        "purchasing": frozenset({*_RECEIVING, "lab.commission", *_DISPUTES}),
        "production": frozenset({*_MAKING, *_CODES, "master.product"}),
        "safety-officer": frozenset({"firm.control.daily", "firm.control.weekly", _RECALLED}),
        "safety-director": frozenset(
            {"firm.control.weekly", "firm.risks", "firm.peer.check", *_RECALLING, _RECALLED}
        ),
        "quality": frozenset(
            {
                *("lab.report", "lab.commission", "farm.certificate", "label.change", "food.disposal"),
                *(*_RECALLING, _RECALLED, *_DISPUTES),
            }
        ),
        "warehouse": frozenset({*_RECEIVING, "food.shipment", "food.disposal", _RECALLED, *_CODES}),
        "farm-records": frozenset({*_FARMING, "food.shipment", "food.disposal", "master.place"}),
        "release": frozenset({"lab.report", "farm.certificate", "code.activate", "label.change"}),
    },
    LABORATORY: {
        "head": frozenset({"lab.alert", "master.party", "party.key.revoke", *_DISPUTES}),
        "quality": frozenset(_DISPUTES),
        "testing": frozenset(),
        "release": frozenset({"lab.alert", "lab.report"}),
    },
    AUTHORITY: {
        "case-officer": frozenset(_OVERSEEING),
        "case-reviewer": frozenset(_OVERSEEING),
        "inspector": frozenset(_VISITING),
        "sampler": frozenset({"oversight.sampling"}),
        "enforcer": frozenset(_ENFORCING),
        "bureau-head": frozenset(_OVERSEEING),
        "registrar": frozenset(_REGISTERING),
    },
    PLATFORM: {
        "registrar": frozenset(_REGISTERING),
        "administrator": frozenset(),
    },
}
"""Kind of organisation -> role -> kinds of records; `oversight.*` stands for every kind that begins so."""

TWO_PERSONS: Final[Mapping[str, frozenset[str]]] = {LABORATORY: frozenset({"lab.report"})}
"""What is prepared by one person and signed by another, who looks at it: a laboratory's report (审核)."""


def may_sign(roles: Iterable[str], of_kind: str, typ: str) -> bool:
    """Whether somebody with these roles in such an organisation signs records of that kind."""
    table = SIGNED.get(of_kind, {})
    return any(_covers(kinds, typ) for role in roles for kinds in (table.get(role, frozenset()),))


def may_sign_for(roles: Iterable[str], of_kind: str, typ: str) -> bool:
    """Whether a deputy in these roles signs records of that kind: keys stay with who leads."""
    return not typ.startswith(_KEYS) and may_sign(roles, of_kind, typ)


def signers_of(of_kind: str, typ: str) -> tuple[str, ...]:
    """The roles in such an organisation that sign records of that kind, to be named where one does not."""
    return tuple(role for role, kinds in SIGNED.get(of_kind, {}).items() if _covers(kinds, typ))


def wants_two(of_kind: str, typ: str) -> bool:
    """Whether another than who prepared such a record signs it."""
    return typ in TWO_PERSONS.get(of_kind, frozenset())


def _covers(kinds: frozenset[str], typ: str) -> bool:
    return not kinds.isdisjoint({EVERY, typ, f"{typ.partition('.')[0]}.*"})
