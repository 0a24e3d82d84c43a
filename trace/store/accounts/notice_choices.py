"""What people chose about mail, and of what they were told, as rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.oversight.notice_kinds import DAILY, PAGE, Choice, Waits
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.tables.notices import notice_choice, notice_told

_COLUMNS: Final = (
    *("person", "way", "pace", "muted", "address", "asked", "code_hash", "code_ends_at", "tries_left"),
    "digest_on",
)
_READ: Final = f"SELECT {', '.join(_COLUMNS)} FROM notice_choice WHERE "  # noqa: S608 - columns of ours


_NOTHING_CHOSEN: Final = Choice(PAGE, DAILY)


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One person's choice.

    `address`: where mail goes; `asked`: one that waits for its code until `ends_at`.
    """

    person: str
    choice: Choice = _NOTHING_CHOSEN
    address: str = ""
    asked: str = ""
    code_hash: str = ""
    ends_at: datetime | None = None
    tries_left: int = 0
    digest_on: str = ""


def find_choice(connection: Connection, person: str) -> ChoiceRow | None:
    return next(iter(_rows(connection, "person = ?", (person,))), None)


def list_reachable(connection: Connection) -> list[ChoiceRow]:
    """Everybody who has confirmed an address."""
    return _rows(connection, "address IS NOT NULL ORDER BY person", ())


def put_choice(connection: Connection, row: ChoiceRow) -> None:
    """Keep what somebody chose in place of what stood."""
    run_many(connection, "DELETE FROM notice_choice WHERE person = ?", [(row.person,)])
    ends = None if row.ends_at is None else to_micros(row.ends_at)
    values = (
        *(row.person, row.choice.way, row.choice.pace, " ".join(sorted(row.choice.muted))),
        *(row.address or None, row.asked or None, row.code_hash or None, ends, row.tries_left),
        row.digest_on or None,
    )
    insert_rows(connection, notice_choice, _COLUMNS, [values])


def read_told(connection: Connection, person: str, urn: str) -> dict[str, Waits]:
    """Slug -> of what somebody was told; the things by short hashes."""
    text = "SELECT slug, waiting, late, things, newest FROM notice_told WHERE person = ? AND organisation = ?"
    return {
        slug: Waits(slug, int(waiting), int(late), tuple(things.split()), int(newest))
        for slug, waiting, late, things, newest in select(connection, text, (person, urn))
    }


def put_told(connection: Connection, person: str, urn: str, told: Iterable[Waits]) -> None:
    """Keep of what somebody knows, in place of what stood."""
    run_many(connection, "DELETE FROM notice_told WHERE person = ? AND organisation = ?", [(person, urn)])
    rows = [
        (person, urn, one.slug, one.count, one.late, " ".join(one.things), one.newest)
        for one in sorted(told, key=lambda one: one.slug)
    ]
    columns = ("person", "organisation", "slug", "waiting", "late", "things", "newest")
    insert_rows(connection, notice_told, columns, rows)


def _rows(connection: Connection, condition: str, values: tuple[Any, ...]) -> list[ChoiceRow]:
    return [
        ChoiceRow(
            row[0],
            Choice(row[1], row[2], frozenset(row[3].split())),
            row[4] or "",
            row[5] or "",
            row[6] or "",
            None if row[7] is None else from_micros(row[7]),
            int(row[8]),
            row[9] or "",
        )
        for row in select(connection, _READ + condition, values)
    ]
