"""The kinds of refusal. Every concrete refusal derives from exactly one of them.

    Refusal
    ├── Malformed        the input cannot be read                       (HTTP 400)
    ├── Unauthenticated  nobody knows who asks                          (401)
    ├── Forbidden        known, but may not                             (403)
    ├── Missing          the thing asked for is not here                (404)
    ├── Conflict         it contradicts what is already recorded        (409)
    ├── Gone             it was here and is withdrawn                   (410)
    ├── TooLarge         over a stated limit                            (413)
    ├── Inadmissible     readable and authentic, but a rule refuses it  (422)
    ├── TooMany          asked too often                                (429)
    └── Unavailable      a neighbour or a resource is missing now       (503)

A refusal carries a slug that is never renamed (`code`) and machine values (`params`); the sentences a
person reads stand in `trace/wording`, the HTTP statuses in `api/problems.py`.
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """Base of every refusal; `params` hold only strings, integers, booleans or lists of them."""

    code: ClassVar[str] = "refused"

    def __init__(self, **params: object) -> None:
        super().__init__(self.code, params)
        self.params: dict[str, object] = params

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in sorted(self.params.items()))
        return f"{self.code}({shown})"


class Malformed(Refusal):
    code = "malformed"


class Unauthenticated(Refusal):
    code = "unauthenticated"


class Forbidden(Refusal):
    code = "forbidden"


class Missing(Refusal):
    code = "missing"


class Conflict(Refusal):
    code = "conflict"


class Gone(Refusal):
    code = "gone"


class TooLarge(Refusal):
    code = "too-large"


class Inadmissible(Refusal):
    code = "inadmissible"


class TooMany(Refusal):
    code = "too-many"


class Unavailable(Refusal):
    code = "unavailable"
