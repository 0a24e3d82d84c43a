"""What an act on a page leads to: the next page, or the same one again with why it was refused."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from trace.errors import Refusal


def acted(act: Callable[[], str], again: Callable[[Refusal], Response]) -> AnyResponse:
    """Where the act leads, by 303; `again` shows the page with the refusal and what was typed."""
    try:
        return redirect(act(), 303)
    except Refusal as refusal:
        return again(refusal)
