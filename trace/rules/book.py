"""The book of rules of one profile: which rule holds on a day, and what it does to a record kind."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from trace.errors.law import ProfileUnknown, RuleUnknown
from trace.rules import food_limits, pesticides
from trace.rules.admission_table import REFUSE, Admission
from trace.rules.admission_table import read as read_admissions
from trace.rules.food_limits import FoodLimit
from trace.rules.pesticides import CropLimit, Substance
from trace.rules.rule import BLOCK, Rule

FOLDER: Final = Path(__file__).parent
RULE_FILES: Final = (
    "chain.toml",
    "operator.toml",
    "sampling.toml",
    "recall.toml",
    "complaints.toml",
    "exchange.toml",
    "warnings.toml",
    "supervision.toml",
    "tokens.toml",
    "yields.toml",
    "gaps.toml",
    "retention.toml",
    "copies.toml",
    "consumer.toml",
    "identifiers.toml",
    "keys.toml",
    "accounts.toml",
)
DEFAULT_PROFILE: Final = "CN-31"
_REMEMBERED: Final = 8_192
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """The rules of one profile; `version` names it and the exact data, for the log and for replay."""

    profile: str
    title: Mapping[str, str]
    jurisdictions: tuple[str, ...]
    version: str
    all: tuple[Rule, ...]
    admissions: tuple[Admission, ...]
    _by_id: Mapping[str, tuple[Rule, ...]] = field(repr=False)
    until: date | None = None
    """The first day on which the text that makes the profile no longer holds; None where it has no term."""
    _cache: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)

    def is_past_term(self, day: date) -> bool:
        """Whether the profile's own text had ended by that day: what follows from it is then a question."""
        return self.until is not None and day >= self.until

    def at(self, rule_id: str, day: date, **when: str) -> Rule:
        """The rule that holds on `day` under the conditions `when`; without a match, the unconditional one.

        The nearest jurisdiction of the profile wins. Raises `RuleUnknown` when none holds.
        """
        key = (rule_id, day, *sorted(when.items())) if when else (rule_id, day)
        found: Rule | None = self._cache.get(key)
        return found if found is not None else self._keep(key, self._find(rule_id, day, when))

    def find(self, rule_id: str, day: date, **when: str) -> Rule | None:
        """As `at`, or None."""
        try:
            return self.at(rule_id, day, **when)
        except RuleUnknown:
            return None

    def admission(self, rule_id: str, kind: str, day: date) -> Admission | None:
        """The rule's effect on a record of that kind on that day; None if it has no say there.

        A rule whose effect is not "block" on that day neither blocks nor closes gates.
        """
        key = ("admission", rule_id, kind, day)
        if key in self._cache:
            return self._cache[key]  # type: ignore[no-any-return]
        return self._keep(key, self._admission(rule_id, kind, day))

    def forbidden(self, text: str, day: date) -> Substance | None:
        """The first pesticide named in `text` that nobody may use on that day."""
        listed = every_substance()
        named = (listed[name] for name in pesticides.names_in(text) if name in listed)
        return next((each for each in named if each.forbidden_on(day)), None)

    def forbidden_on_crop(self, text: str, crop: str, day: date) -> tuple[str, CropLimit] | None:
        """The first pesticide named in `text` that nobody may use on that crop on that day, and the limit."""
        return next(
            (
                (name, limit)
                for name in pesticides.names_in(text)
                for limit in crop_limits()
                if limit.forbids(name, crop, day)
            ),
            None,
        )

    def limited(self, text: str) -> str | None:
        """The first pesticide named in `text` that may not be used on some crops."""
        listed = {name for limit in crop_limits() for name in limit.substances}
        return next((name for name in pesticides.names_in(text) if name in listed), None)

    def _keep(self, key: object, found: _Answer) -> _Answer:
        """Remember an answer; dates come from callers, so the memory is bounded."""
        if len(self._cache) >= _REMEMBERED:
            self._cache.clear()
        self._cache[key] = found
        return found

    def _find(self, rule_id: str, day: date, when: Mapping[str, str]) -> Rule:
        holding = [rule for rule in self._by_id.get(rule_id, ()) if rule.applies_on(day)]
        for wanted in (when, {}):
            fitting = [rule for rule in holding if rule.when == wanted]
            if fitting:
                return min(fitting, key=lambda rule: self.jurisdictions.index(rule.jurisdiction))
        raise RuleUnknown(rule=rule_id, day=day.isoformat(), profile=self.profile)

    def _admission(self, rule_id: str, kind: str, day: date) -> Admission | None:
        row = next((each for each in self.admissions if each.rule == rule_id and each.covers(kind)), None)
        rule = self.find(rule_id, day)
        if row is None or rule is None:
            return None
        return row if rule.effect == BLOCK or row.effect == REFUSE else row.softened()


def load(profile: str = DEFAULT_PROFILE) -> Rules:
    """The rules of a profile, read once per process. Raises `ProfileUnknown`."""
    return _load(profile)


def profile_names() -> tuple[str, ...]:
    return tuple(row["name"] for row in _read("profiles.toml")["profile"])


@cache
def _load(name: str) -> Rules:
    profile = next((row for row in _read("profiles.toml")["profile"] if row["name"] == name), None)
    if profile is None:
        raise ProfileUnknown(profile=name[:40], known=list(profile_names()))
    jurisdictions = tuple(profile["jurisdictions"])
    overrides = {row["rule"]: row["effect"] for row in profile.get("override", ())}
    rules = tuple(
        replace(rule, effect=overrides.get(rule.id, rule.effect))
        for rule in every_rule()
        if rule.jurisdiction in jurisdictions
    )
    return Rules(
        name,
        MappingProxyType(profile["title"]),
        jurisdictions,
        f"{name}@{_version()}",
        rules,
        every_admission(),
        MappingProxyType(_by_id(rules)),
        profile.get("until"),
    )


@cache
def every_rule() -> tuple[Rule, ...]:
    """The rules of every jurisdiction, in file order."""
    return tuple(_rule(row) for name in RULE_FILES for row in _read(name)["rule"])


@cache
def every_admission() -> tuple[Admission, ...]:
    return read_admissions(_read("admission.toml")["admission"])


@cache
def every_substance() -> dict[str, Substance]:
    """The pesticides that nobody may use, by name."""
    return pesticides.read(_read("pesticides.toml")["substance"])


@cache
def crop_limits() -> tuple[CropLimit, ...]:
    """What may not be used on certain crops, as announced."""
    return pesticides.read_limits(_read("pesticides.toml")["limited"])


@cache
def every_food_limit() -> tuple[FoodLimit, ...]:
    """What food may hold at most of a substance, as far as it is known."""
    return food_limits.read(_read("food_limits.toml")["limit"])


def _rule(row: Mapping[str, Any]) -> Rule:
    value = row["value"]
    return Rule(
        id=row["id"],
        name=row["name"],
        zh=row["zh"],
        value=tuple(value) if isinstance(value, list) else value,
        unit=row["unit"],
        effect=row["effect"],
        since=row["since"],
        until=row.get("until"),
        source=row["source"],
        clause=row["clause"],
        jurisdiction=row["jurisdiction"],
        confidence=row["confidence"],
        note=row.get("note", ""),
        when=MappingProxyType(dict(row.get("when", {}))),
        counts_from=row.get("counts_from", ""),
        rolls=row.get("rolls", False),
    )


def _by_id(rules: Iterable[Rule]) -> dict[str, tuple[Rule, ...]]:
    grouped: dict[str, tuple[Rule, ...]] = {}
    for rule in rules:
        grouped[rule.id] = (*grouped.get(rule.id, ()), rule)
    return grouped


def _version() -> str:
    """Twelve hexadecimal digits over the values of every data file: a comment changes no rule."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.toml")):
        values = json.dumps(_read(path.name), ensure_ascii=False, sort_keys=True, default=str)
        digest.update(f"{path.name}\n{values}\n".encode())
    return digest.hexdigest()[:12]


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
