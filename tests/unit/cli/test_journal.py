"""A desk's journal: signed before sent, remembered across processes, for its owner only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.client.http import PlatformClient, Problem, Repeated
from cli.client.journal import ChangedRow, Journal
from cli.client.signing_client import WAVE, SigningClient
from trace.exchange.draft import Draft, RowOrigin
from trace.ledger.algorithms import PrivateKey
from trace.ledger.claims import new_claims
from trace.ledger.statement import Statement, sign_statement

NOW = datetime(2026, 10, 1, tzinfo=UTC)
KEY = PrivateKey.from_seed(b"j" * 32)


def _draft(key: str, **data: object) -> Draft:
    return Draft("master.place", f"urn:place:{key}", NOW, data, (), (), RowOrigin("s", (2,)), key, ())


def _signed(draft: Draft, seq: int = 1) -> Statement:
    claims = new_claims(
        draft.typ,
        "urn:uscc:A",
        "desk",
        seq=seq,
        prev=None if seq == 1 else "A" * 43,
        sub=draft.sub,
        occurred_at=NOW,
        signed_at=NOW,
        data=dict(draft.data),
    )
    return sign_statement(claims, KEY)


def test_what_was_signed_and_not_taken_is_pending_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "k.journal"
    journal = Journal(path)
    first, second = _draft("1"), _draft("2")
    sent = _signed(second, 2)
    journal.signed([(first, _signed(first)), (second, sent)])
    journal.taken([first.key])
    again = Journal(path)
    assert again.knows(first)
    assert again.knows(second)
    (pending,) = again.pending()
    assert pending["jws"] == sent.flattened()
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_was_refused_may_be_corrected_and_stated_again(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "k.journal")
    draft = _draft("1", name="a")
    journal.signed([(draft, _signed(draft))])
    with pytest.raises(ChangedRow):
        journal.knows(replace(draft, data={"name": "b"}))
    journal.refused([draft.key])
    assert not journal.knows(replace(draft, data={"name": "b"}))
    assert Journal(tmp_path / "k.journal").pending() == []


class Answering(PlatformClient):
    """A platform that answers every upload with one status."""

    def __init__(self, status: int) -> None:
        super().__init__("http://127.0.0.1:1")
        self.status = status
        self.uploads: list[int] = []

    def head(self, iss: str, stream: str) -> dict[str, object]:
        return {"seq": 0, "stmt": None}

    def get(self, path: str, repeated: Repeated = (), /, **query: str) -> bytes:
        raise Problem(404, {"code": "unknown-tile"})

    def state(self, statements, mode: str = "all"):
        self.uploads.append(len(statements))
        if self.status != 201:
            raise Problem(self.status, {"code": "x"})
        return [{"stmt": "s", "log": "l", "index": at} for at, _ in enumerate(statements)]


@pytest.mark.parametrize(("status", "kept"), [(422, 0), (409, 0), (401, 1), (403, 1), (503, 1), (0, 1)])
def test_only_what_was_read_and_refused_is_forgotten(tmp_path: Path, status: int, kept: int) -> None:
    path = tmp_path / "k.journal"
    desk = SigningClient(Answering(status), KEY, "urn:uscc:A", "desk", lambda: NOW, path)
    with pytest.raises(Problem):
        desk.state([_draft("1", name="a")])
    assert len(Journal(path).pending()) == kept


def test_a_large_file_goes_up_in_waves_that_a_platform_takes(tmp_path: Path) -> None:
    client = Answering(201)
    desk = SigningClient(client, KEY, "urn:uscc:A", "desk", lambda: NOW, tmp_path / "k.journal")
    desk.state([_draft(str(number), name="a") for number in range(WAVE + 5)])
    assert client.uploads == [WAVE, 5]
