"""Answers that turn out to be dear while they are begun: unwound here, and made on the places for such.

The application finds `ELSEWHERE` in a request's environment where there are such places, and calls it before
it begins what is long. In the process that answers dear questions it finds none, and makes the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final, NoReturn

ELSEWHERE: Final = "greentrace.elsewhere"


@dataclass(frozen=True, slots=True)
class MadePage:
    """A whole page that came from elsewhere and may be kept: its route, and what it was made of."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    route: str
    keys: Collection[str]


class MadeElsewhere(BaseException):
    """The answer is to be made elsewhere. No failure: nobody on the way handles it, but for who would keep
    the page and says so by `keep`."""

    keep: Callable[[MadePage], None] | None = None


def go_elsewhere() -> NoReturn:
    """What the application calls; raises `MadeElsewhere`."""
    raise MadeElsewhere
