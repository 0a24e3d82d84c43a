"""What a draft says, member by member in words: for who has no scripts, and for what is not signed.

The words are those of the signing script (`spoken.*`), which says whole sentences from the bytes, and those
of records that only authorities sign (`told.*`), which their script says member by member.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from scanner_web.assets.signing_script import ELSEWHERE, OF_OFFICES, PREFIX
from trace.calendar.shanghai import SHANGHAI_TIME
from trace.chain.facts import KINDS
from trace.chain.facts.outline import BY_MACHINES, outline_of
from trace.wording import has, say

_NUMBER_AND_UNIT: Final = {"value", "unit"}
_NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})


def kind_name(locale: str, typ: str) -> str:
    """The name of a kind, the type itself where it has none."""
    return _word(locale, f"name.{typ}") or typ


def member_names(locale: str, typ: str, names: Iterable[str]) -> list[str]:
    """Members as people call them; of several that serve alike (`a|b`), each."""
    return [" / ".join(_label(locale, typ, each) for each in name.split("|")) for name in names]


def labelled(locale: str, parent: str, name: str) -> str:
    """A member as people call it, beside the kind or member that it stands in."""
    return _label(locale, parent, name)


def told(
    locale: str, typ: str, data: Mapping[str, Any], names: Mapping[str, str] = _NO_NAMES
) -> Iterator[tuple[str, str]]:
    """(label, value) of each member, those of objects inside after their own label.

    `names`: what values are known as, where that is not said by the value itself.
    """
    kind = KINDS.get(typ)
    order = list(outline_of(kind)) if kind is not None and kind.typ not in BY_MACHINES else []
    for name, value in sorted(data.items(), key=lambda one: _place(order, one[0])):
        yield _label(locale, typ, name), _value(locale, name, value, names)


def unsalted(data: Any) -> Any:
    """Without the salts that open a concealed hand-over: nobody reads them, and pictures of pages travel."""
    if isinstance(data, Mapping):
        return {name: unsalted(value) for name, value in data.items() if name != "salt"}
    return [unsalted(one) for one in data] if isinstance(data, list | tuple) else data


def _place(order: list[str], name: str) -> int:
    return order.index(name) if name in order else len(order)


def _label(locale: str, parent: str, name: str) -> str:
    return _word(locale, f"member.{parent}.{name}") or _word(locale, f"member.{name}") or name


def _value(locale: str, name: str, value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, Mapping | list | tuple) and not value:
        return _word(locale, "say.none")
    if isinstance(value, Mapping):
        return _object(locale, name, value, names)
    if isinstance(value, list | tuple):
        joint = "；" if any(isinstance(one, Mapping) for one in value) else "、"
        return joint.join(_value(locale, name, one, names) for one in value)
    if value is True:
        return _word(locale, "say.yes")
    text = str(value)
    if not text:
        return _word(locale, "say.empty")
    return names.get(text) or _choice(locale, name, text) or _moment(text) or _urn(text)


def _choice(locale: str, name: str, text: str) -> str:
    keys = (f"{start}{text}" for start in ELSEWHERE.get(name, ()))
    return _word(locale, f"value.{name}.{text}") or next(
        (say(locale, key) for key in keys if has(locale, key)), ""
    )


def _object(locale: str, name: str, value: Mapping[str, Any], names: Mapping[str, str]) -> str:
    if set(value) == _NUMBER_AND_UNIT:
        unit = str(value["unit"])
        word = _word(locale, f"unit.{unit}") or _word(locale, f"value.unit.{unit}")
        return f"{value['value']} {word or unit}"
    each = (
        f"{_label(locale, name, inner)} {_value(locale, inner, one, names)}" for inner, one in value.items()
    )
    return _word(locale, "say.comma").join(each)


def _moment(text: str) -> str:
    if len(text) < 19 or text[10] != "T":
        return ""
    try:
        return datetime.fromisoformat(text).astimezone(SHANGHAI_TIME).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return ""


def _urn(text: str) -> str:
    parts = text.split(":")
    if parts[0] != "urn" or len(parts) < 3:
        return text
    return ":".join(parts[3 if len(parts) > 3 else 2 :])


def _word(locale: str, key: str) -> str:
    found = (start + key for start in (PREFIX, OF_OFFICES) if has(locale, start + key))
    return next((say(locale, whole) for whole in found), "")
