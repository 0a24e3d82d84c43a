"""A photograph: taken when a standing record names its digest, kept as a small picture without metadata.

The digest in the record is the only authority: what does not have it is refused, whoever sends it. The file
that came is not kept, only the picture made of it; a record whose digest is that of such a picture is shown
byte for byte as it was signed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from trace.calendar.shanghai import SHANGHAI_TIME
from trace.chain.facts.photos import may_be_shown
from trace.errors import PhotoAbsent, PhotoDiffers, PhotoErased, PhotoOfOthers, PhotoUnnamed
from trace.labels.picture import web_picture
from trace.ledger.canonical import hex_digest
from trace.parties import Actor
from trace.store.messages.photos import (
    PhotoRow,
    add_photo,
    find_photos,
    find_standing_record,
    is_kept,
    mark_erased,
)
from trace.store.messages.report_files import FileFolder
from trace.store.page_keys import file_key
from trace.store.transaction import Connection, Transactions
from trace.store.versions import PAGES, bump_version

FOLDER: Final = "photos"
FIRMS: Final = "urn:uscc:"


@dataclass(frozen=True, slots=True)
class PhotoShown:
    """A photograph on a page, by the digest that its record names."""

    sha256: str
    shows: str
    alt: str | None
    width: int
    height: int


def store_photo(transactions: Transactions, data: Path, sha256: str, stmt: str, content: bytes) -> PhotoRow:
    """Keep the picture of a photograph that the record `stmt` names; the same again changes nothing.

    Where a standing record of somebody else names it already, it stays with that one: who shows the picture
    of another does not get to erase it.

    Raises PhotoDiffers, PhotoErased, PhotoTooLarge, PhotoUnnamed, PhotoUnreadable, StorageFull.
    """
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise PhotoDiffers(sha256=sha256, found=found)
    with transactions.look("photos") as tx:  # before anything is decoded
        _require_named(tx.connection, stmt, sha256)
    picture = web_picture(content)
    kept = hashlib.sha256(picture.content).hexdigest()
    row = PhotoRow(sha256, stmt, kept, picture.width, picture.height, len(picture.content))
    with transactions.begin("photos") as tx:
        _require_named(tx.connection, stmt, sha256)
        FileFolder(data / FOLDER).write(kept, picture.content)
        add_photo(tx.connection, replace(row, stmt=_keeper(tx.connection, row)), tx.now)
        bump_version(tx.connection, PAGES, [file_key(sha256)])
    return row


def read_photo_file(transactions: Transactions, data: Path, sha256: str) -> bytes:
    """The picture, while its record stands and the person on it agrees; raises PhotoAbsent."""
    with transactions.look("photos") as tx:
        row = find_photos(tx.connection, [sha256]).get(sha256)
        if row is None or row.erased or not _is_shown(tx.connection, row, _day(tx.now)):
            raise PhotoAbsent(sha256=sha256)
    content = FileFolder(data / FOLDER).read(row.kept)
    if content is None or hashlib.sha256(content).hexdigest() != row.kept:
        raise PhotoAbsent(sha256=sha256)  # lost or changed on the disk: never shown for what was signed
    return content


def erase_photo(transactions: Transactions, data: Path, sha256: str, actor: Actor | None = None) -> None:
    """Delete a picture for good; it is not taken again. By the record's signer, or (None) whoever holds the
    data folder. Raises PhotoAbsent, PhotoOfOthers."""
    with transactions.begin("photos") as tx:
        row = find_photos(tx.connection, [sha256]).get(sha256)
        if row is None or row.erased:
            raise PhotoAbsent(sha256=sha256)
        named = find_standing_record(tx.connection, row.stmt)
        if actor is not None and (named is None or not actor.acts_for(named[0])):
            raise PhotoOfOthers(sha256=sha256)
        mark_erased(tx.connection, sha256, tx.now)
        if not is_kept(tx.connection, row.kept):
            FileFolder(data / FOLDER).delete(row.kept)
        bump_version(tx.connection, PAGES, [file_key(sha256)])


def shown_in(
    stated: Mapping[str, Any], here: Mapping[str, PhotoRow], now: datetime
) -> tuple[PhotoShown, ...]:
    """The photographs that a record names, are here and may be shown now, in its order."""
    found = []
    for each in photos_in(stated):
        row = here.get(hex_digest(str(each["sha256"])))
        if row is not None and not row.erased and may_be_shown(each, _day(now), personal=False):
            alt = _text(each.get("alt"))
            found.append(PhotoShown(row.sha256, str(each["shows"]), alt, row.width, row.height))
    return tuple(found)


def digests_in(records: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The digests of all photographs that these records name, in hex."""
    return frozenset(hex_digest(str(one["sha256"])) for data in records for one in photos_in(data))


def photos_in(stated: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The photographs that a record names."""
    for each in stated.get("photos") or ():
        if isinstance(each, Mapping) and isinstance(each.get("sha256"), str):
            yield each


def story_of(stated: Mapping[str, Any], signer: str, now: datetime) -> str | None:
    """A record's story, where it may be shown; of a natural person with consent alone."""
    story = stated.get("story")
    if not isinstance(story, Mapping):
        return None
    personal = not signer.startswith(FIRMS)
    return _text(story.get("text")) if may_be_shown(story, _day(now), personal=personal) else None


def _require_named(connection: Connection, stmt: str, sha256: str) -> None:
    record = find_standing_record(connection, stmt)
    if record is None or all(hex_digest(str(one["sha256"])) != sha256 for one in photos_in(record[1])):
        raise PhotoUnnamed(sha256=sha256)
    row = find_photos(connection, [sha256]).get(sha256)
    if row is not None and row.erased:
        raise PhotoErased(sha256=sha256)


def _keeper(connection: Connection, new: PhotoRow) -> str:
    """The statement that a photograph stands under: the one it has, while another's record there names it."""
    former = find_photos(connection, [new.sha256]).get(new.sha256)
    record = find_standing_record(connection, former.stmt) if former is not None else None
    sender = find_standing_record(connection, new.stmt)
    if former is None or record is None or sender is None or record[0] == sender[0]:
        return new.stmt
    names = any(hex_digest(str(one["sha256"])) == new.sha256 for one in photos_in(record[1]))
    return former.stmt if names else new.stmt


def _is_shown(connection: Connection, row: PhotoRow, day: date) -> bool:
    record = find_standing_record(connection, row.stmt)
    stated = photos_in(record[1]) if record is not None else ()
    return any(
        hex_digest(str(one["sha256"])) == row.sha256 and may_be_shown(one, day, personal=False)
        for one in stated
    )


def _day(now: datetime) -> date:
    return now.astimezone(SHANGHAI_TIME).date()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
