"""The log and its witness over real HTTP: the bytes of C2SP tlog-witness and tlog-tiles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from sqlalchemy import select

from api.routes.witness import create_witness
from tests.builders import facts as made
from tests.builders.signers import Signer
from tests.servers.platform import FOOD, TestPlatform
from tests.servers.served import serving
from tests.simulators.cosigners import DirectSource, a_witness, log_key
from trace.errors import EntriesUnavailable, LogForked, WitnessConflict, WitnessUnavailable
from trace.exchange.entry_source import HandedEntries, HttpEntrySource
from trace.exchange.witness_client import HttpCosigner
from trace.ledger.tiles import encode_entries, parse_tile_path
from trace.ledger.witness import encode_add_checkpoint
from trace.store.witness import mirrored_leaf
from trace.usecases.log.guard_fork import guard_fork
from trace.usecases.log.publish_checkpoint import publish_checkpoint
from trace.usecases.witness.cosign_checkpoint import Watched, Witness


@contextmanager
def served(answer) -> Iterator[str]:
    """An HTTP server that answers (method, path, body, headers) by (status, type, body)."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, kind, content = answer(self.command, self.path, body, self.headers)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = handle_any  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def serve_log(platform: TestPlatform):
    source = DirectSource(platform)

    def answer(_method, path, _body, headers):
        if headers.get("Authorization") != "Bearer secret":
            return 401, "text/plain", b""
        parts = urlsplit(path)
        if parts.path == "/log/keys":
            bounds = {name: int(values[0]) for name, values in parse_qs(parts.query).items()}
            found = source.key_statements(bounds["start"], bounds["end"])
            rows = [{"index": index, "jws": jws} for index, jws in found.items()]
            return 200, "application/json", orjson.dumps({"statements": rows})
        _, n, width = parse_tile_path(parts.path.removeprefix("/log/"))
        return 200, "application/octet-stream", encode_entries(source.leaves(n * 256, n * 256 + width))

    return answer


def serve_witness(witness: Witness):
    def answer(method, path, body, _headers):
        if method == "POST":
            decision = witness.add_checkpoint(body)
            return decision.status, decision.media_type, decision.body.encode()
        note = witness.latest(path.split("/")[1])
        return (404, "text/plain", b"") if note is None else (200, "text/plain", note.encode())

    return answer


@pytest.fixture
def platform(databases, clock):
    clock.advance(timedelta(hours=6))
    url = databases.migrated("sqlite")
    with TestPlatform(url, clock) as running:
        yield running
    databases.discard(url)


def publish(platform, cosigner):
    return publish_checkpoint(platform.transactions, log_key(FOOD), [cosigner], platform.transactions.clock())


def test_a_checkpoint_goes_to_the_witness_and_comes_back_cosigned(platform, tmp_path) -> None:
    grower = Signer(made.COOPERATIVE, "grower")
    platform.register(grower)
    platform.log(*[grower.harvest(f"H{number}") for number in range(300)])
    near = a_witness("agri", platform, tmp_path).witness
    with served(serve_log(platform)) as log_address:
        source = HttpEntrySource(f"{log_address}/log", "secret")
        registrars = frozenset({platform.registrar.key.kid})
        watched = Watched(log_key(FOOD).verifier, registrars, source)
        witness = Witness(near.transactions, near.key, {FOOD: watched})
        with served(serve_witness(witness)) as address:
            cosigner = HttpCosigner(address + "/", near.key.verifier)
            assert cosigner.newest(FOOD) is None
            first = publish(platform, cosigner)
            assert first is not None
            assert not first.pending, first.problems
            platform.log(*[grower.harvest(f"M{number}") for number in range(10)])
            second = publish(platform, cosigner)
            assert second is not None
            assert (second.size, second.pending) == (312, False)
            assert guard_fork(platform.transactions, log_key(FOOD).verifier, [cosigner]).size == 312
            with pytest.raises(WitnessConflict) as conflict:
                cosigner.cosign(5, [], second.note)
            assert conflict.value.params["size"] == 312
    near.transactions.engine.dispose()


def test_a_witness_that_is_away_or_talks_nonsense_is_unavailable_and_nothing_is_lost(platform) -> None:
    grower = Signer(made.COOPERATIVE, "grower")
    platform.register(grower)
    key = log_key("witness.test/away").verifier
    with served(lambda *_: (200, "text/plain", b"not a signature\n")) as address:
        cosigner = HttpCosigner(address, key)
        published = publish(platform, cosigner)
        assert published is not None
        assert published.pending
        assert published.problems[0].params["reason"] == "answer-unreadable"
    gone = publish(platform, cosigner)  # the server is gone now
    assert gone is not None
    assert gone.problems[0].params["reason"] == "unreachable"
    with pytest.raises(WitnessUnavailable):
        guard_fork(platform.transactions, log_key(FOOD).verifier, [cosigner])


def test_entries_behind_a_wrong_token_or_cut_short_are_not_entries(platform) -> None:
    platform.register(Signer(made.COOPERATIVE, "grower"))
    with served(serve_log(platform)) as address:
        with pytest.raises(EntriesUnavailable) as refused:
            HttpEntrySource(f"{address}/log", "wrong").leaves(0, 2)
        assert refused.value.params["reason"] == "status-401"
        good = HttpEntrySource(f"{address}/log", "secret")
        assert good.leaves(1, 2) == DirectSource(platform).leaves(1, 2)
        with pytest.raises(EntriesUnavailable):
            good.leaves(0, 3)
    with served(lambda *_: (200, "text/plain", b"{}")) as address:
        with pytest.raises(EntriesUnavailable):
            HttpEntrySource(address).leaves(0, 1)
        with pytest.raises(EntriesUnavailable):
            HttpEntrySource(address).key_statements(0, 1)


def test_a_witness_that_has_seen_more_stops_the_log(platform, databases, clock, tmp_path) -> None:
    grower = Signer(made.COOPERATIVE, "grower")
    platform.register(grower)
    platform.log(grower.harvest("H1"))
    near = a_witness("agri", platform, tmp_path)
    publish(platform, near)
    url = databases.migrated("sqlite")
    with TestPlatform(url, clock) as copy, served(serve_witness(near.witness)) as address:
        copy.register()
        with pytest.raises(LogForked):
            guard_fork(copy.transactions, log_key(FOOD).verifier, [HttpCosigner(address, near.verifier)])
    near.witness.transactions.engine.dispose()
    databases.discard(url)


# Entries that come along with the checkpoint ---------------------------------------------------------------


class Away:
    """The log's entries cannot be fetched."""

    def leaves(self, start: int, end: int) -> list[bytes]:
        raise EntriesUnavailable(reason="unreachable", url="")

    def key_statements(self, start: int, end: int) -> dict[int, str]:
        raise EntriesUnavailable(reason="unreachable", url="")


@pytest.fixture
def near(platform, tmp_path) -> Iterator[Witness]:
    """A witness that cannot fetch anything."""
    made_one = a_witness("agri", platform, tmp_path).witness
    registrars = frozenset({platform.registrar.key.kid})
    watched = Watched(log_key(FOOD).verifier, registrars, Away())
    yield Witness(made_one.transactions, made_one.key, {FOOD: watched})
    made_one.transactions.engine.dispose()


def mirrored(witness: Witness) -> list[bytes]:
    """The leaves that the witness keeps."""
    with witness.transactions.look() as tx:
        leaves = select(mirrored_leaf.c.leaf).order_by(mirrored_leaf.c.idx)
        return [leaf.encode() for leaf in tx.connection.scalars(leaves)]


def test_a_witness_that_gets_the_new_entries_along_fetches_none(platform, near) -> None:
    grower = Signer(made.COOPERATIVE, "grower")
    platform.register(grower)
    platform.log(*[grower.harvest(f"H{number}") for number in range(300)])
    with serving(create_witness(near)) as address:
        cosigner = HttpCosigner(address, near.key.verifier)
        for statements in ((), (grower.harvest("M1"),), (platform.registrar.revoke(grower),)):
            platform.log(*statements)
            published = publish(platform, cosigner)
            assert published is not None
            assert not published.pending, published.problems
    assert mirrored(near) == DirectSource(platform).leaves(0, 304)


def test_too_many_new_entries_are_left_to_be_fetched(platform, near) -> None:
    grower = Signer(made.COOPERATIVE, "grower")
    platform.register(grower)
    with serving(create_witness(near)) as address:
        cosigner = HttpCosigner(address, near.key.verifier, takes_at_most=2)
        assert publish(platform, cosigner).pending is False
        platform.log(*[grower.harvest(f"H{number}") for number in range(3)])
        pending = publish(platform, cosigner)
        assert pending.pending
        assert pending.problems[0].params["reason"] == "status-503"


def test_what_comes_along_counts_only_if_it_makes_the_signed_root(platform, near) -> None:
    """Changed, cut short or of another place: the log is asked, and only then is anything signed."""
    grower = Signer(made.COOPERATIVE, "grower")
    platform.register(grower)
    platform.log(grower.harvest("H1"))
    signed = publish(platform, HttpCosigner("http://127.0.0.1:9", near.key.verifier))
    source = DirectSource(platform)
    leaves, statements = tuple(source.leaves(0, 3)), source.key_statements(0, 3)
    request = encode_add_checkpoint(0, [], signed.note).decode()

    def answer(entries: HandedEntries, text: str = request) -> int:
        return near.add_entries(orjson.dumps({"addCheckpoint": text, **entries.encode()})).status

    for wrong in (
        HandedEntries(0, leaves[:2], statements),
        HandedEntries(1, leaves[1:], statements),
        HandedEntries(0, (leaves[0], leaves[2], leaves[1]), statements),
        HandedEntries(0, (*leaves[:2], leaves[2].replace(b'"v":1', b'"v":2')), statements),
        HandedEntries(0, leaves, {}),
        HandedEntries(0, leaves, {0: statements[1], 1: statements[0]}),
    ):
        assert answer(wrong) == 503, wrong
        assert mirrored(near) == []
    right = HandedEntries(0, leaves, statements)
    forged = request.replace("\n3\n", "\n4\n")
    assert answer(right, forged) == 403, "not the log's"
    near.logs[FOOD].source.leaves = source.leaves
    near.logs[FOOD].source.key_statements = source.key_statements
    assert answer(HandedEntries(0, leaves[:2], statements)) == 200, "what is wrong is fetched instead"
    assert mirrored(near) == list(leaves)
    assert answer(right) == 409


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"addCheckpoint":1}',
        b'{"addCheckpoint":"x","first":0,"leaves":[1],"statements":[]}',
    ],
)
def test_what_is_no_entries_is_refused(near, body) -> None:
    assert near.add_entries(body).status == 400


def test_a_witness_of_another_make_is_asked_once_for_what_it_does_not_know(platform, tmp_path) -> None:
    platform.register(Signer(made.COOPERATIVE, "grower"))
    made_one = a_witness("agri", platform, tmp_path)
    asked: list[str] = []

    def answer(method, path, body, headers):
        asked.append(path)
        if path == "/add-entries":
            return 404, "text/plain", b""
        return serve_witness(made_one.witness)(method, path, body, headers)

    with served(answer) as address:
        cosigner = HttpCosigner(address, made_one.verifier)
        for _ in range(2):
            assert publish(platform, cosigner).pending is False
            platform.log(platform.registrar.register(Signer(made.LAB, "lab", stream=f"{len(asked)}")))
    assert asked == ["/add-entries", "/add-checkpoint", "/add-checkpoint"]
    made_one.witness.transactions.engine.dispose()


def test_a_witness_whose_token_is_not_taken_says_so_without_the_token(platform, tmp_path, caplog) -> None:
    platform.register(Signer(made.COOPERATIVE, "grower"))
    near = a_witness("agri", platform, tmp_path).witness
    caplog.set_level("WARNING", "greentrace.witness")
    with served(serve_log(platform)) as log_address:
        source = HttpEntrySource(f"{log_address}/log", "gt_revoked")
        watched = {FOOD: Watched(log_key(FOOD).verifier, near.logs[FOOD].registrars, source)}
        asking = Witness(near.transactions, near.key, watched)
        with served(serve_witness(asking)) as address:
            published = publish(platform, HttpCosigner(f"{address}/", near.key.verifier))
    assert published.problems[0].params["reason"] == "token-refused"
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith(f"entries of {FOOD} not read: status-401")
    assert "log:entries" in line
    assert "gt_revoked" not in caplog.text
