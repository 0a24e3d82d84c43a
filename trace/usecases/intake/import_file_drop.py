"""Import of dropped files: bundles, logged items, or bare signed statements of a farm's platform.

A bundle is evidence and stays under its own log. A bare statement comes from a farm whose platform has no
log: it is appended to ours, with `via` naming who handed it in (docs/record-format.md §14.1). Rows of tables
are unsigned and count for nothing until a key signs them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from trace.errors import Refusal
from trace.exchange.farm import FarmRecordSource, FeedItem, FileDrop, Notice, read_all
from trace.store.log.cursors import FeedCursor, put_cursor, read_cursor
from trace.usecases.intake.accept_evidence import EvidenceIntake
from trace.usecases.intake.accept_statements import Acceptance
from trace.usecases.intake.receipt import KNOWN, Outcome, Refused

REFUSED, TAKEN, UNSIGNED = "refused", "taken", "unsigned"
Append = Callable[[Sequence[FeedItem]], Sequence[Outcome]]


def take_files(
    desk: EvidenceIntake, acceptance: Acceptance, place: Path
) -> tuple[dict[str, int], list[Notice]]:
    """The same counts and notices for a file or folder; bare statements enter the own log, `via` it."""
    via = f"file:{place.name}"
    return take_drop(
        desk,
        FileDrop(place),
        str(place.resolve()),
        lambda items: acceptance.accept([one.jws for one in items], each=True, via=via),
    )


def take_drop(
    desk: EvidenceIntake, source: FarmRecordSource, name: str, append: Append
) -> tuple[dict[str, int], list[Notice]]:
    """Read `source` on from where it was left; returns counts and what the reader noticed.

    `append` puts bare statements into the own log. The cursor moves page by page, after the page is kept.
    """
    counted: Counter[str] = Counter()
    notices: list[Notice] = []
    with desk.transactions.look("drop") as tx:
        cursor = read_cursor(tx.connection, name).cursor
    for page in read_all(source, cursor):
        notices.extend(notice for notice in page.notices if notice not in notices)
        counted[UNSIGNED] += len(page.drafts)
        for bundle in page.bundles:
            _count(counted, _taken(desk, bundle, notices))
        bare = [item for item in page.items if item.log is None]
        counted[REFUSED] += len(page.items) - len(bare)  # an item without its checkpoint proves nothing
        if bare:
            _count(counted, append(bare))
        if page.cursor is not None:
            with desk.transactions.begin("drop") as tx:
                put_cursor(tx.connection, name, FeedCursor(page.cursor, through=None), tx.now)
    return {what: counted[what] for what in (TAKEN, KNOWN, REFUSED, UNSIGNED)}, notices


def _taken(desk: EvidenceIntake, bundle: object, notices: list[Notice]) -> Sequence[Outcome]:
    if not isinstance(bundle, dict):
        return ()
    try:
        return desk.take_bundle(bundle)
    except Refusal as refusal:
        notices.append(Notice("refused", "bundle", {"code": refusal.code, **refusal.params}))
        return (Refused(0, refusal),)


def _count(counted: Counter[str], outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if isinstance(outcome, Refused):
            counted[REFUSED] += 1
        else:
            counted[KNOWN if outcome.state == KNOWN else TAKEN] += 1
