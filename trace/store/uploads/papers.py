"""Rows of papers that firms chose, and where a paper's digest still waits to be signed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, run_many, select
from trace.store.tables.papers import kept_paper

_SIGNED: Final = "SELECT stmt FROM statement WHERE iss = ? AND origin = ? AND typ IN (?, ?, ?) ORDER BY id"
_WAITS: Final = (
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM signing_draft d JOIN signing_batch b ON b.id = d.batch "
    "WHERE b.iss = ? AND d.stmt IS NULL AND d.content LIKE ?) "
    "OR EXISTS (SELECT 1 FROM upload_row r JOIN upload u ON u.id = r.upload "
    "WHERE u.holder = ? AND u.discarded_at IS NULL AND (r.cells LIKE ? OR r.edited LIKE ?)) "
    "OR EXISTS (SELECT 1 FROM upload_draft f JOIN upload u ON u.id = f.upload "
    "WHERE u.holder = ? AND u.discarded_at IS NULL AND f.stmt IS NULL AND f.body LIKE ?)"
)


def note_paper(connection: Connection, firm: str, sha256: str, at: datetime) -> None:
    """A paper was chosen: its time begins, or begins again. Whoever deletes it waits for this transaction."""
    update = "UPDATE kept_paper SET kept_at = ? WHERE firm = ? AND sha256 = ? RETURNING 1"
    if not select(connection, update, (to_micros(at), firm, sha256)):
        columns = ("firm", "sha256", "kept_at")
        insert_rows(connection, kept_paper, columns, [(firm, sha256, to_micros(at))])


def unsigned_papers(connection: Connection, firm: str) -> list[tuple[str, datetime]]:
    """(digest, since when) of papers that no signed record was found to name yet, the oldest first."""
    text = (
        "SELECT sha256, kept_at FROM kept_paper WHERE firm = ? AND named_at IS NULL ORDER BY kept_at, sha256"
    )
    return [(sha256, from_micros(kept)) for sha256, kept in select(connection, text, (firm,))]


def known_papers(connection: Connection, firm: str) -> set[str]:
    """Every digest of the firm that has a row."""
    return {
        sha256 for (sha256,) in select(connection, "SELECT sha256 FROM kept_paper WHERE firm = ?", (firm,))
    }


def mark_named(connection: Connection, firm: str, digests: Collection[str], at: datetime) -> None:
    """Keep these for good: a signed record names them."""
    text = "UPDATE kept_paper SET named_at = ? WHERE firm = ? AND sha256 = ?"
    run_many(connection, text, [(to_micros(at), firm, one) for one in sorted(digests)])


def take_unsigned(connection: Connection, firm: str, sha256: str, before: datetime) -> bool:
    """Drop the row of an unsigned paper that was not chosen again since then; False where it was."""
    text = "DELETE FROM kept_paper WHERE firm = ? AND sha256 = ? AND named_at IS NULL AND kept_at < ?"
    return bool(select(connection, f"{text} RETURNING 1", (firm, sha256, to_micros(before))))


def signed_with_papers(connection: Connection, iss: str, origin: str, typs: Sequence[str]) -> list[str]:
    """The statements of a party of three kinds: those that name papers, and corrections of them."""
    return [stmt for (stmt,) in select(connection, _SIGNED, (iss, origin, *typs))]


def waits_to_be_signed(connection: Connection, firm: str, written: Collection[str]) -> bool:
    """Whether a draft or a row of an upload of the firm names a digest, in any of the ways it is written."""
    for one in written:
        like = f"%{one.replace('_', '!_')}%"
        text = _WAITS.replace("LIKE ?", "LIKE ? ESCAPE '!'")
        if select(connection, text, (firm, like, firm, like, like, firm, like)):
            return True
    return False
