"""The gateway between HTTP and WSGI: bodies come in here, under a deadline, before they take a place.

An ASGI application around a WSGI one (docs/adr/0060). Waiting for bytes costs a coroutine; a thread is taken
when everything is there, and let go when the answer is made.
"""

from __future__ import annotations

from api.gateway.bodies import Limits
from api.gateway.dear import KNOWN, Budget, DearPlaces
from api.gateway.gateway import Gateway

__all__ = ["KNOWN", "Budget", "DearPlaces", "Gateway", "Limits"]
