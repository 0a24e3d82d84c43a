"""Members of EPCIS events: how each is read and written in JSON, one table for both directions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from trace.epcis.events import QuantityElement, Reference
from trace.epcis.vocabulary import ACTIONS, BIZ_STEPS, DISPOSITIONS, bare
from trace.errors.epcis import EpcisMalformed

OFFSET: Final = re.compile(r"[+-](?:0[0-9]|1[0-4]):[0-5][0-9]")
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\"<>\\^`{|}]+")
_MOST: Final = 10**18
_PLACES: Final = 20
_WRITTEN_OUT: Final = 40
"""Digits before or behind the point up to which a number is written out."""
_UOM: Final = re.compile(r"[A-Z0-9]{2,3}")
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its JSON name, the attribute it becomes, how to read it (value, path) and write it."""

    name: str
    attribute: str
    read: Callable[[Any, str], Any]
    write: Callable[[Any], object]


def wrong(path: str, expected: str) -> EpcisMalformed:
    return EpcisMalformed(path=path, expected=expected)


def read_text(value: object, path: str) -> str:
    if type(value) is not str or not value:
        raise wrong(path, "text")
    return value


def read_uri(value: object, path: str) -> str:
    text = read_text(value, path)
    if _URI.fullmatch(text) is None:
        raise wrong(path, "URI")
    return text


def read_time(value: object, path: str) -> datetime:
    """An instant with its zone; kept in UTC."""
    text = read_text(value, path)
    if _INSTANT.fullmatch(text) is None:
        raise wrong(path, "time with zone, such as 2026-10-01T08:00:00.000+08:00")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise wrong(path, "existing time") from None


def read_offset(value: object, path: str) -> str:
    text = read_text(value, path)
    if OFFSET.fullmatch(text) is None:
        raise wrong(path, "zone offset such as +08:00")
    return text


def write_time(moment: datetime, offset: str) -> str:
    """The instant in the event's own zone, with milliseconds."""
    sign = -1 if offset[0] == "-" else 1
    zone = timezone(sign * timedelta(hours=int(offset[1:3]), minutes=int(offset[4:6])))
    try:
        there = moment.astimezone(zone)
    except OverflowError:  # the year 1 or 9999: in UTC it can be written
        there = moment
    return there.isoformat(timespec="milliseconds")


def read_number(value: object, path: str) -> Decimal:
    """A JSON number, or a decimal as text; floats by their shortest spelling."""
    if isinstance(value, int | float | Decimal | str) and not isinstance(value, bool):
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            raise wrong(path, "number") from None
        if number.is_finite() and 0 <= number < _MOST and -number.adjusted() <= _PLACES:
            return number
    raise wrong(path, "number from 0 to below 10^18")


def exact_number(text: str) -> Decimal:
    """A figure of JSON; ValueError, as for what is no JSON, where its exponent is beyond any number."""
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(text[:40]) from None


def in_full(number: Decimal) -> str:
    """A number as JSON has it: written out, unless a few signs would become a million noughts (1E+999999)."""
    return format(number, "f") if abs(number.adjusted()) <= _WRITTEN_OUT else str(number)


def _word(kind: str, words: frozenset[str]) -> Callable[[object, str], str]:
    def read(value: object, path: str) -> str:
        word = bare(kind, read_text(value, path))
        if word not in words and ":" not in word:
            raise wrong(path, f"CBV {kind} or URI")
        return word

    return read


def _listed(read: Callable[[Any, str], Any]) -> Callable[[object, str], tuple[Any, ...]]:
    def read_list(value: object, path: str) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise wrong(path, "list")
        return tuple(read(item, f"{path}[{place}]") for place, item in enumerate(value))

    return read_list


def _quantity(value: object, path: str) -> QuantityElement:
    members = read_object(value, path)
    if not members.keys() <= {"epcClass", "quantity", "uom"} or "epcClass" not in members:
        raise wrong(path, "epcClass, quantity, uom")
    uom = members.get("uom")
    if uom is not None and (type(uom) is not str or _UOM.fullmatch(uom) is None):
        raise wrong(f"{path}.uom", "UN/CEFACT Recommendation 20 code")
    amount = members.get("quantity")
    if uom is not None and amount is None:
        raise wrong(f"{path}.quantity", "number, because a unit is given")
    number = None if amount is None else read_number(amount, f"{path}.quantity")
    return QuantityElement(read_uri(members["epcClass"], f"{path}.epcClass"), number, uom)


def _write_quantity(element: QuantityElement) -> dict[str, object]:
    written: dict[str, object] = {"epcClass": element.epc_class}
    if element.quantity is not None:
        written["quantity"] = element.quantity
    if element.uom is not None:
        written["uom"] = element.uom
    return written


def _reference(name: str, kind: str) -> Callable[[object, str], Reference]:
    def read(value: object, path: str) -> Reference:
        members = read_object(value, path)
        if not members.keys() <= {"type", name} or name not in members:
            raise wrong(path, f"type, {name}")
        word = members.get("type")
        typed = None if word is None else bare(kind, read_text(word, f"{path}.type"))
        return Reference(read_text(members[name], f"{path}.{name}"), typed)

    return read


def _write_reference(name: str) -> Callable[[Reference], dict[str, object]]:
    def write(reference: Reference) -> dict[str, object]:
        typed = {} if reference.type is None else {"type": reference.type}
        return {**typed, name: reference.value}

    return write


def read_object(value: object, path: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping) or not all(type(key) is str for key in value):
        raise wrong(path, "object")
    return value


def _place(value: object, path: str) -> str:
    return read_uri(read_object(value, path).get("id"), f"{path}.id")


def _write_place(place: str) -> object:
    return {"id": place}


def _action(value: object, path: str) -> str:
    if type(value) is not str or value not in ACTIONS:
        raise wrong(path, "ADD, OBSERVE or DELETE")
    return value


def _as_is(value: object) -> object:
    return value


def _list_of(write: Callable[[Any], object]) -> Callable[[tuple[Any, ...]], object]:
    return lambda values: [write(value) for value in values]


def _epcs(name: str, attribute: str) -> Member:
    return Member(name, attribute, _listed(read_uri), list)


def _quantities(name: str, attribute: str) -> Member:
    return Member(name, attribute, _listed(_quantity), _list_of(_write_quantity))


def _references(name: str, attribute: str, item: str, kind: str) -> Member:
    return Member(name, attribute, _listed(_reference(item, kind)), _list_of(_write_reference(item)))


COMMON: Final = (
    Member("eventID", "event_id", read_uri, _as_is),
    Member("bizStep", "biz_step", _word("bizStep", BIZ_STEPS), _as_is),
    Member("disposition", "disposition", _word("disposition", DISPOSITIONS), _as_is),
    Member("readPoint", "read_point", _place, _write_place),
    Member("bizLocation", "biz_location", _place, _write_place),
    _references("bizTransactionList", "biz_transactions", "bizTransaction", "bizTransaction"),
    _references("sourceList", "sources", "source", "party"),
    _references("destinationList", "destinations", "destination", "party"),
)
_ACTION: Final = Member("action", "action", _action, _as_is)
_PARENT: Final = Member("parentID", "parent", read_uri, _as_is)
_CHILDREN: Final = (
    _PARENT,
    _epcs("childEPCs", "children"),
    _quantities("childQuantityList", "child_quantities"),
)
_OBJECTS: Final = (_epcs("epcList", "epcs"), _quantities("quantityList", "quantities"))

MEMBERS: Final[Mapping[str, tuple[Member, ...]]] = {
    "ObjectEvent": (*_OBJECTS, _ACTION, *COMMON),
    "AggregationEvent": (*_CHILDREN, _ACTION, *COMMON),
    "AssociationEvent": (*_CHILDREN, _ACTION, *COMMON),
    "TransactionEvent": (_PARENT, *_OBJECTS, _ACTION, *COMMON),
    "TransformationEvent": (
        _epcs("inputEPCList", "inputs"),
        _quantities("inputQuantityList", "input_quantities"),
        _epcs("outputEPCList", "outputs"),
        _quantities("outputQuantityList", "output_quantities"),
        Member("transformationID", "transformation_id", read_uri, _as_is),
        *COMMON,
    ),
}
