"""Checkpoints (C2SP tlog-checkpoint): a log's origin, size and root as a signed note; cosignatures."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from trace.errors import NoteMalformed, NoteNotVerified
from trace.ledger.merkle import HASH_BYTES
from trace.ledger.note import (
    Note,
    NoteSigner,
    NoteVerifier,
    SignatureLine,
    make_note,
    open_note,
    parse_note,
)

LogKey = NoteSigner
_TEXT = re.compile(r"(?P<origin>[^\n]+)\n(?P<size>0|[1-9]\d{0,18})\n(?P<root>[A-Za-z0-9+/]{43}=)\n", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's state: `origin`, tree `size`, 32-byte `root`. No extension lines are allowed."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the note text that is signed."""
        return f"{self.origin}\n{self.size}\n{self.root_text}\n"

    @property
    def root_text(self) -> str:
        return b64encode(self.root).decode()


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a note's text as a checkpoint; raises `NoteMalformed`."""
    match = _TEXT.fullmatch(text)
    if match is None:
        raise NoteMalformed(reason="checkpoint-text")
    root = b64decode(match["root"])
    found = Checkpoint(match["origin"], int(match["size"]), root)
    if len(root) != HASH_BYTES or found.text() != text or found.size >= 2**63:
        raise NoteMalformed(reason="checkpoint-text")
    return found


def sign_checkpoint(checkpoint: Checkpoint, key: LogKey) -> str:
    """Return the note, signed by the log's key, whose name must be the origin."""
    if key.name != checkpoint.origin:
        raise NoteMalformed(reason="origin-is-not-key-name")
    return make_note(checkpoint.text(), [key.sign(checkpoint.text())])


def open_checkpoint(note: str | bytes | Note, log: NoteVerifier) -> Checkpoint:
    """Return the checkpoint that the log signed; raises `NoteNotVerified`, `NoteMalformed`."""
    parsed = note if isinstance(note, Note) else parse_note(note)
    checkpoint = parse_checkpoint(parsed.text)
    if checkpoint.origin != log.name:
        raise NoteNotVerified(reason="other-origin", name=checkpoint.origin)
    open_note(parsed, [log])
    return checkpoint


def cosign(text: str, when: datetime, key: NoteSigner) -> SignatureLine:
    """Return a witness's timestamped line for checkpoint `text`."""
    return key.sign(text, when)


def add_signatures(note: str | bytes, lines: Iterable[SignatureLine | str]) -> str:
    """Return the note with more lines, each key once (the first stays)."""
    parsed = parse_note(note)
    kept = list(parsed.lines)
    for line in lines:
        one = line if isinstance(line, SignatureLine) else parse_signature_line(line)
        if all((one.name, one.key_id) != (old.name, old.key_id) for old in kept):
            kept.append(one)
    return make_note(parsed.text, kept)


def parse_signature_line(line: str) -> SignatureLine:
    """Read one signature line, as a witness answers it; raises `NoteMalformed`."""
    note = parse_note("-\n\n" + line.rstrip("\n") + "\n")
    if len(note.lines) != 1:
        raise NoteMalformed(reason="signature-line")
    return note.lines[0]
