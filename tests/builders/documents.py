"""Documents that are given member by member, put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


def whole(members: Iterable[tuple[str, object]]) -> dict[str, Any]:
    """The document of these members, each long one read to its end in its turn."""
    return {name: list(value) if isinstance(value, Iterator) else value for name, value in members}
