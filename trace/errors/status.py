"""Refusals of the recall status that a market bureau signs every hour (docs/record-format.md §11).

Inadmissible
└── RecallsVanished       lots that were recalled are missing from the list     count, before
"""

from __future__ import annotations

from trace.errors.base import Inadmissible


class RecallsVanished(Inadmissible):
    code = "recalls-vanished"
