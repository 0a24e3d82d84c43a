"""Effects that are rows of their own, as a record states them: each names its table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

Made = TypeVar("Made")

NOTED: Final[dict[str, type]] = {}
"""Table -> the effect whose rows it holds: what its members are called is what the columns are called."""


def noted(table: str) -> Callable[[type[Made]], type[Made]]:
    """Put it above the effect; raises TypeError for a table that holds another."""

    def keep(made: type[Made]) -> type[Made]:
        if NOTED.setdefault(table, made) is not made:
            raise TypeError(f"{table} holds {NOTED[table].__name__} already")
        return made

    return keep
