"""What the two departments of an area set up and hold together, and when it counts.

One department enters it with its proof, the other confirms it: what one of them says alone is no joint work.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, Protocol, TypeVar

MECHANISM: Final = "mechanism"
EXCHANGE: Final = "exchange"
TRAINING: Final = "training"
KINDS: Final = (MECHANISM, EXCHANGE, TRAINING)
"""联动协作机制, 风险交流机制, 联合宣传培训."""
ENTERED: Final = "entered"
CONFIRMED: Final = "confirmed"
REFUSED: Final = "refused"
ENDED: Final = "ended"
STATES: Final = (ENTERED, CONFIRMED, REFUSED, ENDED)
"""Of a mechanism or an exchange that is in force no longer, the day from which it is not is its `until`."""


class JointWork(Protocol):
    """What is known of a piece of joint work; days as YYYY-MM-DD, "" for none."""

    @property
    def kind(self) -> str: ...
    @property
    def since(self) -> str: ...
    @property
    def until(self) -> str: ...
    @property
    def state(self) -> str: ...


_Work = TypeVar("_Work", bound=JointWork)


def in_force(works: Iterable[_Work], kind: str, day: date) -> list[_Work]:
    """The arrangements of a kind that both departments stand by and that are in force on a day."""
    on = day.isoformat()
    return [
        one
        for one in works
        if one.kind == kind
        and one.state in {CONFIRMED, ENDED}
        and one.since <= on
        and (not one.until or on < one.until)
    ]


def held(works: Iterable[_Work], first: date, last: date) -> list[_Work]:
    """The trainings that both departments stand by, on days of that time."""
    return [
        one
        for one in works
        if one.kind == TRAINING
        and one.state == CONFIRMED
        and first.isoformat() <= one.since <= last.isoformat()
    ]
