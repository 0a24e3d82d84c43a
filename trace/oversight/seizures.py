"""Seizures (查封、扣押): what each department may seize, how long it lasts, and its one extension.

The objects are those of the duty list of each department. How long, rule R51 says for each: a limit that
nobody has read stands as to be verified. Days count from the day after the decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, Protocol

from trace.oversight.competence import AGRICULTURE, MARKET
from trace.rules import Rule, Rules

OBJECTS: Final[Mapping[str, tuple[str, ...]]] = {
    MARKET: ("food", "related", "premises"),
    AGRICULTURE: ("produce", "inputs", "facilities", "marks"),
}
"""食品及其原料; 食品添加剂、相关产品; 场所.
农产品; 投入品及有毒有害物质; 设施、设备、场所、运输工具; 伪造的质量标志."""
STANDING: Final = "standing"
ENDED: Final = "ended"
OUTCOMES: Final = ("released", "confiscated", "destroyed", "transferred")
"""解除, 没收, 销毁, 移送."""
_TERM: Final = "R51"


class Seizure(Protocol):
    """What is known of a seizure; days as YYYY-MM-DD, "" for none."""

    @property
    def until(self) -> str: ...
    @property
    def extended_until(self) -> str: ...
    @property
    def state(self) -> str: ...


def term_of(rules: Rules, department: str, day: date, *, extension: bool = False) -> Rule | None:
    """The rule that limits a seizure of that department, or its extension; None where none is kept."""
    when = {"what": "extension"} if extension else {}
    for asked in ({**when, "department": department}, when):
        rule = rules.find(_TERM, day, **asked)
        if rule is not None and dict(rule.when) == asked:
            return rule
    return None


def latest(rule: Rule | None, start: date) -> date | None:
    """The last day that the rule leaves from a day on; None without a rule."""
    return None if rule is None else start + timedelta(days=int(rule.number))


def ends_on(seizure: Seizure) -> str:
    """The day on which it ends as it was decided, extension included."""
    return seizure.extended_until or seizure.until


def is_over(seizure: Seizure, today: date) -> bool:
    """Whether its day has passed and nobody has said what became of it."""
    return seizure.state == STANDING and ends_on(seizure) < today.isoformat()
