"""The forms that an upload may hold: the sheets of firms and of farms, and what makes rows of one record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from trace.errors import Refusal
from trace.exchange.draft import Draft
from trace.exchange.farm.tables import FARM_BUILDERS, FARM_FORMS
from trace.exchange.links import LINK_BUILDERS, LINK_FORM
from trace.exchange.master.tables import MASTER_BUILDERS, MASTER_FORMS
from trace.exchange.tabular.cells import Reading, is_blank, read_cell
from trace.exchange.tabular.forms import Form
from trace.exchange.tabular.records import RecordWriter
from trace.exchange.tabular.rows import Row, RowReader
from trace.exchange.tabular.seen import Cell
from trace.exchange.workbook.records import BUILDERS as WORKBOOK_BUILDERS
from trace.exchange.workbook.template import FORMS as WORKBOOK_FORMS

Builder = Callable[[RecordWriter, Sequence[Row]], list[Draft]]

BUILDERS: Final[Mapping[str, Builder]] = {
    **WORKBOOK_BUILDERS,
    **FARM_BUILDERS,
    **MASTER_BUILDERS,
    **LINK_BUILDERS,
}
FORMS: Final[Mapping[str, Form]] = {
    form.name: form
    for form in (*WORKBOOK_FORMS, *FARM_FORMS, *MASTER_FORMS, LINK_FORM)
    if form.name in BUILDERS
}
"""Sheet name -> form."""
TOGETHER: Final[Mapping[str, tuple[str, ...]]] = {
    "投料与产出": ("batch",),
    "出厂检验": ("reportNo",),
    "合格证": ("certNo",),
    LINK_FORM.name: ("product", "lot", "place", "field"),
    "农事记录": ("plot", "at", "operation", "input.name"),
}
"""Form -> the members by which rows say one thing together; elsewhere it is the lot."""


def record_of(reader: RowReader, form: Form, number: int, cells: Sequence[Cell], reading: Reading) -> str:
    """What the record of a row is called within its sheet; a row that does not say it stands alone."""
    said = []
    members = TOGETHER.get(form.name, ("lot",))
    for place, column in reader.columns.items():
        if column.member not in members or place >= len(cells) or is_blank(cells[place]):
            continue
        try:
            said.append((column.member, str(read_cell(column, cells[place], reading))))
        except Refusal:
            return f"\t{number}"
    if not said:
        return f"\t{number}"
    return "\n".join(text for _, text in sorted(said))[:400]
