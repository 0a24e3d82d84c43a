"""A statement on its way into the log: read, authentic and well-formed, but not yet admitted.

Everything here happens outside any transaction and for each statement alone, so that many threads may do
it at once; what depends on the log's state is left to the sequencer. Replay makes candidates again from
the stored bytes, without verifying signatures a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trace.chain.admission.preconditions import refused_character
from trace.chain.facts import Fact, parse_fact
from trace.frozen import quickly_made
from trace.ledger.disclosure import reveal_members
from trace.ledger.keys import REGISTER, REVOKE, KeyEntry, Revocation, parse_registration, parse_revocation
from trace.ledger.leaf import leaf_of, lot_secret
from trace.ledger.merkle import leaf_hash
from trace.ledger.statement import Statement, require_known_characters


@quickly_made
@dataclass(frozen=True, slots=True)
class Candidate:
    """`key`: what a key statement says, its index still 0. `leaf` and `leaf_hash` go into the log."""

    statement: Statement
    fact: Fact
    leaf: bytes
    leaf_hash: bytes
    key: KeyEntry | Revocation | None = None
    via: str | None = None


def make_candidate(
    statement: Statement, lot_key: bytes, algorithms: frozenset[str], via: str | None = None
) -> Candidate:
    """Read the fact and make the leaf of a new statement.

    Raises `NotCanonical`, `CharacterRefused` (in a concealed value), `KindUnknown`, `FactMalformed`,
    `RegistrationRefused`. The fact is read from the signed bytes alone: what stands in disclosures never
    decides anything, so that erasing them changes no projection (docs/record-format.md §3.6).
    """
    require_known_characters(statement)
    if statement.disclosures:
        shown = {each.name: each.value for each in statement.disclosures}
        refused = refused_character({"data": shown}, *(each.text for each in statement.disclosures))
        if refused is not None:
            raise refused
    claims = statement.claims
    fact = parse_fact(claims.typ, claims.data, claims.sub, claims.occurred_at)
    leaf = leaf_of(statement, lot_secret(lot_key, claims.sub)).encode()
    return Candidate(statement, fact, leaf, leaf_hash(leaf), _key_change(statement, algorithms), via)


def recall_candidate(statement: Statement, leaf: bytes, algorithms: frozenset[str]) -> Candidate:
    """The candidate that a recorded statement was, with the leaf that was kept."""
    claims = statement.claims
    fact = parse_fact(claims.typ, claims.data, claims.sub, claims.occurred_at)
    return Candidate(statement, fact, leaf, leaf_hash(leaf), _key_change(statement, algorithms))


def _key_change(statement: Statement, algorithms: frozenset[str]) -> KeyEntry | Revocation | None:
    if statement.claims.typ == REGISTER:
        data: Mapping[str, object] = reveal_members(statement.claims.data, {})
        return parse_registration(data, 0, "", enabled=algorithms)  # type: ignore[arg-type]  # JSON
    if statement.claims.typ == REVOKE:
        return parse_revocation(statement.claims.data)
    return None
