"""Refusals of private data that stand where everybody may read them, and could never be erased."""

from __future__ import annotations

from trace.errors.base import Inadmissible

__all__ = ["PrivateInClear"]


class PrivateInClear(Inadmissible):
    """Members about persons, buyers or exact places stand in clear; params: typ, members."""

    code = "private-in-clear"
