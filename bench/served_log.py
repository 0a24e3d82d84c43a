"""A platform and its two witnesses as processes, run by any commit of this project, that was told a story.

Folders, keys and policy are written here, in the one form that every commit reads; tables are made, tokens
issued and the story's records written by the commit itself. Witnesses fetch what they sign over HTTP, as
bureaus do.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from bench.asking import server
from bench.former import ROOT, Program, plain_environment
from cli.demo.neighbours import free_port
from tests.builders import facts as made
from tests.builders.signers import Registrar, Signer
from tests.servers.door import SlowClock
from tests.servers.resolving import GTIN
from trace.codes.serials import gtin_scope
from trace.ledger.statement import Statement, parse_statement
from trace.platform.folder import PlatformFolder, WitnessAddress
from trace.platform.witness_folder import WitnessFolder, create_witness_folder
from trace.store.transaction import open_database
from trace.usecases.intake.receipt import Receipt
from trace.usecases.log.trust import write_policy

ORIGIN = "trace.bench/food/demo-clock"
WITNESSES = ("agri", "market")
PACKS = 1_600
_STORY = ROOT / "bench" / "written_story.py"
_COSIGNED = (
    "SELECT size FROM log_cosignature GROUP BY size HAVING count(DISTINCT witness) = 2 ORDER BY size DESC"
)
_ITEMS = {"codeLevel": "item", "serials": {"epoch": "0", "first": 0, "count": PACKS}}


@dataclass
class ServedLog:
    """One running platform: where it is, whose server it is, the token that may state."""

    host: str
    pid: int
    token: str
    clock: SlowClock
    folder: PlatformFolder
    registrar: Registrar

    def call(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, bytes]:
        """Status and body of one request on a connection of its own."""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        headers = {"Authorization": f"Bearer {self.token}"} | ({"Content-Type": kind} if kind else {})
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        said = answer.status, answer.read()
        connection.close()
        return said

    def accept(self, *statements: Statement) -> list[Receipt]:
        """As the builders' platforms have it, over HTTP; all must be taken."""
        lines = b"\n".join(orjson.dumps(one.flattened()) for one in statements)
        status, said = self.call("POST", "/api/v1/statements?mode=all", lines, "application/jsonl")
        assert status == 201, said
        return [
            Receipt(one["stmt"], one["index"], one["log"], one["state"], tuple(one["marks"]))
            for one in orjson.loads(said)["results"]
        ]

    def register(self, *signers: Signer) -> None:
        """Register keys, by the registrar that the story has registered."""
        self.accept(*(self.registrar.register(one) for one in signers))

    def progress(self) -> tuple[int, int]:
        """Entries of the log, and how many of them are under both witnesses."""
        found = {"greentrace_log_entries": 0, "greentrace_log_cosigned": 0}
        for line in self.call("GET", "/metrics")[1].decode().splitlines():
            name, _, value = line.partition(" ")
            if name in found:
                found[name] = int(float(value))
        return found["greentrace_log_entries"], found["greentrace_log_cosigned"]

    def cosigned(self) -> int:
        """How many entries are under both witnesses now, by the database: no request waits in a queue."""
        engine = open_database(self.folder.database_url)
        with engine.connect() as connection:
            found = connection.exec_driver_sql(_COSIGNED).scalar()
        engine.dispose()
        return int(found or 0)

    def packs(self) -> list[str]:
        """The pages of single packs of the story's batch."""
        ring = self.folder.read_key_ring()
        assert ring is not None
        key = ring.key("0", gtin_scope(GTIN))
        return [f"/page/01/{GTIN}/21/{key.serial(number)}" for number in range(PACKS)]


@contextmanager
def served_log(program: Program, path: Path, database: str = "", **options: str) -> Iterator[ServedLog]:
    """The platform in `path`, told the story of the rice; gone with its witnesses on leaving."""
    path.mkdir()
    clock, registrar = SlowClock(path / "clock"), Registrar()
    ports = {name: free_port() for name in ("food", *WITNESSES)}
    url = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    addresses = tuple(WitnessAddress(one, url[one]) for one in WITNESSES)
    folder = PlatformFolder(
        path / "food", "food", ORIGIN, "demo", "../clock", url["food"], "demo", database, witnesses=addresses
    )
    folder.create()
    witnesses = {one: create_witness_folder(path / one, f"witness.{one}.bench/demo") for one in WITNESSES}
    _agree(folder, witnesses, url, registrar)
    program.run("migrate", "--data", str(folder.path))
    reader = _token(program, folder, "log:entries")
    with ExitStack() as stack:
        for one, witness in witnesses.items():
            witness.configure(folder.policy_path, {ORIGIN: (url["food"], reader)}, path / "clock")
            command = program.command("witness", "--data", str(witness.path), "--port", str(ports[one]))
            stack.enter_context(_running(program, command, ports[one]))
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        command = program.command("serve", "--data", str(folder.path), "--port", str(ports["food"]), *words)
        host, pid = stack.enter_context(_running(program, command, ports["food"]))
        writer = _token(program, folder, "statements:write")
        served = ServedLog(host, pid, writer, clock, folder, registrar)
        _tell(served, program)
        yield served


def _tell(served: ServedLog, program: Program) -> None:
    """The story as the commit's own builders write it: what a record must hold has changed since."""
    for line in program.write(_STORY, ORIGIN, json.dumps(_ITEMS)).splitlines():
        told = json.loads(line)
        statement = parse_statement(told["statement"])
        ahead = datetime.fromisoformat(told["at"]) - served.clock()
        if ahead > timedelta():
            served.clock.advance(ahead)
        served.accept(statement)
        if statement.kid == served.registrar.key.kid:
            served.registrar.seq, served.registrar.prev = statement.claims.seq, statement.statement_id


def growers(served: ServedLog, count: int) -> list[Signer]:
    """Signers of one cooperative, each with a device and so a stream of its own, registered."""
    found = [Signer(made.COOPERATIVE, "grower", stream=f"phone-{number}") for number in range(count)]
    served.register(*found)
    return found


def harvest_of(grower: Signer, number: int, now: datetime) -> bytes:
    """The body of one POST: a signed harvest of half an hour ago."""
    when = now.replace(microsecond=0) - timedelta(minutes=30)
    statement = grower.harvest(f"{grower.stream}-{number}", at=when)
    return orjson.dumps(statement.flattened())


def _agree(
    folder: PlatformFolder,
    witnesses: Mapping[str, WitnessFolder],
    url: Mapping[str, str],
    registrar: Registrar,
) -> None:
    write_policy(
        folder.policy_path,
        [(folder.read_log_key(), url["food"])],
        [(one, witness.vkey, f"{url[one]}/") for one, witness in witnesses.items()],
        {registrar.key.kid: "bureau"},
    )


def _token(program: Program, folder: PlatformFolder, scope: str) -> str:
    holder = "urn:uscc:" + made.BUREAU
    return program.run("token", "--data", str(folder.path), "--holder", holder, "--scope", scope).strip()


def _running(program: Program, command: list[str], port: int) -> Any:
    return server(command[1:], port, python=command[0], root=program.root, environment=plain_environment())
