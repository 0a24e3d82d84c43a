"""Editions of a log: which doors stood when an entry was taken.

An edition is a signed fact (`platform.edition`). It counts for the entries behind it in the same log; before
the first one the edition is 1. Its number rises with each released tightening of what may enter. Doors are
asked of new entries only; what follows from an entry is the same in every edition, so that replay makes every
row again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from trace.chain.identifiers import PROVISIONAL

FIRST: Final = 1
SECOND: Final = 2
"""Whose word counts, and what goes in is what was meant: hand-overs are opened, what concerns another party
needs that party's word, texts, days and numbers are what they say."""
NEWEST: Final = SECOND
"""The newest edition whose doors this code knows."""
DOORS: Final[Mapping[int, tuple[str, ...]]] = {
    SECOND: (
        *("private-in-clear", "receiver-in-clear", "receiver-missing", "handover-not-opened"),
        *("handover-received", "dispute-of-stranger", "dispute-stands", "may-not-state", "master-foreign"),
        *("product-foreign", "prefix-malformed", "prefix-unproven", "gtin-unproven", "gtin-of-another"),
        *("gtin-restricted", "fact-malformed", "lot-unknown", "order-unknown", "not-addressed"),
        *("character-refused", "date-out-of-reach", "future-date", "signed-beforehand", "end-before-start"),
        *("said-too-often", "net-content-differs", "report-contradicts", "code-would-not-resolve"),
        *("not-the-named-side", "batch-failed", "shipped-of-failed-batch", "return-of-another"),
    )
}
"""What each edition began to refuse, by the code of the refusal: told before an edition is begun."""
ADMITTED: Final = "admitted-under-edition"
"""What the code of a mark begins with: today's door would refuse the entry, its edition took it."""


ACCREDITATION: Final = "accreditation-unproven"
"""Code of the mark of a report whose accreditation no record covers: the authority looks into it."""
UNASKED: Final = "failed-report-unasked"
"""Code of the mark of a failure that a laboratory reported unasked: the bureau looks into it."""


def is_for_everybody(code: str) -> bool:
    """Whether a mark is shown to the public: what an edition took, what nobody asked for, and whose a number
    or work on a plot is concern the holder and the authority."""
    return code not in {ACCREDITATION, UNASKED, *PROVISIONAL} and not code.startswith(ADMITTED)


def edition_at(begun: Iterable[tuple[int, int]], index: int) -> int:
    """The edition of the entry at `index`, from (index, number) of the log's editions in order."""
    before = [number for at, number in begun if at < index]
    return before[-1] if before else FIRST
