"""Findings of an examination: what was looked at, how it stands, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from trace.errors import Refusal

WELL: Final = "well"
UNSURE: Final = "unsure"
"""It could not be looked at, or what was seen does not decide it: no fault, and no "all is well"."""
AMISS: Final = "amiss"
STATES: Final = (WELL, UNSURE, AMISS)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: `check` is what was looked at, `code` what was found; a refusal says it in its own words."""

    check: str
    state: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    refusal: Refusal | None = None


def well(check: str, code: str, **params: object) -> Finding:
    return Finding(check, WELL, code, params)


def unsure(check: str, code: str, **params: object) -> Finding:
    return Finding(check, UNSURE, code, params)


def amiss(check: str, code: str, **params: object) -> Finding:
    return Finding(check, AMISS, code, params)


def refused(check: str, refusal: Refusal) -> Finding:
    return Finding(check, AMISS, refusal.code, refusal.params, refusal)


def worst(findings: Iterable[Finding]) -> str:
    """The state of the whole; nothing looked at is nothing known."""
    return max((one.state for one in findings), key=STATES.index, default=UNSURE)
