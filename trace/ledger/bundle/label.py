"""The label check: digest `?v=` and code on a pack against the record (docs/record-format.md §10.4).

The record that a digest names is found among the verified statements about the lot: the labelled statement
itself, or a correction of it. The code in the address is compared with what that record states, by keys that
the caller hands in: this package knows nothing of GTINs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote

from trace.ledger.bundle.verdict import Step, StepState
from trace.ledger.canonical import JsonValue
from trace.ledger.statement import Statement, label_digest

CORRECTION: Final = "correction"
MATCHES, DIFFERS, UNBOUND, ABSENT = "matches", "differs", "unbound", "absent"
"""`unbound`: an address was given that carries no digest, so that it names no record."""

_DIGEST: Final = re.compile(r"[A-Za-z0-9_-]{22}")
_HOST: Final = re.compile(r"^[^:/]*://[^/]*/?")
_BROKEN: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")

Data = Mapping[str, JsonValue]
Found = tuple[str, Step]


@dataclass(frozen=True, slots=True)
class LabelKey:
    """A path key of a label's address and the member of the record that says the same.

    Both are compared without what matches `drop` (leading zeros, hyphens). What is not `stated` by the record
    itself may stand in another statement of its issuer about the lot, or nowhere: then a bundle cannot bind
    it. Without a `member` it never can.
    """

    member: str = ""
    drop: str = ""
    stated: bool = True


def check_label(
    label: str | None, about: Sequence[Statement], typ: str, keys: Mapping[str, LabelKey]
) -> Found:
    """The verdict on a label (matches | differs | unbound | absent), and the step.

    `label` is the digest or the whole scanned address; `about` are the verified statements about the lot,
    of which those of kind `typ` and their corrections are records that a label may name.
    """
    if label is None:
        return ABSENT, Step("label", StepState.ABSENT, "no-label")
    bare = _DIGEST.fullmatch(label) is not None
    head, _, query = label.partition("#")[0].partition("?")
    digest = label if bare else dict(reversed(parse_qsl(query, keep_blank_values=True))).get("v")
    if digest is None:
        return _failed(UNBOUND, "no-digest")
    if not _DIGEST.fullmatch(digest):
        return _failed(UNBOUND, "digest-malformed")
    named = next((one for one in _records(about, typ) if label_digest(one[0].compact) == digest), None)
    if named is None:
        return _failed(DIFFERS, "label-differs")
    bound = True if bare or not keys else _binds(head, named, about, keys)
    if bound is False:
        return _failed(DIFFERS, "other-code")
    state, reason = (StepState.PASSED, "") if bound else (StepState.NOTED, "code-unbound")
    return MATCHES, Step("label", state, reason)


def _failed(found: str, reason: str) -> Found:
    return found, Step("label", StepState.FAILED, reason)


def _records(about: Sequence[Statement], typ: str) -> Iterator[tuple[Statement, Data]]:
    """Each record that a label may name, with what it states; a correction states the whole anew."""
    originals = {one.statement_id: one for one in about if one.claims.typ == typ}
    for one in originals.values():
        yield one, one.claims.data
    for one in about:
        amends, anew = one.claims.data.get("amends"), one.claims.data.get("replacement")
        amended = originals.get(amends) if isinstance(amends, str) else None
        if one.claims.typ != CORRECTION or amended is None or amended.claims.iss != one.claims.iss:
            continue
        if isinstance(anew, Mapping):
            yield one, anew


def _binds(
    head: str, named: tuple[Statement, Data], about: Sequence[Statement], keys: Mapping[str, LabelKey]
) -> bool | None:
    """Whether the code in the address is the record's: yes, no, or None where a part of it is unbound."""
    pairs = _pairs(head, keys)
    if not pairs:
        return False
    record, data = named
    others = [one.claims.data for one in about if one.claims.iss == record.claims.iss]
    all_bound = True
    for name, text in pairs:
        key = keys.get(name, LabelKey(stated=False))
        values = _values(key, [data] if key.stated else others)
        if (values or key.stated) and re.sub(key.drop, "", text) not in values:
            return False
        all_bound = all_bound and bool(values)
    return True if all_bound else None


def _values(key: LabelKey, stated: Sequence[Data]) -> set[str]:
    found = [one.get(key.member) for one in stated] if key.member else []
    return {re.sub(key.drop, "", text) for text in found if isinstance(text, str)}


def _pairs(head: str, keys: Mapping[str, LabelKey]) -> list[tuple[str, str]]:
    """(key, value) along the path from its first known key on; none where it cannot be read."""
    segments = _HOST.sub("", head).split("/")
    start = next((at for at, one in enumerate(segments) if one in keys), len(segments))
    segments = segments[start:]
    if len(segments) % 2 or any(_BROKEN.search(one) for one in segments):
        return []
    try:
        texts = [unquote(one, errors="strict") for one in segments]
    except UnicodeDecodeError:
        return []
    return list(zip(texts[::2], texts[1::2], strict=True))
