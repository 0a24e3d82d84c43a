"""The list of serious bad faith (严重违法失信名单): what leads to it, how a firm leaves it, and its days.

A firm is listed for a penalty of one of the kinds of R76. While it is listed its credit may be repaired,
which ends the listing, or it is removed, once its time is over or the penalty fell. Every act stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from trace.errors import RegisterEntryUnfit
from trace.oversight.register_entries import Entry
from trace.rules import Rules

BAD_FAITH: Final = "bad_faith"
LISTED, REPAIRED, REMOVED = "listed", "repaired", "removed"
ACTS: Final = (LISTED, REPAIRED, REMOVED)
_TRIGGERS: Final = "R76"
LISTED_FOR: Final = "R77"


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing: since when and for which penalty, by when its time is over, how and when it ended."""

    firm: str
    since: date
    penalty: str
    kinds: tuple[str, ...]
    until: date | None
    ended: date | None = None
    how: str = ""


def leads_to_list(rules: Rules, day: date, kinds: Collection[str]) -> tuple[str, ...]:
    """Those of the kinds of a penalty that lead to the list; none where no rule holds."""
    rule = rules.find(_TRIGGERS, day)
    return tuple(kind for kind in sorted(kinds) if rule is not None and kind in rule.items)


def act_content(act: str, penalty: str, kinds: Collection[str], last: Mapping[str, Any]) -> dict[str, Any]:
    """The act as it is kept; raises `RegisterEntryUnfit` where the list does not stand so that it can follow.

    `last`: what was said last of the firm, empty for nothing.
    """
    listed = last.get("act") == LISTED
    if act not in ACTS or (act == LISTED) == listed:
        raise RegisterEntryUnfit(member="act")
    if act == LISTED and not kinds:
        raise RegisterEntryUnfit(member="penalty")
    if act == LISTED:
        return {"act": act, "penalty": penalty, "kinds": sorted(kinds)}
    return {"act": act, "penalty": last["penalty"], "kinds": last["kinds"]}


def listings(entries: Iterable[Entry], rules: Rules) -> list[Listing]:
    """Every listing, those that stand first; entries in order of arrival within a firm."""
    found: list[Listing] = []
    standing: dict[str, int] = {}
    for one in entries:
        if one.kind == BAD_FAITH and one.content["act"] == LISTED:
            standing[one.firm] = len(found)
            kinds = tuple(one.content["kinds"])
            until = _over(rules, one.since)
            found.append(Listing(one.firm, one.since, str(one.content["penalty"]), kinds, until))
        elif one.kind == BAD_FAITH:
            at = standing.pop(one.firm)
            was = found[at]
            found[at] = Listing(
                was.firm, was.since, was.penalty, was.kinds, was.until, one.since, str(one.content["act"])
            )
    return sorted(found, key=lambda one: (one.ended is not None, one.since, one.firm))


def _over(rules: Rules, since: date) -> date | None:
    rule = rules.find(LISTED_FOR, since)
    if rule is None:
        return None
    leap = since.month == 2 and since.day == 29
    return since.replace(year=since.year + int(rule.number), day=28 if leap else since.day)
