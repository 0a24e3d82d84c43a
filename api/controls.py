"""Control characters in requests: refused before anything is looked up, the same whatever the database.

One database takes U+0000 in a text, the other fails at it; neither holds a name with a control. What people
paste may end in line breaks or hold FNC1 between the elements of a code, so those pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from flask import Flask, request

from trace.errors.texts import ControlCharacter

_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1c\x1e\x1f\x7f-\x84\x86-\x9f]")
_LONGEST_NAME: Final = 80


def install(app: Flask) -> None:
    """Refuse them in the address of every request; bodies are asked by their own readers."""

    @app.before_request
    def refuse_controls() -> None:
        require_plain("address", request.path)
        for name, value in request.args.items(multi=True):
            require_plain("address", name)
            require_plain(name, value)


def is_plain(text: str) -> bool:
    """Whether a text is without controls."""
    return _CONTROL.search(text) is None


def require_plain(member: str, value: object, judged: str = "") -> None:
    """Raise `ControlCharacter` for a control in a text, or in any text inside a JSON value.

    Members named `judged` are left to admission, which names each record that it refuses.
    """
    for path, text in _texts(member, value, judged):
        found = _CONTROL.search(text)
        if found is not None:
            raise ControlCharacter(member=path[:_LONGEST_NAME], character=f"U+{ord(found[0]):04X}")


def _texts(path: str, value: object, judged: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            under = f"{path}.{name}" if path else str(name)
            yield under, str(name)
            if name != judged:
                yield from _texts(under, inner, judged)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _texts(f"{path}[{at}]", inner, judged)
