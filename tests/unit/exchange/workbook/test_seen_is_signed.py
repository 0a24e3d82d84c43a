"""What is signed is what a person sees in the cell, or it is refused at the cell and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.formatting.rule import DataBarRule, FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.worksheet.table import Table

from tests.builders.workbooks import ISSUER, PACK, RECEIPT, REPORT, FilledTemplate, milling
from trace.errors import CellTooFar
from trace.exchange.workbook import Workbook, annotate, read_workbook

SHEET = "进货查验"


@pytest.fixture
def template(tmp_path: Path) -> FilledTemplate:
    return FilledTemplate(tmp_path)


def read(template: FilledTemplate) -> Workbook:
    return read_workbook(template.bytes(), ISSUER)


def places(book: Workbook) -> list[tuple[str, int, str, str]]:
    assert not (book.drafts and book.errors)
    return [(error.sheet, error.row, error.column, error.code) for error in book.errors]


def shown(template: FilledTemplate, header: str, value: object, code: str) -> Workbook:
    """A receipt one of whose cells has a number format."""
    row = template.add(SHEET, **{**RECEIPT, header: value})
    column = template.headers(SHEET).index(header) + 1
    template.book[SHEET].cell(row, column).number_format = code
    return read(template)


@pytest.mark.parametrize(
    ("value", "code", "lot"),
    [
        (1234, "000000", "001234"),
        (20261006, "General", "20261006"),
        (7, "0", "7"),
        (7, "00", "07"),
        (1234, "@", "1234"),
    ],
)
def test_a_code_takes_a_number_whose_shown_text_is_its_digits(template, value, code, lot):
    (draft,) = shown(template, "批次号", value, code).drafts
    assert draft.sub.rsplit(":", 1)[1] == lot


@pytest.mark.parametrize(
    ("value", "code", "seen"),
    [
        (1, '"R20261006-"0', "R20261006-1"),
        (1.5, "0", "2"),
        (1234, "0.00", "1234.00"),
        (20261006, "0000-00-00", "2026-10-06"),
        (202610060001, "General", "2.0261E+11"),
        (1234, "#,##0", "1,234"),
        (1234, "0.00E+00", "1.23E+03"),
        (12, "0%", "1200%"),
    ],
)
def test_a_code_takes_no_number_that_shows_something_else(template, value, code, seen):
    book = shown(template, "批次号", value, code)
    assert places(book) == [(SHEET, 2, "B", "cell-shown-differs")]
    assert book.errors[0].params["shown"] == seen


@pytest.mark.parametrize(
    ("value", "code", "quantity"),
    [
        (16.9, '0.00"吨"', {"value": "16.9", "unit": "t"}),
        (16900, '#,##0"kg"', {"value": "16900", "unit": "kg"}),
        (16900.5, "#,##0.00", {"value": "16900.5", "unit": "t"}),
        (0.1 + 0.2, "General", {"value": "0.3", "unit": "t"}),
        (0.00007, "General", {"value": "0.00007", "unit": "t"}),
        (16900, "0_ ", {"value": "16900", "unit": "t"}),
    ],
)
def test_an_amount_is_what_its_format_shows(template, value, code, quantity):
    unit = {} if quantity["unit"] == "t" else {"单位": quantity["unit"]}
    row = template.add(SHEET, **{**RECEIPT, "单位": "t", **unit, "数量": value})
    template.book[SHEET].cell(row, template.headers(SHEET).index("数量") + 1).number_format = code
    (draft,) = read(template).drafts
    assert draft.data["quantity"] == quantity


@pytest.mark.parametrize(
    ("value", "code", "refusal"),
    [
        (16.9, '0.00"吨"', "cell-units-differ"),  # the unit column says kg
        (0.169, "0.00%", "cell-unit-unknown"),
        (16900, "¥#,##0.00", "cell-number-malformed"),
        (16900, "[$€-407]#,##0.00", "cell-number-malformed"),
        (1.5, "# ?/?", "cell-format-unknown"),
        (16900, "0.00E+00", "cell-shown-differs"),
        (16900, '0.0,"千"', "cell-shown-differs"),
        (16900, "0.0,", "cell-shown-differs"),
        (16900, '0!.0,"万"', "cell-format-unknown"),
        (16.904, "0.00", "cell-shown-differs"),
        (16900, "yyyy-mm-dd", "cell-format-unknown"),
        (46301, "yyyy-mm-dd", "cell-kind-wrong"),
        (16900, '"约"0', "cell-number-malformed"),
        (-5, "0;0", "cell-shown-differs"),
        (16900, "[DBNum1]0", "cell-format-unknown"),
        ("10²", "General", "cell-number-malformed"),
        ("1½", "General", "cell-number-malformed"),
        ("①", "General", "cell-number-malformed"),
    ],
)
def test_an_amount_with_another_unit_or_scale_is_refused(template, value, code, refusal):
    assert [error.code for error in shown(template, "数量", value, code).errors] == [refusal]


@pytest.mark.parametrize(
    ("value", "code", "refusal"),
    [
        (datetime(2026, 10, 6, 9, 30), "yyyy-mm-dd", "cell-shown-differs"),  # noqa: DTZ001 - Excel knows no zones
        (datetime(2026, 10, 6), "yyyy-mm-dd", "cell-time-missing"),  # noqa: DTZ001
        (datetime(2026, 10, 6, 9, 30), "h:mm", "cell-shown-differs"),  # noqa: DTZ001
        (datetime(2026, 10, 6, 9, 30), 'm"月"d"日" h:mm', "cell-shown-differs"),  # noqa: DTZ001
        (datetime(2026, 10, 6, 9, 30), "General", "cell-shown-differs"),  # noqa: DTZ001
        (datetime(2026, 10, 6, 9, 30), "[$-411]ggge", "cell-date-malformed"),  # noqa: DTZ001
    ],
)
def test_a_moment_whose_hour_or_year_is_not_shown_is_refused(template, value, code, refusal):
    book = shown(template, "进货时间", value, code)
    assert [error.code for error in book.errors] in ([refusal], ["cell-format-unknown"])
    assert book.errors[0].column == "L"


def test_midnight_is_a_time_of_day_where_it_is_shown(template):
    (draft,) = shown(template, "进货时间", datetime(2026, 10, 24), "yyyy-mm-dd hh:mm").drafts  # noqa: DTZ001
    assert draft.data["receivedAt"] == "2026-10-24T00:00:00+08:00"


def test_a_day_in_a_column_of_codes_says_what_is_shown(template):
    book = shown(template, "批次号", date(2026, 10, 1), "yyyy-m")
    assert places(book) == [(SHEET, 2, "B", "cell-kind-wrong")]
    assert book.errors[0].params["shown"] == "2026-10"


def report(template: FilledTemplate, **cells: object) -> int:
    return template.add(
        "出厂检验", **{"检验项目": "镉", "检出值": "0.06", "计量单位": "mg/kg", **REPORT, **cells}
    )


def test_a_percent_is_the_number_before_the_sign(template):
    row = report(template, 检出值=0.086, 限量=0.15, 计量单位="%")
    headers = template.headers("出厂检验")
    for header in ("检出值", "限量"):
        template.book["出厂检验"].cell(row, headers.index(header) + 1).number_format = "0.00%"
    (draft,) = read(template).drafts
    assert draft.data["items"] == [
        {"name": "镉", "limit": "15", "value": "8.6", "unit": "%", "verdict": "pass"}
    ]


Look = Callable[[object], None]


def _font(**given: object) -> Look:
    return lambda cell: setattr(cell, "font", Font(**given))


def _white_on_white(cell: object) -> None:
    cell.font = Font(color="FFFFFFFF")


def _same_colour(cell: object) -> None:
    cell.font = Font(color="FFF6D5D0")
    cell.fill = PatternFill("solid", fgColor="F6D5D0")


def _black_on_black(cell: object) -> None:
    cell.fill = PatternFill("solid", fgColor="101010")


def _rich(cell: object) -> None:
    cell.value = CellRichText(TextBlock(InlineFont(strike=True), "R0"), "R1")


def _raised(cell: object) -> None:
    cell.value = CellRichText("R1", TextBlock(InlineFont(vertAlign="superscript"), "2"))


def _white_run(cell: object) -> None:
    cell.value = CellRichText("R1", TextBlock(InlineFont(color="FFFFFFFF"), "2"))


def _format(code: str) -> Look:
    return lambda cell: setattr(cell, "number_format", code)


@pytest.mark.parametrize(
    ("look", "refusal"),
    [
        (_font(strike=True), "cell-struck"),
        (_rich, "cell-struck"),
        (_font(vertAlign="subscript"), "cell-raised"),
        (_raised, "cell-raised"),
        (_white_on_white, "cell-invisible"),
        (_font(color="FFFDFDFD"), "cell-invisible"),
        (_font(size=1), "cell-invisible"),
        (_same_colour, "cell-invisible"),
        (_black_on_black, "cell-invisible"),
        (_white_run, "cell-invisible"),
        (_format(";;;"), "cell-invisible"),
        (_format('@"-2"'), "cell-shown-differs"),
    ],
)
def test_text_that_is_struck_raised_or_unseen_is_refused_at_its_cell(template, look, refusal):
    row = template.add(SHEET, **RECEIPT)
    look(template.book[SHEET].cell(row, 2))
    assert places(read(template)) == [(SHEET, 2, "B", refusal)]


def test_ink_that_can_be_seen_is_no_fault(template):
    row = template.add(SHEET, **RECEIPT)
    cell = template.book[SHEET].cell(row, 2)
    cell.font, cell.fill = Font(color="FFFFFFFF", bold=True), PatternFill("solid", fgColor="1F5F3A")
    assert not read(template).errors


def test_a_struck_row_is_one_fault(template):
    row = template.add(SHEET, **RECEIPT)
    for cell in template.book[SHEET][row]:
        cell.font = Font(strike=True)
    assert places(read(template)) == [(SHEET, 2, "", "row-struck")]


def test_a_conditional_format_that_may_strike_is_refused(template):
    template.add(SHEET, **RECEIPT)
    rule = FormulaRule(formula=["$A2=1"], font=Font(strike=True))
    template.book[SHEET].conditional_formatting.add("B2:B9", rule)
    assert places(read(template)) == [(SHEET, 2, "B", "cell-format-conditional")]


def test_a_conditional_format_of_numbers_or_bars_alone_is_refused(template):
    template.add(SHEET, **RECEIPT)
    sheet = template.book[SHEET]
    rule = FormulaRule(formula=["$A2=1"])
    rule.dxf = DifferentialStyle(numFmt=NumberFormat(numFmtId=200, formatCode=";;;"))
    sheet.conditional_formatting.add("C2", rule)
    sheet.conditional_formatting.add("G2", DataBarRule("min", 0, "max", 9, color="FF00FF00", showValue=False))
    assert [place[2] for place in places(read(template))] == ["C", "G"]


def test_a_conditional_format_that_only_colours_is_no_fault(template):
    template.add(SHEET, **RECEIPT)
    rule = FormulaRule(
        formula=["$A2=1"], fill=PatternFill("solid", bgColor="FFC7CE"), font=Font(color="9C0006")
    )
    template.book[SHEET].conditional_formatting.add("B2:B9", rule)
    assert not read(template).errors


def test_hidden_rows_are_one_fault_a_run(template):
    for number in range(6):
        template.add(SHEET, **{**RECEIPT, "批次号": f"R{number}"})
    rows = template.book[SHEET].row_dimensions
    rows[3].hidden = rows[4].hidden = True
    rows[6].height = 0.5
    book = read(template)
    assert places(book) == [(SHEET, 3, "", "rows-hidden"), (SHEET, 6, "", "rows-hidden")]
    assert book.errors[0].params == {"first": 3, "last": 4}


def test_a_hidden_row_without_content_is_no_fault(template):
    template.add(SHEET, **RECEIPT)
    template.book[SHEET].row_dimensions[9].hidden = True
    assert not read(template).errors


@pytest.mark.parametrize("how", [{"hidden": True}, {"width": 0.1}])
def test_a_hidden_column_with_content_is_one_fault(template, how):
    for number in range(3):
        template.add(SHEET, **{**RECEIPT, "批次号": f"R{number}", "规格": "散装"})
    template.book[SHEET].column_dimensions["F"].hidden = how.get("hidden", False)
    template.book[SHEET].column_dimensions["F"].width = how.get("width", 12)
    assert places(read(template)) == [(SHEET, 2, "F", "column-hidden")]


def test_a_hidden_column_without_content_is_no_fault(template):
    template.add(SHEET, **RECEIPT)
    template.book[SHEET].column_dimensions["F"].hidden = True
    assert not read(template).errors


def test_a_very_hidden_sheet_has_advice_of_its_own(template):
    template.book["出货"].sheet_state = "veryHidden"
    assert places(read(template)) == [("出货", 0, "", "sheet-hidden-deep")]


def test_an_example_row_that_says_something_of_its_own_is_told(tmp_path):
    template = FilledTemplate(tmp_path)
    template.add(SHEET, 标记="示例", **RECEIPT)
    assert places(read(template)) == [(SHEET, 2, "A", "example-changed")]


def test_an_example_row_as_it_came_or_emptied_is_passed_over(tmp_path):
    template = FilledTemplate(tmp_path, examples=True)
    sheet = template.book[SHEET]
    sheet["A2"] = "示例"
    for cell in sheet[2][5:]:
        cell.value = None
    assert not [error for error in read(template).errors if error.sheet == SHEET]


def test_a_title_above_the_headers_is_one_fault(template):
    template.add(SHEET, **RECEIPT)
    sheet = template.book[SHEET]
    sheet.insert_rows(1)
    sheet["A1"] = "十月进货"
    assert places(read(template)) == [(SHEET, 2, "", "header-not-first")]


def test_content_under_a_blank_header_is_told(template):
    template.add(SHEET, **{**RECEIPT, "规格": "散装"})
    template.book[SHEET]["F1"] = None
    assert places(read(template)) == [(SHEET, 2, "F", "header-blank")]


def test_a_second_row_of_headers_is_one_fault(template):
    template.add(SHEET, **RECEIPT)
    sheet = template.book[SHEET]
    for cell in sheet[1]:
        sheet.cell(3, cell.column).value = cell.value
    template.put(SHEET, 4, **{**RECEIPT, "批次号": "R2"})
    assert places(read(template)) == [(SHEET, 3, "", "header-again")]


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("物料名称", "同上"),
        ("供货者名称（保密）", "〃"),
        ("规格", "#N/A"),
        ("批次号", "nan"),
        ("生产批号", "-"),
    ],
)
def test_a_word_in_place_of_a_content_is_refused(template, header, text):
    template.add(SHEET, **{**RECEIPT, header: text})
    assert [error.code for error in read(template).errors] in (["cell-placeholder"], ["cell-error-value"])


def test_a_stray_cell_is_named_by_its_place(template):
    template.add(SHEET, **RECEIPT)
    template.book[SHEET]["ZZ10"] = "x"
    with pytest.raises(CellTooFar) as refused:
        read(template)
    assert (refused.value.params["sheet"], refused.value.params["cell"]) == (SHEET, "ZZ10")


def test_a_product_lot_with_the_number_of_its_batch_says_so(template):
    milling(template)
    template.put("投料与产出", 7, 物料批次="M20261012A")
    assert places(read(template)) == [("投料与产出", 7, "F", "lot-is-its-batch")]


def test_the_annotated_copy_of_a_table_with_a_link_is_made(template, tmp_path):
    template.add(SHEET, **{**RECEIPT, "数量": "许多"})
    sheet = template.book[SHEET]
    sheet["B2"].hyperlink = "https://example.org/"
    sheet.add_table(Table(displayName="进货", ref="A1:C2"))
    book = read(template)
    assert annotate(template.bytes(), book.errors, tmp_path / "shown.xlsx") == 1


def test_a_list_may_say_that_it_is_empty(template):
    template.add("包装赋码", **{**PACK, "食品添加剂": "无"})
    assert read(template).drafts[0].data["label"]["additives"] == ["无"]
    template.put("包装赋码", 2, 食品添加剂="柠檬酸、同上")
    assert [error.code for error in read(template).errors] == ["cell-placeholder"]
