"""Objections of a firm to a result: on which grounds, within which windows, and what became of one.

To the result itself a firm objects by asking for a re-test, to what is not the result (how it was sampled,
whether the sample is its own, method, standard) by a procedure of its own, which food alone has. What the
right ends with is refused when it is late; what a text merely asks to be early is taken and told as late.
Sources: 食品安全法 §88; 农产品质量安全法 §51; 食品安全抽样检验管理办法 §30, §31, §37–40.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trace.calendar.shanghai import day_in_shanghai
from trace.errors import Refusal
from trace.oversight.casework.clocks import AGRICULTURE, RESULT, side_of
from trace.oversight.deadlines import Deadline, deadline
from trace.rules import Rule, Rules

FILED: Final = "objection-filed"
"""The firm's own step; `object` is the office's, for an objection on paper."""
PROCESS: Final = "process"
GROUNDS: Final = (RESULT, PROCESS, "authenticity", "method", "standard")
_ENDS_THE_RIGHT: Final = "block"

REJECTED, RETESTED, STANDS, LIFTED, OPEN = "rejected", "retested", "stands", "lifted", "open"
UNFOUNDED, WITHDRAWN = "unfounded", "withdrawn"
_VERDICTS: Final = {
    "reject-objection": REJECTED,
    "objection-unfounded": UNFOUNDED,
    "objection-withdrawn": WITHDRAWN,
    "retest-ordered": RETESTED,
    "retest-overdue": OPEN,
    "retest-declined": OPEN,
    "retest-failed": STANDS,
    "retest-passed": LIFTED,
    "result-corrected": LIFTED,
}
_BEGIN: Final = frozenset({FILED, "object"})


@dataclass(frozen=True, slots=True)
class Window:
    """Within which a firm objects on a ground: since when it runs, None where that is not known; `ends` is
    None too where no calendar tells the days off."""

    ground: str
    rule: Rule
    since: datetime | None
    ends: Deadline | None
    over: bool

    @property
    def shut(self) -> bool:
        """Whether the right has ended."""
        return self.over and self.rule.effect == _ENDS_THE_RIGHT


def windows(
    rules: Rules, department: str, told: datetime, sampled: datetime | None, now: datetime
) -> list[Window]:
    """The windows of a result that was delivered at `told`, of goods that were sampled at `sampled`."""
    found = []
    for ground in GROUNDS if department != AGRICULTURE else (RESULT,):
        since = sampled if ground == PROCESS else told
        when = side_of(department) if ground == RESULT else {"step": "apply"}
        rule = rules.find("R31" if ground == RESULT else "R66", day_in_shanghai(since or told), **when)
        if rule is not None:
            ends = _ends(rule, since) if since is not None else None
            found.append(Window(ground, rule, since, ends, ends is not None and not ends.met_at(now)))
    return found


def _ends(rule: Rule, since: datetime) -> Deadline | None:
    try:
        return deadline(rule, since)
    except Refusal:  # no calendar of that year
        return None


def verdict_of(events: Iterable[str]) -> str:
    """What became of the last objection, by the events of its case; "" where nobody objected."""
    verdict = ""
    for event in events:
        if event in _BEGIN:
            verdict = OPEN
        elif verdict and event in _VERDICTS:
            verdict = _VERDICTS[event]
    return verdict


def window_on(found: Sequence[Window], ground: str) -> Window | None:
    """The window of a ground; None for one on which nobody objects here."""
    return next((one for one in found if one.ground == ground), None)
