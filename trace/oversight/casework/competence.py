"""Whose a case is, on any day: one office leads it, others join where goods lie, and what was ends by a word.

Words are dated and never changed; what an office may do follows from them. Goods or a firm that turn out to
lie elsewhere move no case by themselves: who filed first stays competent until it hands over (行政处罚程序
规定 §12, §14), and asks others for assistance (§45). The bureau of the maker's seat is told (抽样检验管理
办法 §27) and reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from trace.chain.sight import lies_in

LEAD: Final = "lead"
JOINT: Final = "joint"
ENDED: Final = "ended"
"""What a word says of an office: it leads from then on, it was asked to join, its joining ended."""
LED: Final = "led"
HOME: Final = "home"
"""What an office was, and reads as it stood then; and the bureau of the firm's seat, which reads."""
JOINT_STEPS: Final = frozenset(
    {
        *("note", "attach", "interview", "told", "prove", "answer-assistance"),
        *("prepare-hold", "prepare-sampling", "prepare-notice", "prepare-notices"),
    }
)
"""What an office does that was asked to assist: its part of the work, none of the decisions."""


@dataclass(frozen=True, slots=True)
class Word:
    """A dated fact; `area` are digits, "" where none is known; `authority` of who joins, "" of who leads."""

    at: datetime
    part: str
    department: str
    area: str
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """Who asks: for which departments it speaks, and the digits that its area's codes begin with."""

    authority: str
    departments: tuple[str, ...]
    area: str

    def leads(self, word: Word) -> bool:
        """Whether it is the office, or one above it, that a word makes the lead."""
        return word.department in self.departments and lies_in(self.area, (word.area,) if word.area else ())


@dataclass(frozen=True, slots=True)
class Hold:
    """How an office stands to a case; `until`: since when it only reads, what stood at that moment."""

    part: str
    until: datetime | None = None

    @property
    def acts(self) -> bool:
        return self.part in {LEAD, JOINT}


def lead_at(words: Sequence[Word], when: datetime) -> Word | None:
    """The word by which a case is led at a moment; None before it began."""
    return next((one for one in reversed(words) if one.part == LEAD and one.at <= when), None)


def hold_of(words: Sequence[Word], office: Office, firm: Collection[str] = ()) -> Hold | None:
    """How an office stands to a case now; `firm`: where its maker is registered. None for nothing at all."""
    leads = [one for one in words if one.part == LEAD]
    if leads and office.leads(leads[-1]):
        return Hold(LEAD)
    own = [one for one in words if one.authority and one.authority == office.authority]
    if own and own[-1].part == JOINT:
        return Hold(JOINT)
    left = [after.at for before, after in pairwise(leads) if office.leads(before)]
    left += [one.at for one in own if one.part == ENDED]
    if left:
        return Hold(LED, max(left))
    of_department = leads and leads[-1].department in office.departments
    return Hold(HOME) if of_department and firm and lies_in(office.area, firm) else None


@dataclass(frozen=True, slots=True)
class Beyond:
    """An office in whose area goods of a case lie, outside that of the lead: how many holders of them."""

    authority: str
    name: str
    holders: int


def offices_beyond(
    area: str, lying: Iterable[str], offices: Iterable[tuple[str, str, str]], asked: Collection[str]
) -> list[Beyond]:
    """Who is to be asked for assistance: of the `offices` (urn, name, area) of the department the nearest to
    each place outside `area` where goods lie, but for those `asked` already. None above the lead's own."""
    if not area:
        return []
    known = [one for one in offices if one[2] and not area.startswith(one[2])]
    found: Counter[tuple[str, str]] = Counter()
    for region in lying:
        if not region or region.startswith(area) or area.startswith(region):
            continue
        near = max(
            (one for one in known if region.startswith(one[2])), key=lambda one: len(one[2]), default=None
        )
        if near is not None and near[0] not in asked:
            found[near[:2]] += 1
    return [Beyond(urn, name, count) for (urn, name), count in found.most_common()]
