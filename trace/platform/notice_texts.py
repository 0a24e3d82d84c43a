"""What a notice says to people: a subject in Chinese, and under it what it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from trace.usecases.duties.personal_notices import PERSONAL
from trace.usecases.messages.send_notices import CODE
from trace.wording import has, say

LOCALE = "zh-CN"
ENGLISH = "en"


def notice_text(topic: str, payload: Mapping[str, Any]) -> str:
    """The subject is the first line; a topic that nobody worded is named."""
    if topic == CODE:
        return _in_both("notice.mail-code", lambda locale: [say(locale, "notice.mail-code-text", **payload)])
    if topic == PERSONAL:
        return _in_both("notice.personal", lambda locale: _personal(locale, payload))
    told = {name: _shown(value) for name, value in payload.items()}
    known = has(LOCALE, f"notice.{topic}")
    subject = say(LOCALE, f"notice.{topic}" if known else "notice.other", **{**told, "topic": topic})
    return "\n".join([subject, "", *(f"{name}: {value}" for name, value in told.items())])


def _in_both(subject: str, lines: Callable[[str], list[str]]) -> str:
    """To a person whose language is not known: Chinese, and English under it."""
    parts = [say(LOCALE, subject), "", *lines(LOCALE), "", say(ENGLISH, subject), "", *lines(ENGLISH)]
    return "\n".join(parts)


def _personal(locale: str, payload: Mapping[str, Any]) -> list[str]:
    """What waits, by how many: no lot, no name of a partner, nothing that stands in a record."""
    waits = [
        f"- {say(locale, sentence_of(slug), count=count)}"
        + (say(locale, "notice.late", count=late) if late else "")
        for slug, count, late in payload["waits"]
    ]
    return [say(locale, "notice.of", name=payload["organisation"]), *waits, "", payload["address"]]


def sentence_of(slug: str) -> str:
    """The key of the sentence that says of a slug how many wait."""
    duty = f"work.duty.{slug}"
    return duty if has(LOCALE, duty) else f"work.today.{slug}"


def _shown(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
