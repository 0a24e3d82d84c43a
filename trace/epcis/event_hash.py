"""The event hash id of CBV 2.0 §8.9: `ni:///sha-256;<hex>?ver=CBV2.0`, equal for every spelling of an event.

It is a check that two parties mean the same event, not a signature. Record time, event id, error declaration
and comments do not count; everything else does, extensions included.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from trace.epcis.gs1_uris import canonical
from trace.epcis.members import in_full, read_time
from trace.epcis.vocabulary import web_uri

_VERSION: Final = "CBV2.0"
_IGNORED: Final = frozenset({"@context", "type", "eventID", "recordTime", "errorDeclaration", "rdfs:comment"})
_QUANTITY: Final = ("epcClass", "quantity", "uom")
_METADATA: Final = (
    "time",
    "startTime",
    "endTime",
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "bizRules",
)
_REPORT: Final = (
    "type",
    "exception",
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "time",
    "microorganism",
    "chemicalSubstance",
    "value",
    "component",
    "stringValue",
    "booleanValue",
    "hexBinaryValue",
    "uriValue",
    "minValue",
    "maxValue",
    "meanValue",
    "sDev",
    "percRank",
    "percValue",
    "uom",
    "coordinateReferenceSystem",
)
_ORDER: Final = (
    "eventTime",
    "eventTimeZoneOffset",
    "certificationInfo",
    "epcList",
    "parentID",
    "inputEPCList",
    "childEPCs",
    "quantityList",
    "childQuantityList",
    "inputQuantityList",
    "outputEPCList",
    "outputQuantityList",
    "action",
    "transformationID",
    "bizStep",
    "disposition",
    "persistentDisposition",
    "readPoint",
    "bizLocation",
    "bizTransactionList",
    "destinationList",
    "sourceList",
    "sensorElementList",
    "ilmd",
)
_EPC_LISTS: Final = frozenset({"epcList", "inputEPCList", "childEPCs", "outputEPCList"})
_REFERENCES: Final = {
    "bizTransactionList": ("bizTransaction", "bizTransaction"),
    "sourceList": ("source", "party"),
    "destinationList": ("destination", "party"),
}
_TIMES: Final = frozenset({"eventTime", "time", "startTime", "endTime"})
_VOC: Final = "https://gs1.org/voc/"
_NAMESPACES: Final = {
    "gs1": _VOC,
    "cbv": "https://ref.gs1.org/cbv/",
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "epcis": "https://ref.gs1.org/epcis/",
}


def event_hash(members: Mapping[str, object], context: object = None) -> str:
    """The hash id of an event's JSON members, which `read_event` must accept.

    `context` is the document's `@context`: it gives the prefixes of the extensions. What some implementations
    let a caller ignore counts here.
    """
    digest = hashlib.sha256(pre_hash(members, context).encode()).hexdigest()
    return f"ni:///sha-256;{digest}?ver={_VERSION}"


def pre_hash(members: Mapping[str, object], context: object = None) -> str:
    """The text that is hashed: all counted members in canonical order and spelling."""
    prefixes = _NAMESPACES | _prefixes(context) | _prefixes(members.get("@context"))
    known = "".join(_known(name, members[name], prefixes) for name in _ORDER if name in members)
    others = {name: value for name, value in members.items() if name not in _IGNORED and name not in _ORDER}
    return f"eventType={members['type']}{known}{_extensions(others, prefixes)}"


def _prefixes(context: object) -> dict[str, str]:
    parts = context if isinstance(context, list | tuple) else [context]
    found = (pair for part in parts if isinstance(part, Mapping) for pair in part.items())
    named = ((prefix, term.get("@id") if isinstance(term, Mapping) else term) for prefix, term in found)
    return {prefix: uri for prefix, uri in named if isinstance(uri, str)}


def _known(name: str, value: object, prefixes: Mapping[str, str]) -> str:
    if value in ([], {}, ""):
        return ""
    if name in _EPC_LISTS:
        return name + "".join(sorted(_leaf("epc", epc, prefixes) for epc in _texts(value)))
    if name.lower().endswith("quantitylist"):
        return name + "".join(
            sorted("quantityElement" + _members(item, _QUANTITY, prefixes) for item in _objects(value))
        )
    if name in _REFERENCES:
        return name + "".join(
            sorted(_reference(item, *_REFERENCES[name], prefixes) for item in _objects(value))
        )
    if name == "sensorElementList":
        return name + "".join(sorted(_sensor(item, prefixes) for item in _objects(value)))
    if isinstance(value, Mapping):
        return name + _nested(name, value, prefixes)
    if name in ("bizStep", "disposition"):
        value = web_uri(name, _uri_of(str(value), prefixes))
    return _leaf(name, value, prefixes)


def _nested(name: str, value: Mapping[str, object], prefixes: Mapping[str, str]) -> str:
    if name == "persistentDisposition":
        words = [
            f"{part}={web_uri('disposition', word)}"
            for part in ("set", "unset")
            for word in sorted(_uri_of(each, prefixes) for each in _texts(value.get(part)))
        ]
        return "".join(words)
    place = _leaf("id", value["id"], prefixes) if "id" in value else ""
    return place + _extensions({key: item for key, item in value.items() if key != "id"}, prefixes)


def _reference(item: Mapping[str, object], name: str, kind: str, prefixes: Mapping[str, str]) -> str:
    typed = f"type={web_uri(kind, _uri_of(str(item['type']), prefixes))}" if "type" in item else ""
    return typed + _leaf(name, item[name], prefixes)


def _sensor(item: Mapping[str, object], prefixes: Mapping[str, str]) -> str:
    text = "sensorElement"
    metadata = item.get("sensorMetadata")
    if isinstance(metadata, Mapping):
        text += "sensorMetadata" + _members(metadata, _METADATA, prefixes) + _foreign(metadata, prefixes)
    reports = _objects(item.get("sensorReport"))
    text += "".join(
        sorted(
            f"sensorReport{_members(_said(report), _REPORT, prefixes)}{_foreign(report, prefixes)}"
            for report in reports
        )
    )
    return text + _foreign(item, prefixes)


def _said(report: Mapping[str, object]) -> dict[str, object]:
    """A sensor report with its bare words and CURIEs spelled as Web URIs."""
    spelled = dict(report)
    for name, base in (("type", _VOC), ("exception", _VOC), ("component", "https://ref.gs1.org/cbv/Comp-")):
        word = report.get(name)
        if isinstance(word, str):
            short = word.removeprefix("gs1:").removeprefix("cbv:Comp-")
            spelled[name] = short if ":" in short else base + short
    return spelled


def _members(item: Mapping[str, object], names: tuple[str, ...], prefixes: Mapping[str, str]) -> str:
    return "".join(_leaf(name, item[name], prefixes) for name in names if name in item)


def _foreign(item: Mapping[str, object], prefixes: Mapping[str, str]) -> str:
    return _extensions({name: value for name, value in item.items() if ":" in name}, prefixes)


def _extensions(members: Mapping[str, object], prefixes: Mapping[str, str]) -> str:
    """User members by expanded name, nested ones likewise, lists as repetitions; sorted as text."""
    prefixes = {**prefixes, **_prefixes(members.get("@context"))}
    parts: list[str] = []
    for name, value in members.items():
        if name not in _IGNORED:
            parts.extend(_repeated(_expanded(name, prefixes), value, prefixes))
    return "".join(sorted(parts))


def _repeated(name: str, value: object, prefixes: Mapping[str, str]) -> Iterator[str]:
    for item in value if isinstance(value, list | tuple) else (value,):
        if isinstance(item, Mapping):
            yield name + _extensions(item, prefixes)
        else:
            yield _leaf(name, item, prefixes)


def _expanded(name: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = name.partition(":")
    return f"{{{prefixes.get(prefix, prefix)}}}{local}" if colon else name


def _leaf(name: str, value: object, prefixes: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return f"{name}={'true' if value else 'false'}"
    text = str(value).strip()
    if name in _TIMES:
        return f"{name}={_milliseconds(text)}"
    if isinstance(value, int | float | Decimal):
        return f"{name}={_number(text)}"
    return f"{name}={canonical(_uri_of(text, prefixes))}"


def _uri_of(text: str, prefixes: Mapping[str, str]) -> str:
    """The URI that a compact one of JSON-LD (`prefix:name`) stands for; other texts as they are."""
    prefix, colon, local = text.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes and not local.startswith("//") else text


def _milliseconds(text: str) -> str:
    rounded = read_time(text, "$") + timedelta(microseconds=500)
    return rounded.strftime("%Y-%m-%dT%H:%M:%S.") + f"{rounded.microsecond // 1000:03d}Z"


def _number(text: str) -> str:
    try:
        plain = in_full(Decimal(text))
    except InvalidOperation:
        return text
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list | tuple) else []


def _objects(value: object) -> list[Mapping[str, object]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list | tuple) else []
