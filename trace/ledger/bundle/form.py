"""The form of a `trace-bundle/1` (docs/record-format.md §9.1).

    {"format": "trace-bundle/1", "lot": "urn:lot:…", "lotSecret": "<22>", "view": "public",
     "statements": [{"jws": {flattened}, "leaf": "{…}", "log": 0, "index": 7, "proof": ["<b64>", …],
                     "secret": "<22>"?}, …],
     "logs": [{"checkpoint": "<note>", "before": "<note>"?, "consistency": ["<b64>", …]?,
               "earlier": [{"checkpoint": "<note>", "consistency": ["<b64>", …]}, …]?}, …],
     "status": {one entry}?, "tsa": ["<b64>"]?, "policy": "<tlog-policy>"}

`checkpoint` covers every entry of its log and every inclusion proof leads to it. `before` and each of
`earlier` are older cosigned checkpoints of the same log with a consistency proof to `checkpoint`; they
narrow the times: existed by the first that covers the entry, not before the last that does not. An entry
without `jws` is withheld: only its place in the log is shown. `secret` is the entry's own lot secret where
its `sub` is not the bundle's lot. `tsa` and `policy` are carried for display, never trusted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import orjson

from trace.errors import BundleMalformed, NotCanonical, ProofMalformed
from trace.ledger.canonical import JsonValue, b64u, count_members, unb64u
from trace.ledger.proof import hash_texts, parse_hashes

FORMAT = "trace-bundle/1"
VIEWS = frozenset({"public", "partner", "regulator"})
MAX_ENTRIES = 5_000
MAX_CHECKPOINTS = 1_000
_REQUIRED = frozenset({"format", "lot", "lotSecret", "view", "statements", "logs"})
_ALLOWED = _REQUIRED | {"status", "tsa", "policy", "leftOut"}
_TEXTS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NO_INTEGER = re.compile(r"[0-9][.eE]|-0")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a log: `leaf` bytes at `index` of log number `log`, audit path `proof`."""

    jws: Mapping[str, JsonValue] | None
    leaf: bytes
    log: int
    index: int
    proof: tuple[bytes, ...]
    secret: bytes | None = None

    def as_dict(self) -> dict[str, JsonValue]:
        form: dict[str, JsonValue] = {
            "leaf": self.leaf.decode(),
            "log": self.log,
            "index": self.index,
            "proof": hash_texts(self.proof),
        }
        if self.jws is not None:
            form["jws"] = dict(self.jws)
        if self.secret is not None:
            form["secret"] = b64u(self.secret)
        return form


@dataclass(frozen=True, slots=True)
class EarlierCheckpoint:
    """An older cosigned note with its consistency proof to the newest one."""

    checkpoint: str
    consistency: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class LogEvidence:
    """The newest cosigned note of a log and older ones; `before` is the last that covers no entry."""

    checkpoint: str
    before: EarlierCheckpoint | None = None
    earlier: tuple[EarlierCheckpoint, ...] = ()

    def as_dict(self) -> dict[str, JsonValue]:
        form: dict[str, JsonValue] = {"checkpoint": self.checkpoint}
        if self.before is not None:
            form["before"] = self.before.checkpoint
            form["consistency"] = hash_texts(self.before.consistency)
        if self.earlier:
            form["earlier"] = [
                {"checkpoint": one.checkpoint, "consistency": hash_texts(one.consistency)}
                for one in self.earlier
            ]
        return form


@dataclass(frozen=True, slots=True)
class Bundle:
    """A parsed bundle; nothing in it is verified."""

    lot: str
    lot_secret: bytes
    view: str
    entries: tuple[Entry, ...]
    logs: tuple[LogEvidence, ...]
    status: Entry | None = None
    tsa: tuple[str, ...] = ()
    policy: str = ""
    left_out: int = 0
    """At how many lots it stops: what they were made of is not in it."""

    def as_dict(self) -> dict[str, JsonValue]:
        """Return the JSON form."""
        form: dict[str, JsonValue] = {
            "format": FORMAT,
            "lot": self.lot,
            "lotSecret": b64u(self.lot_secret),
            "view": self.view,
            "statements": [entry.as_dict() for entry in self.entries],
            "logs": [log.as_dict() for log in self.logs],
            "policy": self.policy,
        }
        if self.status is not None:
            form["status"] = self.status.as_dict()
        if self.tsa:
            form["tsa"] = list(self.tsa)
        if self.left_out:
            form["leftOut"] = self.left_out
        return form


def build_bundle(bundle: Bundle) -> dict[str, JsonValue]:
    """Return the JSON form of a bundle after reading it back; raises `BundleMalformed`."""
    form = bundle.as_dict()
    parse_bundle(form)
    return form


def read_bundle(raw: bytes | str) -> dict[str, object]:
    """The JSON form of a bundle's text (docs/record-format.md §9.4), unverified; raises `BundleMalformed`.

    Every reader takes the same texts: what parsers see in two ways is refused before anything is read of it.
    """
    try:
        form = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise BundleMalformed(reason="not-json") from error
    if type(form) is not dict:
        raise BundleMalformed(reason="not-an-object")
    bare = _TEXTS.sub("", raw if isinstance(raw, str) else raw.decode())
    if _NO_INTEGER.search(bare) is not None:
        raise BundleMalformed(reason="float")
    try:
        stated = count_members(form)
    except NotCanonical as error:
        raise BundleMalformed(reason=str(error.params["reason"])) from error
    if stated != bare.count(":"):
        raise BundleMalformed(reason="member-repeated")
    return form


def parse_bundle(form: Mapping[str, object]) -> Bundle:
    """Read a bundle strictly, unverified; raises `BundleMalformed` with the member at fault."""
    if form.get("format") != FORMAT:
        raise BundleMalformed(reason="format")
    _require_members(form, _REQUIRED, _ALLOWED, "bundle")
    view = _text(form, "view")
    if view not in VIEWS:
        raise BundleMalformed(reason="member", member="view")
    logs = tuple([_log(one) for one in _objects(form, "logs", MAX_CHECKPOINTS)])
    entries = tuple([_entry(one, len(logs)) for one in _objects(form, "statements", MAX_ENTRIES)])
    status = form.get("status")
    return Bundle(
        _text(form, "lot"),
        _secret(form, "lotSecret"),
        view,
        entries,
        logs,
        _entry(_object(status, "status"), len(logs)) if status is not None else None,
        tuple([_string(one, "tsa") for one in _list(form.get("tsa", []), "tsa", MAX_CHECKPOINTS)]),
        _text(form, "policy") if "policy" in form else "",
        _count(form["leftOut"], "leftOut") if "leftOut" in form else 0,
    )


def _count(value: object, member: str) -> int:
    if type(value) is not int or not 0 < value < 2**53:
        raise BundleMalformed(reason="member", member=member)
    return value


def _entry(form: Mapping[str, object], logs: int) -> Entry:
    _require_members(
        form, {"leaf", "log", "index", "proof"}, {"leaf", "log", "index", "proof", "jws", "secret"}, "entry"
    )
    log, index = form["log"], form["index"]
    if type(log) is not int or type(index) is not int or not 0 <= log < logs or not 0 <= index < 2**53:
        raise BundleMalformed(reason="member", member="index")
    jws = _object(form["jws"], "jws") if "jws" in form else None
    return Entry(
        cast("Mapping[str, JsonValue] | None", jws),
        _text(form, "leaf").encode(),
        log,
        index,
        _hashes(form["proof"], "proof"),
        _secret(form, "secret") if "secret" in form else None,
    )


def _log(form: Mapping[str, object]) -> LogEvidence:
    _require_members(form, {"checkpoint"}, {"checkpoint", "before", "consistency", "earlier"}, "log")
    if ("before" in form) != ("consistency" in form):
        raise BundleMalformed(reason="member", member="consistency")
    before = None
    if "before" in form:
        before = EarlierCheckpoint(_text(form, "before"), _hashes(form["consistency"], "consistency"))
    earlier = _list(form.get("earlier", []), "earlier", MAX_CHECKPOINTS)
    return LogEvidence(_text(form, "checkpoint"), before, tuple([_earlier(one) for one in earlier]))


def _earlier(value: object) -> EarlierCheckpoint:
    form = _object(value, "earlier")
    _require_members(form, {"checkpoint", "consistency"}, {"checkpoint", "consistency"}, "earlier")
    return EarlierCheckpoint(_text(form, "checkpoint"), _hashes(form["consistency"], "consistency"))


def _require_members(
    form: Mapping[str, object],
    required: frozenset[str] | set[str],
    allowed: frozenset[str] | set[str],
    of: str,
) -> None:
    if not required <= form.keys() <= allowed:
        raise BundleMalformed(reason="members", member=of)


def _object(value: object, member: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise BundleMalformed(reason="member", member=member)
    return value


def _list(value: object, member: str, limit: int) -> Sequence[object]:
    if not isinstance(value, list | tuple) or len(value) > limit:
        raise BundleMalformed(reason="member", member=member)
    return value


def _objects(form: Mapping[str, object], member: str, limit: int) -> list[Mapping[str, object]]:
    found = [_object(one, member) for one in _list(form[member], member, limit)]
    if not found:
        raise BundleMalformed(reason="member", member=member)
    return found


def _string(value: object, member: str) -> str:
    if type(value) is not str:
        raise BundleMalformed(reason="member", member=member)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise BundleMalformed(reason="lone-surrogate", member=member) from error
    return value


def _text(form: Mapping[str, object], member: str) -> str:
    return _string(form[member], member)


def _secret(form: Mapping[str, object], member: str) -> bytes:
    try:
        raw = unb64u(_text(form, member))
    except NotCanonical as error:
        raise BundleMalformed(reason="member", member=member) from error
    if len(raw) != 16:
        raise BundleMalformed(reason="member", member=member)
    return raw


def _hashes(value: object, member: str) -> tuple[bytes, ...]:
    try:
        return parse_hashes(_list(value, member, MAX_CHECKPOINTS))
    except ProofMalformed as error:
        raise BundleMalformed(reason="member", member=member) from error
