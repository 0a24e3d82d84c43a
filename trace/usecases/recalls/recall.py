"""A recall as the public reads it: why, by whom, of which packs, where to bring them, and what became of it.

Told are what its statement says and what anybody may see of the goods by their codes. Nobody who bought,
sold or received them is named: that is on a shop's own notice or on one that was announced.
"""

from __future__ import annotations

from dataclasses import dataclass

STANDING, COMPLETED, LIFTED = "standing", "completed", "lifted"
"""It runs; its duties are done and the warning stays; it was taken back and never should have been."""


@dataclass(frozen=True, slots=True)
class RecalledPack:
    """A pack under a recall: what is printed on it, and the path of its page.

    `firm` is who packed it, None for a natural person; `some` where only some of its codes are meant;
    `contact` what the label gives to call.
    """

    name: str
    batch_no: str
    produced_on: str | None
    path: str
    firm: str | None
    some: bool
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class FailedItem:
    """An item of a test that the goods failed, as its laboratory signed it."""

    name: str
    value: str | None
    unit: str | None
    limit: str | None
    tested_on: str
    report_no: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """What the firm announced, in its words: the day, the text, and where the public reads it."""

    on: str
    text: str
    published_at: str


@dataclass(frozen=True, slots=True)
class Recall:
    """None where its statement does not say. Times are ISO, days those of Shanghai.

    `names` are the goods that it names, `packs` those that bear a code and may hold something of them, the
    newest first; `more` are not told here, and `truncated`: not all made of it was looked at. `failed` is
    what the goods failed before an authority ordered it.
    """

    statement: str
    arrival: int
    state: str
    by_firm: bool
    on: str
    logged_at: str
    ended_on: str | None
    changed_at: str
    level: str | None
    reason: str | None
    advice: str | None
    return_to: str | None
    function: str | None
    phone: str | None
    by: str | None = None
    names: tuple[str, ...] = ()
    packs: tuple[RecalledPack, ...] = ()
    more: int = 0
    truncated: bool = False
    announcements: tuple[Announcement, ...] = ()
    failed: tuple[FailedItem, ...] = ()


@dataclass(frozen=True, slots=True)
class RecallList:
    """Recalls, the newest first; `next` is where the next page begins, None on the last.

    `unseen` says that what was asked for has more packs than were looked at.
    """

    recalls: tuple[Recall, ...]
    next: int | None = None
    unseen: bool = False
    as_of: str = ""
