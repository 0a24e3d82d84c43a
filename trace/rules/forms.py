"""The forms that visits are made by, in their first version (docs/visits.md).

A form says whether its items stand in a document or are ours. Its items come from the list of duties where it
names a row of it: those words stand there once. Later versions are rows of a platform (`trace.store.visits`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from trace.rules.duty_list import duty_list

SOURCE: Final = Path(__file__).parent / "forms.toml"
CHOICE: Final = "choice"
NUMBER: Final = "number"
TEXT: Final = "text"
ANSWERS: Final = (CHOICE, NUMBER, TEXT)
"""yes, no or not applicable; a decimal number; free text."""
DOCUMENT: Final = "document"
OURS: Final = "ours"


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a form; `optional` where it may be left open, `unit` of a number."""

    id: str
    zh: str
    en: str
    answer: str = CHOICE
    unit: str = ""
    optional: bool = False

    def as_data(self) -> dict[str, Any]:
        """As it is kept and hashed."""
        return {
            "id": self.id,
            "zh": self.zh,
            "en": self.en,
            "answer": self.answer,
            "unit": self.unit,
            "optional": self.optional,
        }


@dataclass(frozen=True, slots=True)
class Form:
    """A form in one version: `document` and `place` name where it stands, or where it is only named."""

    id: str
    version: int
    department: str
    origin: str
    document: str
    place: str
    zh: str
    en: str
    visits: tuple[str, ...]
    items: tuple[Item, ...]
    note: str = ""

    def as_data(self) -> dict[str, Any]:
        """As it is kept and hashed: everything of it."""
        return {
            "id": self.id,
            "version": self.version,
            "department": self.department,
            "origin": self.origin,
            "document": self.document,
            "place": self.place,
            "zh": self.zh,
            "en": self.en,
            "visits": list(self.visits),
            "items": [one.as_data() for one in self.items],
            "note": self.note,
        }

    @classmethod
    def from_data(cls, stored: Mapping[str, Any]) -> Form:
        """As it was kept."""
        rest = {name: stored[name] for name in cls.__slots__ if name not in {"visits", "items"}}
        return cls(
            **rest, visits=tuple(stored["visits"]), items=tuple(Item(**one) for one in stored["items"])
        )

    def item(self, name: str) -> Item | None:
        return next((one for one in self.items if one.id == name), None)


@cache
def own_items() -> tuple[Item, ...]:
    """Items of our own that are asked beside a form which has none of that id; of no document."""
    table = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return tuple(Item(**row) for row in table["own"])


@cache
def first_forms() -> tuple[Form, ...]:
    """Every form in its first version, in the order of the file."""
    table = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return tuple(_form(row) for row in table["form"])


def _form(row: dict[str, Any]) -> Form:
    own = [Item(**one) for one in row.pop("item", [])]
    duty = row.pop("duty", "")
    items = (*(_heads(duty) if duty else ()), *own)
    return Form(version=1, visits=tuple(row.pop("visits")), items=items, **row)


def _heads(duty: str) -> Iterable[Item]:
    """The heads of a row of the list of duties, numbered in its order."""
    row = next(one for one in duty_list().duties if one.id == duty)
    return [Item(f"{duty}-{number}", zh, en) for number, (zh, en) in enumerate(row.content, 1)]
