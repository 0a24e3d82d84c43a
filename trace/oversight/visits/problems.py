"""Problems that visits found, ranked: how many firms had each, in which districts and with which products.

Counted are the items that signed parts answer with no. A firm counts once for an item, however often it was
visited; one with several products counts for each of them, since a visit is to a firm and not to a product.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """An item of a form that a signed part of a visit answers with no."""

    item: str
    party: str
    district: str
    visit: str


@dataclass(frozen=True, slots=True)
class Problem:
    """An item with the firms that had it and how often each district and product stands among them."""

    item: str
    firms: tuple[str, ...]
    visits: tuple[str, ...]
    districts: tuple[tuple[str, int], ...]
    products: tuple[tuple[str, int], ...]


def common_problems(found: Iterable[Found], products: Mapping[str, Sequence[str]]) -> list[Problem]:
    """What most firms had first; `products`: firm -> what it makes, nothing where that is not known."""
    by_item: defaultdict[str, dict[str, str]] = defaultdict(dict)
    visits: defaultdict[str, set[str]] = defaultdict(set)
    for one in found:
        by_item[one.item][one.party] = one.district
        visits[one.item].add(one.visit)
    ranked = [
        Problem(
            item,
            tuple(sorted(firms)),
            tuple(sorted(visits[item])),
            _counted(firms.values()),
            _counted(name for firm in firms for name in dict.fromkeys(products.get(firm, ()))),
        )
        for item, firms in by_item.items()
    ]
    return sorted(ranked, key=lambda one: (-len(one.firms), one.item))


def _counted(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    counts = Counter(name for name in names if name)
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
