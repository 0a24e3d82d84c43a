"""A desk's journal: signed before sent, remembered across processes, for its owner only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from cli.client.http import PlatformClient, Problem, Repeated
from cli.client.journal import ChangedRow, Journal
from cli.client.signing_client import WAVE, SigningClient
from trace.exchange.draft import Draft, RowOrigin
from trace.ledger.algorithms import PrivateKey
from trace.ledger.claims import new_claims
from trace.ledger.statement import Statement, parse_statement, sign_statement

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


class Logging(Answering):
    """A platform with a log of its own, that knows the statements it took."""

    def __init__(self, origin: str) -> None:
        super().__init__(201)
        self.origin = origin
        self.taken: set[str] = set()

    def get(self, path: str, repeated: Repeated = (), /, **query: str) -> bytes:
        if path == "/log/checkpoint":
            return f"{self.origin}\n{len(self.taken)}\nroot\n".encode()
        if path.rpartition("/")[2] in self.taken:
            return b"{}"
        raise Problem(404, {"code": "statement-unknown"})

    def post(self, path: str, body: bytes, content_type: str):
        drafts = orjson.loads(body)["drafts"]
        return {"results": [{"problem": {"code": "lot-exists"}} for _ in drafts]}

    def state(self, statements, mode: str = "all"):
        self.taken |= {parse_statement(one).statement_id for one in statements}
        return super().state(statements, mode)


def _stating(client: PlatformClient, path: Path, *drafts: Draft) -> int:
    desk = SigningClient(client, KEY, "urn:uscc:A", "desk", lambda: NOW, path)
    desk.resume()
    fresh = desk.fresh(drafts)
    desk.state(fresh)
    return len(fresh)


def test_what_a_test_platform_took_is_not_there_for_the_real_one(tmp_path: Path) -> None:
    path, draft = tmp_path / "k.journal", _draft("1", name="a")
    trial, real = Logging("trial.example/log"), Logging("real.example/log")
    assert _stating(trial, path, draft) == 1
    assert _stating(real, path, draft) == 1
    assert (len(trial.taken), len(real.taken)) == (1, 1)
    assert _stating(real, path, draft) == _stating(trial, path, draft) == 0


def test_what_the_log_does_not_have_is_stated_again(tmp_path: Path) -> None:
    """A platform that was set up anew under its name, or whose journal tells of another without saying so."""
    path, draft = tmp_path / "k.journal", _draft("1", name="a")
    assert _stating(Logging("food.example/log"), path, draft) == 1
    anew = Logging("food.example/log")
    assert _stating(anew, path, draft) == 1
    assert len(anew.taken) == 1
    unnamed = [line for line in map(orjson.loads, path.read_bytes().splitlines()) if "emptied" not in line]
    path.write_bytes(b"".join(orjson.dumps({**line, "log": None}) + b"\n" for line in unnamed))
    path.write_bytes(path.read_bytes().replace(b',"log":null', b""))
    assert _stating(anew, path, draft) == 0
    assert _stating(Logging("other.example/log"), path, draft) == 1


def test_a_signed_statement_goes_only_to_the_log_that_it_was_for(tmp_path: Path) -> None:
    path, draft = tmp_path / "k.journal", _draft("1", name="a")
    trial, real = Logging("trial.example/log"), Logging("real.example/log")
    trial.status = 503
    desk = SigningClient(trial, KEY, "urn:uscc:A", "desk", lambda: NOW, path)
    with pytest.raises(Problem):
        desk.state([draft])
    trial.taken.clear()
    assert SigningClient(real, KEY, "urn:uscc:A", "desk", lambda: NOW, path).resume() == 0
    trial.status = 201
    assert SigningClient(trial, KEY, "urn:uscc:A", "desk", lambda: NOW, path).resume() == 1


def test_what_the_platform_recognised_is_known_from_then_on(tmp_path: Path) -> None:
    path, draft = tmp_path / "k.journal", _draft("1", name="a")
    client = Logging("food.example/log")
    desk = SigningClient(client, KEY, "urn:uscc:A", "desk", lambda: NOW, path)
    assert desk.know([draft], [{"state": "known", "stmt": "S" * 43}]) == []
    assert _stating(client, path, draft) == 0
    with pytest.raises(ChangedRow):
        _stating(client, path, replace(draft, data={"name": "b"}))
