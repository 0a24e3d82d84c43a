"""两书一函 and what else an authority writes: kinds, channels, levels, and the state of a letter.

约谈通知书, 整改通知书, 提醒敦促函 are the three of 黄陂区 2024 二(十); their forms are not in that
text, so ours are marked so. Kinds and channels of bulletins are those of
食品安全“监检联动”工作规范 §21 and §11(五).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

INTERVIEW, RECTIFICATION, REMINDER = "interview", "rectification", "reminder"
PREFIXES: Final[Mapping[str, str]] = {INTERVIEW: "YT", RECTIFICATION: "ZG", REMINDER: "TX"}
"""Kind of a letter -> how its number begins; each kind is numbered by itself, by area and year."""
UNSIGNED, SERVED, RECEIVED, ANSWERED, OVERDUE = "unsigned", "served", "received", "answered", "overdue"
MATTERS: Final = (
    "sampling-plan",
    "incident",
    "public-opinion",
    "campaign",
    "hidden-risk",
    "sensitive",
    "unwritten-rule",
    "supervision-hint",
    "consumer-hint",
)
"""抽检监测计划, 安全事故, 舆情事件, 重大行动举措, 重大风险隐患, 敏感信息, 行业潜规则; 监管提示, 消费提示."""
CHANNELS: Final = ("meeting", "visit", "discussion", "letter", "hint")
"""专题会议, 走访交流, 座谈讨论, 通报函, 监管提示."""
LEVELS: Final = ("province", "city", "county")
DOMAINS: Final = ("supervision", "enforcement", "sampling", "complaints", "public-opinion")
"""日常监管, 稽查执法, 抽检监测, 投诉举报, 舆情监测."""
FIRM, AREA, PRODUCT = "firm", "area", "product"
LISTS: Final = (FIRM, AREA, PRODUCT)
"""主体, 区域, 品种: the three lists of risks."""
_LEVEL_OF: Final = {0: "province", 2: "province", 4: "city"}


@dataclass(frozen=True, slots=True)
class Course:
    """How far a letter has come: when it was served by a signed notice, received and answered by the firm."""

    due_on: date
    served_at: datetime | None = None
    received_at: datetime | None = None
    answered_at: datetime | None = None

    def state(self, today: date) -> str:
        """An answer that came is an answer, late or not; a letter that was not served is not overdue."""
        if self.answered_at is not None:
            return ANSWERED
        if self.served_at is None:
            return UNSIGNED
        if today > self.due_on:
            return OVERDUE
        return RECEIVED if self.received_at is not None else SERVED


def level_of_authority(area: str) -> str:
    """The level that a study cadence goes by: of the digits that an area's codes begin with.

    The districts of a municipality (直辖市) are counties here; the municipality itself is a province.
    """
    return _LEVEL_OF.get(len(area), "county")


def next_study(last: date | None, months: int, since: date) -> date:
    """By which day the next study meeting is held: so many months after the last, or since the rule holds."""
    start = last or since
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    ends = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(start.day, ends))
