"""C2SP tlog-witness to the letter, over HTTP: statuses, bodies and media types of `add-checkpoint`.

By the text of July 2026: what is older told a fork at the same size by 409.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from api.routes.witness import create_witness
from tests.builders import facts as made
from tests.builders.signers import Signer
from tests.servers.databases import Databases
from tests.servers.platform import FOOD, TestPlatform
from tests.servers.served import serving
from tests.simulators.cosigners import a_witness, log_key
from trace.ledger.checkpoint import Checkpoint, sign_checkpoint
from trace.ledger.merkle import EMPTY_ROOT, consistency_proof, root_from
from trace.ledger.note import NoteSigner, SignatureLine, make_note, parse_note
from trace.ledger.tiles import TileHashes
from trace.ledger.witness import encode_add_checkpoint
from trace.store.log.entries import StoredTiles, read_head

_ENTRIES = 5


@pytest.fixture
def asked(databases: Databases, clock: Any, tmp_path: Path) -> Iterator[Asked]:
    clock.advance(timedelta(hours=6))
    url = databases.migrated("sqlite")
    with TestPlatform(url, clock) as platform:
        grower = Signer(made.COOPERATIVE, "grower")
        platform.register(grower)
        platform.log(*[grower.harvest(f"H{number}") for number in range(_ENTRIES)])
        near = a_witness("agri", platform, tmp_path).witness
        with serving(create_witness(near)) as address:
            yield Asked(platform, address, near.key)
        near.transactions.engine.dispose()
    databases.discard(url)


class Asked:
    """A witness of a log with some entries, which has signed nothing yet."""

    def __init__(self, platform: TestPlatform, address: str, key: NoteSigner) -> None:
        self._platform, self._address, self.key = platform, address, key

    @property
    def size(self) -> int:
        with self._platform.transactions.look("test") as tx:
            return read_head(tx.connection).size

    def checkpoint(self, size: int) -> Checkpoint:
        with self._platform.transactions.look("test") as tx:
            return Checkpoint(FOOD, size, root_from(size, TileHashes(StoredTiles(tx.connection), size)))

    def proof(self, old: int, size: int) -> list[bytes]:
        with self._platform.transactions.look("test") as tx:
            return list(consistency_proof(old, size, TileHashes(StoredTiles(tx.connection), size)))

    def note(self, size: int) -> str:
        return sign_checkpoint(self.checkpoint(size), log_key(FOOD))

    def post(self, body: bytes, method: str = "POST") -> tuple[int, str, str]:
        """Status, media type, body."""
        connection = HTTPConnection(self._address.removeprefix("http://"), timeout=60)
        connection.request(method, "/add-checkpoint", body)
        answer = connection.getresponse()
        said = answer.read().decode()
        connection.close()
        return answer.status, answer.headers.get("Content-Type", ""), said

    def add(self, old: int, proof: list[bytes], note: str) -> tuple[int, str, str]:
        return self.post(encode_add_checkpoint(old, proof, note))


def test_a_cosignature_is_lines_of_the_witness_key_with_a_time(asked: Asked) -> None:
    note = asked.note(asked.size)
    status, _, body = asked.add(0, [], note)
    assert status == 200
    assert body.endswith("\n")
    assert all(line.startswith("— ") for line in body.splitlines())
    (line,) = [one for one in parse_note(note + body).lines if asked.key.verifier.matches(one)]
    signed_at = asked.key.verifier.verify(parse_note(note).text, line.signature)
    assert signed_at is not None
    assert signed_at.timestamp() > 0


def test_another_old_size_is_told_the_size(asked: Asked) -> None:
    first, last = asked.size - 2, asked.size
    assert asked.add(0, [], asked.note(first))[0] == 200
    for old in (0, 1, last):
        told = asked.add(old, asked.proof(old, last) if 0 < old < last else [], asked.note(last))
        assert told == (409, "text/x.tlog.size", f"{first}\n")
    assert asked.add(first, asked.proof(first, last), asked.note(last))[0] == 200
    assert asked.add(last, [], asked.note(last))[0] == 200, "the same again gets a newer time"


def test_what_is_wrong_with_a_request_has_its_status(asked: Asked) -> None:
    size = asked.size
    stranger = NoteSigner(FOOD, bytes(31) + b"\x07")
    elsewhere = NoteSigner("log.example/other", bytes(31) + b"\x08")
    note, other = asked.note(size), Checkpoint(FOOD, size, b"f" * 32)
    own = next(one for one in parse_note(note).lines if log_key(FOOD).verifier.matches(one))
    spoilt = make_note(parse_note(note).text, [own, SignatureLine(own.name, own.key_id, bytes(64))])
    cases = {
        "no key of the origin": (403, 0, [], sign_checkpoint(asked.checkpoint(size), stranger)),
        "a second line under the key that fails": (403, 0, [], spoilt),
        "an unknown origin": (
            404, 0, [], sign_checkpoint(Checkpoint(elsewhere.name, 1, b"r" * 32), elsewhere)
        ),
        "old above the checkpoint": (400, size + 1, [], note),
        "a proof of nothing": (422, 0, [bytes(32)], note),
        "an empty tree with a root": (
            422, 0, [], sign_checkpoint(Checkpoint(FOOD, 0, b"r" * 32), log_key(FOOD))
        ),
    }  # fmt: skip
    for what, (status, *request) in cases.items():
        assert asked.add(*request)[0] == status, what
    assert asked.add(0, [], note)[0] == 200
    fork = sign_checkpoint(other, log_key(FOOD))
    assert asked.add(size, [], fork)[0] == 422, "the same size with another root"


def test_the_empty_tree_may_be_signed_and_extended(asked: Asked) -> None:
    empty = sign_checkpoint(Checkpoint(FOOD, 0, EMPTY_ROOT), log_key(FOOD))
    assert asked.add(0, [], empty)[0] == 200
    assert asked.add(0, [], asked.note(asked.size))[0] == 200


@pytest.mark.parametrize(
    "head",
    ["old 00", "old -1", "old +1", "old  1", "old 1 ", "Old 0", "old", "old 1\r", "size 0"],
)
def test_a_first_line_that_is_no_size_is_a_bad_request(asked: Asked, head: str) -> None:
    assert asked.post(f"{head}\n\n{asked.note(asked.size)}".encode())[0] == 400


def test_only_posts_are_requests(asked: Asked) -> None:
    assert asked.post(b"", "GET")[0] == 405
