"""Builders of master data: a row of a table to the statement about a firm, a product or a place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from trace.errors.tables import CellChoiceUnknown
from trace.exchange.draft import Draft
from trace.exchange.tabular.forms import Form, load_forms
from trace.exchange.tabular.records import Extras, RecordWriter, once, taken, written
from trace.exchange.tabular.rows import Row
from trace.parties import CATERER, GROWER, LAB, PROCESSOR, RETAILER

MASTER_FORMS: Final = load_forms(Path(__file__).with_name("columns.toml"))
PARTY, PRODUCT, PLACE = (form.name for form in MASTER_FORMS)
_ROLES: Final = {"种植": GROWER, "加工": PROCESSOR, "零售": RETAILER, "餐饮": CATERER, "检测": LAB}
_GTIN: Final = "urn:gtin:"
_OF_PARTY: Final = ("contact", "legalPerson")
KINDS: Final[Mapping[str, str]] = {
    "master.party": PARTY,
    "master.product": PRODUCT,
    "master.place": PLACE,
}
"""Kind -> the form in which a firm states it."""
_BESIDE: Final[Mapping[str, frozenset[str]]] = {
    "master.party": frozenset(),
    "master.product": frozenset({"yieldFrom", "packers"}),
    "master.place": frozenset({"outline", "sketch", "north", "beside", "holder", "workers", "story"}),
}
"""Members of a kind that its form has no column for."""


def _parties(writer: RecordWriter, rows: Sequence[Row]) -> list[Draft]:
    return [_party(writer, row) for row in rows[:1]]


def _party(writer: RecordWriter, row: Row) -> Draft:
    data = taken(
        row.values,
        "name",
        "kind",
        "region",
        "address",
        "scNo",
        "gfCode",
        "gln",
        "cma",
        "licenceNo",
        *_OF_PARTY,
    )
    roles = row.values["roles"]
    named = [str(one) for one in roles] if isinstance(roles, list) else []
    for one in named:
        if one not in _ROLES:
            header = writer.form.header_of("roles")
            unknown = CellChoiceUnknown(name=header, text=one[:40], choices="、".join(_ROLES))
            writer.faults.at(row, "roles", unknown)
    data["roles"] = [_ROLES[one] for one in named if one in _ROLES]
    return _draft(writer, row, "master.party", writer.issuer, data, _OF_PARTY)


def _products(writer: RecordWriter, rows: Sequence[Row]) -> list[Draft]:
    return [_product(writer, row) for row in once(writer, rows, "product")]


def _product(writer: RecordWriter, row: Row) -> Draft:
    urn = str(row.values["product"])
    data = taken(
        row.values, "name", "spec", "netContent", "caseGtin", "category", "standard", "shelfLife", "storage",
        "ingredients", "additives", "lbNo",
    ) | _photos(row, "product")  # fmt: skip
    if urn.startswith(_GTIN):
        data["gtin"] = urn.removeprefix(_GTIN)
    return _draft(writer, row, "master.product", urn, data)


def _places(writer: RecordWriter, rows: Sequence[Row]) -> list[Draft]:
    return [_place(writer, row) for row in once(writer, rows, "place")]


def _place(writer: RecordWriter, row: Row) -> Draft:
    members = ("name", "kind", "region", "areaMu", "crop", "variety", "village", "grid", "gln")
    data = taken(row.values, *members) | _photos(row, "place")
    return _draft(writer, row, "master.place", str(row.values["place"]), data, ("grid",))


def _photos(row: Row, shows: str) -> dict[str, object]:
    if "photo" not in row.values:
        return {}
    alt = {"alt": row.values["photo_alt"]} if "photo_alt" in row.values else {}
    return {"photos": [{"sha256": row.values["photo"], "shows": shows, **alt}]}


def _draft(
    writer: RecordWriter,
    row: Row,
    typ: str,
    sub: str,
    data: Mapping[str, object],
    private: tuple[str, ...] = (),
) -> Draft:
    return writer.draft([row], typ, written(row.values["at"]), data, Extras(sub, (), private))


MASTER_BUILDERS: Final[Mapping[str, Callable[[RecordWriter, Sequence[Row]], list[Draft]]]] = {
    PARTY: _parties,
    PRODUCT: _products,
    PLACE: _places,
}
"""Form name -> builder of its drafts."""


def kept_beside(typ: str, stands: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says, with what stands of the same thing in members that the form has no column for.

    Several pictures are kept as long as the row names the first of them.
    """
    kept = {name: value for name, value in stands.items() if name in _BESIDE[typ] and name not in data}
    before, now = stands.get("photos") or (), data.get("photos") or ()
    if before and now and before[0]["sha256"] == now[0]["sha256"]:
        kept["photos"] = list(before)
        return {**data, **kept}
    return {**kept, **data}


def as_typed(form: Form, sub: str, data: Mapping[str, Any]) -> dict[str, str]:
    """What the form's fields say of what was stated, so that a change begins from it."""
    photo: Mapping[str, Any] = next(iter(data.get("photos") or ()), {})
    said: dict[str, Any] = {**data, "photo": photo.get("sha256"), "photo_alt": photo.get("alt")}
    said |= {"product": sub.rpartition(":")[2], "place": sub.rpartition(":")[2]}
    found = {}
    for column in form.columns:
        text = _text(column.member, said, {code: word for word, code in column.choices.items()})
        if text:
            found[column.member] = text
    return found


def _text(member: str, said: Mapping[str, Any], words: Mapping[str, str]) -> str:
    whole, _, part = member.partition("_")
    value = said.get(member, said.get(whole) if part == "unit" else None)
    if isinstance(value, Mapping) and "unit" in value:
        if member == "shelfLife":
            return f"{value['value']}{'天' if value['unit'] == 'day' else '个月'}"
        return str(value["unit" if part == "unit" else "value"])
    if isinstance(value, list | tuple):
        roles = {code: word for word, code in _ROLES.items()}
        return "、".join(roles.get(str(one), str(one)) for one in value)
    return "" if value is None else words.get(str(value), str(value))
