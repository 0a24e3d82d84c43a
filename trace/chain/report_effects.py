"""Effects of test reports: a report as a row, and whether it speaks for the goods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trace.frozen import quickly_made


@quickly_made
@dataclass(frozen=True, slots=True)
class ReportNoted:
    id: int
    lot: int
    report_no: str
    purpose: str
    conclusion: str  # pass | fail
    statement_id: str
    data: Mapping[str, object]
    asked: int = 1  # 0: a laboratory's word that nobody asked for or has named since; it proves nothing


@dataclass(frozen=True, slots=True)
class ReportNamed:
    """The holder of the goods names a report that nobody had asked for: from now on it speaks for them."""

    report: int
    lot: int
