"""Rights that no token can have: what people do on pages. A session brings them, by its person's roles."""

from __future__ import annotations

from typing import Final

ACCOUNT: Final = "account:own"
"""One's own account: password, second factor, sessions. Whoever is signed in has it."""
PREPARE: Final = "records:prepare"
"""Fill in forms and upload tables: nothing is stated by it."""
SIGN: Final = "records:sign"
"""Sign for the organisation."""
KEYS: Final = "keys:manage"
"""Make, register and revoke the organisation's signing keys."""
PEOPLE: Final = "people:manage"
"""Invite and remove members of one's own organisation, and help them back in."""
APPLICATIONS: Final = "applications:decide"
"""Take organisations in or refuse them, and register their keys."""
ORGANISATIONS: Final = "organisations:manage"
"""See every organisation, and help its head back in."""
CASES: Final = "cases:work"
"""Work on the cases of one's department in its area."""
INSPECT: Final = "visits:make"
"""Plan, draw, make and sign visits of supervision for one's department in its area."""
SAMPLE: Final = "samples:take"
"""Plan and take samples for one's department in its area, and note their way."""
ACTS: Final = "acts:sign"
"""Sign official acts for an authority."""

RIGHTS: Final = (
    *(ACCOUNT, PREPARE, SIGN, KEYS, PEOPLE, APPLICATIONS, ORGANISATIONS, CASES, INSPECT, SAMPLE, ACTS),
)
