"""Signed statements with something wrong in them somewhere: the signature holds, the content may not."""

from __future__ import annotations

import copy
import json
import random
from collections import deque
from collections.abc import Iterator
from typing import Any

import orjson

from tests.builders.signers import Signer
from trace.ledger.canonical import b64u
from trace.ledger.statement import Statement

ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 2**53, 10**30),
    *("", " ", "x" * 3000, "\x00", "é", "\ud800", "A" * 43, "../.."),
    *("urn:lot:x:y", "urn:uscc:", "farm.harvest", "correction"),
    *("2026-02-30", "2026-10-01T04:00:00Z", "2026-10-01T04:00:60Z"),
    *("0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+14:00"),
    *([], {}, [[]], ["A" * 43] * 300, {"_sd": ["A" * 43]}, [{"rule": "R18", "reason": "演示"}]),
    *({"value": value, "unit": "kg"} for value in ("1", "-1", "1e5", "9" * 15, "9" * 40)),
    {"value": "1", "unit": "箱"},
)
AMOUNTS = ("0.000001", "1", "16900.5", "999999", "999999999999999")
TIMES = ("2026-10-13T00:00:00+00:00", "2026-10-14T02:30:00+00:00", "2026-10-14T23:00:00+00:00")

SEEN = 10_000
"""Texts of former statements that a mistake may name again: more would make a long run dearer and dearer."""


ALIKE = 200
"""As many of those that begin alike."""


class Fuzzer:
    """Takes good statements and gives back the bytes of spoilt ones, re-signed by `signer`."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self._seen: deque[str] = deque(maxlen=SEEN)
        self._alike: dict[str, deque[str]] = {}

    def spoilt(self, signer: Signer, good: Statement) -> bytes:
        """One statement spoilt in one to three places, in any of the forms in which it may be uploaded."""
        claims: Any = copy.deepcopy(dict(good.claims.raw))
        self._remember([each for holder, key in _places(claims) if type(each := holder[key]) is str][-40:])
        if self.dice.random() < 0.6:
            self._mistake(claims)
        else:
            for _ in range(self.dice.choice((1, 1, 2, 3))):
                self._spoil(claims)
        payload = _bytes_of(claims)
        if self.dice.random() < 0.1:
            payload = self._torn(payload)
        signed = f"{good.compact.partition('.')[0]}.{b64u(payload)}"
        signature = b64u(signer.key.sign(signed.encode()))
        compact = f"{signed}.{signature}".encode()
        form = orjson.dumps(
            {"protected": signed.partition(".")[0], "payload": b64u(payload), "signature": signature}
        )
        body = self.dice.choice((compact, form))
        return self._torn(body) if self.dice.random() < 0.15 else body

    def _remember(self, texts: list[str]) -> None:
        """Keep them, also by how they begin, so that those alike are found without looking at all."""
        self._seen += texts
        if len(self._alike) > SEEN:
            self._alike.clear()
        for text in texts:
            self._alike.setdefault(text[:8], deque(maxlen=ALIKE)).append(text)

    def _mistake(self, claims: Any) -> None:
        """What a careless or cunning firm would write: another lot, amount, time, kind; well-formed."""
        holder, key = self.dice.choice(
            [place for place in _places(claims) if type(place[0][place[1]]) is str]
        )
        value = holder[key]
        if key == "value":
            holder[key] = self.dice.choice(AMOUNTS)
        elif "T" in value and value.startswith("20"):
            holder[key] = self.dice.choice(TIMES)
        else:
            alike = [other for other in self._alike.get(value[:8], ()) if other != value]
            holder[key] = self.dice.choice(alike or self._seen)

    def _spoil(self, claims: Any) -> None:
        places = list(_places(claims))
        holder, key = self.dice.choice(places)
        what = self.dice.random()
        if what < 0.15:
            del holder[key]
        elif what < 0.3 and isinstance(holder, dict):
            holder[self.dice.choice(("x", "lot", "_sd", "declared", "$", "__class__", "inputs"))] = (
                self._odd()
            )
        else:
            holder[key] = self._odd()

    def _odd(self) -> Any:
        return copy.deepcopy(self.dice.choice(ODD))

    def _torn(self, raw: bytes) -> bytes:
        at = self.dice.randrange(len(raw))
        return self.dice.choice(
            (raw[:at], raw[:at] + bytes([self.dice.randrange(256)]) + raw[at + 1 :], raw + raw[:at])
        )


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in list(inner):
        yield value, key
        if isinstance(each, dict | list):
            yield from _places(each)


def _bytes_of(claims: Any) -> bytes:
    """Sorted JSON without the profile's checks, so that anything gets through."""
    try:
        return orjson.dumps(claims, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return json.dumps(claims, sort_keys=True, separators=(",", ":")).encode()
