"""The admission table: rule × record kind → what admission does (docs/adr/0033), from `admission.toml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

REFUSE: Final = "refuse"
REFUSE_UNLESS_DECLARED: Final = "refuse_unless_declared"
RECORD_AND_MARK: Final = "record_and_mark"
BLOCK_ACT: Final = "block_act"
EFFECTS: Final = frozenset({REFUSE, REFUSE_UNLESS_DECLARED, RECORD_AND_MARK, BLOCK_ACT})

GATES: Final = ("certificate", "release", "code", "shipment")
_ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class Admission:
    """`code` is the slug of the mark; `gates` are what that mark closes."""

    rule: str
    kinds: tuple[str, ...]
    effect: str
    code: str
    gates: tuple[str, ...]

    def covers(self, kind: str) -> bool:
        return any(_matches(pattern, kind) for pattern in self.kinds)

    def softened(self) -> Admission:
        """The same where the dated rule only warns: nothing is blocked or refused, no gate closes."""
        effect = self.effect if self.effect == REFUSE else RECORD_AND_MARK
        return replace(self, effect=effect, gates=())


def read(rows: Iterable[Mapping[str, Any]]) -> tuple[Admission, ...]:
    """Rows of the file as values."""
    return tuple(
        Admission(row["rule"], tuple(row["kinds"]), row["effect"], row["code"], tuple(row["gates"]))
        for row in rows
    )


def _matches(pattern: str, kind: str) -> bool:
    if pattern.endswith(_ANY):
        return kind.startswith(pattern[:-1])
    return pattern == kind
