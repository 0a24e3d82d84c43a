"""What a round's decisions must know: the one way from facts to the states that admission reads.

Statements before the sequencer, entries on replay and drafts that nobody has signed yet all come through
here, so that a draft is told what the statement would be told.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from trace.chain.admission import Claims, needs_of
from trace.chain.chain_state import ChainState
from trace.chain.facts import Fact
from trace.chain.facts.link import LINK_CHANGE
from trace.chain.needs import Needs
from trace.store.chain.chain_state import load_known
from trace.store.chain.editions import list_editions
from trace.store.transaction import Connection

Stated = tuple[Claims, Fact, str]
"""Claims, fact, statement id."""


def load_round(connection: Connection, origins: Collection[str], stated: Sequence[Stated]) -> ChainState:
    """The states that these facts need, with the editions of these logs; a fixed number of queries."""
    each = [needs_of(fact, statement) for _, fact, statement in stated]
    inputs = frozenset([ref.stmt for claims, _, _ in stated for ref in claims.inputs])
    linkers = frozenset([claims.iss for claims, _, _ in stated if claims.typ == LINK_CHANGE.typ])
    known = load_known(connection, Needs.all_of([*each, Needs(statements=inputs, linkers=linkers)]))
    known.editions.update(list_editions(connection, origins))
    return known
