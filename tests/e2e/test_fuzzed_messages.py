"""Anything at all, sent to the shopper's forms and to the files: an answer, never a 500."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.builders.signed_rice import SignedRice
from tests.servers.platform import TestPlatform
from tests.servers.served import both_skins
from trace.codes.complaint_number import numbered
from trace.usecases.accounts.tokens import Terms, issue_token

pytestmark = pytest.mark.unmeasured

GTIN = "09521234100010"
ODD = [
    "",
    "\x00",
    "\ud7ff",
    "'; DROP TABLE complaint;--",
    "../" * 9,
    "%2e%2e/",
    "a" * 5_000,
    "𠮷" * 300,
    "\u202e",
]
ANSWERS = {200, 303, 308, 400, 403, 404, 405, 409, 410, 413, 415, 422, 429}


@pytest.fixture
def told(database_url, clock):
    with TestPlatform(database_url, clock) as platform:
        SignedRice(platform, clock).tell()
        yield platform


def _text(chance: random.Random) -> str:
    if chance.random() < 0.4:
        return chance.choice(ODD)
    return "".join(chr(chance.randrange(1, 0xD7FF)) for _ in range(chance.randrange(40)))


def test_nothing_that_is_sent_breaks_a_form_or_a_file(told: TestPlatform, tmp_path: Path) -> None:
    client = both_skins(told, tmp_path).test_client()
    token = issue_token(
        told.transactions,
        "urn:uscc:x",
        "fuzz",
        ["complaints:read", "complaints:write", "files:write"],
        ["regulator_market"],
        Terms("CN"),
    )
    bearer = {"Authorization": f"Bearer {token}"}
    chance = random.Random(2026)
    fields = ("kind", "topic", "text", "contact", "code", "printed")
    good = {"kind": "complaint", "topic": "other", "text": "好", "code": f"01/{GTIN}/10/M20261012A"}
    for _ in range(250):
        some = {**good, **{name: _text(chance) for name in chance.sample(fields, chance.randrange(4))}}
        number = numbered(chance.getrandbits(55)) if chance.random() < 0.5 else _text(chance) or "x"
        for answer in (
            client.post("/complaints/new", data=some),
            client.get("/complaints/new", query_string={"code": _text(chance), "v": _text(chance)}),
            client.get("/complaints", query_string={"number": _text(chance)}),
            client.get(f"/complaints/{number}"),
            client.post(f"/complaints/{number}/contact"),
            client.post(f"/01/{GTIN}/10/{_text(chance) or 'x'}", data={"code": _text(chance)}),
            client.get(f"/01/{GTIN}", query_string={"day": _text(chance), "batch": _text(chance)}),
            client.get(f"/01/{GTIN}/{_text(chance) or 'x'}/21/{_text(chance) or 'x'}"),
            client.get(f"/files/{_text(chance) or 'x'}"),
            client.put(
                f"/api/v1/files/{'ab' * 32}?report={_text(chance)}", data=_text(chance), headers=bearer
            ),
            client.post(
                f"/api/v1/complaints/{number}/state",
                json={"state": chance.choice(["forwarded", "answered", "x"]), "answer": _text(chance)},
                headers=bearer,
            ),
            client.get("/api/v1/complaints", query_string={"before": _text(chance)}, headers=bearer),
        ):
            assert answer.status_code in ANSWERS, (answer.status_code, answer.request.path)
            assert answer.data
