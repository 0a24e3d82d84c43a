"""A firm's own table by a mapping made once: its headings to our columns, units, form of dates, fixed values.

Columns go by their headings, never by their place. Headings that changed since the mapping was made are a
question to a person, not a guess.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from typing import Any, Final

from trace.errors.tables import CellDateMalformed, HeaderRepeated
from trace.errors.uploads import MappingHeadings
from trace.exchange.tabular.cells import is_blank
from trace.exchange.tabular.forms import Form
from trace.exchange.tabular.grids import Faults, Grid
from trace.exchange.tabular.headers import header_of
from trace.exchange.tabular.row_stream import StreamedRow, StreamedSheet
from trace.exchange.tabular.rows import UNIT_OF
from trace.exchange.tabular.seen import Cell, SeenNumber, Spoilt

DAYS: Final = ("as-seen", "yyyymmdd", "dd/mm/yyyy", "mm/dd/yyyy")
"""How days are written: as a person reads them in one way only, or as the mapping says."""
_BARE: Final = re.compile(r"[0-9]{8}")
_WRITTEN: Final[AnyMapping[str, re.Pattern[str]]] = {
    "yyyymmdd": re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?P<rest>)"),
    "dd/mm/yyyy": re.compile(r"(?P<d>[0-9]{1,2})/(?P<m>[0-9]{1,2})/(?P<y>[0-9]{4})(?P<rest>.*)"),
    "mm/dd/yyyy": re.compile(r"(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})/(?P<y>[0-9]{4})(?P<rest>.*)"),
}


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a column of the firm's is: a member of ours, the unit of its amounts, how its days are written."""

    member: str
    unit: str = ""
    days: str = DAYS[0]


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a firm's table becomes rows of a form. `passed_over` are headings that are not taken, knowingly."""

    form: str
    columns: AnyMapping[str, Mapped]
    heading: int = 1
    sheet: str = ""
    fixed: AnyMapping[str, str] = field(default_factory=dict)
    passed_over: frozenset[str] = frozenset()

    @property
    def headings(self) -> frozenset[str]:
        """All headings that it was made for."""
        return self.passed_over | self.columns.keys()

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        columns = {
            heading: {"member": one.member, "unit": one.unit, "days": one.days}
            for heading, one in self.columns.items()
        }
        return {
            "form": self.form, "sheet": self.sheet, "heading": self.heading, "columns": columns,
            "fixed": dict(self.fixed), "passedOver": sorted(self.passed_over),
        }  # fmt: skip

    @classmethod
    def from_json(cls, said: AnyMapping[str, Any]) -> Mapping:
        """What `to_json` wrote."""
        columns = {heading: Mapped(**one) for heading, one in said["columns"].items()}
        passed_over = frozenset(said["passedOver"])
        return cls(said["form"], columns, said["heading"], said["sheet"], said["fixed"], passed_over)


def fingerprint(headings: Iterable[str]) -> str:
    """What a set of headings is recognised by, in whatever order they stand (22 characters)."""
    said = "\n".join(sorted(set(headings)))
    return hashlib.sha256(said.encode()).hexdigest()[:22]


def headings_of(head: Grid, heading: int) -> list[str]:
    """The headings of a table, by place; "" where a column has none."""
    cells = head.rows[heading - 1] if 0 < heading <= len(head.rows) else ()
    return [header_of(cell) for cell in cells]


def mapped(sheet: StreamedSheet, mapping: Mapping, form: Form, faults: Faults) -> StreamedSheet:
    """The sheet as one of ours: headings translated, columns where they stand, so that places stay true."""
    shown = headings_of(sheet.head, mapping.heading)
    given = [heading for heading in shown if heading]
    twice = {heading for heading in given if given.count(heading) > 1}
    for heading in sorted(twice):
        faults.add(sheet.head.name, mapping.heading, "", HeaderRepeated(name=heading[:40]))
    missing, fresh = mapping.headings - set(given), set(given) - mapping.headings
    if missing or fresh:
        refusal = MappingHeadings(missing="、".join(sorted(missing)), fresh="、".join(sorted(fresh)))
        faults.add(sheet.head.name, mapping.heading, "", refusal)
    made = _Translated(shown, mapping, form)
    head = Grid(
        sheet.head.name,
        [made.heads()],
        frozenset(),
        sheet.head.hidden_columns,
        tuple(one for one in sheet.head.merged if one[1] >= mapping.heading),
        heading=mapping.heading,
        shown=(*shown, *made.more),
    )
    return StreamedSheet(head, made.rows(sheet.rows))


class _Translated:
    """Columns of the firm's as ours; what the mapping fixes stands right of the file's own columns."""

    def __init__(self, shown: Sequence[str], mapping: Mapping, form: Form) -> None:
        self._shown = shown
        self._columns = mapping.columns
        self._headers = {column.member: column.header for column in form.columns}
        self._dated = {column.member for column in form.columns if column.kind in {"day", "moment"}}
        self._fixed: list[tuple[str, str, int | None]] = [
            (member, text, None) for member, text in mapping.fixed.items()
        ]
        for place, heading in enumerate(shown):
            one = mapping.columns.get(heading)
            if one is not None and one.unit and one.member in UNIT_OF:
                self._fixed.append((UNIT_OF[one.member], one.unit, place))
        self.more = tuple(self._headers[member] for member, _, _ in self._fixed)

    def heads(self) -> list[Cell]:
        """The heading row in our terms; a column that is passed over has none."""
        named = [self._columns.get(heading) for heading in self._shown]
        return [*("" if one is None else self._headers[one.member] for one in named), *self.more]

    def rows(self, rows: Iterable[StreamedRow]) -> Iterator[StreamedRow]:
        for row in rows:
            yield StreamedRow(row.number, self._cells(row.cells), row.hidden)

    def _cells(self, cells: Sequence[Cell]) -> list[Cell]:
        made: list[Cell] = [""] * (len(self._shown) + len(self._fixed))
        for place, cell in enumerate(cells[: len(self._shown)]):
            heading = self._shown[place]
            one = self._columns.get(heading)
            if one is not None:
                header = self._headers[one.member]
                made[place] = _day(header, cell, one.days) if one.member in self._dated else cell
            elif not heading:
                made[place] = cell  # under no heading: that is told, not passed over
        if all(is_blank(cell) for cell in made):
            return []
        for at, (_, text, beside) in enumerate(self._fixed, start=len(self._shown)):
            if beside is None or not is_blank(made[beside]):
                made[at] = text
        beyond = list(cells[len(self._shown) :])
        return made if all(is_blank(cell) for cell in beyond) else made + beyond


def _day(header: str, cell: Cell, written: str) -> Cell:
    """A day that is written as the mapping says, as everybody reads it; anything else is left as it is."""
    if not isinstance(cell, str | SeenNumber):
        return cell
    text = cell.strip() if isinstance(cell, str) else cell.written
    pattern = _WRITTEN.get(written)
    if pattern is None:
        # Eight digits are a day to whoever wrote them so, a number to others: the mapping has to say it.
        return Spoilt(CellDateMalformed(name=header, text=text), text) if _BARE.fullmatch(text) else cell
    found = pattern.fullmatch(text)
    if found is None:
        return cell
    return f"{found['y']}-{int(found['m']):02d}-{int(found['d']):02d}{found['rest']}"
