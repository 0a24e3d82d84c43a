"""Parties with keys and chains of their own, and the registrar that registers their keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from tests.builders import facts as made
from trace.ledger.algorithms import PrivateKey
from trace.ledger.canonical import b64u
from trace.ledger.claims import new_claims
from trace.ledger.keys import REGISTER, REVOKE, registration_data, revocation_data
from trace.ledger.statement import Statement, sign_statement

NOON = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
VALID = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))


def opening(sent: Statement) -> dict[str, str]:
    """How the receiver of a signed consignment names and opens it: by the salt of its disclosure."""
    (shown,) = [one for one in sent.disclosures if one.name in {"receiver", "buyer"}]
    return {"stmt": sent.statement_id, "salt": b64u(shown.salt)}


class Signer:
    """A party with a key and one stream; each `state` signs the next statement of its chain."""

    def __init__(self, code: str, *roles: str, stream: str = "desk-1", prefix: str = "urn:uscc:") -> None:
        self.iss = prefix + code
        self.code = code
        self.roles = roles
        self.stream = stream
        self.key = PrivateKey.from_seed(sha256(f"{code} {stream}".encode()).digest())
        self.seq = 0
        self.prev: str | None = None

    def state(
        self,
        typ: str,
        sub: str,
        data: Mapping[str, Any],
        *,
        at: datetime = NOON,
        conceal: tuple[str, ...] = (),
        salts: Mapping[str, bytes] | None = None,
        **claims: Any,
    ) -> Statement:
        """Sign the next statement of the chain and go on from it."""
        raw = new_claims(
            typ,
            self.iss,
            self.stream,
            seq=self.seq + 1,
            prev=self.prev,
            sub=sub,
            occurred_at=at,
            signed_at=at,
            data=data,
            **claims,
        )
        statement = sign_statement(raw, self.key, conceal=conceal, salts=salts or {})
        self.seq, self.prev = self.seq + 1, statement.statement_id
        return statement

    def harvest(self, batch: str, *, at: datetime = NOON, **changed: Any) -> Statement:
        """A harvest of its own, finished an hour before `at`."""
        lot = made.lot(self.code, batch)
        times = {
            "harvestedFrom": (at - timedelta(hours=9)).isoformat(),
            "harvestedTo": (at - timedelta(hours=1)).isoformat(),
        }
        return self.state("farm.harvest", lot, made.a_harvest(lot=lot, **(times | changed)), at=at)

    def registration(self, **changed: Any) -> dict[str, Any]:
        """The data that a registrar signs for this key."""
        given: dict[str, Any] = {
            "roles": list(self.roles),
            "streams": ["*"],
            "custody": "file",
            "valid_from": VALID[0],
            "valid_to": VALID[1],
        }
        return registration_data(self.key, self.iss, self.code, **(given | changed))


class Registrar(Signer):
    """The bureau that registers keys, its own first."""

    def __init__(self, code: str = made.BUREAU) -> None:
        super().__init__(code, "registrar", "regulator_market", stream="register")

    def register(self, signer: Signer, *, at: datetime = NOON, **changed: Any) -> Statement:
        return self.state(REGISTER, signer.iss, signer.registration(**changed), at=at)

    def revoke(
        self, signer: Signer, *, reason: str = "superseded", at: datetime = NOON, **how: Any
    ) -> Statement:
        return self.state(REVOKE, signer.iss, revocation_data(signer.key.kid, reason, **how), at=at)
