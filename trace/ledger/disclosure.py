"""Selective disclosure (RFC 9901) below `data`: members that can be shown, withheld or erased.

A concealed member leaves its object; a digest in the object's sorted `_sd` stands for it. The disclosure
`base64url(UTF-8([salt, name, value]))`, 16 random bytes of salt, travels outside the signature. Narrower
than the RFC: members of objects only (no array elements), not nested, SHA-256, the array in JCS-R.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from binascii import a2b_base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Final, cast

import orjson

from trace.errors import NotCanonical, StatementMalformed
from trace.frozen import quickly_made
from trace.ledger.canonical import JsonValue, b64u, decode, encode, unb64u

DIGESTS = "_sd"
SALT_BYTES = 16
_CONTAINERS = (dict, list)
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}")
Entropy = Callable[[int], bytes]
NO_SALTS: Final[Mapping[str, bytes]] = MappingProxyType({})
"""None is given: every member gets one of its own."""


@quickly_made
@dataclass(frozen=True, slots=True)
class Disclosure:
    """One concealed member: 16-byte `salt`, `name`, `value`; `encoded` as it travels, `digest` in `_sd`.

    `text` is the JSON that is encoded.
    """

    salt: bytes
    name: str
    value: JsonValue
    encoded: str
    digest: str
    text: bytes


def disclosure_digest(encoded: str) -> str:
    return b64u(hashlib.sha256(encoded.encode("ascii")).digest())


def make_disclosure(name: str, value: JsonValue, salt: bytes) -> Disclosure:
    text = encode([b64u(salt), name, value])
    encoded = b64u(text)
    return Disclosure(salt, name, value, encoded, disclosure_digest(encoded), text)


def parse_disclosure(encoded: str) -> Disclosure:
    """Read one disclosure; raises `StatementMalformed`."""
    try:
        text = unb64u(encoded)
        parts = decode(text)
        if type(parts) is not list or len(parts) != 3:
            raise StatementMalformed(reason="disclosure-shape")
        salt, name, value = parts
        raw_salt = unb64u(salt) if type(salt) is str else b""
    except NotCanonical as error:
        raise StatementMalformed(reason="disclosure-not-canonical") from error
    if type(name) is not str or name == DIGESTS or len(raw_salt) != SALT_BYTES:
        raise StatementMalformed(reason="disclosure-shape")
    if type(value) in _CONTAINERS and any(True for _ in concealing_objects(value)):
        raise StatementMalformed(reason="disclosure-nested", name=name)
    return Disclosure(raw_salt, name, value, encoded, disclosure_digest(encoded), text)


def stated_members(joined: str) -> list[tuple[str, JsonValue]]:
    """Names and values of disclosures, blanks between them, that were parsed when they came in."""
    each = joined.replace("-", "+").replace("_", "/").split()
    parts = orjson.loads(b"[%b]" % b",".join([a2b_base64(encoded + "==") for encoded in each]))
    return [(name, value) for _, name, value in parts]


def concealing_objects(
    value: JsonValue, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Mapping[str, JsonValue]]]:
    """Yield (path, object) for each object that carries `_sd`, also inside lists (step: the position)."""
    if type(value) is dict:
        if DIGESTS in value:
            yield path, value
        for name, item in value.items():
            if type(item) in _CONTAINERS:
                yield from concealing_objects(item, (*path, name))
    elif type(value) is list:
        for position, item in enumerate(value):
            if type(item) in _CONTAINERS:
                yield from concealing_objects(item, (*path, str(position)))


def digests_of(holder: Mapping[str, JsonValue]) -> Sequence[str]:
    """Return the `_sd` of an object; raises `StatementMalformed` unless a sorted list of digests."""
    digests = holder[DIGESTS]
    if type(digests) is not list or not digests:
        raise StatementMalformed(reason="sd-shape")
    if not all(type(digest) is str and _DIGEST.fullmatch(digest) for digest in digests):
        raise StatementMalformed(reason="sd-shape")
    texts = cast("list[str]", digests)
    if any(left >= right for left, right in pairwise(texts)):
        raise StatementMalformed(reason="sd-not-sorted")
    return texts


def place_disclosures(
    data: Mapping[str, JsonValue], disclosures: Sequence[Disclosure]
) -> dict[str, Disclosure]:
    """Return dotted path → disclosure; raises `StatementMalformed` for one that has no place.

    Each digest stands in exactly one `_sd`; a name may neither repeat nor hide a member in clear.
    """
    homes: dict[str, tuple[tuple[str, ...], Mapping[str, JsonValue]]] = {}
    for path, holder in concealing_objects(cast("JsonValue", data)):
        _require_dotless(path)
        for digest in digests_of(holder):
            if digest in homes:
                raise StatementMalformed(reason="sd-repeated")
            homes[digest] = (path, holder)
    placed: dict[str, Disclosure] = {}
    for disclosure in disclosures:
        if disclosure.digest not in homes:
            raise StatementMalformed(reason="disclosure-without-digest", name=disclosure.name)
        path, holder = homes[disclosure.digest]
        _require_dotless((disclosure.name,))
        full = ".".join((*path, disclosure.name))
        if disclosure.name in holder or full in placed:
            raise StatementMalformed(reason="disclosure-name-repeated", name=disclosure.name)
        placed[full] = disclosure
    return placed


def _require_dotless(path: tuple[str, ...]) -> None:
    # A dot inside a name would let two places share one dotted path.
    if any("." in step for step in path):
        raise StatementMalformed(reason="sd-dotted-name", name=path[-1])


def conceal_members(
    data: Mapping[str, JsonValue],
    paths: Sequence[str],
    *,
    decoys: int = 0,
    entropy: Entropy = secrets.token_bytes,
    salts: Mapping[str, bytes] = NO_SALTS,
) -> tuple[dict[str, JsonValue], tuple[Disclosure, ...]]:
    """Return `data` with the members at dotted `paths` replaced by digests, and their disclosures.

    `salts` are given by path: those of a delivery note, or the ones that a corrected hand-over keeps.
    `decoys` digests of nothing are added to each concealing object, so that counts say little. Raises
    `StatementMalformed` when a path leads nowhere or through a list.
    """
    copy = _copy(cast("JsonValue", data))
    made: list[Disclosure] = []
    digests: dict[int, list[str]] = {}
    holders: dict[int, dict[str, JsonValue]] = {}
    for path in paths:
        holder, name = _holder(cast("dict[str, JsonValue]", copy), path)
        salt = salts.get(path) or entropy(SALT_BYTES)
        disclosure = make_disclosure(name, holder.pop(name), salt)
        made.append(disclosure)
        holders[id(holder)] = holder
        digests.setdefault(id(holder), []).append(disclosure.digest)
    for key, holder in holders.items():
        false = [b64u(hashlib.sha256(entropy(32)).digest()) for _ in range(decoys)]
        holder[DIGESTS] = sorted([*digests[key], *false])
    return cast("dict[str, JsonValue]", copy), tuple(made)


def reveal_members(
    data: Mapping[str, JsonValue], placed: Mapping[str, Disclosure], *, keep_digests: bool = False
) -> dict[str, JsonValue]:
    """Return a copy of `data` with the placed disclosures merged in, without `_sd` unless asked for it."""
    return cast("dict[str, JsonValue]", _reveal(cast("JsonValue", data), "", placed, keep_digests))


def _reveal(value: JsonValue, path: str, placed: Mapping[str, Disclosure], keep: bool) -> JsonValue:
    below = f"{path}." if path else ""
    if type(value) is list:
        return [_reveal(item, f"{below}{at}", placed, keep) for at, item in enumerate(value)]
    if type(value) is not dict:
        return value
    shown = {
        name: _reveal(item, below + name, placed, keep)
        for name, item in value.items()
        if keep or name != DIGESTS
    }
    if DIGESTS in value:
        own = [found for full, found in placed.items() if full == below + found.name]
        shown.update({found.name: _copy(found.value) for found in own})
    return shown


def _copy(value: JsonValue) -> JsonValue:
    if isinstance(value, Mapping):
        return {name: _copy(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_copy(item) for item in value]
    return value


def _holder(data: dict[str, JsonValue], path: str) -> tuple[dict[str, JsonValue], str]:
    *above, name = path.split(".")
    holder: JsonValue = data
    for step in above:
        holder = holder.get(step) if type(holder) is dict else None
    if type(holder) is not dict or name not in holder or name == DIGESTS:
        raise StatementMalformed(reason="nothing-to-conceal", path=path)
    return holder, name
