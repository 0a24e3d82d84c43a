"""Numbers on goods: whether the signer may speak for a GTIN or GLN, and what waits where it may not.

Everything is recorded. What waits is that a new code begins to answer under the number (gate `code`); a code
of the platform's own serves meanwhile, and nothing that answers already goes off.
"""

from __future__ import annotations

from typing import Final

from trace.chain.admission.decision import Decision
from trace.chain.chain_state import KnownLot
from trace.chain.editions import SECOND
from trace.chain.effects import Mark, MarkCleared
from trace.chain.facts import CodesActivated, GoodsPacked
from trace.chain.identifiers import (
    FOREIGN,
    GTIN,
    PROVEN,
    PROVISIONAL,
    RESTRICTED,
    UNPROVEN,
    holder_of,
)
from trace.chain.known_master import MasterBook
from trace.errors.base import Refusal
from trace.errors.food import ActBlocked
from trace.errors.identifiers import GtinOfAnother, GtinRestricted, GtinUnproven, ProductForeign

RULES: Final = {UNPROVEN: "P33", FOREIGN: "P34", RESTRICTED: "P35"}
"""Code of the mark -> the rule that makes it."""
REFUSALS: Final[dict[str, type[ActBlocked]]] = {
    UNPROVEN: GtinUnproven,
    FOREIGN: GtinOfAnother,
    RESTRICTED: GtinRestricted,
}
BY_CODE: Final = "by_code"
"""The state of a pack whose platform code answers while its GTIN waits."""


def mark_number(decision: Decision, gtin: str, lot: int | None) -> str:
    """Mark what is said under a GTIN that the signer may not speak for; what it is to it."""
    iss, book = decision.claims.iss, decision.known.master
    standing = book.standing(iss, GTIN + gtin.zfill(14), decision.day)
    if standing != PROVEN:
        holder = holder_of(book.prefixes, gtin, decision.day) or ""
        decision.mark(RULES[standing], lot, gtin=gtin.zfill(14), party=iss, value=gtin, limit=holder)
    return standing


def mark_location(decision: Decision, gln: str | None) -> None:
    """The same of the GLN of a place or party."""
    iss, prefixes = decision.claims.iss, decision.known.master.prefixes
    holder = holder_of(prefixes, gln, decision.day) if gln is not None else iss
    if gln is None or holder in {iss, decision.claims.sub}:
        return
    code = UNPROVEN if holder is None else FOREIGN
    decision.mark(RULES[code], None, gln=gln, party=iss, value=gln, limit=holder or "")


def check_pack(decision: Decision, fact: GoodsPacked, lot: int) -> None:
    """Mark a pack under numbers of others. Its serials wait with its code: they are counted for the holder.

    Raises `ProductForeign` of a product's own name that carries another's id, and the refusals of serials.
    """
    iss, book = decision.claims.iss, decision.known.master
    named = fact.product.removeprefix(GTIN) if fact.product.startswith(GTIN) else None
    if named is None and book.standing(iss, fact.product) != PROVEN:
        decision.refuse(ProductForeign(product=fact.product, iss=iss), since=SECOND)
    numbers = dict.fromkeys(one.zfill(14) for one in (fact.gtin, named) if one is not None)
    for gtin in numbers:
        standing = mark_number(decision, gtin, lot)
        if fact.serials is not None and fact.gtin is not None and standing != PROVEN:
            decision.refuse(_refusal(standing, fact.lot, gtin), since=SECOND)


def waits(decision: Decision, lot: KnownLot, fact: CodesActivated) -> bool:
    """Whether the GTIN of a pack waits while its platform code begins to answer.

    Without such a code, and for serials, which are codes of the GTIN, the act waits (since edition 2).
    """
    marks = [mark for mark in lot.marks if mark.code in PROVISIONAL]
    if not marks or lot.pack is None or lot.pack.gtin is None or lot.pack.state == "active":
        return False
    if fact.platform_code is not None and fact.range is None and decision.edition >= SECOND:
        return True
    worst = min(marks, key=lambda mark: (RESTRICTED, FOREIGN, UNPROVEN).index(mark.code))
    decision.refuse(_refusal(worst.code, lot.urn, str(worst.params.get("gtin", ""))), since=SECOND)
    return False


def clear_proven(decision: Decision, book: MasterBook) -> None:
    """End the marks of those who may speak for their numbers by what has just been said, as `book` has it."""
    for mark in sorted(decision.known.marks.values(), key=lambda one: one.id):
        if mark.code in {UNPROVEN, FOREIGN} and _is_proven(book, mark, decision):
            decision.add(MarkCleared(mark.id))


def _is_proven(book: MasterBook, mark: Mark, decision: Decision) -> bool:
    party, gtin, gln = (str(mark.params.get(name, "")) for name in ("party", "gtin", "gln"))
    if gln:
        return holder_of(book.prefixes, gln, decision.day) == party
    return book.standing(party, GTIN + gtin, decision.day) == PROVEN


def _refusal(code: str, lot: str, gtin: str) -> Refusal:
    return REFUSALS[code](
        rule=RULES[code], lot=lot, mark=code, gate="code", clause="docs/adr/0052", value=gtin, limit=""
    )
