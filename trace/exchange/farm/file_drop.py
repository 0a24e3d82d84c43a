"""A reader of dropped files: a folder (or one file) of a farm's platform, in the order of the names.

    *.jsonl   one flattened JWS, feed item or trace-bundle/1 a line        *.json   one trace-bundle/1
    *.csv     one table of the farm forms                                  *.xlsx   sheets of the farm forms

The cursor is "name#line": lines up to it are done. Names that begin with a dot or end in .part or .tmp are
still being written. A line that cannot be read becomes a notice and the next is read; a last line without its
end of line has been broken off and is read again next time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import orjson

from trace.errors.base import Refusal
from trace.errors.exchange import FileTooLarge, FileUnreadable
from trace.errors.tables import SheetsMissing, TableUnknown
from trace.exchange.draft import Draft, in_signing_order
from trace.exchange.farm.pages import BROKEN_OFF, MALFORMED, FarmBundlePage, FeedItem, Notice, Watch
from trace.exchange.farm.pushed import LARGEST, read_pushed
from trace.exchange.farm.shapes import bundle, feed_item, flattened_jws
from trace.exchange.farm.tables import FARM_BUILDERS, FARM_FORMS
from trace.exchange.tabular.cells import Reading
from trace.exchange.tabular.csv_file import read_csv
from trace.exchange.tabular.forms import Form
from trace.exchange.tabular.grids import CellError, Faults, Grid
from trace.exchange.tabular.headers import has_content, header_of, header_row
from trace.exchange.tabular.package import unreadable
from trace.exchange.tabular.records import RecordWriter, refuse_repeats
from trace.exchange.tabular.rows import read_rows
from trace.exchange.tabular.xlsx import open_grids
from trace.ledger.bundle import read_bundle

KINDS: Final = frozenset({".jsonl", ".ndjson", ".json", ".csv", ".xlsx"})
GUIDE: Final = "说明"
"""A sheet of this name tells people how to fill in the others."""
_LONGEST_LINE: Final = 2 * 2**20


@dataclass(slots=True)
class _Gathered:
    """What one page has so far."""

    items: list[FeedItem] = field(default_factory=list)
    bundles: list[object] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


class FileDrop:
    """`issuer`: the party whose tables these are (needed for CSV and XLSX only); `limit`: lines a page."""

    def __init__(self, place: Path | str, issuer: str | None = None, *, limit: int = 200) -> None:
        self._place = Path(place)
        self._issuer = issuer
        self._limit = limit
        self._watch = Watch()

    def read(self, after: str | None = None, etag: str | None = None) -> FarmBundlePage:
        """The next lines of the file under the cursor, or the next file; `FileUnreadable` without folder."""
        done, line = _cursor(after)
        for path in self._files():
            if path.name < done:
                continue
            start = line if path.name == done else 0
            if start < 0:
                continue
            page = self._file(path, start)
            if page is not None:
                return page
        return FarmBundlePage(cursor=after, etag=etag)

    def _files(self) -> list[Path]:
        if self._place.is_file():
            return [self._place]
        try:
            found = sorted(path for path in self._place.iterdir() if path.is_file())
        except OSError as error:
            raise unreadable("folder", error) from None
        return [path for path in found if path.suffix.lower() in KINDS and not path.name.startswith(".")]

    def _file(self, path: Path, start: int) -> FarmBundlePage | None:
        """A page of this file, or None when nothing of it is left."""
        if path.suffix.lower() in {".jsonl", ".ndjson"}:
            return self._lines(path, start)
        try:
            return self._whole(path)
        except Refusal as refusal:
            notice = Notice(MALFORMED, path.name, {"code": refusal.code, **refusal.params})
            return FarmBundlePage(cursor=f"{path.name}#", notices=(notice,))

    def _whole(self, path: Path) -> FarmBundlePage:
        if path.suffix.lower() == ".json":
            page = read_pushed(_bytes_of(path))
            return FarmBundlePage(cursor=f"{path.name}#", bundles=page.bundles)
        drafts, errors = read_farm_file(path, self._issuer)
        notices = tuple(
            Notice(MALFORMED, f"{one.sheet}!{one.column}{one.row}", {"code": one.code, **one.params})
            for one in errors
        )
        return FarmBundlePage(cursor=f"{path.name}#", drafts=drafts, notices=notices)

    def _lines(self, path: Path, start: int) -> FarmBundlePage | None:
        gathered, done = _Gathered(), start
        for number, line in _lines_of(path, start):
            if number - start > self._limit:
                break
            if not line.endswith(b"\n") and not _complete(line):
                gathered.notices.append(Notice(BROKEN_OFF, f"{path.name}:{number}"))
                break
            self._line(line, f"{path.name}:{number}", gathered)
            done = number
        if done == start and not gathered.notices:
            return None
        return FarmBundlePage(
            cursor=f"{path.name}#{done}",
            items=tuple(gathered.items),
            bundles=tuple(one for one in gathered.bundles if isinstance(one, dict)),
            notices=tuple(gathered.notices),
        )

    def _line(self, line: bytes, where: str, gathered: _Gathered) -> None:
        if not line.strip():
            return
        try:
            value = orjson.loads(line)
            if isinstance(value, dict) and "format" in value:
                gathered.bundles.append(bundle(read_bundle(line)))
            elif isinstance(value, dict) and "jws" in value:
                self._item(feed_item(value, "$"), gathered)
            else:
                gathered.items.append(FeedItem(flattened_jws(value, "$")))
        except orjson.JSONDecodeError:
            gathered.notices.append(
                Notice(MALFORMED, where, {"code": "evidence-malformed", "expected": "JSON"})
            )
        except Refusal as refusal:
            gathered.notices.append(Notice(MALFORMED, where, {"code": refusal.code, **refusal.params}))

    def _item(self, item: FeedItem, gathered: _Gathered) -> None:
        notice = self._watch.look(item)
        gathered.items.append(item)
        if notice is not None:
            gathered.notices.append(notice)


def read_farm_file(source: Path, issuer: str | None) -> tuple[tuple[Draft, ...], tuple[CellError, ...]]:
    """Drafts or faults of one CSV or XLSX file of farm tables, never both: one fault refuses the whole file.

    Raises `FileUnreadable`, `FileEncrypted`, `FileTooLarge`.
    """
    if issuer is None:
        raise FileUnreadable(expected="jsonl", reason="issuer-unknown")
    faults = Faults()
    csv = source.suffix.lower() == ".csv"
    grids = [read_csv(source.name, _bytes_of(source))] if csv else open_grids(source, faults)
    found = []
    for grid in grids:
        form = _form_of(grid)
        if form is not None:
            found.append((form, grid))
        elif has_content(grid) and grid.name != GUIDE:
            faults.add(grid.name, 0, "", TableUnknown(name=grid.name[:60], known=_known()))
    if not found and not faults.count:
        faults.add(source.name, 0, "", SheetsMissing(wanted=_known()))
    drafts: list[Draft] = []
    for form, grid in found:
        rows = read_rows(form, grid, Reading(issuer.rsplit(":", 1)[1]), faults)
        drafts.extend(FARM_BUILDERS[form.name](RecordWriter(issuer, form, faults), rows))
    refuse_repeats(drafts, faults)
    return ((), tuple(faults.errors)) if faults.count else (in_signing_order(drafts), ())


def _form_of(grid: Grid) -> Form | None:
    """The form whose name the sheet bears, or of whose required columns the header has the most.

    A header below a title counts too: it is then named as such. Two headers at least, or else all: a single
    word such as 数量 stands in many tables.
    """
    named = next((form for form in FARM_FORMS if form.name == grid.name.strip()), None)
    if named is not None or not has_content(grid):
        return named if has_content(grid) else None
    best, most = None, 1
    for form in FARM_FORMS:
        wanted = {column.header for column in form.columns if column.required}
        if header_row(form, grid) is not None:
            return form
        shared = len({header_of(cell) for cell in grid.rows[0]} & wanted)
        if shared > most:
            best, most = form, shared
    return best


def _known() -> str:
    return "、".join(form.name for form in FARM_FORMS)


def _cursor(after: str | None) -> tuple[str, int]:
    """(file name, lines done); -1 lines: the whole file. `FileUnreadable` for a cursor that is not ours."""
    if after is None:
        return "", 0
    name, mark, line = after.rpartition("#")
    if not mark or not (line == "" or (line.isascii() and line.isdigit())):
        raise FileUnreadable(expected="cursor", reason="cursor")
    return name, int(line) if line else -1


def _lines_of(path: Path, start: int) -> Iterator[tuple[int, bytes]]:
    """(line number from 1, line) after `start`; a line over the limit ends the file with `FileTooLarge`."""
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(_LONGEST_LINE + 1):
                if len(line) > _LONGEST_LINE:
                    raise FileTooLarge(what="line", limit=_LONGEST_LINE)
                number += 1
                if number > start:
                    yield number, line
    except OSError as error:
        raise unreadable("jsonl", error) from None


def _complete(line: bytes) -> bool:
    """A last line without its end may still be whole."""
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return not line.strip()
    return True


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            body = file.read(2 * LARGEST + 1)
    except OSError as error:
        raise unreadable(path.suffix.removeprefix("."), error) from None
    if len(body) > 2 * LARGEST:
        raise FileTooLarge(what="bytes", limit=2 * LARGEST)
    return body
