"""The print manifest: what a printer was given, to be signed, and its check against the files.

    {"v": 1, "kind": "print-manifest", "job": …, "scope": …, "epoch": …, "first": n, "count": n,
     "template": {"prefix": …, "suffix": …, "width": n}, "symbol": {"version": n, "level": …, "mask": n},
     "form": "png", "dots": n, "dpi": n, "printer": …, "madeAt": RFC 3339,
     "parts": [{"name": …, "first": n, "count": n, "bytes": n, "sha256": hex}]}

The payload is JSON with sorted keys and no spaces; with integers and texts only, that is also RFC 8785. Who
signs it (a compact JWS over exactly these bytes) is not this module's business.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from trace.errors.codes import PartsDiffer


@dataclass(frozen=True, slots=True)
class PartMade:
    """One file of a run: `first` counts the run's codes from 0, `bytes` and `sha256` (hex) are the file's."""

    name: str
    first: int
    count: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The signed statement about a run: `payload` as signed, `jws` the signature over it."""

    payload: bytes
    jws: str

    @property
    def parts(self) -> tuple[PartMade, ...]:
        return tuple(PartMade(**part) for part in json.loads(self.payload)["parts"])

    def check(self, files: Mapping[str, bytes]) -> None:
        """Raises `PartsDiffer` (names) unless these are exactly the files of the run, bit for bit."""
        found = {name: (len(content), hashlib.sha256(content).hexdigest()) for name, content in files.items()}
        self.check_digests(found)

    def check_digests(self, found: Mapping[str, tuple[int, str]]) -> None:
        """The same by length and SHA-256 (hex) of each file, for files too many to hold at once."""
        expected = {part.name: (part.bytes, part.sha256) for part in self.parts}
        wrong = {name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name)}
        if wrong:
            raise PartsDiffer(names=sorted(wrong))


def manifest_payload(
    described: Mapping[str, Any], parts: Sequence[PartMade], *, printer: str, made_at: datetime
) -> bytes:
    """The bytes to sign for a finished run.

    `described` is `PrintRun.described` and what else is to be stated, `made_at` an aware time.
    """
    stated = {
        **described,
        "v": 1,
        "kind": "print-manifest",
        "printer": printer,
        "madeAt": made_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "parts": [asdict(part) for part in parts],
    }
    return json.dumps(stated, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
