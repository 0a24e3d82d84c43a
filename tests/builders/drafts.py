"""Drafts as the importer would state them: references filled in."""

from __future__ import annotations

import copy
from typing import Any

from trace.exchange.draft import Draft

STATEMENT = "A" * 43


def stated(draft: Draft, stmt: str = STATEMENT) -> dict[str, Any]:
    """The draft's data with `stmt` at the path of every reference."""
    data: Any = copy.deepcopy(dict(draft.data))
    for reference in draft.references:
        if not reference.path:
            continue
        inner = data
        for name in reference.path[:-1]:
            inner = inner.setdefault(name, {})
        inner[reference.path[-1]] = stmt
    return data
