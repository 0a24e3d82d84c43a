"""What keys signed, for a revocation that is dated back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection

from trace.chain.chain_state import ChainState
from trace.store.query import rows_where

_WHAT: Final = "SELECT e.kid, statement.origin, statement.idx, statement.stmt, statement.sub"
_OWN: Final = (
    f"{_WHAT} FROM log_entry AS e "
    "JOIN statement ON statement.stmt = e.stmt AND statement.idx = e.idx WHERE e.kid {among}"
)
_CARRIED: Final = (
    f"{_WHAT} FROM evidence_entry AS e "
    "JOIN statement ON statement.stmt = e.stmt AND statement.origin = e.origin WHERE e.kid {among}"
)


def load_signed(
    connection: Connection, wanted: Collection[tuple[str, int]], known: ChainState
) -> tuple[frozenset[str], frozenset[str]]:
    """Put in what these keys signed at and above an index; returns the statements' ids and subjects."""
    since = {kid: min(index for one, index in wanted if one == kid) for kid, _ in wanted}
    found: defaultdict[str, list[tuple[str, int, str]]] = defaultdict(list)
    subjects: set[str] = set()
    for text in (_OWN, _CARRIED) if since else ():
        for kid, origin, index, name, subject in rows_where(connection, text, since):
            if index >= since[kid]:
                found[kid].append((origin, int(index), name))
                subjects.add(subject)
    known.signatures.update({kid: found[kid] for kid in since})
    return frozenset(name for signed in found.values() for _, _, name in signed), frozenset(subjects)
