"""EPCIS 2.0 JSON-LD: documents to events and back, exactly.

Numbers are read and written as decimals, never as binary floats. What an event carries beyond the members
known here stays verbatim in `other`; members of another event kind, or a bare word that CBV does not know,
are refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from trace.epcis.events import EVENTS, Event, QuantityElement
from trace.epcis.members import (
    MEMBERS,
    OFFSET,
    exact_number,
    in_full,
    read_object,
    read_offset,
    read_time,
    write_time,
    wrong,
)

CONTEXT: Final = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
CAPTURED: Final = "EPCISDocument"
QUERIED: Final = "EPCISQueryDocument"
_MOST_LEVELS: Final = 32

_KNOWN: Final = frozenset(member.name for members in MEMBERS.values() for member in members)
_CARRIED: Final = frozenset(
    [
        "recordTime",
        "errorDeclaration",
        "certificationInfo",
        "sensorElementList",
        "persistentDisposition",
        "ilmd",
        "@context",
    ]
)
_ANY_OF: Final = {
    "ObjectEvent": (("epcs", "quantities", "sensorElementList"),),
    "AggregationEvent": (),
    "AssociationEvent": (("parent",),),
    "TransactionEvent": (("biz_transactions",),),
    "TransformationEvent": (
        ("inputs", "input_quantities", "transformation_id"),
        ("outputs", "output_quantities", "transformation_id"),
    ),
}
"""Per kind: of each group at least one must be there."""


@dataclass(frozen=True, slots=True)
class EpcisDocument:
    """A captured or queried document: its events, and each as it was written."""

    created: datetime
    events: tuple[Event, ...]
    verbatim: tuple[Mapping[str, object], ...]
    context: object


def read_document(text: bytes | str) -> EpcisDocument:
    """Read a document. Raises `EpcisMalformed` (path, expected)."""
    try:
        written = json.loads(text, parse_float=exact_number, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise wrong("$", "JSON") from None
    document = read_object(written, "$")
    kind = document.get("type")
    if kind not in (CAPTURED, QUERIED):
        raise wrong("$.type", f"{CAPTURED} or {QUERIED}")
    if not str(document.get("schemaVersion")).startswith("2."):
        raise wrong("$.schemaVersion", "2.0")
    body = read_object(document.get("epcisBody"), "$.epcisBody")
    path = "$.epcisBody"
    if kind == QUERIED:
        path += ".queryResults.resultsBody"
        body = read_object(read_object(body.get("queryResults"), path).get("resultsBody"), path)
    listed = body.get("eventList")
    if not isinstance(listed, list):
        raise wrong(f"{path}.eventList", "list of events")
    events = tuple(read_event(item, f"{path}.eventList[{place}]") for place, item in enumerate(listed))
    created = read_time(document.get("creationDate"), "$.creationDate")
    return EpcisDocument(created, events, tuple(listed), document.get("@context"))


def read_event(written: object, path: str = "$") -> Event:
    """Read one event. Raises `EpcisMalformed` (path, expected)."""
    members = read_object(written, path)
    kind = members.get("type")
    if type(kind) is not str or kind not in EVENTS:
        raise wrong(f"{path}.type", "one of the five EPCIS events")
    values: dict[str, Any] = {
        "time": read_time(members.get("eventTime"), f"{path}.eventTime"),
        "offset": read_offset(members.get("eventTimeZoneOffset"), f"{path}.eventTimeZoneOffset"),
    }
    known = {"type", "eventTime", "eventTimeZoneOffset"}
    for member in MEMBERS[kind]:
        known.add(member.name)
        if member.name in members:
            values[member.attribute] = member.read(members[member.name], f"{path}.{member.name}")
        elif member.name == "action":
            raise wrong(f"{path}.action", "ADD, OBSERVE or DELETE")
    values["other"] = _carried(members, known, path)
    _complete(kind, values, path)
    return EVENTS[kind](**values)


def _carried(members: Mapping[str, object], known: set[str], path: str) -> dict[str, object]:
    other = {name: value for name, value in members.items() if name not in known}
    for name, value in other.items():
        if name in _KNOWN or (":" not in name and name not in _CARRIED):
            raise wrong(f"{path}.{name}", "no such member in this event")
        if not _shallow(value, _MOST_LEVELS):
            raise wrong(f"{path}.{name}", f"at most {_MOST_LEVELS} levels")
    return other


def _shallow(value: object, levels: int) -> bool:
    if isinstance(value, Mapping):
        return levels > 0 and all(_shallow(item, levels - 1) for item in value.values())
    if isinstance(value, list | tuple):
        return levels > 0 and all(_shallow(item, levels - 1) for item in value)
    return True


def _complete(kind: str, values: Mapping[str, Any], path: str) -> None:
    for group in _ANY_OF[kind]:
        if not any(values.get(name) or values["other"].get(name) for name in group):
            raise wrong(path, f"at least one of {', '.join(group)}")
    if kind == "AggregationEvent" and values["action"] != "OBSERVE" and not values.get("parent"):
        raise wrong(f"{path}.parentID", "the parent, unless only observed")


def event_members(event: Event) -> dict[str, object]:
    """The JSON members of an event; empty ones are left out."""
    if OFFSET.fullmatch(event.offset) is None:
        raise wrong("$.eventTimeZoneOffset", "zone offset such as +08:00")
    written: dict[str, object] = {
        "type": event.type,
        "eventTime": write_time(event.time, event.offset),
        "eventTimeZoneOffset": event.offset,
    }
    for member in MEMBERS[event.type]:
        value = getattr(event, member.attribute)
        if value is not None and value != ():
            written[member.name] = member.write(value)
    return {**written, **event.other}


def document_of(
    events: Iterable[Event], created: datetime, namespaces: Mapping[str, str] | None = None
) -> dict[str, object]:
    """An EPCIS capture document as JSON members; `namespaces` are the prefixes of its extensions."""
    context: list[object] = [CONTEXT]
    if namespaces:
        context.append(dict(namespaces))
    return {
        "@context": context,
        "type": CAPTURED,
        "schemaVersion": "2.0",
        "creationDate": write_time(created, "+00:00"),
        "epcisBody": {"eventList": [event_members(event) for event in events]},
    }


def write_json(value: object) -> str:
    """JSON text with decimals written exactly, as numbers. TypeError for anything that is not JSON."""
    if isinstance(value, Decimal):
        return in_full(value)
    if isinstance(value, Mapping):
        return (
            "{" + ",".join(f"{write_json(str(key))}:{write_json(item)}" for key, item in value.items()) + "}"
        )
    if isinstance(value, list | tuple):
        return "[" + ",".join(write_json(item) for item in value) + "]"
    if isinstance(value, float | QuantityElement):
        raise TypeError(f"{type(value).__name__} is not written into documents")
    return json.dumps(value, ensure_ascii=False)


def _no_constant(name: str) -> object:
    raise ValueError(name)
