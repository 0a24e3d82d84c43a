"""Times in signed bytes: one form of RFC 3339 (docs/record-format.md §1), read alike by every reader."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_FORM: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_EDGES: Final = frozenset({1, 9999})
_SECOND: Final = timedelta(seconds=1)


def instant(value: object) -> datetime | None:
    """The time that a text says, with its offset; None for what is not of the form.

    No leap second, no hour 24; a day that exists; in UTC, too, of the years 1 to 9999.
    """
    if type(value) is not str or _FORM.fullmatch(value) is None:
        return None
    try:
        when = datetime.fromisoformat(value)
        if when.year in _EDGES:
            when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return when


def in_utc(when: datetime | None) -> str | None:
    """A time as verdicts show it: in UTC, with six digits of a second or none."""
    return None if when is None else when.astimezone(UTC).isoformat()


def whole_seconds(span: timedelta) -> int:
    """A span in whole seconds, towards zero."""
    return span // _SECOND if span >= timedelta(0) else -(-span // _SECOND)
