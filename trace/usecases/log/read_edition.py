"""Which edition a log is in, and what stands in it that the newest doors would refuse. For operators."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import orjson

from trace.chain.editions import ADMITTED, FIRST, NEWEST
from trace.store.chain.editions import list_editions, list_params
from trace.store.log.entries import read_head
from trace.store.transaction import Transactions


@dataclass(frozen=True, slots=True)
class EditionOfLog:
    """`begun`: (index, number) of each edition's entry. `refused`: code of a refusal -> entries, own and
    carried over, that came in before that door stood."""

    origin: str
    size: int
    begun: tuple[tuple[int, int], ...]
    refused: Counter[str]

    @property
    def number(self) -> int:
        """The edition whose doors the next entry meets."""
        return self.begun[-1][1] if self.begun else FIRST

    @property
    def due(self) -> int | None:
        """The edition that may be begun; None in the newest that this software knows."""
        return self.number + 1 if self.number < NEWEST else None


def read_edition(transactions: Transactions) -> EditionOfLog:
    """As the tables have it."""
    codes = [f"{ADMITTED}-{number}" for number in range(FIRST, NEWEST + 1)]
    with transactions.look("edition") as tx:
        return EditionOfLog(
            tx.origin,
            read_head(tx.connection).size,
            list_editions(tx.connection, [tx.origin]).get(tx.origin, ()),
            Counter(str(orjson.loads(text)["refusal"]) for text in list_params(tx.connection, codes)),
        )
