"""The needs of a decision that follow from who signs: licences, area, and links of the signer."""

from __future__ import annotations

from typing import Final

from trace.chain.facts.cases import CASE
from trace.chain.facts.corrections import CORRECTION
from trace.chain.facts.goods import REPORT
from trace.chain.facts.link import LINK_CHANGE
from trace.chain.facts.oversight import COMPLETION, WITHDRAWAL
from trace.chain.facts.recall import RECALL as FIRM_RECALL
from trace.chain.needs import Needs

_ON_LICENCE: Final = frozenset({REPORT.typ, FIRM_RECALL.typ, CORRECTION.typ})
"""What counts by a licence of who signs it: a laboratory's accreditation, a company prefix."""
_IN_AREA: Final = frozenset({WITHDRAWAL.typ, COMPLETION.typ, CASE.typ})
"""What a bureau states about the firms of its area."""
_NOTHING: Final = Needs()


def signer_needs(typ: str, iss: str) -> Needs:
    """What a decision on a statement of this kind must know of its signer."""
    signer = frozenset((iss,))
    if typ in _ON_LICENCE:
        return Needs(holders=signer)
    if typ in _IN_AREA:
        return Needs(parties=signer)
    return Needs(linkers=signer) if typ == LINK_CHANGE.typ else _NOTHING
