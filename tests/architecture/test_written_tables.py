"""Text that begins with = + - @ is inert in every table that leaves the system: who writes any, and how."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.architecture.project_files import PRODUCT, project_files, text_of
from trace.exchange.written_sheets import Heading, Sheet, write_sheets

CSV_WRITERS = {
    "trace/labels/print_run.py": "numbers, serials and addresses of codes: nothing that anybody wrote",
    "trace/exchange/links/template.py": "headings and an example of ours",
    "trace/exchange/foodchain_lab.py": "names that its reader brings along, as the tool itself writes them",
}
"""Who writes CSV, which has no texts: a cell that begins with = is a formula where it is opened. Whoever
joins them writes nothing that people typed, or says here why it is inert."""
DANGEROUS = ['=HYPERLINK("http://x","y")', "+86 21 000", "-5", "@x", "=1+1", "\t=1", "https://x.test", "0123"]


def ours(call: str) -> dict[str, str]:
    """Path -> text of our files that make this call."""
    product = [path for path in project_files() if path.suffix == ".py" and path.parts[0] in PRODUCT]
    found = {str(path): text_of(path) for path in product}
    return {path: text for path, text in found.items() if call in text}


def test_every_workbook_is_written_without_formulas_and_links() -> None:
    written = ours("xlsxwriter.Workbook(")
    assert len(written) >= 5
    for path, text in written.items():
        opened = text.count("xlsxwriter.Workbook(")
        for option in ("strings_to_formulas", "strings_to_urls"):
            assert text.count(f'"{option}": False') == opened, path


def test_who_writes_csv_is_listed_with_the_reason_why_it_is_inert() -> None:
    assert set(ours("csv.writer(")) | set(ours("csv.DictWriter(")) == set(CSV_WRITERS)


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_stays_the_text_that_it_was(text: str) -> None:
    packed = BytesIO()
    write_sheets(packed, [Sheet("x", [Heading(text)], [[text, -5]])])
    sheet = load_workbook(packed).active
    assert [cell.value for row in sheet.iter_rows() for cell in row] == [text, None, text, -5]
    assert [cell.data_type for row in sheet.iter_rows() for cell in row] == ["s", "n", "s", "n"]
    assert all(cell.hyperlink is None for row in sheet.iter_rows() for cell in row)
