"""Refusals of texts: characters that nobody sees and no two databases store alike, and more than is kept."""

from __future__ import annotations

from trace.errors.base import Inadmissible, Malformed


class ControlCharacter(Malformed):
    """A control character in an address or in a member of a request."""

    code = "control-character"


class TextTooLong(Inadmissible):
    """A typed text longer than what is kept of it; params: member, begins, length, limit."""

    code = "text-too-long"


__all__ = ["ControlCharacter", "TextTooLong"]
