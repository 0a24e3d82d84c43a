"""The printed diagram: the drawing and the table of the same facts, on A3 or A4, set by typst.

Boxes are of words and shapes, never of colour alone; long tables repeat their head, rows are never cut, pages
count "x / y", and the number of rows stands at the end.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from scanner_web.frame.reader import Reader
from scanner_web.frame.rendering import moment
from scanner_web.regulator.answers import answers_of, lots_of, sums
from trace.labels.typesetting import MONO, drawable, font_names, set_page
from trace.oversight.diagram.drawing import HEIGHT, WIDTH, drawn
from trace.oversight.diagram.folding import folded
from trace.usecases.casework.goods_of_case import Goods
from trace.usecases.casework.read_case import CaseSeen

_TEMPLATE: Final = Path(__file__).parent / "trace.typ"


def printed_diagram(of: Reader, seen: CaseSeen, goods: Goods, paper: str) -> bytes:
    """The PDF."""
    graph = folded(goods.graph)
    drawing, row = drawn(graph), seen.row
    numbers = {key: place for place, key in enumerate(graph.boxes, 1)}
    said: dict[str, object] = {
        "fonts": font_names(),
        "mono": MONO,
        "paper": paper,
        "title": of.say("office.print.title", number=row.number),
        "facts": [
            f"{row.lot} · {row.items}",
            of.say("office.print.as-of", at=moment(goods.as_of), digest=goods.digest[:16]),
            of.say("office.case.bounds", least=sums(of, goods.least), most=sums(of, goods.most)),
        ],
        "width": drawing.width,
        "height": drawing.height,
        "box": [WIDTH, HEIGHT],
        "boxes": [
            {
                "x": placed.x,
                "y": placed.y,
                "state": placed.box.state,
                "head": f"{numbers[placed.box.key]} {box_name(of, placed.box.name, placed.box.count)}",
                "line": sums(of, placed.box.amounts) if placed.box.amounts else placed.box.product,
                "word": of.say(f"office.state.{placed.box.state}"),
            }
            for layer in drawing.layers
            for placed in layer
        ],
        "ways": [{"path": path, "sure": sure} for path, sure in drawing.ways],
        "boxHead": [of.say(f"office.table.{name}") for name in _BOX_COLUMNS],
        "boxRows": [
            [
                str(one.number),
                of.word("office.kind", one.box.kind),
                box_name(of, one.box.name, one.box.count),
                one.box.holder,
                one.amount,
                of.say(f"office.state.{one.box.state}"),
                " ".join(one.above),
            ]
            for one in lots_of(of, graph)
        ],
        "answerHead": [of.say(f"office.table.{name}") for name in _ANSWER_COLUMNS],
        "answerRows": [
            [
                one.who,
                one.contact,
                f"{one.what} {one.lot}",
                one.amount,
                of.say(f"scope.{one.column}"),
                of.say(f"office.word.{'certain' if one.certain else 'possible'}"),
            ]
            for one in answers_of(of, goods, seen)
        ],
        "answers": of.say("office.case.receivers"),
        "lots": of.say("office.case.boxes"),
        "end": of.say("office.print.end"),
        "part": of.say("office.print.part", shown=len(goods.lines), count=goods.count)
        if goods.count > len(goods.lines)
        else "",
    }
    return set_page(drawable(said), "pdf", template=_TEMPLATE)[0]


def box_name(of: Reader, name: str, count: int) -> str:
    """A lot's batch number, or how many lots a folded box stands for."""
    return name if count == 1 else of.say("office.case.folded", count=count)


_BOX_COLUMNS: Final = ("number", "kind", "lot", "holder", "amount", "state", "from")
_ANSWER_COLUMNS: Final = ("who", "contact", "what", "amount", "column", "word")
