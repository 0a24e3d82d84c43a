"""The code on a delivery note: one secret for all its lines, so that the paper opens each hand-over.

`GT1:<statement of the first line>:<number of lines>:<secret>`; the lines follow each other in the shipper's
stream. The salt of a line derives from the secret and its lot (docs/record-format.md).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

from trace.errors.inbox import NoteUnreadable
from trace.identity.typed import typed
from trace.ledger.canonical import b64u, unb64u
from trace.ledger.pairing import note_salt

LINES_MOST: Final = 500
_SECRET_BYTES: Final = 16
_NOTE: Final = re.compile(r"GT1:([A-Za-z0-9_-]{43}):([1-9][0-9]{0,2}):([A-Za-z0-9_-]{21}[AQgw])")


@dataclass(frozen=True, slots=True)
class DeliveryNote:
    """A delivery note: the statement of its first line, how many lines it has, and its secret."""

    first: str
    lines: int
    secret: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what a scanner or a person gives; raises `NoteUnreadable`."""
        found = _NOTE.fullmatch(typed(text))
        if found is None or int(found[2]) > LINES_MOST:
            raise NoteUnreadable(found=text[:20])
        return cls(found[1], int(found[2]), unb64u(found[3]))

    def text(self) -> str:
        """What its QR code holds."""
        return f"GT1:{self.first}:{self.lines}:{b64u(self.secret)}"

    def salt(self, lot: str) -> str:
        """The salt that opens the line about `lot` to its receiver."""
        return note_salt(self.secret, lot)


def new_secret(entropy: Callable[[int], bytes] = secrets.token_bytes) -> bytes:
    """The secret of a note that is about to be written."""
    return entropy(_SECRET_BYTES)
