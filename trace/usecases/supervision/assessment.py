"""The yearly assessment of a district's supervision of farm produce (考核表), counted from records alone.

An authority sees its own area; one of a wider area names a district in it. There are no points and no total:
the official items and points are not known, and what no record can say is said so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import AreaForeign, MonthlyFormUnknown, MonthMalformed, RightMissing
from trace.oversight.monthly.figures import Line
from trace.parties import ALL, Actor
from trace.rules.assessment import AssessedItem, assessment_form
from trace.store.casework.asked import firm_names
from trace.store.transaction import Transactions, Tx
from trace.usecases.casework.look import Purpose, Seen, note_looks
from trace.usecases.casework.standing import level_of
from trace.usecases.supervision.assessed import COUNTED, NO_SOURCE, Assessing, Found

PART: Final = "part"
WHOLE: Final = "whole"
SHOWN: Final = 500
_DISTRICT: Final = re.compile(r"[1-9][0-9]{5}")
_YEAR: Final = re.compile(r"20[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Assessed:
    """An item with what counts it."""

    item: AssessedItem
    found: Found


@dataclass(frozen=True, slots=True)
class Assessment:
    """The form of an area and year as of a moment; `asked`: the district that was named, "" for one's own."""

    year: int
    area: str
    asked: str
    as_of: datetime
    items: Sequence[Assessed]


@dataclass(frozen=True, slots=True)
class AssessmentList:
    """One of the two lists of an item, with the names of firms."""

    of: Assessment
    item: AssessedItem
    side: str
    lines: Sequence[Line]
    names: Mapping[str, str]


def read_assessment(transactions: Transactions, actor: Actor, year: str = "", area: str = "") -> Assessment:
    """The form of the caller's area, or of a district in it. Raises `RightMissing`, `MonthMalformed`,
    `AreaForeign`."""
    with transactions.look(actor.subject) as tx:
        of = _assessing(tx, actor, year, area)
        items = [Assessed(one, _counted(one, of)) for one in assessment_form().items]
        return Assessment(of.first.year, of.actor.region, area, tx.now, items)


def read_assessment_list(
    transactions: Transactions, actor: Actor, name: str, side: str, year: str = "", area: str = ""
) -> AssessmentList:
    """One list of an item; the look at its firms is noted. Raises `MonthlyFormUnknown` and as above."""
    with transactions.begin(actor.subject) as tx:
        of = _assessing(tx, actor, year, area)
        item = next((one for one in assessment_form().items if one.counts == name and name), None)
        found = _counted(item, of) if item is not None else None
        if item is None or found is None or found.ratio is None or side not in {PART, WHOLE}:
            raise MonthlyFormUnknown(form=f"{name[:40]} {side[:10]}")
        lines = found.ratio.part if side == PART else found.ratio.whole
        parties = {line.party for line in lines[:SHOWN] if line.party}
        subject = f"{of.first.year} {name}"
        note_looks(tx, actor, parties, Seen("figure", subject, len(lines)), Purpose(f"考核表 {subject}"))
        seen = Assessment(of.first.year, of.actor.region, area, tx.now, [Assessed(item, found)])
        return AssessmentList(seen, item, side, lines, firm_names(tx.connection, sorted(parties)))


def _counted(item: AssessedItem, of: Assessing) -> Found:
    return COUNTED[item.counts](of) if item.counts else Found(None, NO_SOURCE)


def _assessing(tx: Tx, actor: Actor, year: str, area: str) -> Assessing:
    if not actor.oversees:
        raise RightMissing(scope=ALL)
    today = day_in_shanghai(tx.now)
    if year and (_YEAR.fullmatch(year) is None or int(year) > today.year):
        raise MonthMalformed(month=year[:20])
    if area and (_DISTRICT.fullmatch(area) is None or not area.startswith(level_of(actor.region))):
        raise AreaForeign(given=area[:20], area=actor.region)
    return Assessing(tx, replace(actor, region=area) if area else actor, int(year or today.year))
