"""What a plan, a notice or an announcement of a recall says: the items that the text in force asks for.

Words about the goods come from what was signed; what nobody has stated yet the firm fills in, and an item
that lacks something is named. Source: 食品召回管理办法 (2015) §15, §16; (2026) §12–14.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from trace.rules.book import Rules

PLAN: Final = "plan"
NOTICE: Final = "notice"
ANNOUNCEMENT: Final = "announcement"
Words = Callable[..., str]
"""Key and parameters -> the words in which the firm speaks."""

ASKED: Final[Mapping[str, tuple[str, ...]]] = {
    "who": ("name", "address", "manager", "phone"),
    "licence": ("licence",),
    "goods": ("goods", "brand"),
    "amount": ("amount",),
    "reason": ("reason", "harm"),
    "course": ("level", "limit"),
    "region": ("region",),
    "channels": ("channels",),
    "control": ("control",),
    "treatment": ("treatment", "cost"),
}
"""Item -> what it consists of."""
TYPED: Final = (
    *("address", "manager", "phone", "licence", "brand"),
    *("harm", "region", "channels", "control", "treatment", "cost"),
)
"""What the firm fills in where no record of its has it."""
_LONGEST: Final = 1000
_GOODS: Final = 8
_WITHOUT_TEXT: Final = ("who", "goods", "reason", "control", "treatment")
"""What a notice says where the text in force names nothing for it."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item that the text asks for, and what of it nobody has stated: empty where it is complete."""

    slug: str
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A text in the making: its items with what they lack, by which clause, and the words as they stand."""

    items: tuple[Item, ...]
    clause: str
    text: str
    values: Mapping[str, str]
    """What each item consists of, as it stands."""

    @property
    def lacks(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one for item in self.items for one in item.lacks))


@dataclass(frozen=True, slots=True)
class GoodsTold:
    """Goods under a recall as a pack names them; None where its record does not say."""

    name: str
    batch_no: str
    spec: str | None = None
    produced_on: str | None = None
    expires_on: str | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """Whose recall, of what, and what was filled in."""

    stated: Mapping[str, str]
    goods: Sequence[GoodsTold]
    typed: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        return (self.typed.get(name) or self.stated.get(name) or "").strip()


def told(rules: Rules, found_on: date, what: str, telling: Telling, words: Words) -> Told:
    """The text of the kind `what` for a recall whose risk was found on that day."""
    rule = rules.find("R74", found_on, text=what)
    slugs = rule.items if rule is not None else _WITHOUT_TEXT
    goods = _goods(telling.goods, words)
    values: dict[str, str] = {name: telling.value(name) for each in ASKED.values() for name in each}
    values["goods"] = goods
    items = tuple(Item(slug, tuple(one for one in ASKED[slug] if not values[one])) for slug in slugs)
    parts = [words(f"recall-text.{slug}", **values) for slug in slugs]
    return Told(items, rule.cited if rule is not None else "", "".join(parts), values)


def too_long(text: str) -> int:
    """By how many characters a text is longer than a record may hold."""
    return max(0, len(text) - _LONGEST)


def _goods(goods: Iterable[GoodsTold], words: Words) -> str:
    listed = list(goods)
    told = [
        words(
            "recall-text.one",
            name=one.name,
            spec=one.spec or words("recall-text.unstated"),
            batch=one.batch_no or words("recall-text.unstated"),
            made=one.produced_on or words("recall-text.unstated"),
            best=one.expires_on or words("recall-text.unstated"),
        )
        for one in listed[:_GOODS]
    ]
    if len(listed) > _GOODS:
        told.append(words("recall-text.more", count=len(listed)))
    return words("recall-text.between").join(told)
