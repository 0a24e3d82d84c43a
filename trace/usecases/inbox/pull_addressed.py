"""What another platform's log addresses to our parties, checked against the signed bytes: inbox alone.

A disclosure counts where its digest stands in a statement that is held here as evidence. Nothing else is made
of it: no row of a lot, no state of a hand-over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from trace.errors import Refusal
from trace.exchange.farm.addressed import AddressedFeed, AddressedTo
from trace.ledger.disclosure import DIGESTS, parse_disclosure
from trace.ledger.statement import parse_statement
from trace.store.log.cursors import FeedCursor, put_cursor, read_cursor
from trace.store.log.evidence import find_evidence_of
from trace.store.log.inbox import Addressed, addressed_in, put_addressed
from trace.store.log.keys import list_holders
from trace.store.transaction import Connection, Transactions
from trace.usecases.intake.keep_disclosures import RECEIVERS

_PARTIES: Final = 1_000


def pull_addressed(transactions: Transactions, source: AddressedFeed, name: str) -> int:
    """How many hand-overs the log behind the feed `name` newly addresses to our parties.

    It is read as far as the feed itself was. Raises the refusals of the feed; what came before is kept.
    """
    with transactions.look("feed") as tx:
        parties, log = list_holders(tx.connection, tx.origin), tx.origin
        reached = int(read_cursor(tx.connection, name).cursor or 0)
    groups = [parties[at : at + _PARTIES] for at in range(0, len(parties), _PARTIES)]
    return sum(
        _Pull(transactions, source, _cursor_of(name, group), log, reached).run(group) for group in groups
    )


def _cursor_of(name: str, parties: Sequence[str]) -> str:
    """The name of a cursor: who joins later is asked for from the log's beginning."""
    return f"addressed {hashlib.sha256(' '.join(parties).encode()).hexdigest()[:16]} {name}"


@dataclass(frozen=True, slots=True)
class _Pull:
    transactions: Transactions
    source: AddressedFeed
    name: str
    log: str
    reached: int

    def run(self, parties: Sequence[str]) -> int:
        with self.transactions.look("feed") as tx:
            cursor = read_cursor(tx.connection, self.name).cursor or ""
        taken = 0
        while True:
            items, following = self.source.read(self.log, parties, cursor)
            known = [one for one in items if one.index < self.reached]
            if not known:
                return taken
            if len(known) < len(items):
                following = str(known[-1].index + 1)
            with self.transactions.begin("feed") as tx:
                rows = _checked(tx.connection, known, frozenset(parties))
                put_addressed(tx.connection, rows)
                put_cursor(tx.connection, self.name, FeedCursor(following), tx.now)
            taken += len(rows)
            cursor = following


def _checked(
    connection: Connection, items: Sequence[AddressedTo], parties: Collection[str]
) -> list[Addressed]:
    """The rows that signed bytes bear out, each for one of our parties."""
    held = find_evidence_of(connection, {one.stmt for one in items})
    entries = {one.statement_id: one.jws for one in held}
    rows: list[Addressed] = []
    for one in items:
        try:
            shown = parse_disclosure(one.disclosure)
        except Refusal:
            continue
        jws = entries.get(one.stmt)
        if jws is not None and shown.digest in _digests(parse_statement(jws).claims.data):
            rows += [row for row in addressed_in(one.stmt, [shown], RECEIVERS) if row[0] in parties]
    return rows


def _digests(data: Mapping[str, Any]) -> set[str]:
    """The digests of the data, or of what replaces it."""
    inner = data.get("replacement")
    listed = [*data.get(DIGESTS, ()), *(inner.get(DIGESTS, ()) if isinstance(inner, Mapping) else ())]
    return {digest for digest in listed if type(digest) is str}
