"""Databases for the tests: migrated once per kind, then copied; PostgreSQL's are used again."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from uuid import uuid4

import psycopg
from alembic import command
from alembic.config import Config

from tests.servers.postgres import PostgresServer
from tests.servers.used_databases import make_as_new, shape_of

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = "greentrace_template"
MEMORY = Path("/dev/shm")
"""A file system in memory, where Linux has one: SQLite waits for its disk at every commit."""
ROOM = 4 << 30
_PREFIX = "gt-db-"


def alembic_config(url: str) -> Config:
    """The configuration of pyproject.toml, pointed at one database."""
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    config.attributes["database_url"] = url
    return config


def migrate(url: str, revision: str = "head") -> None:
    command.upgrade(alembic_config(url), revision)


def folder_in_memory() -> Path | None:
    """A new folder in memory, where there is room; those of processes that were killed go first."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return None
    for left in MEMORY.glob(f"{_PREFIX}*-*"):
        owner = left.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(left, ignore_errors=True)
    if shutil.disk_usage(MEMORY).free < ROOM:
        return None
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=MEMORY))


class Databases:
    """Hands out database URLs: empty ones, or migrated ones copied from a template."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template: Path | None = None
        self._server: PostgresServer | None = None
        self._shape: str | None = None
        self._ours: set[str] = set()
        self._shelf: list[str] = []
        self._kept: dict[str, psycopg.Connection] = {}

    @property
    def server(self) -> PostgresServer:
        if self._server is None:
            self._server = PostgresServer().start()
        return self._server

    def empty(self, kind: str) -> str:
        name = f"t_{uuid4().hex[:16]}"
        if kind == "sqlite":
            return f"sqlite:///{self._folder / name}.db"
        return self.server.create(name)

    def migrated(self, kind: str) -> str:
        name = f"t_{uuid4().hex[:16]}"
        if kind == "sqlite":
            target = self._folder / f"{name}.db"
            shutil.copyfile(self._sqlite_template(), target)
            return f"sqlite:///{target}"
        if self._shelf:
            return self._shelf.pop()
        if self._shape is None:
            migrate(self.server.create(TEMPLATE))
            with self.server.connect(TEMPLATE) as connection:
                self._shape = shape_of(connection)
        url = self.server.create(name, TEMPLATE)
        self._ours.add(url)
        return url

    def discard(self, url: str) -> None:
        if url.startswith("sqlite"):
            path = Path(url.removeprefix("sqlite:///"))
            for each in path.parent.glob(path.name + "*"):
                each.unlink()
        elif not self._put_back(url):
            if url in self._kept:
                self._kept.pop(url).close()
            self.server.drop(_name_in(url))

    def take_away(self, url: str) -> None:
        """Whatever asks it from now on fails: a database kept for the next test would still answer."""
        self._ours.discard(url)
        self.discard(url)

    def _put_back(self, url: str) -> bool:
        if url not in self._ours or self._shape is None:
            return False
        # One connection to each, kept: what it knows of the catalogue costs more than all that it asks.
        connection = self._kept.get(url)
        if connection is None or connection.broken:
            connection = self._kept[url] = self.server.connect(_name_in(url))
        clean = make_as_new(connection, self._shape)
        if clean:
            self._shelf.append(url)
        return clean

    def close(self) -> None:
        for connection in self._kept.values():
            connection.close()
        if self._server is not None:
            self._server.remove()

    def _sqlite_template(self) -> Path:
        if self._template is None:
            self._template = self._folder / "template.db"
            migrate(f"sqlite:///{self._template}")
        return self._template


def _name_in(url: str) -> str:
    return url.rpartition("@/")[2].partition("?")[0]
