"""Hazards of food by code, with how severe each may be, from `hazards.toml`.

A test is of a hazard where its name holds one of the hazard's names; what stands first counts, and of two at
one place the longer, so that 甲基对硫磷 is not read as 对硫磷.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).parent / "hazards.toml"
SEVERITIES: Final = ("1", "2", "3")
"""Acute or fatal, chronic or general, other (食品召回管理办法 2026, §9)."""


@dataclass(frozen=True, slots=True)
class Hazard:
    """A coded hazard, and the names of tests that are of it."""

    code: str
    zh: str
    en: str
    severity: str
    items: tuple[str, ...]


@cache
def hazards() -> Mapping[str, Hazard]:
    """Code -> hazard, in the order of the data."""
    rows = tomllib.loads(SOURCE.read_text(encoding="utf-8"))["hazard"]
    return {row["code"]: Hazard(**{**row, "items": tuple(row["items"])}) for row in rows}


def hazard_of(test: str) -> Hazard | None:
    """The hazard that a test of this name is of; None where no name tells, which is no all-clear."""
    name = test.strip()
    found = [
        (name.index(item), -len(item), one)
        for one in hazards().values()
        for item in one.items
        if item in name
    ]
    return min(found, key=lambda each: each[:2])[2] if found else None
