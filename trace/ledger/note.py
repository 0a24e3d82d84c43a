"""Signed notes (C2SP signed-note): text, a blank line, one line per signature, to the byte.

Signature types: 0x01 Ed25519 over the text; 0x04 the timestamped cosignature of C2SP tlog-cosignature over
`cosignature/v1`. Lines of unknown keys are kept and ignored; a wrong line of a known key spoils the note.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from trace.errors import KeyMalformed, NotAuthentic, NoteMalformed, NoteNotVerified
from trace.ledger.algorithms import PrivateKey, PublicKey
from trace.ledger.canonical import b64u

ED25519_NOTE, COSIGNATURE_V1 = 0x01, 0x04
MAX_NOTE = 1_000_000
MAX_LINES = 100
_DASH = "— "
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")
_PRIVATE = "PRIVATE+KEY+"


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One `— name base64(key id ‖ signature)` line."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note as received: `text` ends with a newline; the lines are not verified."""

    text: str
    lines: tuple[SignatureLine, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(str(line) for line in self.lines)


@dataclass(frozen=True, slots=True)
class NoteVerifier:
    """A note key: its name, key type and 32-byte Ed25519 public key; `vkey` is the text form."""

    name: str
    type: int
    public: bytes

    @classmethod
    def from_vkey(cls, vkey: str) -> Self:
        """Read `name+key id in hex+base64(type ‖ key)`; raises `NoteMalformed`."""
        parts = _encodable(vkey).split("+", 2)
        raw = _unb64(parts[2]) if len(parts) == 3 else b""
        if len(raw) != 33 or raw[0] not in (ED25519_NOTE, COSIGNATURE_V1):
            raise NoteMalformed(reason="vkey")
        found = cls(parts[0], raw[0], raw[1:])
        if _NAME.fullmatch(found.name) is None or found.vkey != vkey:
            raise NoteMalformed(reason="vkey")
        found._key()
        return found

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        coded = b64encode(bytes([self.type]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{coded}"

    def matches(self, line: SignatureLine) -> bool:
        return line.name == self.name and line.key_id == self.key_id

    def verify(self, text: str, signature: bytes) -> datetime | None:
        """Return the time of a cosignature (None for a plain one); raises `NoteNotVerified`."""
        message, when = text.encode(), None
        if self.type == COSIGNATURE_V1:
            seconds = int.from_bytes(signature[:8], "big")
            message, signature = _timed(text, seconds), signature[8:]
            when = _utc(seconds)
        try:
            self._key().verify(signature, message)
        except NotAuthentic as error:
            raise NoteNotVerified(reason="wrong-signature", name=self.name) from error
        return when

    def _key(self) -> PublicKey:
        try:
            return PublicKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": b64u(self.public)})
        except KeyMalformed as error:
            raise NoteMalformed(reason="vkey") from error


class NoteSigner:
    """A note key that signs; `private` is the `PRIVATE+KEY+…` text that Go's sumdb/note reads."""

    __slots__ = ("_key", "_seed", "verifier")

    def __init__(self, name: str, seed: bytes, key_type: int = ED25519_NOTE) -> None:
        self._key = PrivateKey.from_seed(seed)
        self._seed = seed
        public = b64decode(self._key.public_jwk()["x"] + "=", altchars=b"-_")
        self.verifier = NoteVerifier.from_vkey(NoteVerifier(name, key_type, public).vkey)

    @classmethod
    def generate(cls, name: str, key_type: int = ED25519_NOTE) -> Self:
        """Make a new key; type 0x01 for a log, 0x04 for a witness."""
        return cls(name, secrets.token_bytes(32), key_type)

    @classmethod
    def from_private(cls, text: str) -> Self:
        """Read `PRIVATE+KEY+name+key id+base64(type ‖ seed)`; raises `NoteMalformed`."""
        parts = _encodable(text).removeprefix(_PRIVATE).split("+", 2)
        raw = _unb64(parts[2]) if text.startswith(_PRIVATE) and len(parts) == 3 else b""
        if len(raw) != 33:
            raise NoteMalformed(reason="private-key")
        signer = cls(parts[0], raw[1:], raw[0])
        if signer.private != text:
            raise NoteMalformed(reason="private-key")
        return signer

    @property
    def name(self) -> str:
        return self.verifier.name

    @property
    def vkey(self) -> str:
        return self.verifier.vkey

    @property
    def private(self) -> str:
        coded = b64encode(bytes([self.verifier.type]) + self._seed).decode()
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{coded}"

    def sign(self, text: str, when: datetime | None = None) -> SignatureLine:
        """Return the line for `text`; `when` (aware, whole seconds count) only for cosignatures."""
        if (self.verifier.type == COSIGNATURE_V1) != (when is not None):
            raise NoteMalformed(reason="time-and-key-type")
        if when is None:
            return self._line(self._key.sign(text.encode()))
        seconds = int(when.timestamp())
        return self._line(seconds.to_bytes(8, "big") + self._key.sign(_timed(text, seconds)))

    def _line(self, signature: bytes) -> SignatureLine:
        return SignatureLine(self.name, self.verifier.key_id, signature)


def parse_note(raw: str | bytes) -> Note:
    """Read a note, unverified; raises `NoteMalformed`."""
    if len(raw) > MAX_NOTE:
        raise NoteMalformed(reason="too-long", limit=MAX_NOTE)
    text, lines = _split(_encodable(raw) if isinstance(raw, str) else _utf8(raw))
    if len(lines) > MAX_LINES:
        raise NoteMalformed(reason="too-many-lines", limit=MAX_LINES)
    return Note(text, tuple(_line(line) for line in lines))


def open_note(note: Note, known: Iterable[NoteVerifier]) -> Mapping[str, datetime | None]:
    """Return key name → time (None for plain signatures) of the known keys that signed, of their first lines.

    Raises `NoteNotVerified` when any line of a known key does not hold, or when none is known.
    """
    verifiers = {(one.name, one.key_id): one for one in known}
    found: dict[str, datetime | None] = {}
    for line in note.lines:
        verifier = verifiers.get((line.name, line.key_id))
        if verifier is not None:
            found.setdefault(verifier.name, verifier.verify(note.text, line.signature))
    if not found:
        raise NoteNotVerified(reason="no-known-signature")
    return found


def make_note(text: str, lines: Iterable[SignatureLine]) -> str:
    """Return the note's bytes as text; raises `NoteMalformed` for text that a note cannot hold."""
    return str(parse_note(text + "\n" + "".join(str(line) for line in lines)))


def _timed(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _utc(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise NoteMalformed(reason="time") from error


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NoteMalformed(reason="not-utf-8") from error
    return text


def _utf8(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise NoteMalformed(reason="not-utf-8") from error


def _split(whole: str) -> tuple[str, list[str]]:
    if any((ch < " " and ch != "\n") or ch == "\x7f" for ch in whole) or not whole.endswith("\n"):
        raise NoteMalformed(reason="characters")
    text, blank, signatures = whole.rpartition("\n\n")
    if not blank or not signatures:
        raise NoteMalformed(reason="no-signatures")
    return text + "\n", signatures[:-1].split("\n")


def _line(line: str) -> SignatureLine:
    name, _, coded = line.removeprefix(_DASH).partition(" ")
    raw = _unb64(coded)
    if not line.startswith(_DASH) or _NAME.fullmatch(name) is None or len(raw) < 5:
        raise NoteMalformed(reason="signature-line")
    return SignatureLine(name, raw[:4], raw[4:])


def _unb64(text: str) -> bytes:
    try:
        raw = b64decode(text, validate=True)
    except ValueError as error:
        raise NoteMalformed(reason="not-base64") from error
    if b64encode(raw).decode() != text:
        raise NoteMalformed(reason="not-base64")
    return raw
