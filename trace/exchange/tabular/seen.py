"""Cells as a person sees them: text, a number under its format, a day, or what cannot be signed unseen."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from trace.errors.base import Refusal
from trace.exchange.tabular.date_formats import SeenMoment
from trace.exchange.tabular.number_formats import Rendered


@dataclass(frozen=True, slots=True)
class SeenNumber:
    """A number: `stored` at the 15 digits that Excel keeps, and what its format `code` shows of it.

    `seen` None: it is not known what the format shows.
    """

    stored: Decimal
    seen: Rendered | None
    code: str

    @property
    def written(self) -> str:
        """What is stored, written out."""
        return f"{self.stored:f}"


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A cell whose content nobody is to sign, and why; `text` is what stands in it."""

    refusal: Refusal
    text: str


Cell = str | bool | SeenNumber | SeenMoment | Spoilt
"""What a reader of workbooks or CSV gives for one cell; "" is an empty cell."""


def whole_signs(text: str) -> str:
    """The text with halves of signs put together, and U+FFFD for a half without its other (a cut emoji): no
    database and no answer could hold it."""
    if not any("\ud800" <= sign <= "\udfff" for sign in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def plain(text: str) -> str:
    """Digits without what adds nothing: 16,900.50 -> 16900.5."""
    number = text.replace(",", "")
    if "." in number and "E" not in number:
        number = number.rstrip("0").rstrip(".")
    return number


def shown_text(cell: Cell) -> str:
    """What stands in a cell, for a sentence or a comparison."""
    if isinstance(cell, SeenNumber):
        return cell.seen.text if cell.seen is not None else cell.written
    if isinstance(cell, (SeenMoment, Spoilt)):
        return cell.shown if isinstance(cell, SeenMoment) else cell.text
    return str(cell)
