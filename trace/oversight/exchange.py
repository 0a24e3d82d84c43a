"""The exchange between authorities as counted: messages by type, clues, who acknowledged and answered.

A message counts in the month in which its log took it in: nobody dates one back into a month whose figure was
sent. Every number is the length of a list of statements, and nobody types one in.
"""

from __future__ import annotations

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
class SentMessage:
    """A risk message or a clue with what came back; `type` is empty for a clue."""

    statement: str
    typ: str
    type: str
    sender: str
    to: tuple[str, ...]
    sent_at: datetime
    acknowledged: tuple[Reply, ...] = ()
    answers: tuple[Reply, ...] = ()

    @property
    def is_clue(self) -> bool:
        return self.typ == CLUE.typ

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Who has still to speak: to acknowledge a message, to answer a clue."""
        spoke = {one.by for one in (self.answers if self.is_clue else self.acknowledged)}
        return tuple(urn for urn in self.to if urn not in spoke)

    @property
    def unacknowledged(self) -> tuple[str, ...]:
        """Who has not said that it arrived; an answer says so too."""
        spoke = {one.by for one in (*self.acknowledged, *self.answers)}
        return tuple(urn for urn in self.to if urn not in spoke)


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What authorities exchanged in a period: statements by type, each list the figure itself."""

    by_type: Mapping[str, tuple[str, ...]]
    clues: tuple[str, ...]
    acknowledged: tuple[str, ...]
    """Those of all of them that everybody addressed has acknowledged, or answered, by now."""
    by_sender: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def messages(self) -> tuple[str, ...]:
        """Of every type, in the order of the types: 开展风险信息交流次数."""
        return tuple(one for typ in TYPES for one in self.by_type.get(typ, ()))


def exchanged(sent: Iterable[SentMessage], first: date, last: date) -> Exchanged:
    """What was sent from the first to the last day in Shanghai, both counted."""
    within = [one for one in sent if first <= day_in_shanghai(one.sent_at) <= last]
    by_type = {
        typ: tuple(one.statement for one in within if one.typ == MESSAGE.typ and one.type == typ)
        for typ in TYPES
    }
    by_sender: dict[str, tuple[str, ...]] = {}
    for one in within:
        by_sender[one.sender] = (*by_sender.get(one.sender, ()), one.statement)
    return Exchanged(
        by_type=by_type,
        clues=tuple(one.statement for one in within if one.is_clue),
        acknowledged=tuple(one.statement for one in within if not one.unacknowledged),
        by_sender=by_sender,
    )
