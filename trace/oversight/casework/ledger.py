"""The disposal ledger of a department, reconciled: what a case says of itself against what lies behind it.

Each case stands with its five flags (五个到位), dated, with what proves each. Where something behind them is
missing, that is a finding of its own, and a question to the office, no verdict: a paper may lie elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trace.oversight.casework.table import CLOSED, ENDED, PROOFS

NO_CASE: Final = "no-case"
"""A failing sample of which there is no case."""
NO_PROOF: Final = "no-proof"
NO_EVIDENCE: Final = "no-evidence"
"""A flag that rests on a paper or record that is not here."""
NO_CLOSING: Final = "no-closing"
"""A closed case without the signed record that closed it."""
NO_DECISION: Final = "no-decision"
"""The penalty is told as done, and no decision is recorded about the case."""
NOT_PUBLISHED: Final = "not-published"
HOLDS_STAND: Final = "holds-stand"
OVERDUE: Final = "overdue"
FINDINGS: Final = (
    *(NO_CASE, NO_PROOF, NO_EVIDENCE, NO_CLOSING, NO_DECISION, NOT_PUBLISHED, HOLDS_STAND, OVERDUE),
)
_PENALTY, _PUBLISHED = "penalty_ok", "publish_ok"


@dataclass(frozen=True, slots=True)
class Flag:
    """One of the five, told at a moment with evidence (names of papers and records)."""

    at: datetime
    evidence: Sequence[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A case as its ledger has it: of its present episode."""

    state: str
    flags: Mapping[str, Flag]
    closed_by: Sequence[str] = ()
    """What the step that closed it rests on."""
    published: bool = False
    decisions: int = 0
    """Decisions on penalties that were signed about it."""
    holds: int = 0
    """Holds of the case that stand."""
    due: bool = False


def reconciled(entry: Entry, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """(finding, what it is about: a flag, or "") of a case; `known`: the papers and records that are here."""
    for name in PROOFS:
        flag = entry.flags.get(name)
        if flag is not None and not (flag.evidence and set(flag.evidence).issubset(known)):
            yield NO_EVIDENCE, name
    if _PENALTY in entry.flags and not entry.decisions:
        yield NO_DECISION, _PENALTY
    if _PUBLISHED in entry.flags and not entry.published:
        yield NOT_PUBLISHED, _PUBLISHED
    if entry.state == CLOSED:
        yield from _of_closing(entry, known)
    if entry.due and entry.state not in ENDED:
        yield OVERDUE, ""


def _of_closing(entry: Entry, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """What a closed case lacks."""
    yield from ((NO_PROOF, name) for name in PROOFS if name not in entry.flags)
    if not any(one in known for one in entry.closed_by):
        yield NO_CLOSING, ""
    if entry.holds:
        yield HOLDS_STAND, ""
