"""Trace systems of producers whose proof has ended: asked, because a new proof may only be late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from trace.oversight.register_entries import Entry


def ended_proofs(entries: Iterable[Entry], today: date, back: timedelta) -> list[Entry]:
    """The last entry of each firm, where it ended within `back` before today; entries in order of arrival."""
    last = {one.firm: one for one in entries}
    return [one for one in last.values() if one.until is not None and today - back <= one.until < today]
