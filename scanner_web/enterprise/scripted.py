"""Answers to scripts of the workspace: JSON, and refusals in the reader's words."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import orjson
from flask import Response, request

from scanner_web.frame.reader import reader_of
from trace.errors import BodyUnreadable, Refusal, RightMissing, SignInNeeded

_MOST: Final = 4 * 1024 * 1024


def answer(value: object, status: int = 200) -> Response:
    """A value as JSON."""
    return Response(orjson.dumps(value), status=status, content_type="application/json")


def sent() -> dict[str, Any]:
    """The JSON object that a script sent; raises `BodyUnreadable`."""
    if (request.content_length or 0) > _MOST:
        raise BodyUnreadable(expected="JSON", line=1)
    try:
        found = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        raise BodyUnreadable(expected="JSON", line=1) from None
    if not isinstance(found, dict):
        raise BodyUnreadable(expected="JSON", line=1)
    return found


def each(value: object) -> list[Any]:
    """The list that a script sent, [] for none; raises `BodyUnreadable`."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise BodyUnreadable(expected="JSON", line=1)
    return value


def worded(refusal: Refusal) -> str:
    """A refusal in a sentence: what is wrong, and what to do."""
    of = reader_of(request)
    return " ".join(
        of.say(f"problem.{refusal.code}.{part}", **refusal.params) for part in ("detail", "action")
    )


def for_scripts(view: Callable[..., Response]) -> Callable[..., Response]:
    """A view that a script calls: what it refuses is told as JSON; who is signed out is told by the door."""

    @wraps(view)
    def told(*args: Any, **named: Any) -> Response:
        try:
            return view(*args, **named)
        except (SignInNeeded, RightMissing):
            raise
        except Refusal as refusal:
            return answer({"told": worded(refusal), "code": refusal.code}, refusal.http_status)

    return told
