"""Refusals of texts: characters that nobody sees and no two databases store alike."""

from __future__ import annotations

from trace.errors.base import Malformed


class ControlCharacter(Malformed):
    """A control character in an address or in a member of a request."""

    code = "control-character"


__all__ = ["ControlCharacter"]
