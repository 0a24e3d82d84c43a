"""The time of day in Shanghai: days of records and of pages are days there."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

SHANGHAI_TIME: Final = ZoneInfo("Asia/Shanghai")


def day_of(moment: datetime | None) -> str:
    """The day in Shanghai as YYYY-MM-DD, "" where no moment is known."""
    return "" if moment is None else moment.astimezone(SHANGHAI_TIME).date().isoformat()
