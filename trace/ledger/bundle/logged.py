"""Statements as their logs hold them, for judging what several of them say together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from trace.ledger.pairing import Place, Signed
from trace.ledger.statement import Statement

NEVER: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""Where no witness has seen an entry: after all others, in no order that anything shows."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A statement that its log holds, and whether its key counts there."""

    position: int
    statement: Statement
    origin: str
    index: int
    existed_by: datetime | None
    logged_after: datetime | None
    valid: bool
    roles: Collection[str] = ()

    @property
    def id(self) -> str:
        return self.statement.statement_id

    @property
    def signed(self) -> Signed:
        claims = self.statement.claims
        by = NEVER if self.existed_by is None else self.existed_by
        place = Place(self.origin, self.index, by, self.logged_after)
        return Signed(self.id, claims.typ, claims.iss, claims.data, place, valid=self.valid)
