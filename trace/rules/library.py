"""The library of law: the texts that the rules of a profile rest on, each with what follows from it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from trace.rules.book import Rules
from trace.rules.rule import Rule

_WAITING: Final = Path(__file__).parent / "waiting.toml"


@dataclass(frozen=True, slots=True)
class LawText:
    """A text of law and the rules that rest on it; `since` and `until` span their terms.

    `until` is None where one of them holds on. `unverified`: nobody has read some of it yet (待核实).
    """

    source: str
    jurisdiction: str
    since: date
    until: date | None
    rules: tuple[Rule, ...]

    @property
    def unverified(self) -> bool:
        return any(rule.unverified for rule in self.rules)

    def state_on(self, day: date) -> str:
        """ "to-come", "in-force" or "past" on that day."""
        if day < self.since:
            return "to-come"
        return "in-force" if self.until is None or day < self.until else "past"


@cache
def waiting_rules() -> frozenset[str]:
    """The numbers of rules that are known, and that no decision asks for yet: they have no effect."""
    return frozenset(tomllib.loads(_WAITING.read_text(encoding="utf-8"))["rules"])


def law_library(rules: Rules, day: date, wanted: str = "") -> tuple[LawText, ...]:
    """The texts of a profile, those in force on `day` first, then by jurisdiction and name.

    `wanted` keeps texts whose name has it, and of others the rules with it in number, name or clause.
    """
    by_text: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules.all:
        by_text.setdefault((rule.jurisdiction, rule.source), []).append(rule)
    near = {name: at for at, name in enumerate(rules.jurisdictions)}
    texts = (
        _text(place, source, _asked(source, found, wanted)) for (place, source), found in by_text.items()
    )
    return tuple(
        sorted(
            (one for one in texts if one is not None),
            key=lambda one: (one.state_on(day) != "in-force", near[one.jurisdiction], one.source),
        )
    )


def _text(place: str, source: str, found: tuple[Rule, ...]) -> LawText | None:
    if not found:
        return None
    ends = [rule.until for rule in found]
    last = None if None in ends else max(end for end in ends if end is not None)
    return LawText(source, place, min(rule.since for rule in found), last, found)


def _asked(source: str, found: Iterable[Rule], wanted: str) -> tuple[Rule, ...]:
    every = tuple(sorted(found, key=lambda rule: (rule.id, rule.since)))
    if not wanted or wanted.casefold() in source.casefold():
        return every
    return tuple(
        rule
        for rule in every
        if any(wanted.casefold() in text.casefold() for text in (rule.id, rule.zh, rule.name, rule.clause))
    )
