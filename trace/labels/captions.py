"""What a label says beside its symbol, with the captions that are printed before each value.

Captions are part of what is printed and signed for, so they stand here and not among the sentences of pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Final

_CAPTIONS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "spec": ("规格", "Size"),
        "batch": ("批号", "Batch"),
        "produced": ("生产日期", "Produced"),
        "best_before": ("保质期至", "Best before"),
        "firm": ("", ""),
        "call": ("扫码查来源", "Scan for origin"),
    }
)
LANGUAGES: Final = ("zh", "en", "zh-en")
"""Of the captions; the names of product and firm are printed as they were stated."""
PLACES: Final = "".join(chr(0xE000 + place) for place in range(12))
"""Stand for the characters of a serial that is filled in later; set in a fixed width."""
WHOLE: Final = frozenset({"batch", "produced", "best_before", "call", "keys", "serial"})
"""What is printed whole or not at all."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the label before it is broken: its caption, its value, and which it is."""

    name: str
    caption: str
    value: str

    @property
    def whole(self) -> bool:
        return self.name in WHOLE


@dataclass(frozen=True, slots=True)
class LabelText:
    """The values of a label; an empty one is left out."""

    title: str = ""
    spec: str = ""
    batch: str = ""
    produced: str = ""
    best_before: str = ""
    firm: str = ""
    language: str = LANGUAGES[0]

    def rows(self, keys: tuple[str, ...]) -> Iterator[Row]:
        """From top to bottom; `keys` are the lines that people type."""
        if self.title:
            yield Row("title", "", self.title)
        for name in ("spec", "batch", "produced", "best_before", "firm"):
            value = str(getattr(self, name))
            if value:
                yield Row(name, self.caption(name), value)
        yield Row("call", "", self.caption("call"))
        for key in keys:
            yield Row("serial" if any(each in PLACES for each in key) else "keys", "", key)

    def caption(self, name: str) -> str:
        chinese, english = _CAPTIONS[name]
        said = {"zh": (chinese,), "en": (english,), "zh-en": (chinese, english)}[self.language]
        return " ".join(part for part in said if part)

    def described(self) -> dict[str, str]:
        """As a manifest states it."""
        return asdict(self)
