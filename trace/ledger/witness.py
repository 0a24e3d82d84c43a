"""The witness's decision on `add-checkpoint` (C2SP tlog-witness), as a value.

The caller keeps one row per origin (`SeenTree`), compares and sets it in one transaction, and persists it
before it answers. Checking the content of new entries stands in `semantic`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from trace.errors import NoteMalformed, NoteNotVerified, ProofInvalid, ProofMalformed
from trace.ledger.checkpoint import Checkpoint, open_checkpoint
from trace.ledger.merkle import EMPTY_ROOT, verify_consistency
from trace.ledger.note import MAX_NOTE, Note, NoteVerifier, parse_note
from trace.ledger.proof import hash_texts, parse_hashes

SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"
_OLD = re.compile(r"old (0|[1-9]\d{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class SeenTree:
    """The newest tree of a log that this witness cosigned; size 0 when there is none."""

    size: int = 0
    root: bytes = EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A parsed `add-checkpoint` body."""

    old: int
    proof: tuple[bytes, ...]
    note: Note

    @property
    def origin(self) -> str:
        return self.note.text.partition("\n")[0]


@dataclass(frozen=True, slots=True)
class WitnessAnswer:
    """The answer: HTTP `status`, `body`, `media_type`; at 200 `accepted` is to be stored and cosigned."""

    status: int
    body: str = ""
    media_type: str = TEXT_TYPE
    accepted: Checkpoint | None = None
    seen: SeenTree = SeenTree()


def encode_add_checkpoint(old: int, proof: tuple[bytes, ...] | list[bytes], note: str) -> bytes:
    """Return the body a log posts to a witness."""
    rows = [f"old {old}", *hash_texts(proof)]
    return ("\n".join(rows) + "\n\n" + note).encode()


def parse_add_checkpoint(body: bytes) -> AddCheckpoint:
    """Read a body; raises `NoteMalformed`, `ProofMalformed` (status 400)."""
    if len(body) > MAX_NOTE:
        raise NoteMalformed(reason="too-long", limit=MAX_NOTE)
    try:
        head, blank, note = body.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        raise NoteMalformed(reason="not-utf-8") from error
    old, *hashes = head.split("\n")
    match = _OLD.fullmatch(old)
    if not blank or match is None:
        raise NoteMalformed(reason="old-size-line")
    return AddCheckpoint(int(match[1]), parse_hashes(hashes), parse_note(note))


def check_add_checkpoint(
    body: bytes, seen: Mapping[str, SeenTree], logs: Mapping[str, NoteVerifier]
) -> WitnessAnswer:
    """Decide an `add-checkpoint` from the newest cosigned tree and the trusted key of each origin.

    400 cannot be read or old > size · 404 unknown origin · 403 a line of the log does not hold, or there is
    none · 409 `old` is not the cosigned size (answered) · 422 proof does not hold, the same size with another
    root, or size 0 with another root than the empty tree's · 200 accepted.
    """
    try:
        asked = parse_add_checkpoint(body)
        if asked.origin not in logs:
            return WitnessAnswer(404, "unknown log\n")
        checkpoint = open_checkpoint(asked.note, logs[asked.origin])
    except (NoteMalformed, ProofMalformed) as error:
        return WitnessAnswer(400, f"{error.code}\n")
    except NoteNotVerified:
        return WitnessAnswer(403, "no valid signature of the log\n")
    return _decide(asked, checkpoint, seen.get(asked.origin, SeenTree()))


def _decide(asked: AddCheckpoint, checkpoint: Checkpoint, seen: SeenTree) -> WitnessAnswer:
    if asked.old > checkpoint.size:
        return WitnessAnswer(400, "old size above checkpoint size\n")
    if asked.old != seen.size:
        return WitnessAnswer(409, f"{seen.size}\n", SIZE_TYPE, seen=seen)
    try:
        _require_consistent(asked, checkpoint, seen)
    except ProofInvalid as error:
        return WitnessAnswer(422, f"{error.code}\n", seen=seen)
    return WitnessAnswer(200, accepted=checkpoint, seen=seen)


def _require_consistent(asked: AddCheckpoint, checkpoint: Checkpoint, seen: SeenTree) -> None:
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        raise ProofInvalid(reason="root-of-nothing")
    if asked.old == 0:
        if asked.proof:
            raise ProofInvalid(reason="proof-of-nothing")
        return
    verify_consistency(asked.old, checkpoint.size, seen.root, checkpoint.root, asked.proof)
