"""Systems of others that the founding documents name: what goes to each or comes in, and who asks for it.

Data in `systems.toml`, with the members of each document. None of them has a published interface.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from trace.errors import Refusal
from trace.quantities import Quantity
from trace.rules.rule import CONFIDENCES

SOURCE: Final = Path(__file__).parent / "systems.toml"
IN: Final = "in"
OUT: Final = "out"
TEXT, LIST, DAY, NUMBER, ROWS, AMOUNT = "text", "list", "day", "number", "rows", "amount"
LONGEST: Final = 4000
"""Characters of a text, and members of a list."""
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that asks for an exchange, where it holds, and how sure we are that it does."""

    jurisdiction: str
    source: str
    clause: str
    confidence: str

    def __post_init__(self) -> None:
        if self.confidence not in CONFIDENCES:
            raise ValueError(f"{self.source}: confidence {self.confidence!r}")


@dataclass(frozen=True, slots=True)
class SystemExchange:
    """A type of document that goes out or comes in.

    `limit`: the rule by which it is due, with its conditions; `departments`: whose acts alone, of checks
    those in which one of them has a part; `never_only`: an act of these sorts and no other stays here;
    `kinds`: of licences, these alone; `unmade`: we have no records to make it of.
    """

    type: str
    direction: str
    asked: tuple[Asked, ...]
    limit: Mapping[str, str]
    departments: tuple[str, ...] = ()
    never_only: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    unmade: bool = False

    def asked_in(self, jurisdictions: Collection[str]) -> tuple[Asked, ...]:
        return tuple(one for one in self.asked if one.jurisdiction in jurisdictions)


@dataclass(frozen=True, slots=True)
class NamedSystem:
    """A system by its name in the documents; `id` names its address in platform.toml."""

    id: str
    zh: str
    en: str
    exchanges: tuple[SystemExchange, ...]

    def asked_in(self, jurisdictions: Collection[str]) -> tuple[SystemExchange, ...]:
        """Those of its exchanges that a text of these jurisdictions asks for."""
        return tuple(one for one in self.exchanges if one.asked_in(jurisdictions))

    def made_in(self, jurisdictions: Collection[str], direction: str) -> dict[str, SystemExchange]:
        """Type -> exchange, of those asked for there that the platform has records for."""
        asked = self.asked_in(jurisdictions)
        return {one.type: one for one in asked if one.direction == direction and not one.unmade}


@cache
def named_systems() -> Mapping[str, NamedSystem]:
    """Id -> system, in the order of the data."""
    return {one["id"]: _system(one) for one in _data()["system"]}


@cache
def document_members() -> Mapping[str, Mapping[str, str]]:
    """Type of document -> its members and what each is; `?` behind one that may be left out."""
    return dict(_data()["document"])


def unfit_members(typ: str, document: object) -> tuple[str, ...]:
    """The members by which a document is none of its type: missing, unfit, unknown; "" for no such type."""
    members = document_members().get(typ)
    if members is None or not isinstance(document, Mapping):
        return ("",)
    unfit = [
        name
        for name, kind in members.items()
        if not (kind.endswith("?") and name not in document)
        and not _fits(kind.rstrip("?"), document.get(name))
    ]
    return (*unfit, *sorted(str(name)[:40] for name in document if name not in members))


def _fits(kind: str, value: object) -> bool:
    if kind == TEXT:
        return _is_text(value)
    if kind == DAY:
        return _is_day(value)
    if kind == NUMBER:
        return type(value) is int and value >= 0
    if kind == AMOUNT:
        return _is_amount(value)
    if not isinstance(value, list) or len(value) > LONGEST:
        return False
    return all(_is_text(one) if kind == LIST else isinstance(one, Mapping) for one in value)


def _is_day(value: object) -> bool:
    if not isinstance(value, str) or _DAY.fullmatch(value) is None:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_amount(value: object) -> bool:
    try:
        return Quantity.parse(value).value >= 0
    except Refusal:
        return False


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST


def _system(row: Mapping[str, Any]) -> NamedSystem:
    exchanges = tuple(_exchange(one) for one in row["exchange"])
    return NamedSystem(row["id"], row["zh"], row["en"], exchanges)


def _exchange(row: Mapping[str, Any]) -> SystemExchange:
    rest: dict[str, Any] = {"limit": {}, **row}
    rest["asked"] = tuple(Asked(**one) for one in rest["asked"])
    rest |= {name: tuple(rest.get(name, ())) for name in ("departments", "never_only", "kinds")}
    return SystemExchange(**rest)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))
