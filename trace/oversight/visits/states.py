"""The states of a visit: not yet signed by everybody who has to; signed; given up with a reason."""

from __future__ import annotations

from typing import Final

OPEN: Final = "open"
SIGNED: Final = "signed"
DROPPED: Final = "dropped"
STATES: Final = (OPEN, SIGNED, DROPPED)
