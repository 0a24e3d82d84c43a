"""Storage faults for whoever ran a command: the refusal that stands for a database error, if any does."""

from __future__ import annotations

from trace.errors import Refusal
from trace.store.faults import refusal_of


def refusal_behind(error: BaseException) -> Refusal | None:
    """`StorageFull`, `StorageLost` and their kin behind a driver's error; None for a defect of ours."""
    return refusal_of(error)
