"""The status banner of a page: one state, its colour, sign and sentence, and why.

A record can be in order while what it says is not good news. So besides the state of the code (正常 临期
过期 召回 停用 疑似复制 未激活) the head shows when something behind the batch needs attention, and when the
printed label does not belong to the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scanner_web.consumer.item_code import Item
from trace.codes.label_digest import LabelDigest
from trace.codes.ranges import Standing
from trace.usecases.batch_page.page import BatchPage, MarkShown, OrderShown
from trace.usecases.lots.failed_tests import BATCH, MARK, OWN
from trace.usecases.lots.states import EXPIRED, INACTIVE, NEAR_EXPIRY, NORMAL, RECALLED, WITHDRAWN

MATCHES, DIFFERS, NOT_PRINTED, UNREAD = "matches", "differs", "not-printed", "unread"
"""What the digest on the label says; `UNREAD`: the address was cut on its way, which says nothing."""

HEADS: Final = {
    "recalled": ("danger", "stop"),
    "recall-completed": ("danger", "stop"),
    "withdrawn": ("danger", "cross"),
    "expired": ("danger", "clock"),
    "label-differs": ("danger", "copies"),
    "failed": ("danger", "warn"),
    "batch-failed": ("danger", "warn"),
    "source-failed": ("danger", "warn"),
    "source-ordered": ("warn", "warn"),
    "held": ("warn", "warn"),
    "copied": ("warn", "copies"),
    "inactive": ("mute", "clock"),
    "attention": ("warn", "warn"),
    "near-expiry": ("warn", "clock"),
    "normal": ("ok", "shield"),
}
"""State -> colour of the head, and its sign."""
TONES: Final = {state: tone for state, (tone, _) in HEADS.items()}
"""Colour of a state, in lists too."""
ORDERED_SOURCE: Final = "source-under-order"
"""Code of the mark on goods of which a source, by their producer's word alone, is under an order."""
_NOTHING_TO_DO: Final = frozenset({"attention", NEAR_EXPIRY, NORMAL})
_TOLD_ABOVE: Final = frozenset({RECALLED, "recall-completed", EXPIRED, "failed", "batch-failed", "held"})
"""States of which the head's sentence and the steps say everything: a lead between them would repeat it."""
_PAPERS: Final = frozenset({"certificate"})
"""Gates that hold back a paper and no goods."""
_ORDERS: Final = frozenset({"lot-recalled", "lot-held"})
_FINAL: Final = frozenset({RECALLED, WITHDRAWN, EXPIRED})
_OF_ITEM: Final = {
    Standing.RECALLED: RECALLED,
    Standing.VOID: WITHDRAWN,
    Standing.ALLOCATED: INACTIVE,
    Standing.ACTIVE: NORMAL,
}
_WORST_FIRST: Final = (RECALLED, WITHDRAWN, EXPIRED, INACTIVE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`state` names the words and the head's colour, `tone` that of notes: ok | warn | danger | mute.

    `code` is the state of an item's own code: normal | inactive | recalled | withdrawn | copied; "" of a
    batch.
    """

    state: str
    tone: str
    icon: str
    label: str
    records: int
    organisations: int
    code: str = ""

    @property
    def advised(self) -> bool:
        """Whether there is something to do about the pack at hand."""
        return self.state not in _NOTHING_TO_DO

    @property
    def explained(self) -> bool:
        """Whether the steps begin with a sentence that is not in the head already."""
        return self.state not in _TOLD_ABOVE


def banner_of(page: BatchPage, item: Item | None) -> str:
    """The worst of what holds for the batch and for this pack; whether a pack is in use its own code says."""
    if item is None:
        return page.banner
    own = _OF_ITEM[item.standing]
    batch = NORMAL if page.banner == INACTIVE else page.banner
    return next((each for each in _WORST_FIRST if each in {own, batch}), batch)


def label_check(page: BatchPage, printed: LabelDigest | None) -> str:
    """Whether `?v=` on the label is the digest of this page's record, or of what it was before correction.

    A digest that differs in the size of its letters alone was spoilt by whoever passed the link on.
    """
    if printed is None:
        return NOT_PRINTED
    known = (page.label_digest, *page.earlier_digests)
    if printed.text in known:
        return MATCHES
    spoilt = printed.text.lower() in {digest.lower() for digest in known}
    return DIFFERS if printed.certain and not spoilt else UNREAD


def verdict_of(page: BatchPage, printed: LabelDigest | None, item: Item | None = None) -> Verdict:
    """The worst that holds: recall, foreign label, failed test, hold, copy, code not in use, open doubt."""
    label = label_check(page, printed)
    state = banner_of(page, item)
    if state not in _FINAL:
        state = _alarm(page, label, item) or state
        if state in {NORMAL, NEAR_EXPIRY} and needs_attention(page):
            state = "attention"
    if state == RECALLED and is_completed(page):
        state = "recall-completed"
    tone, icon = HEADS[state]
    names = {signer.name for signer in page.signers}
    records = len({step.statement for step in page.timeline})
    return Verdict(state, tone, icon, label, records, len(names), _code_state(item))


def _alarm(page: BatchPage, label: str, item: Item | None) -> str | None:
    """The first of what stands before the state of a code, the gravest first."""
    alarms = (
        "label-differs" if label == DIFFERS else None,
        failed_test(page),
        "source-ordered" if any(mark.code == ORDERED_SOURCE for mark in page.marks) else None,
        "held" if any(stops_sale(mark) for mark in page.marks) else None,
        "copied" if item is not None and item.is_suspected else None,
    )
    return next(filter(None, alarms), None)


def _code_state(item: Item | None) -> str:
    if item is None:
        return ""
    return "copied" if item.is_suspected and item.standing == Standing.ACTIVE else _OF_ITEM[item.standing]


def is_completed(page: BatchPage) -> bool:
    """Whether all recalls of the goods are over: that ends duties, not the warning."""
    recalls = [order for order in page.orders if order.kind == "recall"]
    return bool(recalls) and all(order.completed for order in recalls)


def failed_test(page: BatchPage) -> str | None:
    """The state by a failed test: of these goods, of their production batch, of what they are made of.

    A test that was lifted since is no mark any more; it stays among the reports.
    """
    failing = [mark for mark in page.marks if mark.code == MARK]
    if page.failed == OWN or any(mark.own for mark in failing):
        return "failed"
    if page.failed == BATCH:
        return "batch-failed"
    return "source-failed" if page.failed or failing else None


def needs_attention(page: BatchPage) -> bool:
    """A failed test, or one that passes what may be above a limit, an open dispute, a last day that the shelf
    life contradicts, a mark that closes a gate or declares a gap."""
    tested = any(test.conclusion == "fail" or test.doubted for test in page.tests)
    return tested or page.expected_expiry is not None or page.disputes > 0 or any(map(serious, page.marks))


def marks_beside(page: BatchPage, orders: Sequence[OrderShown]) -> list[MarkShown]:
    """The marks for the page's notes, the gravest first, but for what a card of an order says in full."""
    told = any(order.own for order in orders)
    shown = [mark for mark in page.marks if not (told and mark.own and mark.code in _ORDERS)]
    return sorted(shown, key=lambda mark: (not serious(mark), not mark.own))


def stops_sale(mark: MarkShown) -> bool:
    """Whether the mark keeps the goods from leaving their producer and from being sold."""
    return bool({*mark.gates} - _PAPERS)


def serious(mark: MarkShown) -> bool:
    return bool(mark.gates) or mark.declared is not None
