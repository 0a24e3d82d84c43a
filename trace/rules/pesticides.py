"""The pesticides that nobody may use, with the day from which each is forbidden, from `pesticides.toml`.

A name is compared whole: 乙酰甲胺磷 holds the letters of 甲胺磷 and is another substance. What is written is
parted at the marks that join substances (·, +, 、 and their kin), and freed of content and formulation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

_JOINED: Final = re.compile(r"[\s·・•,，、;；+＋/&()()\[\]【】]|和|与|混剂")
_CONTENT: Final = re.compile(r"\d+(?:\.\d+)?(?:%|％|克/升|毫克/升|g/l|g/kg|亿\S*/g)?", re.IGNORECASE)
_FORMULATIONS: Final = (
    "可湿性粉剂", "水分散粒剂", "可分散油悬浮剂", "微囊悬浮剂", "悬浮种衣剂", "可溶粉剂",
    "可溶液剂", "水乳剂", "微乳剂", "悬浮剂", "乳油", "颗粒剂", "粒剂", "粉剂", "水剂",
    "熏蒸剂", "片剂", "原药", "原粉", "母药", "制剂", "农药",
)  # fmt: skip
"""Longest first: what follows the name of a substance in the name of a product."""


@dataclass(frozen=True, slots=True)
class Substance:
    """`since`: the first day on which its use is forbidden; None where that day was not found."""

    name: str
    since: date | None
    notice: str
    confidence: str
    note: str

    def forbidden_on(self, day: date) -> bool:
        return self.since is not None and self.since <= day


@dataclass(frozen=True, slots=True)
class CropLimit:
    """What may not be used on certain crops. `since`: None where that day was not found; `crops`: words that
    the name of such a crop holds, while it holds none of `others`."""

    text: str
    substances: tuple[str, ...]
    crops: tuple[str, ...]
    others: tuple[str, ...]
    since: date | None
    notice: str

    def forbids(self, substance: str, crop: str, day: date) -> bool:
        """Whether that substance was forbidden on that crop on that day."""
        named = any(word in crop for word in self.crops) and not any(word in crop for word in self.others)
        return named and substance in self.substances and self.since is not None and self.since <= day


def read_limits(rows: Iterable[Mapping[str, Any]]) -> tuple[CropLimit, ...]:
    """The limits of the file, in its order."""
    return tuple(
        CropLimit(
            row["text"],
            tuple(row["substances"]),
            tuple(row["crops"]),
            tuple(row.get("except", ())),
            row.get("since"),
            row["notice"],
        )
        for row in rows
    )


def read(rows: Iterable[Mapping[str, Any]]) -> dict[str, Substance]:
    """Rows of the file by name."""
    return {
        row["name"]: Substance(
            row["name"], row.get("since"), row["notice"], row["confidence"], row.get("note", "")
        )
        for row in rows
    }


def names_in(text: str) -> tuple[str, ...]:
    """The names of substances that a text may state, each whole."""
    found = []
    for part in _JOINED.split(unicodedata.normalize("NFKC", text)):
        name = _CONTENT.sub("", part)
        ending = next((each for each in _FORMULATIONS if name.endswith(each) and name != each), "")
        found.append(name.removesuffix(ending))
    return tuple(name for name in found if name)
