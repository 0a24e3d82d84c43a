"""The fact of a foreign EPCIS 2.0 event, kept word for word; `trace.epcis` judges it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, cast

from trace.chain.facts.base import KeptFact, OpenKind
from trace.chain.facts.reading import Unfit
from trace.epcis.members import exact_number
from trace.parties import LAB, OPERATORS, PLATFORM

_STATED: Final = frozenset({"event", "declared", "_sd"})
_OPTIONAL: Final = frozenset(
    {"readPoint", "bizLocation", "sensorElementList", "ilmd"}
    | {"bizTransactionList", "sourceList", "destinationList"}
)
"""Members of an event without which it still is one."""
_GEO: Final = "geo:"
_PRIVATE_WORDS: Final = frozenset(
    {"latitude", "longitude", "lat", "lon", "lng", "coordinates", "geometry", "geo", "gps", "经度", "纬度"}
    | {"driver", "operator", "person", "personname", "contact", "contactname", "contactperson", "idnumber"}
    | {"司机", "姓名", "联系人", "操作人", "身份证号"}
    | {"phone", "phonenumber", "telephone", "mobile", "mobilephone", "email", "电话", "手机", "手机号"}
    | {"vehicle", "vehicleno", "plate", "plateno", "platenumber", "licenseplate", "licenceplate"}
    | {"车牌", "车牌号", "price", "unitprice", "totalprice", "单价", "价格", "总价"}
)
"""How foreign systems call what says who, where exactly, with which vehicle or at what price."""
_DEEPEST: Final = 32
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class EpcisEventKept(KeptFact):
    event: Mapping[str, object]


def _event(value: object) -> Mapping[str, Any]:
    """An event as members, or as its JSON text: signed members know no colon in names and no fractions."""
    expected = "an event as an object, or as its JSON text"
    if type(value) is str:
        try:
            value = json.loads(value, parse_float=exact_number, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise Unfit(expected) from None
    if not isinstance(value, Mapping):
        raise Unfit(expected)
    return cast("Mapping[str, Any]", _storable(value))


def _storable(value: Any) -> Any:
    """A value with U+FFFD for the signs that escapes hide and that no database holds.

    Who writes them is refused (`hidden_texts`); what another log took is read all the same.
    """
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(one) for one in value]
    if isinstance(value, Mapping):
        return {_storable(name): _storable(one) for name, one in value.items()}
    return value


def hidden_texts(data: Mapping[str, object]) -> Iterator[str]:
    """The texts and names of an event that is written as a text and has escapes, which show no signs."""
    event = data.get("event")
    if type(event) is not str or "\\u" not in event:
        return
    try:
        pending: list[Any] = [json.loads(event, parse_float=exact_number, parse_constant=_no_constant)]
    except (ValueError, RecursionError):
        return
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, dict):
            pending.extend((*value, *value.values()))


def _no_constant(name: str) -> object:
    raise ValueError(name)


@dataclass(frozen=True, eq=False)
class _EventKind(OpenKind[EpcisEventKept]):
    """A foreign event brings whatever its system has: what names or places somebody is found by its words."""

    def exposed(self, data: Mapping[str, object]) -> tuple[str, ...]:
        """What stands beside the event, and the members of the event that hold something private."""
        return (*sorted(_beside(data)), *(f"event.{member}" for member in sorted(_telling(data))))

    def hidden(self, data: Mapping[str, object]) -> tuple[str, ...]:
        """Also whom the event names as sender and receiver, however it is written."""
        named = self.withheld.intersection(f"event.{member}" for member in _members(data))
        return tuple(sorted({*self.exposed(data), *named}))

    def masked(self, data: Mapping[str, object]) -> dict[str, object]:
        """`data` without what should not stand in it; names of other systems may hold dots."""
        kept = {member: value for member, value in data.items() if member not in _beside(data)}
        if telling := _telling(data):
            shown = {member: value for member, value in _members(data).items() if member not in telling}
            as_text = isinstance(data.get("event"), str)
            kept["event"] = json.dumps(shown, ensure_ascii=False, default=_figure) if as_text else shown
        return kept


def _figure(number: Decimal) -> float | str:
    """A figure as JSON has it; one that no reader of JSON could hold stays as it is written."""
    return float(number) if math.isfinite(float(number)) else str(number)


def _beside(data: Mapping[str, object]) -> set[str]:
    """What stands beside the event: nobody reads it."""
    return set(data.keys() - _STATED)


def _telling(data: Mapping[str, object]) -> set[str]:
    """The members of the event that hold something private."""
    return {
        member
        for member, value in _members(data).items()
        if (member in _OPTIONAL or ":" in member) and _is_private(member, value)
    }


def _members(data: Mapping[str, object]) -> Mapping[str, Any]:
    """The members of the event, however it is written; none where it is no event."""
    try:
        return _event(data.get("event"))
    except Unfit:
        return {}


def _is_private(name: str, value: object, depth: int = 0) -> bool:
    return any(_tells(word, one) for word, one in _inside(name, value, depth))


def _inside(name: str, value: object, depth: int) -> Iterator[tuple[str, object]]:
    """Every member in a value with the name that it stands under."""
    yield name, value
    if depth == _DEEPEST:
        return
    inner = value.items() if isinstance(value, Mapping) else ()
    listed = value if isinstance(value, list | tuple) else ()
    for member, one in [*inner, *((name, one) for one in listed)]:
        yield from _inside(member, one, depth + 1)


def _tells(name: str, value: object) -> bool:
    word = name.rpartition(":")[2].replace("_", "").replace("-", "").lower()
    return word in _PRIVATE_WORDS or (isinstance(value, str) and value.lower().startswith(_GEO))


EPCIS_EVENT = _EventKind(
    "epcis.event",
    EpcisEventKept,
    {"event": _event},
    stated_by=OPERATORS | {LAB, PLATFORM},
    withheld=frozenset({"event.sourceList", "event.destinationList", "event.bizTransactionList"}),
)
