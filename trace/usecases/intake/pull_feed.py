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
from trace.store.log.cursors import put_cursor, read_cursor
from trace.usecases.intake.accept_evidence import Carried, CarriedLog, EvidenceIntake
from trace.usecases.intake.receipt import KNOWN, Refused

REFUSED, TAKEN = "refused", "taken"


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
        cursor, etag = read_cursor(tx.connection, name)
    while True:
        page = source.read(cursor, etag)
        if page.unchanged:
            break
        counted += _take(desk, page)
        moved = page.cursor is not None and page.cursor != cursor
        if moved:
            cursor, etag = page.cursor, page.etag
            with desk.transactions.begin("feed") as tx:
                put_cursor(tx.connection, name, str(cursor), etag, tx.now)
        if page.empty or not moved:
            break
    return {what: counted[what] for what in (TAKEN, KNOWN, REFUSED)}


def _take(desk: EvidenceIntake, page: FarmBundlePage) -> Counter[str]:
    counted: Counter[str] = Counter()
    notes = _notes(page)
    groups: defaultdict[int, list[Carried]] = defaultdict(list)
    seen: set[tuple[int | None, str]] = set()
    for item in page.items:
        if (item.index, item.compact) in seen:
            counted[KNOWN] += 1
            continue
        seen.add((item.index, item.compact))
        size = item.under
        if size is None or (item.log, size) not in notes:
            counted[KNOWN] += 1  # an item of an earlier page that came along again
            continue
        groups[size].append(_carried(item))
    for size in sorted(groups):
        note = next(note for (_, at), note in notes.items() if at == size)
        try:
            outcomes = desk.take(CarriedLog(note, groups[size]))
        except Refusal:
            counted[REFUSED] += len(groups[size])
            continue
        for outcome in outcomes:
            if isinstance(outcome, Refused):
                counted[REFUSED] += 1
            else:
                counted[KNOWN if outcome.state == KNOWN else TAKEN] += 1
    return counted


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
