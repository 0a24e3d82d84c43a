"""Texts that people type: taken whole or refused, never cut where nobody sees it.

What somebody objects, decides or reports loses its last words otherwise, and often those are the point. Line
breaks count as one character each, as browsers count them: forms are read with them so.
"""

from __future__ import annotations

from typing import Final

from trace.errors.texts import TextTooLong

_BEGINS: Final = 20


def whole_text(member: str, text: str, most: int) -> str:
    """The text without blanks around it; raises `TextTooLong`, which names it by how it begins."""
    said = text.strip()
    if len(said) > most:
        begins = " ".join(said[: 2 * _BEGINS].split())[:_BEGINS]
        raise TextTooLong(member=member, begins=begins, length=len(said), limit=most)
    return said
