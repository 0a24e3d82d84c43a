"""What a notice says to people: a subject in Chinese, and under it what it is about."""

from __future__ import annotations

from collections.abc import Mapping

from trace.wording import has, say

LOCALE = "zh-CN"


def notice_text(topic: str, payload: Mapping[str, object]) -> str:
    """The subject is the first line; a topic that nobody worded is named."""
    told = {name: _shown(value) for name, value in payload.items()}
    known = has(LOCALE, f"notice.{topic}")
    subject = say(LOCALE, f"notice.{topic}" if known else "notice.other", **{**told, "topic": topic})
    return "\n".join([subject, "", *(f"{name}: {value}" for name, value in told.items())])


def _shown(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
