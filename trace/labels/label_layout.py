"""The layout of a label: how large the symbol is, how large the text, and where each line stands.

Symbol and text share the label: of all sizes that fit, the one where both are largest together. Text stands
beside the symbol, or above, beside and below it. Batch, dates and what people type are whole or the label is
refused; names are shortened only at the smallest letters, and the label says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Final

from trace.errors.codes import ModuleUnprintable
from trace.errors.printing import LabelTextTooLong, LabelTooSmall
from trace.labels.captions import Row
from trace.labels.line_breaks import FULL_WIDTH_OPENING, Piece, parts, pieces, shortened
from trace.labels.module_size import LEAST_MM, RETAIL_LEAST_MM, Printer, exactly
from trace.labels.symbol import QUIET_ZONE
from trace.labels.typesetting import Face, Line, widths

SMALLEST_TEXT_MM: Final = Decimal("1.5")
"""Twelve dots of the coarsest printer: smaller Chinese is no longer read."""
_STEP: Final = Decimal("0.1")
_MODULE_STEP: Final = Decimal("0.02")
_GAP: Final = Decimal(1)  # between symbol and text; the quiet zone is the symbol's own
_LEADING: Final = Decimal("0.22")  # of the letters
_BETWEEN: Final = Decimal("0.42")  # of the letters, between two rows
_ABOVE: Final = ("title", "spec")
_BELOW: Final = ("firm", "keys", "serial")
_KEYS: Final = frozenset({"keys", "serial"})
_BRACKET: Final = Decimal("0.3")  # of the letters, blank in an opening bracket of Chinese type
_LARGER: Final[Mapping[str, Decimal]] = {
    "title": Decimal("1.3"),
    "firm": Decimal("0.9"),
    "keys": Decimal("0.8"),
    "serial": Decimal("0.8"),
}
_FACES: Final[Mapping[str, Face]] = {
    "title": Face(bold=True), "call": Face(bold=True), "serial": Face(mono=True),
}  # fmt: skip
_MOST_LINES: Final[Mapping[str, int]] = {"title": 3, "spec": 2, "firm": 2}
_AT_WORST: Final[Mapping[str, int]] = {"title": 2, "spec": 1, "firm": 1}
_SMALLEST_KEY_MM: Final = Decimal("1.4")
_ANY: Final = 99
_KEPT: Final = 256


@dataclass(frozen=True, slots=True)
class Space:
    """What a label offers: its content's width and height, the largest letters and module, all in mm.

    `blank` is what stays white around the content, in which the symbol's quiet zone may lie.
    """

    width: Decimal
    height: Decimal
    text_mm: Decimal
    module_mm: Decimal
    blank: Decimal
    least_mm: Decimal = LEAST_MM

    def outside(self, module_mm: Decimal) -> Decimal:
        """How far the quiet zone reaches out of the content."""
        return min(QUIET_ZONE * module_mm, self.blank)

    def holds(self, modules: int, module_mm: Decimal) -> bool:
        side = (modules + 2 * QUIET_ZONE) * module_mm - 2 * self.outside(module_mm)
        return side <= min(self.width, self.height)

    def widest(self, modules: int) -> Decimal:
        """The widest module that could fit; not every one below it does."""
        return (min(self.width, self.height) + 2 * self.blank) / (modules + 2 * QUIET_ZONE)


@dataclass(frozen=True, slots=True)
class LabelLayout:
    """Where everything stands, from the upper left of the content, in mm; the symbol with its quiet zone.

    `dots` a module is None without a printer. `shortened` names the rows that end in an ellipsis; `torn`
    counts words and numbers that had to be broken over two lines.
    """

    module_mm: Decimal
    dots: int | None
    symbol: tuple[Decimal, Decimal]
    side: Decimal
    lines: tuple[Line, ...]
    text_mm: Decimal
    shortened: tuple[str, ...] = ()
    torn: int = 0

    def moved(self, x: Decimal, y: Decimal) -> LabelLayout:
        """The same, further right and down."""
        lines = tuple(replace(line, x=line.x + x, y=line.y + y) for line in self.lines)
        return replace(self, symbol=(self.symbol[0] + x, self.symbol[1] + y), lines=lines)


@lru_cache(maxsize=_KEPT)
def layout(
    rows: tuple[Row, ...], modules: int, space: Space, printer: Printer | None = None, dots: int | None = None
) -> LabelLayout:
    """The best layout of `rows` beside a symbol of `modules`.

    Raises `ModuleUnprintable` where no module is wide enough, `LabelTextTooLong` (lines) where the rows that
    are never cut do not fit.
    """
    sizes = list(_modules(modules, space, printer, dots))
    if not sizes:
        raise _unprintable(modules, space, printer, dots)
    setter = _Setter(rows)
    for retail, most in ((True, _MOST_LINES), (False, _MOST_LINES), (True, _AT_WORST), (False, _AT_WORST)):
        wide = [each for each in sizes if (each[0] >= RETAIL_LEAST_MM) is retail]
        found = [made for each in wide for made in setter.tried(each, modules, space, most)]
        if most is _MOST_LINES:
            found = [made for made in found if not made.shortened]
        if found:
            return max(
                found, key=lambda made: (-len(made.shortened), -made.torn, made.module_mm * made.text_mm)
            )
    raise LabelTextTooLong(lines=[row.value for row in rows if row.whole])


def require_room(modules: int, dots: int, printer: Printer, space: Space, name: str) -> None:
    """Raises `ModuleUnprintable` for too few dots, `LabelTooSmall` for too many on the label of that name."""
    size = exactly(modules, dots, printer)
    side, room = size.side_mm, min(space.width, space.height) + 2 * space.outside(size.module_mm)
    if side > room:
        raise LabelTooSmall(size=name, side=f"{side:.1f}", room=f"{room:.1f}")


def _worth(made: LabelLayout) -> tuple[int, int, Decimal]:
    """The least cut, then the least torn, then the largest symbol and letters."""
    return -len(made.shortened), -made.torn, made.module_mm * made.text_mm


def _modules(
    modules: int, space: Space, printer: Printer | None, dots: int | None
) -> Iterator[tuple[Decimal, int | None]]:
    """The widths of a module that may be tried, the widest first, with the printer's dots."""
    most = min(space.module_mm, space.widest(modules))
    if printer is None:
        steps = int((most - space.least_mm) / _MODULE_STEP) + 1
        tried = [(space.least_mm + number * _MODULE_STEP, None) for number in range(steps - 1, -1, -1)]
        yield from (each for each in tried if space.holds(modules, each[0]))
        return
    for number in [dots] if dots is not None else range(int(most / printer.pitch_mm), 0, -1):
        width = number * printer.pitch_mm
        if width >= space.least_mm and space.holds(modules, width):
            yield width, number


def _unprintable(modules: int, space: Space, printer: Printer | None, dots: int | None) -> ModuleUnprintable:
    room = space.widest(modules)
    if printer is None:
        return ModuleUnprintable(dots=0, dpi=0, module=f"{room:.3f}", least=str(space.least_mm))
    most = int(room / printer.pitch_mm) if dots is None else dots
    module = f"{most * printer.pitch_mm:.3f}"
    return ModuleUnprintable(dots=most, dpi=printer.dpi, module=module, least=str(space.least_mm))


class _Setter:
    """The rows of a label with their measured pieces."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = _joined(rows)
        self.wide: dict[str, Mapping[str, Decimal]] = {}
        for face in {_face(row.name) for row, _ in self.rows}:
            set_so = {row.name: found for row, found in self.rows if _face(row.name) == face}
            measured = widths(parts(piece for found in set_so.values() for piece in found), face)
            self.wide.update(dict.fromkeys(set_so, measured))

    def tried(
        self, size: tuple[Decimal, int | None], modules: int, space: Space, most: Mapping[str, int]
    ) -> Iterator[LabelLayout]:
        """A layout of each sort with a module of that size, in the largest letters that fit."""
        side = (modules + 2 * QUIET_ZONE) * size[0]
        for place in (self._beside, self._framed):
            text_mm, best = space.text_mm, None
            while text_mm >= SMALLEST_TEXT_MM:
                made = place(side, space, space.outside(size[0]), text_mm, most)
                text_mm -= _STEP
                if made is None or (made.shortened and text_mm >= SMALLEST_TEXT_MM):
                    continue
                found = replace(made, module_mm=size[0], dots=size[1])
                best = found if best is None or found.torn < best.torn else best
                if not best.torn:
                    break
            if best is not None:
                yield best

    def _beside(
        self, side: Decimal, space: Space, out: Decimal, text_mm: Decimal, most: Mapping[str, int]
    ) -> LabelLayout | None:
        """All text at the right of the symbol, both in the middle of the height."""
        left, names = side - out + _GAP, {row.name for row, _ in self.rows}
        text = self._column(names, left, space.width - left, text_mm, most)
        if text is None or text.height > space.height:
            return None
        lines = text.moved((space.height - text.height) / 2)
        return _placed((-out, (space.height - side) / 2), side, lines, text_mm, (text,))

    def _framed(
        self, side: Decimal, space: Space, out: Decimal, text_mm: Decimal, most: Mapping[str, int]
    ) -> LabelLayout | None:
        """Names above and keys below in the whole width, batch and dates beside the symbol."""
        left, names = side - out + _GAP, {row.name for row, _ in self.rows}
        above = self._column(set(_ABOVE), Decimal(0), space.width, text_mm, most)
        below = self._column(set(_BELOW), Decimal(0), space.width, text_mm, most)
        beside = self._column(names - {*_ABOVE, *_BELOW}, left, space.width - left, text_mm, most)
        if above is None or below is None or beside is None:
            return None
        middle = max(side, beside.height)
        spare = space.height - above.height - middle - below.height
        if spare < 0:
            return None
        gap = min(spare / 4, text_mm)  # what is left over is shared out, most of it around
        start = (spare - 2 * gap) / 2
        top = start + above.height + gap
        lines = [
            *above.moved(start),
            *beside.moved(top + (middle - beside.height) / 2),
            *below.moved(top + middle + gap),
        ]
        return _placed((-out, top + (middle - side) / 2), side, lines, text_mm, (above, beside, below))

    def _column(
        self, names: set[str], x: Decimal, room: Decimal, text_mm: Decimal, most: Mapping[str, int]
    ) -> _Column | None:
        """The rows of those names one under another; None where the room is not worth the name."""
        if room < 4 * text_mm:
            return None
        lines: list[Line] = []
        y, cut, torn = Decimal(0), [], 0
        for row, found in self.rows:
            if row.name not in names:
                continue
            size, wide = _size(row.name, text_mm), self.wide[row.name]
            texts, short = shortened(found, room / size, wide, most.get(row.name, _ANY))
            cut += [row.name] if short else []
            torn += sum(1 for piece in found if wide[piece.text] > room / size)
            y += text_mm * _BETWEEN if lines else 0
            for number, text in enumerate(texts):
                y += size * _LEADING if number else 0
                left = x - size * _BRACKET if text[0] in FULL_WIDTH_OPENING else x
                lines.append(Line(left, y, size, text, _face(row.name)))
                y += size
        return _Column(tuple(lines), y, tuple(cut), torn)


@dataclass(frozen=True, slots=True)
class _Column:
    """Rows one under another from height 0, how high they are, which were shortened, how many words torn."""

    lines: tuple[Line, ...]
    height: Decimal
    cut: tuple[str, ...]
    torn: int

    def moved(self, down: Decimal) -> list[Line]:
        return [replace(line, y=line.y + down) for line in self.lines]


def _placed(
    symbol: tuple[Decimal, Decimal], side: Decimal, lines: list[Line], text_mm: Decimal, of: Sequence[_Column]
) -> LabelLayout:
    cut = tuple(name for column in of for name in column.cut)
    torn = sum(column.torn for column in of)
    return LabelLayout(Decimal(0), None, symbol, side, tuple(lines), text_mm, cut, torn)


def _size(name: str, text_mm: Decimal) -> Decimal:
    """How large the letters of a row are; Chinese never under what can be read."""
    return max(_SMALLEST_KEY_MM if name in _KEYS else SMALLEST_TEXT_MM, text_mm * _LARGER.get(name, 1))


def _joined(rows: Iterable[Row]) -> list[tuple[Row, list[Piece]]]:
    """Each row with its pieces; the keys are one row, which breaks between them."""
    found: list[tuple[Row, list[Piece]]] = []
    for row in rows:
        before = pieces(row.caption)
        value = [Piece(row.value, bool(before))] if row.whole and row.name != "call" else pieces(row.value)
        if before and value:
            value = [Piece(value[0].text, True), *value[1:]]
        if row.name in _KEYS and found and found[-1][0].name == row.name:
            found[-1][1].append(Piece(row.value, True))
        else:
            found.append((row, [*before, *value]))
    return found


def _face(name: str) -> Face:
    return _FACES.get(name, Face())
