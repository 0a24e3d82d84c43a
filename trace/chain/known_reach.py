"""What hangs together among the words of hand-overs: all that may bear on what some statements are."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from trace.chain.facts.corrections import CORRECTION
from trace.chain.known_words import CONFIRMATION, REFUSAL, WordBook
from trace.chain.pair_names import PAIR_NAMES
from trace.ledger.pairing import Signed

Step = tuple[str, bool]
"""A statement to look at, and whether the walk goes on from it to all that may be a pair with it."""


def component(words: WordBook, start: Collection[str]) -> tuple[list[Signed], set[str]]:
    """All statements that may bear on what these are, over any number of steps.

    From a claim that cannot come to anything the walk does not go on to the others who name the same, and an
    answer of somebody who is no side leads nowhere: strangers' words, however many, cost nobody else a look.
    The second value are those of whom everything is here: of the others nothing follows.
    """
    found: dict[str, Signed] = {}
    whole: set[str] = set()
    waiting: list[Step] = [(name, True) for name in start]
    while waiting:
        name, wide = waiting.pop()
        signed = words.signed.get(name)
        if signed is None or name in whole or (name in found and not wide):
            continue
        found[name] = signed
        if wide:
            whole.add(name)
        waiting += [(one, wide) for one in words.own.get((name, signed.iss), ())]
        waiting += _near(words, signed, wide=wide)
    return list(found.values()), whole


def _near(words: WordBook, signed: Signed, *, wide: bool) -> Iterator[Step]:
    if signed.typ == PAIR_NAMES.receipt:
        yield from _near_receipt(words, signed, wide=wide)
    elif signed.typ in PAIR_NAMES.handovers:
        yield from _near_handover(words, signed, wide=wide)
    elif signed.typ == CONFIRMATION:
        for receipt, handover in words.joins(signed):
            yield from _joined(words, signed, receipt, handover, wide=wide)
    else:
        yield from ((one, wide) for one in _answered(words, signed))


def _near_receipt(words: WordBook, receipt: Signed, *, wide: bool) -> Iterator[Step]:
    for side in words.sides_of(receipt):
        yield from ((one, wide) for one in words.said.get((receipt.id, side), ()))
    for handover in words.sent_by_name(receipt):
        yield handover.id, receipt.id in words.pairs.get(handover.id, ())


def _answered(words: WordBook, signed: Signed) -> Iterator[str]:
    """What a refusal refuses, or a correction corrects, as far as it changes anything of it."""
    if signed.typ == CORRECTION.typ:
        first = words.signed.get(str(signed.data.get("amends")))
        if first is not None and first.iss == signed.iss:
            yield first.id
    elif signed.typ == REFUSAL:
        for data in words.versions(signed):
            about = words.signed.get(str(data.get("about")))
            if about is not None and _is_heard(words, signed, about):
                yield about.id


def _near_handover(words: WordBook, handover: Signed, *, wide: bool) -> Iterator[Step]:
    yield from ((one, wide) for one in words.said.get((handover.id, handover.iss), ()))
    yield from ((one, wide) for one in words.heard.get(handover.id, ()))
    for name in words.pairs.get(handover.id, ()):
        receipt = words.signed[name]
        if wide:
            yield name, True
        yield from ((one, wide) for one in words.said.get((handover.id, receipt.iss), ()))


def _joined(
    words: WordBook, confirmation: Signed, receipt: Signed, handover: Signed, *, wide: bool
) -> Iterator[Step]:
    """What a confirmation leads to: its signer's own statement, the other's as far as it is a side of it."""
    paired = receipt.id in words.pairs.get(handover.id, ())
    if confirmation.iss == receipt.iss:
        yield receipt.id, wide
        yield handover.id, wide and paired
    elif confirmation.iss == handover.iss:
        yield handover.id, wide
        if paired or words.concerns(receipt, handover):
            yield receipt.id, wide


def _is_heard(words: WordBook, refusal: Signed, about: Signed) -> bool:
    """Whether a refusal may change anything of what it refuses: a stranger's never does."""
    if about.typ in PAIR_NAMES.handovers:
        heard = refusal.id in words.heard.get(about.id, ())
        return heard or (about.id, refusal.iss) in words.receivers
    return about.typ == PAIR_NAMES.receipt and refusal.iss in words.sides_of(about)
