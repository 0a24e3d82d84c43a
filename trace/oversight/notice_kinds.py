"""What reaches a person by mail: kinds of notices, which of them nobody switches off, and what is news.

What waits is counted from what stands. A notice is due where more waits than was told, or more is late, or
something waits that was not among what was told: one done and another come between two looks is news.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from trace.access.rights import APPLICATIONS, CASES, PREPARE

RECALL: Final = "recall"
AUTHORITY: Final = "authority"
FIGURES: Final = "figures"
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    RECALL: ("failed", "recalled", "recall-start", "recall-progress", "recall-finish", "recall-notice"),
    AUTHORITY: ("letter", "visit-answer", "entry-notice", "commitment", "results"),
    "records": ("upload", "certificate", "release-test", "proof"),
    "controls": ("control-daily", "control-weekly", "control-monthly"),
    "licences": ("renewal", "licence", "profile"),
    "stock": ("expired", "near-expiry"),
    "shoppers": ("complaint", "scan-alert"),
    "partners": ("claims", "handovers", "dispute"),
    "signing": ("batches", "unsigned", "faulty"),
    FIGURES: ("monthly-form", "year-summary", "joint-work"),
    "cases": ("case-overdue", "case-soon", "case-fresh"),
    "applications": ("applications", "key-requests"),
}
"""Kind -> the slugs of what waits; each slug has one kind."""

OF_OFFICES: Final[Mapping[str, str]] = {"cases": CASES, FIGURES: CASES, "applications": APPLICATIONS}
"""Kinds of authorities and registrars -> the right that they come with; all others are for firms."""

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
    """Things that wait: their slug, how many, how many of them are late.

    `things`: what they are known by, one that is known by no more than a day as often as there are of it;
    `newest`: the greatest number of those that are too many to be named, which only grows.
    """

    slug: str
    count: int
    late: int = 0
    things: tuple[str, ...] = ()
    newest: int = 0

    def beside(self, other: Waits) -> Waits:
        """This and other things of the same slug."""
        return Waits(
            self.slug,
            self.count + other.count,
            self.late + other.late,
            self.things + other.things,
            max(self.newest, other.newest),
        )


_NEVER: Final = Waits("", 0)


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose: by which way, at once or once a day, and which kinds not."""

    way: str = PAGE
    pace: str = DAILY
    muted: frozenset[str] = frozenset()


def kinds_for(rights: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The kinds that may wait for somebody with these rights."""
    return {kind: slugs for kind, slugs in KINDS.items() if OF_OFFICES.get(kind, PREPARE) in rights}


def kind_of(slug: str) -> str:
    """The kind of a slug, "" for what nobody is mailed about."""
    return next((kind for kind, slugs in KINDS.items() if slug in slugs), "")


def together(waits: Iterable[Waits]) -> list[Waits]:
    """What waits, each slug once."""
    found: dict[str, Waits] = {}
    for one in waits:
        found[one.slug] = found[one.slug].beside(one) if one.slug in found else one
    return list(found.values())


def news(waits: Iterable[Waits], told: Mapping[str, Waits]) -> list[Waits]:
    """What is more, later or other than was told of it; each slug once."""
    return [one for one in waits if _is_news(one, told.get(one.slug, _NEVER))]


def _is_news(one: Waits, told: Waits) -> bool:
    grown = one.count > told.count or one.late > told.late or one.newest > told.newest
    return grown or bool(Counter(one.things) - Counter(told.things))


def known_after(one: Waits, told: Waits) -> Waits:
    """What somebody knows who was told nothing now: what became less was seen to, and more is news again."""
    return Waits(
        one.slug,
        min(one.count, told.count),
        min(one.late, told.late),
        tuple((Counter(one.things) & Counter(told.things)).elements()),
        told.newest,
    )


def due(choice: Choice, fresh: Collection[Waits], *, digest: bool) -> list[Waits]:
    """What of the news goes out now; `digest`: the day's mail is due and was not sent."""
    found = []
    for one in fresh:
        kind = kind_of(one.slug)
        wished = choice.way == MAIL and kind not in choice.muted and (choice.pace == AT_ONCE or digest)
        if kind in MANDATORY or (kind and wished):
            found.append(one)
    return found
