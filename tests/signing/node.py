"""Batches as a platform prepares them, and what the signing script says of them in Node."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scanner_web.assets.signing_script import FIRM, signing_script
from tests.verifier.node import node_or_skip
from trace.ledger.canonical import b64u, encode
from trace.ledger.disclosure import conceal_members

RUN = Path(__file__).with_name("sign.mjs")
NOW = datetime(2026, 10, 6, 4, 0, tzinfo=UTC)
ISS, STREAM = "urn:uscc:91310151XN0000442L", "phone-1"
HEAD = "h" * 43


def a_draft(
    seq: int, typ: str, sub: str, data: Mapping[str, Any], conceal: Sequence[str] = (), **claims: Any
) -> dict[str, Any]:
    """The bytes of a draft and its disclosures; `claims` replace what is there, or (None) leave it out."""
    sealed, disclosures = conceal_members(data, conceal)
    raw: dict[str, Any] = {
        "v": 1,
        "typ": typ,
        "iss": ISS,
        "stream": STREAM,
        "seq": seq,
        "jti": b64u(seq.to_bytes(16, "big")),
        "sub": sub,
        "occurredAt": "2026-10-06T08:00:00+08:00",
        "signedAt": "2026-10-06T12:00:00+08:00",
        "data": sealed,
    }
    if disclosures:
        raw["_sd_alg"] = "sha-256"
    raw.update(claims)
    raw = {name: value for name, value in raw.items() if value is not None}
    return {"bytes": encode(raw).decode(), "disclosures": [one.encoded for one in disclosures]}


@dataclass(frozen=True, slots=True)
class Case:
    """A batch and the device that is to sign it; `again` is what the server says when it is asked again."""

    drafts: Sequence[Mapping[str, Any]]
    cited: Mapping[str, str] = field(default_factory=dict)
    seq: int = 0
    again: Sequence[Mapping[str, Any]] | None = None
    alg: str = ""
    now: datetime = NOW

    def as_dict(self) -> dict[str, Any]:
        chain = {"iss": ISS, "stream": STREAM, "seq": self.seq, "stmt": HEAD if self.seq else None}
        return {
            "batch": {"drafts": list(self.drafts), "cited": dict(self.cited)},
            "chain": chain,
            "now": int(self.now.timestamp() * 1000),
            "again": None if self.again is None else {"drafts": list(self.again)},
            "alg": self.alg,
        }


def spoken(
    cases: Sequence[Case], folder: Path, locale: str = "zh-CN", desk: str = FIRM
) -> list[dict[str, Any]]:
    """What the script of a desk answers to each case."""
    script = folder / f"sign-{desk}{locale}.mjs"
    script.write_text(signing_script(locale, desk), encoding="utf-8")
    asked = {"script": str(script), "cases": [case.as_dict() for case in cases]}
    ran = subprocess.run(
        [node_or_skip(), str(RUN)], input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    answers: list[dict[str, Any]] = json.loads(ran.stdout)
    return answers
