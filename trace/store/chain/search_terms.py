"""The terms of parties and products, written with their rows, and what is found by them.

One query counts how many things bear each term, no more than are looked at; one reads those of the rarest.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from trace.chain.identifiers import GTIN
from trace.identity.search_terms import OWNER, folded, grams, number
from trace.store.bulk import run_many, select
from trace.store.query import rows_where

LOOKED_AT: Final = 2_000
_KINDS: Final = frozenset({"party", "product"})
_NUMBERS: Final = ("gfCode", "lbNo", "gtin")
_FORGET: Final = "DELETE FROM search_term WHERE kind = ? AND urn = ? AND stater = ?"
_ADD: Final = "INSERT INTO search_term (term, kind, urn, stater) VALUES (?, ?, ?, ?)"
_COUNT: Final = (
    "SELECT CAST(? AS TEXT), count(*) FROM ("  # noqa: S608 - ours
    f"SELECT 1 FROM search_term WHERE term = ? LIMIT {LOOKED_AT + 1}) AS capped"
)
_FIND: Final = "SELECT kind, urn, stater FROM search_term WHERE term = ? ORDER BY kind, urn, stater LIMIT ?"
_NEWEST: Final = (
    "SELECT product, gtin, platform_code FROM pack WHERE id IN ("
    "SELECT max(id) FROM pack WHERE product {among} GROUP BY product)"
)
_PARTIES: Final = "SELECT urn, data FROM party WHERE urn {among}"
_MOST_GRAMS: Final = 12
_ALIKE_GRAMS: Final = 5


@dataclass(frozen=True, slots=True)
class Named:
    """A party (`stater` is "") or what a party said of a product."""

    kind: str
    urn: str
    stater: str


def write_terms(connection: Connection, master: Mapping[tuple[str, ...], tuple[Any, ...]]) -> None:
    """The terms of these rows of master data in place of those that they had."""
    forgotten, added = [], []
    for key, row in master.items():
        if key[0] not in _KINDS:
            continue
        of = (*key, "")[:3]
        forgotten.append(of)
        terms = _terms(orjson.loads(row[-1]), of[2])
        if of[1].startswith(GTIN):
            terms.add(number(of[1].removeprefix(GTIN)))
        added += [(term, *of) for term in sorted(terms)]
    run_many(connection, _FORGET, forgotten)
    run_many(connection, _ADD, added)


def _terms(data: Mapping[str, Any], stater: str) -> set[str]:
    found = set(grams(folded(str(data.get("name", "")))))
    found |= {number(str(data[member])) for member in _NUMBERS if data.get(member)}
    return found | ({OWNER + stater} if stater else set())


def find_by_name(connection: Connection, text: str) -> tuple[list[Named], bool]:
    """What may bear a folded text in its name, by its rarest pair of letters; whether there is more."""
    counts = _counts(connection, text)
    if not counts:
        return [], False
    count, rarest = counts[0]
    return find_by_term(connection, rarest) if count else ([], False)


def find_alike(connection: Connection, text: str) -> list[Named]:
    """What shares rare pairs of letters with a folded text, some of each pair."""
    terms = [term for count, term in _counts(connection, text) if count][:_ALIKE_GRAMS]
    return [
        Named(*row) for term in terms for row in select(connection, _FIND, (term, LOOKED_AT // _ALIKE_GRAMS))
    ]


def find_by_term(connection: Connection, term: str) -> tuple[list[Named], bool]:
    """What bears a term; whether more was left unseen."""
    found = [Named(*row) for row in select(connection, _FIND, (term, LOOKED_AT + 1))]
    return found[:LOOKED_AT], len(found) > LOOKED_AT


def _counts(connection: Connection, text: str) -> list[tuple[int, str]]:
    """How many things bear each pair of letters, the rarest first."""
    wanted = sorted(grams(text))[:_MOST_GRAMS]
    if not wanted:
        return []
    counted = select(
        connection,
        " UNION ALL ".join([_COUNT] * len(wanted)),
        tuple(one for term in wanted for one in (term, term)),
    )
    return sorted((int(count), str(term)) for term, count in counted)


def read_parties(connection: Connection, urns: Collection[str]) -> dict[str, dict[str, Any]]:
    return {urn: orjson.loads(data) for urn, data in rows_where(connection, _PARTIES, urns)}


def read_codes_of(
    connection: Connection, products: Collection[str]
) -> dict[str, tuple[str | None, str | None]]:
    """Product -> (GTIN, platform code) of its newest pack, for those that were packed."""
    return {product: (gtin, code) for product, gtin, code in rows_where(connection, _NEWEST, products)}
