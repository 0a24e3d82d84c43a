"""Frozen values that are made quickly, for what bulk ingest makes by the dozen for every record.

The `__init__` of a frozen dataclass sets each member by a call of `object.__setattr__`, about a tenth of a
microsecond each, and one record makes some two hundred members. A value is as cheap to fill as any other
object while it has a class that lets it be filled; so it borrows one, with the same slots, until it is whole.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeVar

Value = TypeVar("Value", bound=type)
Frozen = TypeVar("Frozen")
_BORROWED: dict[type, type] = {}
_COPIES: dict[type, Callable[[object], Any]] = {}
_GROWN: dict[tuple[type, type], Callable[[object], Any]] = {}


def quickly_made(value: Value) -> Value:
    """The same frozen dataclass with slots, filled in a third of the time; it stays frozen once it is made.

    Put it above `@dataclass(frozen=True, slots=True)`. Subclasses may not add members of their own, except
    by being such classes themselves.
    """
    inside: dict[str, object] = {"__slots__": vars(value)["__slots__"], "__setattr__": object.__setattr__}
    borrowed = type(value.__name__, value.__bases__, inside)
    made = _init_of(value, {"_set": object.__setattr__, "_borrowed": borrowed})
    _BORROWED[value] = borrowed
    _COPIES[value] = _copy_of(value, borrowed)
    made.__qualname__ = f"{value.__qualname__}.__init__"
    type.__setattr__(value, "__init__", made)
    return value


def replaced(value: Frozen, members: Mapping[str, object]) -> Frozen:
    """The same value with other `members`, as `dataclasses.replace` makes it at ten times the cost.

    Of classes that are quickly made; nothing that the class itself checks is checked again.
    """
    made = _COPIES[type(value)](value)
    for name, member in members.items():
        setattr(made, name, member)
    made.__class__ = type(value)
    return made  # type: ignore[no-any-return]  # it has its class by now


def grown(value: Any, into: type[Frozen], members: Mapping[str, object]) -> Frozen:
    """A value of the class `into` with the members that `value` has, other `members`, and defaults.

    As `into(**members_of(value), **members)` makes it at three times the cost; both are quickly made, and
    `into` checks nothing itself.
    """
    copy = _GROWN.get((type(value), into))
    if copy is None:
        copy = _GROWN[type(value), into] = _growing(type(value), into)
    made = copy(value)
    for name, member in members.items():
        setattr(made, name, member)
    made.__class__ = into
    return made  # type: ignore[no-any-return]  # it has its class by now


def _growing(value: type, into: type) -> Callable[[object], Any]:
    """A function that makes an open value of `into` with what a `value` has, and defaults."""
    held = {each.name for each in fields(value)}
    defaults = {each.name: each.default for each in fields(into) if each.default is not MISSING}
    names = {f"_default_{name}": default for name, default in defaults.items()}
    taken = {each.name: f"value.{each.name}" for each in fields(into) if each.name in held}
    return _copying({**{name: f"_default_{name}" for name in defaults}, **taken}, _BORROWED[into], names)


def _copy_of(value: type, borrowed: type) -> Callable[[object], Any]:
    """A function that copies a value and leaves the copy open, to be changed and closed."""
    return _copying({each.name: f"value.{each.name}" for each in fields(value)}, borrowed, {})


def _copying(sources: Mapping[str, str], borrowed: type, given: Mapping[str, Any]) -> Callable[[object], Any]:
    """A function that makes an open value from another, each member from its source."""
    lines = [f"made.{name} = {source}" for name, source in sources.items()]
    names: dict[str, Any] = {**given, "_new": object.__new__, "_borrowed": borrowed}
    text = "def copy(value):\n    " + "\n    ".join(["made = _new(_borrowed)", *lines, "return made"])
    exec(text, names)  # noqa: S102 - as below
    copy: Callable[[object], Any] = names["copy"]
    return copy


def _init_of(value: type, names: dict[str, Any]) -> Callable[..., None]:
    """An `__init__` with the parameters that the class has now; `names` are those that its body uses."""
    factories = {each.name: each.default_factory for each in fields(value)}
    given, body = ["self"], []
    for parameter in list(inspect.signature(value.__init__).parameters.values())[1:]:  # type: ignore[misc]
        name = parameter.name
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in given:
            given.append("*")
        given.append(name if parameter.default is parameter.empty else f"{name}=_default_{name}")
        names[f"_default_{name}"] = parameter.default
        made = f"_make_{name}() if {name} is _default_{name} else {name}"
        names[f"_make_{name}"] = factories[name]
        body.append(f"self.{name} = {made if factories[name] is not MISSING else name}")
    after = ["self.__post_init__()"] if hasattr(value, "__post_init__") else []
    lines = ["made = self.__class__", "_set(self, '__class__', _borrowed)", *body, "self.__class__ = made"]
    text = f"def __init__({', '.join(given)}):\n    " + "\n    ".join([*lines, *after])
    exec(text, names)  # noqa: S102 - the names are those of the class, as in dataclasses itself
    init: Callable[..., None] = names["__init__"]
    return init
