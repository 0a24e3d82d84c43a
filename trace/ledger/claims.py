"""Claims of a statement (docs/record-format.md §3.3), read strictly from the signed object.

Times are RFC 3339 with an offset; `seq`/`prev` make a gapless chain per (`iss`, `stream`); `anchor` is the
newest cosigned checkpoint the signer had seen; `inputs` are the statements this one builds on.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from trace.errors import StatementMalformed
from trace.frozen import quickly_made
from trace.ledger.canonical import MAX_INTEGER, JsonValue, b64u
from trace.ledger.times import instant

_REQUIRED = frozenset({"v", "typ", "iss", "stream", "seq", "jti", "sub", "occurredAt", "signedAt", "data"})
_ALLOWED = _REQUIRED | {"prev", "anchor", "inputs", "_sd_alg"}
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}")
_JTI = re.compile(r"[A-Za-z0-9_-]{22}")
_ROOT = re.compile(r"[A-Za-z0-9+/]{43}=")
_TYP = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*")
_VISIBLE = re.compile(r"[!-~]{1,128}")
_LINE = re.compile(r"[^\x00-\x1f\x7f]{1,256}")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A checkpoint named inside signed bytes: log `origin`, tree `size`, base64 `root`."""

    origin: str
    size: int
    root: str


@quickly_made
@dataclass(frozen=True, slots=True)
class InputRef:
    """A statement that this one builds on: id, origin of its log, leaf index there, role."""

    stmt: str
    log: str
    index: int
    role: str


@quickly_made
@dataclass(frozen=True, slots=True)
class Claims:
    """The signed claims; `data` without the disclosures, `raw` the whole decoded object (do not change)."""

    v: int
    typ: str
    iss: str
    stream: str
    seq: int
    prev: str | None
    jti: str
    sub: str
    occurred_at: datetime
    signed_at: datetime
    anchor: Anchor | None
    inputs: tuple[InputRef, ...]
    data: Mapping[str, JsonValue]
    raw: Mapping[str, JsonValue]


def read_claims(raw: Mapping[str, JsonValue]) -> Claims:
    """Return the claims of a decoded payload; raises `StatementMalformed` with the member at fault."""
    if not (raw.keys() >= _REQUIRED and raw.keys() <= _ALLOWED):
        wrong = sorted((_REQUIRED - raw.keys()) | (raw.keys() - _ALLOWED))
        raise StatementMalformed(reason="claim-members", members=wrong)
    data = raw["data"]
    if type(data) is not dict:
        raise StatementMalformed(reason="claim", member="data")
    if type(raw["v"]) is not int or raw["v"] != 1:
        raise StatementMalformed(reason="claim", member="v")
    if raw.get("_sd_alg", "sha-256") != "sha-256":
        raise StatementMalformed(reason="claim", member="_sd_alg")
    seq, prev = _chain_place(raw)
    return Claims(
        1,
        _stable(raw["typ"], "typ"),
        _stable(raw["iss"], "iss"),
        _stable(raw["stream"], "stream"),
        seq,
        prev,
        _match(_JTI, raw["jti"], "jti"),
        _match(_LINE, raw["sub"], "sub"),
        _time(raw["occurredAt"], "occurredAt"),
        _time(raw["signedAt"], "signedAt"),
        _anchor(raw["anchor"]) if "anchor" in raw else None,
        _inputs(raw["inputs"]) if "inputs" in raw else (),
        data,
        raw,
    )


def new_claims(  # noqa: PLR0913 - one argument per claim
    typ: str,
    iss: str,
    stream: str,
    *,
    seq: int,
    prev: str | None,
    sub: str,
    occurred_at: datetime,
    signed_at: datetime,
    data: Mapping[str, JsonValue],
    anchor: Anchor | None = None,
    inputs: Sequence[InputRef] = (),
    jti: str | None = None,
) -> dict[str, JsonValue]:
    """Return the raw claims for `sign_statement`; `jti` defaults to 16 random bytes (base64url)."""
    claims: dict[str, JsonValue] = {
        "v": 1,
        "typ": typ,
        "iss": iss,
        "stream": stream,
        "seq": seq,
        "jti": jti or b64u(secrets.token_bytes(16)),
        "sub": sub,
        "occurredAt": timestamp(occurred_at),
        "signedAt": timestamp(signed_at),
        "data": data,
    }
    if prev is not None:
        claims["prev"] = prev
    if anchor is not None:
        claims["anchor"] = {"origin": anchor.origin, "size": anchor.size, "root": anchor.root}
    if inputs:
        claims["inputs"] = [
            {"stmt": one.stmt, "log": one.log, "index": one.index, "role": one.role} for one in inputs
        ]
    return claims


def timestamp(when: datetime) -> str:
    """Return RFC 3339 text of an aware time; raises `StatementMalformed` for a naive one."""
    if when.utcoffset() is None:
        raise StatementMalformed(reason="naive-time")
    return when.isoformat()


def _chain_place(raw: Mapping[str, JsonValue]) -> tuple[int, str | None]:
    seq, prev = raw["seq"], raw.get("prev")
    if type(seq) is not int or not 1 <= seq <= MAX_INTEGER:
        raise StatementMalformed(reason="claim", member="seq")
    if ("prev" in raw) != (seq > 1):
        raise StatementMalformed(reason="claim", member="prev")
    return seq, (_match(_DIGEST, prev, "prev") if seq > 1 else None)


def _match(pattern: re.Pattern[str], value: object, member: str) -> str:
    if type(value) is not str or pattern.fullmatch(value) is None:
        raise StatementMalformed(reason="claim", member=member)
    return value


@lru_cache(maxsize=4096)
def _is_stable(value: str, member: str) -> bool:
    return (_TYP if member == "typ" else _VISIBLE).fullmatch(value) is not None


def _stable(value: object, member: str) -> str:
    if type(value) is not str or len(value) > 128 or not _is_stable(value, member):
        raise StatementMalformed(reason="claim", member=member)
    return value


def _time(value: object, member: str) -> datetime:
    when = instant(value)
    if when is None:
        raise StatementMalformed(reason="claim", member=member)
    return when


def _count(value: object, member: str) -> int:
    if type(value) is not int or value < 0:
        raise StatementMalformed(reason="claim", member=member)
    return value


def _anchor(value: JsonValue) -> Anchor:
    if type(value) is not dict or value.keys() != {"origin", "size", "root"}:
        raise StatementMalformed(reason="claim", member="anchor")
    return Anchor(
        _stable(value["origin"], "anchor"),
        _count(value["size"], "anchor"),
        _match(_ROOT, value["root"], "anchor"),
    )


def _inputs(value: JsonValue) -> tuple[InputRef, ...]:
    if type(value) is not list or not value:
        raise StatementMalformed(reason="claim", member="inputs")
    return tuple([_input(item) for item in value])


def _input(value: JsonValue) -> InputRef:
    if type(value) is not dict or value.keys() != {"stmt", "log", "index", "role"}:
        raise StatementMalformed(reason="claim", member="inputs")
    return InputRef(
        _match(_DIGEST, value["stmt"], "inputs"),
        _stable(value["log"], "inputs"),
        _count(value["index"], "inputs"),
        _match(_LINE, value["role"], "inputs"),
    )
