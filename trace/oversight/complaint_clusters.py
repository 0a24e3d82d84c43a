"""Where complaints cluster: by district, kind of product and topic, with what chance leaves open.

How much of what was sold where is not known: many complaints may be many sales. A share therefore stands with
its interval, and below `FEW` complaints in all nothing is said to be more than another.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from trace.oversight.exact import FEW, interval

UNKNOWN: Final = ""
"""Where nothing tells the district or the product."""
MOST: Final = 30


@dataclass(frozen=True, slots=True)
class Told:
    """What one complaint is about: district of the maker, name of the product, topic."""

    district: str
    product: str
    topic: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """So many of all complaints, by topic, with the interval of their share in per cent."""

    name: str
    count: int
    topics: tuple[tuple[str, int], ...]
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Clustered:
    """Complaints by district and by product, most first; `ranks`: whether so many allow an order at all."""

    total: int
    districts: Sequence[Cluster]
    products: Sequence[Cluster]
    left_out: int

    @property
    def ranks(self) -> bool:
        return self.total >= FEW


def clustered(told: Iterable[Told]) -> Clustered:
    """The complaints as they cluster."""
    rows = list(told)
    products = _clusters([(one.product, one.topic) for one in rows])
    districts = _clusters([(one.district, one.topic) for one in rows])
    return Clustered(len(rows), districts, products[:MOST], max(0, len(products) - MOST))


def _clusters(rows: Sequence[tuple[str, str]]) -> list[Cluster]:
    topics: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name, topic in rows:
        topics[name][topic] += 1
    found = []
    for name, counted in topics.items():
        count = counted.total()
        low, high = interval(count, len(rows))
        found.append(Cluster(name, count, tuple(counted.most_common()), 100 * low, 100 * high))
    return sorted(found, key=lambda one: (one.name == UNKNOWN, -one.count, one.name))
