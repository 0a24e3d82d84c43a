"""Who takes part, in which role, and who may state what: one table.

A party is `urn:uscc:<18 characters>` or, for natural persons, `urn:party:<pseudonym>` (ruling 5). Signatures
decide who states (the roles of the signing key, `MAY_STATE`); tokens decide who may call (`Actor.scopes`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

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

_AUTHORITIES: Final = REGULATORS | {REGISTRAR}
_HANDLERS: Final = frozenset({PROCESSOR, RETAILER, CATERER})
_OPERATORS: Final = _HANDLERS | {GROWER}
_EVERY_SIDE: Final = _OPERATORS | REGULATORS | {LAB}

MAY_STATE: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "farm.operation": frozenset({GROWER}),
        "farm.harvest": frozenset({GROWER}),
        # style 样式二 is issued by the buyer who mixes or re-packs (农业农村部令2025年第4号)
        "farm.certificate": frozenset({GROWER, PROCESSOR}),
        # a grower buys inputs and takes goods back; co-operatives also wash and pack their own produce
        "food.receipt": _OPERATORS,
        "food.merge": _OPERATORS,
        "food.split": _OPERATORS,
        "food.production": _OPERATORS,
        "food.pack": _OPERATORS,
        "food.shipment": _OPERATORS,
        # 自行检测: the one who makes it may test it and says so
        "lab.report": frozenset({LAB, PROCESSOR, GROWER}) | REGULATORS,
        "correction": _EVERY_SIDE | {REGISTRAR, PLATFORM},
        "dispute.open": _EVERY_SIDE,
        "dispute.settle": _EVERY_SIDE,
        "master.party": _EVERY_SIDE | {REGISTRAR, PLATFORM, WITNESS},
        "master.place": _OPERATORS | _AUTHORITIES,
        "master.product": _OPERATORS | _AUTHORITIES,
        "master.licence": _AUTHORITIES,
        "code.activate": frozenset({PROCESSOR, GROWER, CATERER, RETAILER}),
        "code.void": frozenset({PROCESSOR, GROWER, CATERER, RETAILER}) | REGULATORS,
        "code.aggregate": _OPERATORS,
        "link.change": _OPERATORS | {PLATFORM},
        "label.change": _OPERATORS,
        "party.key.register": _AUTHORITIES,
        # the holder may revoke its own key, whatever its role; whose key it is, admission knows
        "party.key.revoke": ROLES,
        "status.snapshot": frozenset({REGULATOR_MARKET}),
        "verifier.release": frozenset({PLATFORM, REGISTRAR}),
        "oversight.sampling": REGULATORS,
        "oversight.hold": REGULATORS,
        "oversight.recall": REGULATORS,
        "oversight.notice": REGULATORS,
        "oversight.acknowledgement": _EVERY_SIDE,
        "oversight.closing": REGULATORS,
        "oversight.inspection": REGULATORS,
        "oversight.penalty": REGULATORS,
        "epcis.event": _OPERATORS | {LAB, PLATFORM},
    }
)
"""Record kind -> roles whose keys may sign it. Other `oversight.*` kinds are the regulators'."""

_OVERSIGHT: Final = "oversight."
_USCC_URN: Final = "urn:uscc:"
_PSEUDONYM: Final = re.compile(r"urn:party:([A-Za-z0-9._-]{1,40})")


@dataclass(frozen=True, slots=True)
class PartyUrn:
    """A party's name in statements; `owner` is the part that its lots carry (`urn:lot:<owner>:<batch>`)."""

    text: str
    owner: str
    warnings: tuple[str, ...] = ()

    @property
    def is_natural_person(self) -> bool:
        """A pseudonym stands for a person: never shown in public beyond its role."""
        return not self.text.startswith(_USCC_URN)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Actor:
    """Who calls: the subject of its token, the party it acts for (None for a visitor), roles and scopes."""

    subject: str
    party: str | None = None
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()

    @property
    def is_regulator(self) -> bool:
        return not REGULATORS.isdisjoint(self.roles)

    def may(self, scope: str) -> bool:
        return scope in self.scopes

    def acts_for(self, party: str) -> bool:
        return self.party == party


VISITOR: Final = Actor("visitor")
"""Whoever scans a code: no token, no party, nothing private."""


def parse_urn(text: str) -> PartyUrn:
    """Read a party urn; raises `NumberMalformed`; a wrong check character inside only warns."""
    if text.startswith(_USCC_URN):
        code = uscc.parse(text.removeprefix(_USCC_URN))
        return PartyUrn(text, code.text, code.warnings)
    match = _PSEUDONYM.fullmatch(text)
    if match is None:
        raise NumberMalformed(number="party urn", text=text[:60])
    return PartyUrn(text, match[1])


def lot_urn(party: str, batch_no: str) -> str:
    """`urn:lot:<owner>:<batch>`: the name of a lot that `party` creates."""
    return f"urn:lot:{parse_urn(party).owner}:{batch_no}"


def may_state(kind: str, roles: Collection[str]) -> bool:
    """Whether a key with these roles may sign this record kind; unknown kinds nobody may."""
    allowed = MAY_STATE.get(kind)
    if allowed is None:
        allowed = REGULATORS if kind.startswith(_OVERSIGHT) else frozenset()
    return not allowed.isdisjoint(roles)
