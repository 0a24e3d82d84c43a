"""Outcomes of an upload, one a statement: a receipt, or the refusal with its position."""

from __future__ import annotations

from dataclasses import dataclass

from trace.errors import Refusal
from trace.frozen import quickly_made

LOGGED, KNOWN = "logged", "known"


@quickly_made
@dataclass(frozen=True, slots=True)
class Receipt:
    """The statement stands at `index` of `log`; `known` when the same bytes were there before.

    `marks`: stable slugs of what was recorded as inconvenient (late-upload, pre-harvest-interval …).
    """

    statement_id: str
    index: int
    log: str
    state: str = LOGGED
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The statement at `position` of the upload (from 0) was not taken; nothing of it was stored."""

    position: int
    refusal: Refusal
    statement_id: str | None = None


Outcome = Receipt | Refused
