"""Detection of copied codes (R54): odds from the scans of one code beside those of its own batch.

    pattern = pattern_of(sightings, story, parameters)      one code's scans as figures
    verdict = judge(pattern, baseline, parameters)          log10 odds, level, reasons

A copied code is a true code: no signature tells copies apart, only their scans do. Nothing here accuses
anybody; the words for it stand in `wording/*/scans.toml`. Pure: no clock, no database.
"""

from __future__ import annotations

from trace.oversight.copied_codes.baseline import Baseline
from trace.oversight.copied_codes.parameters import CopyParameters
from trace.oversight.copied_codes.pattern import Pattern, Sighting, Story, pattern_of
from trace.oversight.copied_codes.verdict import (
    NONE,
    REASONS,
    SUSPECTED,
    WATCH,
    CopyVerdict,
    is_diverted,
    judge,
)

__all__ = [
    "NONE",
    "REASONS",
    "SUSPECTED",
    "WATCH",
    "Baseline",
    "CopyParameters",
    "CopyVerdict",
    "Pattern",
    "Sighting",
    "Story",
    "is_diverted",
    "judge",
    "pattern_of",
]
