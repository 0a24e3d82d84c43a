"""The one Excel template: 进货查验, 投料与产出, 出厂检验, 包装赋码, 出货.

`write_template` makes it, `read_workbook` reads it back as drafts or as a list of faults with sheet, row and
column, `annotate` shows the faults in a copy. A file with one fault is refused whole. Example rows (标记 =
示例) are passed over.
"""

from __future__ import annotations

from trace.exchange.draft import Draft, Reference, RowOrigin
from trace.exchange.tabular.grids import CellError
from trace.exchange.workbook.amending import Amendment, amended
from trace.exchange.workbook.annotation import annotate
from trace.exchange.workbook.reading import Workbook, read_workbook
from trace.exchange.workbook.template import FORMS, write_template

__all__ = [
    "FORMS",
    "Amendment",
    "CellError",
    "Draft",
    "Reference",
    "RowOrigin",
    "Workbook",
    "amended",
    "annotate",
    "read_workbook",
    "write_template",
]
