"""A table of links to drafts of `link.change`, or to all of its faults with row and column, never both.

What the form of a record can tell is told here, at its cell; whose thing it is and which host is allowed, the
platform tells when the drafts are tried, before anything is signed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from trace.chain.facts.link import LINK_CHANGE, StatedLink, read_link
from trace.errors import (
    FactMalformed,
    LinkTitleLanguage,
    LinkTypeReserved,
    Refusal,
    SheetsMissing,
    SheetUnknown,
)
from trace.errors.exchange import FileTooLarge
from trace.errors.tables import CellNotWanted
from trace.exchange.draft import Draft, in_signing_order
from trace.exchange.tabular.cells import Reading
from trace.exchange.tabular.csv_file import read_csv
from trace.exchange.tabular.forms import load_forms
from trace.exchange.tabular.grids import CellError, Faults, Grid
from trace.exchange.tabular.headers import has_content
from trace.exchange.tabular.records import Extras, RecordWriter, refuse_repeats, taken, written
from trace.exchange.tabular.rows import Row, read_rows
from trace.exchange.tabular.xlsx import Limits, load, open_grids
from trace.gs1.link_targets import speaks
from trace.gs1.link_types import PREFIX, RESERVED

(LINK_FORM,) = load_forms(Path(__file__).with_name("columns.toml"))
MOST_ROWS: Final = 5_000
"""As many drafts as a platform tries at once."""
_LIMITS: Final = Limits(rows=MOST_ROWS + 2)
_SUBJECTS: Final = ("product", "lot", "place")
_LINK: Final = ("linkType", "href", "title", "type", "hreflang", "context")
_NEEDED: Final = ("linkType", "href", "title")


def read_links(source: Path, issuer: str) -> tuple[tuple[Draft, ...], tuple[CellError, ...]]:
    """Drafts in signing order, or faults. `issuer` is the organisation whose links they are.

    Raises `FileUnreadable`, `FileEncrypted`, `FileTooLarge` (more than 5,000 rows, too).
    """
    faults = Faults()
    body = load(source, _LIMITS)
    csv = source.suffix.lower() == ".csv"
    grids = [read_csv(source.name, body, _LIMITS)] if csv else open_grids(body, faults, _LIMITS)
    grid = _grid_of(grids)
    if grid is None:
        faults.add(source.name, 0, "", SheetsMissing(wanted=LINK_FORM.name))
        return (), tuple(faults.errors)
    for other in grids:
        if other is not grid and has_content(other):
            faults.add(other.name, 0, "", SheetUnknown(name=other.name[:60]))
    if len(grid.rows) > _LIMITS.rows:
        raise FileTooLarge(what="rows", limit=MOST_ROWS)
    rows = read_rows(LINK_FORM, grid, Reading(issuer.rsplit(":", 1)[1]), faults)
    writer = RecordWriter(issuer, LINK_FORM, faults)
    drafts = [draft for row in rows if (draft := _draft(writer, row)) is not None]
    refuse_repeats(drafts, faults)
    return ((), tuple(faults.errors)) if faults.count else (in_signing_order(drafts), ())


def _grid_of(grids: list[Grid]) -> Grid | None:
    """The sheet of the form's name, or else the only one there is."""
    named = [grid for grid in grids if grid.name == LINK_FORM.name]
    found = named or [grid for grid in grids if has_content(grid)]
    return found[0] if len(found) == 1 and found[0].rows else None


def _draft(writer: RecordWriter, row: Row) -> Draft | None:
    sub = _subject(writer, row)
    to = _link(writer, row)
    if sub is None or to is False:
        return None
    field, at = str(row.values["field"]), written(row.values["at"])
    data = {"field": field, "to": to}
    return writer.draft([row], LINK_CHANGE.typ, at, data, Extras(sub, named=f"{sub} {field} {at}"))


def _subject(writer: RecordWriter, row: Row) -> str | None:
    """Exactly one of product, batch and place."""
    given = [member for member in _SUBJECTS if member in row.values]
    if not given:
        writer.missing(row, "product")
        return None
    for member in given[1:]:
        header = writer.form.header_of(member)
        writer.faults.at(row, member, CellNotWanted(name=header))
    return str(row.values[given[0]]) if len(given) == 1 else None


def _link(writer: RecordWriter, row: Row) -> dict[str, object] | bool | None:
    """The link of a row, None for one that is taken away, False after a fault."""
    if row.values.get("act") == "end":
        filled = [member for member in _LINK if member in row.values]
        for member in filled:
            header = writer.form.header_of(member)
            writer.faults.at(row, member, CellNotWanted(name=header))
        return False if filled else None
    if writer.lacks(row, *_NEEDED):
        return False
    to = taken(row.values, *_LINK)
    try:
        stated = read_link({"field": row.values["field"], "to": to})
    except FactMalformed as refusal:
        writer.faults.at(row, _member_of(str(refusal.params["path"])), refusal)
        return False
    return to if stated is not None and _is_fit(writer, row, stated) else False


def _is_fit(writer: RecordWriter, row: Row, stated: StatedLink) -> bool:
    found: tuple[str, Refusal] | None = None
    if stated.link_type in RESERVED:
        found = ("linkType", LinkTypeReserved(linkType=PREFIX + stated.link_type))
    elif not speaks(stated.title, stated.hreflang):
        found = ("title", LinkTitleLanguage(title=stated.title, hreflang=list(stated.hreflang)))
    if found is not None:
        writer.faults.at(row, *found)
    return found is None


def _member_of(path: str) -> str:
    """$.data.to.hreflang[0] -> hreflang."""
    return path.rsplit(".", 1)[1].partition("[")[0]


def _links(writer: RecordWriter, rows: Sequence[Row]) -> list[Draft]:
    return [draft for row in rows if (draft := _draft(writer, row)) is not None]


LINK_BUILDERS: Final[Mapping[str, Callable[[RecordWriter, Sequence[Row]], list[Draft]]]] = {
    LINK_FORM.name: _links
}
"""Form name -> builder of its drafts, where links are stated among other records."""

__all__ = ["LINK_BUILDERS", "LINK_FORM", "MOST_ROWS", "read_links"]
