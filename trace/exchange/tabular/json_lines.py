"""JSON Lines as tables: an object a line, `form` names its sheet, the other members its columns.

A member is a column's heading or our name of it; values are texts, numbers are taken as they are written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from trace.errors.exchange import FileTooLarge, FileUnreadable
from trace.errors.tables import HeaderUnknown
from trace.errors.uploads import LineUnreadable
from trace.exchange.tabular.forms import Form
from trace.exchange.tabular.grids import Faults, Grid
from trace.exchange.tabular.row_stream import UPLOAD_LIMITS, StreamedRow, StreamedSheet
from trace.exchange.tabular.seen import Cell, Spoilt, whole_signs

FORM: Final = "form"
_LONGEST: Final = 128 * 1024


def open_lines(body: bytes, forms: Mapping[str, Form], faults: Faults) -> Iterator[StreamedSheet]:
    """One sheet a form that the file has lines of; rows are numbered by the lines of the file.

    Raises `FileUnreadable`, `FileTooLarge`; a line that is no object of ours goes to `faults`.
    """
    by_form: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for number, line in _lines(body):
        said = _object(number, line, forms, faults)
        if said is not None:
            by_form.setdefault(str(said.pop(FORM)), []).append((number, said))
    for name, lines in by_form.items():
        form = forms[name]
        head = Grid(name, [[column.header for column in form.columns]], heading=0)
        yield StreamedSheet(head, iter([_row(form, number, said, faults) for number, said in lines]))


def _lines(body: bytes) -> Iterator[tuple[int, str]]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileUnreadable(expected="jsonl", reason="encoding") from None
    for number, line in enumerate(text.split("\n"), start=1):
        if number > UPLOAD_LIMITS.rows:
            raise FileTooLarge(what="rows", limit=UPLOAD_LIMITS.rows)
        if len(line) > _LONGEST:
            raise FileTooLarge(what="field", limit=_LONGEST)
        if line.strip():
            yield number, line


def _object(number: int, line: str, forms: Mapping[str, Form], faults: Faults) -> dict[str, Any] | None:
    try:
        said = json.loads(line, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_once)
    except _Twice:
        faults.add("", number, "", LineUnreadable(reason="column-twice"))
        return None
    except (ValueError, RecursionError):
        faults.add("", number, "", LineUnreadable(reason="not-json"))
        return None
    if not isinstance(said, dict) or not isinstance(said.get(FORM), str) or said[FORM] not in forms:
        faults.add("", number, "", LineUnreadable(reason="no-form"))
        return None
    return said


class _Twice(ValueError):
    """A member that stands twice in one object: which of the two is meant nobody can say."""


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    said = {whole_signs(name): _whole(value) for name, value in pairs}
    if len(said) < len(pairs):
        raise _Twice
    return said


def _whole(value: object) -> object:
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return whole_signs(value) if isinstance(value, str) else value


def _row(form: Form, number: int, said: Mapping[str, Any], faults: Faults) -> StreamedRow:
    places = {column.header: place for place, column in enumerate(form.columns)}
    places |= {column.member: place for place, column in enumerate(form.columns)}
    cells: list[Cell] = [""] * len(form.columns)
    for name, value in said.items():
        if name not in places:
            faults.add(form.name, number, "", HeaderUnknown(name=name[:40]))
        elif value is not None and cells[places[name]] != "":
            faults.add(form.name, number, "", LineUnreadable(reason="column-twice"))
        elif value is not None:
            cells[places[name]] = _cell(value)
    return StreamedRow(number, cells)


def _cell(value: object) -> Cell:
    if isinstance(value, str | bool):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "、".join(value)
    return Spoilt(LineUnreadable(reason="nested"), "")
