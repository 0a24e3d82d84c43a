"""Type on labels, set by typst: which fonts, how wide a text is, what no font can draw, lines as dots.

Whatever measures is what draws, so a line that fits here fits on paper. Widths are those of the letters at
the size of 1 mm; they grow with the size. A character that no font of the machine has would be printed as a
box: the export to PDF/A names each, and we ask it (docs/adr/0065).
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Final, Literal

import typst
from PIL import Image

from trace.labels.captions import PLACES

CHINESE_FONTS: Final = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
)
MONO: Final = "DejaVu Sans Mono"  # typst carries it along
_TEMPLATE: Final = Path(__file__).parent / "lines.typ"
_UNDRAWN: Final = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED: Final = re.compile(r"\\u\{([0-9a-f]+)\}")
_AFTER: Final = "0"
"""Measured behind each text: a comma at the end of a line would be narrower than within it."""
_KEPT: Final = 256
_INK: Final = 140
"""Grey below which a dot is burnt: thin strokes stay whole, and neighbours apart."""


@dataclass(frozen=True, slots=True)
class Face:
    """How a text is set: in the fixed-width font or the machine's own, bold or not."""

    mono: bool = False
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text at its place on a label: left end and top of its letters' box, all in mm."""

    x: Decimal
    y: Decimal
    size: Decimal
    text: str
    face: Face = Face()

    @property
    def varies(self) -> bool:
        return any(each in PLACES for each in self.text)

    def filled(self, serial: str) -> str:
        """The text with the characters of `serial` at their places."""
        return self.text.translate(dict(zip(map(ord, PLACES), serial, strict=False)))


@cache
def fonts(*, system: bool = True) -> typst.Fonts:
    """The machine's fonts and those that typst carries along, looked for once."""
    return typst.Fonts(include_system_fonts=system)


@cache
def chinese_font() -> str | None:
    """The first of `CHINESE_FONTS` that this machine has."""
    present = set(fonts().families())
    return next((font for font in CHINESE_FONTS if font in present), None)


def font_names(*, system: bool = True) -> list[str]:
    """The families in the order in which a character is looked for."""
    found = chinese_font() if system else None
    return [MONO] if found is None else [found, MONO]


def widths(texts: Iterable[str], face: Face, *, system: bool = True) -> dict[str, Decimal]:
    """The width of each text in letters of 1 mm."""
    wanted = tuple(sorted(set(texts)))
    return dict(zip(wanted, _widths(wanted, face, system), strict=True))


def undrawn(texts: Iterable[str], face: Face = Face(), *, system: bool = True) -> str:
    """The characters in `texts` that no font here can draw, each once, in their order."""
    every = "".join(dict.fromkeys("".join("".join(text.split()) for text in texts)))
    if not every or every.isascii():
        return ""
    missing = _undrawn(every, face, system)
    return "".join(each for each in every if each in missing)


def drawable(said: Mapping[str, object], *, system: bool = True) -> dict[str, object]:
    """The values of a template with the code point in the place of each character that no font here can draw:
    on paper a gap would read as if nothing stood there."""
    missing = undrawn(_texts_in(said), system=system)
    told = {ord(each): f"[U+{ord(each):04X}]" for each in missing}
    return {name: _replaced(value, told) for name, value in said.items()} if told else dict(said)


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from chain.from_iterable(map(_texts_in, value.values()))
    elif isinstance(value, Sequence):
        yield from chain.from_iterable(map(_texts_in, value))


def _replaced(value: object, told: Mapping[int, str]) -> object:
    if isinstance(value, str):
        return value.translate(told)
    if isinstance(value, Mapping):
        return {name: _replaced(each, told) for name, each in value.items()}
    return [_replaced(each, told) for each in value] if isinstance(value, Sequence) else value


def picture(
    lines: Sequence[Line], size: tuple[Decimal, Decimal], dots_per_inch: Decimal, *, system: bool = True
) -> Image.Image:
    """The lines as dots on a label of that size in mm: 0 is burnt, 255 paper."""
    said = _said(lines, size, system)
    made = set_page(said, "png", ppi=float(dots_per_inch), system=system)
    grey = Image.open(io.BytesIO(made[0])).convert("L")
    return grey.point(lambda dot: 0 if dot < _INK else 255)


def set_page(
    said: dict[str, object],
    kind: Literal["pdf", "png", "svg"],
    *,
    ppi: float = 300,
    system: bool = True,
    template: Path = _TEMPLATE,
) -> list[bytes]:
    """What typst makes of a template and its values: one document, or one picture a page."""
    made: Any = typst.compile(
        template,
        root=template.parent,
        font_paths=fonts(system=system),
        ignore_system_fonts=True,  # `fonts` has them
        format=kind,
        ppi=ppi,
        sys_inputs={"said": json.dumps(said, ensure_ascii=False)},
        timestamp=0,
    )
    return [made] if isinstance(made, bytes) else list(made)


def described(line: Line, serial: str = "") -> dict[str, object]:
    """A line as the templates read it."""
    return {
        "x": str(line.x),
        "y": str(line.y),
        "size": str(line.size),
        "text": line.filled(serial) if serial else line.text,
        "mono": line.face.mono,
        "bold": line.face.bold,
    }


def _said(lines: Sequence[Line], size: tuple[Decimal, Decimal], system: bool) -> dict[str, object]:
    return {
        "fonts": font_names(system=system),
        "mono": MONO,
        "page": {"width": str(size[0]), "height": str(size[1])},
        "lines": [described(line) for line in lines],
    }


@lru_cache(maxsize=_KEPT)
def _widths(texts: tuple[str, ...], face: Face, system: bool) -> tuple[Decimal, ...]:
    if not texts:
        return ()
    shown = ["".join("0" if each in PLACES else each for each in text) + _AFTER for text in (*texts, "")]
    said = {**_said((), (Decimal(100), Decimal(100)), system), "measure": shown}
    found = typst.query(
        _TEMPLATE,
        "<widths>",
        field="value",
        one=True,
        root=_TEMPLATE.parent,
        font_paths=fonts(system=system),
        ignore_system_fonts=True,
        sys_inputs={"said": json.dumps({**said, "face": {"mono": face.mono, "bold": face.bold}})},
    )
    *measured, after = json.loads(found)
    return tuple(Decimal(str(round(each - after, 5))) for each in measured)


@lru_cache(maxsize=_KEPT)
def _undrawn(characters: str, face: Face, system: bool) -> str:
    line = Line(Decimal(0), Decimal(0), Decimal(1), characters, face)
    said = _said([line], (Decimal(1000), Decimal(10)), system)
    try:
        typst.compile(
            _TEMPLATE,
            root=_TEMPLATE.parent,
            font_paths=fonts(system=system),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"said": json.dumps({**said, "title": "."}, ensure_ascii=False)},
            pdf_standards=["a-2b"],
            timestamp=0,
        )
    except typst.TypstError as refused:
        found = "".join(_UNDRAWN.findall(refused.diagnostic))
        if not found:
            raise
        return _ESCAPED.sub(lambda each: chr(int(each[1], 16)), found)
    return ""
