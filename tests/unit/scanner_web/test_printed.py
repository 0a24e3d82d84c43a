"""Papers of our own making: no glyph is missing, no row is lost or cut, pages and rows are counted."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from scanner_web.frame.reader import Reader
from scanner_web.regulator.printed import _TEMPLATE, printed_diagram
from tests.builders.printed_pdf import PrintedPage, embedded, printed_pages
from trace.labels.typesetting import MONO, chinese_font, drawable, font_names, set_page, undrawn
from trace.oversight.diagram.graph import Tracing
from trace.usecases.casework.goods_of_case import Goods

RARE = "\U0002cb5a\u3402\u9f98\u4dae\u3431\U00020bb7\ue000"
"""𬭚㐂龘䶮㐱𠮷 of names, and one of the private use area, which nobody's font has."""
LOT = "urn:lot:m:K1"
HEADINGS = 6


def paper(size: str, rows: int, name: str = "（演示）门店") -> bytes:
    """The printed diagram of a case with so many lines, each as high as its longest cell."""
    row: Any = SimpleNamespace(number="案-1", lot=LOT, items="镉", report_no="R1")
    lines = [
        {
            "from": LOT, "receiver": f"urn:uscc:{number}", "name": f"r{number:04d}a {name}",
            "contact": f"r{number:04d}b", "address": f"上海市浦东新区无名路{number}号" * (1 + number % 5),
            "least": None, "most": {"value": f"{number}.5", "unit": "kg"}, "column": "confirmed",
            "word": "certain", "counted": True,
        }
        for number in range(rows)
    ]  # fmt: skip
    tracing = Tracing(LOT)
    goods = Goods(
        tracing.graph(), lines, digest="d" * 64, as_of="2026-10-12T08:00:00Z", count=rows,
        products={LOT: f"米{name}"},
    )  # fmt: skip
    seen: Any = SimpleNamespace(row=row, names={})
    return printed_diagram(Reader("zh-CN", large=False, chosen=False, query=()), seen, goods, size)


def joined(pages: list[PrintedPage]) -> str:
    return "".join(page.text for page in pages).replace("\n", "")


@pytest.mark.skipif(chinese_font() is None, reason="without a Chinese font every Chinese word is spelled")
def test_a_rare_character_is_drawn_or_spelled_and_never_a_gap() -> None:
    document = paper("a4", 2, RARE)
    pages = printed_pages(document)
    assert sum(page.missing for page in pages) == 0
    assert "\N{REPLACEMENT CHARACTER}" not in joined(pages)
    lacking = undrawn([RARE])
    assert "\ue000" in lacking
    spelled = "".join(f"[U+{ord(each):04X}]" if each in lacking else each for each in RARE)
    assert spelled in joined(pages)
    assert embedded(document)


def test_a_gap_would_be_found() -> None:
    said = a_table(1, RARE)
    assert sum(page.missing for page in printed_pages(set_page(said, "pdf", template=_TEMPLATE)[0])) > 0
    fit = printed_pages(set_page(drawable(said), "pdf", template=_TEMPLATE)[0])
    assert sum(page.missing for page in fit) == 0


def a_table(rows: int, name: str) -> dict[str, object]:
    """Values of the template without a diagram, by hand."""
    return {
        "fonts": font_names(), "mono": MONO, "paper": "a4", "title": "t", "facts": [], "width": 10,
        "height": 10, "box": [10, 10], "boxes": [], "ways": [], "boxHead": ["h"] * 7, "boxRows": [],
        "answerHead": ["h"] * HEADINGS, "answerRows": [[name] * HEADINGS] * rows, "answers": "a", "lots": "l",
        "end": "end", "part": "",
    }  # fmt: skip


@pytest.mark.parametrize(("size", "rows"), [("a4", 1), ("a3", 40), ("a4", 41), ("a4", 3_000)])
def test_every_row_stands_whole_on_one_page_under_its_heading(size: str, rows: int) -> None:
    document = paper(size, rows)
    pages = printed_pages(document)
    at: dict[int, int] = {}
    for place, page in enumerate(pages, 1):
        for number in map(int, re.findall(r"r(\d{4})a", page.text)):
            assert number not in at, "once"
            at[number] = place
    assert sorted(at) == list(range(rows)), "no row is lost"
    texts = [page.text.replace("\n", "") for page in pages]
    for number, place in at.items():
        page = texts[place - 1]
        assert f"r{number:04d}b" in page, "its other cells stand on the same page"
        assert page.count(f"无名路{number}号") == 1 + number % 5, "to their last word"
    of = Reader("zh-CN", large=False, chosen=False, query=())
    for place in set(at.values()):
        assert of.say("office.table.contact") in pages[place - 1].text, "headings repeat"
    for place, page in enumerate(pages, 1):
        assert f"{place}/{len(pages)}" in page.text.replace(" ", "").replace("\n", "")
    assert (
        joined(pages).replace(" ", "").count(f"行数{rows}") or f"{rows}" in pages[max(at.values()) - 1].text
    )
    assert len(document) / len(pages) < 100_000, "ten pages are under a megabyte"
