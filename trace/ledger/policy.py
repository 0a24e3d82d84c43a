"""Trust policies: C2SP tlog-policy (logs, witnesses, groups, quorum) and the registrars of keys.

The policy is the verifier's own, never one that came with the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from trace.errors import NoteMalformed, NoteNotVerified, PolicyMalformed, QuorumNotMet
from trace.ledger.checkpoint import Checkpoint, open_checkpoint
from trace.ledger.note import COSIGNATURE_V1, ED25519_NOTE, Note, NoteVerifier, parse_note

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_KID = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class NamedWitness:
    """A `witness` line: its name in the policy, its key, its submission URL (or "")."""

    name: str
    key: NoteVerifier
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A `group` line: satisfied when at least `threshold` of its `members` are."""

    name: str
    threshold: int
    members: tuple[str, ...]
    rule: str = ""


@dataclass(frozen=True, slots=True)
class NamedLog:
    """A `log` line: its key (whose name is the origin) and its URL (or "")."""

    key: NoteVerifier
    url: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """A parsed policy. `quorum` names a witness or a group, or is "none"."""

    logs: tuple[NamedLog, ...]
    witnesses: tuple[NamedWitness, ...]
    groups: tuple[Group, ...]
    quorum: str

    def log(self, origin: str) -> NoteVerifier:
        """Return the key of a trusted log; raises `QuorumNotMet` for a log the policy does not name."""
        for one in self.logs:
            if one.key.name == origin:
                return one.key
        raise QuorumNotMet(reason="unknown-log", origin=origin)

    def open(self, note: str | bytes | Note) -> tuple[Checkpoint, dict[str, datetime]]:
        """Return the checkpoint and each witness's time; raises `QuorumNotMet`, `NoteMalformed`."""
        parsed = note if isinstance(note, Note) else parse_note(note)
        origin = parsed.text.partition("\n")[0]
        try:
            checkpoint = open_checkpoint(parsed, self.log(origin))
        except NoteNotVerified as error:
            raise QuorumNotMet(reason="log-signature", origin=origin) from error
        times = self._times(parsed)
        satisfied = set(times)
        for group in self.groups:
            if sum(member in satisfied for member in group.members) >= group.threshold:
                satisfied.add(group.name)
        if self.quorum != "none" and self.quorum not in satisfied:
            raise QuorumNotMet(reason="witnesses", origin=origin, present=sorted(times), quorum=self.quorum)
        return checkpoint, times

    def check(self, note: str | bytes | Note) -> dict[str, datetime]:
        """Return the time of each witness that signed; raises like `open`."""
        return self.open(note)[1]

    def _times(self, note: Note) -> dict[str, datetime]:
        times: dict[str, datetime] = {}
        for witness in self.witnesses:
            for line in note.lines:
                if witness.key.matches(line) and witness.name not in times:
                    when = _time_of(witness.key, note, line.signature)
                    if when is not None:
                        times[witness.name] = when
        return times

    def emit(self) -> str:
        """Return the policy text."""
        rows = [f"log {one.key.vkey} {one.url}".rstrip() for one in self.logs]
        rows += [f"witness {one.name} {one.key.vkey} {one.url}".rstrip() for one in self.witnesses]
        rows += [f"group {one.name} {one.rule} {' '.join(one.members)}" for one in self.groups]
        rows.append(f"quorum {self.quorum}")
        return "\n".join(rows) + "\n"


def _time_of(key: NoteVerifier, note: Note, signature: bytes) -> datetime | None:
    # A wrong line of one witness must not undo the others: it simply does not count.
    try:
        return key.verify(note.text, signature)
    except (NoteNotVerified, NoteMalformed):
        return None


def parse_policy(text: str) -> Policy:
    """Read a tlog-policy; names must be defined before use; raises `PolicyMalformed` with the line."""
    return _Reader().read(text)


def parse_registrars(text: str) -> Mapping[str, str]:
    """Return kid → name of the keys that may register keys: one `kid name…` per line, `#` comments."""
    found: dict[str, str] = {}
    for number, row in enumerate(text.split("\n"), 1):
        kid, _, name = row.strip(" \t\r").partition(" ")
        if not kid or kid.startswith("#"):
            continue
        if _KID.fullmatch(kid) is None or kid in found:
            raise PolicyMalformed(reason="registrar", line=number)
        found[kid] = name.lstrip(" \t")
    return found


class _Reader:
    def __init__(self) -> None:
        self.logs: list[NamedLog] = []
        self.witnesses: list[NamedWitness] = []
        self.groups: list[Group] = []
        self.quorum: str | None = None
        self.names: set[str] = {"none"}
        self.members: set[str] = set()
        self.keys: set[bytes] = set()
        self.line = 0

    def read(self, text: str) -> Policy:
        if _CONTROL.search(text):
            raise self._error("characters")
        for self.line, row in enumerate(text.split("\n"), 1):
            words = row.replace("\t", " ").strip(" ").split(" ")
            words = [word for word in words if word]
            if words and not words[0].startswith("#"):
                self._row(words[0], words[1:])
        if self.quorum is None:
            raise self._error("no-quorum")
        return Policy(tuple(self.logs), tuple(self.witnesses), tuple(self.groups), self.quorum)

    def _row(self, keyword: str, words: list[str]) -> None:
        if keyword == "log" and len(words) in (1, 2):
            self.logs.append(
                NamedLog(self._vkey(words[0], ED25519_NOTE), words[1] if len(words) == 2 else "")
            )
        elif keyword == "witness" and len(words) in (2, 3):
            key = self._vkey(words[1], COSIGNATURE_V1)
            self.witnesses.append(NamedWitness(self._new(words[0]), key, words[2] if len(words) == 3 else ""))
        elif keyword == "group" and len(words) >= 3:
            self._group(words[0], words[1], words[2:])
        elif keyword == "quorum" and len(words) == 1 and self.quorum is None:
            self.quorum = self._known(words[0])
        else:
            raise self._error("line")

    def _group(self, name: str, rule: str, members: list[str]) -> None:
        for member in members:
            if self._known(member) == "none" or member in self.members:
                raise self._error("group-member")
            self.members.add(member)
        count = {"all": len(members), "any": 1}.get(rule) or (int(rule) if _is_count(rule) else 0)
        if not 1 <= count <= len(members):
            raise self._error("group-size")
        self.groups.append(Group(self._new(name), count, tuple(members), rule))

    def _vkey(self, vkey: str, key_type: int) -> NoteVerifier:
        try:
            key = NoteVerifier.from_vkey(vkey)
        except NoteMalformed as error:
            raise self._error("vkey") from error
        if key.type != key_type or key.public in self.keys:
            raise self._error("vkey-type-or-repeated")
        self.keys.add(key.public)
        return key

    def _new(self, name: str) -> str:
        if name in self.names:
            raise self._error("name-repeated")
        self.names.add(name)
        return name

    def _known(self, name: str) -> str:
        if name not in self.names:
            raise self._error("name-unknown")
        return name

    def _error(self, reason: str) -> PolicyMalformed:
        return PolicyMalformed(reason=reason, line=self.line)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and not text.startswith("0")
