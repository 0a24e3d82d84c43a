"""A line of the table of access: which scopes and departments open a route, and what a caller counts for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from trace.errors import ScopeMissing, TokenMissing
from trace.parties import ALL, REGULATORS, ROLE_GRANT, VISITOR, Actor

AREA: Final = "region"
"""What a token of a department lacks that was given no area."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask a route: who has one of `scopes`, of one of `departments` where any are named.

    `public`: anybody else too, for what everybody may see. `shown`: what the scopes show beyond that.
    """

    scopes: tuple[str, ...] = ()
    departments: frozenset[str] = frozenset()
    public: bool = False
    shown: str = ""

    def opens(self, actor: Actor) -> bool:
        """Whether a token opens the route; without department and area it is no authority's."""
        spoken = actor.roles if actor.oversees else frozenset()
        return not used(actor).isdisjoint(self.scopes) and (
            not self.departments or not self.departments.isdisjoint(spoken)
        )

    def admitted(self, actor: Actor | None) -> Actor:
        """The caller as the route knows it; raises `TokenMissing`, `ScopeMissing`."""
        if actor is not None and self.opens(actor):
            # Where the scope of an authority shows more, its role alone does not.
            plain = ALL in self.scopes and ALL not in used(actor)
            return replace(actor, roles=frozenset()) if plain else actor
        if self.public:
            return VISITOR
        if actor is None:
            raise TokenMissing
        raise ScopeMissing(scope=self._lacking(actor))

    def _lacking(self, actor: Actor) -> str:
        if actor.scopes.isdisjoint(self.scopes):
            return self.scopes[0]
        if not actor.region and not actor.roles.isdisjoint(self.departments or REGULATORS):
            return AREA
        return f"{ROLE_GRANT}{max(self.departments or REGULATORS)}"  # the market bureau's, where both may


def used(actor: Actor) -> frozenset[str]:
    """The scopes that count: `trace:all` is the sight of an authority, and of nobody else."""
    return actor.scopes if actor.oversees else actor.scopes - {ALL}


_PART: Final = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")
_HEAD: Final = {"HEAD": "GET"}


def line_of(verb: str, rule: str) -> str:
    """How the table names a route: `GET /api/v1/lots/{lot}` of `HEAD` and `/api/v1/lots/<path:lot>`."""
    return f"{_HEAD.get(verb, verb)} {path_of(rule)}"


def path_of(rule: str) -> str:
    """`/api/v1/lots/<path:lot>` as the table and OpenAPI write it."""
    return _PART.sub(r"{\1}", rule)


def require_lines(routes: Iterable[str], table: Mapping[str, Access]) -> None:
    """Refuse to serve a route that has no line: it would be open to everybody by oversight."""
    missing = sorted(set(routes) - table.keys())
    if missing:
        raise TypeError(f"no line in the table of access: {', '.join(missing)}")
