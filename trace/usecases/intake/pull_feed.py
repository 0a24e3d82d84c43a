"""The pull of another platform's feed, to its end: each page verified again and kept before the cursor moves.

A page that is late, repeated, out of order or broken off costs nothing: the cursor stays where it was. An
item counts from the time of the checkpoint that it came under, so that a late pull makes no late harvest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from trace.errors import Refusal
from trace.exchange.farm import FarmBundlePage, FarmRecordSource, FeedItem, SignedFeed
from trace.ledger.canonical import unb64u
from trace.ledger.checkpoint import parse_checkpoint
from trace.ledger.note import parse_note
from trace.ledger.proof import parse_hashes
from trace.store.log.cursors import FeedCursor, put_cursor, read_cursor
from trace.store.log.evidence import find_evidence, note_refused
from trace.usecases.intake.accept_evidence import Carried, CarriedLog, EvidenceIntake
from trace.usecases.intake.receipt import KNOWN, Refused

REFUSED, TAKEN = "refused", "taken"
NOT_PROVED = "not-proved"
"""An entry that came without the checkpoint that would prove it."""


def pull_address(desk: EvidenceIntake, address: str, token: str) -> dict[str, int]:
    """The same counts for the signed feed at `address`, which opens with `token`."""
    feed = SignedFeed(address, token=token)
    try:
        return pull_feed(desk, feed, address)
    finally:
        feed.close()


def pull_feed(desk: EvidenceIntake, source: FarmRecordSource, name: str) -> dict[str, int]:
    """Take over what is new; returns how many items were taken, known before, refused, or withheld by proof.

    Raises the feed's refusals (FeedUnreachable, FeedBrokenOff …); what came before is kept.
    """
    counted: Counter[str] = Counter()
    with desk.transactions.look("feed") as tx:
        at = read_cursor(tx.connection, name)
    while True:
        page = source.read(at.cursor, at.etag)
        if page.unchanged:
            break
        counted += _take(desk, page)
        moved = page.cursor is not None and page.cursor != at.cursor
        if moved:
            origin, through = _read_through(page, at)
            at = FeedCursor(page.cursor, page.etag, origin, through)
            with desk.transactions.begin("feed") as tx:
                put_cursor(tx.connection, name, at, tx.now)
        if page.empty or not moved:
            break
    return {what: counted[what] for what in (TAKEN, KNOWN, REFUSED)}


def _read_through(page: FarmBundlePage, before: FeedCursor) -> tuple[str | None, int | None]:
    """The log behind a feed, and the index below which it left nothing out; (…, None) once it has."""
    places = sorted({(item.log, item.index) for item in page.items if item.index is not None})
    if not places:
        return before.origin, before.through
    origin, last = places[-1]
    if before.through is None or before.origin not in {None, origin} or origin is None:
        return origin, None
    new = [index for _, index in places if index >= before.through]
    whole = new == list(range(before.through, before.through + len(new)))
    return origin, max(before.through, last + 1) if whole else None


def _take(desk: EvidenceIntake, page: FarmBundlePage) -> Counter[str]:
    counted: Counter[str] = Counter()
    notes = _notes(page)
    groups: defaultdict[int, list[Carried]] = defaultdict(list)
    refused: dict[int, str] = {}
    seen: set[tuple[int | None, str]] = set()
    for item in page.items:
        if (item.index, item.compact) in seen:
            counted[KNOWN] += 1
            continue
        seen.add((item.index, item.compact))
        size = item.under
        if size is None or (item.log, size) not in notes:
            counted[KNOWN] += 1  # an item of an earlier page that came along again
            refused[item.index or 0] = NOT_PROVED  # or else its absence would be a riddle
            continue
        groups[size].append(_carried(item))
    for size in sorted(groups):
        note = next(note for (_, at), note in notes.items() if at == size)
        entries = sorted(groups[size], key=lambda one: one.index)
        try:
            outcomes = desk.take(CarriedLog(note, entries))
        except Refusal as refusal:
            counted[REFUSED] += len(entries)
            refused |= {one.index: refusal.code for one in entries}
            continue
        for entry, outcome in zip(entries, outcomes, strict=False):
            if isinstance(outcome, Refused):
                counted[REFUSED] += 1
                refused[entry.index] = outcome.refusal.code
            else:
                counted[KNOWN if outcome.state == KNOWN else TAKEN] += 1
    _note_refused(desk, page, refused)
    return counted


def _note_refused(desk: EvidenceIntake, page: FarmBundlePage, refused: Mapping[int, str]) -> None:
    """What came and is not here, by the log that it is of."""
    origins = {item.index or 0: item.log for item in page.items}
    for origin in {origins[index] for index in refused} - {None, desk.transactions.origin}:
        of_this = {index: code for index, code in refused.items() if origins[index] == origin}
        with desk.transactions.begin("feed") as tx:
            here = find_evidence(tx.connection, str(origin), list(of_this))
            missing = {index: code for index, code in of_this.items() if index not in here}
            note_refused(tx.connection, str(origin), missing, tx.now)


def _notes(page: FarmBundlePage) -> Mapping[tuple[str, int], str]:
    found = {}
    for note in page.checkpoints:
        checkpoint = parse_checkpoint(parse_note(note).text)
        found[checkpoint.origin, checkpoint.size] = note
    return found


def _carried(item: FeedItem) -> Carried:
    return Carried(
        item.jws,
        (item.leaf or "").encode(),
        item.index or 0,
        parse_hashes(list(item.proof)),
        unb64u(item.secret) if item.secret else None,
    )
