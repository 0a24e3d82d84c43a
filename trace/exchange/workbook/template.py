"""Writing the template: five sheets with lists, hints and a marked example row, and a guide sheet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import xlsxwriter

from trace.exchange.tabular.forms import Column, Form, load_forms
from trace.exchange.tabular.grids import EXAMPLE, MARK, REQUIRED
from trace.quantities import UNITS

FORMS: Final = load_forms(Path(__file__).with_name("columns.toml"))
GUIDE: Final = "说明"
VERSION: Final = "greentrace-workbook/1"

_LAST_ROW: Final = 5_000
_FORMATS: Final = {"day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}
_TEXT_KINDS: Final = frozenset(
    {
        *("text", "number", "batch", "lot", "code", "party", "product", "gtin"),
        *("value", "names", "place", "as_seen"),
    }
)
_OFFERED_UNITS: Final = ("kg", "t", "g", "mg", "斤", "L", "mL", "件", "袋", "箱", "盒", "瓶")
_GUIDE_LINES: Final = (
    "本模板由绿溯（GreenTrace）提供，列的设置为本系统自定；进货查验九项、出货十项取自沪府令33号第十三条。",
    "1. 带 * 的列必填；第一列写“示例”的行不会被读取，可保留或删除；改写后请清空“示例”。",
    "2. 时间按北京时间填写，须写到时分；日期写 2026-10-12 的样式。",
    "3. 看到什么就登记什么：不要用公式、合并单元格、删除线、上标格式、隐藏的行列和工作表；不写“同上”。",
    "4. 单位写在单位列；也可写在数量后面（如 16900kg），两处不一致会被退回。",
    "5. 带（保密）的列只向监管部门和当事方显示，公众查询时不显示。",
    "6. 有一处错误整个文件都不登记；系统会列出全部错误所在的工作表、行、列。",
    "7. 同一文件重复导入不会重复登记。",
)


def write_template(path: Path | str) -> None:
    """Write the empty template with one example row a sheet to `path` (xlsx)."""
    if not set(_OFFERED_UNITS) <= UNITS:
        raise ValueError("the template offers a unit that cannot be read back")
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        _write_guide(book)
        for form in FORMS:
            write_form(book, form)


def _write_guide(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet(GUIDE)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 110, book.add_format({"text_wrap": True, "valign": "top"}))
    sheet.write_row(0, 0, ["模板版本", VERSION])
    lines = [*_GUIDE_LINES, *(f"【{form.name}】{form.about}" for form in FORMS)]
    for place, line in enumerate(lines, start=2):
        sheet.write_string(place, 1, line)


def write_form(
    book: xlsxwriter.Workbook, form: Form, ranges: Mapping[str, str] = MappingProxyType({})
) -> None:
    """One sheet: headers, lists, hints and the example row that readers pass over.

    `ranges`: member -> the cells that hold what may be chosen; what is not among it may be written too.
    """
    sheet = book.add_worksheet(form.name)
    head = book.add_format(
        {"bold": True, "bg_color": "#E4EFE2", "border": 1, "text_wrap": True, "valign": "top"}
    )
    needed = book.add_format(
        {"bold": True, "bg_color": "#CFE3CB", "border": 1, "text_wrap": True, "valign": "top"}
    )
    shown = book.add_format({"italic": True, "font_color": "#7A7A7A"})
    sheet.freeze_panes(1, 2)
    sheet.set_row(0, 32)
    sheet.write_string(0, 0, MARK, head)
    sheet.write_string(1, 0, EXAMPLE, shown)
    sheet.set_column(0, 0, 6)
    sheet.data_validation(1, 0, _LAST_ROW, 0, {"validate": "list", "source": [EXAMPLE]})
    for place, column in enumerate(form.columns, start=1):
        sheet.write_string(
            0,
            place,
            column.header + (REQUIRED if column.required else ""),
            needed if column.required else head,
        )
        sheet.set_column(place, place, column.width, _format(book, column))
        if column.example:
            sheet.write_string(1, place, column.example, shown)
        if column.member in ranges:
            source = {"validate": "list", "source": ranges[column.member], "error_type": "information"}
            sheet.data_validation(1, place, _LAST_ROW, place, source)
        else:
            _add_help(sheet, place, column)


def _format(book: xlsxwriter.Workbook, column: Column) -> object:
    if column.kind in _TEXT_KINDS:
        return book.add_format({"num_format": "@"})
    return book.add_format({"num_format": _FORMATS[column.kind]}) if column.kind in _FORMATS else None


def _add_help(sheet: xlsxwriter.worksheet.Worksheet, place: int, column: Column) -> None:
    """A list where there are choices (other spellings of units are read too); else a hint."""
    offered = list(column.choices) or (list(_OFFERED_UNITS) if column.kind == "unit" else [])
    if offered:
        options = {
            "validate": "list",
            "source": offered,
            "error_type": "stop" if column.choices else "warning",
        }
        sheet.data_validation(1, place, _LAST_ROW, place, options)
    elif column.hint:
        # Excel limits: title 32, message 255 characters.
        options = {"validate": "any", "input_title": column.header[:32], "input_message": column.hint[:255]}
        sheet.data_validation(1, place, _LAST_ROW, place, options)
