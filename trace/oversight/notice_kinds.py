"""What reaches a person by mail: kinds of notices, which of them nobody switches off, and what is news.

What waits is counted from what stands; a notice is due where more waits than was told, or more is late.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

RECALL: Final = "recall"
AUTHORITY: Final = "authority"
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    RECALL: ("recall-start", "recall-progress", "recall-finish", "recall-notice"),
    AUTHORITY: ("letter", "visit-answer", "entry-notice", "commitment"),
    "records": ("upload", "certificate", "release-test", "proof"),
    "controls": ("control-daily", "control-weekly", "control-monthly"),
    "licences": ("renewal", "licence", "profile"),
    "stock": ("expired", "near-expiry"),
    "shoppers": ("complaint", "scan-alert"),
    "partners": ("claims", "handovers", "dispute"),
    "signing": ("batches", "unsigned", "faulty"),
}
"""Kind -> the slugs of what waits; each slug has one kind."""

MANDATORY: Final = frozenset({RECALL, AUTHORITY})
"""Food that people should not eat, and what an authority set a day for: at once, whatever else is chosen."""

PAGE: Final = "page"
MAIL: Final = "mail"
WAYS: Final = (PAGE, MAIL)
AT_ONCE: Final = "at-once"
DAILY: Final = "daily"
PACES: Final = (AT_ONCE, DAILY)


@dataclass(frozen=True, slots=True)
class Waits:
    """Things that wait: their slug, how many, and how many of them are late."""

    slug: str
    count: int
    late: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose: by which way, at once or once a day, and which kinds not."""

    way: str = PAGE
    pace: str = DAILY
    muted: frozenset[str] = frozenset()


def kind_of(slug: str) -> str:
    """The kind of a slug, "" for what nobody is mailed about."""
    return next((kind for kind, slugs in KINDS.items() if slug in slugs), "")


def news(waits: Iterable[Waits], told: Mapping[str, tuple[int, int]]) -> list[Waits]:
    """What is more, or later, than was told of it."""
    return [one for one in waits if one.count > told.get(one.slug, (0, 0))[0] or _later(one, told)]


def _later(one: Waits, told: Mapping[str, tuple[int, int]]) -> bool:
    return one.late > told.get(one.slug, (0, 0))[1]


def due(choice: Choice, fresh: Collection[Waits], *, digest: bool) -> list[Waits]:
    """What of the news goes out now; `digest`: the day's mail is due and was not sent."""
    found = []
    for one in fresh:
        kind = kind_of(one.slug)
        wished = choice.way == MAIL and kind not in choice.muted and (choice.pace == AT_ONCE or digest)
        if kind in MANDATORY or (kind and wished):
            found.append(one)
    return found
