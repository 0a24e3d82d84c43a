"""Scripts as they travel: without comments and idle space, local names shortened (docs/adr/0035).

The minifier is tdewolff/minify, a parser that raises on what it cannot read. It is built for most machines,
not for all (requirements/runtime.in); where it is absent, scripts travel as written, and run the same.
"""

from __future__ import annotations

from typing import Final

try:
    import minify
except ModuleNotFoundError:
    minify = None

MEDIA_TYPE: Final = "text/javascript"
_EDITION: Final = 2020
"""No newer syntax comes out than our modules are written in."""

if minify is not None:
    minify.config({"js-version": _EDITION})


def minified(script: str) -> str:
    """The same program in fewer bytes."""
    return script if minify is None else str(minify.string(MEDIA_TYPE, script)) + "\n"
