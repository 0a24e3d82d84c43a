"""The journal of a desk: what it has signed, on disk before anything is sent."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from trace.exchange.delivery_note import DeliveryNote
from trace.exchange.draft import Draft
from trace.ledger.canonical import b64u, unb64u
from trace.ledger.disclosure import NO_SALTS
from trace.ledger.statement import Statement, parse_statement


class ChangedRow(Exception):
    """A row that was imported before now says something else: that takes a correction, not an import."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft.key)
        self.draft = draft


class Journal:
    """What a desk has signed for one log: JSON Lines beside the key, on disk before anything is sent.

    A line holds the draft's key and digest with the signed statement, or only the key once the platform
    took it. What has no second line was perhaps sent: the same bytes are sent again. Each line names the log
    (`log`, its origin) that it was for; lines for another log are kept and mean nothing here. Lines of before
    name none: whether they count only the platform can answer.
    """

    def __init__(self, path: Path | None, log: str | None = None) -> None:
        self._path = path
        self._log = log
        self._signed: dict[str, dict[str, Any]] = {}
        self._taken: set[str] = set()
        if path is not None and path.exists():
            for line in path.read_bytes().splitlines():
                self._read(orjson.loads(line))

    def _read(self, entry: dict[str, Any]) -> None:
        if self._log is not None and entry.get("log", self._log) != self._log:
            return
        if entry.get("emptied"):
            self._signed.clear()
            self._taken.clear()
        elif "jws" in entry:
            self._signed[entry["key"]] = entry
        elif entry.get("refused"):
            self._signed.pop(entry["key"], None)
        else:
            self._taken.add(entry["key"])
            if "known" in entry:
                self._signed.setdefault(entry["key"], entry)

    def knows(self, draft: Draft) -> bool:
        """True when this draft was signed before; raises ChangedRow when it now says something else."""
        known = self._signed.get(draft.key)
        if known is not None and known["digest"] != draft.digest:
            raise ChangedRow(draft)
        return known is not None

    def statements(self) -> list[str]:
        """The ids of what was signed here and taken, in signing order."""
        entries = (entry for key, entry in self._signed.items() if key in self._taken and "jws" in entry)
        return [parse_statement(entry["jws"]).statement_id for entry in entries]

    def report(self, number: str) -> str | None:
        """The statement of the last report under a number."""
        for entry in reversed(self._signed.values()):
            statement = parse_statement(entry["jws"]) if "jws" in entry else None
            if statement is not None and statement.claims.data.get("reportNo") == number:
                return statement.statement_id
        return None

    def empty(self) -> None:
        """Forget all of it: what it says was taken is not in the log. Nothing of another log is lost."""
        if self._log is not None:
            self._write([{"key": "", "emptied": True}])
        self._signed.clear()
        self._taken.clear()

    def known(self, draft: Draft, stmt: str) -> None:
        """Note that a draft was stated before, from another device or in an earlier file."""
        self._write([{"key": draft.key, "digest": draft.digest, "known": stmt}])

    def pending(self) -> list[dict[str, Any]]:
        """Signed, but not known to be taken, in signing order."""
        return [entry for key, entry in self._signed.items() if key not in self._taken and "jws" in entry]

    def signed(
        self, drafts: Sequence[tuple[Draft, Statement]], notes: Mapping[str, bytes] = NO_SALTS
    ) -> None:
        """Write down what was signed; `notes` are the secrets of delivery notes by the key of a draft."""
        self._write(
            {
                "key": draft.key,
                "digest": draft.digest,
                "jws": statement.flattened(),
                **({"note": b64u(notes[draft.key])} if draft.key in notes else {}),
            }
            for draft, statement in drafts
        )

    def notes(self) -> list[DeliveryNote]:
        """The delivery notes whose lines the platform took, in the order in which they were signed."""
        lines: dict[str, list[str]] = {}
        for key, entry in self._signed.items():
            if "note" in entry and key in self._taken:
                statement = parse_statement(entry["jws"])
                lines.setdefault(entry["note"], []).append(statement.statement_id)
        return [DeliveryNote(stmts[0], len(stmts), unb64u(note)) for note, stmts in lines.items()]

    def taken(self, keys: Iterable[str]) -> None:
        self._write({"key": key} for key in keys)

    def refused(self, keys: Iterable[str]) -> None:
        """Forget what the platform would not have: it may be corrected and stated again."""
        self._write({"key": key, "refused": True} for key in keys)

    def _write(self, entries: Iterable[dict[str, Any]]) -> None:
        named = {} if self._log is None else {"log": self._log}
        listed = [{**entry, **named} for entry in entries]
        for entry in listed:
            self._read(entry)
        if self._path is None:
            return
        # Disclosures are in it: for its owner's eyes, like the key beside it.
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as out:
            out.write(b"".join(orjson.dumps(entry) + b"\n" for entry in listed))
            out.flush()
            os.fsync(out.fileno())
