"""Facts of signing keys: registered, revoked. `trace.ledger.keys` judges their members."""

from __future__ import annotations

from dataclasses import dataclass

from trace.chain.facts import urns
from trace.chain.facts.base import KeptFact, OpenKind
from trace.chain.needs import Needs
from trace.parties import AUTHORITIES, ROLES


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRegistered(KeptFact):
    kid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRevoked(KeptFact):
    kid: str

    def needs(self) -> Needs:
        since = self.data.get("invalidFromIndex")
        return Needs(fallen=frozenset(((self.kid, since),)) if type(since) is int else frozenset())


KEY_REGISTER = OpenKind(
    "party.key.register",
    KeyRegistered,
    {"kid": urns.statement_id},
    stated_by=AUTHORITIES,
    open_to_all=True,
    agri=True,
)
KEY_REVOKE = OpenKind(
    "party.key.revoke",
    KeyRevoked,
    {"kid": urns.statement_id},
    # the holder may revoke its own key, whatever its role; whose key it is, admission knows
    stated_by=ROLES,
    open_to_all=True,
    agri=True,
)
