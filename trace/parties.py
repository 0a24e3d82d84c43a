"""Parties and roles: who takes part, and in which role.

A party is `urn:uscc:<18 characters>` or, for natural persons, `urn:party:<pseudonym>`. Signatures
decide who states (the roles of the signing key; each record kind declares whose), tokens decide who may
call (`Actor.scopes`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Self

from trace.errors.gs1 import NumberMalformed
from trace.identity import uscc

GROWER: Final = "grower"
PROCESSOR: Final = "processor"
RETAILER: Final = "retailer"
CATERER: Final = "caterer"
LAB: Final = "lab"
REGULATOR_MARKET: Final = "regulator_market"
REGULATOR_AGRI: Final = "regulator_agri"
REGISTRAR: Final = "registrar"
PLATFORM: Final = "platform"
WITNESS: Final = "witness"
RESOLVER: Final = "resolver"
"""Signs link lists and states nothing: its key lies on the server that answers the codes."""

ROLES: Final = frozenset(
    {
        GROWER,
        PROCESSOR,
        RETAILER,
        CATERER,
        LAB,
        REGULATOR_MARKET,
        REGULATOR_AGRI,
        REGISTRAR,
        PLATFORM,
        WITNESS,
        RESOLVER,
    }
)
REGULATORS: Final = frozenset({REGULATOR_MARKET, REGULATOR_AGRI})

AUTHORITIES: Final = REGULATORS | {REGISTRAR}
HANDLERS: Final = frozenset({PROCESSOR, RETAILER, CATERER})
OPERATORS: Final = HANDLERS | {GROWER}
EVERY_SIDE: Final = OPERATORS | REGULATORS | {LAB}

DEPARTMENTS: Final = {"market": REGULATOR_MARKET, "agriculture": REGULATOR_AGRI}
"""Departments of the authorities (市场监督管理, 农业农村) and the role that speaks for each."""

STATE: Final = "statements:write"
PRINT: Final = "labels:print"
OWN: Final = "trace:own"
"""Read what concerns oneself: own lots, those of partners, own records, marks and alerts."""
ALL: Final = "trace:all"
"""Read what lies in the area of an authority."""
EVIDENCE: Final = "evidence:write"
FILES: Final = "files:write"
COMPLAINTS: Final = "complaints:read"
ANSWERS: Final = "complaints:write"
STEPS: Final = "cases:write"
"""Take steps of cases, as the person of the authority to whom the token was given."""
FEED: Final = "feed:read"
ADDRESSED: Final = "feed:addressed"
"""For a platform that the policy names: what is addressed to its parties."""
ENTRIES: Final = "log:entries"
SCOPES: Final = (
    *(STATE, PRINT, OWN, EVIDENCE, FILES, COMPLAINTS, ANSWERS, STEPS, FEED, ADDRESSED, ENTRIES, ALL),
)
"""What a token may open; which routes each opens stands in `trace/access`."""

COUNTRY: Final = "CN"
"""The area of an authority of the whole country (ISO 3166), where others have the digits of a region."""
ROLE_GRANT: Final = "role:"
"""A role among the grants of a token: `role:regulator_market`."""

_USCC_URN: Final = "urn:uscc:"
_PSEUDONYM: Final = re.compile(r"urn:party:([A-Za-z0-9._-]{1,40})")


@dataclass(frozen=True, slots=True)
class PartyUrn:
    """A party's name in statements; `owner` is the part that its lots carry (`urn:lot:<owner>:<batch>`)."""

    text: str
    owner: str
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Lent:
    """Roles by which somebody acts in another person's place for a time: whose, and which."""

    giver: str
    name: str
    duties: frozenset[str]


@dataclass(frozen=True, slots=True)
class Actor:
    """A caller: subject of its token or session, the party it acts for (None for a visitor), what it may.

    `region` is the area of an authority, digits that GB/T 2260 codes begin with, or `COUNTRY`. Without one
    nobody is an authority: a forgotten word may not open all that the platform holds.
    `person` is who is signed in, and `duties` the roles in the organisation; a token has neither, unless it
    takes steps of cases (`STEPS`): then it is that of the person to whom it was given. Among the duties are
    those `lent` by others, which a token never has.
    """

    subject: str
    party: str | None = None
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    region: str = ""
    person: str = ""
    duties: frozenset[str] = frozenset()
    lent: tuple[Lent, ...] = ()

    @property
    def own_duties(self) -> frozenset[str]:
        """The roles that the person has without anybody's leave."""
        return self.duties.difference(*(one.duties for one in self.lent))

    def duties_but_of(self, giver: str) -> frozenset[str]:
        """The roles that one acts by, without those that this person lent: nobody reviews herself through
        another."""
        return self.own_duties.union(*(one.duties for one in self.lent if one.giver != giver))

    def instead_of(self, allows: Callable[[frozenset[str]], bool]) -> Lent | None:
        """In whose place an act is taken that some roles allow; None where one's own do."""
        if allows(self.own_duties):
            return None
        return next((one for one in self.lent if allows(one.duties)), None)

    @classmethod
    def granted(cls, subject: str, party: str | None, grants: Iterable[str], region: str = "") -> Self:
        """The caller with these grants: its roles are those named `role:…`, its scopes all others."""
        every = frozenset(grants)
        roles = frozenset(one for one in every if one.startswith(ROLE_GRANT))
        named = frozenset(one.removeprefix(ROLE_GRANT) for one in roles)
        return cls(subject, party, named, every - roles, region)

    @property
    def is_regulator(self) -> bool:
        """Whether it speaks for a department."""
        return not REGULATORS.isdisjoint(self.roles)

    @property
    def oversees(self) -> bool:
        """Whether it reads as an authority, all of its area: it speaks for a department and has an area.

        Which routes it may ask is its scopes' business (`api.access`).
        """
        return self.is_regulator and self.region != ""

    def may(self, scope: str) -> bool:
        return scope in self.scopes

    def acts_for(self, party: str) -> bool:
        return self.party == party


VISITOR: Final = Actor("visitor")
"""Whoever scans a code: no token, no party, nothing private."""


def grants_of(scopes: Iterable[str], roles: Iterable[str]) -> tuple[str, ...]:
    """The grants that give a caller these scopes and roles (`Actor.granted`)."""
    return (*scopes, *(f"{ROLE_GRANT}{role}" for role in roles))


def parse_urn(text: str) -> PartyUrn:
    """Read a party urn; raises `NumberMalformed`; a wrong check character inside only warns."""
    if text.startswith(_USCC_URN):
        code = uscc.parse(text.removeprefix(_USCC_URN))
        return PartyUrn(text, code.text, code.warnings)
    match = _PSEUDONYM.fullmatch(text)
    if match is None:
        raise NumberMalformed(number="party urn", text=text[:60])
    return PartyUrn(text, match[1])


def party_named(text: str) -> str:
    """The urn of a party as people name it: by that, or by its bare credit code; raises `NumberMalformed`."""
    named = text.strip()
    return parse_urn(named if named.startswith("urn:") else f"{_USCC_URN}{named.upper()}").text


def lot_urn(party: str, batch_no: str) -> str:
    """`urn:lot:<owner>:<batch>`: the name of a lot that `party` creates."""
    return f"urn:lot:{parse_urn(party).owner}:{batch_no}"
