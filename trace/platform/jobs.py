"""The jobs of an open platform: what its server processes do by themselves, and how often."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from trace.platform.opening import Platform
from trace.store.jobs import Claim
from trace.usecases.jobs.run_jobs import JobKind
from trace.usecases.scans.count_scans import forget_old_scans

FORGET_SCANS: Final = "scans.forget"
_QUARTER_DAY: Final = timedelta(hours=6)


def jobs_of(platform: Platform) -> list[JobKind]:
    """Every kind of job that a server process of this platform takes part in."""

    def forget(_: Claim) -> None:
        forget_old_scans(platform.transactions)

    return [JobKind(FORGET_SCANS, forget, every=_QUARTER_DAY)]
