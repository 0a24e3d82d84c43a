"""The forms of tables: which columns a sheet has, what each may hold. The columns are TOML data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

KINDS: Final = frozenset(
    {
        "text", "number", "names", "choice", "amount", "unit", "count", "day", "moment", "batch", "lot",
        "place", "party", "product", "gtin", "span", "rule", "code", "value", "sha256",
        "whole", "places", "as_seen", "temperature",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `member` is our name of it; `choices` maps what stands in the cell to what we record."""

    header: str
    member: str
    kind: str
    required: bool = False
    example: str = ""
    hint: str = ""
    width: int = 14
    limit: int = 200
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Form:
    """One sheet or one CSV table: its name, its key member and its columns by header."""

    name: str
    about: str
    columns: tuple[Column, ...]

    @property
    def by_header(self) -> dict[str, Column]:
        return {column.header: column for column in self.columns}

    def header_of(self, member: str) -> str:
        """The header under which `member` stands; KeyError for a member the form does not have."""
        for column in self.columns:
            if column.member == member:
                return column.header
        raise KeyError(member)


def load_forms(path: Path) -> tuple[Form, ...]:
    """Read `[[form]]` tables with `[[form.column]]`; shared columns stand in `[shared.<name>]` lists."""
    document = tomllib.loads(path.read_text("utf-8"))
    choices = document.get("choices", {})
    shared = document.get("shared", {})
    return tuple(_form(raw, choices, shared) for raw in document["form"])


def _form(raw: dict[str, Any], choices: dict[str, dict[str, str]], shared: dict[str, list[Any]]) -> Form:
    listed = list(raw["column"])
    for name in raw.get("shared", ()):
        listed.extend(shared[name])
    return Form(raw["name"], raw.get("about", ""), tuple(_column(one, choices) for one in listed))


def _column(raw: dict[str, Any], choices: dict[str, dict[str, str]]) -> Column:
    if raw["kind"] not in KINDS:
        raise ValueError(f"column {raw['header']}: unknown kind {raw['kind']}")
    return Column(**{**raw, "choices": choices[raw["choices"]] if "choices" in raw else {}})
