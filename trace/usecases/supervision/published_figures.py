"""What everybody may read of the monthly forms (亮数据 亮问题 亮成绩): figures that were sent, no others.

The newest sent revision of the newest sent month of each authority. Firms are nowhere named, amounts of
penalties nowhere: each decision is published by itself. What nothing counts is said to have no source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trace.oversight.monthly.document import read_document
from trace.oversight.monthly.figures import Figure
from trace.store.monthly.forms import FormRow, find_form, sent_forms
from trace.store.transaction import Transactions

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "data": ("producers", "products", "coded", "systems", "uploaders", "uploaded"),
    "problems": ("found", "rectify", "penalised", "stopped", "criminal", "cancelled"),
    "results": ("visits", "exchanges", "trainings", "mechanism", "exchange"),
}
"""亮数据, 亮问题, 亮成绩: which figures each shows."""
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Published:
    """A form that was sent: whose, when, and its figures."""

    row: FormRow
    authority: str
    sent_at: datetime
    figures: Mapping[str, Figure]


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
        return PublishedFigures(sorted(found, key=lambda one: (len(one.row.area), one.row.area)), tx.now)
