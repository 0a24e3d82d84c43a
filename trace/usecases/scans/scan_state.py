"""The scan state of one code, as its page shows it: look-ups by key.

`suspicion` says how the pattern of scans looks, never who did what: "none", "watch" (worth a second look) or
"suspected" (疑似复制). Reasons are slugs worded in `wording/*/scans.toml`. Counting itself: `count_scans`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trace.oversight.copied_codes import NONE
from trace.store.codes.hidden_attempts import read_attempts
from trace.store.scans.scans import read_tallies
from trace.store.transaction import Transactions


@dataclass(frozen=True, slots=True)
class ScanState:
    """Counted scans of a code; `first_region` is a city of GB/T 2260 (310100), None where unknown.

    `opened_at` is when the hidden code under the scratch panel was first given rightly.
    """

    count: int
    first_at: datetime | None
    first_region: str | None
    suspicion: str
    reasons: tuple[str, ...]
    opened_at: datetime | None = None


NEVER: Final = ScanState(0, None, None, NONE, ())


def scan_state(transactions: Transactions, code: str) -> ScanState:
    """The state of `code` (canonical path without leading slash); zero scans for one never counted."""
    with transactions.look("scan-state") as tx:
        tally = read_tallies(tx.connection, [code]).get(code)
        opened_at = read_attempts(tx.connection, code).opened_at
    if tally is None:
        return NEVER if opened_at is None else ScanState(0, None, None, NONE, (), opened_at)
    return ScanState(
        tally.scans, tally.first_at, tally.first_region, tally.suspicion, tally.reasons, opened_at
    )
