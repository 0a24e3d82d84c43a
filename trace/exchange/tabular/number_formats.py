"""Number formats of cells: what a stored number looks like (ECMA-376 part 1, 18.8.30 and 18.8.31).

    render(parse_format('"R20261006-"0'), Decimal(1)).text == "R20261006-1"

Digits, grouping, scaling, percent, exponents, literals, conditions and dates are worked out as Excel and WPS
do. What is not known (fractions, Chinese numerals, other calendars, running hours) gives None: nobody is to
sign what could not be worked out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from trace.exchange.tabular.format_codes import NumberFormat, Section, Token

_CONTEXT: Final = Context(prec=60)
_MOST: Final = Decimal(10) ** 30
_ENDS_IN_FIGURE: Final = re.compile(r"[0-9０-９][.,]?$")
_BEGINS_WITH_FIGURE: Final = re.compile(r"[.,]?[0-9０-９]")
"""Figures that the format itself puts beside those of the number: 17 is seen as 17000, or as 17.5."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is seen of a number: the whole `text`; `before`, `number` and `after` where digits stand together.

    `exact`: the number that is seen, with the sign and the scale that are seen, is the one that is stored.
    """

    text: str
    before: str = ""
    number: str = ""
    after: str = ""
    exact: bool = False


def render_text(form: NumberFormat, text: str) -> str | None:
    """What is seen of a text: the fourth section decides, or a single one that has an @."""
    if len(form.sections) >= 4:
        section = form.sections[3]
    elif form.sections[-1].has_text and any(token.kind == "text" for token in form.sections[-1].tokens):
        section = form.sections[-1]
    else:
        return text
    if section.white:
        return ""
    if not section.known:
        return None
    return "".join(text if token.kind == "text" else token.text for token in section.tokens)


def section_of(form: NumberFormat, value: Decimal) -> tuple[Section, bool]:
    """The section that shows a number, and whether it writes the sign of a negative one by itself."""
    sections = form.sections
    if len(sections) == 4 or (len(sections) > 1 and any(t.kind == "text" for t in sections[-1].tokens)):
        sections = sections[:-1]
    if any(section.condition for section in sections):
        for place, section in enumerate(sections):
            if section.condition is None or _holds(section.condition, value):
                return section, place > 0 and section.condition is not None
        return sections[-1], False
    if value < 0 and len(sections) > 1:
        return sections[1], True
    if value == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], False


def _holds(condition: tuple[str, Decimal], value: Decimal) -> bool:
    sign, limit = condition
    return {
        "<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit,
        "=": value == limit, "<>": value != limit,
    }[sign]  # fmt: skip


def render(form: NumberFormat, value: Decimal) -> Rendered | None:
    """What is seen of a number that is no date; None where that is not worked out."""
    section, signed = section_of(form, value)
    if not section.known or section.is_date or abs(value) >= _MOST:
        return None
    if section.white:
        return Rendered("", exact=False)
    kinds = [token.kind for token in section.tokens]
    if "general" in kinds or "text" in kinds:
        return _general(section, value)
    if "digit" not in kinds:
        text = "".join(token.text for token in section.tokens)
        return Rendered(text, text)
    if "/" in (token.text for token in section.tokens) and "?" in form.code:
        return None  # a fraction
    sign = "-" if value < 0 and not signed else ""
    written = _exponential if "exponent" in kinds else _fixed
    found = written(section, abs(value))
    if found is None:
        return None
    before, number, after, seen = found
    text = sign + before + number + after
    shown = -seen if value < 0 and (sign or "-" in before or "(" in before) else seen
    joined = _ENDS_IN_FIGURE.search(before) or _BEGINS_WITH_FIGURE.match(after)
    return Rendered(text, sign + before, number, after, shown == value and joined is None)


def _fixed(section: Section, value: Decimal) -> tuple[str, str, str, Decimal] | None:
    """Digits with their point: what stands before, the number, what stands after, and the number seen."""
    first, last = _span(section)
    middle = section.tokens[first : last + 1]
    if any(token.kind in {"literal", "percent"} for token in middle):
        return _interrupted(section, value, first, last)
    percents = sum(token.kind == "percent" for token in section.tokens)
    thousands = _trailing(middle)
    point = next((place for place, token in enumerate(middle) if token.kind == "point"), len(middle))
    whole = [token.text for token in middle[:point] if token.kind == "digit"]
    fraction = [token.text for token in middle[point:] if token.kind == "digit"]
    grouped = any(token.kind == "group" for token in middle[: max(0, point - _trailing(middle[:point]))])
    scaled = value * (Decimal(100) ** percents) / (Decimal(1000) ** thousands)
    rounded = scaled.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP, _CONTEXT)
    number = _digits(rounded, whole, fraction, grouped=grouped) + (
        "." if point < len(middle) and not fraction else ""
    )
    before = "".join(token.text for token in section.tokens[:first])
    after = "".join(token.text for token in section.tokens[last + 1 :])
    return before, number, after, rounded / (Decimal(100) ** percents)


def _span(section: Section) -> tuple[int, int]:
    places = [
        place
        for place, token in enumerate(section.tokens)
        if token.kind in {"digit", "point", "group", "exponent"}
    ]
    return places[0], places[-1]


def _trailing(tokens: tuple[Token, ...]) -> int:
    """Commas behind the last digit: each divides by a thousand."""
    count = 0
    for token in reversed(tokens):
        if token.kind != "group":
            break
        count += 1
    return count


def _digits(value: Decimal, whole: list[str], fraction: list[str], *, grouped: bool) -> str:
    text = f"{value:f}"
    left, _, right = text.partition(".")
    left = left.lstrip("0")
    wanted = sum(sign == "0" for sign in whole)
    if wanted:
        wanted = len(whole) - whole.index("0")
    left = left.rjust(wanted, "0")
    if grouped:
        left = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", ",", left)
    kept = list(right)
    while kept and fraction[len(kept) - 1] != "0" and kept[-1] == "0":
        kept.pop()
    return left + ("." + "".join(kept) if fraction else "")


def _interrupted(
    section: Section, value: Decimal, first: int, last: int
) -> tuple[str, str, str, Decimal] | None:
    """Literals between the digits (000-0000): whole numbers only; the number seen is not the one stored."""
    kinds = {token.kind for token in section.tokens}
    if kinds & {"percent", "group"}:
        return None
    middle = section.tokens[first : last + 1]
    point = next((place for place, token in enumerate(middle) if token.kind == "point"), len(middle))
    fraction = sum(token.kind == "digit" for token in middle[point:])
    left = f"{value.quantize(Decimal(1).scaleb(-fraction), ROUND_HALF_UP, _CONTEXT):f}".replace(".", "")
    shown: list[str] = []
    digits = [place for place, token in enumerate(middle) if token.kind == "digit"]
    for place in range(len(middle) - 1, -1, -1):
        token = middle[place]
        if token.kind != "digit":
            shown.append(token.text)
        elif place == digits[0]:
            shown.append(left or ("0" if token.text == "0" else ""))
            left = ""
        else:
            shown.append(left[-1:] or ("0" if token.text == "0" else ""))
            left = left[:-1]
    text = "".join(reversed(shown))
    before = "".join(token.text for token in section.tokens[:first])
    after = "".join(token.text for token in section.tokens[last + 1 :])
    return before + text, "", after, Decimal("NaN")


def _exponential(section: Section, value: Decimal) -> tuple[str, str, str, Decimal] | None:
    first, last = _span(section)
    middle = section.tokens[first : last + 1]
    if (
        any(token.kind in {"literal", "percent", "group"} for token in middle)
        or middle[-1].kind != "exponent"
    ):
        return None
    point = next((place for place, token in enumerate(middle) if token.kind == "point"), len(middle) - 1)
    whole = [token.text for token in middle[:point] if token.kind == "digit"]
    fraction = [token.text for token in middle[point:] if token.kind == "digit"]
    if len(whole) != 1:
        return None  # engineering exponents
    exponent = value.adjusted() if value else 0
    unit = Decimal(1).scaleb(-len(fraction))
    mantissa = value.scaleb(-exponent).quantize(unit, ROUND_HALF_UP, _CONTEXT)
    if mantissa >= 10:
        exponent, mantissa = exponent + 1, (mantissa / 10).quantize(unit, ROUND_HALF_UP, _CONTEXT)
    mark = middle[-1].text
    sign = "-" if exponent < 0 else ("+" if mark[1] == "+" else "")
    number = (
        _digits(mantissa, whole, fraction, grouped=False)
        + "E"
        + sign
        + str(abs(exponent)).rjust(len(mark) - 2, "0")
    )
    before = "".join(token.text for token in section.tokens[:first])
    after = "".join(token.text for token in section.tokens[last + 1 :])
    return before, number, after, mantissa.scaleb(exponent)


def _general(section: Section, value: Decimal) -> Rendered | None:
    """`General` with what stands around it; a lone @ shows a number the same way."""
    place = next(n for n, token in enumerate(section.tokens) if token.kind in {"general", "text"})
    before = "".join(token.text for token in section.tokens[:place])
    after = "".join(token.text for token in section.tokens[place + 1 :])
    number = general(value)
    joined = _ENDS_IN_FIGURE.search(before) or _BEGINS_WITH_FIGURE.match(after)
    exact = Decimal(number) == value and joined is None
    return Rendered(before + number + after, before, number, after, exact)


def general(value: Decimal) -> str:
    """A number in a cell without a format: at most eleven signs, then an exponent."""
    number = float(value)
    if not number:
        return "0"
    size = abs(value).adjusted()
    if -4 <= size <= -1:
        text = _precise(value, 10 + size)
    elif abs(size) <= 9:
        text = _short(value, number)
    elif size == 10:
        text = f"{value.quantize(Decimal(1), ROUND_HALF_UP, _CONTEXT):f}"
    else:
        text = _narrow_exponent(number)
    return text


def _short(value: Decimal, number: float) -> str:
    most = 11 + (number < 0)
    text = _trimmed(f"{value:f}")
    if len(text) <= most:
        return text
    text = _precise(value, 10)
    return text if len(text) <= most and "E" not in text else _narrow_exponent(number)


def _narrow_exponent(number: float) -> str:
    mantissa, _, exponent = f"{number:.5e}".partition("e")
    return f"{_trimmed(mantissa)}E{exponent[0]}{exponent[1:].lstrip('0').rjust(2, '0')}"


def _precise(value: Decimal, digits: int) -> str:
    rounded = Context(prec=max(1, digits), rounding=ROUND_HALF_UP).plus(value)
    return _trimmed(f"{rounded:f}")


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
