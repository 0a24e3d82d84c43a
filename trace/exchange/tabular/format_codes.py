"""Codes of number formats, taken apart: sections, digits, literals, dates (ECMA-376 part 1, 18.8.31)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Final

GENERAL: Final = "General"
TEXT: Final = "@"
_BUILT_IN: Final = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"¥"#,##0', 6: '"¥"#,##0', 7: '"¥"#,##0.00',
    8: '"¥"#,##0.00', 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d",
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"',
    30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"',
    34: '上午/下午h"时"mm"分"', 35: '上午/下午h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 37: "#,##0_);(#,##0)",
    38: "#,##0_);(#,##0)", 39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);(#,##0.00)",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', 42: '_ ¥* #,##0_ ;_ ¥* -#,##0_ ;_ ¥* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', 45: "mm:ss",
    46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: TEXT, 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"', 55: '上午/下午h"时"mm"分"',
    56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
"""Numbers of formats that files do not spell out, as Chinese Excel shows them (ECMA-376 part 1, 18.8.30)."""

_BRACKET: Final = re.compile(r"\[([^\]]*)\]")
_CONDITION: Final = re.compile(r"(<=|>=|<>|<|>|=)(-?[0-9]+(?:\.[0-9]+)?)")
_COLOR: Final = re.compile(
    r"(?i:black|blue|cyan|green|magenta|red|yellow|colou?r\s*[0-9]+)|[黑蓝青绿洋红黄]色?|洋红色?|颜色\s*[0-9]+"
)
_WHITE: Final = re.compile(r"(?i:white|color\s*2)|白色?|颜色\s*2")
_DATE_SIGN: Final = re.compile(r"(?i:AM/PM|A/P|y+|m+|d+|h+|s+(?:\.0+)?)|上午/下午|a{3,4}")
_PLAIN_SIGNS: Final = frozenset(" $-+/():^'{}<>=~&¥￥€£,.")
_SPELT: Final = {
    "general": re.compile(r"General|G/通用格式|通用格式"),
    "date": _DATE_SIGN,
    "exponent": re.compile(r"[Ee]([+-])(0+|#+|\?+)"),
}
_SIGNS: Final = {
    "0": "digit", "#": "digit", "?": "digit", ".": "point", ",": "group", "%": "percent", "@": "text",
}  # fmt: skip
_LONGEST: Final = 255
"""Excel takes no longer code."""
_TAKING: Final = frozenset('"\\!_*')


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a section. kind: "digit" (0 # ?), "point", "group", "percent", "exponent", "literal",
    "general", "text" (@), "date"."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One of the up to four parts of a format. `known` False: something in it is not worked out."""

    tokens: tuple[Token, ...]
    condition: tuple[str, Decimal] | None = None
    white: bool = False
    known: bool = True

    @property
    def is_date(self) -> bool:
        return any(token.kind == "date" for token in self.tokens)

    @property
    def has_text(self) -> bool:
        return any(token.kind in {"text", "general"} for token in self.tokens)


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A format as its code says it."""

    code: str
    sections: tuple[Section, ...]


_OWN: Final = 164
"""From here on numbers belong to the workbook; one that it does not spell out shows as General."""
_UNKNOWN: Final = "[?]"
"""A code that nobody can read, for numbers below that mean something in other countries' programs alone."""


def built_in(number: int) -> str:
    """The code of a format that goes by its number alone."""
    return _BUILT_IN.get(number, GENERAL if number >= _OWN else _UNKNOWN)


@lru_cache(maxsize=2_000)
def parse_format(code: str) -> NumberFormat:
    """A format's sections; a code that nobody can read gives sections that are not known."""
    if len(code) > _LONGEST:
        return NumberFormat(code[:_LONGEST], (Section((), known=False),))
    return NumberFormat(code, tuple(_section(part) for part in _split(code)[:4]))


def _split(code: str) -> list[str]:
    parts, start, place = [], 0, 0
    while place < len(code):
        sign = code[place]
        if sign in "\\!_*" and place + 1 < len(code):
            place += 1
        elif sign == '"':
            place = _end(code, '"', place)
        elif sign == "[":
            place = _end(code, "]", place)
        elif sign == ";":
            parts.append(code[start:place])
            start = place + 1
        place += 1
    return [*parts, code[start:]]


def _end(code: str, sign: str, place: int) -> int:
    found = code.find(sign, place + 1)
    return len(code) if found < 0 else found


def _section(code: str) -> Section:
    reader = _SectionReader()
    place = 0
    while place < len(code):
        bracket = _BRACKET.match(code, place)
        if bracket is not None:
            reader.bracket(bracket[1])
            place = bracket.end()
            continue
        token, place = _token(code, place)
        reader.known = reader.known and token is not None
        if token is not None and token.text:
            reader.tokens.append(token)
    return Section(tuple(reader.tokens), reader.condition, reader.white, reader.known)


@dataclass(slots=True)
class _SectionReader:
    tokens: list[Token] = field(default_factory=list)
    condition: tuple[str, Decimal] | None = None
    white: bool = False
    known: bool = True

    def bracket(self, inner: str) -> None:
        """A condition, a colour, or a currency sign with its locale."""
        found = _CONDITION.fullmatch(inner)
        if found is not None:
            self.condition = (found[1], Decimal(found[2]))
        elif _WHITE.fullmatch(inner):
            self.white = True
        elif inner.startswith("$"):
            # Other calendars and digits stand in the high bytes of the locale.
            sign, _, locale = inner[1:].partition("-")
            self.known = self.known and (len(locale) <= 4 or locale.upper().startswith("F"))
            if sign:
                self.tokens.append(Token("literal", sign))
        elif not _COLOR.fullmatch(inner):
            self.known = False


def _token(code: str, place: int) -> tuple[Token | None, int]:
    """The piece that begins at a place, None for one that is not known, and where the next begins."""
    for kind, pattern in _SPELT.items():
        found = pattern.match(code, place)
        if found is not None:
            return Token(kind, found[0]), found.end()
    sign = code[place]
    if sign in _SIGNS:
        return Token(_SIGNS[sign], sign), place + 1
    if sign in _TAKING:
        return _taking(code, place)
    if sign in _PLAIN_SIGNS or not sign.isascii():
        return Token("literal", sign), place + 1
    return None, place + 1


def _taking(code: str, place: int) -> tuple[Token | None, int]:
    """Signs that say what becomes of the next: shown as it is, a blank of its width, repeated."""
    sign, following = code[place], code[place + 1 : place + 2]
    if sign == '"':
        end = _end(code, '"', place)
        return Token("literal", code[place + 1 : end]), end + 1
    if sign == "*":
        return (Token("literal", "") if following == " " else None), place + 2
    return Token("literal", "" if sign == "_" else following), place + 2
