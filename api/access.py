"""The table of access: which scopes and departments open which route. The application admits by it, the
interface description and docs/access.md are made from it, and a test tries every line of it.

A token that does not open a route is, where anybody may ask, as good as none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from flask import Flask, request

from trace.errors import ScopeMissing, TokenMissing
from trace.parties import (
    ADDRESSED,
    ALL,
    ANSWERS,
    COMPLAINTS,
    ENTRIES,
    EVIDENCE,
    FEED,
    FILES,
    OWN,
    PRINT,
    REGULATOR_MARKET,
    REGULATORS,
    ROLE_GRANT,
    STATE,
    VISITOR,
    Actor,
)

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
        return not _used(actor).isdisjoint(self.scopes) and (
            not self.departments or not self.departments.isdisjoint(spoken)
        )

    def admitted(self, actor: Actor | None) -> Actor:
        """The caller as the route knows it; raises `TokenMissing`, `ScopeMissing`."""
        if actor is not None and self.opens(actor):
            # Where the scope of an authority shows more, its role alone does not.
            plain = ALL in self.scopes and ALL not in _used(actor)
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


def _used(actor: Actor) -> frozenset[str]:
    """The scopes that count: `trace:all` is the sight of an authority, and of nobody else."""
    return actor.scopes if actor.oversees else actor.scopes - {ALL}


ANYBODY: Final = Access(public=True)
_READ: Final = (OWN, STATE, ALL)
_OF_A_LOT: Final = "own lots and those of partners; an authority the lots of its area"
_SIGHT: Final = Access(_READ, public=True, shown=_OF_A_LOT)
_PRESS: Final = Access((PRINT, STATE), shown="labels of one's own packs")
_PRINTED: Final = Access((PRINT, STATE, ALL), shown="one's own runs; an authority those of its area")
_ALERTS: Final = Access(_READ, shown="alerts about one's own packs; an authority all of its area")
_WITNESS: Final = Access((ENTRIES,))
_MARKET: Final = frozenset({REGULATOR_MARKET})

TABLE: Final[Mapping[str, Access]] = {
    "POST /api/v1/statements": Access((STATE,)),
    "GET /api/v1/statements/{stmt}": Access(
        _READ, public=True, shown="private members of one's own records; an authority those of its area"
    ),
    "GET /api/v1/statements/{stmt}.tlog-proof": ANYBODY,
    "GET /api/v1/heads": Access((STATE, OWN), shown="one's own streams"),
    "POST /api/v1/drafts/check": Access((STATE,), shown="drafts in one's own name"),
    "GET /api/v1/lots/{lot}": _SIGHT,
    "GET /api/v1/lots/{lot}/upstream": _SIGHT,
    "GET /api/v1/lots/{lot}/downstream": _SIGHT,
    "GET /api/v1/lots/{lot}/scope": Access(
        _READ, shown="what one handed over of one's own lot; an authority everything of its area"
    ),
    "GET /api/v1/lots/{lot}/marks": _SIGHT,
    "GET /api/v1/lots/{lot}/disposals": _SIGHT,
    "GET /api/v1/lots/{lot}/orders": _SIGHT,
    "GET /api/v1/lots/{lot}/events": _SIGHT,
    "GET /api/v1/lots/{lot}/codes": Access((*_READ, PRINT), public=True, shown=_OF_A_LOT),
    "GET /api/v1/lots/{lot}/bundle": _SIGHT,
    "GET /api/v1/lots/{lot}/bundle?view=regulator": Access((ALL,)),
    "GET /api/v1/containers/{sscc}": Access(
        _READ, public=True, shown="what one packed; an authority what was packed in its area"
    ),
    "GET /api/v1/inbox": Access((OWN, STATE), shown="what is addressed to one's own party"),
    "GET /api/v1/unanswered": Access(
        (ALL,), REGULATORS, shown="claims and hand-overs that wait in an authority's area, by firm"
    ),
    "POST /api/v1/inbox/note": Access((OWN, STATE), shown="lines addressed to one's own party"),
    "GET /api/v1/code-ranges/next": Access((STATE,), shown="products in one's own name"),
    "GET /api/v1/lots/{lot}/label": _PRESS,
    "POST /api/v1/lots/{lot}/label": _PRESS,
    "POST /api/v1/lots/{lot}/print-runs": _PRESS,
    "GET /api/v1/lots/{lot}/print-runs": _PRINTED,
    "GET /api/v1/print-runs/{run}": _PRINTED,
    "DELETE /api/v1/print-runs/{run}": _PRESS,
    "GET /api/v1/print-runs/{run}/parts/{number}": _PRESS,
    "GET /api/v1/print-runs/{run}/files.zip": _PRESS,
    "GET /api/v1/print-runs/{run}/manifest": _PRINTED,
    "GET /api/v1/print-runs/{run}/manifest.jws": _PRINTED,
    "PUT /api/v1/print-runs/{run}/manifest.jws": _PRESS,
    "GET /api/v1/links": Access(_READ, shown="one's own links; an authority everybody's"),
    "GET /api/v1/links/template": ANYBODY,
    "GET /api/v1/complaints": Access((COMPLAINTS,), REGULATORS, shown="those of an authority's area"),
    "POST /api/v1/complaints/{number}/state": Access((ANSWERS,), REGULATORS),
    "GET /api/v1/test-wishes": Access((COMPLAINTS,), REGULATORS),
    "PUT /api/v1/files/{sha256}": Access((FILES,)),
    "PUT /api/v1/photos/{sha256}": Access((STATE, FILES)),
    "DELETE /api/v1/photos/{sha256}": Access((STATE,), shown="photographs that one's own records name"),
    "GET /api/v1/scan-alerts": _ALERTS,
    "POST /api/v1/scan-alerts/{number}/acknowledgement": _ALERTS,
    "POST /api/v1/scan-alerts/{number}/finding": Access((ALL,)),
    "GET /api/v1/status": Access((ALL,), _MARKET),
    "GET /api/v1/feed": Access((FEED,)),
    "POST /api/v1/feed/addressed": Access((ADDRESSED,), shown="what is addressed to the parties named"),
    "POST /api/v1/evidence": Access((EVIDENCE,)),
    "POST /api/v1/verify": ANYBODY,
    "GET /api/v1/keys/{kid}": ANYBODY,
    "GET /api/v1/recall-status/{code}": ANYBODY,
    "GET /api/v1/recalls": ANYBODY,
    "GET /api/v1/recalls/{statement}": ANYBODY,
    "GET /api/v1/signed-links/{code}": ANYBODY,
    "GET /log/checkpoint": ANYBODY,
    "GET /log/tile/{level}/{path}": ANYBODY,
    "GET /log/tile/entries/{path}": _WITNESS,
    "GET /log/keys": _WITNESS,
    "GET /.well-known/jwks.json": ANYBODY,
    "GET /.well-known/trace-policy": ANYBODY,
    "GET /.well-known/gs1resolver": ANYBODY,
}
"""Verb and path -> who may ask. After `?` stands what of a route asks for more."""

GUARDED: Final = ("/api/v1/", "/log/", "/.well-known/")
"""Where every route has a line; elsewhere are pages and descriptions, for anybody."""
_PART: Final = re.compile(r"<(?:\w+:)?(\w+)>")
_HEAD: Final = {"HEAD": "GET"}


def path_of(rule: str) -> str:
    """`/api/v1/lots/<path:lot>` as the table and OpenAPI write it."""
    return _PART.sub(r"{\1}", rule)


def lines_of(app: Flask) -> Iterator[str]:
    """The guarded routes of an application as the table names them."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(GUARDED):
            for verb in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield f"{verb} {path_of(rule.rule)}"


def require_lines(routes: Iterable[str]) -> None:
    """Refuse to serve a route that has no line: it would be open to everybody by oversight."""
    missing = sorted(set(routes) - TABLE.keys())
    if missing:
        raise TypeError(f"no line in the table of access: {', '.join(missing)}")


def of_request(more: str = "") -> Access | None:
    """The line of the route that was asked for; None for pages. `more` is what stands after the `?`."""
    rule = request.url_rule
    if rule is None or not rule.rule.startswith(GUARDED) or request.method == "OPTIONS":
        return None
    return TABLE[f"{_HEAD.get(request.method, request.method)} {path_of(rule.rule)}{more}"]


def requirements(access: Access) -> list[dict[str, list[str]]]:
    """The security requirement of a route in OpenAPI 3.1: any one of its scopes, or none."""
    return [*({"token": [scope]} for scope in access.scopes), *([{}] if access.public else [])]
