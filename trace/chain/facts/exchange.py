"""Facts of the exchange between authorities: risk messages of five types, clues, and what came of a clue.

Who writes to whom, and of which type, stands in clear, so that anybody can count it from the log alone. Which
firm it is about, the words and the records are concealed: an open matter brands nobody. Sources:
获得绿色食品标志使用权的食品生产企业跨部门综合监管工作方案 (2024) 三(一)2, 四(五).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trace.chain.facts import urns
from trace.chain.facts.base import Fact, Kind, any_subject
from trace.chain.facts.reading import one_of, several, whole
from trace.chain.needs import Needs
from trace.parties import REGULATORS

LICENCE_CHANGE: Final = "licence_change"
PENALTY: Final = "penalty"
SAMPLING: Final = "sampling"
MARK_CHANGE: Final = "mark_change"
ANNUAL_CHECK: Final = "annual_check"
TYPES: Final = (LICENCE_CHANGE, PENALTY, SAMPLING, MARK_CHANGE, ANNUAL_CHECK)
"""食品生产许可变更, 行政处罚, 产品监督抽检, 标志使用权产品变化, 年度检查: the five that the plan names."""
RESULTS: Final = ("case", "rectified", "measures", "not_established", "not_competent")
"""What came of a clue: a case, a mended fault, another measure, nothing found, not ours to pursue."""
CONCEALED: Final = frozenset({"party", "text", "about"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ClueSent(Fact):
    """`to`: the authorities that it is for; they acknowledge it. `about`: the records that it rests on.

    `replaces`: the first statement of a message of which this one is a revision, however often it was revised
    before: it goes to the same authorities under the same subject, and is the same message.
    """

    form: int
    to: tuple[str, ...]
    party: str | None = None
    text: str | None = None
    about: tuple[str, ...] = ()
    replaces: str | None = None

    def needs(self) -> Needs:
        named = frozenset(() if self.replaces is None else (self.replaces,))
        return Needs(statements=named, records=named)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent(ClueSent):
    """A clue's members, and the type."""

    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClueAnswered(Fact):
    """`clue`: the statement that is answered, by one of those whom it was sent to."""

    clue: str
    result: str
    text: str | None = None

    def needs(self) -> Needs:
        named = frozenset((self.clue,))
        return Needs(statements=named, records=named)


_to = several(urns.party_urn, 1, 10)
_more = {"party": urns.party_urn, "text": urns.reason, "about": several(urns.statement_id, 0, 50)}
_more |= {"replaces": urns.statement_id}

MESSAGE = Kind(
    "oversight.message",
    MessageSent,
    {"form": whole(1, 1), "type": one_of(*TYPES), "to": _to},
    _more,
    subject=any_subject,
    stated_by=REGULATORS,
    agri=True,
    private=CONCEALED,
)
CLUE = Kind(
    "oversight.clue",
    ClueSent,
    {"form": whole(1, 1), "to": _to},
    _more,
    subject=any_subject,
    stated_by=REGULATORS,
    agri=True,
    private=CONCEALED,
)
RESPONSE = Kind(
    "oversight.response",
    ClueAnswered,
    {"clue": urns.statement_id, "result": one_of(*RESULTS)},
    {"text": urns.reason},
    subject=any_subject,
    stated_by=REGULATORS,
    agri=True,
    private=frozenset({"text"}),
)
SENT: Final = (MESSAGE, CLUE)
"""What is addressed to authorities and acknowledged by them."""
