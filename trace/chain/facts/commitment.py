"""A farm's commitment of a year (承诺书): on how much land, what, in which way, and what it promises.

Named by farm and year, so that the last of a year stands and all are kept. The plots carry their shapes and
name the records that hold their corners: the drawing is signed with the words.
Law: 上海市农产品质量安全“互联网+监管” (2021) 四(三); 农产品质量安全法 §27, §29, §39, §53.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind, any_subject
from trace.chain.facts.photos import Photo, photos
from trace.chain.facts.reading import Shape, many, one_of, several, whole
from trace.chain.needs import Needs
from trace.parties import GROWER

WAYS: Final = ("open_field", "protected", "barn", "free_range", "pond", "other_way")
"""生产方式: 露地, 设施, 舍饲, 散养, 池塘, 其他. The document names no list: this one is ours."""
ACTIVITIES: Final = ("growing", "livestock", "aquaculture", "packing", "first_processing", "selling")
"""生产范围: 种植, 畜禽养殖, 水产养殖, 分拣包装, 初加工, 销售自产农产品. Ours as well."""
PROMISES: Final = (
    "no_banned_inputs",
    "intervals_kept",
    "records_kept",
    "tested_or_controlled",
    "checks_assisted",
)
"""What is promised, each of it a duty of the law."""


@dataclass(frozen=True, slots=True)
class CommittedPlot:
    """A plot with its area and its shape; `place_record`: the statement that holds its exact corners."""

    plot: str
    area_mu: str
    sketch: tuple[tuple[int, ...], ...]
    place_record: str


@dataclass(frozen=True, slots=True)
class Grown:
    """A kind of produce, its variety, and the way in which it is produced."""

    crop: str
    variety: str
    way: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentMade(Fact):
    """`notice`: the authority's notice of that year that it answers; absent where none was served."""

    year: int
    plots: tuple[CommittedPlot, ...]
    grown: tuple[Grown, ...]
    activities: tuple[str, ...]
    promises: tuple[str, ...]
    notice: str | None = None
    photos: tuple[Photo, ...] = ()

    def needs(self) -> Needs:
        return Needs(places=frozenset(one.plot for one in self.plots))


_plot = Shape(
    CommittedPlot,
    {
        "plot": urns.place_urn,
        "areaMu": urns.decimal_text,
        "sketch": many(many(whole(0, 1000), 2, 2), 3, 24),
        "placeRecord": urns.statement_id,
    },
)
_grown = Shape(Grown, {"crop": urns.name, "variety": urns.name, "way": one_of(*WAYS)})

COMMITMENT: Final = Kind(
    "farm.commitment",
    CommitmentMade,
    {
        "year": whole(2021, 2100),
        "plots": many(_plot, 1, 200),
        "grown": several(_grown, 1, 60),
        "activities": several(one_of(*ACTIVITIES)),
        "promises": several(one_of(*PROMISES)),
    },
    {"notice": urns.statement_id, "photos": photos},
    subject=any_subject,
    stated_by=frozenset({GROWER}),
    agri=True,
    withheld=frozenset({"plots", "grown", "activities", "photos"}),
)


def commitment_name(party: str, year: int) -> str:
    """The subject of a farm's commitment of that year."""
    return f"urn:commitment:{urns.owner_of(party)}:{year}"
