"""Templates with a firm's own names to choose from: a hidden sheet of lists, and ranges of it in each column.

A list in a cell itself may hold 255 signs, and Excel repairs a file with a longer one: all are ranges.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import xlsxwriter

from trace.exchange.master.tables import MASTER_FORMS, PARTY, PLACE, PRODUCT
from trace.exchange.tabular.forms import Form, load_forms
from trace.exchange.tabular.grids import LISTS
from trace.exchange.workbook.template import FORMS, GUIDE, VERSION, write_form

_FARM: Final = load_forms(Path(__file__).parents[1] / "farm" / "columns.toml")
_NAMED: Final = {form.name: form for form in (*FORMS, *_FARM, *MASTER_FORMS)}
TEMPLATES: Final[Mapping[str, tuple[Form, ...]]] = {
    name: tuple(_NAMED[sheet] for sheet in sheets)
    for name, sheets in {
        "whole": ("进货查验", "投料与产出", "出厂检验", "包装赋码", "出货"),
        "purchasing": ("进货查验",),
        "production": ("投料与产出",),
        "release": ("出厂检验",),
        "packing": ("包装赋码",),
        "shipping": ("出货",),
        "farm": ("农事记录", "采收入库", "合格证", "出库"),
        "master": (PARTY, PRODUCT, PLACE),
    }.items()
}
"""What a role fills in."""
_HELP: Final = (
    "带 * 的列必填；第一列写“示例”的行不读取。下拉里没有的也可以直接写。",
    "时间按北京时间写到时分，日期写 2026-10-12 的样式；不用公式、合并单元格和隐藏的行列。",
    "上传后逐行核对，有错就在网页上改；同一文件重复上传不会重复登记。",
)
_MOST: Final = 5_000


@dataclass(frozen=True, slots=True)
class FirmLists:
    """What a firm has: (code, name) of products and places, (code or "", name) of suppliers, open lots."""

    products: Sequence[tuple[str, str]] = ()
    places: Sequence[tuple[str, str]] = ()
    suppliers: Sequence[tuple[str, str]] = ()
    lots: Sequence[str] = ()

    def columns(self) -> dict[str, list[str]]:
        """The lists by the members whose columns take them."""
        product, place = [code for code, _ in self.products], [code for code, _ in self.places]
        lots = list(self.lots)
        found = {
            "product": product,
            "productName": _once(name for _, name in self.products),
            "place": place,
            "plot": place,
            "plots": place,
            "supplierName": _once(name for _, name in self.suppliers),
            "supplier": _once(code for code, _ in self.suppliers),
            "fromLot": lots,
            "lot": lots,
        }
        return {member: listed[:_MOST] for member, listed in found.items() if listed}


def write_firm_template(forms: Sequence[Form], lists: FirmLists) -> bytes:
    """The template as XLSX, with what the firm has to choose from."""
    packed = BytesIO()
    with xlsxwriter.Workbook(packed, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        guide = book.add_worksheet(GUIDE)
        guide.set_column(0, 0, 14)
        guide.set_column(1, 1, 90)
        guide.write_row(0, 0, ["模板版本", VERSION])
        for place, line in enumerate(_HELP, start=2):
            guide.write_string(place, 1, line)
        book.define_name("TEMPLATE_VERSION", f"='{GUIDE}'!$B$1")
        listed = lists.columns()
        ranges = {
            member: f"='{LISTS}'!${chr(65 + place)}$1:${chr(65 + place)}${len(names)}"
            for place, (member, names) in enumerate(listed.items())
        }
        for form in forms:
            # A batch of one's own that is yet to be made is chosen from no list.
            own = {column.member for column in form.columns if column.kind != "batch"}
            write_form(book, form, {member: at for member, at in ranges.items() if member in own})
        if listed:
            text = book.add_format({"num_format": "@"})
            sheet = book.add_worksheet(LISTS)
            for place, names in enumerate(listed.values()):
                for row, name in enumerate(names):
                    sheet.write_string(row, place, name, text)
            sheet.hide()
    return packed.getvalue()


def _once(names: Iterable[str]) -> list[str]:
    """Each name once, in its order, without blanks."""
    return [name for name in dict.fromkeys(names) if name]
