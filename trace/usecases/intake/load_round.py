"""What a round's decisions must know: the one way from facts to the states that admission reads.

Statements before the sequencer, entries on replay and drafts that nobody has signed yet all come through
here, so that a draft is told what the statement would be told.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from trace.chain.admission import Claims, needs_of
from trace.chain.admission.signers import signer_needs
from trace.chain.chain_state import ChainState
from trace.chain.facts import Fact
from trace.chain.facts.keys import KEY_REVOKE
from trace.chain.needs import Needs
from trace.store.chain.chain_state import load_known
from trace.store.chain.editions import list_editions
from trace.store.transaction import Connection

NO_NEEDS: Final = Needs()


class Stated(NamedTuple):
    """A statement, or a draft of one, with what its decision needs to know."""

    claims: Claims
    fact: Fact
    statement: str
    needs: Needs

    @classmethod
    def of(cls, claims: Claims, fact: Fact, statement: str) -> Stated:
        return cls(claims, fact, statement, needs_of(fact, statement, claims.iss))


def load_round(
    connection: Connection, origins: Collection[str], stated: Sequence[Stated], besides: Needs = NO_NEEDS
) -> ChainState:
    """The states that these facts need and `besides`, with the editions of these logs: so many queries."""
    each = [one.needs for one in stated]
    inputs = frozenset([ref.stmt for one in stated for ref in one.claims.inputs])
    signers = {(one.claims.typ, one.claims.iss) for one in stated}
    each += [signer_needs(typ, iss) for typ, iss in signers]
    signed = frozenset(filter(None, [_dated_back(one.claims) for one in stated]))
    more = Needs(statements=inputs, signed=signed)
    known = load_known(connection, Needs.all_of([*each, more, besides]))
    known.editions.update(list_editions(connection, origins))
    return known


def _dated_back(claims: Claims) -> tuple[str, int] | None:
    """The key of a revocation that is dated back, and to where."""
    kid, since = claims.data.get("kid"), claims.data.get("invalidFromIndex")
    if claims.typ != KEY_REVOKE.typ or not isinstance(kid, str) or type(since) is not int:
        return None
    return kid, since
