"""Words on whose a case is: dated, append-only, in the order in which they were said."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from trace.oversight.casework.competence import Word
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, select
from trace.store.tables.casework import case_competence

_COLUMNS: Final = ("number", "at", "part", "department", "area", "authority")
_WORDS: Final = (
    "SELECT at, part, department, area, authority FROM case_competence WHERE number = ? ORDER BY id"
)
_PAST: Final = (
    "SELECT DISTINCT c.number FROM case_competence AS c WHERE (c.part = 'lead' AND c.department = ? "
    "AND c.area LIKE ? AND EXISTS (SELECT 1 FROM case_competence AS n WHERE n.number = c.number "
    "AND n.part = 'lead' AND n.id > c.id)) OR (c.part = 'ended' AND c.authority = ?) "
    "ORDER BY c.number DESC LIMIT ?"
)


def add_word(connection: Connection, number: str, word: Word) -> None:
    values = (number, to_micros(word.at), word.part, word.department, word.area, word.authority)
    insert_rows(connection, case_competence, _COLUMNS, [values])


def words_of(connection: Connection, number: str) -> list[Word]:
    """What was said of a case, the oldest first."""
    return [
        Word(from_micros(int(at)), part, department, area, authority)
        for at, part, department, area, authority in select(connection, _WORDS, (number,))
    ]


def numbers_left(connection: Connection, department: str, area: str, authority: str, most: int) -> list[str]:
    """Cases that offices of an area once led or joined and do no longer, or have again; the newest first."""
    return [number for (number,) in select(connection, _PAST, (department, f"{area}%", authority, most))]
