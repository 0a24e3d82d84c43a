"""Platforms behind their doors, and the demo, run once for all tests that look at what it leaves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.main import greentrace as commands
from tests.architecture.project_files import project_files
from tests.builders import facts as made
from tests.builders.signed_rice import SignedRice
from tests.builders.signers import Signer
from tests.conftest import ROOT
from tests.patience import PATIENCE, until
from tests.servers.databases import Databases
from tests.servers.door import Door
from tests.servers.made_once import made_once
from tests.servers.served import serving
from trace.ledger.keys import REGISTER
from trace.platform.clocks import system_clock
from trace.usecases.log.read_log import log_progress


@pytest.fixture
def door(tmp_path: Path, databases: Databases) -> Iterator[Door]:
    """A new platform of one's own, keys registered for the mill (processor) and the cooperative (grower)."""
    with Door(tmp_path, databases.migrated("sqlite")) as opened:
        yield opened


@dataclass
class Told:
    """Story 1, stated over HTTP, and its actors."""

    door: Door
    story: SignedRice


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Told]:
    """A platform that was told story 1; tests only read it."""
    with Door(tmp_path_factory.mktemp("told"), databases.migrated("sqlite")) as opened:
        story = SignedRice(opened, opened.clock)
        story.tell()
        until(lambda: opened.get("/readyz").status_code == 200 and _all_cosigned(opened))
        yield Told(opened, story)


def _all_cosigned(opened: Door) -> bool:
    size, cosigned, _ = log_progress(opened.platform.transactions, opened.platform.witnesses)
    return size == cosigned


@dataclass
class Parties:
    farm: Signer
    mill: Signer
    lab: Signer


@pytest.fixture
def parties(door: Door) -> Parties:
    """A farm, a mill and a laboratory whose keys are registered at `door`."""
    found = Parties(
        Signer(made.COOPERATIVE, "grower"), Signer(made.MILL, "processor"), Signer(made.LAB, "lab")
    )
    door.register(found.farm, found.mill, found.lab)
    return found


@dataclass
class Sandbox:
    """A platform that is served over a socket, at today's time, for programs that are not ours."""

    door: Door
    address: str
    token: str

    @property
    def policy(self) -> str:
        """Whom it would have one trust."""
        return self.door.platform.trust.texts[0]

    def register(self, data: Mapping[str, Any]) -> None:
        """The registrar signs what a holder of a key applies for."""
        self.door.log(self.door.registrar.state(REGISTER, data["holder"]["iss"], data, at=self.door.clock()))

    def text(self, path: str) -> str:
        return self.door.get(path, self.token).text

    def ask(self, path: str) -> Any:
        return self.door.get(path, self.token).json


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Sandbox]:
    """Served once for all tests of clients; a cooperative has a token and no key yet."""
    with Door(tmp_path_factory.mktemp("sandbox"), databases.migrated("sqlite")) as opened:
        opened.clock.advance(system_clock() + timedelta(minutes=1) - opened.clock())
        opened.log(opened.registrar.register(opened.registrar, at=opened.clock()))
        token = opened.token(made.uscc(made.COOPERATIVE), "statements:write", "trace:own")
        with serving(opened.app) as address:
            yield Sandbox(opened, address, token)


@pytest.fixture(scope="session")
def fresh_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as a clone has it, and of what was made since only what npm brought."""
    folder = tmp_path_factory.mktemp("fresh") / "greentrace"
    for path in project_files():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, folder / path)
    for fetched in ("scanner_web/static/vendor", "api/description/vendor"):
        if (ROOT / fetched).is_dir():  # a minute of `npm ci`, which would bring the same again
            shutil.copytree(ROOT / fetched, folder / fetched)
    return folder


Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def greentrace() -> Command:
    """Runs `./greentrace` as its user would; returns its exit code and what it said."""

    def run(*arguments: object, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(ROOT / "greentrace"), *map(str, arguments)],
            input=stdin,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=5 * PATIENCE,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def inside() -> Command:
    """Runs a command in the test's own process, where a process of its own is not the point: a second and a
    half of imports is most of what a small command costs."""

    def run(*arguments: object, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        done = CliRunner().invoke(
            commands, list(map(str, arguments)), input=stdin, env=environment, prog_name="greentrace"
        )
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception  # a defect is loud
        return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)

    return run


@dataclass(frozen=True)
class Demo:
    """What `./greentrace demo --no-serve` left and said."""

    data: Path
    output: str


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, greentrace: Command) -> Demo:
    """The demo, played once in a run; each worker has a copy of its folder."""

    def play(folder: Path) -> None:
        done = greentrace("demo", "--no-serve", "--data", folder / "data")
        assert done.returncode == 0, done.stdout + done.stderr
        (folder / "output").write_text(done.stdout, encoding="utf-8")

    copy = made_once(tmp_path_factory, "demo", play, tmp_path_factory.mktemp("played") / "demo")
    return Demo(copy / "data", (copy / "output").read_text(encoding="utf-8"))
