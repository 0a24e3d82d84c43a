"""What of a label's text cannot be printed as it is: what was shortened, and what no font here can draw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from trace.errors.printing import LabelTextUndrawn
from trace.labels.captions import LabelText
from trace.labels.label_layout import LabelLayout
from trace.labels.module_size import Warned
from trace.labels.typesetting import undrawn

TOO_LONG = "text-too-long"
MISSING = "glyph-missing"
_ALWAYS = "en"
_SERIAL = frozenset({"serial"})


def printable(text: LabelText, keys: tuple[str, ...]) -> LabelText:
    """The text with captions that the fonts of this machine have: English ones where it has no Chinese.

    Raises `LabelTextUndrawn` where what is printed whole or not at all would be boxes.
    """
    if undrawn(row.caption for row in text.rows(keys)):
        text = replace(text, language=_ALWAYS)
    missing = undrawn(row.value for row in text.rows(keys) if row.whole and row.name not in _SERIAL)
    if missing:
        raise LabelTextUndrawn(characters=missing)
    return text


def text_warnings(text: LabelText, keys: tuple[str, ...], made: LabelLayout) -> Iterator[Warned]:
    """One for each row that ends in an ellipsis, and one that names every character printed as a box."""
    rows = list(text.rows(keys))
    for row in rows:
        if row.name in made.shortened:
            shown = f"{row.caption} {row.value}".strip()
            yield Warned(TOO_LONG, (("row", row.name), ("text", shown)))
    missing = undrawn(row.value for row in rows if row.name not in _SERIAL)
    if missing:
        points = " ".join(f"U+{ord(each):04X}" for each in missing)
        yield Warned(MISSING, (("characters", missing), ("points", points)))
