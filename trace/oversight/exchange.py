"""The exchange between authorities as counted: messages by type, clues, who acknowledged and answered.

A message counts in the month in which its log took it in: nobody dates one back into a month whose figure was
sent. Every number is the length of a list of statements, and nobody types one in. A message that was
revised stays one message under its number: revisions are told apart by their statements, the last one counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from trace.calendar.shanghai import day_in_shanghai
from trace.chain.facts.exchange import CLUE, MESSAGE, TYPES


@dataclass(frozen=True, slots=True)
class Reply:
    """A word of an addressed authority about what was sent to it: an acknowledgement, or a clue's result."""

    statement: str
    by: str
    at: datetime
    result: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """The running number of a message or a clue of its sender in a year: each kind is numbered by itself.

    It follows from the order in which the log took in what the sender signed, so that none is left out: a
    draft that nobody signed has none.
    """

    year: int
    running: int

    def __str__(self) -> str:
        return f"{self.year}-{self.running}"


@dataclass(frozen=True, slots=True)
class Revision:
    """What was sent under a number at one time, with the replies that name this revision."""

    statement: str
    type: str
    sent_at: datetime
    acknowledged: tuple[Reply, ...] = ()
    answers: tuple[Reply, ...] = ()


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A risk message or a clue with its revisions, the oldest first, and what came back of each.

    It is one message however often it was revised; what counts is its last revision, and that is what is to
    be acknowledged. `type` is empty for a clue.
    """

    typ: str
    sender: str
    sub: str
    to: tuple[str, ...]
    number: Number
    revisions: tuple[Revision, ...]

    @property
    def first(self) -> Revision:
        """What was sent first; by its statement the message is counted."""
        return self.revisions[0]

    @property
    def last(self) -> Revision:
        """What counts now."""
        return self.revisions[-1]

    @property
    def statement(self) -> str:
        """The statement that counts now, to be acknowledged and answered."""
        return self.last.statement

    @property
    def type(self) -> str:
        return self.last.type

    @property
    def sent_at(self) -> datetime:
        return self.last.sent_at

    @property
    def revision(self) -> int:
        """The number of the revision that counts now, from 1."""
        return len(self.revisions)

    def has(self, statement: str) -> bool:
        """Whether a statement is one of its revisions."""
        return any(one.statement == statement for one in self.revisions)

    @property
    def reference(self) -> str:
        """The number, with that of the revision behind it where there is more than one: 2026-3/2."""
        return str(self.number) if self.revision == 1 else f"{self.number}/{self.revision}"

    @property
    def answers(self) -> tuple[Reply, ...]:
        """Every answer to any revision of it, the oldest first."""
        return tuple(each for one in self.revisions for each in one.answers)

    @property
    def is_clue(self) -> bool:
        return self.typ == CLUE.typ

    @property
    def unanswered(self) -> tuple[str, ...]:
        """Who has not said what came of a clue; nobody of a message."""
        spoke = {one.by for one in self.answers}
        return tuple(urn for urn in self.to if self.is_clue and urn not in spoke)

    @property
    def unacknowledged(self) -> tuple[str, ...]:
        """Who has not said that its last revision arrived; an answer to it says so too."""
        spoke = {one.by for one in (*self.last.acknowledged, *self.last.answers)}
        return tuple(urn for urn in self.to if urn not in spoke)

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Who has still to speak: to answer a clue, to acknowledge a message, or the revision of either."""
        if self.is_clue and self.revision == 1:
            return self.unanswered
        owing = {*self.unanswered, *self.unacknowledged}
        return tuple(urn for urn in self.to if urn in owing)


def numbered(sent: Iterable[tuple[str, str, datetime]]) -> list[Number]:
    """The number of each first statement, as (sender, kind, when it was logged) in the order of arrival."""
    counts: Counter[tuple[str, str, int]] = Counter()
    found = []
    for sender, typ, at in sent:
        year = day_in_shanghai(at).year
        counts[sender, typ, year] += 1
        found.append(Number(year, counts[sender, typ, year]))
    return found


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What authorities exchanged in a period: statements by type, each list the figure itself."""

    by_type: Mapping[str, tuple[str, ...]]
    clues: tuple[str, ...]
    acknowledged: tuple[str, ...]
    """Those of all of them whose last revision everybody addressed has acknowledged, or answered, by now."""
    by_sender: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def messages(self) -> tuple[str, ...]:
        """Of every type, in the order of the types: 开展风险信息交流次数."""
        return tuple(one for typ in TYPES for one in self.by_type.get(typ, ()))


def exchanged(sent: Iterable[SentMessage], first: date, last: date) -> Exchanged:
    """What was sent from the first to the last day in Shanghai, both counted.

    A revision is no second message: it counts once, by its first statement, in the month of that.
    """
    within = [one for one in sent if first <= day_in_shanghai(one.first.sent_at) <= last]
    by_type = {
        typ: tuple(one.first.statement for one in within if one.typ == MESSAGE.typ and one.type == typ)
        for typ in TYPES
    }
    by_sender: dict[str, tuple[str, ...]] = {}
    for one in within:
        by_sender[one.sender] = (*by_sender.get(one.sender, ()), one.first.statement)
    return Exchanged(
        by_type=by_type,
        clues=tuple(one.first.statement for one in within if one.is_clue),
        acknowledged=tuple(one.first.statement for one in within if not one.unacknowledged),
        by_sender=by_sender,
    )
