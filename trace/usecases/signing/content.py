"""What a draft of a batch says, before it has a place in a chain: kept whole, made into claims on demand.

Salts and `jti` are drawn once, so that the same draft gives the same bytes each time it is shown.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from trace.chain.facts.base import holds
from trace.chain.privacy import exposed
from trace.exchange.draft import Draft
from trace.ledger.canonical import b64u, unb64u
from trace.ledger.claims import timestamp
from trace.ledger.disclosure import SALT_BYTES, conceal_members

_JTI: Final = 16


@dataclass(frozen=True, slots=True)
class Content:
    """`data` in clear, `salts` of members to be concealed by dotted path, `inputs` as claims hold them."""

    typ: str
    sub: str
    occurred_at: str
    data: Mapping[str, Any]
    salts: Mapping[str, str]
    inputs: Sequence[Mapping[str, Any]]
    jti: str

    def as_data(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "typ": self.typ,
            "sub": self.sub,
            "occurredAt": self.occurred_at,
            "data": self.data,
            "salts": self.salts,
            "inputs": list(self.inputs),
            "jti": self.jti,
        }

    @classmethod
    def from_data(cls, stored: Mapping[str, Any]) -> Content:
        """As it was stored."""
        names = ("typ", "sub", "occurredAt", "data", "salts", "inputs", "jti")
        return cls(*(stored[name] for name in names))

    def sealed(self) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The data as they are signed, and the disclosures beside them."""
        salts = {path: unb64u(salt) for path, salt in self.salts.items()}
        sealed, disclosures = conceal_members(self.data, tuple(salts), salts=salts)
        return dict(sealed), tuple(one.encoded for one in disclosures)


def content_of(
    draft: Draft, data: Mapping[str, Any] | None = None, inputs: Sequence[Mapping[str, Any]] = ()
) -> Content:
    """What a draft says; `data` with what was found for its references, where there are any."""
    said = dict(draft.data if data is None else data)
    named = [path for path in draft.private if holds(said, path)]
    paths = [*named, *(path for path in exposed(draft.typ, said) if path not in named)]
    salts = {path: b64u(draft.salts.get(path) or secrets.token_bytes(SALT_BYTES)) for path in paths}
    jti = b64u(secrets.token_bytes(_JTI))
    return Content(draft.typ, draft.sub, timestamp(draft.occurred_at), said, salts, inputs, jti)
