"""What everybody may read of the monthly forms (亮数据 亮问题 亮成绩): figures that were sent, no others.

The newest sent revision of the newest sent month of each authority. Firms are nowhere named, amounts of
penalties nowhere: each decision is published by itself. What nothing counts is said to have no source. Small
numbers of firms, products, visits and cases are not shown, nor what would tell them: inside offices they are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from trace.oversight.monthly.document import read_document
from trace.oversight.monthly.figures import Figure
from trace.oversight.monthly.small_cells import hidden_cells
from trace.rules.monthly_form import COUNT, monthly_form
from trace.store.monthly.forms import FormRow, find_form, sent_forms
from trace.store.transaction import Transactions
from trace.usecases.casework.standing import level_of

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "data": ("producers", "products", "coded", "systems", "uploaders", "uploaded"),
    "problems": ("found", "rectify", "penalised", "stopped", "criminal", "cancelled"),
    "results": ("visits", "exchanges", "trainings", "mechanism", "exchange"),
}
"""亮数据, 亮问题, 亮成绩: which figures each shows."""
MOST: Final = 100
MASKED: Final = ("家", "个", "家次", "件")
"""Units whose small numbers could single out a firm; meetings of authorities and yes or no do not."""


@dataclass(frozen=True, slots=True)
class Published:
    """A form that was sent: whose, when, its figures, and which of them are too small to be shown."""

    row: FormRow
    authority: str
    sent_at: datetime
    figures: Mapping[str, Figure]
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """The forms that are shown, by area, and as of when."""

    forms: Sequence[Published]
    as_of: datetime


def read_published(transactions: Transactions) -> PublishedFigures:
    """What is published now."""
    with transactions.look() as tx:
        newest: dict[str, tuple[FormRow, datetime]] = {}
        for row, at in sent_forms(tx.connection, MOST):
            newest.setdefault(row.authority, (row, at))
        found = []
        for row, at in newest.values():
            kept = find_form(tx.connection, row.hash)
            if kept is not None:
                frozen = read_document(kept[1])
                found.append(Published(row, frozen.header.name, at, frozen.figures))
        ordered = sorted(found, key=lambda one: (len(one.row.area), one.row.area))
        return PublishedFigures(masked(ordered), tx.now)


def masked(forms: Sequence[Published]) -> list[Published]:
    """The forms with what is not shown of each; forms of one month and area hide the same."""
    tables = {one.row.hash: _counts(one) for one in forms}
    first: dict[tuple[str, str], str] = {}
    for one in forms:
        first.setdefault(_place(one), one.row.hash)
    totals = {hash_: [first[part] for part in _parts(place, first)] for place, hash_ in first.items()}
    by_hash = {one.row.hash: _place(one) for one in forms}
    away = {(by_hash[table], name) for table, name in hidden_cells(tables, totals, _WHOLES)}
    return [
        replace(one, hidden=frozenset(name for place, name in away if place == _place(one))) for one in forms
    ]


def _place(one: Published) -> tuple[str, str]:
    return one.row.month, level_of(one.row.area)


def _parts(whole: tuple[str, str], places: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
    """The areas of that month inside another, those inside one of them left out."""
    inside = [one for one in places if _inside(one, whole)]
    return [one for one in inside if not any(_inside(one, other) for other in inside)]


def _inside(one: tuple[str, str], whole: tuple[str, str]) -> bool:
    return one[0] == whole[0] and one[1] != whole[1] and one[1].startswith(whole[1])


def _counts(one: Published) -> dict[str, int]:
    return {
        name: len(figure.lines)
        for name, figure in one.figures.items()
        if figure.lines is not None and figure.defined.sort == COUNT and figure.defined.unit in MASKED
    }


_FIGURES: Final = monthly_form().figures
_WHOLES: Final = {
    name: one.within for name, one in _FIGURES.items() if one.within and one.unit == _FIGURES[one.within].unit
}
"""A figure -> the one of the same unit that holds it all."""
