"""The commands for gap lists and mock recalls, over HTTP."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator

import orjson
import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from cli.main import greentrace
from tests.builders import facts as made
from tests.builders.traced_chain import TracedChain
from tests.servers.door import Door

MILL = made.uscc(made.MILL)


@pytest.fixture(scope="module")
def called(tmp_path_factory, databases) -> Iterator[tuple[str, ...]]:
    with Door(tmp_path_factory.mktemp("commands"), databases.migrated("sqlite")) as door:
        TracedChain(door, door.clock).packed_rice()
        server = make_server("127.0.0.1", 0, door.app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        token = door.token(MILL, "trace:own")
        yield "--server", f"http://127.0.0.1:{server.port}", "--token", token
        server.shutdown()


def call(*words: str) -> str:
    told = CliRunner().invoke(greentrace, ["--lang", "en", *words], prog_name="greentrace")
    assert told.exit_code == 0, told.output
    return told.output


def test_gaps_are_questions_with_what_clears_them_and_the_document_is_kept(called, tmp_path) -> None:
    out = tmp_path / "gaps.json"
    told = call("gaps", *called, "--out", str(out))
    assert "1 questions" in told
    assert "To clear it:" in told
    assert hashlib.sha256(out.read_bytes()).hexdigest() in told
    assert orjson.loads(out.read_bytes())["question"]["firm"] == MILL


def test_a_lot_is_drawn_again_from_its_seed_and_stands_in_the_trend(called) -> None:
    first, again = (call("mock-recall", *called, "--seed", "seven") for _ in range(2))
    assert first.split()[1] == again.split()[1]
    assert "seed seven" in first
    assert call("mock-recall", *called, "--trend").count("seed seven") == 2
