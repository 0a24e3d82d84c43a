"""An existing list of producers (名录) as a table: read by rows, to firms with their marks or to all faults.

A row is a marked product; what is said of the firm beside may stand in any of its rows, once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from trace.errors import NumberMalformed, Refusal, RegisterRowUnfit
from trace.exchange.tabular.cells import Amount, Reading
from trace.exchange.tabular.forms import load_forms
from trace.exchange.tabular.grids import CellError, Faults
from trace.exchange.tabular.rows import Row, read_rows
from trace.exchange.tabular.xlsx import open_grids
from trace.exchange.written_sheets import Heading, Sheet, write_sheets
from trace.identity import sc_no

(FORM,) = load_forms(Path(__file__).with_name("register_columns.toml"))
MOST_ROWS: Final = 20_000
_OF_MARK: Final = ("products", "gfCode", "output", "outputUnit", "validFrom", "validTo")
_NEEDED: Final = ("products", "validFrom", "validTo")


@dataclass(frozen=True, slots=True)
class ListedFirm:
    """A firm of the list; `marks` are the data of licences without kind, holder and status."""

    firm: str
    name: str
    row: int
    marks: tuple[Mapping[str, Any], ...] = ()
    sc: str = ""
    sc_to: date | None = None
    directors: int | None = None
    officers: int | None = None
    system: str = ""
    system_evidence: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list says, or what is wrong with it; `faults` counts all, `errors` holds the first."""

    firms: tuple[ListedFirm, ...]
    errors: tuple[CellError, ...]
    faults: int
    rows: int

    def checked(self, names: Mapping[str, str], inside: Collection[str]) -> Listed:
        """The list held against what is registered: each firm is known, of the area, and called so."""
        faults = list(self.errors)
        for one in self.firms:
            if one.firm not in inside:
                faults.append(_fault(one.row, "firm", "not-of-area", one.firm))
            elif names.get(one.firm) not in {"", one.name}:
                faults.append(_fault(one.row, "name", "another-name", names[one.firm]))
        return replace(self, errors=tuple(faults), faults=max(self.faults, len(faults)))


def read_list(body: bytes) -> Listed:
    """Read an XLSX; raises `FileUnreadable`, `FileEncrypted`, `FileTooLarge`."""
    faults = Faults()
    rows: list[Row] = []
    for grid in open_grids(body, faults):
        if grid.name == FORM.name:
            rows += read_rows(FORM, grid, Reading(""), faults)
    if not rows and not faults.count:
        faults.add(FORM.name, 0, "", RegisterRowUnfit(column=FORM.name, reason="no-rows", value=""))
    if len(rows) > MOST_ROWS:
        faults.add(
            FORM.name, 0, "", RegisterRowUnfit(column=FORM.name, reason="too-many", value=str(len(rows)))
        )
    firms: dict[str, ListedFirm] = {}
    marks: set[str] = set()
    for row in rows:
        for member, reason, value in _wrong(row, firms, marks):
            faults.add(FORM.name, row.number, _letter(member), _refusal(member, reason, value))
        key = str(row.values["firm"])
        firms[key] = _with(firms.get(key), row)
        marks.add(str(row.values.get("mark", "")))
    return Listed(
        tuple(firms.values()) if not faults.count else (), tuple(faults.errors), faults.count, len(rows)
    )


def write_empty_list() -> bytes:
    """The template: headings and one example row."""
    target = BytesIO()
    headings = [Heading(one.header + "*" * one.required, one.width) for one in FORM.columns]
    write_sheets(target, [Sheet(FORM.name, headings, [])])
    return target.getvalue()


def _wrong(row: Row, firms: Mapping[str, ListedFirm], marks: Collection[str]) -> list[tuple[str, str, str]]:
    """(member, reason, value) of what no column alone can see."""
    said = row.values
    found = _wrong_mark(said, marks)
    if "sc" in said:
        try:
            sc_no.parse(str(said["sc"]))
        except NumberMalformed:
            found.append(("sc", "malformed", str(said["sc"])))
    if "system" in said and "systemEvidence" not in said:
        found.append(("systemEvidence", "needed", str(said["system"])))
    known = firms.get(str(said["firm"]))
    if known is not None and known.name != said["name"]:
        found.append(("name", "another-name", known.name))
    return found


def _wrong_mark(said: Mapping[str, object], marks: Collection[str]) -> list[tuple[str, str, str]]:
    mark = said.get("mark")
    if mark is None:
        return [(name, "no-mark", "") for name in _OF_MARK if name in said]
    found = [(name, "needed", str(mark)) for name in _NEEDED if name not in said]
    if str(mark) in marks:
        found.append(("mark", "twice", str(mark)))
    if "output" in said and _unit(said) is None:
        found.append(("outputUnit", "needed", str(mark)))
    begins, ends = said.get("validFrom"), said.get("validTo")
    if begins is not None and ends is not None and str(ends) < str(begins):
        found.append(("validTo", "before", str(ends)))
    return found


def _with(known: ListedFirm | None, row: Row) -> ListedFirm:
    said = row.values
    one = known or ListedFirm(str(said["firm"]), str(said["name"]), row.number)
    mark = said.get("mark")
    return replace(
        one,
        marks=(*one.marks, _mark(said)) if mark is not None and "validTo" in said else one.marks,
        sc=str(said.get("sc") or one.sc),
        sc_to=_date(said.get("scTo")) or one.sc_to,
        directors=_number(said.get("directors"), one.directors),
        officers=_number(said.get("officers"), one.officers),
        system=str(said.get("system") or one.system),
        system_evidence=str(said.get("systemEvidence") or one.system_evidence),
    )


def _mark(said: Mapping[str, object]) -> dict[str, Any]:
    names = said.get("products", ())
    data: dict[str, Any] = {
        "number": str(said["mark"]),
        "productNames": list(names) if isinstance(names, list | tuple) else [str(names)],
        "validFrom": str(said.get("validFrom")),
        "validTo": str(said.get("validTo")),
    }
    if "gfCode" in said:
        data["gfCode"] = str(said["gfCode"])
    amount = said.get("output")
    if isinstance(amount, Amount):
        data["approvedOutput"] = {"value": amount.value, "unit": _unit(said)}
    return data


def _unit(said: Mapping[str, object]) -> str | None:
    amount, unit = said.get("output"), said.get("outputUnit")
    own = amount.unit if isinstance(amount, Amount) else None
    return own or (str(unit) if unit else None)


def _date(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value is not None else None


def _number(value: object, before: int | None) -> int | None:
    return int(str(value)) if value is not None else before


def _letter(member: str) -> str:
    return chr(ord("A") + [one.member for one in FORM.columns].index(member))


def _refusal(member: str, reason: str, value: str) -> Refusal:
    return RegisterRowUnfit(column=FORM.header_of(member), reason=reason, value=value[:60])


def _fault(row: int, member: str, reason: str, value: str) -> CellError:
    refusal = _refusal(member, reason, value)
    return CellError(FORM.name, row, _letter(member), refusal.code, refusal.params)
