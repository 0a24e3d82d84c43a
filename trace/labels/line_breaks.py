"""Lines out of texts: where a line may end, and how a text is laid into a width (after UAX #14).

Chinese may break between any two characters but not before a closing mark or after an opening one; words of
letters stay whole, unless one alone is wider than the line. What must stay whole (a number, a date) is one
`Piece` of its own and is broken only where no line could hold it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_WIDE: Final = frozenset("WF")
_CLOSING: Final = frozenset("，。、；：？！）】》〉」』”’％,.;:?!)]}%…·")
FULL_WIDTH_OPENING: Final = frozenset("（【《〈「『")
_OPENING: Final = FULL_WIDTH_OPENING | frozenset("“‘([{")
_JOINING: Final = frozenset("\u200d\u2060")
_BREAKING: Final = frozenset("-/\u0f0b")  # a line may end behind these, inside a word
ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that is not broken if it can be helped, with the blank before it."""

    text: str
    blank: bool = False


def clusters(text: str) -> list[str]:
    """What is read as one character each: a letter with its marks."""
    found: list[str] = []
    for character in text:
        joined = found and (unicodedata.combining(character) or unicodedata.category(character)[0] == "M")
        if joined or character in _JOINING or (found and found[-1][-1] in _JOINING):
            found[-1:] = [(found[-1] if found else "") + character]
        else:
            found.append(character)
    return found


def pieces(text: str) -> list[Piece]:
    """The text cut wherever a line may end."""
    found: list[str] = []
    blanks: list[bool] = []
    blank, glued = False, False
    for cluster in clusters(text):
        if cluster.isspace():
            blank, glued = bool(found), False
            continue
        first = cluster[0]
        stuck = bool(found) and not blank and (glued or first in _CLOSING or _within_word(found[-1], first))
        if stuck:
            found[-1] += cluster
        else:
            found.append(cluster)
            blanks.append(blank)
        blank, glued = False, first in _OPENING
    return [Piece(each, before) for each, before in zip(found, blanks, strict=True)]


def _within_word(before: str, first: str) -> bool:
    """Whether no line ends between these: two letters of one word."""
    if before[-1] in _BREAKING and before[:-1]:
        return False
    last = before[-1]
    return not _is_wide(last) and not _is_wide(first) and last not in _CLOSING - _BREAKING - {".", ",", ":"}


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in _WIDE


def parts(found: Iterable[Piece]) -> set[str]:
    """Every text whose width `wrapped` may ask for."""
    wanted = {" ", ELLIPSIS}
    for piece in found:
        wanted.add(piece.text)
        wanted.update(clusters(piece.text))
    return wanted


def wrapped(found: Sequence[Piece], room: Decimal, wide: Mapping[str, Decimal]) -> list[str]:
    """The lines, each at most `room` wide (in letters of 1 mm)."""
    lines: list[str] = []
    line, width = "", Decimal(0)
    for piece in found:
        gap = wide[" "] if piece.blank and line else Decimal(0)
        if line and width + gap + wide[piece.text] <= room:
            line, width = line + (" " if gap else "") + piece.text, width + gap + wide[piece.text]
            continue
        if line:
            lines.append(line)
        if wide[piece.text] <= room:
            line, width = piece.text, wide[piece.text]
        else:
            *whole, line = _torn(piece.text, room, wide)
            width = sum((wide[each] for each in clusters(line)), Decimal(0))
            lines += whole
    return [*lines, line] if line else lines


def _torn(text: str, room: Decimal, wide: Mapping[str, Decimal]) -> list[str]:
    """A word that no line holds, broken between characters."""
    lines, width = [""], Decimal(0)
    for cluster in clusters(text):
        if lines[-1] and width + wide[cluster] > room:
            lines.append("")
            width = Decimal(0)
        lines[-1] += cluster
        width += wide[cluster]
    return lines


def shortened(
    found: Sequence[Piece], room: Decimal, wide: Mapping[str, Decimal], most: int
) -> tuple[list[str], bool]:
    """At most `most` lines, the last one ending in an ellipsis where something is left out; and whether."""
    lines = wrapped(found, room, wide)
    if len(lines) <= most:
        return lines, False
    kept = clusters(lines[most - 1])
    while kept and sum((wide[each] for each in kept), wide[ELLIPSIS]) > room:
        kept.pop()
    return [*lines[: most - 1], "".join(kept).rstrip() + ELLIPSIS], True
