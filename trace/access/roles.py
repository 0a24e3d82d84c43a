"""Roles of people in their organisation, and the rights that each gives: the one table of them.

What is not in it is refused. A person may have several roles, whose rights add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from trace.access.rights import (
    ACCOUNT,
    ACTS,
    APPLICATIONS,
    CASES,
    INSPECT,
    KEYS,
    ORGANISATIONS,
    PEOPLE,
    PREPARE,
    SAMPLE,
    SIGN,
)
from trace.parties import ALL, ANSWERS, COMPLAINTS, FILES, OWN, PRINT, STATE

OPERATOR: Final = "operator"
LABORATORY: Final = "laboratory"
AUTHORITY: Final = "authority"
PLATFORM: Final = "platform"
KINDS: Final = (OPERATOR, LABORATORY, AUTHORITY, PLATFORM)
"""Kinds of organisations: who handles food (farms too), who tests it, who supervises, who runs this."""

_FIRMS: Final = frozenset({OPERATOR, LABORATORY})


@dataclass(frozen=True, slots=True)
class Role:
    """What somebody is in an organisation of one of `kinds`, and the rights that come with it."""

    kinds: frozenset[str]
    rights: frozenset[str]


_WORKS: Final = frozenset({ACCOUNT, OWN, STATE, PREPARE, SIGN})
_SEES: Final = frozenset({ACCOUNT, ALL, ACTS})
_ENFORCES: Final = _SEES | {COMPLAINTS, CASES}
_OVERSEES: Final = _ENFORCES | {INSPECT, SAMPLE}
"""What an authority does falls into three families: supervision (visits), monitoring (samples), enforcement
(cases). Officer, reviewer and head work in all three; the roles of one family have its rights alone."""

ROLES: Final[Mapping[str, Role]] = {
    "head": Role(_FIRMS, _WORKS | {PRINT, FILES, KEYS, PEOPLE}),
    "purchasing": Role(frozenset({OPERATOR}), _WORKS),
    "production": Role(frozenset({OPERATOR}), _WORKS | {PRINT}),
    "safety-officer": Role(frozenset({OPERATOR}), _WORKS),
    "safety-director": Role(frozenset({OPERATOR}), _WORKS),
    "quality": Role(_FIRMS, _WORKS | {FILES}),
    "warehouse": Role(frozenset({OPERATOR}), _WORKS | {PRINT}),
    "farm-records": Role(frozenset({OPERATOR}), _WORKS),
    "testing": Role(frozenset({LABORATORY}), frozenset({ACCOUNT, OWN, PREPARE, FILES})),
    "release": Role(_FIRMS, _WORKS),
    "case-officer": Role(frozenset({AUTHORITY}), _OVERSEES),
    "case-reviewer": Role(frozenset({AUTHORITY}), _OVERSEES | {ANSWERS}),
    "inspector": Role(frozenset({AUTHORITY}), _SEES | {INSPECT}),
    "sampler": Role(frozenset({AUTHORITY}), _SEES | {SAMPLE}),
    "enforcer": Role(frozenset({AUTHORITY}), _ENFORCES),
    "bureau-head": Role(frozenset({AUTHORITY}), _OVERSEES | {ANSWERS, PEOPLE, KEYS}),
    "registrar": Role(frozenset({AUTHORITY, PLATFORM}), frozenset({ACCOUNT, APPLICATIONS})),
    "administrator": Role(frozenset({PLATFORM}), frozenset({ACCOUNT, ORGANISATIONS, PEOPLE})),
}
"""负责人, 采购, 生产, 食品安全员, 食品安全总监, 质检, 仓库, 农场记录, 检验, 审核; 经办, 复核, 监管检查,
抽检监测, 执法办案, 负责人 of an authority; 登记员, 管理员 of the platform."""

LEADING: Final[Mapping[str, str]] = {
    OPERATOR: "head",
    LABORATORY: "head",
    AUTHORITY: "bureau-head",
    PLATFORM: "administrator",
}
"""Who brings the other members in, by the kind of organisation."""

ENTRUSTED: Final = frozenset({"registrar"})
"""Roles that a head does not give: who has one gives it on, and who runs the platform begins it."""


_STAYING: Final = frozenset({PEOPLE, KEYS, ORGANISATIONS})
"""Rights that a deputy never has: what they bring about outlasts the time of the deputy."""


def lendable(roles: Iterable[str], kind: str) -> tuple[str, ...]:
    """Those of one's own roles in which somebody else may stand in; not what a head does not give either."""
    return tuple(name for name in roles if name not in ENTRUSTED and lent_rights((name,), kind) - {ACCOUNT})


def lent_rights(roles: Iterable[str], kind: str) -> frozenset[str]:
    """What a deputy in these roles may do: members and keys stay with who leads."""
    return rights_of(roles, kind) - _STAYING


def rights_of(roles: Iterable[str], kind: str) -> frozenset[str]:
    """What somebody with these roles may do in an organisation of that kind; a role of another kind gives
    nothing."""
    found: frozenset[str] = frozenset()
    for name in roles:
        role = ROLES.get(name)
        if role is not None and kind in role.kinds:
            found |= role.rights
    return found


def roles_for(kind: str) -> tuple[str, ...]:
    """The roles that an organisation of that kind can give."""
    return tuple(name for name, role in ROLES.items() if kind in role.kinds)
