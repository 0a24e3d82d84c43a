"""How often one party speaks about one statement (P43): each word of a side is looked at with all the others.

Words of strangers cost nobody a look (`known_words`); a side's own do, and without a limit each would make
the next one dearer. One withdrawal of what was said is always allowed: it is the last word.
"""

from __future__ import annotations

from typing import Final

from trace.chain.admission.decision import Decision
from trace.chain.editions import SECOND
from trace.chain.known_words import WordBook, about_of
from trace.errors.handovers import SaidTooOften
from trace.ledger.pairing import Signed

WORDS: Final = "P43"


def check_answer(decision: Decision, receipt: str, handover: str) -> None:
    """A confirmation: of a receipt, and of a hand-over as often for each receipt that may be a pair with it.

    Raises `SaidTooOften`.
    """
    words, iss = decision.known.words, decision.claims.iss
    _check(decision, receipt, spoken(words, receipt, iss), times=1)
    _check(decision, handover, spoken(words, handover, iss), times=1 + len(words.pairs.get(handover, ())))


def check_correction(decision: Decision, amends: str, *, withdraws: bool) -> None:
    """A correction of what a hand-over may hang on, with what the same party said about the same before.

    Raises `SaidTooOften`.
    """
    words = decision.known.words
    stated = words.signed.get(amends)
    if stated is None or stated.iss != decision.claims.iss:
        return
    if withdraws and not _is_withdrawn(words, stated):
        return
    _check(decision, amends, len(words.own.get((amends, stated.iss), ())), times=1)
    for about in about_of(stated):
        times = 1 + len(words.pairs.get(about, ()))
        _check(decision, about, spoken(words, about, stated.iss), times=times)


def check_repeated(decision: Decision, about: str) -> None:
    """Any other answer to one statement. Raises `SaidTooOften`."""
    _check(decision, about, spoken(decision.known.words, about, decision.claims.iss), times=1)


def spoken(words: WordBook, about: str, by: str) -> int:
    """How many statements of a party answer one statement, their corrections with them."""
    answers = words.said.get((about, by), ())
    return sum(1 + len(words.own.get((name, by), ())) for name in dict.fromkeys(answers))


def _check(decision: Decision, about: str, count: int, *, times: int) -> None:
    rule = decision.rule(WORDS)
    limit = int(rule.number) * times
    if count >= limit:
        told = {"statement": about, "iss": decision.claims.iss, "count": count, "limit": limit}
        decision.refuse(SaidTooOften(rule=rule.id, clause=rule.cited, **told), since=SECOND)


def _is_withdrawn(words: WordBook, stated: Signed) -> bool:
    own = [words.signed.get(name) for name in words.own.get((stated.id, stated.iss), ())]
    return any(one is not None and one.data.get("withdraws") is True for one in own)
