"""The members of the kinds that people sign, as data for who says them in words without our readers.

A type is one letter, `[type]` a list, `[type, type]` one of two or null, an object its members by name:
T text, N whole number, Q quantity, t time, d day, U urn, S id of a statement, H digest, K secret, E word of a
list, W text that may be such a word, Y true. Made from the declarations; of kinds that keep members unread,
from what their other readers take.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from trace.chain.facts import KINDS, urns
from trace.chain.facts.base import FormKind, Kind, RecordKind
from trace.chain.facts.events import EPCIS_EVENT
from trace.chain.facts.handovers import only_true
from trace.chain.facts.handovers import salt as secret
from trace.chain.facts.keys import KEY_REGISTER, KEY_REVOKE
from trace.chain.facts.link import LINK_CHANGE, read_link_shape
from trace.chain.facts.master import LICENCE
from trace.chain.facts.reading import (
    Reader,
    any_object,
    element_of,
    expected_of,
    read_day,
    read_instant,
    read_quantity,
    shape_of,
)
from trace.chain.facts.snapshot import SNAPSHOT
from trace.parties import LAB, OPERATORS, REGULATORS

Outline = str | list["Outline"] | dict[str, "Outline"]

_KNOWN: Final[Mapping[Reader[Any], str]] = {
    read_quantity: "Q",
    read_instant: "t",
    read_day: "d",
    urns.lot_urn: "U",
    urns.party_urn: "U",
    urns.place_urn: "U",
    urns.product_urn: "U",
    urns.licence_urn: "U",
    urns.statement_id: "S",
    urns.salt: "K",
    secret: "K",
    urns.digest: "H",
    only_true: "Y",
    any_object: "X",
}
_BY_WORDS: Final = {"one of ": "E", "whole number": "N", "urn:": "U"}
_KEY: Final[dict[str, Outline]] = {
    "kid": "H",
    "jwk": {"kty": "T", "crv": "T", "x": "T", "y": "T"},
    "holder": {"iss": "U", "name": "T"},
    "roles": ["E"],
    "streams": ["T"],
    "custody": "E",
    "validFrom": "t",
    "validTo": "t",
    "proof": "K",
    "assurance": "T",
    "certSha256": "H",
}
_UNREAD: Final[Mapping[str, dict[str, Outline]]] = {
    KEY_REGISTER.typ: _KEY,
    KEY_REVOKE.typ: {"kid": "H", "reason": "E", "invalidFromIndex": "N"},
}
"""Kinds whose members the ledger reads (`trace.ledger.keys`)."""
_CONCEALED: Final = "U"
"""Members that are never in clear: `buyer` of a certificate, a party or a name."""
_OFTEN_WORDS: Final = frozenset({"roles", "basis"})
"""Texts that are words of a list as a rule, whatever the reader takes."""
BY_MACHINES: Final = frozenset({EPCIS_EVENT.typ})
"""Carries another system's document as it came: nobody signs it by hand."""
_BY_COMMANDS: Final = BY_MACHINES | {SNAPSHOT.typ}
"""What an authority states without anybody reading it first."""
BY_REGISTRARS: Final = frozenset({KEY_REGISTER.typ, LICENCE.typ})


def signed_by_people() -> Iterator[RecordKind[Any]]:
    """The kinds that a person of a firm, farm or laboratory signs, and what a registrar does for them."""
    for kind in KINDS.values():
        stated = not (OPERATORS | {LAB}).isdisjoint(kind.stated_by)
        if (stated and kind.typ not in BY_MACHINES) or kind.typ in BY_REGISTRARS:
            yield kind


def signed_by_officers() -> Iterator[RecordKind[Any]]:
    """The kinds that a person of an authority signs, as officer or as registrar."""
    for kind in KINDS.values():
        stated = not REGULATORS.isdisjoint(kind.stated_by)
        if (stated and kind.typ not in _BY_COMMANDS) or kind.typ in BY_REGISTRARS:
            yield kind


def outline_of(kind: RecordKind[Any]) -> dict[str, Outline]:
    """The members of a kind's `data`, by name."""
    if kind.typ in _UNREAD:
        return _UNREAD[kind.typ]
    if kind.typ == LINK_CHANGE.typ:
        link = shape_of(read_link_shape)
        assert link is not None  # noqa: S101 - for the type checker
        return {"field": "T", "to": [_members({**link.needed, **link.optional}), ["T"]]}
    if isinstance(kind, Kind):
        hidden = {name: _CONCEALED for name in sorted(kind.private) if name not in kind.shape.members}
        return {**hidden, **_members({**kind.shape.needed, **kind.shape.optional})}
    if isinstance(kind, FormKind):
        return _members({**kind.form.needed, **kind.form.optional})
    raise TypeError(f"{kind.typ} says nowhere which members it has")


def subject_of(kind: RecordKind[Any]) -> str:
    """The member that `sub` repeats; "" where `sub` says something of its own."""
    subject = kind.subject if isinstance(kind, Kind) else ""
    return subject if isinstance(subject, str) and subject in outline_of(kind) else ""


def words_of(reader: Reader[Any]) -> tuple[str, ...]:
    """The words that a reader of a list of words takes; none for another reader."""
    expected = expected_of(reader)
    return tuple(expected.removeprefix("one of ").split(", ")) if expected.startswith("one of ") else ()


def _members(readers: Mapping[str, Reader[Any]]) -> dict[str, Outline]:
    return {name: _outline(reader, name) for name, reader in readers.items()}


def _outline(reader: Reader[Any], name: str = "") -> Outline:
    element = element_of(reader)
    if element is not None:
        return [_outline(element, name)]
    shape = shape_of(reader)
    if shape is not None:
        return _members({**shape.needed, **shape.optional})
    if reader in _KNOWN:
        return _KNOWN[reader]
    expected = expected_of(reader)
    text = "W" if name in _OFTEN_WORDS else "T"
    return next((letter for start, letter in _BY_WORDS.items() if expected.startswith(start)), text)
