"""The head of a batch page: one state, its colour, sign and sentence, and why.

A record can be in order while what it says is not good news. So besides the state of the code (正常 临期
过期 召回 停用 未激活) the head shows when something behind the batch needs attention, and when the printed
label does not belong to the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trace.usecases.batch_page import BatchPage, MarkShown

MATCHES, DIFFERS, NOT_PRINTED = "matches", "differs", "not-printed"

_HEADS: Final = {
    "recalled": ("danger", "stop"),
    "withdrawn": ("danger", "cross"),
    "expired": ("danger", "clock"),
    "label-differs": ("danger", "copies"),
    "failed": ("danger", "warn"),
    "inactive": ("mute", "clock"),
    "attention": ("warn", "warn"),
    "near-expiry": ("warn", "clock"),
    "normal": ("ok", "shield"),
}
_FINAL: Final = frozenset({"recalled", "withdrawn", "expired"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """`state` names the words, `tone` the colour: ok | warn | danger | mute."""

    state: str
    tone: str
    icon: str
    label: str
    records: int
    organisations: int


def label_check(page: BatchPage, printed: str | None) -> str:
    """Whether `?v=` on the label is the digest of the record that this page shows."""
    if printed is None:
        return NOT_PRINTED
    return MATCHES if printed == page.label_digest else DIFFERS


def verdict_of(page: BatchPage, printed: str | None) -> Verdict:
    """The worst that holds: recall, foreign label, failed test, code not in use, open question."""
    label = label_check(page, printed)
    state = page.banner
    if state not in _FINAL:
        if label == DIFFERS:
            state = "label-differs"
        elif has_failed(page):
            state = "failed"
        elif state != "inactive" and needs_attention(page):
            state = "attention"
    tone, icon = _HEADS[state]
    names = {signer.name for signer in page.signers}
    records = len({step.statement for step in page.timeline})
    return Verdict(state, tone, icon, label, records, len(names))


def has_failed(page: BatchPage) -> bool:
    """A failed report on these very goods, and not on something that they were made from."""
    return any(mark.own and mark.code == "failed-report" for mark in page.marks)


def needs_attention(page: BatchPage) -> bool:
    """A failed test, an open dispute, or a mark that closes a gate or declares a gap."""
    failed = any(test.conclusion == "fail" for test in page.tests)
    return failed or page.disputes > 0 or any(serious(mark) for mark in page.marks)


def serious(mark: MarkShown) -> bool:
    return bool(mark.gates) or mark.declared is not None
