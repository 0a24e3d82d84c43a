"""The kinds of refusal. Every concrete refusal derives from exactly one of them.

    Refusal
    ├── Malformed        the input cannot be read
    ├── Unauthenticated  nobody knows who asks
    ├── Forbidden        known, but may not
    ├── Missing          the thing asked for is not here
    ├── Conflict         it contradicts what is already recorded
    ├── Gone             it was here and is withdrawn
    ├── TooLarge         over a stated limit
    ├── Inadmissible     readable and authentic, but a rule refuses it
    ├── TooMany          asked too often
    └── Unavailable      a neighbour or a resource is missing now

A refusal carries a slug that is never renamed (`code`) and machine values (`params`); the sentences a
person reads stand in `trace/wording`.
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """Base of every refusal; `params` hold only strings, integers, booleans or lists of them."""

    code: ClassVar[str] = "refused"
    http_status: ClassVar[int] = 400
    """The status code of RFC 9110 that says the same; whoever answers over HTTP answers with it."""

    def __init__(self, **params: object) -> None:
        super().__init__(self.code, params)
        self.params: dict[str, object] = params

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in sorted(self.params.items()))
        return f"{self.code}({shown})"


class Malformed(Refusal):
    code = "malformed"
    http_status = 400


class Unauthenticated(Refusal):
    code = "unauthenticated"
    http_status = 401


class Forbidden(Refusal):
    code = "forbidden"
    http_status = 403


class Missing(Refusal):
    code = "missing"
    http_status = 404


class Conflict(Refusal):
    code = "conflict"
    http_status = 409


class Gone(Refusal):
    code = "gone"
    http_status = 410


class TooLarge(Refusal):
    code = "too-large"
    http_status = 413


class Inadmissible(Refusal):
    code = "inadmissible"
    http_status = 422


class TooMany(Refusal):
    code = "too-many"
    http_status = 429


class Unavailable(Refusal):
    code = "unavailable"
    http_status = 503
